package worker_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/runner"
	"github.com/arpent/arpent/internal/worker"
)

// runs is a runner made of a function.
type runs func(ctx context.Context, task runner.Task, observer runner.Observer) (runner.Result, error)

func (r runs) Run(ctx context.Context, task runner.Task, observer runner.Observer) (runner.Result, error) {
	return r(ctx, task, observer)
}

// start starts a worker; stop asks it to stop and waits for its end.
func start(t *testing.T, config worker.Config) (stop func()) {
	t.Helper()
	config.Name = "paris"
	w, err := worker.New(config)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- w.Run(ctx) }()
	var once sync.Once
	stop = func() {
		once.Do(func() {
			cancel()
			require.NoError(t, <-ended)
		})
	}
	t.Cleanup(stop)
	return stop
}

func task(id string) runner.Task { return runner.Task{RunID: id, Mode: runner.Plan} }

// untilStopped is a tool that works until it is asked to stop.
func untilStopped(ctx context.Context, _ runner.Task, observer runner.Observer) (runner.Result, error) {
	observer.Log([]byte("at work\n"))
	<-ctx.Done()
	return runner.Result{Outcome: runner.Canceled}, nil
}

func atWork(t *testing.T, m *memory, id string) {
	t.Helper()
	require.Eventually(t, func() bool { return m.logOf(id) != "" }, time.Minute, time.Millisecond)
}

func TestWorkerTellsAllAboutARun(t *testing.T) {
	t.Parallel()
	onEveryWay(t, func(t *testing.T, way func(worker.Backend) worker.Backend) {
		m := newMemory(task("run_1"))
		start(t, worker.Config{Backend: way(m), Runner: runs(func(_ context.Context, task runner.Task, o runner.Observer) (runner.Result, error) {
			for i := range 500 {
				o.Log(fmt.Appendf(nil, "line %d\n", i))
				o.Step(runner.Step{Name: "apply", Status: runner.StepRunning, Done: i})
			}
			o.Step(runner.Step{Name: "apply", Status: runner.StepDone})
			return runner.Result{Outcome: runner.Done, Tool: task.RunID}, nil
		})})
		require.Equal(t, runner.Result{Outcome: runner.Done, Tool: "run_1"}, m.result(t, "run_1"))
		require.Equal(t, 500, strings.Count(m.logOf("run_1"), "\n"))
		require.True(t, strings.HasPrefix(m.logOf("run_1"), "line 0\nline 1\n"))
		m.look("run_1", func(run *memoryRun) {
			require.Equal(t, runner.StepDone, run.steps[len(run.steps)-1].Status)
			require.Less(t, len(run.steps), 300, "steps that nobody saw yet are told once")
		})
	})
}

func TestWorkerFillsItsSlots(t *testing.T) {
	t.Parallel()
	m := newMemory(task("run_1"), task("run_2"), task("run_3"))
	meeting := make(chan struct{}, 3)
	together := make(chan struct{})
	start(t, worker.Config{Backend: m, Slots: 2, Runner: runs(func(context.Context, runner.Task, runner.Observer) (runner.Result, error) {
		meeting <- struct{}{}
		<-together
		return runner.Result{Outcome: runner.Done}, nil
	})})
	<-meeting
	<-meeting
	require.Empty(t, meeting, "two at once, and no more")
	close(together)
	m.result(t, "run_3")
}

func TestWorkerRenewsAndCancels(t *testing.T) {
	t.Parallel()
	onEveryWay(t, func(t *testing.T, way func(worker.Backend) worker.Backend) {
		m := newMemory(task("run_1"))
		m.expires = 4 * time.Second // a busy machine must not lose it
		start(t, worker.Config{Backend: way(m), Runner: runs(untilStopped)})
		require.Eventually(t, func() (renewed bool) {
			m.look("run_1", func(run *memoryRun) { renewed = run.renewed > 3 })
			return renewed
		}, time.Minute, time.Millisecond)
		m.look("run_1", func(run *memoryRun) { run.cancel = true })
		require.Equal(t, runner.Canceled, m.result(t, "run_1").Outcome)
	})
}

func TestLostLeaseStopsTheTool(t *testing.T) {
	t.Parallel()
	onEveryWay(t, func(t *testing.T, way func(worker.Backend) worker.Backend) {
		m := newMemory(task("run_1"), task("run_2"))
		m.expires = 4 * time.Second // a busy machine must not lose it
		stopped := make(chan struct{}, 2)
		stop := start(t, worker.Config{Backend: way(m), Runner: runs(func(ctx context.Context, task runner.Task, o runner.Observer) (runner.Result, error) {
			result, err := untilStopped(ctx, task, o)
			o.Log([]byte("too late\n"))
			stopped <- struct{}{}
			return result, err
		})})
		atWork(t, m, "run_1")
		m.takeAway("run_1")
		<-stopped
		atWork(t, m, "run_2") // the worker goes on with other runs
		stop()
		m.look("run_1", func(run *memoryRun) {
			require.Nil(t, run.result)
			require.Equal(t, "at work\n", string(run.log))
		})
	})
}

