package simulation

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/provision"
	"github.com/arpent/arpent/internal/queue"
)

// redis is a model of Redis and of the readers of its streams: what is rung is delivered at least once to some reader,
// a message that nobody acknowledged goes to another one after a while, and all of it may be lost at any moment.
type redis struct {
	*Simulation
	entries []*entry // of all streams, in order
	made    int
	away    time.Duration // until then
	ears    map[string][]*ear
}

type entry struct {
	id        int
	priority  queue.Priority
	run       string
	delivered time.Duration // when it was handed out last; negative when it was not
}

const claimAfter = 30 * time.Second

var errRedis = fault.New(fault.Unavailable, fault.Text{EN: "Redis is away", FR: "Redis est absent"})

func (r *redis) call() error {
	r.latency()
	if r.kernel.now < r.away {
		return errRedis
	}
	return nil
}

func (r *redis) flush() { r.entries = nil }

func (r *redis) add(priority queue.Priority, runID string) {
	r.made++
	r.entries = append(r.entries, &entry{id: r.made, priority: priority, run: runID, delivered: -1})
}

// take is the next message for a reader: what was left unacknowledged, then by priority. Nil when there is none.
func (r *redis) take() *entry {
	if r.kernel.now < r.away {
		return nil
	}
	var next *entry
	for _, e := range r.entries {
		switch {
		case e.delivered >= 0 && r.kernel.now-e.delivered >= claimAfter:
			return e
		case e.delivered < 0 && (next == nil || rank(e.priority) < rank(next.priority)):
			next = e
		}
	}
	return next
}

func rank(p queue.Priority) int { return slices.Index(queue.Priorities(), p) }

// bells is Redis as one server uses it.
type bells struct{ *server }

var _ provision.Bells = bells{}

// Ring implements provision.Bells.
func (b bells) Ring(_ context.Context, priority queue.Priority, runID string) error {
	r := b.redis
	if err := r.call(); err != nil {
		return err
	}
	if r.happens(LoseBell) {
		return nil
	}
	if r.Mutation == SweepRingsNothing && r.kernel.cur.name == "sweep" {
		return nil
	}
	r.add(priority, runID)
	if r.happens(DoubleBell) {
		r.add(priority, runID)
	}
	return nil
}

// Next implements provision.Bells.
func (b bells) Next(ctx context.Context, wait time.Duration) (*queue.Message, error) {
	r := b.redis
	until := r.kernel.now + max(wait, 0)
	r.latency()
	for {
		if e := r.take(); e != nil && ctx.Err() == nil {
			e.delivered = r.kernel.now
			return &queue.Message{ID: fmt.Sprint(e.id), Priority: e.priority, RunID: e.run}, nil
		}
		if r.kernel.wait(ctx, until, func() bool { return r.take() != nil }) != byItself {
			if r.kernel.now < r.away {
				return nil, errRedis
			}
			return nil, ctx.Err()
		}
	}
}

// Ack implements provision.Bells.
func (b bells) Ack(_ context.Context, message *queue.Message) error {
	if err := b.redis.call(); err != nil {
		return err
	}
	b.redis.entries = slices.DeleteFunc(b.redis.entries, func(e *entry) bool { return fmt.Sprint(e.id) == message.ID })
	return nil
}

// ear is a listener of a channel, in one process.
type ear struct {
	redis   *redis
	channel string
	rang    chan struct{}
}

func (r *redis) listen(channel string) *ear {
	e := &ear{redis: r, channel: channel, rang: make(chan struct{}, 1)}
	r.ears[channel] = append(r.ears[channel], e)
	return e
}

// Close stops listening.
func (e *ear) Close() {
	e.redis.ears[e.channel] = slices.DeleteFunc(e.redis.ears[e.channel], func(o *ear) bool { return o == e })
}

// Heard waits for a ring, at most for a while.
func (e *ear) Heard(ctx context.Context, wait time.Duration) {
	e.redis.kernel.wait(ctx, e.redis.kernel.now+min(wait, 2*time.Second), nil, e.rang)
}

// Next implements journal.Listener.
func (e *ear) Next(ctx context.Context) error {
	e.redis.kernel.wait(ctx, -1, nil, e.rang)
	return ctx.Err()
}

// publish rings for those who listen now. A ring may be lost on the way to each of them.
func (r *redis) publish(channel string) {
	if r.kernel.now < r.away {
		return
	}
	for _, e := range r.ears[channel] {
		if r.happens(LoseBell) {
			continue
		}
		select {
		case e.rang <- struct{}{}:
		default:
		}
	}
}

// Changed implements provision.Bells.
func (b bells) Changed(runID string) { b.redis.publish("run:" + runID) }

// Listen implements provision.Bells.
func (b bells) Listen(runID string) provision.Listener { return b.redis.listen("run:" + runID) }

// Logged implements provision.Bells.
func (b bells) Logged(context.Context, string, int64, []byte) {}

// WakeClerk implements provision.Bells: there are no libraries here.
func (b bells) WakeClerk() {}
