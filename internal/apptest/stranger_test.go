package apptest_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/arpent/arpent/ent/migrate"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/apptest"
)

const marked = "h1dd3n" // stands in every text of the project that nobody may see, and in what libraries do not show to all

// everybodys are the types that all who are signed in may read; what is in them is no project's.
var everybodys = []string{"HostingProvider", "idle provider", "Library", "Organization", "Role", "Template"}

// ones own are the mutations that change nothing but what belongs to who asks.
var onesOwn = []string{"ping", "updateViewer", "changePassword", "createApiToken"}

// strangers are those who have nothing to do with a project: nobody, somebody, and every role of another project.
func (l *land) strangers(another string) map[string]*apptest.Client {
	found := map[string]*apptest.Client{"nobody": l.Nobody(), "somebody": l.person("", "")}
	for _, r := range access.BuiltInRoles() {
		if r.Scope == access.ScopeProject {
			found[r.Key+" of another"] = l.person(another, r.Key)
		}
	}
	return found
}

// visit is one stranger's walk over the schema.
type visit struct {
	t         *testing.T
	who       string
	shape     shape
	client    *apptest.Client
	theirs    estate
	anonymous bool
}

// depths are tried one after the other: a project that is hidden within a row nulls the whole row, and with it what
// the row would have shown by itself.
var depths = []int{0, 1}

// nodes asks for each object by its id, alone and in a list.
func (v visit) nodes(all []string) {
	for _, name := range all {
		manager := name == "User" && v.who == access.RoleAdmin+" of another" // has to find whom to add
		if !v.anonymous && (manager || slices.Contains(everybodys, name)) {
			continue
		}
		variables := map[string]any{"id": v.theirs[name]}
		for _, depth := range depths {
			fields := " { ... on " + name + v.shape.selection(name, depth) + " } }"
			one := v.client.Ask("query($id: ID!) { node(id: $id)"+fields, variables)
			list := v.client.Ask("query($id: ID!) { nodes(ids: [$id])"+fields, variables)
			v.hides(name+" by id", one)
			v.hides(name+" by ids", list)
			require.NotContains(v.t, string(one.Data)+string(list.Data), v.theirs[name], name)
		}
	}
}

// queries asks every query for everything.
func (v visit) queries() {
	for _, f := range v.shape.fields(v.shape.Query) {
		for _, depth := range depths {
			query, variables, err := v.shape.operation(ast.Query, f, v.theirs, depth)
			require.NoError(v.t, err)
			v.hides(f.Name, v.client.Ask(query, variables))
		}
	}
}

// mutations tries every mutation, and looks whether anything has changed.
func (v visit) mutations(l *land) {
	for _, f := range v.shape.fields(v.shape.Mutation) {
		query, variables, err := v.shape.operation(ast.Mutation, f, v.theirs, 1)
		require.NoError(v.t, err)
		before := l.rows()
		answer := v.client.Ask(query, variables)
		v.hides(f.Name, answer)
		if slices.Contains(onesOwn, f.Name) && !v.anonymous {
			continue
		}
		require.Contains(v.t, refusals, answer.Refusal(v.t), "%s: %s %v", f.Name, answer.Data, answer.Errors)
		require.Equal(v.t, before, l.rows(), "%s was refused and changed something", f.Name)
	}
}

// hides fails when an answer shows anything of theirs, or is broken instead of refused.
func (v visit) hides(what string, answer apptest.Answer) {
	v.t.Helper()
	for _, e := range answer.Errors {
		require.Contains(v.t, refusals, e.Extensions.Code, "%s: %s", what, e.Message)
		require.NotContains(v.t, e.Message, marked, what)
	}
	require.NotContains(v.t, string(answer.Data), marked, what)
	for kind, id := range v.theirs {
		if !slices.Contains(everybodys, kind) && strings.Contains(id, "_") && kind != "guest" && kind != "freeze" && kind != "User" && kind != "member" {
			require.NotContains(v.t, string(answer.Data), id, "%s shows their %s", what, kind)
		}
	}
}

// refusals are the codes that say no without saying what there is.
var refusals = []string{"UNAUTHENTICATED", "DENIED", "NOT_FOUND"}