// deaf is a backend that cannot be reached for a while.
type deaf struct {
	worker.Backend
	mu       sync.Mutex
	silent   bool
	everyNth int
	calls    int
}

var errAway = errors.New("connection refused")

func (d *deaf) away() bool {
	_, away := d.call()
	return away
}

func (d *deaf) call() (number int, away bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.calls++
	return d.calls, d.silent || d.everyNth > 0 && d.calls%d.everyNth != 0
}

func (d *deaf) Renew(ctx context.Context, lease worker.Lease) (worker.Renewal, error) {
	if d.away() {
		return worker.Renewal{}, errAway
	}
	return d.Backend.Renew(ctx, lease)
}

// Log loses the question or, every other time, only the answer.
func (d *deaf) Log(ctx context.Context, lease worker.Lease, offset int64, piece []byte) error {
	if number, away := d.call(); away {
		if number%2 == 0 {
			_ = d.Backend.Log(ctx, lease, offset, piece)
		}
		return errAway
	}
	return d.Backend.Log(ctx, lease, offset, piece)
}

func (d *deaf) Step(ctx context.Context, lease worker.Lease, step runner.Step) error {
	if d.away() {
		return errAway
	}
	return d.Backend.Step(ctx, lease, step)
}

func (d *deaf) Finish(ctx context.Context, lease worker.Lease, rest worker.Rest, result runner.Result) error {
	if d.away() {
		return errAway
	}
	return d.Backend.Finish(ctx, lease, rest, result)
}

func TestWorkerInsists(t *testing.T) {
	t.Parallel()
	m := newMemory(task("run_1"))
	start(t, worker.Config{Backend: &deaf{Backend: m, everyNth: 3}, Runner: runs(func(_ context.Context, _ runner.Task, o runner.Observer) (runner.Result, error) {
		for i := range 20 {
			o.Log([]byte(strings.Repeat(fmt.Sprint(i%10), 100<<10)))
		}
		o.Step(runner.Step{Name: "plan", Status: runner.StepDone})
		return runner.Result{Outcome: runner.Done}, nil
	})})
	require.Equal(t, runner.Done, m.result(t, "run_1").Outcome)
	var whole strings.Builder
	for i := range 20 {
		whole.WriteString(strings.Repeat(fmt.Sprint(i%10), 100<<10))
	}
	require.Equal(t, whole.String(), m.logOf("run_1"), "nothing is missing, nothing is there twice")
}

func TestLeaseThatCannotBeRenewedIsLost(t *testing.T) {
	t.Parallel()
	m := newMemory(task("run_1"))
	m.expires = 3 * time.Second // a busy machine must not lose it before it begins
	way := &deaf{Backend: m}
	stopped := make(chan time.Time, 1)
	start(t, worker.Config{Backend: way, Runner: runs(func(ctx context.Context, task runner.Task, o runner.Observer) (runner.Result, error) {
		result, err := untilStopped(ctx, task, o)
		stopped <- time.Now()
		return result, err
	})})
	atWork(t, m, "run_1")
	way.mu.Lock()
	way.silent = true
	way.mu.Unlock()
	silent := time.Now()
	require.Less(t, (<-stopped).Sub(silent), 30*time.Second, "the tool goes on without a lease")
}

func TestWorkerStopsInTwoSteps(t *testing.T) {
	t.Parallel()
	m := newMemory(task("run_1"), task("run_2"))
	stop := start(t, worker.Config{Backend: m, Runner: runs(untilStopped), Grace: 50 * time.Millisecond})
	atWork(t, m, "run_1")
	stop()
	require.Equal(t, runner.Canceled, m.result(t, "run_1").Outcome, "it is given back: another worker goes on with it")
	require.Len(t, m.waiting, 1, "no more work is taken")

	m = newMemory(task("run_1"))
	end := make(chan struct{})
	stop = start(t, worker.Config{Backend: m, Grace: time.Minute, Runner: runs(func(_ context.Context, _ runner.Task, o runner.Observer) (runner.Result, error) {
		o.Log([]byte("at work\n"))
		<-end
		return runner.Result{Outcome: runner.Done}, nil
	})})
	atWork(t, m, "run_1")
	time.AfterFunc(50*time.Millisecond, func() { close(end) })
	stop()
	require.Equal(t, runner.Done, m.result(t, "run_1").Outcome, "within its grace a run ends by itself")
}

func TestBrokenRunnerIsAFailedRun(t *testing.T) {
	t.Parallel()
	m := newMemory(task("run_1"), task("run_2"))
	start(t, worker.Config{Backend: m, Runner: runs(func(_ context.Context, task runner.Task, _ runner.Observer) (runner.Result, error) {
		if task.RunID == "run_1" {
			panic("out of luck")
		}
		return runner.Result{}, errors.New("no disk")
	})})
	result := m.result(t, "run_1")
	require.Equal(t, runner.Failed, result.Outcome)
	require.Contains(t, result.Reason.EN, "out of luck")
	result = m.result(t, "run_2")
	require.Equal(t, runner.Failed, result.Outcome)
	require.Contains(t, result.Reason.FR, "no disk")
}

