package provision

import (
	"context"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/predicate"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/ent/runstep"
	"github.com/arpent/arpent/internal/runner"
	"github.com/arpent/arpent/internal/worker"
)

// heldBy selects the run of a lease, as long as it lives: the fence of every write of an attempt.
func heldBy(lease worker.Lease) []predicate.Run {
	return []predicate.Run{
		run.ID(lease.RunID), run.Lease(lease.Number), run.StatusIn(run.StatusRUNNING, run.StatusCANCELING),
	}
}

// Step notes how far an attempt is.
func (b backend) Step(ctx context.Context, lease worker.Lease, step runner.Step) error {
	ctx = asEngine(ctx)
	return b.DB.Tx(ctx, func(ctx context.Context, _ *ent.Client) error {
		r, err := b.held(ctx, lease)
		if err != nil {
			return err
		}
		return b.writeStep(ctx, r, step)
	})
}

func (e *Engine) writeStep(ctx context.Context, r *ent.Run, step runner.Step) error {
	create := e.DB.Client(ctx).RunStep.Create().SetRunID(r.ID).SetLease(r.Lease).SetPhase(runstep.Phase(r.Phase)).
		SetName(step.Name).SetStatus(runstep.Status(step.Status)).SetDetail(shortened(step.Detail, 300)).SetStartedAt(step.StartedAt.UTC())
	if step.EndedAt != nil {
		create.SetEndedAt(step.EndedAt.UTC())
	}
	err := create.OnConflictColumns(runstep.FieldRunID, runstep.FieldLease, runstep.FieldName).Update(func(u *ent.RunStepUpsert) {
		u.UpdateStatus().UpdateDetail().UpdateEndedAt()
	}).Exec(ctx)
	e.ringFollowersAfterCommit(ctx, r.ID)
	return err
}

// endSteps closes the steps of an attempt that ended without saying so.
func (e *Engine) endSteps(ctx context.Context, r *ent.Run, status runstep.Status) error {
	return e.DB.Client(ctx).RunStep.Update().
		Where(runstep.RunID(r.ID), runstep.StatusEQ(runstep.StatusRUNNING)).
		SetStatus(status).SetEndedAt(now()).Exec(ctx)
}

func shortened(text string, most int) string {
	letters := []rune(text)
	if len(letters) <= most {
		return text
	}
	return string(letters[:most-1]) + "…"
}
