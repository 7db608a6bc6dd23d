package graph

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"github.com/99designs/gqlgen/graphql"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/graph/model"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/provision"
)

// firstChanges is how many changes of a plan are listed without pages.
const firstChanges = 200

// planPage is a page of a plan's changes. A cursor is the position of its change in the plan.
func (r *Resolver) planPage(ctx context.Context, plan *ent.RunPlan, first int, after *ent.Cursor, filter provision.PlanFilter) (*model.PlanChangeConnection, error) {
	from, err := positionAfter(after)
	if err != nil {
		return nil, refused(ctx, err)
	}
	changes, more, err := r.Engine.PlanChanges(ctx, plan, from, max(first, 0), filter)
	if err != nil {
		return nil, refused(ctx, err)
	}
	nodes, err := planChanges(changes)
	if err != nil {
		return nil, err
	}
	page := &model.PlanChangeConnection{
		Edges: make([]*model.PlanChangeEdge, len(nodes)), PageInfo: &ent.PageInfo{HasNextPage: more, HasPreviousPage: from > 0},
	}
	for i, node := range nodes {
		page.Edges[i] = &model.PlanChangeEdge{Node: node, Cursor: ent.Cursor{ID: strconv.Itoa(changes[i].Position)}}
	}
	if slices.Contains(graphql.CollectAllFields(ctx), "totalCount") {
		if page.TotalCount, err = r.Engine.CountPlanChanges(ctx, plan, filter); err != nil {
			return nil, refused(ctx, err)
		}
	}
	if len(page.Edges) > 0 {
		page.PageInfo.StartCursor, page.PageInfo.EndCursor = &page.Edges[0].Cursor, &page.Edges[len(page.Edges)-1].Cursor
	}
	return page, nil
}

func positionAfter(cursor *ent.Cursor) (int, error) {
	if cursor == nil {
		return 0, nil
	}
	position, err := strconv.Atoi(cursor.ID)
	if err != nil || position < 0 {
		return 0, fault.New(fault.Invalid, fault.Text{EN: "This cursor is none of a plan.", FR: "Ce curseur n’est pas celui d’un plan."}).At("after")
	}
	return position + 1, nil
}

func planOutputs(plan *ent.RunPlan) ([]*model.PlanChange, error) {
	changes, err := decoded[*model.PlanChange](plan.Outputs)
	for _, c := range changes {
		c.Attributes = orEmpty(c.Attributes)
	}
	return changes, err
}

func planChanges(stored []provision.PlanChange) ([]*model.PlanChange, error) {
	changes := make([]*model.PlanChange, len(stored))
	for i, s := range stored {
		if err := json.Unmarshal(s.Change, &changes[i]); err != nil {
			return nil, fmt.Errorf("read a change of a plan: %w", err)
		}
		changes[i].Attributes = orEmpty(changes[i].Attributes)
	}
	return changes, nil
}
