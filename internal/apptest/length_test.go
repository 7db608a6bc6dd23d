package apptest_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/arpent/arpent/internal/apptest"
)

// lengths are the characters that people may write into an input, by its name. An input of a form of its own, such as
// a key of capital letters, is none of them.
var lengths = map[string]int{
	"createProject.name": 120, "updateProject.name": 120, "createUser.name": 120, "updateUser.name": 120, "updateViewer.name": 120,
	"createApiToken.name": 80, "createLibrary.name": 80, "updateLibrary.name": 80,
	"createRole.title": 80, "updateRole.title": 80,
	"createFreeze.reason": 300, "approveRun.comment": 1000, "rejectRun.comment": 1000,
	"createLibrary.ref": 200, "updateLibrary.ref": 200, "createLibrary.path": 200, "updateLibrary.path": 200,
	"idempotencyKey":             200,
	"createHostingProvider.name": 100, "updateHostingProvider.name": 100, "createNetwork.name": 100, "updateNetwork.name": 100,
	"contact": 300, "notes": 4000, "createOrder.number": 40, "createOrder.title": 200, "updateOrder.title": 200, "moveServers.reason": 500, "changeServers.reason": 300,
	"holder": 200, "endpoint": 300, "createNetwork.scope": 60, "note": 300, "check": 100, "message": 1000, "source": 100,
}

// boundless says why an input stands in no list of lengths.
var boundless = map[string]string{
	"acronym": "form of its own", "key": "form of its own", "email": "form of its own", "url": "form of its own", "template": "names what is there",
	"requestResource.name": "form of its own", "revealOutput.name": "names what is there", "permissions": "names what is there",
	"scopes": "names what is there", "current": "a password is counted in bytes and says so", "new": "as current", "password": "as current",
	"plan": "names the plan that was looked at",
	"code": "form of its own", "hostname": "form of its own", "publicKey": "form of its own", "hostKeys": "form of its own", "cidr": "form of its own", "gateway": "form of its own",
	"reserveAddresses.first": "form of its own", "last": "form of its own", "subjectId": "names what is there",
	"remove": "names what is there", "removeLabels": "names what is there", "csv": "bounded as files are", "fileName": "one that is too long is not kept",
	"description": "a text without an end of its own", "workerLabels": "checked against the workers",
}

// No input is refused by the models: the field's own message comes first, and it counts as people count.
func TestLengthsAreCountedInCharacters(t *testing.T) {
	t.Parallel()
	s := apptest.Embedded(t)
	l, shape := newLand(t, s), newShape()
	for _, f := range shape.roots(shape.Mutation) {
		input := f.Arguments.ForName("input")
		if input == nil {
			continue
		}
		for _, field := range shape.Types[input.Type.Name()].Fields {
			if name := field.Type.Name(); name != "String" && name != "TextInput" {
				continue
			}
			most := named(lengths, f.Name, field.Name)
			if most == 0 {
				require.NotEmpty(t, named(boundless, f.Name, field.Name), "say how long %s.%s may be", f.Name, field.Name)
				continue
			}
			t.Run(f.Name+"."+field.Name, func(t *testing.T) { l.stretch(t, shape, f, field, most) })
		}
	}
}

func named[T any](table map[string]T, operation, field string) T {
	if found, ok := table[operation+"."+field]; ok {
		return found
	}
	return table[field]
}

// stretch gives an input a text of the promised length, and one character more.
func (l *land) stretch(t *testing.T, shape shape, f, field *ast.FieldDefinition, most int) {
	t.Helper()
	longest := l.refusals(t, shape, f, field, most)
	require.Empty(t, longest, "%d characters are promised", most)
	longer := l.refusals(t, shape, f, field, most+1)
	require.NotEmpty(t, longer, "%d characters are accepted", most+1)
	require.Equal(t, "INVALID", longer[0].Code)
	require.Equal(t, []string{field.Name}, longer[0].Field)
}

type refusal struct {
	Code, Message string
	Field         []string
}

func (l *land) refusals(t *testing.T, shape shape, f, field *ast.FieldDefinition, length int) []refusal {
	t.Helper()
	e := l.common(l.estate("length"))
	e["password"] = apptest.AdminPassword
	if prepare := before[f.Name]; prepare != nil {
		prepare(l, e)
	}
	query, variables, err := shape.operation(ast.Mutation, f, e, 1)
	require.NoError(t, err)
	input, ok := variables["input"].(map[string]any)
	require.True(t, ok)
	text := e["fresh"] + strings.Repeat("é", length-len(e["fresh"]))
	input[field.Name] = text
	if field.Type.Name() == "TextInput" {
		input[field.Name] = map[string]string{"en": text, "fr": text}
	}
	answer := l.Admin().Ask(query, variables)
	require.Empty(t, answer.Errors)
	var payloads map[string]struct{ UserErrors []refusal }
	require.NoError(t, json.Unmarshal(answer.Data, &payloads))
	return slices.Concat(payloads[f.Name].UserErrors)
}
