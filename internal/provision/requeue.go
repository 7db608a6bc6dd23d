package provision

import (
	"context"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
)

// Requeue puts a run back into the queue, for those who manage workers. Where a worker has it, that one is asked to
// stop its tool and to give the run back; if it is silent, its lease runs out. Nobody else gets the run before, so two
// never work on one project. A run that waits already is rung for again.
func (l *Life) Requeue(ctx context.Context, runID string) (*ent.Run, error) {
	var again *ent.Run
	err := l.store.Tx(ctx, func(ctx context.Context) error {
		if err := may(ctx, "", access.WorkerManage); err != nil {
			return err
		}
		r, err := l.store.Lock(asEngine(ctx), runID)
		if err != nil {
			return at(err, "id")
		}
		again, err = l.requeue(ctx, r)
		return err
	})
	return again, database.Fault(err)
}

func (l *Life) requeue(ctx context.Context, r *ent.Run) (*ent.Run, error) {
	switch r.Status {
	case run.StatusQUEUED:
		l.ringAfterCommit(ctx, r)
		return r, l.world.Journal(ctx, r, "run.requeued")
	case run.StatusRUNNING:
		n, err := l.store.Write(ctx, guardOf(r), Patch{CancelRequestedAt: Set(l.now())})
		if err == nil && n == 0 {
			err = errMoved
		}
		if err != nil {
			return nil, err
		}
		l.changedAfterCommit(ctx, r.ID)
		return r, l.world.Journal(ctx, r, "run.requeued")
	}
	return nil, fault.New(fault.Conflict, fault.Text{
		EN: "Only a run that waits for a worker, or that one has, can be put back into the queue.",
		FR: "Seule une exécution qui attend un exécuteur, ou qu’un exécuteur a prise, peut être remise dans la file.",
	}).At("id")
}
