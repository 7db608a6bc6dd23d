package provision

import (
	"context"
	"time"

	"github.com/arpent/arpent/ent/idempotencykey"
	"github.com/arpent/arpent/ent/resource"
	"github.com/arpent/arpent/ent/run"
	entworker "github.com/arpent/arpent/ent/worker"
	"github.com/arpent/arpent/internal/access"
)

// sweepForever sweeps, and does with it what else is due now and then.
func (e *Engine) sweepForever(ctx context.Context) {
	e.Sweep(access.As(ctx, "sweep"), chore{"drift", e.sweepDrift}, chore{"idempotency keys", e.sweepKeys}, e.leftoverChore())
}

// voidLeases takes back the runs of this process' former lives, at the start of one that is alone: whoever held them is
// dead. Workers elsewhere live on.
func (e *Engine) voidLeases(ctx context.Context) error {
	ctx = access.As(ctx, "sweep")
	client := e.DB.Client(ctx)
	elsewhere, err := client.Worker.Query().Where(entworker.Remote(true)).Select(entworker.FieldName).Strings(ctx)
	if err != nil {
		return err
	}
	_, err = client.Run.Update().Where(
		run.StatusIn(run.StatusRUNNING, run.StatusCANCELING),
		run.Or(run.WorkerIsNil(), run.WorkerNotIn(elsewhere...)),
	).SetLeaseExpiresAt(time.Unix(0, 0)).Save(ctx)
	return err
}

// sweepDrift looks for drift in projects that have not been looked at for as long as the configuration says.
func (e *Engine) sweepDrift(ctx context.Context) error {
	if e.DriftEvery == 0 {
		return nil
	}
	due, err := e.DB.Client(ctx).Resource.Query().Where(
		resource.StatusEQ(resource.StatusREADY), resource.ReadyAtLT(e.now().Add(-e.DriftEvery)),
	).GroupBy(resource.FieldProjectID).Strings(ctx)
	if err != nil {
		return err
	}
	for _, projectID := range due {
		if err := e.detectDriftIfDue(ctx, projectID); err != nil {
			return err
		}
	}
	return nil
}

func (e *Engine) sweepKeys(ctx context.Context) error {
	_, err := e.DB.Client(ctx).IdempotencyKey.Delete().Where(idempotencykey.ExpiresAtLT(e.now())).Exec(ctx)
	return err
}
