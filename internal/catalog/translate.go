package catalog

import (
	"encoding/json"
	"math/big"
	"regexp"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// translate adds to a property what its validations say, as far as JSON Schema says exactly the same. The
// rest is checked by evaluating the conditions.
func translate(property object, v Variable) {
	for _, validation := range v.Validations {
		expr, ok := parseExpression(validation.Condition)
		if !ok {
			continue
		}
		for _, part := range conjunction(expr) {
			t := translator{variable: v.Name}
			if keywords, ok := t.keywords(part); ok {
				merge(property, keywords)
			}
		}
	}
}

// parseExpression reads an expression in the native syntax; a heredoc needs the line end after it.
func parseExpression(text string) (hclsyntax.Expression, bool) {
	if len(text) > maxExpression {
		return nil, false
	}
	expr, diags := hclsyntax.ParseExpression([]byte(text+"\n"), "", hcl.InitialPos)
	return expr, !diags.HasErrors()
}

// conjunction takes a && b && c apart.
func conjunction(expr hclsyntax.Expression) []hclsyntax.Expression {
	expr = unwrap(expr)
	if and, ok := expr.(*hclsyntax.BinaryOpExpr); ok && and.Op == hclsyntax.OpLogicalAnd {
		return append(conjunction(and.LHS), conjunction(and.RHS)...)
	}
	return []hclsyntax.Expression{expr}
}

func unwrap(expr hclsyntax.Expression) hclsyntax.Expression {
	for {
		switch e := expr.(type) {
		case *hclsyntax.ParenthesesExpr:
			expr = e.Expression
		case *hclsyntax.TemplateWrapExpr:
			expr = e.Wrapped
		default:
			return expr
		}
	}
}

// translator makes keywords of conditions about one subject: var.NAME, or the iterator of a for expression.
type translator struct {
	variable string // of var.variable, or empty
	iterator string // the name that stands for the subject within a for expression
}

// keywords translates one condition. The second result is false when JSON Schema cannot say it.
func (t translator) keywords(expr hclsyntax.Expression) (object, bool) {
	switch e := unwrap(expr).(type) {
	case *hclsyntax.BinaryOpExpr:
		return t.binary(e)
	case *hclsyntax.UnaryOpExpr:
		if e.Op != hclsyntax.OpLogicalNot {
			return nil, false
		}
		inner, ok := t.keywords(e.Val)
		return object{"not": inner}, ok
	case *hclsyntax.FunctionCallExpr:
		return t.call(e)
	case *hclsyntax.ConditionalExpr:
		return t.unlessNull(e)
	}
	return nil, false
}

// unlessNull translates "var.x == null ? true : condition"; keywords of one type let null pass.
func (t translator) unlessNull(e *hclsyntax.ConditionalExpr) (object, bool) {
	test, ok := unwrap(e.Condition).(*hclsyntax.BinaryOpExpr)
	if !ok || !t.isNullTest(test) {
		return nil, false
	}
	whenNull, otherwise := e.TrueResult, e.FalseResult
	if test.Op == hclsyntax.OpNotEqual {
		whenNull, otherwise = otherwise, whenNull
	}
	if value, ok := literal(whenNull); !ok || !value.RawEquals(cty.True) {
		return nil, false
	}
	return t.keywords(otherwise)
}

func (t translator) isNullTest(e *hclsyntax.BinaryOpExpr) bool {
	value, ok := literal(e.RHS)
	return ok && value.IsNull() && t.isSubject(e.LHS) && (e.Op == hclsyntax.OpEqual || e.Op == hclsyntax.OpNotEqual)
}

func (t translator) binary(e *hclsyntax.BinaryOpExpr) (object, bool) {
	switch e.Op {
	case hclsyntax.OpLogicalAnd:
		left, ok1 := t.keywords(e.LHS)
		right, ok2 := t.keywords(e.RHS)
		return object{"allOf": []any{left, right}}, ok1 && ok2
	case hclsyntax.OpLogicalOr:
		return t.either(e)
	}
	if t.isInteger(e) {
		return object{"multipleOf": 1}, true
	}
	if value, ok := literal(e.RHS); ok {
		return t.compare(e.LHS, e.Op, value)
	}
	if value, ok := literal(e.LHS); ok {
		return t.compare(e.RHS, mirrored[e.Op], value)
	}
	return nil, false
}

func (t translator) either(e *hclsyntax.BinaryOpExpr) (object, bool) {
	if test, ok := unwrap(e.LHS).(*hclsyntax.BinaryOpExpr); ok && test.Op == hclsyntax.OpEqual && t.isNullTest(test) {
		return t.keywords(e.RHS)
	}
	left, ok1 := t.keywords(e.LHS)
	right, ok2 := t.keywords(e.RHS)
	if !ok1 || !ok2 {
		return nil, false
	}
	if a, b := onlyEnum(left), onlyEnum(right); a != nil && b != nil {
		return object{"enum": append(slices.Clone(a), b...)}, true
	}
	return object{"anyOf": []any{left, right}}, true
}

func onlyEnum(keywords object) []any {
	values, ok := keywords["enum"].([]any)
	if !ok || len(keywords) != 1 {
		return nil
	}
	return values
}

var mirrored = map[*hclsyntax.Operation]*hclsyntax.Operation{
	hclsyntax.OpEqual: hclsyntax.OpEqual, hclsyntax.OpNotEqual: hclsyntax.OpNotEqual,
	hclsyntax.OpLessThan: hclsyntax.OpGreaterThan, hclsyntax.OpGreaterThan: hclsyntax.OpLessThan,
	hclsyntax.OpLessThanOrEqual: hclsyntax.OpGreaterThanOrEqual, hclsyntax.OpGreaterThanOrEqual: hclsyntax.OpLessThanOrEqual,
}

// compare translates SUBJECT op VALUE, length(SUBJECT) op VALUE and SUBJECT % N == 0.
func (t translator) compare(left hclsyntax.Expression, op *hclsyntax.Operation, value cty.Value) (object, bool) {
	left = unwrap(left)
	if t.isSubject(left) {
		return compareValue(op, value)
	}
	switch e := left.(type) {
	case *hclsyntax.FunctionCallExpr:
		return t.compareCall(e, op, value)
	case *hclsyntax.BinaryOpExpr:
		divisor, ok := literal(e.RHS)
		if e.Op == hclsyntax.OpModulo && op == hclsyntax.OpEqual && t.isSubject(e.LHS) && ok && isZero(value) && positive(divisor) {
			return object{"multipleOf": number(divisor)}, true
		}
	}
	return nil, false
}

func compareValue(op *hclsyntax.Operation, value cty.Value) (object, bool) {
	if value.IsNull() {
		return nil, false
	}
	switch op {
	case hclsyntax.OpEqual:
		return object{"enum": []any{scalar(value)}}, true
	case hclsyntax.OpNotEqual:
		return object{"not": object{"enum": []any{scalar(value)}}}, true
	}
	keyword, ok := bounds[op]
	if !ok || value.Type() != cty.Number {
		return nil, false
	}
	return object{keyword: number(value)}, true
}

var bounds = map[*hclsyntax.Operation]string{
	hclsyntax.OpGreaterThanOrEqual: "minimum", hclsyntax.OpGreaterThan: "exclusiveMinimum",
	hclsyntax.OpLessThanOrEqual: "maximum", hclsyntax.OpLessThan: "exclusiveMaximum",
}

// compareCall translates length(x) op n, floor(x) == x and length(regexall(…)) > 0.
func (t translator) compareCall(call *hclsyntax.FunctionCallExpr, op *hclsyntax.Operation, value cty.Value) (object, bool) {
	if call.Name != "length" || len(call.Args) != 1 {
		return nil, false
	}
	if pattern, ok := t.patternOf(call.Args[0], "regexall"); ok {
		if op == hclsyntax.OpGreaterThan && isZero(value) {
			return object{"pattern": pattern}, true
		}
		return nil, false
	}
	n, ok := wholeNumber(value)
	if !ok || !t.isSubject(call.Args[0]) {
		return nil, false
	}
	return lengthKeywords(op, n)
}

// lengthKeywords says the same for texts, lists and maps: only the keyword of the right type counts.
func lengthKeywords(op *hclsyntax.Operation, n int64) (object, bool) {
	low, high := int64(-1), int64(-1)
	switch op {
	case hclsyntax.OpEqual:
		low, high = n, n
	case hclsyntax.OpGreaterThanOrEqual:
		low = n
	case hclsyntax.OpGreaterThan:
		low = n + 1
	case hclsyntax.OpLessThanOrEqual:
		high = n
	case hclsyntax.OpLessThan:
		high = n - 1
	case hclsyntax.OpNotEqual:
		if n != 0 {
			return nil, false
		}
		low = 1
	}
	keywords := object{}
	for _, suffix := range []string{"Length", "Items", "Properties"} {
		if low >= 0 {
			keywords["min"+suffix] = low
		}
		if high >= 0 {
			keywords["max"+suffix] = high
		}
	}
	return keywords, len(keywords) > 0
}

// isInteger recognizes floor(x) == x and its mirror.
func (t translator) isInteger(e *hclsyntax.BinaryOpExpr) bool {
	if e.Op != hclsyntax.OpEqual {
		return false
	}
	rounded := func(expr hclsyntax.Expression) bool {
		call, ok := unwrap(expr).(*hclsyntax.FunctionCallExpr)
		return ok && (call.Name == "floor" || call.Name == "ceil") && len(call.Args) == 1 && t.isSubject(call.Args[0])
	}
	return rounded(e.LHS) && t.isSubject(e.RHS) || rounded(e.RHS) && t.isSubject(e.LHS)
}

func (t translator) call(call *hclsyntax.FunctionCallExpr) (object, bool) {
	switch call.Name {
	case "contains":
		return t.contains(call)
	case "can":
		if len(call.Args) == 1 {
			if pattern, ok := t.patternOf(call.Args[0], "regex"); ok {
				return object{"pattern": pattern}, true
			}
		}
	case "startswith", "endswith":
		return t.affix(call)
	case "alltrue":
		return t.every(call)
	}
	return nil, false
}

// contains translates contains([literals], SUBJECT).
func (t translator) contains(call *hclsyntax.FunctionCallExpr) (object, bool) {
	if len(call.Args) != 2 || !t.isSubject(call.Args[1]) {
		return nil, false
	}
	list, ok := literal(call.Args[0])
	if !ok || list.IsNull() || !list.CanIterateElements() || list.LengthInt() == 0 {
		return nil, false
	}
	var values []any
	for _, value := range list.AsValueSlice() {
		if !value.IsNull() && !value.Type().IsPrimitiveType() {
			return nil, false
		}
		values = append(values, scalar(value))
	}
	return object{"enum": values}, true
}

// patternOf is the pattern of regex("…", SUBJECT), written so that ECMAScript understands the same by it.
func (t translator) patternOf(expr hclsyntax.Expression, function string) (string, bool) {
	call, ok := unwrap(expr).(*hclsyntax.FunctionCallExpr)
	if !ok || call.Name != function || len(call.Args) != 2 || !t.isSubject(call.Args[1]) {
		return "", false
	}
	value, ok := literal(call.Args[0])
	if !ok || value.IsNull() || value.Type() != cty.String {
		return "", false
	}
	return ecmaPattern(value.AsString())
}

func (t translator) affix(call *hclsyntax.FunctionCallExpr) (object, bool) {
	if len(call.Args) != 2 || !t.isSubject(call.Args[0]) {
		return nil, false
	}
	value, ok := literal(call.Args[1])
	if !ok || value.IsNull() || value.Type() != cty.String {
		return nil, false
	}
	quoted := regexp.QuoteMeta(value.AsString())
	if call.Name == "startswith" {
		return object{"pattern": "^" + quoted}, true
	}
	return object{"pattern": quoted + "$"}, true
}

// every translates alltrue([for x in SUBJECT : condition on x]).
func (t translator) every(call *hclsyntax.FunctionCallExpr) (object, bool) {
	if len(call.Args) != 1 {
		return nil, false
	}
	loop, ok := unwrap(call.Args[0]).(*hclsyntax.ForExpr)
	if !ok || !t.isSubject(loop.CollExpr) || loop.CondExpr != nil || loop.KeyExpr != nil {
		return nil, false
	}
	inner := object{}
	for _, part := range conjunction(loop.ValExpr) {
		keywords, ok := translator{iterator: loop.ValVar}.keywords(part)
		if !ok {
			return nil, false
		}
		merge(inner, keywords)
	}
	return object{"items": inner, "additionalProperties": inner}, true
}

// isSubject tells whether an expression is what this translator translates conditions about.
func (t translator) isSubject(expr hclsyntax.Expression) bool {
	traversal, ok := unwrap(expr).(*hclsyntax.ScopeTraversalExpr)
	if !ok {
		return false
	}
	if t.iterator != "" {
		return len(traversal.Traversal) == 1 && traversal.Traversal.RootName() == t.iterator
	}
	if len(traversal.Traversal) != 2 || traversal.Traversal.RootName() != "var" {
		return false
	}
	attr, ok := traversal.Traversal[1].(hcl.TraverseAttr)
	return ok && attr.Name == t.variable
}

// literal is the value of an expression that refers to nothing and calls nothing.
func literal(expr hclsyntax.Expression) (cty.Value, bool) {
	value, diags := expr.Value(nil)
	return value, !diags.HasErrors() && value.IsWhollyKnown()
}

func scalar(v cty.Value) any { return jsonValue(v) }

func number(v cty.Value) json.RawMessage { return jsonValue(v) }

func isZero(v cty.Value) bool {
	n, ok := wholeNumber(v)
	return ok && n == 0
}

func positive(v cty.Value) bool {
	return v.Type() == cty.Number && !v.IsNull() && v.AsBigFloat().Sign() > 0
}

func wholeNumber(v cty.Value) (int64, bool) {
	if v.IsNull() || v.Type() != cty.Number {
		return 0, false
	}
	n, accuracy := v.AsBigFloat().Int64()
	return n, accuracy == big.Exact
}
