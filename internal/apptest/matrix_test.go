package apptest_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/arpent/arpent/ent/project"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/ent/server"
	"github.com/arpent/arpent/ent/statelock"
	"github.com/arpent/arpent/ent/stateversion"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/apptest"
	"github.com/arpent/arpent/internal/auth"
)

// holder is somebody with one role and no other.
type holder struct {
	*apptest.Client
	key  string // of the role; NONE has none
	may  access.Set
	id   string
	join func(projectID string) // gives the role where it counts
	// everywhere says that it counts in all projects.
	everywhere bool
}

// everyRole is a holder of each built-in role, and one of none.
func (l *land) everyRole() (holders []holder) {
	l.t.Helper()
	for _, r := range append(access.BuiltInRoles(), access.BuiltInRole{Key: "NONE", Scope: access.ScopePlatform}) {
		email := "holder-" + strings.ToLower(r.Key) + "@example.org"
		h := holder{Client: l.Person(email), key: r.Key, may: access.NewSet(r.Permissions...), join: func(string) {}, everywhere: r.Scope == access.ScopePlatform}
		h.id = access.FromContext(apptest.Must(l.Auth.InNameOf(apptest.System(), email))(l.t)).ID
		switch {
		case r.Key == "NONE":
		case r.Scope == access.ScopeProject:
			h.join = func(projectID string) {
				apptest.Must(l.Auth.AddMember(apptest.System(), auth.MemberInput{ProjectID: projectID, UserID: h.id, RoleID: l.roleID(r.Key)}))(l.t)
			}
		default:
			roleID := l.roleID(r.Key)
			_, err := l.Auth.UpdateUser(apptest.System(), h.id, auth.UserUpdate{RoleID: &roleID})
			require.NoError(l.t, err)
		}
		holders = append(holders, h)
	}
	return holders
}

// whole is an estate with everything, in which a holder has the role.
func (l *land) whole(mark string, h holder) estate {
	l.t.Helper()
	e := l.common(l.estate(mark))
	e["password"] = apptest.AdminPassword
	h.join(e["Project"])
	return e
}

// before makes that a mutation can succeed, where an estate as it is does not let it.
var before = map[string]func(*land, estate){
	"archiveProject": func(l *land, e estate) { l.cancel(e) },
	"unarchiveProject": func(l *land, e estate) {
		l.client.Project.UpdateOneID(e["Project"]).SetStatus(project.StatusARCHIVED).ExecX(apptest.System())
	},
	"requeueRun": func(l *land, e estate) {
		l.client.Run.UpdateOneID(e["Run"]).SetStatus(run.StatusQUEUED).ExecX(apptest.System())
	},
	"rollBackState":   func(l *land, e estate) { l.applyByHand(e) },
	"upgradeResource": func(l *land, e estate) { l.outdate(e) },
	"moveServers": func(l *land, e estate) {
		l.client.Server.UpdateOneID(e["Server"]).SetLifecycle(server.LifecycleWISHED).ClearProjectID().ExecX(apptest.System())
	},
}

// cancel ends what waits in a project.
func (l *land) cancel(e estate) {
	l.t.Helper()
	l.Admin().Ask(`mutation($id: ID!) { cancelRun(input: {id: $id}) { userErrors { code } } }`, map[string]any{"id": e["Run"]}).RequireDone(l.t)
}

// outdate makes the template of the resource an old version.
func (l *land) outdate(e estate) {
	l.t.Helper()
	newest := l.module("")
	old := l.client.Template.Create().SetLibraryID(newest.LibraryID).SetName(newest.Name).SetVersion(e["fresh"]).SetDigest(e["fresh"]).
		SetKind(newest.Kind).SetTitle(newest.Title).SetSchema(newest.Schema).SetLatest(false).SaveX(apptest.System())
	l.client.Resource.UpdateOneID(e["Resource"]).SetTemplateID(old.ID).ExecX(apptest.System())
}

