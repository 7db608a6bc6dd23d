package engines_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/app"
	"github.com/arpent/arpent/internal/apptest"
	"github.com/arpent/arpent/internal/auth"
)

// note is a template of one object, whose words are in a file where a hand may change them.
const note = `terraform {
  required_providers {
    fake = { source = "arpent/fake" }
  }
}
variable "file" { type = string }
variable "words" {
  type    = string
  default = "first"
}
resource "fake_server" "note" {
  name = "note"
  size = var.words
  file = var.file
}
output "words" { value = fake_server.note.size }
`

// site is a server with workers, an engine and a library of the test's own; what people do there goes through GraphQL.
type site struct {
	*apptest.Server
	t       *testing.T
	admin   *apptest.Client
	library string // its folder
	project string
}

// onSites runs a test on both kinds of installation, each with a project on a library of these files.
func onSites(t *testing.T, files map[string]string, test func(t *testing.T, s *site)) {
	t.Helper()
	engine, mirror := apptest.FindEngine(t), apptest.ProviderMirror(t)
	apptest.Each(t, func(t *testing.T, server *apptest.Server) {
		s := &site{Server: server, t: t, admin: server.Admin(), library: apptest.Repository(t, files)}
		s.run("createLibrary", `mutation($u: String!) { createLibrary(input: {name: "ours", url: $u}) { run { id } userErrors { message } } }`, map[string]any{"u": s.library}, "SUCCEEDED")
		s.project = s.makeProject()
		test(t, s)
	}, func(c *app.Config) { c.Workers, c.TerraformBin, c.ProviderMirror = 2, engine, mirror })
}

// makeProject waits for the library that ships, for its base, and makes a project on it.
func (s *site) makeProject() string {
	s.t.Helper()
	require.Eventually(s.t, func() bool {
		var found struct{ Templates struct{ TotalCount int } }
		s.admin.Get(&found, `{ templates(where: {isBase: true}) { totalCount } }`, nil)
		return found.Templates.TotalCount > 0
	}, time.Minute, 50*time.Millisecond)
	made := s.run("createProject", `mutation { createProject(input: {acronym: "LIFE", name: "Life"}) { project { id } run { id } userErrors { message } } }`, nil, "SUCCEEDED")
	return made.Project.ID
}

// began is what a mutation that starts a run answers.
type began struct {
	Project, Resource, Run struct{ ID string }
	UserErrors             []struct{ Message, Code string }
}

// start does a mutation that starts a run.
func (s *site) start(name, mutation string, variables map[string]any) began {
	s.t.Helper()
	var made map[string]began
	s.admin.Get(&made, mutation, variables)
	require.Empty(s.t, made[name].UserErrors, name)
	return made[name]
}

// run does a mutation and waits until its run has a status.
func (s *site) run(name, mutation string, variables map[string]any, status string) began {
	s.t.Helper()
	made := s.start(name, mutation, variables)
	s.await(made.Run.ID, status)
	return made
}

// seenRun is what people see of a run.
type seenRun struct {
	Status, ApprovalExpiresAt, ApprovedBy string
	ApprovalsMissing                      int
	ApprovalPolicy                        struct {
		Auto, NotSelf    bool
		Count, ExpiresIn int
		Roles            []string
	}
	ViewerCanApprove          bool
	ViewerCannotApproveReason string
	Failure                   struct{ En, Fr string }
	Diagnostics               []struct{ Summary, Detail string }
}

func (s *site) see(who *apptest.Client, runID string) seenRun {
	s.t.Helper()
	var found struct{ Node seenRun }
	who.Get(&found, `query($id: ID!) { node(id: $id) { ... on Run { status approvalExpiresAt approvedBy approvalsMissing
		approvalPolicy { auto notSelf count expiresIn roles } viewerCanApprove viewerCannotApproveReason failure { en fr } diagnostics { summary detail } } } }`, map[string]any{"id": runID})
	return found.Node
}

// await waits until a run has a status, and returns it.
func (s *site) await(runID, status string) (seen seenRun) {
	s.t.Helper()
	require.Eventually(s.t, func() bool {
		seen = s.see(s.admin, runID)
		return seen.Status == status
	}, 2*time.Minute, 50*time.Millisecond, "the run is not %s: %+v", status, &seen)
	return seen
}

// change is one of what has changed behind a resource's back.
type change struct{ Address, Action string }

// seenResource is what people see of a resource.
type seenResource struct {
	Status   string
	Drifted  bool
	Drift    []change
	Template struct{ Version string }
	Upgrade  *struct{ Version string }
	Outputs  []struct{ Name, Value string }
	Error    *struct{ En string }
}

