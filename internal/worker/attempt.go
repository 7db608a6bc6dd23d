package worker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/arpent/arpent/internal/clock"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/observe"
	"github.com/arpent/arpent/internal/runner"
)

var (
	errStopped = errors.New("worker stopped")
	errAsked   = errors.New("somebody asked the run to stop")
	errSilent  = errors.New("the server does not answer")
)

var (
	brokenRunner = fault.Text{
		EN: "The worker could not carry out the run: %s",
		FR: "L’exécution n’a pas pu être menée par son exécuteur : %s",
	}
	refusedResult = fault.Text{
		EN: "The result of the run was refused: %s",
		FR: "Le résultat de l’exécution a été refusé : %s",
	}
)

// attempt is one run in the hands of this worker, for as long as it holds the lease.
type attempt struct {
	backend    Backend
	runner     runner.Runner
	assignment *Assignment
	asked      asking // for the assignment
	clock      clock.Clock
	logger     *slog.Logger
	line       runner.Lifeline
}

// carryOut runs the task, keeps the lease meanwhile, and tells the server all about it. An error says why the
// attempt ended without its result being told: the lease is gone. What a worker stops in the middle it gives back.
func (a *attempt) carryOut(ctx context.Context) error {
	// lease is done when the lease is lost; tool already when the tool is to stop.
	lease, end := context.WithCancelCause(context.WithoutCancel(ctx))
	tool, stop := context.WithCancelCause(ctx) // of which the cause is errStopped when the worker stops
	lose := func(cause error) { end(cause); stop(cause) }
	defer lose(nil)
	if err := a.begin(lease); err != nil {
		return err
	}
	quiet := observe.Quiet(lease)
	a.clock.Go(func() { a.keepLease(quiet, lose, stop) })
	a.clock.Go(func() { a.watch(quiet, stop) })

	shipment := newShipment(lease, lose, a)
	result := a.run(tool, steps{shipment, lease})
	rest, err := shipment.close()
	if err != nil {
		a.logger.Warn("the log is not complete", "error", err)
	}
	if lease.Err() != nil {
		return context.Cause(lease)
	}
	return a.finish(lease, lose, rest, result)
}

// steps tells the trace of ctx of each step that has ended.
type steps struct {
	runner.Observer
	ctx context.Context //nolint:containedctx // it is the attempt's
}

// Step implements runner.Observer.
func (s steps) Step(step runner.Step) {
	if step.EndedAt != nil {
		observe.Past(s.ctx, "step "+step.Name, step.StartedAt, *step.EndedAt, step.Status == runner.StepFailed)
	}
	s.Observer.Step(step)
}

// run carries the task out. Whatever goes wrong in the runner becomes a failed result.
func (a *attempt) run(ctx context.Context, observer runner.Observer) (result runner.Result) {
	defer func() {
		if p := recover(); p != nil {
			a.logger.Error("the runner panicked", "panic", p, "stack", string(debug.Stack()))
			result = runner.Result{Outcome: runner.Failed, Reason: reason(brokenRunner, fmt.Sprint("panic: ", p))}
		}
	}()
	task, lease := a.assignment.Task, a.assignment.Lease
	task.Mark, task.Line = runner.Mark{RunID: lease.RunID, Attempt: lease.Number, Token: lease.Token}, &a.line
	result, err := a.runner.Run(ctx, task, observer)
	if err != nil {
		a.logger.Error("the runner failed", "error", err)
		return runner.Result{Outcome: runner.Failed, Reason: reason(brokenRunner, err.Error())}
	}
	return result
}

// watchAfter is how long an attempt is not watched at its beginning: those that end at once need no question that waits at the
// server. Who asks it to stop meanwhile is heard then.
const watchAfter = 25 * time.Millisecond

// watch asks the tool to stop as soon as somebody wants it. What it misses, the next renewal says.
func (a *attempt) watch(ctx context.Context, stop context.CancelCauseFunc) {
	a.clock.Wait(ctx, watchAfter)
	for ctx.Err() == nil {
		began := a.clock.Now()
		cancel, err := a.backend.Watch(ctx, a.assignment.Lease, a.assignment.ExpiresIn)
		switch {
		case cancel:
			stop(errAsked)
			return
		case errors.Is(err, ErrLeaseLost):
			return
		case err != nil || a.clock.Now().Sub(began) < time.Second:
			newPause(a.clock).wait(ctx) // a server that answers at once is not asked in a loop
		}
	}
}

// finish tells the result, and the rest with it, until the server has it or the lease is lost. A result that the server refuses (it
// is too large, say) becomes a failure, so that the run ends all the same.
func (a *attempt) finish(ctx context.Context, lose context.CancelCauseFunc, rest Rest, result runner.Result) error {
	tell := func() error { return a.backend.Finish(ctx, a.assignment.Lease, rest, result) }
	err := insist(ctx, a.clock, tell)
	if refused, ok := fault.As(err); ok {
		text := refused.Text()
		result = runner.Result{Outcome: runner.Failed, Tool: result.Tool, State: result.State, Reason: &fault.Text{
			EN: refusedResult.In("en", text.EN), FR: refusedResult.In("fr", text.FR),
		}}
		err = insist(ctx, a.clock, tell)
	}
	if errors.Is(err, ErrLeaseLost) {
		lose(ErrLeaseLost)
	}
	return err
}

func reason(text fault.Text, args ...any) *fault.Text {
	filled := fault.New(fault.Internal, text, args...).Text()
	return &filled
}
