package apptest_test

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/arpent/arpent/graph"
)

// shape writes operations from the schema alone, so that a field that somebody adds is tried without being named.
type shape struct {
	*ast.Schema
	nested  int      // rows of connections within others
	without []string // types that are not asked for
}

func newShape(without ...string) shape {
	return shape{graph.Schema(&graph.Resolver{}).Schema(), 3, without}
}

// nodeTypes are the types that node(id:) answers.
func (s shape) nodeTypes() (names []string) {
	for _, t := range s.GetPossibleTypes(s.Types["Node"]) {
		names = append(names, t.Name)
	}
	sort.Strings(names)
	return names
}

// fields are the fields of an operation's type, without those that describe the schema.
func (s shape) fields(of *ast.Definition) (fields ast.FieldList) {
	for _, f := range of.Fields {
		if !strings.HasPrefix(f.Name, "__") {
			fields = append(fields, f)
		}
	}
	return fields
}

// selection asks for every field of a type, and of the objects in it down to a depth. Fields of one type that
// stand within themselves are left out: they were tried above.
func (s shape) selection(typeName string, depth int, above ...string) string {
	t := s.Types[typeName]
	switch {
	case t.Kind == ast.Scalar || t.Kind == ast.Enum:
		return ""
	case t.IsAbstractType():
		return " { __typename id }"
	}
	parts := []string{"__typename"}
	for _, f := range s.fields(t) {
		if part, ok := s.field(f, depth, append(above, typeName)); ok {
			parts = append(parts, part)
		}
	}
	return " { " + strings.Join(parts, " ") + " }"
}

func (s shape) field(f *ast.FieldDefinition, depth int, above []string) (string, bool) {
	inner := s.Types[f.Type.Name()]
	if inner.Kind == ast.Scalar || inner.Kind == ast.Enum {
		return f.Name, true
	}
	if strings.HasSuffix(inner.Name, "Connection") {
		node := s.nodeOf(inner)
		if depth == 0 || slices.Contains(above, node) {
			return "", false
		}
		return f.Name + s.page(s.nested) + s.connection(inner, depth-1, above...), true
	}
	entity := s.entity(inner)
	if entity && depth == 0 || slices.Contains(above, inner.Name) || slices.Contains(s.without, inner.Name) {
		return "", false
	}
	if entity {
		depth--
	}
	return f.Name + s.selection(inner.Name, depth, above...), true
}

// entity tells whether a type is one of those that have an id of their own.
func (s shape) entity(t *ast.Definition) bool { return slices.Contains(t.Interfaces, "Node") }

// roots are the fields of the root of one kind of operation, named as rules and errors name them.
func (s shape) roots(of *ast.Definition) map[string]*ast.FieldDefinition {
	named := map[string]*ast.FieldDefinition{}
	for _, f := range s.fields(of) {
		named[of.Name+"."+f.Name] = f
	}
	return named
}

func (s shape) nodeOf(connection *ast.Definition) string {
	edge := s.Types[connection.Fields.ForName("edges").Type.Name()]
	return edge.Fields.ForName("node").Type.Name()
}

func (s shape) page(rows int) string { return fmt.Sprintf("(first: %d)", rows) }

func (s shape) connection(connection *ast.Definition, depth int, above ...string) string {
	return " { totalCount pageInfo { hasNextPage endCursor } edges { cursor node" + s.selection(s.nodeOf(connection), depth, above...) + " } }"
}

// whole asks for everything that a field of an operation gives.
func (s shape) whole(f *ast.FieldDefinition, arguments string, depth int) string {
	if inner := s.Types[f.Type.Name()]; strings.HasSuffix(inner.Name, "Connection") {
		return f.Name + arguments + s.connection(inner, depth)
	}
	return f.Name + arguments + s.selection(f.Type.Name(), depth)
}

// about says which object of an estate an argument called id is about, by the name of the operation.
var about = map[string]string{
	"node": "Project", "nodes": "Project", "runChanged": "Run", "runLog": "Run", "serverChanged": "Server", "claimChanged": "Claim",
	"updateProject": "Project", "archiveProject": "Project", "unarchiveProject": "Project",
	"updateMember": "Membership", "removeMember": "Membership", "rollBackState": "StateVersion",
	"approveRun": "Run", "rejectRun": "Run", "cancelRun": "Run", "retryRun": "failed",
	"updateResource": "Resource", "upgradeResource": "Resource", "deleteResource": "Resource",
	"updateLibrary": "Library", "deleteLibrary": "Library", "syncLibrary": "Library",
	"revokeApiToken": "ApiToken", "updateUser": "User", "liftFreeze": "freeze", "pauseWorker": "Worker", "requeueRun": "Run",
	"updateRole": "Role", "deleteRole": "Role",
	"updateHostingProvider": "HostingProvider", "deleteHostingProvider": "idle provider", "updateOrder": "PurchaseOrder", "moveOrder": "PurchaseOrder",
	"updateServer": "Server", "revokeAccess": "SecureAccess", "updateNetwork": "Network", "deleteNetwork": "idle network",
	"releaseClaim": "Claim", "extendClaim": "Claim",
}

