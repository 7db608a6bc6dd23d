package graph

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/arpent/arpent/internal/fault"
)

// isConnection tells whether a field is a Relay connection with pages.
func isConnection(f *ast.Field) bool {
	return f.Definition != nil && strings.HasSuffix(f.Definition.Type.Name(), "Connection") &&
		f.Definition.Arguments.ForName("first") != nil
}

// page is the number of rows that a connection is asked for. It sees to it that there is one: a page whose size
// is a variable without a value gets the usual size.
func (m *measure) page(f *ast.Field) (int, *gqlerror.Error) {
	arguments, err := m.arguments(f)
	if err != nil {
		return 0, err
	}
	if values := count(arguments["where"]); values > MaxFilter {
		return 0, beyond("filter", MaxFilter, values, fault.Text{
			EN: "A filter has at most %d values, this one has %d.", FR: "Un filtre compte au plus %d valeurs, celui-ci en a %d.",
		}, values)
	}
	first, hasFirst := whole(arguments["first"])
	last, hasLast := whole(arguments["last"])
	if !hasFirst && !hasLast {
		return m.usual(f)
	}
	rows, name := first, "first"
	if hasLast {
		rows, name = last, "last"
	}
	if rows > MaxPage {
		return 0, beyond("page", MaxPage, rows, fault.Text{
			EN: "A page has at most %d rows: %s is %d.", FR: "Une page compte au plus %d lignes : %s vaut %d.",
		}, name, rows)
	}
	return max(rows, 0), nil
}

// usual gives a variable that stands for the size of a page its value.
func (m *measure) usual(f *ast.Field) (int, *gqlerror.Error) {
	argument := f.Arguments.ForName("first")
	if argument == nil || argument.Value.Kind != ast.Variable {
		argument = f.Arguments.ForName("last")
	}
	if argument == nil || argument.Value.Kind != ast.Variable {
		return 0, beyond("page", MaxPage, 0, fault.Text{
			EN: "Give first or last a number of 1 to %d.", FR: "Donnez à first ou last un nombre de 1 à %d.",
		})
	}
	m.variables[argument.Value.Raw] = int64(PageSize)
	return PageSize, nil
}

// arguments reads a field's arguments: literals that are no values of their kind panic in the library.
func (m *measure) arguments(f *ast.Field) (arguments map[string]any, err *gqlerror.Error) {
	defer func() {
		if p := recover(); p != nil {
			err = gqlerror.Wrap(fault.New(fault.Invalid, fault.Text{
				EN: "The arguments of %s cannot be read.", FR: "Les arguments de %s sont illisibles.",
			}, f.Name))
		}
	}()
	return f.ArgumentMap(m.variables), nil
}

// count is how many values stand in a value.
func count(value any) int {
	total := 1
	switch v := value.(type) {
	case map[string]any:
		for _, inner := range v {
			total += count(inner)
		}
	case []any:
		for _, inner := range v {
			total += count(inner)
		}
	}
	return total
}

// whole reads an argument that may have come as a literal or in JSON.
func whole(value any) (int, bool) {
	switch n := value.(type) {
	case int64:
		return int(n), true
	case int:
		return n, true
	case float64:
		return int(n), true
	case json.Number:
		parsed, err := strconv.Atoi(n.String())
		return parsed, err == nil
	}
	return 0, false
}

// queries keeps the queries that were parsed and found valid. On its way in, each gets the usual size for pages
// that name none; what is long is not kept, so that hostile texts cannot fill the memory.
type queries struct {
	graphql.Cache[*ast.QueryDocument]
}

const (
	keptQueries   = 1000
	keptQuerySize = 8 << 10
)

func newQueries() queries { return queries{lru.New[*ast.QueryDocument](keptQueries)} }

// Add is called once for each parsed query, before it is run.
func (q queries) Add(ctx context.Context, text string, document *ast.QueryDocument) {
	for _, operation := range document.Operations {
		giveSizes(operation.SelectionSet)
	}
	for _, fragment := range document.Fragments {
		giveSizes(fragment.SelectionSet)
	}
	if len(text) <= keptQuerySize {
		q.Cache.Add(ctx, text, document)
	}
}

func giveSizes(set ast.SelectionSet) {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			if isConnection(s) && s.Arguments.ForName("first") == nil && s.Arguments.ForName("last") == nil {
				s.Arguments = append(s.Arguments, &ast.Argument{Name: "first", Position: s.Position, Value: &ast.Value{
					Raw: strconv.Itoa(PageSize), Kind: ast.IntValue, Position: s.Position,
				}})
			}
			giveSizes(s.SelectionSet)
		case *ast.InlineFragment:
			giveSizes(s.SelectionSet)
		}
	}
}
