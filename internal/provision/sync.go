package provision

import (
	"context"
	"sync"
	"time"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/runner"
	"github.com/arpent/arpent/internal/worker"
)

// SyncLibrary starts a run that reads a library. One that is under way is returned.
func (e *Engine) SyncLibrary(ctx context.Context, libraryID string) (*ent.Run, error) {
	var started *ent.Run
	err := e.DB.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
		library, err := client.Library.Get(ctx, libraryID)
		if err != nil {
			return at(err, "id")
		}
		if !access.FromContext(ctx).May(access.LibraryManage) {
			return may(ctx, "", access.LibraryManage)
		}
		underWay, err := client.Run.Query().Where(run.LibraryID(library.ID), run.StatusEQ(run.StatusQUEUED)).First(ctx)
		if err == nil || !ent.IsNotFound(err) {
			started = underWay
			return err
		}
		started, err = e.start(ctx, order{
			change: change{Op: opSync, Name: library.Name}, library: library, policy: Policy{Auto: true},
		})
		return err
	})
	return started, database.Fault(err)
}

// Libraries are read by the server itself, not by workers: they need its database, and no tool.

const clerkPoll = 5 * time.Second

func (e *Engine) wakeClerk() {
	select {
	case e.clerk <- struct{}{}:
	default:
	}
}

// syncForever carries out library syncs, one at a time in this process.
func (e *Engine) syncForever(ctx context.Context) {
	ctx = access.As(ctx, "clerk")
	tick := time.NewTicker(clerkPoll)
	defer tick.Stop()
	for {
		for e.syncNext(ctx) {
		}
		select {
		case <-ctx.Done():
			return
		case <-e.clerk:
		case <-tick.C:
		}
	}
}

// syncNext claims and carries out one sync, and tells whether to look for another at once.
func (e *Engine) syncNext(ctx context.Context) bool {
	claimed, err := e.claimSync(ctx)
	if err != nil || claimed == nil {
		if err != nil && ctx.Err() == nil {
			e.Log.Warn("claim a library sync", "error", err)
		}
		return false
	}
	if err := e.sync(ctx, claimed); err != nil && ctx.Err() == nil {
		e.Log.Error("sync a library", "run", claimed.ID, "error", err)
	}
	return ctx.Err() == nil
}

func (e *Engine) claimSync(ctx context.Context) (*ent.Run, error) {
	var claimed *ent.Run
	err := e.DB.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
		next, err := client.Run.Query().Where(run.KindEQ(run.KindLIBRARY_SYNC), run.StatusEQ(run.StatusQUEUED)).
			Order(run.ByID()).First(ctx)
		if ent.IsNotFound(err) {
			return nil
		}
		if err != nil {
			return err
		}
		claimed, err = e.take(ctx, next, *next.LibraryID, claimant{name: e.Name})
		return err
	})
	if isMoved(err) || database.IsTaken(err) {
		return nil, nil
	}
	return claimed, err
}

// sync reads the library of a claimed run, its log going where every run's log goes.
func (e *Engine) sync(ctx context.Context, r *ent.Run) error {
	lease := e.leaseOf(r)
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var renewing sync.WaitGroup
	renewing.Go(func() { e.renewSync(ctx, stop, lease) })
	log := newSyncLog(backend{e.Life}, lease, r.LogSize)
	step := runner.Step{Name: "sync", Status: runner.StepRunning, StartedAt: e.now()}
	_ = backend{e.Life}.Step(ctx, lease, step) // a step that is not shown harms nothing
	err := e.Catalog.Sync(ctx, *r.LibraryID, log)
	log.close()
	stop()
	renewing.Wait()
	return e.concludeSync(context.WithoutCancel(ctx), r, err)
}

func (e *Engine) concludeSync(ctx context.Context, r *ent.Run, cause error) error {
	err := e.DB.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
		held, err := client.Run.Query().Where(run.ID(r.ID), run.Lease(r.Lease)).Only(ctx)
		if err != nil {
			return err
		}
		outcome := runner.Done
		if cause != nil {
			outcome = runner.Failed
		}
		if err := e.world.EndSteps(ctx, held, stepStatus(outcome), e.now()); err != nil {
			return err
		}
		switch {
		case held.Status == run.StatusCANCELING:
			_, err = e.end(ctx, held, planCanceled, errCanceled(cancelerOf(held)), Patch{})
		case cause != nil:
			_, err = e.end(ctx, held, planFailed, reasonOf(cause), Patch{})
		default:
			_, err = e.move(ctx, held, planSucceeded, Patch{})
		}
		return err
	})
	e.compactLater(r.ID)
	return err
}

// renewSync keeps the lease while a library is read, and stops the reading when somebody cancels it.
func (e *Engine) renewSync(ctx context.Context, stop context.CancelFunc, lease worker.Lease) {
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
