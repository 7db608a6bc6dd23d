package worker

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/arpent/arpent/internal/clock"
	"github.com/arpent/arpent/internal/observe"
	"github.com/arpent/arpent/internal/runner"
)

const (
	maxPiece = 256 << 10             // bytes of log sent at once
	gap      = 10 * time.Millisecond // between two sends, so that a burst of lines becomes few pieces
)

// shipment brings the log and the steps of an attempt to the server, without making the runner wait. Log that
// comes when nothing is under way is sent at once; what comes meanwhile goes together in the next piece. Steps wait a moment for
// how they go on. What is left at the
// end, up to a piece, goes with the result: the end of a run and its last words are one transaction.
type shipment struct {
	ctx     context.Context //nolint:containedctx // it is the life of the lease, not of a call
	lose    context.CancelCauseFunc
	clock   clock.Clock
	backend Backend
	lease   Lease
	offset  int64
	mute    bool // the server wants no more of this log

	mu    sync.Mutex
	log   backlog
	steps []runner.Step // at most one of each name: the latest
	err   error

	news chan struct{} // something to send
	last chan struct{} // no more will come
	done chan struct{} // nothing is under way any more
}

func newShipment(ctx context.Context, lose context.CancelCauseFunc, a *attempt) *shipment {
	s := &shipment{
		ctx: ctx, lose: lose, clock: a.clock, backend: a.backend, lease: a.assignment.Lease, offset: a.assignment.LogOffset,
		news: make(chan struct{}, 1), last: make(chan struct{}), done: make(chan struct{}),
	}
	a.clock.Go(s.send)
	return s
}

// Log takes a piece of the log.
func (s *shipment) Log(p []byte) {
	s.mu.Lock()
	s.keep(s.log.add(p))
	s.mu.Unlock()
	s.ring()
}

// Step takes a step. A step that was not sent yet is replaced by what is known of it now.
func (s *shipment) Step(step runner.Step) {
	s.mu.Lock()
	defer s.ring()
	defer s.mu.Unlock()
	for i := range s.steps {
		if s.steps[i].Name == step.Name {
			s.steps[i] = step
			return
		}
	}
	s.steps = append(s.steps, step)
}

func (s *shipment) ring() {
	select {
	case s.news <- struct{}{}:
	default:
	}
}

// close waits until all but the rest is sent or the lease is lost. An error says that something is missing.
func (s *shipment) close() (Rest, error) {
	close(s.last)
	s.clock.Wait(context.Background(), clock.Forever, s.done)
	s.mu.Lock()
	defer s.mu.Unlock()
	rest := Rest{Offset: s.offset, Steps: s.steps}
	for !s.mute && !s.log.empty() {
		piece, err := s.log.take(maxPiece)
		s.keep(err)
		rest.Log = append(rest.Log, piece...)
	}
	return rest, errors.Join(s.err, s.log.close())
}

func (s *shipment) send() {
	defer close(s.done)
	for {
		switch s.clock.Wait(s.ctx, clock.Forever, s.news, s.last) {
		case 1:
			s.drain()
			return
		case clock.Done:
			return
		}
		if s.left() == 0 {
			s.leaveGap()
		}
		if s.ended() {
			s.drain()
			return
		}
		s.sendOnce()
		s.leaveGap()
	}
}

// leaveGap waits a moment, but not when the end has come.
func (s *shipment) leaveGap() {
	s.clock.Wait(s.ctx, gap, s.last)
}

func (s *shipment) ended() bool {
	select {
	case <-s.last:
		return true
	default:
		return false
	}
}

// drain sends the log but for its last piece.
func (s *shipment) drain() {
	for s.ctx.Err() == nil && s.left() > maxPiece {
		s.sendOnce()
	}
}

func (s *shipment) left() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.size()
}

// sendOnce sends one piece of the log and the steps, and rings when there is more.
func (s *shipment) sendOnce() {
	piece, steps := s.next()
	if len(piece) > 0 && !s.mute {
		err := insist(s.ctx, s.clock, func() error { return s.backend.Log(observe.Quiet(s.ctx), s.lease, s.offset, piece) })
		s.offset, s.mute = s.offset+int64(len(piece)), err != nil
		s.note(err)
	}
	for _, step := range steps {
		s.note(insist(s.ctx, s.clock, func() error { return s.backend.Step(s.ctx, s.lease, step) }))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.log.empty() || len(s.steps) > 0 {
		s.ring()
	}
}

func (s *shipment) next() ([]byte, []runner.Step) {
	s.mu.Lock()
	defer s.mu.Unlock()
	piece, err := s.log.take(maxPiece)
	s.keep(err)
	steps := s.steps
	s.steps = nil
	return piece, steps
}

// note remembers what went wrong. A lost lease ends the attempt at once.
func (s *shipment) note(err error) {
	if errors.Is(err, ErrLeaseLost) {
		s.lose(ErrLeaseLost)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keep(err)
}

// keep remembers the first error.
func (s *shipment) keep(err error) {
	if s.err == nil {
		s.err = err
	}
}
