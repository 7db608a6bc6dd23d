package graph

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/observe"
)

// numbers are what is counted of operations. They are told apart by their first field, which the schema bounds; the
// names that clients give them are without end.
type numbers struct {
	operations    *prometheus.CounterVec
	seconds       *prometheus.HistogramVec
	subscriptions prometheus.Gauge
}

func newNumbers(r *observe.Registry) numbers {
	return numbers{
		operations: r.Counter("arpent_graphql_operations_total",
			"GraphQL operations by their kind, first field and outcome: ok, refused or failed.", "kind", "field", "outcome"),
		seconds:       r.Histogram("arpent_graphql_operation_seconds", "Time of queries and mutations.", observe.Quick, "kind"),
		subscriptions: r.Gauge("arpent_graphql_subscriptions", "Subscriptions that are open at this server.").WithLabelValues(),
	}
}

// observed counts and traces an operation. A subscription is counted as long as it is open, and is no span: what it
// would tell is that somebody looked.
func (r *Resolver) observed(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	op := graphql.GetOperationContext(ctx).Operation
	kind, field := string(op.Operation), firstField(op.SelectionSet)
	if op.Operation == ast.Subscription {
		r.numbers.operations.WithLabelValues(kind, field, "ok").Inc()
		r.numbers.subscriptions.Inc()
		context.AfterFunc(ctx, r.numbers.subscriptions.Dec)
		return next(ctx)
	}
	began := time.Now()
	ctx, span := r.Tracer.Start(ctx, kind)
	if r.Tracer != nil {
		span.Name(kind + " " + field)
		span.Set("graphql.operation.name", shortName(op.Name))
	}
	handler := next(ctx)
	var once sync.Once
	return func(context.Context) *graphql.Response {
		response := handler(ctx)
		once.Do(func() {
			outcome := outcomeOf(response)
			span.End(outcome == "failed")
			r.numbers.seconds.WithLabelValues(kind).Observe(time.Since(began).Seconds())
			r.numbers.operations.WithLabelValues(kind, field, outcome).Inc()
		})
		return response
	}
}

// firstField is the first field that an operation asks for, also within fragments. It is one of the schema's: the
// operation is validated.
func firstField(set ast.SelectionSet) string {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			return s.Name
		case *ast.InlineFragment:
			return firstField(s.SelectionSet)
		case *ast.FragmentSpread:
			return firstField(s.Definition.SelectionSet)
		}
	}
	return ""
}

// outcomeOf tells whether the operation was answered, refused, or failed by our fault.
func outcomeOf(response *graphql.Response) string {
	if response == nil || len(response.Errors) == 0 {
		return "ok"
	}
	for _, e := range response.Errors {
		if e.Extensions["code"] == fault.Internal {
			return "failed"
		}
	}
	return "refused"
}

// shortName is what a client calls its operation, cut to what a trace can bear.
func shortName(name string) string { return strings.ToValidUTF8(name[:min(len(name), 80)], "") }
