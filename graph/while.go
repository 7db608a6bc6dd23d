package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// A subscription that hands on what others read is asked before each answer whether its viewer may still see it. The
// question is asked where the answer is on its way: a goroutine between the two, for each of ten thousand dashboards that
// mostly wait, cost a fifth of their memory.

type whileKey struct{}

// while is the question of one subscription; nil as long as it has none.
type while struct{ may func() bool }

// withWhile gives each subscription a place for its question.
func withWhile(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	if graphql.GetOperationContext(ctx).Operation.Operation == ast.Subscription {
		ctx = context.WithValue(ctx, whileKey{}, new(while))
	}
	return next(ctx)
}

// onlyWhile ends the subscription of ctx, without another answer, as soon as the viewer may not see what it follows.
func onlyWhile(ctx context.Context, may func() bool) {
	ctx.Value(whileKey{}).(*while).may = may
}

// asked asks the question of a subscription before its answer leaves.
func asked(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	answer := next(ctx)
	if of, _ := ctx.Value(whileKey{}).(*while); of != nil && of.may != nil && answer != nil && !of.may() {
		return nil
	}
	return answer
}
