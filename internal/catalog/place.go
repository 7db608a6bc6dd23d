package catalog

import (
	"maps"
	"strconv"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// maxRows bounds how many rows of a table are looked at one by one.
const maxRows = 200

// places finds where in a list a failed condition fails: the rows that fail alone, and the column when the condition
// reads only one. Each is a path below the variable. It finds nothing when the list is wrong as a whole.
func places(check checkNote, name string, vars map[string]cty.Value) (found [][]string) {
	rows, each := vars[name], eachOf(check.Condition, name)
	if each == nil || !rows.IsKnown() || rows.IsNull() || !rows.CanIterateElements() || rows.LengthInt() > maxRows || !rows.Type().IsListType() {
		return nil
	}
	alone := maps.Clone(vars)
	for i, row := range rows.AsValueSlice() {
		alone[name] = cty.ListVal([]cty.Value{row})
		if verdict, _ := evaluate(check, alone); verdict == fails {
			place := []string{strconv.Itoa(i)}
			if column, ok := columnOf(each); ok {
				place = append(place, column)
			}
			found = append(found, place)
		}
	}
	return found
}

// eachOf is the loop of a condition over all elements of a variable, alltrue([for x in var.name : …]), or nil.
func eachOf(condition, name string) *hclsyntax.ForExpr {
	expr, ok := parseExpression(condition)
	if !ok {
		return nil
	}
	call, ok := expr.(*hclsyntax.FunctionCallExpr)
	if !ok || call.Name != "alltrue" || len(call.Args) != 1 {
		return nil
	}
	loop, ok := call.Args[0].(*hclsyntax.ForExpr)
	if !ok {
		return nil
	}
	over, ok := loop.CollExpr.(*hclsyntax.ScopeTraversalExpr)
	if !ok || len(over.Traversal) != 2 || over.Traversal.RootName() != "var" {
		return nil
	}
	if attribute, ok := over.Traversal[1].(hcl.TraverseAttr); !ok || attribute.Name != name {
		return nil
	}
	return loop
}

// columnOf is the one attribute of its element that a loop reads.
func columnOf(loop *hclsyntax.ForExpr) (column string, ok bool) {
	for _, traversal := range hclsyntax.Variables(loop.ValExpr) {
		if traversal.RootName() != loop.ValVar {
			continue
		}
		if len(traversal) < 2 {
			return "", false
		}
		attribute, isAttribute := traversal[1].(hcl.TraverseAttr)
		if !isAttribute || column != "" && column != attribute.Name {
			return "", false
		}
		column = attribute.Name
	}
	return column, column != ""
}
