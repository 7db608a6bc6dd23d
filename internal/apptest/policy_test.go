package apptest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"entgo.io/ent/privacy"
	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/graph"
	"github.com/arpent/arpent/internal/apptest"
	"github.com/arpent/arpent/internal/database/databasetest"
)

// Who may use a field of the root. Every field stands in rules; what its rule says is then tried.
type rule string

const (
	signedIn rule = "signed in" // whoever is somebody: the answer holds nothing of others
	oneself  rule = "oneself"   // about one's own account, and what is one's own
	guarded  rule = "guarded"   // narrowed by the policies of the models: outsiders get nothing
)

var rules = map[string]rule{
	"Query.node": guarded, "Query.nodes": guarded, "Query.apiTokens": oneself, "Query.events": oneself,
	"Query.freezes": guarded, "Query.memberships": guarded, "Query.projects": guarded, "Query.resources": guarded,
	"Query.runs": guarded, "Query.users": oneself, "Query.workers": guarded, "Query.projectByAcronym": guarded,
	"Query.runsAwaitingMe": guarded, "Query.queue": guarded,
	"Query.roles": signedIn, "Query.organizations": signedIn, "Query.libraries": signedIn, "Query.templates": signedIn,
	"Query.installation": signedIn, "Query.eventCursor": signedIn,
	"Query.viewer":  oneself,
	"Mutation.ping": signedIn,

	"Mutation.updateViewer": oneself, "Mutation.changePassword": oneself, "Mutation.createApiToken": oneself,
	"Mutation.revokeApiToken": guarded, "Mutation.createUser": guarded, "Mutation.updateUser": guarded,
	"Mutation.createProject": guarded, "Mutation.updateProject": guarded, "Mutation.archiveProject": guarded,
	"Mutation.unarchiveProject": guarded, "Mutation.addMember": guarded, "Mutation.updateMember": guarded,
	"Mutation.removeMember": guarded, "Mutation.unlockState": guarded, "Mutation.rollBackState": guarded,
	"Mutation.createLibrary": guarded, "Mutation.updateLibrary": guarded, "Mutation.deleteLibrary": guarded,
	"Mutation.syncLibrary": guarded, "Mutation.requestResource": guarded, "Mutation.updateResource": guarded,
	"Mutation.upgradeResource": guarded, "Mutation.deleteResource": guarded, "Mutation.revealOutput": guarded,
	"Mutation.detectDrift": guarded, "Mutation.approveRun": guarded, "Mutation.rejectRun": guarded,
	"Mutation.cancelRun": guarded, "Mutation.retryRun": guarded, "Mutation.createFreeze": guarded,
	"Mutation.liftFreeze": guarded, "Mutation.pauseWorker": guarded, "Mutation.createRole": guarded,
	"Mutation.updateRole": guarded, "Mutation.deleteRole": guarded,

	"Subscription.events": signedIn, "Subscription.runChanged": guarded, "Subscription.runLog": guarded,
}

func roots(s *ast.Schema) []*ast.Definition {
	return []*ast.Definition{s.Query, s.Mutation, s.Subscription}
}

func schema() *ast.Schema { return graph.Schema(&graph.Resolver{}).Schema() }

func TestEveryFieldOfTheRootHasARule(t *testing.T) {
	t.Parallel()
	there := map[string]bool{}
	for _, root := range roots(schema()) {
		for _, field := range root.Fields {
			if strings.HasPrefix(field.Name, "__") {
				continue
			}
			name := root.Name + "." + field.Name
			there[name] = true
			require.Contains(t, rules, name, "say in rules who may use it")
		}
	}
	for name := range rules {
		require.Contains(t, there, name, "it is gone")
	}
}

