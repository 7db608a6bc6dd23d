package provision

import (
	"context"
	"fmt"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/planfile"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/ent/stateversion"
	"github.com/arpent/arpent/internal/gitops"
	"github.com/arpent/arpent/internal/runner"
)

// prepare makes the task of a claimed run: it renders the project's folder with the run's change and commits it to
// the run's branch, or, once approved, merges that branch. It returns the run as it is afterwards.
func (e *Engine) prepare(ctx context.Context, r *ent.Run) (*ent.Run, runner.Task, error) {
	held, err := e.begin(ctx, r)
	if err != nil {
		return r, runner.Task{}, err
	}
	p, err := e.DB.Client(ctx).Project.Get(ctx, *held.ProjectID)
	if err != nil {
		return held, runner.Task{}, err
	}
	folder, err := e.render(ctx, held, p)
	if err != nil {
		return held, runner.Task{}, err
	}
	if held.Phase == run.PhaseAPPLY {
		return e.prepareApply(ctx, held, p, folder)
	}
	return e.preparePlan(ctx, held, p, folder)
}

// begin marks what the run is about as being worked on.
func (e *Engine) begin(ctx context.Context, r *ent.Run) (*ent.Run, error) {
	err := e.DB.Tx(ctx, func(ctx context.Context, _ *ent.Client) error { return e.subjectWorks(ctx, r) })
	return r, err
}

func (e *Engine) preparePlan(ctx context.Context, r *ent.Run, p *ent.Project, folder gitops.Folder) (*ent.Run, runner.Task, error) {
	branch := "run/" + r.ID
	commit, err := e.Gitops.Commit(ctx, gitops.Commit{
		Branch: branch, Acronym: p.Acronym, Files: folder.Files, Author: e.author(ctx, r), Message: message(r, p),
	})
	if err != nil {
		return r, runner.Task{}, err
	}
	serial, err := e.stateVersion(ctx, p.ID)
	if err != nil {
		return r, runner.Task{}, err
	}
	r, err = e.note(ctx, r, func(u *ent.RunUpdate) { u.SetBranch(branch).SetCommit(commit).SetPlannedSerial(serial) })
	if err != nil {
		return r, runner.Task{}, err
	}
	mode := runner.Plan
	if r.Kind == run.KindDRIFT {
		mode = runner.Drift
	}
	return e.task(r, p, folder, mode, nil)
}

// prepareApply merges what was approved and opens the plan. When the state or the folder has moved since the plan
// was made, the run plans again.
func (e *Engine) prepareApply(ctx context.Context, r *ent.Run, p *ent.Project, folder gitops.Folder) (*ent.Run, runner.Task, error) {
	serial, err := e.stateVersion(ctx, p.ID)
	if err != nil {
		return r, runner.Task{}, err
	}
	if r.PlannedSerial == nil || *r.PlannedSerial != serial {
		return r, runner.Task{}, e.replan(ctx, r)
	}
	commit, err := e.Gitops.Merge(ctx, gitops.Merge{
		Branch: *r.Branch, Acronym: p.Acronym, Author: e.author(ctx, r), Message: "Merge: " + message(r, p),
	})
	if gitops.IsMoved(err) {
		return r, runner.Task{}, e.replan(ctx, r)
	}
	if err != nil {
		return r, runner.Task{}, err
	}
	plan, err := e.openPlan(ctx, r)
	if err != nil {
		return r, runner.Task{}, err
	}
	if r, err = e.merged(ctx, r, commit); err != nil {
		return r, runner.Task{}, err
	}
	return e.task(r, p, folder, runner.Apply, plan)
}

// merged notes the merge commit, and that the folder on the main branch holds the change.
func (e *Engine) merged(ctx context.Context, r *ent.Run, commit string) (*ent.Run, error) {
	var noted *ent.Run
	err := e.DB.Tx(ctx, func(ctx context.Context, _ *ent.Client) (err error) {
		if noted, err = e.note(ctx, r, func(u *ent.RunUpdate) { u.SetCommit(commit) }); err != nil {
			return err
		}
		return e.adopt(ctx, r)
	})
	if err != nil {
		return r, err
	}
	return noted, nil
}

