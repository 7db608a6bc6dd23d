package provision

import (
	"context"
	"fmt"
	"time"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/predicate"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/ent/runlog"
	"github.com/arpent/arpent/ent/runplan"
	"github.com/arpent/arpent/ent/runplanpart"
	"github.com/arpent/arpent/internal/access"
)

// endedBefore selects runs that have ended before a time.
func endedBefore(before time.Time) predicate.Run {
	return run.And(run.FinishedAtLT(before), run.StatusNotIn(unfinished()...))
}

// ForgetLogs removes the logs of runs that ended before a time, at most those of limit runs, and returns of how many.
// The run says since when its log is gone.
func (e *Engine) ForgetLogs(ctx context.Context, before time.Time, limit int) (int, error) {
	ctx = access.As(ctx, "retention")
	old, err := e.DB.Client(ctx).Run.Query().Where(endedBefore(before), run.LogSizeGT(0)).
		Order(run.ByFinishedAt()).Limit(limit).IDs(ctx)
	if err != nil {
		return 0, fmt.Errorf("look for old logs: %w", err)
	}
	for _, id := range old {
		if err := e.forgetLog(ctx, id); err != nil {
			return 0, fmt.Errorf("forget the log of %s: %w", id, err)
		}
	}
	return len(old), nil
}

func (e *Engine) forgetLog(ctx context.Context, id string) error {
	return e.DB.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
		if err := client.Run.UpdateOneID(id).SetLogSize(0).SetLogDroppedAt(now()).Exec(ctx); err != nil {
			return err
		}
		_, err := client.RunLog.Delete().Where(runlog.RunID(id)).Exec(ctx)
		return err
	})
}

// ForgetPlans removes what runs that ended before a time were going to change, at most of limit runs, and returns of
// how many. That they planned, and what came of it, stays.
func (e *Engine) ForgetPlans(ctx context.Context, before time.Time, limit int) (int, error) {
	ctx = access.As(ctx, "retention")
	client := e.DB.Client(ctx)
	old, err := client.RunPlan.Query().Where(runplan.HasRunWith(endedBefore(before))).Order(runplan.ByID()).Limit(limit).All(ctx)
	if err != nil {
		return 0, fmt.Errorf("look for old plans: %w", err)
	}
	for _, plan := range old {
		err := e.DB.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
			if _, err := client.RunPlanPart.Delete().Where(runplanpart.RunID(plan.RunID)).Exec(ctx); err != nil {
				return err
			}
			_, err := client.RunPlan.Delete().Where(runplan.ID(plan.ID)).Exec(ctx) // which another replica may have done
			return err
		})
		if err != nil {
			return 0, fmt.Errorf("forget the plan of %s: %w", plan.RunID, err)
		}
	}
	return len(old), nil
}
