package worker_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/runner"
	"github.com/arpent/arpent/internal/worker"
)

func wholeTask() runner.Task {
	return runner.Task{
		RunID: "run_1", Mode: runner.Apply, Files: bytes.Repeat([]byte{0, 255, 'x'}, 5000), Plan: []byte("plan"),
		State:   &runner.StateBackend{Address: "https://arpent/terraform/state/WEB", Username: "run", Password: "secret"},
		Backend: map[string]string{"bucket": "states"}, SecretVars: map[string]any{"key": "value"},
		Env: map[string]string{"A": "b"}, Masks: []string{"value"},
		Limits: runner.Limits{Time: time.Hour, Grace: time.Minute, Output: 1, Disk: 2},
	}
}

func wholeResult() runner.Result {
	return runner.Result{
		Outcome: runner.Done, Changed: true, Plan: bytes.Repeat([]byte("plan"), 100_000), State: []byte("{}"), Tool: "OpenTofu 1.12.6",
		Summary: &runner.Summary{Add: 1, Digest: "d", Outputs: []runner.Change{}, Changes: []runner.Change{{
			Address: "a.b", Name: "b", Action: runner.Create,
			Attributes: []runner.Attribute{{Path: "x", After: json.RawMessage(`"é"`), Forces: true}},
		}}},
		Outputs:     map[string]runner.Output{"url": {Value: json.RawMessage(`"u"`), Sensitive: true}},
		Diagnostics: []runner.Diagnostic{{Severity: "warning", Summary: "s", Line: 3}},
		Reason:      &fault.Text{EN: "100% sure", FR: "sûr à 100%"},
	}
}

// TestBackendConformance holds both ways to one contract.
func TestBackendConformance(t *testing.T) {
	t.Parallel()
	onEveryWay(t, func(t *testing.T, way func(worker.Backend) worker.Backend) {
		m := newMemory(wholeTask())
		backend, ctx := way(m), t.Context()

		assignment, err := backend.Claim(ctx, worker.Claim{Worker: "paris", Labels: []string{"gpu"}, Wait: time.Minute, Tool: "tool"})
		require.NoError(t, err)
		require.Equal(t, wholeTask(), assignment.Task)
		require.Equal(t, m.expires, assignment.ExpiresIn)
		_, direct := backend.(*memory)
		require.Equal(t, !direct, m.claims[0].Remote)
		m.claims[0].Remote = false
		require.Equal(t, worker.Claim{Worker: "paris", Labels: []string{"gpu"}, Wait: time.Minute, Tool: "tool"}, m.claims[0])
		none, err := backend.Claim(ctx, worker.Claim{Worker: "paris", Wait: time.Millisecond})
		require.NoError(t, err)
		require.Nil(t, none)

		lease := assignment.Lease
		renewal, err := backend.Renew(ctx, lease)
		require.NoError(t, err)
		require.Equal(t, worker.Renewal{ExpiresIn: m.expires}, renewal)
		cancel, err := backend.Watch(ctx, lease, time.Millisecond)
		require.NoError(t, err)
		require.False(t, cancel)
		m.look("run_1", func(run *memoryRun) { run.cancel = true })
		cancel, err = backend.Watch(ctx, lease, time.Minute)
		require.NoError(t, err)
		require.True(t, cancel)
		renewal, err = backend.Renew(ctx, lease)
		require.NoError(t, err)
		require.True(t, renewal.Cancel)

		long := strings.Repeat("line\n", 50_000)
		require.NoError(t, backend.Log(ctx, lease, 0, []byte(long)))
		require.NoError(t, backend.Log(ctx, lease, 0, []byte(long)))
		require.NoError(t, backend.Log(ctx, lease, int64(len(long)), []byte("end\x00\xff")))
		require.Equal(t, long+"end\x00\xff", m.logOf("run_1"))
		err = backend.Log(ctx, lease, 1<<40, []byte("x"))
		require.Equal(t, fault.Invalid, fault.CodeOf(err))
		refused, _ := fault.As(err)
		require.Equal(t, "il manque un morceau", refused.Message("fr"))

		step := runner.Step{Name: "plan", Status: runner.StepRunning, Done: 1, Total: 2, StartedAt: time.Unix(1, 0).UTC()}
		require.NoError(t, backend.Step(ctx, lease, step))
		require.Equal(t, []runner.Step{step}, m.runs["run_1"].steps)
		last := runner.Step{Name: "plan", Status: runner.StepDone, StartedAt: time.Unix(1, 0).UTC()}
		rest := worker.Rest{Offset: int64(len(long)), Log: []byte("ende\x00\xfe"), Steps: []runner.Step{last}}
		require.NoError(t, backend.Finish(ctx, lease, rest, wholeResult()))
		require.Equal(t, wholeResult(), *m.runs["run_1"].result)
		require.Equal(t, long+"ende\x00\xfe", m.logOf("run_1"))
		require.Equal(t, []runner.Step{step, last}, m.runs["run_1"].steps)
	})
}

