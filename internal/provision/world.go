package provision

import (
	"context"
	"encoding/json"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/planfile"
	"github.com/arpent/arpent/ent/runplan"
	"github.com/arpent/arpent/internal/journal"
	"github.com/arpent/arpent/internal/runner"
)

// world is the engine as the life of runs sees it: what hangs on a run (also in outcome.go, steps.go, task.go, drift.go).
type world struct{ *Engine }

var _ World = world{}

// Journal writes an event about a run.
func (e world) Journal(ctx context.Context, r *ent.Run, event string) error {
	entry := journal.Entry{
		Type: event, Audience: journal.Project, SubjectID: r.ID, Subject: TitleOf(r).EN,
		After: map[string]any{"status": r.Status, "phase": r.Phase, "kind": r.Kind, "resource": r.ResourceID},
	}
	if r.ProjectID != nil {
		entry.ProjectID = *r.ProjectID
	} else {
		entry.Audience = journal.Platform
	}
	return e.Engine.Journal.Write(ctx, entry)
}

// SavePlan keeps what a plan would change, and the plan itself, sealed.
func (e world) SavePlan(ctx context.Context, r *ent.Run, result runner.Result) error {
	client, s := e.DB.Client(ctx), result.Summary
	err := client.RunPlan.Create().SetRunID(r.ID).SetAdd(s.Add).SetChange(s.Change).SetDestroy(s.Destroy).
		SetTruncated(s.Truncated).SetChanges(list(s.Changes)).SetOutputs(list(s.Outputs)).
		OnConflictColumns(runplan.FieldRunID).Update(func(u *ent.RunPlanUpsert) {
		u.UpdateAdd().UpdateChange().UpdateDestroy().UpdateTruncated().UpdateChanges().UpdateOutputs().UpdateUpdatedAt()
	}).Exec(ctx)
	if err != nil || len(result.Plan) == 0 {
		return err
	}
	return client.PlanFile.Create().SetRunID(r.ID).SetSealed(e.Keyring.Seal(result.Plan, planContext(r.ID))).
		OnConflictColumns(planfile.FieldRunID).Update(func(u *ent.PlanFileUpsert) { u.UpdateSealed() }).Exec(ctx)
}

// list marshals changes; none are an empty list.
func list(changes []runner.Change) json.RawMessage {
	if changes == nil {
		changes = []runner.Change{}
	}
	return toJSON(changes)
}

// DropPlan forgets a saved plan that will not be applied any more: it holds secrets.
func (e world) DropPlan(ctx context.Context, runID string) error {
	_, err := e.DB.Client(ctx).PlanFile.Delete().Where(planfile.RunID(runID)).Exec(ctx)
	return err
}

// KeepState stores a state that a tool could not deliver itself.
func (e world) KeepState(ctx context.Context, runID string, lease int64, body []byte) error {
	_, err := e.State.Keep(ctx, runID, lease, body)
	return err
}
