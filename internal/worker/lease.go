package worker

import (
	"context"
	"errors"
	"time"

	"github.com/arpent/arpent/internal/clock"
	"github.com/arpent/arpent/internal/runner"
)

// The times of a lease, each a part of how long it lasts, counted from when its last renewal was sent. The worker asks
// the tool to stop while there is time left to store its state. The lifeline does the same a little later, in case that
// the worker is frozen or dead, and ends the tool before the server may give the run to somebody else.
const (
	renewAt  = 1.0 / 3
	stopAt   = 1.0 / 2
	askAt    = 3.0 / 5
	endAt    = 9.0 / 10
	patience = 1.0 / 6  // of one renewal: an answer that is lost must not cost the lease
	retryIn  = 1.0 / 20 // after a renewal that failed
)

func part(of time.Duration, share float64) time.Duration { return time.Duration(share * float64(of)) }

// asking is when something was asked, by the worker's clock and by the one that runs on while the machine sleeps.
type asking struct {
	at   time.Time
	sent time.Duration
}

func ask(by clock.Clock) asking { return asking{at: by.Now(), sent: runner.Clock()} }

// begin ties the task's life to the lease, which began at some moment after it was asked for. When that is long ago,
// because the server waited for work or its answer came late, the lease is renewed before anything begins. A tool that
// could change something without asking our state backend first begins in any case only under a lease that is alive:
// the worker may have been frozen since it got it.
func (a *attempt) begin(ctx context.Context) error {
	task, lasts := a.assignment.Task, a.assignment.ExpiresIn
	unguarded := task.Mode == runner.Apply && task.State == nil
	if unguarded || a.clock.Now().Sub(a.asked.at) > part(lasts, renewAt) {
		err := insist(ctx, a.clock, func() error {
			asked := ask(a.clock)
			renewal, err := a.renew(ctx, lasts)
			if err == nil {
				a.asked, lasts = asked, renewal.ExpiresIn
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	a.assignment.ExpiresIn = lasts
	return a.prolong(a.asked.sent, lasts)
}

func (a *attempt) prolong(sent, lasts time.Duration) error {
	return a.line.Extend(sent+part(lasts, askAt), sent+part(lasts, endAt))
}

func (a *attempt) renew(ctx context.Context, lasts time.Duration) (Renewal, error) {
	ctx, cancel := a.clock.Timeout(ctx, part(lasts, patience))
	defer cancel()
	return a.backend.Renew(ctx, a.assignment.Lease)
}

// keepLease renews the lease at a third of its time. A tool whose lease cannot be renewed is asked to stop at half of it,
// and the lease is lost when its time is over: somebody else may hold it by then.
func (a *attempt) keepLease(ctx context.Context, lose, stop context.CancelCauseFunc) {
	lasts, renewed := a.assignment.ExpiresIn, a.asked.at
	for period := max(0, part(lasts, renewAt)-a.clock.Now().Sub(renewed)); a.clock.Wait(ctx, period) != clock.Done; {
		asked := ask(a.clock)
		if asked.at.Sub(renewed) >= part(lasts, endAt) {
			stop(errSilent) // the worker stood still: somebody else may have the run before the answer is here
		}
		renewal, err := a.renew(ctx, lasts)
		silence := a.clock.Now().Sub(renewed)
		switch {
		case err == nil:
			lasts, renewed = renewal.ExpiresIn, asked.at
			period = part(lasts, renewAt)
			if err := a.prolong(asked.sent, lasts); err != nil {
				a.logger.Error("the tool will stop: its time could not be prolonged", "error", err)
			}
			if renewal.Cancel {
				stop(errAsked)
			}
		case errors.Is(err, ErrLeaseLost) || silence >= lasts:
			lose(ErrLeaseLost)
			return
		default:
			period = part(lasts, retryIn)
			if silence >= part(lasts, stopAt) {
				stop(errSilent)
			}
		}
	}
}
