package apptest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/library"
	"github.com/arpent/arpent/ent/role"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/ent/schema"
	"github.com/arpent/arpent/ent/template"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/apptest"
	"github.com/arpent/arpent/internal/fault"
)

// land is a server without workers, whose rows the tests write themselves.
type land struct {
	*apptest.Server
	t      testing.TB
	client *ent.Client
	base   *ent.Template
	author *ent.User // owner of what belongs to a person
	count  int
}

func newLand(t testing.TB, s *apptest.Server) *land {
	t.Helper()
	l := &land{Server: s, t: t, client: s.DB.Client(apptest.System())}
	require.Eventually(t, func() bool {
		return l.client.Library.Query().OnlyX(apptest.System()).Status == library.StatusREADY &&
			!l.client.Run.Query().Where(run.StatusIn(run.StatusQUEUED, run.StatusRUNNING)).ExistX(apptest.System())
	}, time.Minute, 10*time.Millisecond, "the library that ships is not read")
	l.base = l.client.Template.Query().Where(template.IsBase(true)).FirstX(apptest.System())
	l.author = l.client.User.Create().SetName("Author").SetEmail("author@example.org").SaveX(apptest.System())
	return l
}

// estate is a project with one of everything, by the name of its GraphQL type.
type estate map[string]string

// number is one that no other name of the land has.
func (l *land) number() int { l.count++; return l.count }

func text(s string) fault.Text { return fault.Text{EN: s, FR: s} }

// estate makes a project and one of everything that can belong to one. The mark stands in every text of it.
func (l *land) estate(mark string) estate {
	l.t.Helper()
	ctx, c, n := apptest.System(), l.client, l.number()
	name := fmt.Sprintf("%s-%d", mark, n)
	p := c.Project.Create().SetAcronym(fmt.Sprintf("P%d", n)).SetName(name).SetDescription(text(mark)).
		SetOrganization(c.Organization.Query().FirstX(ctx)).SetBaseTemplate(l.base).SetTags(map[string]string{"mark": mark}).SaveX(ctx)
	e := estate{"Project": p.ID}
	e["Resource"] = l.resource(p, l.module(mark), name).ID
	e["Run"] = l.run(p, l.resource(p, l.module(mark), name).ID, run.StatusAWAITING_APPROVAL, mark)
	e["failed"] = l.run(p, l.resource(p, l.module(mark), name).ID, run.StatusFAILED, mark)
	e["RunStep"] = c.RunStep.Create().SetRunID(e["Run"]).SetLease(1).SetPhase("PLAN").SetName(mark).SetStartedAt(time.Now().UTC()).SaveX(ctx).ID
	e["RunPlan"] = c.RunPlan.Create().SetRunID(e["Run"]).SetAdd(1).SetChange(0).SetDestroy(0).SetChanges(json.RawMessage("[]")).SetOutputs(json.RawMessage("[]")).SaveX(ctx).ID
	e["Approval"] = c.Approval.Create().SetRunID(e["failed"]).SetUserID(l.author.ID).SetBy("Author").SetDecision("APPROVED").SetComment(mark).SaveX(ctx).ID
	c.RunLog.Create().SetRunID(e["Run"]).SetPosition(0).SetSize(int64(len(mark))).SetData([]byte(mark)).ExecX(ctx)
	c.Run.UpdateOneID(e["Run"]).SetLogSize(int64(len(mark))).ExecX(ctx)
	e["StateVersion"] = l.state(p, mark)
	e["Event"] = c.Event.Create().SetType("project.updated").SetAudience("PROJECT").SetActorID(l.author.ID).SetActor(mark).
		SetSubjectID(p.ID).SetSubject(name).SetProjectID(p.ID).SetAfter(json.RawMessage(`{"name":"` + mark + `"}`)).SaveX(ctx).ID
	e["Freeze"] = c.Freeze.Create().SetProjectID(p.ID).SetReason(mark).SetCreatedBy("Author").
		SetStartsAt(time.Now().UTC().Add(-2 * time.Hour)).SetEndsAt(time.Now().UTC().Add(-time.Hour)).SaveX(ctx).ID
	l.inventory(p, mark, e)
	l.member(l.author, p.ID, access.RoleAdmin)
	member := c.User.Create().SetName("Member").SetEmail(fmt.Sprintf("member-%d@example.org", n)).SaveX(ctx)
	e["Membership"] = l.member(member, p.ID, access.RoleGuest)
	e["acronym"], e["name"], e["member"] = p.Acronym, name, member.ID
	return e
}

