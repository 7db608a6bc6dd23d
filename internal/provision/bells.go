package provision

import (
	"context"
	"time"

	"github.com/arpent/arpent/internal/queue"
)

// bells is the queue as the life of runs uses it.
type bells struct{ *Engine }

var _ Bells = bells{}

// Ring implements Bells.
func (b bells) Ring(ctx context.Context, priority queue.Priority, runID string) error {
	return b.Queue.Ring(ctx, priority, runID)
}

// Next implements Bells.
func (b bells) Next(ctx context.Context, wait time.Duration) (*queue.Message, error) {
	return b.reader.Next(ctx, wait)
}

// Ack implements Bells.
func (b bells) Ack(ctx context.Context, message *queue.Message) error {
	return b.reader.Ack(ctx, message)
}

// Changed implements Bells.
func (b bells) Changed(runID string) { b.follows.ring(runID) }

// Logged implements Bells.
func (b bells) Logged(ctx context.Context, runID string, offset int64, piece []byte) {
	b.logs.tell(ctx, runID, offset, piece)
}

// WakeClerk implements Bells.
func (b bells) WakeClerk() { b.wakeClerk() }

// Listen implements Bells.
func (b bells) Listen(runID string) Listener { return channel{b.Broadcast.Listen(runChannel(runID))} }

// channel is the listener of one run.
type channel struct{ *queue.Listener }

// Heard implements Listener.
func (c channel) Heard(ctx context.Context, wait time.Duration) { heard(ctx, c.Listener, wait) }
