package provision

import (
	"context"
	"time"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/runstep"
	"github.com/arpent/arpent/internal/runner"
)

// WriteSteps writes how far an attempt is, in one statement.
func (e world) WriteSteps(ctx context.Context, r *ent.Run, steps []runner.Step) error {
	client, rows := e.DB.Client(ctx), make([]*ent.RunStepCreate, len(steps))
	for i, step := range steps {
		rows[i] = client.RunStep.Create().SetRunID(r.ID).SetLease(r.Lease).SetPhase(runstep.Phase(r.Phase)).
			SetName(step.Name).SetStatus(runstep.Status(step.Status)).SetDone(max(step.Done, 0)).SetTotal(max(step.Total, 0)).SetStartedAt(step.StartedAt.UTC())
		if step.EndedAt != nil {
			rows[i].SetEndedAt(step.EndedAt.UTC())
		}
	}
	return client.RunStep.CreateBulk(rows...).OnConflictColumns(runstep.FieldRunID, runstep.FieldLease, runstep.FieldName).Update(func(u *ent.RunStepUpsert) {
		u.UpdateStatus().UpdateDone().UpdateTotal().UpdateEndedAt()
	}).Exec(ctx)
}

// EndSteps closes the steps of an attempt that ended without saying so.
func (e world) EndSteps(ctx context.Context, r *ent.Run, status runstep.Status, at time.Time) error {
	return e.DB.Client(ctx).RunStep.Update().
		Where(runstep.RunID(r.ID), runstep.StatusEQ(runstep.StatusRUNNING)).
		SetStatus(status).SetEndedAt(at).Exec(ctx)
}
