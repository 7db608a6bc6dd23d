package graph

import (
	"context"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/fault"
)

// Limits of one operation. Whoever passes one is told which, and how far it goes.
const (
	MaxQuery   = 64 << 10         // bytes of text
	MaxTokens  = 5000             // of text
	MaxDepth   = 16               // fields within fields
	MaxCost    = 25_000           // fields of the answer, as if every page were full
	MaxAliases = 60               // names given to fields
	MaxPage    = 100              // rows of a page
	PageSize   = 20               // rows of a page that names neither first nor last
	MaxFilter  = 500              // values in the filters of one connection
	MaxTime    = 30 * time.Second // of a query or mutation
	MaxReading = 5 * time.Minute  // of a mutation that brings a file: it is read, compared and written whole
)

// schemaCost is what one look at the whole schema counts as. How deep it goes is the parser's limit: lists of fields
// within each other, which would unfold without end.
const (
	schemaCost    = MaxCost / 2
	maxSchemaList = 2
)

// listCost is what a list without pages counts as; the lists of ours are short.
const listCost = 10

// limits holds every operation to the limits, and gives pages their size.
type limits struct{}

var _ interface {
	graphql.HandlerExtension
	graphql.OperationParameterMutator
	graphql.OperationContextMutator
	graphql.OperationInterceptor
} = limits{}

func (limits) ExtensionName() string                   { return "Limits" }
func (limits) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationParameters bounds the text before anybody parses it.
func (limits) MutateOperationParameters(_ context.Context, params *graphql.RawParams) *gqlerror.Error {
	if len(params.Query) > MaxQuery {
		return beyond("query", MaxQuery, len(params.Query), fault.Text{
			EN: "A query has at most %d bytes, this one has %d.", FR: "Une requête compte au plus %d octets, celle-ci en a %d.",
		}, len(params.Query))
	}
	return nil
}

// MutateOperationContext measures the operation before anything is run.
func (limits) MutateOperationContext(ctx context.Context, op *graphql.OperationContext) *gqlerror.Error {
	op.DisableIntrospection = !access.FromContext(ctx).SignedIn()
	m := measure{variables: op.Variables, visits: MaxCost}
	cost, err := m.selection(op.Operation.SelectionSet, 1)
	if err == nil && cost > MaxCost {
		err = beyond("cost", MaxCost, cost, fault.Text{
			EN: "An operation may cost %d, this one costs %d. Ask for fewer rows or fields.",
			FR: "Une opération peut coûter %d, celle-ci coûte %d. Demandez moins de lignes ou de champs.",
		}, cost)
	}
	return err
}

// InterceptOperation bounds the time of what is no subscription. Who runs out of it is told so, whatever failed because of it.
func (limits) InterceptOperation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	op := graphql.GetOperationContext(ctx)
	if op.Operation.Operation == ast.Subscription {
		return next(ctx)
	}
	most := timeFor(op.Variables)
	ctx, cancel := context.WithTimeoutCause(ctx, most, outOfTime(most))
	handler := next(ctx)
	return func(context.Context) *graphql.Response {
		defer cancel()
		return handler(ctx)
	}
}

// timeFor is how long an operation may take, by what comes with it. Files stand in a variable, or in a field of one.
func timeFor(variables map[string]any) time.Duration {
	for _, value := range variables {
		if _, ok := value.(graphql.Upload); ok {
			return MaxReading
		}
		if fields, ok := value.(map[string]any); ok && timeFor(fields) == MaxReading {
			return MaxReading
		}
	}
	return MaxTime
}

func outOfTime(most time.Duration) error {
	seconds := int(most.Seconds())
	return beyond("time", seconds, seconds, fault.Text{
		EN: "This took longer than %d seconds and was given up: nothing is changed. Ask for less at once, or try again when the server has less to do.",
		FR: "Cela a pris plus de %d secondes et a été abandonné : rien n’est modifié. Demandez moins à la fois, ou réessayez quand le serveur sera moins occupé.",
	})
}

