package worker

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/arpent/arpent/internal/fault"
)

// How long to wait before another try: it doubles, and is scattered so that workers do not come all at once.
const (
	firstPause = 50 * time.Millisecond
	lastPause  = 10 * time.Second
)

type pause struct{ next time.Duration }

func newPause() *pause { return &pause{next: firstPause} }

func (p *pause) reset() { p.next = firstPause }

// wait returns early when the context is done.
func (p *pause) wait(ctx context.Context) {
	timer := time.NewTimer(p.next/2 + rand.N(p.next)) //nolint:gosec // it scatters, it keeps no secret
	defer timer.Stop()
	p.next = min(2*p.next, lastPause)
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// insist calls until it succeeds, the answer is final, or the context is done; then the cause is returned.
func insist(ctx context.Context, call func() error) error {
	pause := newPause()
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
