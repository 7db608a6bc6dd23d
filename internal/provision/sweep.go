package provision

import (
	"context"
	"time"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/ent/runstep"
	"github.com/arpent/arpent/internal/fault"
)

const (
	sweepEvery  = 2 * time.Second
	ringAfter   = 3 * time.Second // how long a queued run waits before its bell is taken for lost
	maxAttempts = 5               // of one run, before it is given up
	sweepBatch  = 100
)

// A chore is one step of a sweep.
type chore struct {
	name string
	do   func(context.Context) error
}

// Sweep finds what got lost, and does other chores, every two seconds until ctx is done. Every replica sweeps: each
// step is one conditional move, so nothing happens twice.
func (l *Life) Sweep(ctx context.Context, others ...chore) {
	chores := append([]chore{
		{"expired leases", l.sweepLeases}, {"lost bells", l.sweepQueue}, {"unanswered questions", l.sweepQuestions},
	}, others...)
	for ctx.Err() == nil {
		for _, c := range chores {
			l.sweep(ctx, c)
		}
		l.clock.Wait(ctx, sweepEvery)
	}
}

func (l *Life) sweep(ctx context.Context, c chore) {
	began := l.clock.Now()
	err := c.do(ctx)
	if ctx.Err() != nil {
		return
	}
	l.numbers.swept(c.name, l.clock.Now().Sub(began), err)
	if err != nil {
		l.log.Warn("sweep", "step", c.name, "error", err)
	}
}

// sweepLeases takes runs from workers that have been silent for longer than their lease.
func (l *Life) sweepLeases(ctx context.Context) error {
	expired, err := l.store.Expired(ctx, sweepBatch)
	if err != nil {
		return err
	}
	for _, r := range expired {
		if err := l.takeBack(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

// takeBack ends a lease. The next attempt plans from the state as it is, whatever the dead one had done.
func (l *Life) takeBack(ctx context.Context, r *ent.Run) error {
	err := l.store.Tx(ctx, func(ctx context.Context) error {
		if err := l.world.EndSteps(ctx, r, nil, runstep.StatusFAILED, l.now()); err != nil {
			return err
		}
		fence := Patch{Lease: 1}
		switch {
		case r.Status == run.StatusCANCELING:
			_, err := l.end(ctx, r, ended(run.StatusCANCELED, r.Phase), errCanceled(cancelerOf(r)), fence)
			return err
		case r.Attempt >= maxAttempts:
			_, err := l.end(ctx, r, ended(run.StatusFAILED, r.Phase), errGivenUp(r.Attempt), fence)
			return err
		}
		_, err := l.move(ctx, r, planQueued, fence)
		return err
	})
	if isMoved(err) {
		return nil
	}
	if err == nil {
		l.numbers.leasesLost.Inc()
		l.log.Warn("a lease expired, the run is taken back", "run", r.ID, "worker", r.Worker, "attempt", r.Attempt)
		l.compactLater(r.ID)
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
func (l *Life) sweepQueue(ctx context.Context) error {
	waiting, err := l.store.Unheard(ctx, l.now().Add(-ringAfter), sweepBatch)
	if err != nil {
		return err
	}
	projects := map[string]bool{}
	for _, r := range waiting {
		if r.ProjectID == nil {
			l.bells.WakeClerk()
			continue
		}
		if projects[*r.ProjectID] {
			continue
		}
		projects[*r.ProjectID] = true
		if next, err := l.head(ctx, *r.ProjectID, true); err != nil {
			return err
		} else if next != nil {
			l.ring(ctx, next)
		}
	}
	return nil
}

// sweepQuestions ends runs whose plan nobody answered in time.
func (l *Life) sweepQuestions(ctx context.Context) error {
	expired, err := l.store.Unanswered(ctx, l.now(), sweepBatch)
	if err != nil {
		return err
	}
	reason := fault.New(fault.Conflict, fault.Text{EN: "Nobody approved it in time.", FR: "Personne ne l’a approuvée à temps."})
	for _, r := range expired {
		err := l.store.Tx(ctx, func(ctx context.Context) error {
			_, err := l.end(ctx, r, rejected, reason, Patch{})
			return err
		})
		if err != nil && !isMoved(err) {
			return err
		}
	}
	return nil
}
