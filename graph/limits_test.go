package graph

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/arpent/arpent/internal/fault"
)

// What takes too long is given up, and whoever asked is told that it is the time and how long it may take, whatever failed because of it.
// Who brings a file has more of it: a file is read, compared and written whole.
func TestWhoRunsOutOfTimeIsToldSo(t *testing.T) {
	t.Parallel()
	file := graphql.Upload{Filename: "servers.csv"}
	for name, c := range map[string]struct {
		variables map[string]any
		most      time.Duration
	}{
		"a request":         {map[string]any{"name": "web", "input": map[string]any{"count": 2}}, MaxTime},
		"a file":            {map[string]any{"file": file}, MaxReading},
		"a file in a field": {map[string]any{"input": map[string]any{"file": file}}, MaxReading},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx := graphql.WithOperationContext(t.Context(), &graphql.OperationContext{
					Operation: &ast.OperationDefinition{Operation: ast.Mutation}, Variables: c.variables,
				})
				var shown *gqlerror.Error
				began := time.Now()
				limits{}.InterceptOperation(ctx, func(context.Context) graphql.ResponseHandler {
					return func(ctx context.Context) *graphql.Response {
						<-ctx.Done()
						shown = presenter(slog.New(slog.DiscardHandler))(ctx, fmt.Errorf("the database: %w", ctx.Err()))
						return nil
					}
				})(ctx)
				require.Equal(t, c.most, time.Since(began))
				require.Equal(t, fault.Limited, shown.Extensions["code"])
				require.Equal(t, map[string]any{"name": "time", "max": int(c.most.Seconds()), "asked": int(c.most.Seconds())}, shown.Extensions["limit"])
				require.Contains(t, shown.Message, fmt.Sprint(int(c.most.Seconds()), " seconds"))
			})
		})
	}
}

// An error that has nothing to do with the time stays what it is.
func TestWhatFailsInTimeIsNotLate(t *testing.T) {
	t.Parallel()
	ctx := graphql.WithOperationContext(t.Context(), &graphql.OperationContext{Operation: &ast.OperationDefinition{Operation: ast.Query}})
	var code any
	limits{}.InterceptOperation(ctx, func(context.Context) graphql.ResponseHandler {
		return func(ctx context.Context) *graphql.Response {
			code = presenter(slog.New(slog.DiscardHandler))(ctx, errors.New("odd")).Extensions["code"]
			return nil
		}
	})(ctx)
	require.NotEqual(t, fault.Limited, code)
}
