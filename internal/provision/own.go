package provision

import (
	"context"
	"sync"
	"time"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/runner"
	"github.com/arpent/arpent/internal/worker"
)

// Some runs are carried out by the server itself, not by workers: libraries are read and servers changed in bulk, which
// needs the database, and no tool. They have no project, hold a lease as any other run, and go on elsewhere when it is lost.

const clerkPoll = 5 * time.Second

// byServer tells whether the server itself carries out runs of a kind.
func byServer(kind run.Kind) bool { return kind == run.KindLIBRARY_SYNC || kind == run.KindBULK }

// wakeClerk wakes those of this process who carry out runs.
func (e *Engine) wakeClerk() {
	for _, wake := range []chan struct{}{e.clerk, e.bulker} {
		select {
		case wake <- struct{}{}:
		default:
		}
	}
}

// attendForever carries out one run after the other; next tells whether to look for another at once.
func attendForever(ctx context.Context, wake <-chan struct{}, next func(context.Context) bool) {
	tick := time.NewTicker(clerkPoll)
	defer tick.Stop()
	for {
		for next(ctx) {
		}
		select {
		case <-ctx.Done():
			return
		case <-wake:
		case <-tick.C:
		}
	}
}

// claimOwn takes the oldest queued run of a kind that this process carries out itself; nil when there is none. busy names
// what nobody else may work on meanwhile.
func (e *Engine) claimOwn(ctx context.Context, kind run.Kind, busy func(*ent.Run) string) (*ent.Run, error) {
	var claimed *ent.Run
	err := e.DB.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
		next, err := client.Run.Query().Where(run.KindEQ(kind), run.StatusEQ(run.StatusQUEUED)).
			Order(run.ByID()).First(ctx)
		if ent.IsNotFound(err) {
			return nil
		}
		if err != nil {
			return err
		}
		claimed, err = e.take(ctx, next, busy(next), claimant{name: e.Name})
		return err
	})
	if isMoved(err) || database.IsTaken(err) {
		return nil, nil
	}
	return claimed, err
}

// attend does the work of a claimed run while it keeps the lease. The context of the work ends when somebody cancels the
// run, and when the lease is lost.
func (e *Engine) attend(ctx context.Context, r *ent.Run, step runner.Step, work func(ctx context.Context) error) error {
	lease := e.leaseOf(r)
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var renewing sync.WaitGroup
	renewing.Go(func() { e.renewOwn(ctx, stop, lease) })
	_ = backend{e.Life}.Step(ctx, lease, step) // a step that is not shown harms nothing
	err := work(ctx)
	stop()
	renewing.Wait()
	return err
}

// renewOwn keeps the lease while this process works on a run, and stops the work when somebody cancels it.
func (e *Engine) renewOwn(ctx context.Context, stop context.CancelFunc, lease worker.Lease) {
	tick := time.NewTicker(e.Lease / 3)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		renewal, err := backend{e.Life}.Renew(ctx, lease)
		if err != nil || renewal.Cancel {
			stop()
			return
		}
	}
}

// concludeOwn ends a run that this process has carried out; cause is why it failed.
func (e *Engine) concludeOwn(ctx context.Context, r *ent.Run, cause error) error {
	err := e.DB.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
		held, err := client.Run.Query().Where(run.ID(r.ID), run.Lease(r.Lease)).Only(ctx)
		if err != nil {
			return err
		}
		outcome := runner.Done
		switch {
		case held.Status == run.StatusCANCELING:
			outcome = runner.Canceled
		case cause != nil:
			outcome = runner.Failed
		}
		if err := e.world.EndSteps(ctx, held, nil, stepStatus(outcome), e.now()); err != nil {
			return err
		}
		switch outcome {
		case runner.Canceled:
			_, err = e.end(ctx, held, planCanceled, errCanceled(cancelerOf(held)), Patch{})
		case runner.Failed:
			_, err = e.end(ctx, held, planFailed, reasonOf(cause), Patch{})
		default:
			_, err = e.move(ctx, held, planSucceeded, Patch{})
		}
		return err
	})
	e.compactLater(r.ID)
	return err
}
