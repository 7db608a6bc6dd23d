package provision

import (
	"context"
	"time"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/idempotencykey"
	"github.com/arpent/arpent/ent/resource"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/ent/runstep"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/fault"
)

const (
	sweepEvery  = 2 * time.Second
	ringAfter   = 3 * time.Second // how long a queued run waits before its bell is taken for lost
	maxAttempts = 5               // of one run, before it is given up
	sweepBatch  = 100
)

// sweepForever finds what got lost. Every replica sweeps: each step is one conditional move, so nothing happens twice.
func (e *Engine) sweepForever(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		e.sweep(access.As(ctx, "sweep"))
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (e *Engine) sweep(ctx context.Context) {
	steps := []struct {
		name string
		do   func(context.Context) error
	}{
		{"expired leases", e.sweepLeases}, {"lost bells", e.sweepQueue}, {"unanswered questions", e.sweepQuestions},
		{"drift", e.sweepDrift}, {"idempotency keys", e.sweepKeys},
	}
	for _, step := range steps {
		if err := step.do(ctx); err != nil && ctx.Err() == nil {
			e.Log.Warn("sweep", "step", step.name, "error", err)
		}
	}
}

// sweepLeases takes runs from workers that have been silent for longer than their lease.
func (e *Engine) sweepLeases(ctx context.Context) error {
	expired, err := e.DB.Client(ctx).Run.Query().Where(
		run.StatusIn(run.StatusRUNNING, run.StatusCANCELING), run.LeaseExpiresAtLT(now()),
	).Limit(sweepBatch).All(ctx)
	if err != nil {
		return err
	}
	for _, r := range expired {
		if err := e.takeBack(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

// voidLeases takes back every run at the start of a process that is alone: whoever held them is dead.
func (e *Engine) voidLeases(ctx context.Context) error {
	ctx = access.As(ctx, "sweep")
	_, err := e.DB.Client(ctx).Run.Update().
		Where(run.StatusIn(run.StatusRUNNING, run.StatusCANCELING)).SetLeaseExpiresAt(time.Unix(0, 0)).Save(ctx)
	return err
}

// takeBack ends a lease. The next attempt plans from the state as it is, whatever the dead one had done.
func (e *Engine) takeBack(ctx context.Context, r *ent.Run) error {
	err := e.DB.Tx(ctx, func(ctx context.Context, _ *ent.Client) error {
		if err := e.endSteps(ctx, r, runstep.StatusFAILED); err != nil {
			return err
		}
		fence := func(u *ent.RunUpdate) { u.AddLease(1) }
		switch {
		case r.Status == run.StatusCANCELING:
			by := ""
			if r.CanceledBy != nil {
				by = *r.CanceledBy
			}
			_, err := e.end(ctx, r, ended(run.StatusCANCELED, r.Phase), errCanceled(by), fence)
			return err
		case r.Attempt >= maxAttempts:
			_, err := e.end(ctx, r, ended(run.StatusFAILED, r.Phase), errGivenUp(r.Attempt), fence)
			return err
		}
		_, err := e.move(ctx, r, planQueued, fence)
		return err
	})
	if isMoved(err) {
		return nil
	}
	if err == nil {
		e.Log.Warn("a lease expired, the run is taken back", "run", r.ID, "worker", r.Worker, "attempt", r.Attempt)
		e.compactLater(r.ID)
	}
	return err
}

func errGivenUp(attempts int) *fault.Error {
	return fault.New(fault.Unavailable, fault.Text{
		EN: "Given up: %d workers in a row fell silent while working on it.",
		FR: "Abandonnée : %d exécuteurs de suite sont devenus muets en y travaillant.",
	}, attempts)
}

// sweepQueue rings again for runs that have been queued for a while.
func (e *Engine) sweepQueue(ctx context.Context) error {
	waiting, err := e.DB.Client(ctx).Run.Query().Where(
		run.StatusEQ(run.StatusQUEUED), run.QueuedAtLT(now().Add(-ringAfter)),
	).Order(run.ByQueuedAt()).Limit(sweepBatch).All(ctx)
	if err != nil {
		return err
	}
	projects := map[string]bool{}
	for _, r := range waiting {
		if r.ProjectID == nil {
			e.wakeClerk()
			continue
		}
		if projects[*r.ProjectID] {
			continue
		}
		projects[*r.ProjectID] = true
		if next, err := e.head(ctx, *r.ProjectID, true); err != nil {
			return err
		} else if next != nil {
			e.ring(ctx, next)
		}
	}
	return nil
}

// sweepQuestions ends runs whose plan nobody answered in time.
func (e *Engine) sweepQuestions(ctx context.Context) error {
	expired, err := e.DB.Client(ctx).Run.Query().Where(
		run.StatusEQ(run.StatusAWAITING_APPROVAL), run.ApprovalExpiresAtLT(now()),
	).Limit(sweepBatch).All(ctx)
	if err != nil {
		return err
	}
	reason := fault.New(fault.Conflict, fault.Text{EN: "Nobody approved it in time.", FR: "Personne ne l’a approuvée à temps."})
	for _, r := range expired {
		err := e.DB.Tx(ctx, func(ctx context.Context, _ *ent.Client) error {
			_, err := e.end(ctx, r, rejected, reason, nil)
			return err
		})
		if err != nil && !isMoved(err) {
			return err
		}
	}
	return nil
}

// sweepDrift looks for drift in projects that have not been looked at for as long as the configuration says.
func (e *Engine) sweepDrift(ctx context.Context) error {
	if e.DriftEvery == 0 {
		return nil
	}
	due, err := e.DB.Client(ctx).Resource.Query().Where(
		resource.StatusEQ(resource.StatusREADY), resource.ReadyAtLT(now().Add(-e.DriftEvery)),
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
	_, err := e.DB.Client(ctx).IdempotencyKey.Delete().Where(idempotencykey.ExpiresAtLT(now())).Exec(ctx)
	return err
}
