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

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/role"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/apptest"
	"github.com/arpent/arpent/internal/database"
)

// lists are queries for every list of the schema, two levels deep: one for what stands in each row, and one for each
// thing that a row leads to, with what that leads to in turn. They ask for the last rows, which the tests made. Logs
// are left out: they are read piece by piece; and the changes of plans: they stand in the row and cost too much.
func lists(rows int) map[string]string {
	s, queries := newShape("RunLogPiece", "PlanChange"), map[string]string{}
	s.nested = 2
	for name, f := range s.roots(s.Query) {
		inner := s.Types[f.Type.Name()]
		switch {
		case strings.HasSuffix(inner.Name, "Connection"):
			s.ways(queries, name, s.nodeOf(inner), 2, fmt.Sprintf("%s(last: %d) { edges { node { id ", f.Name, rows), " } } }")
			queries[name] = fmt.Sprintf("{ %s(last: %d)%s }", f.Name, rows, s.connection(inner, 0))
		case f.Type.Elem != nil && s.entity(inner) && len(f.Arguments) == 0:
			s.ways(queries, name, inner.Name, 2, f.Name+" { id ", " }")
			queries[name] = "{ " + f.Name + s.selection(inner.Name, 0) + " }"
		}
	}
	return queries
}

// ways adds a query for each field of a type that leads to another, down to a depth.
func (s shape) ways(queries map[string]string, list, of string, depth int, before, after string) {
	for _, f := range s.fields(s.Types[of]) {
		inner, name := s.Types[f.Type.Name()], list+"/"+f.Name
		switch {
		case inner.IsAbstractType():
			for _, possible := range s.GetPossibleTypes(inner) {
				queries[name+"/"+possible.Name] = "{ " + before + f.Name + " { ... on " + possible.Name + s.selection(possible.Name, 1, of) + " }" + after + " }"
			}
		case strings.HasSuffix(inner.Name, "Connection"):
			page := f.Name + s.page(s.nested)
			queries[name] = "{ " + before + page + s.connection(inner, 0, of) + after + " }"
			if depth > 1 {
				s.ways(queries, name, s.nodeOf(inner), depth-1, before+page+" { edges { node { id ", " } } }"+after)
			}
		case s.entity(inner) && f.Type.Elem != nil && depth > 1:
			queries[name] = "{ " + before + f.Name + s.selection(inner.Name, 0, of) + after + " }"
			s.ways(queries, name, inner.Name, depth-1, before+f.Name+" { id ", " }"+after)
		case s.entity(inner):
			if field, ok := s.field(f, depth, []string{of}); ok {
				queries[name] = "{ " + before + field + after + " }"
			}
		}
	}
}

// The walk must reach what is looked up beside the rows, and what that leads to.
func TestTheListsAreAskedTwoLevelsDeep(t *testing.T) {
	t.Parallel()
	queries := lists(1)
	require.Regexp(t, `lastRun \{.* plan \{.* truncated`, queries["Query.resources/lastRun"])
	require.Regexp(t, `memberships\(first: 2\) \{.* user \{.* email`, queries["Query.projects/memberships/user"])
	require.Contains(t, queries["Query.events/node/Run"], "requester")
	require.Contains(t, queries, "Query.runsAwaitingMe/plan")
}

// costs asks every query and counts the statements.
func (l *land) costs(token string, queries map[string]string) map[string]int {
	l.t.Helper()
	costs := map[string]int{}
	for name, query := range queries {
		costs[name] = l.cost(token, query)
	}
	return costs
}

func (l *land) cost(token, query string) int {
	l.t.Helper()
	count, _ := l.answer(token, query)
	return count
}

// answer is what a query comes to, and how many statements it took.
func (l *land) answer(token, query string) (statements int, text []byte) {
	l.t.Helper()
	body := apptest.Must(json.Marshal(map[string]string{"query": query}))(l.t)
	ctx, count := database.Counted(context.Background())
	request := httptest.NewRequestWithContext(ctx, http.MethodPost, "/graphql", bytes.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+token)
	recorder := httptest.NewRecorder()
	l.Handler().ServeHTTP(recorder, request)
	require.NotContains(l.t, recorder.Body.String(), `"errors"`, query)
	return count(), recorder.Body.Bytes()
}

// crowd adds rows of everything, from one number to another: each project has a resource with a run of its own, and
// one project has them all over again.
func (l *land) crowd(project string, from, to int) {
	l.t.Helper()
	c := crowd{ctx: apptest.System(), project: project}
	c.owner = apptest.Must(l.client.Organization.Query().FirstID(c.ctx))(l.t)
	c.guest = apptest.Must(l.client.Role.Query().Where(role.Key(access.RoleGuest)).OnlyID(c.ctx))(l.t)
	require.NoError(l.t, l.DB.Tx(c.ctx, func(ctx context.Context, client *ent.Client) error {
		c.Client, c.ctx = client, ctx
		for i := from; i < to; i++ {
			c.add(i)
		}
		return nil
	}))
}

// crowd writes rows of everything.
type crowd struct {
	*ent.Client
	ctx                   context.Context
	project, owner, guest string
}

