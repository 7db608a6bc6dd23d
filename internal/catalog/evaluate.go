package catalog

import (
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// The bounds of evaluating conditions here. What passes them is left to the engine.
const (
	maxExpression   = 8 << 10
	maxEvaluated    = 64 << 10 // bytes of text in the arguments of one call
	maxElements     = 2000     // of a collection, when loops are not nested
	maxElementsDeep = 200      // of a collection, when a loop is in a loop
	evaluationTime  = 200 * time.Millisecond
)

// verdict is what evaluating a condition came to.
type verdict int

const (
	undecided verdict = iota // the engine decides
	holds
	fails
)

// evaluate decides a condition over the values of all variables, and renders its message when it fails.
func evaluate(check checkNote, vars map[string]cty.Value) (verdict, string) {
	condition, ok := parseExpression(check.Condition)
	if !ok || !evaluable(condition) {
		return undecided, ""
	}
	m := &meter{deadline: time.Now().Add(evaluationTime), elements: maxElements}
	switch loops(condition) {
	case 0, 1:
	case 2:
		m.elements = maxElementsDeep
	default:
		return undecided, ""
	}
	ctx := m.context(vars)
	if ctx == nil {
		return undecided, ""
	}
	result, diags := condition.Value(ctx)
	if m.spent || diags.HasErrors() || !result.IsKnown() || result.IsNull() || result.Type() != cty.Bool {
		return undecided, ""
	}
	if result.True() {
		return holds, ""
	}
	return fails, message(check.Message, ctx)
}

// context is what conditions see; nil when the values are too many to look at here.
func (m *meter) context(vars map[string]cty.Value) *hcl.EvalContext {
	for _, v := range vars {
		if m.elements < count(v) {
			return nil
		}
	}
	wrapped := make(map[string]function.Function, len(functions))
	for name, f := range functions {
		wrapped[name] = f
		if name != "can" && name != "try" { // these take expressions, not values
			wrapped[name] = m.wrap(f)
		}
	}
	return &hcl.EvalContext{Variables: map[string]cty.Value{"var": cty.ObjectVal(vars)}, Functions: wrapped}
}

// count is how many elements are in a value, at all depths.
func count(v cty.Value) int {
	if !v.IsKnown() || v.IsNull() || !v.CanIterateElements() {
		return 0
	}
	n := 0
	for _, element := range v.Elements() {
		n += 1 + count(element)
	}
	return n
}

func message(text string, ctx *hcl.EvalContext) string {
	expr, ok := parseExpression(text)
	if !ok || !evaluable(expr) {
		return ""
	}
	value, diags := expr.Value(ctx)
	if diags.HasErrors() || !value.IsKnown() || value.IsNull() || value.Type() != cty.String {
		return ""
	}
	return value.AsString()
}

// evaluable tells whether an expression calls only functions that we have and refers only to variables.
func evaluable(expr hclsyntax.Expression) bool {
	known := true
	_ = hclsyntax.VisitAll(expr, func(node hclsyntax.Node) hcl.Diagnostics {
		if call, ok := node.(*hclsyntax.FunctionCallExpr); ok {
			_, have := functions[call.Name]
			known = known && have
		}
		return nil
	})
	for _, traversal := range expr.Variables() {
		known = known && traversal.RootName() == "var"
	}
	return known
}

// loops is how deep for expressions are nested.
func loops(expr hclsyntax.Expression) int {
	w := &loopWalker{}
	_ = hclsyntax.Walk(expr, w)
	return w.deepest
}

type loopWalker struct{ depth, deepest int }

func (w *loopWalker) Enter(node hclsyntax.Node) hcl.Diagnostics {
	if isLoop(node) {
		w.depth++
		w.deepest = max(w.deepest, w.depth)
	}
	return nil
}

func (w *loopWalker) Exit(node hclsyntax.Node) hcl.Diagnostics {
	if isLoop(node) {
		w.depth--
	}
	return nil
}

func isLoop(node hclsyntax.Node) bool {
	switch node.(type) {
	case *hclsyntax.ForExpr, *hclsyntax.SplatExpr:
		return true
	}
	return false
}