// exceeded is a refusal because of a limit: which one, how far it goes, and how far the request went.
type exceeded struct {
	fault      *fault.Error
	limit      string
	max, asked int
}

func (e *exceeded) Error() string { return e.fault.Error() }
func (e *exceeded) Unwrap() error { return e.fault }

// beyond refuses what passes a limit. The text is given the limit's value first, then the other arguments.
func beyond(limit string, most, asked int, text fault.Text, args ...any) *gqlerror.Error {
	return gqlerror.Wrap(&exceeded{fault: fault.New(fault.Limited, text, append([]any{most}, args...)...), limit: limit, max: most, asked: asked})
}

// measure walks an operation as it will be answered, fragments in their places.
type measure struct {
	variables map[string]any
	aliases   int
	visits    int // left; fragments within fragments can unfold without end
}

// selection is the cost of a set of fields at a depth.
func (m *measure) selection(set ast.SelectionSet, depth int) (cost int, err *gqlerror.Error) {
	for _, selection := range set {
		if m.visits--; m.visits < 0 {
			return 0, beyond("fields", MaxCost, MaxCost+1, fault.Text{
				EN: "This operation has more than %d fields.", FR: "Cette opération compte plus de %d champs.",
			})
		}
		var more int
		switch s := selection.(type) {
		case *ast.Field:
			more, err = m.field(s, depth)
		case *ast.InlineFragment:
			more, err = m.selection(s.SelectionSet, depth)
		case *ast.FragmentSpread:
			more, err = m.selection(s.Definition.SelectionSet, depth)
		}
		if err != nil {
			return 0, err
		}
		cost = min(cost+more, 1<<40)
	}
	return cost, nil
}

func (m *measure) field(f *ast.Field, depth int) (int, *gqlerror.Error) {
	if depth > MaxDepth && !strings.HasPrefix(f.ObjectDefinition.Name, "__") {
		return 0, beyond("depth", MaxDepth, depth, fault.Text{
			EN: "Fields may stand %d deep within each other.", FR: "Les champs peuvent être imbriqués sur %d niveaux.",
		})
	}
	if f.Alias != f.Name {
		if m.aliases++; m.aliases > MaxAliases {
			return 0, beyond("aliases", MaxAliases, m.aliases, fault.Text{
				EN: "An operation has at most %d aliases.", FR: "Une opération compte au plus %d alias.",
			})
		}
	}
	rows, err := m.rows(f)
	if err != nil {
		return 0, err
	}
	child, err := m.selection(f.SelectionSet, depth+1)
	return min(ownCost(f)+rows*child, 1<<40), err
}

// ownCost is what a field counts as without what stands below it.
func ownCost(f *ast.Field) int {
	if f.Name == "__schema" {
		return schemaCost
	}
	return 1
}

// rows is how many times what stands below a field is answered.
func (m *measure) rows(f *ast.Field) (int, *gqlerror.Error) {
	if f.Definition == nil || f.Definition.Type == nil {
		return 1, nil
	}
	switch {
	case isConnection(f):
		return m.page(f)
	case f.Name == "nodes" && f.Arguments.ForName("ids") != nil:
		return m.ids(f)
	case f.Definition.Type.Elem != nil && f.Name != "edges" && len(f.SelectionSet) > 0 && !strings.HasPrefix(f.ObjectDefinition.Name, "__"):
		return listCost, nil
	}
	return 1, nil
}

func (m *measure) ids(f *ast.Field) (int, *gqlerror.Error) {
	arguments, err := m.arguments(f)
	if err != nil {
		return 0, err
	}
	ids, _ := arguments["ids"].([]any)
	if len(ids) > MaxPage {
		return 0, beyond("page", MaxPage, len(ids), fault.Text{
			EN: "At most %d ids may be asked for at once.", FR: "On peut demander au plus %d identifiants à la fois.",
		})
	}
	return len(ids), nil
}
