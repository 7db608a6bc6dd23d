package provision

import (
	"context"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
)

// Cancel ends a run: at once when nobody works on it, else as soon as its tool has stopped.
func (l *Life) Cancel(ctx context.Context, runID string) (*ent.Run, error) {
	var canceled *ent.Run
	err := l.store.Tx(ctx, func(ctx context.Context) error {
		r, err := l.lockedRun(ctx, runID)
		if err != nil {
			return err
		}
		if err := l.MayCancel(ctx, r); err != nil {
			return err
		}
		if _, err := l.cancel(ctx, r, access.FromContext(ctx).Name); err != nil {
			return err
		}
		canceled, err = l.store.Get(asEngine(ctx), r.ID) // as it is written, with the times that the database gave it
		return err
	})
	return canceled, database.Fault(err)
}

func (l *Life) cancel(ctx context.Context, r *ent.Run, by string) (*ent.Run, error) {
	sign := Patch{CanceledBy: Set(by), CancelRequestedAt: Set(l.now())}
	if r.Status == run.StatusRUNNING {
		return l.move(ctx, r, State{run.StatusCANCELING, r.Phase}, sign)
	}
	return l.end(ctx, r, ended(run.StatusCANCELED, r.Phase), errCanceled(by), sign)
}

func errCanceled(by string) *fault.Error {
	return fault.New(fault.Conflict, fault.Text{EN: "Canceled by %s.", FR: "Annulée par %s."}, by)
}

// cancelerOf names who canceled a run.
func cancelerOf(r *ent.Run) string {
	if r.CanceledBy == nil {
		return ""
	}
	return *r.CanceledBy
}

// MayCancel tells whether the viewer may cancel a run: nil, or why not.
func (l *Life) MayCancel(ctx context.Context, r *ent.Run) error {
	if err := mayTouch(ctx, r, access.RunCancel); err != nil {
		return err
	}
	if stateOf(r).Final() || r.Status == run.StatusCANCELING {
		return fault.New(fault.Conflict, fault.Text{
			EN: "The run has ended, or is being canceled already.", FR: "L’exécution est terminée ou déjà en cours d’annulation.",
		})
	}
	return nil
}

// mayTouch asks for the permission in the run's project; runs of libraries belong to those who manage libraries, bulk
// changes to those who manage the inventory and to who asked for them.
func mayTouch(ctx context.Context, r *ent.Run, p access.Permission) error {
	switch {
	case r.ProjectID != nil:
		return may(ctx, *r.ProjectID, p)
	case r.Kind != run.KindBULK:
		return may(ctx, "", access.LibraryManage)
	case r.RequestedByID != nil && *r.RequestedByID == access.FromContext(ctx).ID:
		return nil
	}
	return may(ctx, "", access.InventoryManage)
}