func TestRefusedResultFailsTheRun(t *testing.T) {
	t.Parallel()
	onEveryWay(t, func(t *testing.T, way func(worker.Backend) worker.Backend) {
		m := newMemory(task("run_1"))
		m.refuse = fault.New(fault.Limited, fault.Text{EN: "too large", FR: "trop grand"})
		start(t, worker.Config{Backend: way(m), Runner: runs(func(context.Context, runner.Task, runner.Observer) (runner.Result, error) {
			return wholeResult(), nil
		})})
		result := m.result(t, "run_1")
		require.Equal(t, runner.Failed, result.Outcome)
		require.Contains(t, result.Reason.FR, "trop grand")
		require.NotEmpty(t, result.State, "a state that could not be stored is never thrown away")
	})
}

// A server that is away for long costs disk, not memory, and no line.
func TestLongLogWaitsOnDisk(t *testing.T) {
	t.Parallel()
	m := newMemory(task("run_1"))
	way := &deaf{Backend: m, silent: true}
	written := make(chan struct{})
	start(t, worker.Config{Backend: way, Runner: runs(func(_ context.Context, _ runner.Task, o runner.Observer) (runner.Result, error) {
		for i := range 50_000 {
			o.Log(fmt.Appendf(nil, "%0100d\n", i))
		}
		close(written)
		return runner.Result{Outcome: runner.Done}, nil
	})})
	<-written
	way.mu.Lock()
	way.silent = false
	way.mu.Unlock()
	m.result(t, "run_1")
	log := m.logOf("run_1")
	require.Len(t, log, 50_000*101)
	require.True(t, strings.HasSuffix(log, fmt.Sprintf("%0100d\n", 49_999)))
}

func TestWorkerWithoutAnEngineAsksForNoWork(t *testing.T) {
	t.Parallel()
	m := newMemory(task("run_1"))
	asked := make(chan struct{}, 100)
	stop := start(t, worker.Config{Backend: m, Runner: runs(untilStopped), Tool: func(context.Context) (string, error) {
		asked <- struct{}{}
		return "", errors.New("not found")
	}})
	<-asked
	<-asked
	stop()
	require.Empty(t, m.claims)
}

// What a dead worker left is handed over under its own lease, and refused without it.
func TestWhatADeadWorkerLeftIsGivenBack(t *testing.T) {
	t.Parallel()
	onEveryWay(t, func(t *testing.T, way func(worker.Backend) worker.Backend) {
		m := newMemory(task("run_1"), task("run_2"))
		backend, giveBack := way(m), worker.GiveBack(way(m))
		left := func() runner.Left {
			assignment, err := backend.Claim(t.Context(), worker.Claim{Wait: time.Minute})
			require.NoError(t, err)
			lease := assignment.Lease
			return runner.Left{Mark: runner.Mark{RunID: lease.RunID, Attempt: lease.Number, Token: lease.Token}, State: []byte("{}")}
		}
		first, second := left(), left()
		require.NoError(t, giveBack(t.Context(), first))
		result := m.result(t, "run_1")
		require.Equal(t, runner.Canceled, result.Outcome)
		require.Equal(t, "{}", string(result.State))

		m.refuse = fault.New(fault.Conflict, fault.Text{EN: "out of date", FR: "périmé"})
		require.ErrorContains(t, giveBack(t.Context(), second), "out of date")
		require.Nil(t, m.result(t, "run_2").State, "the run goes on without the state")

		m.takeAway("run_1")
		require.ErrorIs(t, giveBack(t.Context(), first), worker.ErrLeaseLost)
		first.State = nil
		require.NoError(t, giveBack(t.Context(), first), "nothing is lost")
	})
}

// A worker that the server cannot be reached from asks its tool to stop before its lease is over, and still tells.
func TestToolStopsBeforeTheLeaseIsOver(t *testing.T) {
	t.Parallel()
	m := newMemory(task("run_1"))
	m.expires = 10 * time.Second // half of it is left when it heals: a busy machine must get by with that
	way := &deaf{Backend: m}
	start(t, worker.Config{Backend: way, Runner: runs(func(ctx context.Context, task runner.Task, o runner.Observer) (runner.Result, error) {
		result, err := untilStopped(ctx, task, o)
		way.mu.Lock()
		way.silent = false // it heals while the tool stops
		way.mu.Unlock()
		return result, err
	})})
	atWork(t, m, "run_1")
	way.mu.Lock()
	way.silent = true
	way.mu.Unlock()
	require.Equal(t, runner.Canceled, m.result(t, "run_1").Outcome)
}