// given are the arguments with a meaning of their own; those of other names get a value of their type.
func given(operation, argument string, e estate) (any, bool) {
	values := map[string]any{
		"projectId": e["Project"], "runId": e["bulk"], "resourceId": e["Resource"], "roleId": e["guest"], "userId": e["User"], "acronym": e["acronym"],
		"email": e["email"], "template": e["template"], "templateId": e["Template"], "inputs": map[string]any{"purpose": "x"}, "ids": []string{e["Project"]}, "subjectIds": []string{e["Project"]},
		"scopes": []string{"all"}, "permissions": []string{"project.read"}, "url": "https://example.org/" + e["fresh"], "current": e["password"], "new": "a new password, long",
		"first": 10, "key": e["fresh"], "scope": "PROJECT", "title": map[string]string{"en": "T", "fr": "T"},
	}
	if value, ok := givenInventory(operation, argument, e); ok {
		return value, true
	}
	switch {
	case argument == "id":
		value, ok := e[about[operation]]
		return value, ok
	case operation == "createProject" && argument == "acronym":
		return e["fresh"], true
	case operation == "createUser" && argument == "email":
		return strings.ToLower(e["fresh"]) + "@example.org", true
	case operation == "revealOutput" && argument == "name":
		return "key", true
	case operation == "updateUser" && argument == "roleId", operation == "createUser" && argument == "roleId", operation == "addMember" && argument == "userId":
		return nil, false
	}
	value, ok := values[argument]
	return value, ok
}

// wanted tells which optional arguments are given.
var wanted = []string{"projectId", "email", "first", "subjectIds", "csv"}

// wantedOf are those that one operation is given besides.
var wantedOf = map[string][]string{"changeServers": {"ids"}}

// arguments are values for a field's arguments: those that must be given and some that matter.
func (s shape) arguments(f *ast.FieldDefinition, e estate) (map[string]any, error) {
	values := map[string]any{}
	for _, a := range f.Arguments {
		if (!a.Type.NonNull || a.DefaultValue != nil) && !slices.Contains(wanted, a.Name) {
			continue
		}
		value, err := s.value(f.Name, a.Name, a.Type, e)
		if err != nil {
			return nil, err
		}
		values[a.Name] = value
	}
	return values, nil
}

func (s shape) value(operation, name string, t *ast.Type, e estate) (any, error) {
	inner := s.Types[t.Name()]
	if inner.Kind == ast.InputObject && inner.Name != "TextInput" {
		return s.input(operation, inner, e)
	}
	if value, ok := given(operation, name, e); ok {
		return value, nil
	}
	switch {
	case inner.Name == "ID":
		return nil, fmt.Errorf("say in shape_test.go what %s(%s) is about", operation, name)
	case inner.Kind == ast.Enum:
		return inner.EnumValues[0].Name, nil
	case inner.Name == "Boolean":
		return true, nil
	case inner.Name == "Time":
		return "2999-01-01T00:00:00Z", nil
	case inner.Name == "JSON":
		return map[string]any{}, nil
	case inner.Name == "String":
		return strings.ToLower(e["fresh"]), nil
	}
	return nil, fmt.Errorf("say in shape_test.go what to give for %s(%s) of type %s", operation, name, t)
}

func (s shape) input(operation string, t *ast.Definition, e estate) (map[string]any, error) {
	values := map[string]any{}
	for _, f := range t.Fields {
		if (!f.Type.NonNull || f.DefaultValue != nil) && !slices.Contains(wanted, f.Name) && !slices.Contains(wantedOf[operation], f.Name) {
			continue
		}
		if _, ok := given(operation, f.Name, e); !ok && !f.Type.NonNull {
			continue
		}
		value, err := s.value(operation, f.Name, f.Type, e)
		if err != nil {
			return nil, err
		}
		values[f.Name] = value
	}
	return values, nil
}

// operation is a whole operation for one field, with its arguments as variables.
func (s shape) operation(kind ast.Operation, f *ast.FieldDefinition, e estate, depth int) (query string, variables map[string]any, err error) {
	if variables, err = s.arguments(f, e); err != nil {
		return "", nil, err
	}
	var declared, passed []string
	for _, a := range f.Arguments {
		if _, ok := variables[a.Name]; ok {
			declared = append(declared, "$"+a.Name+": "+a.Type.String())
			passed = append(passed, a.Name+": $"+a.Name)
		}
	}
	head, arguments := string(kind), ""
	if len(passed) > 0 {
		head, arguments = head+"("+strings.Join(declared, ", ")+")", "("+strings.Join(passed, ", ")+")"
	}
	return head + " { " + s.whole(f, arguments, depth) + " }", variables, nil
}