// applyByHand stores two states by the HTTP backend, as an engine does, and leaves the first to roll back to.
func (l *land) applyByHand(e estate) {
	l.t.Helper()
	l.client.StateLock.Delete().Where(statelock.ProjectID(e["Project"])).ExecX(apptest.System())
	l.client.StateVersion.Delete().Where(stateversion.ProjectID(e["Project"])).ExecX(apptest.System())
	admin := l.Admin()
	send := func(method, query, body string) {
		request := admin.Request(method, "/terraform/state/"+e["Project"]+query, strings.NewReader(body))
		request.SetBasicAuth("admin", admin.Token())
		response, answer := admin.Do(request)
		require.Equal(l.t, http.StatusOK, response.StatusCode, "%s %s", method, answer)
	}
	send("LOCK", "", `{"ID":"hand","Operation":"OperationTypeApply","Who":"me@host","Created":"2026-01-02T03:04:05Z"}`)
	for serial := range 2 {
		send(http.MethodPost, "?ID=hand", fmt.Sprintf(`{"version":4,"terraform_version":"1.12.6","serial":%d,"lineage":"hand","outputs":{},"resources":[]}`, serial+1))
	}
	send("UNLOCK", "?ID=hand", `{"ID":"hand"}`)
	e["StateVersion"] = l.client.StateVersion.Query().Where(stateversion.ProjectID(e["Project"]), stateversion.Serial(1)).OnlyIDX(apptest.System())
}

func (l *land) mutate(shape shape, client *apptest.Client, f *ast.FieldDefinition, e estate) apptest.Answer {
	l.t.Helper()
	query, variables, err := shape.operation(ast.Mutation, f, e, 1)
	require.NoError(l.t, err)
	return client.Ask(query, variables)
}

// requireDone demands of an answer that nothing was refused and that it holds what was done.
func (l *land) requireDone(what string, answer apptest.Answer) {
	l.t.Helper()
	require.Empty(l.t, answer.Errors, what)
	var payloads map[string]any
	require.NoError(l.t, json.Unmarshal(answer.Data, &payloads))
	for _, payload := range payloads {
		fields, ok := payload.(map[string]any)
		if !ok {
			require.NotEmpty(l.t, payload, what)
			continue
		}
		require.Empty(l.t, fields["userErrors"], what)
		delete(fields, "userErrors")
		delete(fields, "__typename")
		require.True(l.t, slices.ContainsFunc(values(fields), func(v any) bool { return v != nil }), "%s: %s", what, answer.Data)
	}
}

func values(fields map[string]any) (list []any) {
	for _, v := range fields {
		list = append(list, v)
	}
	return list
}

// Everybody may revoke their own tokens; those of others are a matter of the rules.
func TestEachRoleRevokesItsOwnTokens(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, s *apptest.Server) {
		l := newLand(t, s)
		for _, h := range l.everyRole() {
			var made struct {
				CreateAPIToken struct{ APIToken struct{ ID string } }
			}
			h.Get(&made, `mutation { createApiToken(input: {name: "own", scopes: ["all"]}) { apiToken { id } userErrors { message } } }`, nil)
			l.requireDone(h.key, h.Ask(`mutation($id: ID!) { revokeApiToken(input: {id: $id}) { apiToken { id revokedAt } userErrors { code } } }`,
				map[string]any{"id": made.CreateAPIToken.APIToken.ID}))
		}
	})
}

// sees asks one query: who may see finds the estate's own in the answer, nobody else does.
func (l *land) sees(shape shape, h holder, name string, f *ast.FieldDefinition, e estate) {
	l.t.Helper()
	query, variables, err := shape.operation(ast.Query, f, e, 0)
	require.NoError(l.t, err)
	if strings.HasSuffix(f.Type.Name(), "Connection") {
		query, variables = "{ "+f.Name+"(first: 100) { edges { node { id } } } }", nil
	}
	l.requireSeen(h, name, holds(rules[name].needs)(h), h.Ask(query, variables), e[rules[name].shows])
}

