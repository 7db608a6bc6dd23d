package provision_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/event"
	"github.com/arpent/arpent/ent/role"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/allocation"
	"github.com/arpent/arpent/internal/catalog"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/database/databasetest"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/gitops"
	"github.com/arpent/arpent/internal/gitrepo"
	"github.com/arpent/arpent/internal/inventory"
	"github.com/arpent/arpent/internal/journal"
	"github.com/arpent/arpent/internal/provision"
	"github.com/arpent/arpent/internal/queue"
	"github.com/arpent/arpent/internal/runner"
	"github.com/arpent/arpent/internal/secret"
	"github.com/arpent/arpent/internal/tfstate"
	"github.com/arpent/arpent/internal/worker"
)

// shipped is a small library: a base, a module that needs nobody's approval, one that needs two, and a flat template.
var shipped = fstest.MapFS{
	"templates/new-project-template/main.tf": file(`output "project" { value = "x" }`),
	"templates/site/main.tf": file(`variable "title" { type = string }
variable "token" {
  type      = string
  sensitive = true
  default   = ""
}
resource "terraform_data" "page" { input = var.title }
output "url" { value = var.title }
output "key" {
  value     = var.token
  sensitive = true
}`),
	"templates/site/arpent.yaml":        file("style: module\ntitle: {en: Site, fr: Site}\napproval: {mode: auto}\n"),
	"templates/guarded/main.tf":         file(`resource "terraform_data" "vault" {}`),
	"templates/guarded/arpent.yaml":     file("style: module\ntitle: {en: Vault, fr: Coffre}\napproval: {mode: required, count: 2, notSelf: true, expires: 1h}\n"),
	"templates/own-backend/main.tf":     file("terraform {\n  backend \"local\" {}\n}\n"),
	"templates/own-backend/arpent.yaml": file("style: flat\ntitle: {en: Own, fr: Propre}\n"),
	"templates/shared/main.tf":          file(`variable "region" { default = "north" }`),
	"templates/shared/arpent.yaml":      file("style: flat\ntitle: {en: Shared, fr: Partagé}\napproval: {mode: auto}\n"),
}

func file(content string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(content)} }

// house is an engine with everything around it but workers, which the test plays.
type house struct {
	*provision.Engine
	t       *testing.T
	db      *database.DB
	project *ent.Project
	stop    func()
	cancel  func()                                // begins to stop it
	viewer  atomic.Pointer[func() *access.Viewer] // who accounts are taken for
	settled provision.Config
}

func each(t *testing.T, test func(h *house)) {
	t.Helper()
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) { test(newHouse(t, db, time.Minute)) })
}

func newHouse(t *testing.T, db *database.DB, lease time.Duration) *house {
	t.Helper()
	h := &house{t: t, db: db}
	h.settled = h.config(db, lease)
	h.restart()
	t.Cleanup(func() { h.stop() })
	h.furnish()
	return h
}

// restart starts an engine where none is, or where one was stopped.
func (h *house) restart() {
	h.Engine = provision.New(h.settled)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	running, once := h.Engine, sync.Once{}
	go func() { defer close(done); _ = running.Run(ctx) }()
	h.cancel = cancel
	h.stop = func() { once.Do(func() { cancel(); <-done; running.Close() }) }
}

// viewerOf is who an account is, as the test says.
func (h *house) viewerOf(context.Context, string) (*access.Viewer, error) {
	return (*h.viewer.Load())(), nil
}

// eventsOf counts the events of a type about something.
func (h *house) eventsOf(subject, kind string) int {
	return h.db.Client(system()).Event.Query().Where(event.SubjectID(subject), event.Type(kind)).CountX(system())
}

func (h *house) config(db *database.DB, lease time.Duration) provision.Config {
	t, log := h.t, slog.New(slog.DiscardHandler)
	keyring, err := secret.NewKeyring(bytes.Repeat([]byte{7}, secret.KeySize))
	require.NoError(t, err)
	redis, err := queue.StartEmbedded()
	require.NoError(t, err)
	client, err := queue.Connect(redis.URL())
	require.NoError(t, err)
	broadcast := client.NewBroadcast()
	repository, err := gitrepo.Open(t.Context(), gitrepo.Remote{URL: filepath.Join(t.TempDir(), "infra.git")}, "")
	require.NoError(t, err)
	t.Cleanup(func() { repository.Close(); broadcast.Close(); _ = client.Close(); redis.Close() })
	j := journal.New(db)
	return provision.Config{
		DB: db, Journal: j, Queue: client, Broadcast: broadcast, Keyring: keyring, Log: log, Name: "test", Lease: lease,
		Catalog:   catalog.New(catalog.Config{DB: db, Journal: j, Keyring: keyring, Dir: t.TempDir(), Builtin: shipped, Log: log}),
		Gitops:    gitops.New(gitops.Config{Repository: repository}),
		State:     tfstate.New(tfstate.Config{DB: db, Journal: j, Keyring: keyring, Log: log}),
		Inventory: inventory.New(db, j, log), Allocation: allocation.New(db, j, log), Viewer: h.viewerOf,
		PublicURL: "http://127.0.0.1:1",
	}
}