// snapshot proves that the walk is not empty: who may see everything sees every type, and what is marked. It
// returns the types.
func (l *land) snapshot(shape shape, admin *apptest.Client, e estate) []string {
	l.t.Helper()
	names := shape.nodeTypes()
	for _, name := range names {
		require.NotEmpty(l.t, e[name], "say in estate_test.go what a %s is", name)
		answer := admin.Ask(`query($id: ID!) { node(id: $id) { ... on `+name+shape.selection(name, 1)+` } }`, map[string]any{"id": e[name]})
		require.Empty(l.t, answer.Errors, name)
		require.Contains(l.t, string(answer.Data), e[name])
		if slices.Contains([]string{"Project", "Resource", "Run", "RunStep", "Approval", "StateVersion", "Event", "Membership"}, name) {
			require.Contains(l.t, string(answer.Data), marked, name)
		}
	}
	return names
}

// restless are the tables in which something changes because somebody asks or because time goes by.
var restless = []string{"api_tokens", "users", "workers", "sessions", "idempotency_keys", "events", "counters"}

// rows is a digest of all that is stored.
func (l *land) rows() map[string]string {
	l.t.Helper()
	digests := map[string]string{}
	for _, table := range migrate.Tables {
		if slices.Contains(restless, table.Name) {
			continue
		}
		digests[table.Name] = l.digest(table.Name)
	}
	return digests
}

// digest is one of all rows of a table.
func (l *land) digest(table string) string {
	l.t.Helper()
	found, err := l.DB.SQL().QueryContext(context.Background(), "SELECT * FROM "+table+" ORDER BY 1")
	require.NoError(l.t, err)
	defer found.Close()
	columns, err := found.Columns()
	require.NoError(l.t, err)
	sum := sha256.New()
	for found.Next() {
		values, pointers := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			pointers[i] = &values[i]
		}
		require.NoError(l.t, found.Scan(pointers...))
		fmt.Fprintln(sum, values...)
	}
	require.NoError(l.t, found.Err())
	return fmt.Sprintf("%x", sum.Sum(nil))
}

// A subscription shows strangers nothing of a project, be it by id or in the stream of all events.
func TestStrangersHearNothing(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, s *apptest.Server) {
		l, shape := newLand(t, s), newShape()
		mine, theirs := l.common(l.estate("mine")), l.common(l.estate(marked))
		for who, client := range l.strangers(mine["Project"]) {
			if who == "nobody" {
				socket := client.Dial()
				socket.Send(apptest.Message{Type: "connection_init"})
				code, _ := socket.Closed()
				require.Equal(t, 4401, code)
				continue
			}
			for _, f := range shape.fields(shape.Subscription) {
				l.listens(shape, who, client, f, theirs)
			}
		}
	})
}

// listens subscribes, has something happen in their project and then something for everybody: who hears nothing
// of the first, hears the second first, or was refused.
func (l *land) listens(shape shape, who string, client *apptest.Client, f *ast.FieldDefinition, theirs estate) {
	l.t.Helper()
	query, variables, err := shape.operation(ast.Subscription, f, theirs, 1)
	require.NoError(l.t, err)
	socket := client.Connect()
	if f.Name != "events" {
		socket.Subscribe("1", query, variables)
		m := socket.Next()
		require.Contains(l.t, []string{"error", "next", "complete"}, m.Type)
		require.NotContains(l.t, string(m.Payload), marked, "%s hears %s", who, f.Name)
		require.NotContains(l.t, string(m.Payload), theirs["Run"], "%s hears %s", who, f.Name)
		return
	}
	var now struct{ EventCursor string }
	client.Get(&now, "{ eventCursor }", nil)
	socket.Subscribe("1", "subscription($after: String) { events(after: $after)"+shape.selection("Event", 0)+" }", map[string]any{"after": now.EventCursor})
	admin := l.Admin()
	admin.Ask(`mutation($id: ID!) { updateProject(input: {id: $id, name: "`+marked+`"}) { userErrors { code } } }`, map[string]any{"id": theirs["Project"]}).RequireDone(l.t)
	name := fmt.Sprintf("heard-%d", l.number())
	l.client.Event.Create().SetType("library.updated").SetAudience("EVERYBODY").SetActorID("system:test").SetActor("test").
		SetSubjectID(theirs["Library"]).SetSubject(name).ExecX(apptest.System())
	admin.Ask(`mutation($id: ID!) { updateProject(input: {id: $id, name: "`+marked+`2"}) { userErrors { code } } }`, map[string]any{"id": theirs["Project"]}).RequireDone(l.t)
	m := socket.Next()
	for !strings.Contains(string(m.Payload), name) { // what its own project did before may be placed only now
		require.Equal(l.t, "next", m.Type, "%s hears nothing", who)
		require.NotContains(l.t, string(m.Payload), marked, "%s hears events", who)
		m = socket.Next()
	}
	require.NotContains(l.t, string(m.Payload), marked, "%s hears events", who)
}
