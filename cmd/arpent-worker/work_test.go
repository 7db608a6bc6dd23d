package main

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/runner"
	"github.com/arpent/arpent/internal/worker"
)

// oneRun is a server that has one run to give.
type oneRun struct {
	task    runner.Task
	once    sync.Once
	results chan runner.Result
}

func (s *oneRun) Claim(ctx context.Context, _ worker.Claim) (assignment *worker.Assignment, err error) {
	s.once.Do(func() {
		assignment = &worker.Assignment{Lease: worker.Lease{RunID: "run_1", Number: 1, Token: "lease"}, ExpiresIn: time.Minute, Task: s.task}
	})
	if assignment == nil {
		<-ctx.Done()
	}
	return assignment, nil
}

func (*oneRun) Watch(ctx context.Context, _ worker.Lease, _ time.Duration) (bool, error) {
	<-ctx.Done() // nobody cancels it
	return false, ctx.Err()
}

func (s *oneRun) Renew(context.Context, worker.Lease) (worker.Renewal, error) {
	return worker.Renewal{ExpiresIn: time.Minute}, nil
}

func (s *oneRun) Log(context.Context, worker.Lease, int64, []byte) error { return nil }

func (s *oneRun) Step(context.Context, worker.Lease, runner.Step) error { return nil }

func (s *oneRun) Finish(_ context.Context, _ worker.Lease, _ worker.Rest, result runner.Result) error {
	s.results <- result
	return nil
}

func TestWorkerCarriesOutARunOfAServer(t *testing.T) {
	t.Parallel()
	files, err := runner.Pack(fstest.MapFS{"main.tf": {Data: []byte(`resource "terraform_data" "site" { input = 1 }`)}})
	require.NoError(t, err)
	backend := &oneRun{task: runner.Task{RunID: "run_1", Mode: runner.Plan, Files: files}, results: make(chan runner.Result, 1)}
	server := httptest.NewServer(worker.NewHandler(backend, func(context.Context, string) (string, error) { return "paris", nil }))
	t.Cleanup(server.Close)
	token := filepath.Join(t.TempDir(), "token")
	require.NoError(t, os.WriteFile(token, []byte("secret\n"), 0o600))

	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	o := options{ServerURL: server.URL, TokenFile: token, Slots: 1, WorkDir: t.TempDir(), TerraformBin: engine(t)}
	go func() { ended <- work(ctx, o, slog.New(slog.DiscardHandler)) }()
	result := <-backend.results
	require.Equal(t, runner.Done, result.Outcome)
	require.Equal(t, 1, result.Summary.Add)
	stop()
	require.NoError(t, <-ended)
	left, err := filepath.Glob(filepath.Join(o.WorkDir, "process-*"))
	require.NoError(t, err)
	require.Empty(t, left)
}

// engine is the one that was built, or the one on PATH.
func engine(t *testing.T) string {
	t.Helper()
	built, err := filepath.Abs("../../bin/tofu")
	require.NoError(t, err)
	if _, err := os.Stat(built); err == nil {
		return built
	}
	return ""
}

func TestWorkerNeedsAToken(t *testing.T) {
	t.Setenv("ARPENT_WORKER_TOKEN", "")
	require.ErrorContains(t, work(t.Context(), options{ServerURL: "http://127.0.0.1:1"}, slog.New(slog.DiscardHandler)), "ARPENT_WORKER_TOKEN")
	t.Setenv("ARPENT_WORKER_TOKEN", "token")
	require.ErrorContains(t, work(t.Context(), options{ServerURL: "nowhere"}, slog.New(slog.DiscardHandler)), "nowhere")
}
