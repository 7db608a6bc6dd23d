// Package clock is time and concurrency as a seam. What keeps a promise across crashes and silences (the life of runs,
// the worker's attempt, the relay of events) asks a Clock for the time, waits through it and begins its tasks with it,
// so that the simulation can hold them all in its hand: there a virtual clock stands still while anybody runs, and one
// seed decides who runs next. Everything else uses package time.
package clock

import (
	"context"
	"math/rand/v2"
	"time"
)

// Clock is time, waiting and tasks. Real is the world's.
type Clock interface {
	Now() time.Time
	// Go begins a task. Whoever has to know when it ends has it signal.
	Go(task func())
	// Wait returns when the context is done, when d has passed (a negative d never does), or when something can be
	// received from a signal, which it then has received. It returns the index of that signal, Elapsed or Done.
	Wait(ctx context.Context, d time.Duration, signals ...<-chan struct{}) int
	// Timeout is context.WithTimeout by this clock.
	Timeout(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc)
	// Scatter is a random duration from zero up to d, so that many who wait do not come all at once.
	Scatter(d time.Duration) time.Duration
}

// What Wait returns when no signal came.
const (
	Elapsed = -1
	Done    = -2
)

// Forever never passes.
const Forever time.Duration = -1

// Real is the clock of the world.
type Real struct{}

var _ Clock = Real{}

// Now implements Clock.
func (Real) Now() time.Time { return time.Now() }

// Go implements Clock.
func (Real) Go(task func()) { go task() }

// Wait implements Clock; it takes three signals at most.
func (Real) Wait(ctx context.Context, d time.Duration, signals ...<-chan struct{}) int {
	var three [3]<-chan struct{} // nil ones never come
	copy(three[:], signals)
	var elapsed <-chan time.Time
	if d >= 0 {
		timer := time.NewTimer(d)
		defer timer.Stop()
		elapsed = timer.C
	}
	select {
	case <-ctx.Done():
		return Done
	case <-elapsed:
		return Elapsed
	case <-three[0]:
		return 0
	case <-three[1]:
		return 1
	case <-three[2]:
		return 2
	}
}

// Timeout implements Clock.
func (Real) Timeout(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, d)
}

// Scatter implements Clock.
func (Real) Scatter(d time.Duration) time.Duration {
	if d <= 0 {
		return 0
	}
	return rand.N(d) //nolint:gosec // it scatters, it keeps no secret
}