// TestEveryModelHasAPolicy asks every model of the database in nobody's name.
func TestEveryModelHasAPolicy(t *testing.T) {
	t.Parallel()
	db := databasetest.SQLite(t)
	client, ctx := reflect.ValueOf(db.Client(context.Background())).Elem(), context.Background()
	models := 0
	for i := range client.NumField() {
		query := client.Field(i).MethodByName("Query")
		if !client.Type().Field(i).IsExported() || !query.IsValid() {
			continue
		}
		models++
		name := client.Type().Field(i).Name
		results := query.Call(nil)[0].MethodByName("Count").Call([]reflect.Value{reflect.ValueOf(ctx)})
		err, _ := results[1].Interface().(error)
		require.ErrorIs(t, err, privacy.Deny, "%s can be read by nobody", name)
		err = write(ctx, client.Field(i))
		require.ErrorIs(t, err, privacy.Deny, "%s can be written by nobody", name)
	}
	require.Greater(t, models, 20)
}

// write deletes all rows of a model.
func write(ctx context.Context, model reflect.Value) error {
	deletion := model.MethodByName("Delete").Call(nil)[0]
	results := deletion.MethodByName("Exec").Call([]reflect.Value{reflect.ValueOf(ctx)})
	err, _ := results[1].Interface().(error)
	return err
}

// TestNobodyAndOutsidersGetNothing calls every field of the root with the ids of things that they must not know.
func TestNobodyAndOutsidersGetNothing(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, s *apptest.Server) {
		w := newWorld(t, s)
		resource := w.newResource(hidden[:20])
		ids := w.ids(resource)
		before := w.everything()
		nobody, outsider := s.Nobody(), s.Person("outsider@example.org")
		for _, root := range []*ast.Definition{schema().Query, schema().Mutation} {
			for _, field := range root.Fields {
				if strings.HasPrefix(field.Name, "__") {
					continue
				}
				name := root.Name + "." + field.Name
				for _, id := range ids[kindOf(name)] {
					operation, variables := compose(schema(), root, field, id, w.project.ID)
					w.refusesNobody(name, nobody.Ask(operation, variables))
					w.showsNothing(name, outsider.Ask(operation, variables))
				}
			}
		}
		w.refusesSubscribers(ids["run"][0], outsider)
		require.Equal(t, before, w.everything(), "something was changed by an outsider")
	})
}

func (w *world) refusesNobody(name string, answer apptest.Answer) {
	w.t.Helper()
	for _, e := range answer.Errors {
		require.Equal(w.t, "UNAUTHENTICATED", e.Extensions.Code, "%s: %s", name, e.Message)
	}
	require.Truef(w.t, len(answer.Errors) > 0 || empty(answer.Data), "%s answers nobody: %s", name, answer.Data)
}

// showsNothing: errors may be of a few kinds, and data must hold nothing that is hidden.
func (w *world) showsNothing(name string, answer apptest.Answer) {
	w.t.Helper()
	for _, e := range answer.Errors {
		require.Contains(w.t, []string{"NOT_FOUND", "DENIED", "INVALID"}, e.Extensions.Code, "%s: %s", name, e.Message)
	}
	text := string(answer.Data)
	require.NotContains(w.t, text, hidden, name)
	if rules[name] != guarded || empty(answer.Data) {
		return
	}
	var data map[string]struct {
		UserErrors []struct{ Code string }
	}
	if strings.HasPrefix(name, "Mutation.") {
		require.NoError(w.t, json.Unmarshal(answer.Data, &data))
		for _, payload := range data {
			require.NotEmpty(w.t, payload.UserErrors, "%s lets an outsider in: %s", name, text)
			require.Contains(w.t, []string{"NOT_FOUND", "DENIED"}, payload.UserErrors[0].Code, name)
		}
		return
	}
	require.Truef(w.t, empty(answer.Data), "%s shows an outsider: %s", name, text)
}

