package evolution

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
)

// Verdict says how a change treats existing clients.
type Verdict string

// The verdicts, the worst first.
const (
	Breaking  Verdict = "breaking"  // a query that worked no longer does
	Dangerous Verdict = "dangerous" // queries still work, but a client may get what it does not expect
	Safe      Verdict = "safe"      // nobody notices
)

// Change is one difference between two schemas.
type Change struct {
	Verdict Verdict
	Where   string // as in Project.acronym or Query.projects(first:)
	What    string
}

func (c Change) String() string { return fmt.Sprintf("%-9s %s: %s", c.Verdict, c.Where, c.What) }

// Compare lists what has changed from one schema to another, the worst first.
func Compare(before, after *ast.Schema) []Change {
	c := &comparison{}
	for name, old := range before.Types {
		if old.BuiltIn {
			continue
		}
		if now := after.Types[name]; now == nil {
			c.add(Breaking, name, "type removed")
		} else {
			c.types(old, now)
		}
	}
	for name, now := range after.Types {
		if before.Types[name] == nil && !now.BuiltIn {
			c.add(Safe, name, "type added")
		}
	}
	slices.SortFunc(c.changes, func(a, b Change) int {
		return cmp.Or(cmp.Compare(rank(a.Verdict), rank(b.Verdict)), cmp.Compare(a.Where, b.Where), cmp.Compare(a.What, b.What))
	})
	return c.changes
}

func rank(v Verdict) int { return slices.Index([]Verdict{Breaking, Dangerous, Safe}, v) }

type comparison struct{ changes []Change }

func (c *comparison) add(v Verdict, where, what string) {
	c.changes = append(c.changes, Change{v, where, what})
}

func (c *comparison) types(old, now *ast.Definition) {
	if old.Kind != now.Kind {
		c.add(Breaking, old.Name, fmt.Sprintf("was %s, is %s", old.Kind, now.Kind))
		return
	}
	switch old.Kind {
	case ast.Enum:
		c.enum(old, now)
	case ast.InputObject:
		c.input(old, now)
	case ast.Union:
		c.members(old.Name, old.Types, now.Types, "member")
	case ast.Object, ast.Interface:
		c.members(old.Name, old.Interfaces, now.Interfaces, "interface")
		c.fields(old, now)
	case ast.Scalar:
	}
}

func (c *comparison) enum(old, now *ast.Definition) {
	for _, value := range old.EnumValues {
		if now.EnumValues.ForName(value.Name) == nil {
			c.add(Breaking, old.Name+"."+value.Name, "value removed")
		}
	}
	for _, value := range now.EnumValues {
		if old.EnumValues.ForName(value.Name) == nil {
			c.add(Dangerous, old.Name+"."+value.Name, "value added")
		}
	}
}

func (c *comparison) members(where string, old, now []string, what string) {
	for _, name := range old {
		if !slices.Contains(now, name) {
			c.add(Breaking, where, what+" "+name+" removed")
		}
	}
	for _, name := range now {
		if !slices.Contains(old, name) {
			c.add(Dangerous, where, what+" "+name+" added")
		}
	}
}

func (c *comparison) input(old, now *ast.Definition) {
	for _, field := range old.Fields {
		where := old.Name + "." + field.Name
		if again := now.Fields.ForName(field.Name); again == nil {
			c.add(Breaking, where, "input field removed")
		} else {
			c.given(where, field.Type, again.Type, field.DefaultValue, again.DefaultValue)
		}
	}
	for _, field := range now.Fields {
		if old.Fields.ForName(field.Name) == nil {
			c.added(old.Name+"."+field.Name, field.Type, field.DefaultValue, "input field")
		}
	}
}

// added judges something new that a client may, or must, give.
func (c *comparison) added(where string, t *ast.Type, standard *ast.Value, what string) {
	if t.NonNull && standard == nil {
		c.add(Breaking, where, "required "+what+" added")
		return
	}
	c.add(Safe, where, "optional "+what+" added")
}

func (c *comparison) fields(old, now *ast.Definition) {
	for _, field := range old.Fields {
		where := old.Name + "." + field.Name
		again := now.Fields.ForName(field.Name)
		if again == nil {
			c.add(Breaking, where, "field removed")
			continue
		}
		c.got(where, field.Type, again.Type)
		c.arguments(where, field.Arguments, again.Arguments)
		c.deprecation(where, field.Directives, again.Directives)
	}
	for _, field := range now.Fields {
		if old.Fields.ForName(field.Name) == nil {
			c.add(Safe, old.Name+"."+field.Name, "field added")
		}
	}
}

func (c *comparison) arguments(where string, old, now ast.ArgumentDefinitionList) {
	for _, argument := range old {
		at := fmt.Sprintf("%s(%s:)", where, argument.Name)
		if again := now.ForName(argument.Name); again == nil {
			c.add(Breaking, at, "argument removed")
		} else {
			c.given(at, argument.Type, again.Type, argument.DefaultValue, again.DefaultValue)
		}
	}
	for _, argument := range now {
		if old.ForName(argument.Name) == nil {
			c.added(fmt.Sprintf("%s(%s:)", where, argument.Name), argument.Type, argument.DefaultValue, "argument")
		}
	}
}

func (c *comparison) deprecation(where string, old, now ast.DirectiveList) {
	if old.ForName("deprecated") == nil && now.ForName("deprecated") != nil {
		c.add(Safe, where, "deprecated")
	}
}

// got judges the type of what clients are given: it may promise more.
func (c *comparison) got(where string, old, now *ast.Type) {
	switch {
	case old.String() == now.String():
	case narrower(old, now):
		c.add(Safe, where, "was "+old.String()+", is "+now.String())
	default:
		c.add(Breaking, where, "was "+old.String()+", is "+now.String())
	}
}

// given judges the type of what clients give: it may ask for less.
func (c *comparison) given(where string, old, now *ast.Type, before, after *ast.Value) {
	switch {
	case old.String() == now.String():
	case narrower(now, old):
		c.add(Safe, where, "was "+old.String()+", is "+now.String())
	default:
		c.add(Breaking, where, "was "+old.String()+", is "+now.String())
	}
	if was, is := shown(before), shown(after); was != is {
		c.add(Dangerous, where, "default was "+was+", is "+is)
	}
}

func shown(value *ast.Value) string {
	if value == nil {
		return "none"
	}
	return value.String()
}

// narrower tells whether every value of now is a value of old.
func narrower(old, now *ast.Type) bool {
	if old.NonNull && !now.NonNull {
		return false
	}
	if old.Elem != nil || now.Elem != nil {
		return old.Elem != nil && now.Elem != nil && narrower(old.Elem, now.Elem)
	}
	return old.NamedType == now.NamedType
}