func (s *site) resource(id string) seenResource {
	s.t.Helper()
	var found struct{ Node seenResource }
	s.admin.Get(&found, `query($id: ID!) { node(id: $id) { ... on Resource { status drifted drift template { version } upgrade { version } outputs { name value } error { en } } } }`, map[string]any{"id": id})
	return found.Node
}

// member makes somebody with a role in the project.
func (s *site) member(name, role string) *apptest.Client {
	s.t.Helper()
	email := name + "@example.org"
	client := s.Person(email)
	id := access.FromContext(apptest.Must(s.Auth.InNameOf(apptest.System(), email))(s.t)).ID
	var roles struct {
		Roles struct {
			Edges []struct{ Node struct{ ID, Key string } }
		}
	}
	s.admin.Get(&roles, `{ roles(first: 50) { edges { node { id key } } } }`, nil)
	for _, edge := range roles.Roles.Edges {
		if edge.Node.Key == role {
			apptest.Must(s.Auth.AddMember(apptest.System(), auth.MemberInput{ProjectID: s.project, UserID: id, RoleID: edge.Node.ID}))(s.t)
			return client
		}
	}
	require.Fail(s.t, "no such role", role)
	return nil
}

const request = `mutation($p: ID!, $t: String!, $n: String!, $i: JSON!) {
	requestResource(input: {projectId: $p, template: $t, name: $n, inputs: $i}) { resource { id } run { id } userErrors { message code } } }`

// answer approves a run's plan, and returns the code of the refusal.
func (s *site) answer(who *apptest.Client, runID string) string {
	s.t.Helper()
	return who.Ask(`mutation($id: ID!) { approveRun(input: {id: $id}) { run { id } userErrors { code } } }`, map[string]any{"id": runID}).Refusal(s.t)
}

// Two of a role have to approve, and not the requester: each refusal says why, and only the second yes applies. What
// nobody answers in time is rejected.
func TestAPolicyIsAskedOfPeople(t *testing.T) {
	t.Parallel()
	onSites(t, map[string]string{
		"templates/asked/main.tf":     note,
		"templates/asked/arpent.yaml": "style: module\ntitle: Asked\napproval: {mode: required, roles: [ADMIN], count: 2, notSelf: true, expires: 24h}\n",
	}, func(t *testing.T, s *site) {
		requester, editor := s.member("requester", access.RoleAdmin), s.member("editor", access.RoleEditor)
		first, second, guest := s.member("first", access.RoleAdmin), s.member("second", access.RoleAdmin), s.member("guest", access.RoleGuest)
		var made struct{ RequestResource began }
		requester.Get(&made, request, map[string]any{"p": s.project, "t": "asked", "n": "one", "i": map[string]any{"file": filepath.Join(t.TempDir(), "note")}})
		run, resource := made.RequestResource.Run.ID, made.RequestResource.Resource.ID
		waiting := s.await(run, "AWAITING_APPROVAL")
		require.Equal(t, 2, waiting.ApprovalsMissing)
		require.Equal(t, []string{"ADMIN"}, waiting.ApprovalPolicy.Roles)
		require.True(t, waiting.ApprovalPolicy.NotSelf)
		require.Equal(t, 24*60*60, waiting.ApprovalPolicy.ExpiresIn)
		ends, err := time.Parse(time.RFC3339Nano, waiting.ApprovalExpiresAt)
		require.NoError(t, err)
		require.WithinDuration(t, time.Now().Add(24*time.Hour), ends, 5*time.Minute)

		for who, reason := range map[*apptest.Client]string{
			requester: "Somebody other than the requester must approve.", editor: "Only these roles may approve", guest: "run.approve",
		} {
			require.Equal(t, "DENIED", s.answer(who, run))
			require.Contains(t, s.see(who, run).ViewerCannotApproveReason, reason)
		}
		require.Empty(t, s.answer(first, run))
		require.Equal(t, "CONFLICT", s.answer(first, run), "one person counts once")
		half := s.see(second, run)
		require.Equal(t, "AWAITING_APPROVAL", half.Status)
		require.Equal(t, 1, half.ApprovalsMissing)
		require.True(t, half.ViewerCanApprove)
		require.Empty(t, s.answer(second, run))
		require.Equal(t, "first@example.org, second@example.org", s.await(run, "SUCCEEDED").ApprovedBy)
		require.Equal(t, "READY", s.resource(resource).Status)

		late := s.start("requestResource", request, map[string]any{"p": s.project, "t": "asked", "n": "late", "i": map[string]any{"file": filepath.Join(t.TempDir(), "note")}})
		s.await(late.Run.ID, "AWAITING_APPROVAL")
		s.DB.Client(apptest.System()).Run.UpdateOneID(late.Run.ID).SetApprovalExpiresAt(time.Now().UTC().Add(-time.Second)).ExecX(apptest.System())
		require.Equal(t, "Personne ne l’a approuvée à temps.", s.await(late.Run.ID, "REJECTED").Failure.Fr)
		require.Equal(t, "ERROR", s.resource(late.Resource.ID).Status)
		require.Equal(t, "CONFLICT", s.answer(first, late.Run.ID), "too late")
	})
}