// furnish makes the organization, roles, library and a project whose base is applied.
func (h *house) furnish() {
	t, ctx, client := h.t, system(), h.db.Client(system())
	client.Organization.Create().SetName("Town").SetCode("TOWN").SaveX(ctx)
	for _, r := range access.BuiltInRoles() {
		names := make([]string, len(r.Permissions))
		for i, p := range r.Permissions {
			names[i] = string(p)
		}
		client.Role.Create().SetKey(r.Key).SetTitle(fault.Text{EN: r.Key, FR: r.Key}).SetScope(role.Scope(r.Scope)).SetPermissions(names).SetBuiltIn(true).SaveX(ctx)
	}
	require.NoError(t, h.Catalog.EnsureBuiltin(ctx))
	library := client.Library.Query().OnlyX(ctx)
	synced, err := h.SyncLibrary(ctx, library.ID)
	require.NoError(t, err)
	h.eventually(synced.ID, run.StatusSUCCEEDED)
	project, base, err := h.CreateProject(ctx, provision.ProjectInput{Acronym: "WEB", Name: "Web"})
	require.NoError(t, err)
	require.NotNil(t, base)
	h.project = project
	h.finish(h.claim(), planned(false, "base"))
	h.eventually(base.ID, run.StatusSUCCEEDED)
}

func system() context.Context { return access.As(context.Background(), "test") }

// person signs somebody in who has a role in the project.
func (h *house) person(name, roleKey string) context.Context {
	h.t.Helper()
	client := h.db.Client(system())
	u := client.User.Create().SetName(name).SetEmail(name + "@example.org").SaveX(system())
	held := client.Role.Query().Where(role.Key(roleKey)).OnlyX(system())
	client.Membership.Create().SetUserID(u.ID).SetProjectID(h.project.ID).SetRoleID(held.ID).SetScopeKey(h.project.ID).SaveX(system())
	set := access.Set{}
	for _, p := range held.Permissions {
		set.Add(access.Permission(p))
	}
	return access.NewContext(context.Background(), &access.Viewer{
		Kind: access.User, ID: u.ID, Name: name, Locale: "en", Projects: map[string]access.Set{h.project.ID: set},
	})
}

func (h *house) request(ctx context.Context, template, name, inputs string) (*ent.Resource, *ent.Run) {
	h.t.Helper()
	resource, started, err := h.RequestResource(ctx, provision.ResourceRequest{
		ProjectID: h.project.ID, Template: template, Name: name, Inputs: json.RawMessage(inputs),
	})
	require.NoError(h.t, err)
	return resource, started
}

func (h *house) claim() *worker.Assignment {
	h.t.Helper()
	got, err := h.Backend().Claim(context.Background(), worker.Claim{Worker: "w1", Wait: 20 * time.Second})
	require.NoError(h.t, err)
	require.NotNil(h.t, got, "there is no work")
	return got
}

func (h *house) idle() {
	h.t.Helper()
	got, err := h.Backend().Claim(context.Background(), worker.Claim{Worker: "w2", Wait: 50 * time.Millisecond})
	require.NoError(h.t, err)
	require.Nil(h.t, got, "there is work")
}

// blocked waits until a run says why it waits. Whoever asks for work has that looked at.
func (h *house) blocked(id, why string) {
	h.t.Helper()
	require.Eventually(h.t, func() bool {
		h.idle()
		reason := h.run(id).BlockedReason
		return reason != nil && strings.Contains(reason.EN, why)
	}, 30*time.Second, 10*time.Millisecond, "it does not say that it waits for %s", why)
}

func (h *house) finish(a *worker.Assignment, result runner.Result) {
	h.t.Helper()
	require.NoError(h.t, h.Backend().Finish(context.Background(), a.Lease, worker.Rest{}, result))
}

func (h *house) run(id string) *ent.Run { return h.db.Client(system()).Run.GetX(system(), id) }

func (h *house) resource(id string) *ent.Resource {
	return h.db.Client(system()).Resource.GetX(system(), id)
}

func (h *house) eventually(id string, status run.Status) {
	h.t.Helper()
	require.Eventually(h.t, func() bool { return h.run(id).Status == status }, 2*time.Minute, 2*time.Millisecond,
		"the run is %v, not %s", h.run(id).Status, status)
}

func planned(changed bool, digest string) runner.Result {
	return runner.Result{
		Outcome: runner.Done, Changed: changed, Plan: []byte("plan " + digest), Tool: "Test 1.0",
		Summary: &runner.Summary{Add: 1, Digest: digest, Changes: []runner.Change{{Address: "a.b", Name: "b", Action: runner.Create}}},
	}
}

func appliedWith(outputs map[string]runner.Output) runner.Result {
	return runner.Result{Outcome: runner.Done, Changed: true, Outputs: outputs, Tool: "Test 1.0"}
}
