package graph

import (
	"context"
	"errors"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/predicate"
	"github.com/arpent/arpent/graph/model"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/inventory"
	"github.com/arpent/arpent/internal/provision"
)

func (r *Resolver) changeServers(ctx context.Context, input model.ChangeServersInput) (*ent.Run, error) {
	wanted, err := serversChange(input)
	if err != nil {
		return nil, err
	}
	started, err := r.once(ctx, "changeServers", input.IdempotencyKey, input, func(ctx context.Context) (m made, err error) {
		m.run, err = r.Engine.ChangeServers(ctx, wanted)
		return m, err
	})
	return started.run, err
}

func serversChange(input model.ChangeServersInput) (wanted provision.ServersChange, err error) {
	wanted.IDs = input.Ids
	wanted.BulkChange = inventory.BulkChange{
		Move: inventory.Move(orZero(input.Move)), Reason: orZero(input.Reason), Remove: input.RemoveLabels, ProjectID: orZero(input.ProjectID),
	}
	if wanted.Set, err = textsOf(input.SetLabels, "setLabels"); err != nil || input.Where == nil {
		return wanted, err
	}
	wanted.Where = []predicate.Server{}
	matching, err := input.Where.P()
	switch {
	case errors.Is(err, ent.ErrEmptyServerWhereInput):
		return wanted, nil // it filters nothing
	case err != nil:
		return wanted, fault.New(fault.Invalid, fault.Text{EN: "The filter can not be read.", FR: "Le filtre est illisible."}).At("where").Because(err)
	}
	wanted.Where = append(wanted.Where, matching)
	return wanted, nil
}

// bulkOf is how far a bulk change is, looked up for all runs of the answer at once.
func (r *Resolver) bulkOf(ctx context.Context, one *ent.Run) (*model.BulkProgress, error) {
	return lookup(ctx, "bulk", ofRun, one.ID, func(ctx context.Context, ids []string) (map[string]*model.BulkProgress, error) {
		counts, err := r.Engine.BulkCounts(ctx, append(runsSeen(ctx, ids, one.ID), one))
		shown := map[string]*model.BulkProgress{}
		for id, c := range counts {
			shown[id] = &model.BulkProgress{Total: c.Total, Done: c.Done, Refused: c.Refused}
		}
		return shown, err
	})
}

// mostRefusals is how many servers one page of refusals has.
const mostRefusals = 100

func (r *Resolver) serverRefusals(ctx context.Context, runID string, first int, after string) ([]*model.ServerRefusal, error) {
	found, err := r.Engine.Refusals(ctx, runID, after, min(max(first, 0), mostRefusals))
	return each(found, func(one *ent.RunServer) *model.ServerRefusal {
		return &model.ServerRefusal{ServerID: one.ServerID, Hostname: given(one.Hostname), Reason: one.Reason, Cursor: one.ID}
	}), err
}
