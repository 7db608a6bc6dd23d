package provision

import (
	"context"
	"strings"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/project"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/gitops"
	"github.com/arpent/arpent/internal/runner"
)

// DetectDrift starts a run that looks whether the world still is as it was applied. One that is under way is returned.
func (e *Engine) DetectDrift(ctx context.Context, projectID string) (*ent.Run, error) {
	var started *ent.Run
	err := e.DB.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
		p, err := client.Project.Get(ctx, projectID)
		if err != nil {
			return at(err, "projectId")
		}
		if err := may(ctx, p.ID, access.ResourceRequest); err != nil {
			return err
		}
		if err := active(p); err != nil {
			return err
		}
		started, err = e.driftRun(ctx, p)
		return err
	})
	return started, database.Fault(err)
}

func (e *Engine) driftRun(ctx context.Context, p *ent.Project) (*ent.Run, error) {
	underWay, err := e.DB.Client(ctx).Run.Query().
		Where(run.ProjectID(p.ID), run.KindEQ(run.KindDRIFT), run.StatusIn(unfinished()...)).First(ctx)
	if err == nil || !ent.IsNotFound(err) {
		return underWay, err
	}
	return e.start(ctx, order{change: change{Op: opDrift, Name: p.Acronym}, project: p, policy: Policy{Auto: true}})
}

func (e *Engine) detectDriftIfDue(ctx context.Context, projectID string) error {
	looked, err := e.DB.Client(ctx).Run.Query().Where(
		run.ProjectID(projectID), run.KindEQ(run.KindDRIFT), run.CreatedAtGT(e.now().Add(-e.DriftEvery)),
	).Exist(ctx)
	if err != nil || looked {
		return err
	}
	return e.DB.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
		p, err := client.Project.Query().Where(project.ID(projectID), project.StatusEQ(project.StatusACTIVE)).Only(ctx)
		if ent.IsNotFound(err) {
			return nil
		}
		if err != nil {
			return err
		}
		_, err = e.driftRun(ctx, p)
		return err
	})
}

// Drifted notes on each resource what has changed behind its back.
func (e world) Drifted(ctx context.Context, r *ent.Run, result runner.Result) error {
	present, err := e.present(ctx, *r.ProjectID)
	if err != nil {
		return err
	}
	for _, p := range present {
		if err := e.noteDrift(ctx, p, changesOf(p, result.Summary.Changes)); err != nil {
			return err
		}
	}
	return nil
}

func (e *Engine) noteDrift(ctx context.Context, r *ent.Resource, changes []runner.Change) error {
	update, news := r.Update(), false
	if len(changes) == 0 {
		if !Drifted(r) {
			return nil // it is as it was: its time of change stays
		}
		update.ClearDrift()
	} else {
		text := toJSON(changes)
		news = !sameJSON(text, r.Drift)
		update.SetDrift(text)
	}
	after, err := update.Save(ctx)
	if err != nil || !news {
		return err
	}
	return e.journalResource(ctx, after, "resource.drifted", nil)
}

// changesOf are the changes of a project that are a resource's: those of its module, or, of a flat one, those of the
// root module.
func changesOf(r *ent.Resource, all []runner.Change) []runner.Change {
	var own []runner.Change
	prefix := gitops.ModuleAddress(r.Name)
	for _, c := range all {
		inModule := c.Module == prefix || strings.HasPrefix(c.Module, prefix+".")
		if inModule || r.Singleton != nil && c.Module == "" {
			own = append(own, c)
		}
	}
	return own
}

// Drifted tells whether the world has changed behind a resource's back.
func Drifted(r *ent.Resource) bool { return len(r.Drift) > 0 && string(r.Drift) != "null" }