// merge merges the branch of a run that has nothing to apply.
func (e *Engine) merge(ctx context.Context, r *ent.Run) error {
	p, err := e.DB.Client(ctx).Project.Get(ctx, *r.ProjectID)
	if err != nil {
		return err
	}
	_, err = e.Gitops.Merge(ctx, gitops.Merge{
		Branch: *r.Branch, Acronym: p.Acronym, Author: e.author(ctx, r), Message: "Merge: " + message(r, p),
	})
	return err
}

// replan sends an approved run back to plan, and says so to prepare's caller with errMoved.
func (e *Engine) replan(ctx context.Context, r *ent.Run) error {
	err := e.DB.Tx(ctx, func(ctx context.Context, _ *ent.Client) error {
		_, err := e.move(ctx, r, planQueued, func(u *ent.RunUpdate) { u.AddLease(1) })
		return err
	})
	if err != nil {
		return err
	}
	return errMoved
}

// note writes facts of an attempt, as long as its lease lives.
func (e *Engine) note(ctx context.Context, r *ent.Run, fill func(*ent.RunUpdate)) (*ent.Run, error) {
	client := e.DB.Client(ctx)
	update := client.Run.Update().Where(run.ID(r.ID), run.Lease(r.Lease), run.StatusIn(run.StatusRUNNING, run.StatusCANCELING))
	fill(update)
	n, err := update.Save(ctx)
	if err != nil {
		return r, err
	}
	if n == 0 {
		return r, errMoved
	}
	return client.Run.Get(ctx, r.ID)
}

func (e *Engine) task(r *ent.Run, p *ent.Project, folder gitops.Folder, mode runner.Mode, plan []byte) (*ent.Run, runner.Task, error) {
	files, err := folder.Archive()
	if err != nil {
		return r, runner.Task{}, err
	}
	task := runner.Task{
		RunID: r.ID, Mode: mode, Files: files, Plan: plan,
		SecretVars: folder.SecretVars, Env: e.ToolEnv, Masks: folder.Masks, Limits: e.Limits,
	}
	if folder.OwnBackend {
		task.Backend = e.BackendEnv
		return r, task, nil
	}
	task.State = &runner.StateBackend{
		Address: e.stateAddress(p), Username: "run",
		Password: e.leaseToken(r),
	}
	return r, task, nil
}

func (e *Engine) openPlan(ctx context.Context, r *ent.Run) ([]byte, error) {
	file, err := e.DB.Client(ctx).PlanFile.Query().Where(planfile.RunID(r.ID)).Only(ctx)
	if err != nil {
		return nil, fmt.Errorf("saved plan of run %s: %w", r.ID, err)
	}
	return e.Keyring.Open(file.Sealed, planContext(r.ID))
}

// stateVersion is the number of the project's present state; 0 before there is one.
func (e *Engine) stateVersion(ctx context.Context, projectID string) (int64, error) {
	last, err := e.DB.Client(ctx).StateVersion.Query().Where(stateversion.ProjectID(projectID)).
		Order(ent.Desc(stateversion.FieldVersion)).First(ctx)
	if ent.IsNotFound(err) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return last.Version, nil
}

// author is who a commit is in the name of: the requester, or Arpent itself.
func (e *Engine) author(ctx context.Context, r *ent.Run) gitops.Author {
	if r.RequestedByID == nil {
		return gitops.Author{Name: "Arpent", Email: "arpent@localhost"}
	}
	u, err := e.DB.Client(ctx).User.Get(ctx, *r.RequestedByID)
	if err != nil {
		return gitops.Author{Name: r.RequestedBy, Email: "arpent@localhost"}
	}
	return gitops.Author{Name: u.Name, Email: u.Email}
}

func message(r *ent.Run, p *ent.Project) string {
	return fmt.Sprintf("%s: %s\n\nRun: %s\nRequested-by: %s", p.Acronym, TitleOf(r).EN, r.ID, r.RequestedBy)
}
