package gitrepo

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

const maxAttempts = 100

// retry calls do until it no longer loses the race for a branch. The pauses grow and differ, so that
// writers get out of each other's way.
func (r *Repository) retry(ctx context.Context, branch string, do func() error) error {
	for attempt := range maxAttempts {
		err := do()
		if !errors.Is(err, errLost) {
			return err
		}
		if err := pause(ctx, time.Millisecond<<min(attempt, 7)); err != nil {
			return err
		}
	}
	return errBusy(branch, errLost)
}

// pause waits for up to the duration, at random.
func pause(ctx context.Context, longest time.Duration) error {
	timer := time.NewTimer(rand.N(longest) + time.Millisecond) //nolint:gosec // nobody gains by guessing a pause
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}
