package answer

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
)

// List makes the elements of a list, one after the other; each knows its place. A panic makes the whole list null.
func List(ctx context.Context, length int, element func(ctx context.Context, i int) graphql.Marshaler) (list graphql.Array) {
	list = make(graphql.Array, length)
	places := make([]graphql.FieldContext, length)
	indices := make([]int, length)
	at := ctx
	defer func() {
		if p := recover(); p != nil {
			graphql.AddError(at, graphql.Recover(at, p))
			list = nil
		}
	}()
	for i := range list {
		indices[i] = i
		places[i].Index = &indices[i]
		at = graphql.WithFieldContext(ctx, &places[i])
		list[i] = element(at, i)
	}
	return list
}
