package worker_test

import (
	"context"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/runner"
	"github.com/arpent/arpent/internal/worker"
)

// memory is a Backend that keeps everything in memory: what the server must do, as short as it can be said.
type memory struct {
	expires time.Duration
	waiting chan runner.Task

	mu     sync.Mutex
	runs   map[string]*memoryRun
	claims []worker.Claim
	refuse *fault.Error // of the next result
}

type memoryRun struct {
	lease   worker.Lease
	log     []byte
	steps   []runner.Step
	cancel  bool
	renewed int
	result  *runner.Result
}

func newMemory(tasks ...runner.Task) *memory {
	m := &memory{expires: time.Minute, waiting: make(chan runner.Task, 100), runs: map[string]*memoryRun{}}
	for _, task := range tasks {
		m.waiting <- task
	}
	return m
}

func (m *memory) Claim(ctx context.Context, claim worker.Claim) (*worker.Assignment, error) {
	m.mu.Lock()
	m.claims = append(m.claims, claim)
	m.mu.Unlock()
	var task runner.Task
	select {
	case task = <-m.waiting:
	case <-time.After(claim.Wait):
		return nil, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	lease := worker.Lease{RunID: task.RunID, Number: 7, Token: "token of " + task.RunID}
	m.runs[task.RunID] = &memoryRun{lease: lease}
	return &worker.Assignment{Lease: lease, ExpiresIn: m.expires, Task: task}, nil
}

func (m *memory) Renew(_ context.Context, lease worker.Lease) (worker.Renewal, error) {
	var renewal worker.Renewal
	return renewal, m.held(lease, func(run *memoryRun) error {
		run.renewed++
		renewal = worker.Renewal{ExpiresIn: m.expires, Cancel: run.cancel}
		return nil
	})
}

// Watch never learns anything before Renew does.
func (m *memory) Watch(ctx context.Context, lease worker.Lease, wait time.Duration) (bool, error) {
	var cancel bool
	if err := m.held(lease, func(run *memoryRun) error { cancel = run.cancel; return nil }); err != nil || cancel {
		return cancel, err
	}
	select {
	case <-ctx.Done():
		return false, ctx.Err()
	case <-time.After(wait):
		return false, nil
	}
}

func (m *memory) Log(_ context.Context, lease worker.Lease, offset int64, piece []byte) error {
	return m.held(lease, func(run *memoryRun) error {
		if offset > int64(len(run.log)) {
			return fault.New(fault.Invalid, fault.Text{EN: "a piece is missing", FR: "il manque un morceau"})
		}
		run.log = append(run.log[:offset], piece...)
		return nil
	})
}

func (m *memory) Step(_ context.Context, lease worker.Lease, step runner.Step) error {
	return m.held(lease, func(run *memoryRun) error {
		run.steps = append(run.steps, step)
		return nil
	})
}

func (m *memory) Finish(_ context.Context, lease worker.Lease, rest worker.Rest, result runner.Result) error {
	return m.held(lease, func(run *memoryRun) error {
		if refuse := m.refuse; refuse != nil {
			m.refuse = nil
			return refuse
		}
		if len(rest.Log) > 0 {
			run.log = append(run.log[:rest.Offset], rest.Log...)
		}
		run.steps = append(run.steps, rest.Steps...)
		run.result = &result
		return nil
	})
}

// held changes a run only for who holds its lease.
func (m *memory) held(lease worker.Lease, change func(*memoryRun) error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	run := m.runs[lease.RunID]
	if run == nil || run.lease != lease {
		return worker.ErrLeaseLost
	}
	return change(run)
}

// look reads or changes a run from outside.
func (m *memory) look(id string, at func(*memoryRun)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if run := m.runs[id]; run != nil {
		at(run)
	}
}

// takeAway gives the lease of a run to somebody else.
func (m *memory) takeAway(id string) { m.look(id, func(run *memoryRun) { run.lease.Number++ }) }

// result waits for the end of a run.
func (m *memory) result(t *testing.T, id string) runner.Result {
	t.Helper()
	var found *runner.Result
	require.Eventually(t, func() bool {
		m.look(id, func(run *memoryRun) { found = run.result })
		return found != nil
	}, time.Minute, time.Millisecond)
	return *found
}

func (m *memory) logOf(id string) string {
	var text string
	m.look(id, func(run *memoryRun) { text = string(run.log) })
	return text
}

const workerToken = "token of the worker"

// overHTTP is the same backend, with HTTP between it and the worker.
func overHTTP(t *testing.T, backend worker.Backend) worker.Backend {
	t.Helper()
	handler := worker.NewHandler(backend, func(_ context.Context, token string) (string, error) {
		if token != workerToken {
			return "", fault.New(fault.Unauthenticated, fault.Text{EN: "unknown token", FR: "jeton inconnu"})
		}
		return "paris", nil
	})
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	client, err := worker.NewClient(server.URL, workerToken)
	require.NoError(t, err)
	return client
}

// onEveryWay runs a test with the backend at hand and with HTTP between.
func onEveryWay(t *testing.T, test func(t *testing.T, way func(worker.Backend) worker.Backend)) {
	t.Helper()
	t.Run("in process", func(t *testing.T) {
		t.Parallel()
		test(t, func(backend worker.Backend) worker.Backend { return backend })
	})
	t.Run("over HTTP", func(t *testing.T) {
		t.Parallel()
		test(t, func(backend worker.Backend) worker.Backend { return overHTTP(t, backend) })
	})
}