func (l *land) requireSeen(h holder, what string, may bool, answer apptest.Answer, id string) {
	l.t.Helper()
	if may {
		require.Empty(l.t, answer.Errors, "%s must be able to see %s", h.key, what)
		require.Contains(l.t, string(answer.Data), id, "%s must be able to see %s", h.key, what)
		return
	}
	for _, e := range answer.Errors {
		require.Contains(l.t, []string{"DENIED", "NOT_FOUND"}, e.Extensions.Code, "%s asks for %s", h.key, what)
	}
	if id == "" { // what has no id is refused as a whole
		require.NotEmpty(l.t, answer.Errors, "%s must not be able to see %s: %s", h.key, what, answer.Data)
		return
	}
	require.NotContains(l.t, string(answer.Data), id, "%s must not be able to see %s", h.key, what)
}

// deletes keeps lists within a page.
func (l *land) deletes(e estate) { l.client.Library.DeleteOneID(e["Library"]).ExecX(apptest.System()) }

// TestOnlyManagersSeeWhereLibrariesAre asks in every role for all that a library, its syncs and its events say: others
// than those who manage libraries are told its name and how it is.
func TestOnlyManagersSeeWhereLibrariesAre(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, s *apptest.Server) {
		l, shape := newLand(t, s), newShape()
		for _, h := range l.everyRole() {
			e := l.whole("seen", h)
			manages := h.may.Has(access.LibraryManage)
			for _, question := range []struct {
				kind, id string
				seen     bool
			}{
				{"Library", e["Library"], true}, {"Event", e["failure"], true}, {"Template", e["Template"], true}, {"Run", e["sync"], manages},
			} {
				answer := h.Ask("query($id: ID!) { node(id: $id) { id ... on "+question.kind+shape.selection(question.kind, 1)+" } }", map[string]any{"id": question.id})
				l.requireSeen(h, "a "+question.kind, question.seen, answer, question.id)
				if question.kind != "Template" {
					require.Equal(t, manages, strings.Contains(string(answer.Data), marked), "%s asks for a %s: %s", h.key, question.kind, answer.Data)
				}
			}
			_, log := h.Fetch("/runs/" + e["sync"] + "/log")
			require.Equal(t, manages, strings.Contains(string(log), marked), "%s reads the log of a sync: %s", h.key, log)
			l.deletes(e)
		}
	})
}

// hears subscribes and has the project change: who may hear it does, who may not is refused.
func (l *land) hears(shape shape, h holder, name string, f *ast.FieldDefinition, e estate) {
	l.t.Helper()
	query, variables, err := shape.operation(ast.Subscription, f, e, 0)
	require.NoError(l.t, err)
	if f.Name == "events" {
		var now struct{ EventCursor string }
		h.Get(&now, "{ eventCursor }", nil)
		query = "subscription($after: String, $project: ID) { events(after: $after, projectId: $project)" + shape.selection("Event", 0) + " }"
		variables = map[string]any{"after": now.EventCursor, "project": e["Project"]}
		l.Admin().Ask(`mutation($id: ID!) { updateProject(input: {id: $id, name: "renamed"}) { userErrors { code } } }`, map[string]any{"id": e["Project"]}).RequireDone(l.t)
	}
	socket := h.Connect()
	socket.Subscribe("1", query, variables)
	m := socket.Next()
	if holds(rules[name].needs)(h) {
		require.Equal(l.t, "next", m.Type)
		require.NotContains(l.t, string(m.Payload), `"errors"`, "%s must be able to hear %s", h.key, name)
		require.Contains(l.t, string(m.Payload), e[rules[name].shows], "%s must be able to hear %s", h.key, name)
		return
	}
	require.Contains(l.t, string(m.Payload), "NOT_FOUND", "%s must not be able to hear %s", h.key, name)
	require.NotContains(l.t, string(m.Payload), e[rules[name].shows])
}
