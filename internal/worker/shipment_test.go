package worker

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/clock"
	"github.com/arpent/arpent/internal/runner"
)

// slow is a backend whose first step takes until it is told to go on. It knows nothing but logs and steps.
type slow struct {
	Backend
	asked, free chan struct{}
	log         strings.Builder
	steps       []runner.Step
}

func (b *slow) Log(_ context.Context, _ Lease, offset int64, piece []byte) error {
	if int64(b.log.Len()) != offset {
		return errors.New("a piece is missing")
	}
	b.log.Write(piece)
	return nil
}

func (b *slow) Step(_ context.Context, _ Lease, step runner.Step) error {
	b.asked <- struct{}{}
	<-b.free
	b.steps = append(b.steps, step)
	return nil
}

// What comes while something is under way and is left at the end goes with the result; what is more than a piece goes before.
func TestTheRestIsLeftForTheResult(t *testing.T) {
	t.Parallel()
	for _, lines := range []int{0, 1, maxPiece >> 10, maxPiece>>10 + 1, 3 * maxMemory >> 10} {
		b := &slow{asked: make(chan struct{}, 1), free: make(chan struct{})}
		a := &attempt{backend: b, clock: clock.Real{}, assignment: &Assignment{}}
		s := newShipment(t.Context(), func(error) {}, a)
		first, last := runner.Step{Name: "plan", Status: runner.StepRunning}, runner.Step{Name: "plan", Status: runner.StepDone}
		s.Step(first)
		<-b.asked
		line := strings.Repeat("x", 1023) + "\n"
		for range lines {
			s.Log([]byte(line))
		}
		go func() { <-s.last; close(b.free) }()
		if lines <= maxPiece>>10 {
			s.Step(last)
		}
		rest, err := s.close()
		require.NoError(t, err)
		require.EqualValues(t, b.log.Len(), rest.Offset)
		require.LessOrEqual(t, len(rest.Log), maxPiece)
		require.Equal(t, strings.Repeat(line, lines), b.log.String()+string(rest.Log))
		require.Equal(t, lines > maxPiece>>10, b.log.Len() > 0)
		require.Equal(t, []runner.Step{first}, b.steps)
		if lines <= maxPiece>>10 {
			require.Equal(t, []runner.Step{last}, rest.Steps)
		}
	}
}

// unhurried is a clock by which no pause ends by itself.
type unhurried struct{ clock.Real }

func (u unhurried) Wait(ctx context.Context, _ time.Duration, signals ...<-chan struct{}) int {
	return u.Real.Wait(ctx, clock.Forever, signals...)
}

// A step that begins and ends within a moment is told once, with the result.
func TestStepsWaitAMomentForHowTheyGoOn(t *testing.T) {
	t.Parallel()
	b := &slow{asked: make(chan struct{}, 9), free: make(chan struct{})}
	close(b.free)
	a := &attempt{backend: b, clock: unhurried{}, assignment: &Assignment{}}
	s := newShipment(t.Context(), func(error) {}, a)
	s.Step(runner.Step{Name: "plan", Status: runner.StepRunning})
	require.Eventually(t, func() bool { return len(s.news) == 0 }, time.Minute, time.Millisecond)
	last := runner.Step{Name: "plan", Status: runner.StepDone}
	s.Step(last)
	rest, err := s.close()
	require.NoError(t, err)
	require.Empty(t, b.steps)
	require.Equal(t, []runner.Step{last}, rest.Steps)
}
