package graph

import (
	"context"
	"errors"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/schema"
	"github.com/arpent/arpent/ent/schema/typeid"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/fault"
)

// tableOf is the table of an id, by its prefix.
func tableOf(_ context.Context, id string) (string, error) {
	if table, ok := schema.Prefixes[typeid.Prefix(id)]; ok {
		return table, nil
	}
	return "", fault.New(fault.NotFound, notThere)
}

// node finds what an id names; what is not there and what the viewer may not see are the same.
func (r *Resolver) node(ctx context.Context, id string) (ent.Noder, error) {
	found, err := r.client(ctx).Noder(ctx, id, ent.WithNodeType(tableOf))
	if ent.IsNotFound(err) {
		return nil, refused(ctx, fault.New(fault.NotFound, notThere).Because(err))
	}
	return found, err
}

// nodes finds what ids name, in their order and with one statement for each type; null for what is not there.
func (r *Resolver) nodes(ctx context.Context, ids []string) ([]ent.Noder, error) {
	if !access.FromContext(ctx).SignedIn() {
		return nil, errNobody
	}
	var failed error
	aside := graphql.WithResponseContext(ctx, func(_ context.Context, err error) *gqlerror.Error {
		if !missing(err) {
			failed = err
		}
		return gqlerror.Wrap(err)
	}, nil) // ent adds an error to the answer for each id that is not there
	found, err := r.client(ctx).Noders(aside, ids, ent.WithNodeType(tableOf))
	if missing(err) {
		return make([]ent.Noder, len(ids)), nil
	}
	return found, errors.Join(err, failed)
}

func missing(err error) bool { return ent.IsNotFound(err) || fault.Is(err, fault.NotFound) }
