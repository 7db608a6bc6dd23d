package worker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"

	"github.com/arpent/arpent/internal/clock"
	"github.com/arpent/arpent/internal/observe"
	"github.com/arpent/arpent/internal/runner"
)

// Config says who a worker is and what it works with.
type Config struct {
	Name    string // unique among the workers
	Labels  []string
	Version string
	Slots   int           // runs at once; one when zero
	Wait    time.Duration // how long one question for work lasts; half a minute when zero
	Grace   time.Duration // how long runs may go on after the worker was asked to stop
	Backend Backend
	Runner  runner.Runner
	Tool    func(context.Context) (string, error) // names the engine; a worker without one asks for no work
	Logger  *slog.Logger
	Clock   clock.Clock     // the world's when nil
	Tracer  *observe.Tracer // nil traces nothing
}

const defaultWait = 30 * time.Second

// Worker carries out runs, a number of them at once.
type Worker struct {
	Config
}

// New returns a worker; it does nothing before Run.
func New(config Config) (*Worker, error) {
	if config.Name == "" || config.Backend == nil || config.Runner == nil {
		return nil, errors.New("a worker needs a name, a backend and a runner")
	}
	config.Slots = max(config.Slots, 1)
	if config.Wait <= 0 {
		config.Wait = defaultWait
	}
	if config.Tool == nil {
		config.Tool = func(context.Context) (string, error) { return "", nil }
	}
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	if config.Clock == nil {
		config.Clock = clock.Real{}
	}
	return &Worker{Config: config}, nil
}

// Run works until the context is done, and returns when its last run has ended. It stops in two steps: it
// takes no more work; runs that have not ended after the grace are asked to stop and given back, with what their
// tools have done so far.
func (w *Worker) Run(ctx context.Context) error {
	work, stop := context.WithCancelCause(context.WithoutCancel(ctx))
	defer stop(nil)
	ended, left := make(chan struct{}), atomic.Int64{}
	left.Store(int64(w.Slots))
	for range w.Slots {
		w.Clock.Go(func() {
			w.slot(ctx, work)
			if left.Add(-1) == 0 {
				close(ended)
			}
		})
	}
	if w.Clock.Wait(ctx, clock.Forever, ended) == clock.Done && w.Clock.Wait(work, w.Grace, ended) == clock.Elapsed {
		stop(errStopped)
		w.Clock.Wait(context.WithoutCancel(ctx), clock.Forever, ended)
	}
	return nil
}

// slot carries out one run after the other.
func (w *Worker) slot(ctx, work context.Context) {
	pause := newPause(w.Clock)
	for ctx.Err() == nil {
		asked := ask(w.Clock)
		assignment, err := w.claim(ctx)
		switch {
		case ctx.Err() != nil && err != nil:
			return
		case err != nil:
			w.Logger.Warn("cannot ask for work", "error", err)
			pause.wait(ctx)
		case assignment != nil:
			w.carryOut(work, assignment, asked)
			pause.reset()
		default:
			pause.reset()
		}
	}
}

func (w *Worker) claim(ctx context.Context) (*Assignment, error) {
	tool, err := w.Tool(ctx)
	if err != nil {
		return nil, fmt.Errorf("engine: %w", err)
	}
	return w.Backend.Claim(ctx, Claim{Worker: w.Name, Labels: w.Labels, Version: w.Version, Tool: tool, Slots: w.Slots, Wait: w.Wait})
}

// carryOut keeps a run from its assignment to its end.
func (w *Worker) carryOut(ctx context.Context, assignment *Assignment, asked asking) {
	logger := w.Logger.With("run", assignment.Lease.RunID, "lease", assignment.Lease.Number)
	ctx, span := w.Tracer.Start(observe.Resume(ctx, assignment.Trace), "run "+strings.ToLower(string(assignment.Task.Mode)))
	span.Set("arpent.run", assignment.Lease.RunID)
	span.Set("arpent.worker", w.Name)
	logger.InfoContext(ctx, "run begins", "mode", assignment.Task.Mode)
	a := &attempt{backend: w.Backend, runner: w.Runner, assignment: assignment, asked: asked, clock: w.Clock, logger: logger}
	err := a.carryOut(ctx)
	span.End(err != nil)
	if err != nil {
		logger.WarnContext(ctx, "run is not finished by this worker", "error", err)
		return
	}
	logger.InfoContext(ctx, "run ended")
}
