package apptest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/internal/apptest"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
)

// connections lists a query for each connection field of the schema: those of the root, and those of every type
// that a root connection lists, with all fields that need no argument.
func connections(s *ast.Schema) map[string]string {
	queries := map[string]string{}
	for _, field := range s.Query.Fields {
		if !strings.HasSuffix(field.Type.Name(), "Connection") {
			continue
		}
		node := s.Types[nodeOf(s, field)]
		queries["Query."+field.Name] = "{ " + field.Name + "(first: 50) { totalCount edges { node " + leaves(s, node) + " } } }"
		for _, inner := range node.Fields {
			if strings.HasSuffix(inner.Type.Name(), "Connection") {
				below := s.Types[nodeOf(s, inner)]
				queries[node.Name+"."+inner.Name] = fmt.Sprintf("{ %s(first: 40) { edges { node { id %s(first: 1) { edges { node %s } } } } } }",
					field.Name, inner.Name, leaves(s, below))
			}
		}
	}
	return queries
}

func nodeOf(s *ast.Schema, connection *ast.FieldDefinition) string {
	edge := s.Types[connection.Type.Name()].Fields.ForName("edges").Type.Name()
	return s.Types[edge].Fields.ForName("node").Type.Name()
}

// leaves asks for all of a type, and of its neighbours for their id and name. Logs are read piece by piece.
func leaves(s *ast.Schema, d *ast.Definition) string {
	parts := []string{}
	for _, field := range d.Fields {
		below := s.Types[field.Type.Name()]
		switch {
		case strings.HasSuffix(below.Name, "Connection"), needsArguments(field), below.Name == "RunLogPiece":
		case below.Kind == ast.Scalar, below.Kind == ast.Enum:
			parts = append(parts, field.Name)
		default:
			parts = append(parts, field.Name+selection(s, below, 0))
		}
	}
	return "{ " + strings.Join(parts, " ") + " }"
}

// TestALongerListCostsNoMoreStatements holds every connection field to it, with 5 rows of everything and with 500.
func TestALongerListCostsNoMoreStatements(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, s *apptest.Server) {
		w := newWorld(t, s)
		token := s.TokenFor(apptest.AdminEmail)
		w.crowd(0, 5)
		few := w.costs(token)
		w.crowd(5, 500)
		many := w.costs(token)
		t.Log("statements for 5 rows: ", few, ", for 500: ", many)
		for name, statements := range few {
			// Now and then the viewer is read anew besides: what matters is the least of some tries.
			for try := 0; try < 5 && many[name] > statements; try++ {
				many[name] = w.cost(token, connections(schema())[name])
			}
			require.LessOrEqual(t, many[name], statements, "%s: statements for 500 rows, and for 5", name)
			require.Less(t, statements, 40, "%s", name)
		}
	})
}

// costs asks every connection and counts the statements.
func (w *world) costs(token string) map[string]int {
	w.t.Helper()
	costs := map[string]int{}
	for name, query := range connections(schema()) {
		w.cost(token, query) // what is remembered is remembered
		costs[name] = w.cost(token, query)
	}
	return costs
}

func (w *world) cost(token, query string) int {
	w.t.Helper()
	count, _ := w.answer(token, query)
	return count
}

// answer is what a query comes to, and how many statements it took.
func (w *world) answer(token, query string) (statements int, text []byte) {
	w.t.Helper()
	body := must(json.Marshal(map[string]string{"query": query}))(w.t)
	ctx, count := database.Counted(w.t.Context())
	request := httptest.NewRequestWithContext(ctx, http.MethodPost, "/graphql", bytes.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+token)
	recorder := httptest.NewRecorder()
	w.Handler().ServeHTTP(recorder, request)
	require.NotContains(w.t, recorder.Body.String(), `"errors"`, query)
	return count(), recorder.Body.Bytes()
}