// module is a template of the library that ships; requests of it carry no mark.
func (l *land) module(string) *ent.Template {
	return l.client.Template.Query().Where(template.Name("storage-folder"), template.Latest(true)).FirstX(apptest.System())
}

func (l *land) resource(p *ent.Project, of *ent.Template, name string) *ent.Resource {
	l.t.Helper()
	id := fmt.Sprintf("r%d", l.number())
	made := l.client.Resource.Create().SetProject(p).SetTemplate(of).SetName(id).SetStatus("READY").SetError(textOf(name)).
		SetInputs(json.RawMessage(`{"purpose":"` + name + `"}`)).
		SetOutputs(json.RawMessage(`{"key":{"sensitive":true}}`)).SaveX(apptest.System())
	sealed := l.Keyring.Seal([]byte(`{"key":"`+name+`"}`), "resources:"+made.ID+":outputs")
	return made.Update().SetSealedOutputs(sealed).SaveX(apptest.System())
}

func textOf(s string) *fault.Text { t := text(s); return &t }

func (l *land) run(p *ent.Project, resourceID string, status run.Status, mark string) string {
	l.t.Helper()
	return l.client.Run.Create().SetKind("PROVISION").SetStatus(status).SetProject(p).SetResourceID(resourceID).
		SetRequestedBy(mark).SetRequesterID(l.author.ID).SetQueuedAt(time.Now().UTC()).SetFailure(textOf(mark)).
		SetChange(json.RawMessage(fmt.Sprintf(`{"op":"update","name":%q,"template":"storage-folder","templateId":%q,"inputs":{"purpose":%q}}`, mark, l.module(mark).ID, mark))).
		SetPolicy(json.RawMessage(`{"count":2}`)).SetDigest("d").SetTool(mark).SaveX(apptest.System()).ID
}

func (l *land) state(p *ent.Project, mark string) string {
	l.t.Helper()
	c := l.client.StateVersion.Create().SetProject(p).SetVersion(1).SetSerial(1).SetLineage(mark).SetSha256(strings.Repeat("0", 64)).SetSize(2)
	made := c.SetCreatedBy(mark).SaveX(apptest.System())
	l.client.StateLock.Create().SetProjectID(p.ID).SetLockID("l").SetHolder(mark).SetInfo(json.RawMessage(`{"Who":"` + mark + `"}`)).ExecX(apptest.System())
	return made.ID
}

// common adds what belongs to no project. It is new each time, because the matrix removes it.
func (l *land) common(e estate) estate {
	l.t.Helper()
	ctx, c, n := apptest.System(), l.client, l.number()
	e["Organization"] = c.Organization.Query().FirstX(ctx).ID
	l.library(e, fmt.Sprintf("library-%d", n))
	l.bulk(e, fmt.Sprintf("srv_refused%d", n))
	e["Template"] = l.module("").ID
	e["Role"] = c.Role.Create().SetKey(fmt.Sprintf("ROLE%d", n)).SetTitle(text("Role")).SetScope("PROJECT").SetPermissions([]string{"project.read"}).SaveX(ctx).ID
	e["guest"] = l.roleID(access.RoleGuest)
	e["User"] = c.User.Create().SetName("Somebody").SetEmail(fmt.Sprintf("somebody-%d@example.org", n)).SaveX(ctx).ID
	e["ApiToken"] = c.ApiToken.Create().SetUserID(l.author.ID).SetName("token").SetHash(bytes.Repeat([]byte{byte(n), byte(n >> 8)}, 16)).SetHint("abcd").SetScopes([]string{"all"}).SaveX(ctx).ID
	e["Worker"] = c.Worker.Create().SetName(fmt.Sprintf("worker-%d", n)).SaveX(ctx).ID
	e["freeze"] = c.Freeze.Create().SetReason("all").SetCreatedBy("Author").SetStartsAt(time.Now().UTC().Add(time.Hour)).SetEndsAt(time.Now().UTC().Add(2 * time.Hour)).SaveX(ctx).ID
	e["email"] = c.User.GetX(ctx, e["User"]).Email
	e["template"], e["fresh"] = "storage-folder", fmt.Sprintf("T%d", n)
	return e
}