func (w *world) refusesSubscribers(runID string, outsider *apptest.Client) {
	w.t.Helper()
	socket := outsider.Connect()
	for id, query := range map[string]string{
		"1": `subscription($id: ID!) { runChanged(id: $id) { id } }`, "2": `subscription($id: ID!) { runLog(id: $id) { text } }`,
	} {
		socket.Subscribe(id, query, map[string]any{"id": runID})
		m := socket.Next()
		require.Contains(w.t, string(m.Payload), "NOT_FOUND", "%s %s", m.Type, m.Payload)
		require.NotContains(w.t, string(m.Payload), hidden)
		require.Equal(w.t, "complete", socket.Next().Type)
	}
}

// empty tells whether an answer holds nothing but nulls, empty lists, zeros and the skeleton of pages.
func empty(data json.RawMessage) bool {
	var value any
	if len(data) == 0 || json.Unmarshal(data, &value) != nil {
		return true
	}
	return hollow(value)
}

func hollow(value any) bool {
	switch v := value.(type) {
	case map[string]any:
		for name, inner := range v {
			if name != "__typename" && !hollow(inner) {
				return false
			}
		}
		return true
	case []any:
		for _, inner := range v {
			if !hollow(inner) {
				return false
			}
		}
		return true
	case bool:
		return !v
	case float64:
		return v == 0
	case string:
		return v == ""
	}
	return value == nil
}

// ids are the ids to try for each kind of thing, and for "any" all of them.
func (w *world) ids(r *ent.Resource) map[string][]string {
	waiting := w.newRun(r, "AWAITING_APPROVAL")
	ids := map[string][]string{
		"project": {w.project.ID}, "member": {w.member.ID}, "user": {w.person.ID}, "token": {w.token.ID},
		"freeze": {w.freeze.ID}, "worker": {w.worker.ID}, "version": {w.version.ID}, "resource": {r.ID}, "run": {waiting.ID},
		"library": {w.library.ID}, "role": {w.role.ID},
	}
	steps := must(w.client.RunStep.Query().FirstID(w.ctx))(w.t)
	event := must(w.client.Event.Query().FirstID(w.ctx))(w.t)
	for kind, list := range ids {
		if kind != "library" && kind != "role" && kind != "freeze" {
			ids["any"] = append(ids["any"], list...)
		}
	}
	ids["any"] = append(ids["any"], steps, event, w.freeze.ID)
	return ids
}

// kindOf is the kind of thing whose id an operation takes.
func kindOf(operation string) string {
	_, name, _ := strings.Cut(operation, ".")
	name = strings.ToLower(name)
	for _, kind := range []string{"member", "token", "user", "freeze", "worker", "rollbackstate", "role", "library", "run", "resource"} {
		if strings.HasPrefix(operation, "Mutation.") && strings.Contains(name, kind) {
			if kind == "rollbackstate" {
				return "version"
			}
			return kind
		}
	}
	if strings.HasPrefix(operation, "Mutation.") {
		return "project"
	}
	return "any"
}

// compose writes an operation that calls one field with everything that it can be given, and asks for all leaves.
func compose(s *ast.Schema, root *ast.Definition, field *ast.FieldDefinition, id, projectID string) (string, map[string]any) {
	variables, declared, given := map[string]any{}, []string{}, []string{}
	for _, argument := range field.Arguments {
		value, ok := sample(s, argument.Name, argument.Type, id, projectID)
		if !ok {
			continue
		}
		variables[argument.Name] = value
		declared = append(declared, "$"+argument.Name+": "+argument.Type.String())
		given = append(given, argument.Name+": $"+argument.Name)
	}
	text := strings.ToLower(root.Name)
	if len(declared) > 0 {
		text += "(" + strings.Join(declared, ", ") + ")"
	}
	text += " { " + field.Name
	if field.Arguments.ForName("first") != nil {
		given = append(given, "first: 5")
	}
	if len(given) > 0 {
		text += "(" + strings.Join(given, ", ") + ")"
	}
	return text + selection(s, s.Types[field.Type.Name()], 2) + " }", variables
}

