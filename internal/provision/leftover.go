package provision

import (
	"context"
	"time"

	"entgo.io/ent/dialect/sql"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/claim"
	"github.com/arpent/arpent/ent/project"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/internal/fault"
)

const (
	leftoversEvery = 30 * time.Second
	providersKeys  = "terraform/" // begins the keys of claims that our provider made; those of other tools are in no state
)

// leftBehind are claims of runs that nobody will give back: their resource is deleted, or a later run has applied it with success
// although the run that claimed came to nothing. What the state knows is none of them; that is asked afterwards.
const leftBehind = `EXISTS (SELECT 1 FROM runs maker JOIN resources made ON made.id = maker.resource_id
	WHERE maker.id = claims.requested_by_id AND (made.status = 'DELETED' OR maker.status IN ('FAILED', 'CANCELED') AND EXISTS (
		SELECT 1 FROM runs later WHERE later.resource_id = maker.resource_id AND later.status = 'SUCCEEDED' AND later.phase = 'APPLY'
			AND later.claimed_at > claims.created_at)))`

// leftoverChore looks for leftovers now and then, going on where it stopped: what can not be given back yet is in nobody's way.
func (e *Engine) leftoverChore() chore {
	var due time.Time
	after := ""
	return chore{"leftover claims", func(ctx context.Context) (err error) {
		if e.now().Before(due) {
			return nil
		}
		due = e.now().Add(leftoversEvery)
		after, err = e.SweepLeftovers(ctx, after)
		return err
	}}
}

// SweepLeftovers gives back what runs claimed whose apply was killed before the state was stored, and whose resource will not ask for it
// again. A project is left alone while a run works on it, and where its state can not be read: its base has a backend of its own, or the
// engine encrypts it. It looks at the first hundred claims after an id, and returns the last; empty when it has seen all.
func (e *Engine) SweepLeftovers(ctx context.Context, after string) (last string, err error) {
	found, err := e.DB.Client(ctx).Claim.Query().Where(
		claim.StateIn(claim.StateHELD, claim.StateWAITING), claim.KeyHasPrefix(providersKeys), claim.IDGT(after),
		func(s *sql.Selector) { s.Where(sql.ExprP(leftBehind)) },
	).Order(claim.ByID()).Limit(sweepBatch).All(ctx)
	if err != nil {
		return "", err
	}
	byProject := map[string][]*ent.Claim{}
	for _, c := range found {
		byProject[c.ProjectID] = append(byProject[c.ProjectID], c)
	}
	for projectID, left := range byProject {
		if err := e.giveBackLeftovers(ctx, projectID, left); err != nil {
			return after, err
		}
	}
	if len(found) < sweepBatch {
		return "", nil
	}
	return found[len(found)-1].ID, nil
}

// giveBackLeftovers ends those of a project's claims that its state does not know.
func (e *Engine) giveBackLeftovers(ctx context.Context, projectID string, claims []*ent.Claim) error {
	version, err := world{e}.StateVersion(ctx, projectID)
	if err != nil {
		return err
	}
	known, readable, err := e.inState(ctx, projectID, claims)
	if err != nil || !readable {
		return err
	}
	for _, c := range claims {
		if known[c.ID] {
			continue
		}
		ended, err := e.Allocation.Abandon(ctx, c.ID, leftBy(c.RequestedByID), func(ctx context.Context) (bool, error) {
			return e.resting(ctx, projectID, version)
		})
		if err != nil {
			return err
		}
		if ended {
			e.Log.Info("a claim was left behind and is given back", "claim", c.ID, "run", c.RequestedByID, "project", projectID)
		}
	}
	return nil
}

// inState tells which claims the project's state knows, and whether that can be told at all.
func (e *Engine) inState(ctx context.Context, projectID string, claims []*ent.Claim) (known map[string]bool, readable bool, err error) {
	ids := make([]string, len(claims))
	for i, c := range claims {
		ids[i] = c.ID
	}
	return e.mentioned(ctx, projectID, ids)
}

// mentioned tells which words the project's state has in it, and whether that can be told at all: a base may keep its state in a
// backend of its own.
func (e *Engine) mentioned(ctx context.Context, projectID string, words []string) (found map[string]bool, readable bool, err error) {
	p, err := e.DB.Client(ctx).Project.Get(ctx, projectID)
	if err != nil {
		return nil, false, err
	}
	if p.BaseTemplateID != nil {
		base, err := e.Catalog.Content(ctx, *p.BaseTemplateID)
		if err != nil || base.Template.Backend != "" {
			return nil, false, err
		}
	}
	return e.State.Mentions(ctx, projectID, words)
}

// resting tells whether nothing works on a project, and its state is the one that was read. Until the transaction of ctx ends, no run
// begins to work on it, and none is added: a run that asks for the same claim comes before, or after. It waits for nobody, so that two who
// hold what the other wants do not wait for each other for ever.
func (e *Engine) resting(ctx context.Context, projectID string, version int64) (bool, error) {
	client := e.DB.Client(ctx)
	home := client.Project.Query().Where(project.ID(projectID))
	open := run.And(run.ProjectID(projectID), run.StatusIn(run.StatusQUEUED, run.StatusRUNNING, run.StatusAWAITING_APPROVAL, run.StatusCANCELING))
	runs := client.Run.Query().Where(open)
	if e.DB.Postgres() { // on SQLite, whoever writes is alone
		home.ForUpdate(sql.WithLockAction(sql.SkipLocked))
		runs.ForUpdate(sql.WithLockAction(sql.SkipLocked))
	}
	there, err := home.IDs(ctx)
	if err != nil || len(there) == 0 {
		return false, err
	}
	ours, err := runs.All(ctx)
	if err != nil {
		return false, err
	}
	all, err := client.Run.Query().Where(open).Count(ctx)
	if err != nil || all != len(ours) {
		return false, err
	}
	for _, r := range ours {
		if stateOf(r).Held() {
			return false, nil
		}
	}
	present, err := world{e}.StateVersion(ctx, projectID)
	return present == version, err
}

func leftBy(runID string) fault.Text {
	return fault.Text{
		EN: "Left by run " + runID + ", whose apply was broken off: no state knows of it.",
		FR: "Laissée par l’exécution " + runID + ", dont l’application a été interrompue : aucun état ne la connaît.",
	}
}
