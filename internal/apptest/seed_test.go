package apptest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/role"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/apptest"
	"github.com/arpent/arpent/internal/auth"
	"github.com/arpent/arpent/internal/fault"
)

// world is a server with one of everything in it, whose names begin with a word that no outsider may read.
type world struct {
	*apptest.Server
	t      *testing.T
	ctx    context.Context // in which the test itself looks, and sees all
	client *ent.Client

	project  *ent.Project
	member   *ent.Membership
	person   *ent.User
	library  *ent.Library
	template *ent.Template
	token    *ent.ApiToken
	freeze   *ent.Freeze
	worker   *ent.Worker
	version  *ent.StateVersion
	role     *ent.Role
}

const patience = 20 * time.Second

// hidden is what outsiders must never be shown.
const hidden = "hidden-from-outsiders"

func newWorld(t *testing.T, s *apptest.Server) *world {
	t.Helper()
	w := &world{Server: s, t: t, ctx: access.As(context.Background(), "test")}
	w.client = s.DB.Client(w.ctx)
	require.Eventually(t, func() bool { // the library that ships is read in the background
		busy, err := w.client.Run.Query().Where(run.StatusIn("QUEUED", "RUNNING")).Exist(w.ctx)
		return err == nil && !busy
	}, patience, 10*time.Millisecond)
	w.person = w.newPerson(hidden + "@example.org")
	w.library = must(w.client.Library.Create().SetName("library").SetURL("https://example.org/library.git").Save(w.ctx))(t)
	w.template = w.newTemplate("template", "1")
	w.project = w.newProject("SECRET")
	w.member = w.join(w.project, w.person, access.RoleAdmin)
	w.token = must(w.client.ApiToken.Create().SetUserID(w.person.ID).SetName(hidden).SetHash([]byte(hidden)).SetHint("hint").
		SetScopes([]string{"all"}).Save(w.ctx))(t)
	w.freeze = must(w.client.Freeze.Create().SetProjectID(w.project.ID).SetReason(hidden).SetStartsAt(time.Now()).
		SetEndsAt(time.Now().Add(time.Hour)).SetCreatedBy(hidden).SetLiftedAt(time.Now()).Save(w.ctx))(t)
	w.worker = must(w.client.Worker.Create().SetName(hidden).Save(w.ctx))(t)
	w.version = must(w.client.StateVersion.Create().SetProjectID(w.project.ID).SetVersion(1).SetSerial(1).SetLineage(hidden).
		SetSha256("00").SetSize(2).Save(w.ctx))(t)
	w.role = must(s.Auth.CreateRole(w.ctx, auth.RoleInput{Key: "OWN", Title: fault.Text{EN: "Own", FR: "Propre"}, Scope: access.ScopeProject}))(t)
	return w
}

func must[T any](value T, err error) func(testing.TB) T {
	return func(tb testing.TB) T {
		tb.Helper()
		require.NoError(tb, err)
		return value
	}
}

func (w *world) newPerson(email string) *ent.User {
	w.t.Helper()
	made, _, err := w.Auth.CreateUser(w.ctx, auth.UserInput{Email: email, Name: hidden, Locale: "en", Password: apptest.AdminPassword})
	require.NoError(w.t, err)
	return made
}

func (w *world) newTemplate(name, version string) *ent.Template {
	w.t.Helper()
	return must(w.client.Template.Create().SetLibraryID(w.library.ID).SetName(name).SetVersion(version).SetDigest(name + version).
		SetKind("MODULE").SetTitle(fault.Text{EN: name, FR: name}).SetSchema(json.RawMessage(`{"type":"object"}`)).Save(w.ctx))(w.t)
}

func (w *world) newProject(acronym string) *ent.Project {
	w.t.Helper()
	owner := must(w.client.Organization.Query().FirstID(w.ctx))(w.t)
	return must(w.client.Project.Create().SetAcronym(acronym).SetName(hidden).SetOrganizationID(owner).Save(w.ctx))(w.t)
}

func (w *world) join(p *ent.Project, u *ent.User, key string) *ent.Membership {
	w.t.Helper()
	return must(w.Auth.AddMember(w.ctx, auth.MemberInput{ProjectID: p.ID, UserID: u.ID, RoleID: w.roleID(key)}))(w.t)
}

func (w *world) roleID(key string) string {
	w.t.Helper()
	return must(w.client.Role.Query().Where(role.Key(key)).OnlyID(w.ctx))(w.t)
}

func (w *world) newResource(name string) *ent.Resource {
	w.t.Helper()
	return must(w.client.Resource.Create().SetProjectID(w.project.ID).SetTemplateID(w.template.ID).SetName(name).
		SetStatus("READY").SetOutputs(json.RawMessage(`{"shown":{"value":"` + hidden + `"}}`)).Save(w.ctx))(w.t)
}

// newRun makes a run in a state, with a plan, a step and a piece of log.
func (w *world) newRun(r *ent.Resource, status string) *ent.Run {
	w.t.Helper()
	change := fmt.Sprintf(`{"op":"create","name":%q}`, hidden)
	made := must(w.client.Run.Create().SetKind("PROVISION").SetStatus(run.Status(status)).SetProjectID(w.project.ID).
		SetResourceID(r.ID).SetRequestedBy(hidden).SetChange(json.RawMessage(change)).SetPolicy(json.RawMessage(`{"count":1}`)).
		SetQueuedAt(time.Now().UTC()).SetLogSize(int64(len(hidden))).Save(w.ctx))(w.t)
	require.NoError(w.t, w.client.RunPlan.Create().SetRunID(made.ID).SetAdd(1).SetChange(0).SetDestroy(0).
		SetChanges(json.RawMessage(`[{"address":"`+hidden+`","name":"x","action":"CREATE"}]`)).SetOutputs(json.RawMessage(`[]`)).Exec(w.ctx))
	require.NoError(w.t, w.client.RunStep.Create().SetRunID(made.ID).SetLease(1).SetPhase("PLAN").SetName(hidden).SetStartedAt(time.Now()).Exec(w.ctx))
	require.NoError(w.t, w.client.RunLog.Create().SetRunID(made.ID).SetPosition(0).SetSize(int64(len(hidden))).SetData([]byte(hidden)).Exec(w.ctx))
	return made
}
