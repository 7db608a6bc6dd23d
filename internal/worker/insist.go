package worker

import (
	"context"
	"errors"
	"time"

	"github.com/arpent/arpent/internal/clock"
	"github.com/arpent/arpent/internal/fault"
)

// How long to wait before another try: it doubles, and is scattered so that workers do not come all at once.
const (
	firstPause = 50 * time.Millisecond
	lastPause  = 10 * time.Second
)

type pause struct {
	clock clock.Clock
	next  time.Duration
}

func newPause(c clock.Clock) *pause { return &pause{clock: c, next: firstPause} }

func (p *pause) reset() { p.next = firstPause }

// wait returns early when the context is done.
func (p *pause) wait(ctx context.Context) {
	next := p.next
	p.next = min(2*next, lastPause)
	p.clock.Wait(ctx, next/2+p.clock.Scatter(next))
}

// insist calls until it succeeds, the answer is final, or the context is done; then the cause is returned.
func insist(ctx context.Context, c clock.Clock, call func() error) error {
	pause := newPause(c)
	for {
		err := call()
		if err == nil || final(err) {
			return err
		}
		pause.wait(ctx)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
}

// final tells whether another try would get the same answer: the lease is lost, or the server said no.
func final(err error) bool {
	if errors.Is(err, ErrLeaseLost) {
		return true
	}
	refused, ok := fault.As(err)
	return ok && refused.Code() != fault.Unavailable && refused.Code() != fault.Internal
}
