package allocation

import (
	"context"

	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
)

// fence refuses a run whose lease is gone, and keeps it from going until the transaction of ctx ends: the attempt that comes after
// it may have been given the same claims, which a late call of the first would take from it. Everybody else passes.
func (s *Service) fence(ctx context.Context) error {
	viewer := access.FromContext(ctx)
	if viewer.Kind != access.Run {
		return nil
	}
	query := s.db.Client(ctx).Run.Query().Where(
		run.ID(viewer.ID), run.Lease(viewer.Lease), run.StatusIn(run.StatusRUNNING, run.StatusCANCELING), run.PhaseEQ(run.PhaseAPPLY),
	)
	if s.db.Postgres() && database.InTx(ctx) {
		query = query.ForShare() // on SQLite, whoever writes is alone
	}
	ids, err := query.Limit(1).IDs(asAllocation(ctx))
	if err == nil && len(ids) == 0 {
		err = fault.New(fault.Conflict, textLeaseGone)
	}
	return err
}
