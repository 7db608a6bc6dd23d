package provision

import (
	"context"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/planfile"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/journal"
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

// DropPlan forgets a saved plan that will not be applied any more: it holds secrets.
func (e world) DropPlan(ctx context.Context, runID string) error {
	e.scenes.drop(runID)
	_, err := e.DB.Client(ctx).PlanFile.Delete().Where(planfile.RunID(runID)).Exec(database.Later(ctx))
	return err
}

// KeepState stores a state that a tool could not deliver itself.
func (e world) KeepState(ctx context.Context, runID string, lease int64, body []byte) error {
	_, err := e.State.Keep(ctx, runID, lease, body)
	return err
}