// A resource is upgraded to what its library has by now; drift that a hand makes is found, shown, and gone when the
// hand takes it back.
func TestAResourceIsUpgradedAndItsDriftFound(t *testing.T) {
	t.Parallel()
	onSites(t, freely(note), func(t *testing.T, s *site) {
		file := filepath.Join(t.TempDir(), "watched")
		made := s.run("requestResource", request, map[string]any{"p": s.project, "t": "free", "n": "one", "i": map[string]any{"file": file}}, "SUCCEEDED")
		old := s.resource(made.Resource.ID)
		require.Nil(t, old.Upgrade)
		require.Equal(t, "first", old.Outputs[0].Value)

		s.publish(strings.ReplaceAll(note, `"first"`, `"second"`))
		offered := s.resource(made.Resource.ID)
		require.NotNil(t, offered.Upgrade)
		require.Equal(t, old.Template, offered.Template, "nothing moves by itself")
		s.run("upgradeResource", `mutation($id: ID!) { upgradeResource(input: {id: $id}) { run { id } userErrors { message } } }`, map[string]any{"id": made.Resource.ID}, "SUCCEEDED")
		upgraded := s.resource(made.Resource.ID)
		require.Equal(t, offered.Upgrade.Version, upgraded.Template.Version)
		require.Nil(t, upgraded.Upgrade)
		require.Equal(t, "second", upgraded.Outputs[0].Value)

		require.False(t, s.drifts(made.Resource.ID).Drifted)
		require.NoError(t, os.WriteFile(file, []byte("by hand"), 0o600))
		drifted := s.drifts(made.Resource.ID)
		require.True(t, drifted.Drifted)
		require.Equal(t, "READY", drifted.Status)
		require.Equal(t, []change{{Address: "module.one.fake_server.note", Action: "UPDATE"}}, drifted.Drift)
		require.Equal(t, []string{"resource.drifted"}, s.eventsOf(made.Resource.ID, "resource.drifted"))
		require.NoError(t, os.WriteFile(file, []byte("second"), 0o600))
		require.False(t, s.drifts(made.Resource.ID).Drifted)
		require.NoError(t, os.Remove(file))
		require.True(t, s.drifts(made.Resource.ID).Drifted, "it is gone")
	})
}

// freely is a library of one template that nobody has to approve.
func freely(code string) map[string]string {
	return map[string]string{"templates/free/main.tf": code, "templates/free/arpent.yaml": "style: module\ntitle: Free\napproval: {mode: auto}\n"}
}

// publish commits other code of the template, and has it read.
func (s *site) publish(code string) {
	s.t.Helper()
	require.NoError(s.t, os.WriteFile(filepath.Join(s.library, "templates/free/main.tf"), []byte(code), 0o600))
	s.command(s.library, nil, "git", "-c", "user.name=T", "-c", "user.email=t@example.org", "commit", "-q", "-a", "-m", "more")
	var found struct {
		Libraries struct {
			Edges []struct{ Node struct{ ID, Name string } }
		}
	}
	s.admin.Get(&found, `{ libraries(first: 10) { edges { node { id name } } } }`, nil)
	for _, edge := range found.Libraries.Edges {
		if edge.Node.Name == "ours" {
			s.run("syncLibrary", `mutation($id: ID!) { syncLibrary(input: {id: $id}) { run { id } userErrors { message } } }`, map[string]any{"id": edge.Node.ID}, "SUCCEEDED")
		}
	}
}

// drifts looks for drift in the project, and returns what a resource shows then.
func (s *site) drifts(resourceID string) seenResource {
	s.t.Helper()
	s.run("detectDrift", `mutation($id: ID!) { detectDrift(input: {projectId: $id}) { run { id } userErrors { message } } }`, map[string]any{"id": s.project}, "SUCCEEDED")
	return s.resource(resourceID)
}

