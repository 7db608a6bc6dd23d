package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/role"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/app"
	"github.com/arpent/arpent/internal/apptest/servers"
	"github.com/arpent/arpent/internal/catalog"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/database/databasetest"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/gitops"
	"github.com/arpent/arpent/internal/gitrepo"
	"github.com/arpent/arpent/internal/journal"
	"github.com/arpent/arpent/internal/provision"
	"github.com/arpent/arpent/internal/queue"
	"github.com/arpent/arpent/internal/runner"
	"github.com/arpent/arpent/internal/secret"
	"github.com/arpent/arpent/internal/worker"
	"github.com/arpent/arpent/library"
)

// house is the engine on PostgreSQL and Redis, without the HTTP side, with projects that are ready for requests.
type house struct {
	*provision.Engine
	b        *testing.B
	db       *database.DB
	redisURL string
	system   context.Context
	template *ent.Template
	projects []*ent.Project
	requests int
}

func newHouse(b *testing.B, projects int) *house {
	b.Helper()
	app.TuneMemory() // as a server does
	h := &house{b: b, db: databasetest.Postgres(b), system: access.As(context.Background(), "bench")}
	h.redisURL = servers.Redis(b).URL
	client, err := queue.Connect(h.redisURL)
	require.NoError(b, err)
	broadcast := client.NewBroadcast()
	repository, err := gitrepo.Open(b.Context(), gitrepo.Remote{URL: filepath.Join(b.TempDir(), "infra.git")}, "")
	require.NoError(b, err)
	keyring, err := secret.NewKeyring(bytes.Repeat([]byte{7}, secret.KeySize))
	require.NoError(b, err)
	j, log := journal.New(h.db), slog.New(slog.DiscardHandler)
	h.Engine = provision.New(provision.Config{
		DB: h.db, Journal: j, Queue: client, Broadcast: broadcast, Keyring: keyring, Log: log, Name: "bench", PublicURL: "http://127.0.0.1:1",
		Catalog: catalog.New(catalog.Config{DB: h.db, Journal: j, Keyring: keyring, Dir: b.TempDir(), Builtin: library.FS, Log: log}),
		Gitops:  gitops.New(gitops.Config{Repository: repository}),
	})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = h.Run(ctx) }() // it ends with ctx, which is no failure
	b.Cleanup(func() {
		cancel()
		<-done
		h.Close()
		repository.Close()
		broadcast.Close()
		_ = client.Close()
	})
	h.furnish(projects)
	return h
}

// furnish reads the library that ships and makes projects. Their base is there already, as far as the engine knows.
func (h *house) furnish(projects int) {
	h.b.Helper()
	client := h.db.Client(h.system)
	organization := client.Organization.Create().SetName("Bench").SetCode("BENCH").SaveX(h.system)
	for _, r := range access.BuiltInRoles() {
		client.Role.Create().SetKey(r.Key).SetTitle(fault.Text{EN: r.Key, FR: r.Key}).SetScope(role.Scope(r.Scope)).SetPermissions([]string{}).SetBuiltIn(true).SaveX(h.system)
	}
	require.NoError(h.b, h.Catalog.EnsureBuiltin(h.system))
	synced, err := h.SyncLibrary(h.system, client.Library.Query().OnlyX(h.system).ID)
	require.NoError(h.b, err)
	require.Eventually(h.b, func() bool {
		return client.Run.GetX(h.system, synced.ID).Status == run.StatusSUCCEEDED
	}, time.Minute, 5*time.Millisecond)
	for _, t := range client.Template.Query().AllX(h.system) {
		if t.Name == "random-password" {
			h.template = t
		}
	}
	base := client.Template.Query().AllX(h.system)
	for i := range projects {
		create := client.Project.Create().SetAcronym(fmt.Sprintf("B%d", i)).SetName("Bench").SetOrganization(organization)
		for _, t := range base {
			if t.IsBase {
				create.SetBaseTemplate(t)
			}
		}
		h.projects = append(h.projects, create.SaveX(h.system))
	}
}

// request asks for a resource in the next project.
func (h *house) request(ctx context.Context) *ent.Run {
	h.b.Helper()
	h.requests++
	_, started, err := h.RequestResource(ctx, provision.ResourceRequest{
		ProjectID: h.projects[h.requests%len(h.projects)].ID, Template: h.template.ID, Name: fmt.Sprintf("r%d", h.requests), Inputs: json.RawMessage(`{}`),
	})
	require.NoError(h.b, err)
	return started
}

// idle is a runner that plans and applies nothing, at once.
type idle struct{}

// Run implements runner.Runner.
func (idle) Run(_ context.Context, task runner.Task, observer runner.Observer) (runner.Result, error) {
	step := runner.Step{Name: string(task.Mode), Status: runner.StepRunning, StartedAt: time.Now()}
	observer.Step(step)
	observer.Log([]byte("nothing is done\n"))
	ended := time.Now()
	step.Status, step.EndedAt = runner.StepDone, &ended
	observer.Step(step)
	return idleResult(task.Mode), nil
}

func idleResult(mode runner.Mode) runner.Result {
	result := runner.Result{Outcome: runner.Done, Tool: "idle 1", Changed: true}
	if mode == runner.Plan {
		result.Plan, result.Summary = []byte("plan"), &runner.Summary{Add: 1, Digest: "d"}
	}
	return result
}

// hire starts workers that carry out runs by doing nothing, until the benchmark ends.
func (h *house) hire(slots int) {
	h.b.Helper()
	hired, err := worker.New(worker.Config{Name: "idle", Slots: slots, Backend: h.Backend(), Runner: idle{}, Grace: time.Second})
	require.NoError(h.b, err)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = hired.Run(ctx) }() // as above
	h.b.Cleanup(func() { cancel(); <-done })
}