// sample is a value for an input: the ids that are tried wherever an id goes, something plausible elsewhere.
func sample(s *ast.Schema, name string, t *ast.Type, id, projectID string) (any, bool) {
	if t.Elem != nil {
		value, ok := sample(s, name, t.Elem, id, projectID)
		return []any{value}, ok && (t.NonNull || name == "ids")
	}
	switch {
	case t.NamedType == "ID" && strings.HasPrefix(name, "project"):
		return projectID, true
	case t.NamedType == "ID" && name == "organizationId":
		return nil, false
	case t.NamedType == "ID":
		return id, true
	case !t.NonNull:
		return nil, false
	}
	definition := s.Types[t.NamedType]
	switch definition.Kind {
	case ast.InputObject:
		object := map[string]any{}
		for _, field := range definition.Fields {
			if value, ok := sample(s, field.Name, field.Type, id, projectID); ok {
				object[field.Name] = value
			}
		}
		return object, true
	case ast.Enum:
		return definition.EnumValues[0].Name, true
	case ast.Scalar, ast.Object, ast.Interface, ast.Union:
	}
	return scalar(name, t.NamedType), true
}

func scalar(name, kind string) any {
	switch kind {
	case "Int", "Float", "Long":
		return 1
	case "Boolean":
		return true
	case "Time":
		return "2100-01-01T00:00:00Z"
	case "JSON":
		return map[string]any{}
	}
	switch name {
	case "acronym":
		return "SECRET"
	case "scopes", "permissions":
		return "project.read"
	case "url":
		return "https://example.org/x.git"
	case "email":
		return hidden + "@example.org"
	case "key":
		return "SOME_KEY"
	}
	return "a name that is good"
}

// selection asks for all leaves of a type, and of what lies below it to a depth.
func selection(s *ast.Schema, d *ast.Definition, depth int) string {
	switch d.Kind {
	case ast.Scalar, ast.Enum:
		return ""
	case ast.Interface, ast.Union:
		return " { __typename id }" // the types behind it have fields of one name and different kinds
	case ast.Object, ast.InputObject:
	}
	parts := []string{"__typename"}
	for _, field := range d.Fields {
		below := s.Types[field.Type.Name()]
		if strings.HasPrefix(field.Name, "__") || needsArguments(field) {
			continue
		}
		leaf := below.Kind == ast.Scalar || below.Kind == ast.Enum
		skeleton := strings.HasSuffix(below.Name, "Connection") || strings.HasSuffix(below.Name, "Edge")
		if leaf || depth > 0 {
			next := depth - 1
			if skeleton && depth > 0 {
				next = depth
			}
			parts = append(parts, field.Name+page(field, 2)+selection(s, below, next))
		}
	}
	return " { " + strings.Join(parts, " ") + " }"
}

// page asks a connection for a few rows.
func page(field *ast.FieldDefinition, rows int) string {
	if field.Arguments.ForName("first") == nil {
		return ""
	}
	return fmt.Sprintf("(first: %d)", rows)
}

func needsArguments(field *ast.FieldDefinition) bool {
	for _, argument := range field.Arguments {
		if argument.Type.NonNull && argument.DefaultValue == nil {
			return true
		}
	}
	return false
}

// everything is a picture of what outsiders must not be able to change: how many rows there are, and when they changed.
func (w *world) everything() map[string]string {
	w.t.Helper()
	picture := map[string]string{}
	for _, table := range []string{
		"projects", "memberships", "resources", "runs", "libraries", "templates", "freezes", "workers", "state_versions", "roles",
		"organizations", "approvals", "state_locks",
	} {
		var count, latest string
		err := w.DB.SQL().QueryRow("SELECT COUNT(*), COALESCE(CAST(MAX(updated_at) AS TEXT), '') FROM "+table).Scan(&count, &latest)
		require.NoError(w.t, err)
		picture[table] = count + " " + latest
	}
	return picture
}