// eventsOf lists the events of one type about a subject.
func (s *site) eventsOf(subjectID, kind string) (types []string) {
	s.t.Helper()
	var found struct {
		Events struct {
			Edges []struct{ Node struct{ Type string } }
		}
	}
	s.admin.Get(&found, `query($id: String!, $t: String!) { events(first: 50, where: {subjectID: $id, type: $t}) { edges { node { type } } } }`, map[string]any{"id": subjectID, "t": kind})
	for _, edge := range found.Events.Edges {
		types = append(types, edge.Node.Type)
	}
	return types
}

// command runs a program in a folder, with no environment but a home and what is given.
func (s *site) command(dir string, env []string, name string, args ...string) string {
	s.t.Helper()
	cmd := exec.CommandContext(s.t.Context(), name, args...)
	cmd.Dir, cmd.Env = dir, append([]string{"PATH=/usr/local/bin:/usr/bin:/bin", "HOME=" + s.t.TempDir(), "CHECKPOINT_DISABLE=1"}, env...)
	out, err := cmd.CombinedOutput()
	require.NoError(s.t, err, "%s %v: %s", name, args, out)
	return string(out)
}

// Anyone can clone the private repository and plan by hand, as the folder's readme says: nothing is to be changed. A
// lock that a hand has left holds a run back, which says who holds it; once it is broken, the run is tried again.
func TestAFolderIsPlannedByHandAndALockIsBroken(t *testing.T) {
	t.Parallel()
	onSites(t, freely(note), func(t *testing.T, s *site) {
		file := filepath.Join(t.TempDir(), "note")
		made := s.run("requestResource", request, map[string]any{"p": s.project, "t": "free", "n": "one", "i": map[string]any{"file": file}}, "SUCCEEDED")
		reader := "TF_HTTP_PASSWORD=" + s.TokenFor(apptest.AdminEmail, string(access.StateRead), string(access.ProjectRead))
		clone := filepath.Join(t.TempDir(), "clone")
		s.command(t.TempDir(), nil, "git", "clone", "-q", filepath.Join(s.Config.DataDir, "repository.git"), clone)
		folder := filepath.Join(clone, "terraform", "LIFE")
		readme, err := os.ReadFile(filepath.Join(folder, "README.md"))
		require.NoError(t, err)
		engine, settings := apptest.FindEngine(t), filepath.Join(t.TempDir(), "settings")
		require.NoError(t, os.WriteFile(settings, []byte(`provider_installation { filesystem_mirror { path = "`+s.Config.ProviderMirror+`" } }`), 0o600))
		environment := []string{"TF_HTTP_USERNAME=" + apptest.AdminEmail, reader, "TF_CLI_CONFIG_FILE=" + settings}
		for _, line := range regexp.MustCompile(`(?m)^tofu (.+)$`).FindAllStringSubmatch(string(readme), -1) {
			args := append(strings.Fields(line[1]), "-no-color")
			if args[0] == "plan" {
				args = append(args, "-detailed-exitcode") // which fails unless there is nothing to change
			}
			s.command(folder, environment, engine, args...)
		}

		s.byHand("LOCK", `{"ID":"0a1b2c3d-0000-4000-8000-000000000001","Operation":"OperationTypeApply","Who":"me@host","Created":"2026-01-02T03:04:05Z"}`)
		held := s.start("updateResource", `mutation($id: ID!, $i: JSON!) { updateResource(input: {id: $id, inputs: $i}) { run { id } userErrors { message } } }`,
			map[string]any{"id": made.Resource.ID, "i": map[string]any{"file": file, "words": "third"}})
		failed := s.await(held.Run.ID, "FAILED")
		said, err := json.Marshal(failed.Diagnostics)
		require.NoError(t, err)
		require.Contains(t, string(said), "already locked: ID=0a1b2c3d-0000-4000-8000-000000000001")
		s.admin.Ask(`mutation($id: ID!) { unlockState(input: {projectId: $id}) { userErrors { code } } }`, map[string]any{"id": s.project}).RequireDone(t)
		s.run("retryRun", `mutation($id: ID!) { retryRun(input: {id: $id}) { run { id } userErrors { message } } }`, map[string]any{"id": held.Run.ID}, "SUCCEEDED")
		require.Equal(t, "third", s.resource(made.Resource.ID).Outputs[0].Value)
	})
}

// byHand speaks to the state backend as an engine of a person does.
func (s *site) byHand(method, body string) {
	s.t.Helper()
	request := s.admin.Request(method, "/terraform/state/"+s.project, strings.NewReader(body))
	request.SetBasicAuth("admin", s.admin.Token())
	response, text := s.admin.Do(request)
	require.Equal(s.t, 200, response.StatusCode, "%s", text)
}