// crowd adds rows of everything, from one number to another: each project has a resource with a run of its own, and
// one project has them all over again.
func (w *world) crowd(from, to int) {
	w.t.Helper()
	now := time.Now().UTC()
	owner := must(w.client.Organization.Query().FirstID(w.ctx))(w.t)
	guest := w.roleID("GUEST")
	err := w.DB.Tx(w.ctx, func(ctx context.Context, c *ent.Client) error {
		for i := from; i < to; i++ {
			n := fmt.Sprintf("%03d", i)
			org := c.Organization.Create().SetName(n).SetCode(n).SaveX(ctx)
			user := c.User.Create().SetEmail(n + "@example.org").SetName(n).SaveX(ctx)
			lib := c.Library.Create().SetName("l" + n).SetURL("https://example.org/" + n).SaveX(ctx)
			old := c.Template.Create().SetLibraryID(lib.ID).SetName("t").SetVersion("1").SetDigest(n).SetKind("MODULE").SetLatest(false).SetTitle(fault.Text{EN: n}).SaveX(ctx)
			c.Template.Create().SetLibraryID(lib.ID).SetName("t").SetVersion("2").SetDigest(n + "b").SetKind("MODULE").SetTitle(fault.Text{EN: n}).SaveX(ctx)
			p := c.Project.Create().SetAcronym("P" + n).SetName(n).SetOrganizationID([]string{owner, org.ID}[i%2]).SaveX(ctx)
			c.Membership.Create().SetUserID(user.ID).SetProjectID(p.ID).SetScopeKey(p.ID).SetRoleID(guest).ExecX(ctx)
			c.Membership.Create().SetUserID(user.ID).SetProjectID(w.project.ID).SetScopeKey(w.project.ID).SetRoleID(guest).ExecX(ctx)
			c.Role.Create().SetKey("R" + n).SetTitle(fault.Text{EN: n}).SetScope("PROJECT").SetPermissions([]string{}).ExecX(ctx)
			c.ApiToken.Create().SetUserID(user.ID).SetName(n).SetHash([]byte(n)).SetHint(n).SetScopes([]string{"all"}).ExecX(ctx)
			c.Freeze.Create().SetProjectID(p.ID).SetReason(n).SetStartsAt(now).SetEndsAt(now).SetCreatedBy(n).ExecX(ctx)
			c.Worker.Create().SetName("w" + n).ExecX(ctx)
			for _, in := range []string{p.ID, w.project.ID} {
				r := c.Resource.Create().SetProjectID(in).SetTemplateID(old.ID).SetName("r" + n).SetStatus("READY").SaveX(ctx)
				status := []run.Status{"AWAITING_APPROVAL", "FAILED", "SUCCEEDED", "RUNNING"}[i%4]
				one := c.Run.Create().SetKind("PROVISION").SetStatus(status).SetProjectID(in).SetResourceID(r.ID).SetRequestedBy(n).
					SetWorker("w" + n).SetChange(json.RawMessage(`{"op":"create"}`)).SetPolicy(json.RawMessage(`{"count":2}`)).SetQueuedAt(now).SaveX(ctx)
				c.RunPlan.Create().SetRunID(one.ID).SetAdd(1).SetChange(0).SetDestroy(0).SetChanges(json.RawMessage(`[]`)).SetOutputs(json.RawMessage(`[]`)).ExecX(ctx)
				c.RunStep.Create().SetRunID(one.ID).SetLease(1).SetPhase("PLAN").SetName("plan").SetStartedAt(now).ExecX(ctx)
				c.Approval.Create().SetRunID(one.ID).SetUserID(user.ID).SetBy(n).SetDecision("APPROVED").ExecX(ctx)
			}
			c.Run.Create().SetKind("LIBRARY_SYNC").SetStatus("FAILED").SetLibraryID(lib.ID).SetRequestedBy(n).SetChange(json.RawMessage(`{"op":"sync"}`)).SetQueuedAt(now).ExecX(ctx)
			c.StateVersion.Create().SetProjectID(p.ID).SetVersion(1).SetSerial(1).SetLineage(n).SetSha256(n).SetSize(1).ExecX(ctx)
			c.StateLock.Create().SetProjectID(p.ID).SetLockID(n).SetInfo(json.RawMessage(`{}`)).SetHolder(n).ExecX(ctx)
			c.Event.Create().SetType("project.created").SetAudience("PROJECT").SetActorID(user.ID).SetActor(n).SetSubjectID(p.ID).SetProjectID(p.ID).ExecX(ctx)
		}
		return nil
	})
	require.NoError(w.t, err)
}
