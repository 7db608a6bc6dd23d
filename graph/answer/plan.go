// Package answer is what the generated code in graph/generated makes answers with, in place of gqlgen's own: it collects
// the fields of a selection once for all rows of a list, and makes the rows of a list one after the other.
//
// gqlgen gives each row, and each field with a resolver, a goroutine of its own. That pays where every row asks
// somebody far away. Our rows are all there when the list is made, and what resolvers add is looked up for all rows at
// once: the goroutines, and the stacks that each of them grows anew, were most of what a page cost.
package answer

import (
	"sync"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// Plan is the fields of one selection on one type, in the order of the answer.
type Plan struct {
	Fields []graphql.CollectedField
	keys   [][]byte // each field's name in the answer as it is written; nil where an earlier field has the name

	selection ast.SelectionSet
	types     []string
}

// Plans are the plans of one operation. Its zero value is ready, and many may use it at once.
type Plans struct {
	made  atomic.Pointer[[]*Plan] // replaced as a whole: reading takes no lock
	mutex sync.Mutex
}

// Of is the plan of a selection on a type that goes by several names: its own, and those of its interfaces.
func (p *Plans) Of(operation *graphql.OperationContext, selection ast.SelectionSet, types []string) *Plan {
	if found := p.find(selection, types); found != nil {
		return found
	}
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if found := p.find(selection, types); found != nil {
		return found
	}
	plan := newPlan(graphql.CollectFields(operation, selection, types), selection, types)
	all := []*Plan{plan}
	if made := p.made.Load(); made != nil {
		all = append(all, *made...)
	}
	p.made.Store(&all)
	return plan
}

func (p *Plans) find(selection ast.SelectionSet, types []string) *Plan {
	made := p.made.Load()
	if made == nil {
		return nil
	}
	for _, plan := range *made {
		if same(plan.selection, selection) && same(plan.types, types) {
			return plan
		}
	}
	return nil
}

// same tells whether two slices are the same memory: selections and names of types never change once they are made.
func same[T any](a, b []T) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

func newPlan(fields []graphql.CollectedField, selection ast.SelectionSet, types []string) *Plan {
	plan := &Plan{Fields: fields, keys: make([][]byte, len(fields)), selection: selection, types: types}
	taken := map[string]bool{}
	for i, f := range fields {
		if !taken[f.Alias] {
			taken[f.Alias] = true
			plan.keys[i] = []byte(`"` + f.Alias + `":`) // the grammar of names needs no escapes
		}
	}
	return plan
}