func (c crowd) add(i int) {
	n, now := fmt.Sprintf("%03d", i), time.Now().UTC()
	org := c.Organization.Create().SetName(n).SetCode(n).SaveX(c.ctx)
	user := c.User.Create().SetEmail(n + "@example.org").SetName(n).SaveX(c.ctx)
	p := c.Project.Create().SetAcronym("C" + n).SetName(n).SetOrganizationID([]string{c.owner, org.ID}[i%2]).SaveX(c.ctx)
	c.Membership.Create().SetUserID(user.ID).SetProjectID(p.ID).SetScopeKey(p.ID).SetRoleID(c.guest).ExecX(c.ctx)
	c.Membership.Create().SetUserID(user.ID).SetProjectID(c.project).SetScopeKey(c.project).SetRoleID(c.guest).ExecX(c.ctx)
	c.Role.Create().SetKey("R" + n).SetTitle(text(n)).SetScope("PROJECT").SetPermissions([]string{}).ExecX(c.ctx)
	c.ApiToken.Create().SetUserID(user.ID).SetName(n).SetHash([]byte(n)).SetHint(n).SetScopes([]string{"all"}).ExecX(c.ctx)
	c.Freeze.Create().SetProjectID(p.ID).SetReason(n).SetStartsAt(now).SetEndsAt(now).SetCreatedBy(n).ExecX(c.ctx)
	c.Worker.Create().SetName("w" + n).ExecX(c.ctx)
	c.StateVersion.Create().SetProjectID(p.ID).SetVersion(1).SetSerial(1).SetLineage(n).SetSha256(n).SetSize(1).ExecX(c.ctx)
	c.StateLock.Create().SetProjectID(p.ID).SetLockID(n).SetInfo(json.RawMessage(`{}`)).SetHolder(n).ExecX(c.ctx)
	c.inventory(i, p.ID)
	lib := c.library(n)
	for _, in := range []string{p.ID, c.project} {
		one := c.run(i, in, lib, user.ID)
		c.event(user.ID, p.ID, in)
		c.event(user.ID, one.ID, in)
		c.event(user.ID, *one.ResourceID, in)
	}
}

// library is one with a template in two versions, read by a run of its own; it is the old template.
func (c crowd) library(n string) *ent.Template {
	lib := c.Library.Create().SetName("l" + n).SetURL("https://example.org/" + n).SaveX(c.ctx)
	bulk := c.Run.Create().SetKind("BULK").SetStatus("FAILED").SetRequestedBy(n).SetQueuedAt(time.Now().UTC()).
		SetChange(json.RawMessage(`{"op":"bulk","bulk":{"move":"ACCEPT","total":1}}`)).SaveX(c.ctx)
	c.RunServer.Create().SetRunID(bulk.ID).SetServerID("srv_" + n).SetStatus("REFUSED").ExecX(c.ctx)
	c.Run.Create().SetKind("LIBRARY_SYNC").SetStatus("FAILED").SetLibraryID(lib.ID).SetRequestedBy(n).
		SetChange(json.RawMessage(`{"op":"sync"}`)).SetQueuedAt(time.Now().UTC()).ExecX(c.ctx)
	template := func(version string) *ent.TemplateCreate {
		return c.Template.Create().SetLibraryID(lib.ID).SetName("t").SetVersion(version).SetDigest(n + version).SetKind("MODULE").SetTitle(text(n))
	}
	template("2").ExecX(c.ctx)
	return template("1").SetLatest(false).SaveX(c.ctx)
}

func (c crowd) run(i int, project string, of *ent.Template, user string) *ent.Run {
	n, now := fmt.Sprintf("%03d", i), time.Now().UTC()
	r := c.Resource.Create().SetProjectID(project).SetTemplateID(of.ID).SetName("r" + n).SetStatus("READY").SaveX(c.ctx)
	made := func(status run.Status) *ent.RunCreate {
		return c.Run.Create().SetKind("PROVISION").SetStatus(status).SetProjectID(project).SetResourceID(r.ID).SetRequestedBy(n).SetRequesterID(user).
			SetWorker("w" + n).SetChange(json.RawMessage(`{"op":"create"}`)).SetPolicy(json.RawMessage(`{"count":2}`)).SetQueuedAt(now)
	}
	before := made("FAILED").SaveX(c.ctx)
	one := made([]run.Status{"AWAITING_APPROVAL", "FAILED", "SUCCEEDED", "RUNNING"}[i%4]).SetRetryOf(before).SaveX(c.ctx)
	c.RunPlan.Create().SetRunID(one.ID).SetAdd(1).SetChange(0).SetDestroy(0).SetChanges(json.RawMessage(`[]`)).SetOutputs(json.RawMessage(`[]`)).ExecX(c.ctx)
	c.RunStep.Create().SetRunID(one.ID).SetLease(1).SetPhase("PLAN").SetName("plan").SetStartedAt(now).ExecX(c.ctx)
	c.Approval.Create().SetRunID(one.ID).SetUserID(user).SetBy(n).SetDecision("APPROVED").ExecX(c.ctx)
	return one
}

func (c crowd) event(actor, subject, project string) {
	c.Event.Create().SetType("project.created").SetAudience("PROJECT").SetActorID(actor).SetActor("Somebody").
		SetSubjectID(subject).SetProjectID(project).ExecX(c.ctx)
}
