package provision

import (
	"context"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/runner"
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

// syncForever carries out library syncs, one at a time in this process.
func (e *Engine) syncForever(ctx context.Context) {
	attendForever(access.As(ctx, "clerk"), e.clerk, e.syncNext)
}

// syncNext claims and carries out one sync, and tells whether to look for another at once.
func (e *Engine) syncNext(ctx context.Context) bool {
	claimed, err := e.claimOwn(ctx, run.KindLIBRARY_SYNC, func(r *ent.Run) string { return *r.LibraryID })
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

// sync reads the library of a claimed run, its log going where every run's log goes.
func (e *Engine) sync(ctx context.Context, r *ent.Run) error {
	step := runner.Step{Name: "sync", Status: runner.StepRunning, StartedAt: e.now()}
	err := e.attend(ctx, r, step, func(ctx context.Context) error {
		log := newSyncLog(backend{e.Life}, e.leaseOf(r), r.LogSize)
		defer log.close()
		return e.Catalog.Sync(ctx, *r.LibraryID, log)
	})
	return e.concludeOwn(context.WithoutCancel(ctx), r, err)
}