func TestLostLeaseChangesNothing(t *testing.T) {
	t.Parallel()
	onEveryWay(t, func(t *testing.T, way func(worker.Backend) worker.Backend) {
		m := newMemory(wholeTask())
		backend, ctx := way(m), t.Context()
		assignment, err := backend.Claim(ctx, worker.Claim{Wait: time.Minute})
		require.NoError(t, err)
		m.takeAway("run_1")
		_, err = backend.Renew(ctx, assignment.Lease)
		require.ErrorIs(t, err, worker.ErrLeaseLost)
		require.ErrorIs(t, backend.Log(ctx, assignment.Lease, 0, []byte("x")), worker.ErrLeaseLost)
		require.ErrorIs(t, backend.Log(ctx, assignment.Lease, 0, make([]byte, 1<<20)), worker.ErrLeaseLost)
		require.ErrorIs(t, backend.Step(ctx, assignment.Lease, runner.Step{}), worker.ErrLeaseLost)
		require.ErrorIs(t, backend.Finish(ctx, assignment.Lease, worker.Rest{Log: []byte("x")}, wholeResult()), worker.ErrLeaseLost)
		require.Empty(t, m.logOf("run_1"))
		require.Nil(t, m.runs["run_1"].result)
	})
}

func TestHandlerRefusesStrangers(t *testing.T) {
	t.Parallel()
	m := newMemory()
	handler := worker.NewHandler(m, func(context.Context, string) (string, error) {
		return "", fault.New(fault.Unauthenticated, fault.Text{EN: "unknown token", FR: "jeton inconnu"})
	})
	for _, c := range []struct {
		name, path, token, body, encoding string
		status                            int
	}{
		{name: "no token", path: "/worker/v1/claim", status: http.StatusUnauthorized},
		{name: "unknown token", path: "/worker/v1/claim", token: "x", body: "{}", status: http.StatusUnauthorized},
		{name: "no lease token", path: "/worker/v1/runs/run_1/7/renew", status: http.StatusUnauthorized},
		{name: "unknown lease", path: "/worker/v1/runs/run_1/7/renew", token: "x", status: http.StatusGone},
		{name: "no number", path: "/worker/v1/runs/run_1/seven/renew", token: "x", status: http.StatusBadRequest},
		{name: "no offset", path: "/worker/v1/runs/run_1/7/log", token: "x", status: http.StatusBadRequest},
		{name: "negative offset", path: "/worker/v1/runs/run_1/7/log?offset=-1", token: "x", status: http.StatusBadRequest},
		{name: "not gzip", path: "/worker/v1/runs/run_1/7/log?offset=0", token: "x", body: "x", encoding: "gzip", status: http.StatusBadRequest},
		{name: "not JSON", path: "/worker/v1/runs/run_1/7/finish", token: "x", body: "<", status: http.StatusBadRequest},
		{name: "large", path: "/worker/v1/runs/run_1/7/step", token: "x", body: strings.Repeat(" ", 2<<20), status: http.StatusRequestEntityTooLarge},
		{name: "large, of a stranger", path: "/worker/v1/runs/run_1/7/finish", token: "x", body: strings.Repeat(" ", 2<<20), status: http.StatusGone},
		{name: "elsewhere", path: "/worker/v1/other", token: "x", status: http.StatusNotFound},
	} {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, c.path, strings.NewReader(c.body))
		if c.token != "" {
			request.Header.Set("Authorization", "Bearer "+c.token)
		}
		request.Header.Set("Content-Encoding", c.encoding)
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, request)
		require.Equal(t, c.status, answer.Code, c.name)
	}
}

func TestWorkersStayWithinTheNameOfTheirToken(t *testing.T) {
	t.Parallel()
	m := newMemory()
	backend := overHTTP(t, m)
	for _, name := range []string{"", "paris", "rack-2"} {
		_, err := backend.Claim(t.Context(), worker.Claim{Worker: name})
		require.NoError(t, err)
	}
	require.Equal(t, "paris", m.claims[0].Worker)
	require.Equal(t, "paris", m.claims[1].Worker)
	require.Equal(t, "paris/rack-2", m.claims[2].Worker)
}

func TestClientWantsAnAddress(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"", "arpent", "ftp://arpent", "http://", ":"} {
		_, err := worker.NewClient(address, "token")
		require.Error(t, err, address)
	}
}