// library is one whose last sync failed, and said so in words that name a host: those who manage libraries see them.
func (l *land) library(e estate, name string) {
	l.t.Helper()
	ctx, c, address := apptest.System(), l.client, "https://"+marked+".example/"+name+".git"
	made := c.Library.Create().SetName(name).SetURL(address).SetRef(marked).SetPath(marked).SetStatus(library.StatusERROR).SetError(textOf(address)).
		SetProblems([]schema.Problem{{File: marked, Message: text(marked)}}).SaveX(ctx)
	sync := c.Run.Create().SetKind("LIBRARY_SYNC").SetStatus(run.StatusFAILED).SetLibrary(made).SetRequestedBy("Author").SetQueuedAt(time.Now().UTC()).
		SetFailure(textOf(address)).SetChange(json.RawMessage("{}")).SetLogSize(int64(len(address))).SaveX(ctx)
	c.RunLog.Create().SetRunID(sync.ID).SetPosition(0).SetSize(int64(len(address))).SetData([]byte(address)).ExecX(ctx)
	c.RunStep.Create().SetRunID(sync.ID).SetLease(1).SetPhase("PLAN").SetName(marked).SetStartedAt(time.Now().UTC()).ExecX(ctx)
	e["failure"] = c.Event.Create().SetType("library.failed").SetAudience("EVERYBODY").SetActorID("system:test").SetActor("test").SetSubjectID(made.ID).
		SetSubject(name).SetBefore(json.RawMessage(`{"url":"` + address + `"}`)).SetAfter(json.RawMessage(`{"error":"` + address + `"}`)).SaveX(ctx).ID
	e["Library"], e["sync"] = made.ID, sync.ID
}

// bulk is a bulk change of servers that was refused for one, and says why: those who read the whole inventory see it.
func (l *land) bulk(e estate, refused string) {
	l.t.Helper()
	ctx, c := apptest.System(), l.client
	made := c.Run.Create().SetKind("BULK").SetStatus(run.StatusFAILED).SetRequestedBy(marked).SetQueuedAt(time.Now().UTC()).
		SetChange(json.RawMessage(`{"op":"bulk","bulk":{"move":"ACCEPT","total":1}}`)).SaveX(ctx)
	c.RunServer.Create().SetRunID(made.ID).SetServerID(refused).SetStatus("REFUSED").SetHostname(marked).SetReason(textOf(marked)).ExecX(ctx)
	e["bulk"], e["refused"] = made.ID, refused
}

func (l *land) roleID(key string) string {
	l.t.Helper()
	return l.client.Role.Query().Where(role.Key(key)).OnlyIDX(apptest.System())
}

// member gives somebody a role; a project of "" is the platform.
func (l *land) member(u *ent.User, projectID, key string) string {
	l.t.Helper()
	create := l.client.Membership.Create().SetUser(u).SetRoleID(l.roleID(key))
	if projectID == "" {
		return create.SetScopeKey("platform").SaveX(apptest.System()).ID
	}
	return create.SetProjectID(projectID).SetScopeKey(projectID).SaveX(apptest.System()).ID
}

// person is a client with an account and, unless key is empty, a role.
func (l *land) person(projectID, key string) *apptest.Client {
	l.t.Helper()
	email := fmt.Sprintf("person-%d@example.org", l.number())
	made := l.client.User.Create().SetName("Person").SetEmail(email).SaveX(apptest.System())
	if key != "" {
		l.member(made, projectID, key)
	}
	return l.With(l.TokenFor(email))
}
