package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/internal/inventory"
)

// serversWhere are the servers that a filter selects, found by its ways.
func (r *Resolver) serversWhere(ctx context.Context, where *ent.ServerWhereInput) (*ent.ServerQuery, error) {
	query := r.client(ctx).Server.Query()
	if where == nil {
		return query, nil
	}
	named := whereNamed(ctx)
	search, _ := named["search"].(string)
	orderID, _ := named["orderId"].(string)
	return query, r.Inventory.Page(ctx, query, inventory.Asked{
		Search: search, OrderID: orderID, Health: where.HealthIn, Lifecycle: where.LifecycleIn,
		Beside: named["labels"] != nil || named["networkId"] != nil,
	})
}

// whereNamed is the filter of the field that is being resolved as it was sent: parts of it have resolvers, which have made predicates of them.
func whereNamed(ctx context.Context) map[string]any {
	arguments := graphql.GetFieldContext(ctx).Field.ArgumentMap(graphql.GetOperationContext(ctx).Variables)
	where, _ := arguments["where"].(map[string]any)
	return where
}
