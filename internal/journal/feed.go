package journal

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/clock"
	"github.com/arpent/arpent/internal/queue"
)

// Channel is the broadcast channel on which relays say that there are new events.
const Channel = "events"

// poll is how long a bell that was lost can delay an event.
const poll = time.Second

// gather is how long the relay waits for what comes with the event that woke it: a run brings a dozen, and to place them one
// by one is a transaction, a look and a word to all replicas each.
const gather = 5 * time.Millisecond

// Feed hands events to the subscribers of this replica, each once and in the one order.
type Feed struct {
	journal *Journal
	bell    Bell
	log     *slog.Logger
	wake    chan struct{} // there may be placed events to read
	tell    chan struct{} // there may be placed events that other replicas do not know of
	numbers numbers
	glances glances

	mutex       sync.Mutex
	last        int64 // position that has been handed out
	subscribers map[*subscriber]struct{}
}

// Bell is how replicas tell each other that there are new events. Any ring may be lost; the feed looks by itself.
type Bell interface {
	Ring(ctx context.Context) error
	Listen() Listener
}

// Listener hears the bell from its making on.
type Listener interface {
	Next(ctx context.Context) error // returns when it rang, or may have
	Close()
}

// NewFeed makes the feed of a replica. It must Run.
func NewFeed(journal *Journal, bell *queue.Broadcast, log *slog.Logger) *Feed {
	return NewFeedOver(journal, broadcast{bell, rand.Text()}, log)
}

// NewFeedOver makes a feed that rings and hears another bell.
func NewFeedOver(journal *Journal, bell Bell, log *slog.Logger) *Feed {
	return &Feed{
		journal: journal, bell: bell, log: log, wake: make(chan struct{}, 1), tell: make(chan struct{}, 1),
		subscribers: map[*subscriber]struct{}{}, numbers: newNumbers(nil),
	}
}

// Start finds the present end of the journal; Subscribe may be called from then on.
func (f *Feed) Start(ctx context.Context) error {
	if err := f.journal.store.Prepare(access.As(ctx, "relay")); err != nil {
		return err
	}
	last, err := f.journal.store.End(access.As(ctx, "feed"))
	if err != nil {
		return err
	}
	f.last = last
	return nil
}

// Run relays and reads until ctx is done.
func (f *Feed) Run(ctx context.Context) error {
	ended := make(chan struct{}, 3)
	for _, task := range []func(context.Context){f.relay, f.read, f.publish} {
		f.journal.clock.Go(func() { task(ctx); ended <- struct{}{} })
	}
	for range cap(ended) {
		f.journal.clock.Wait(context.WithoutCancel(ctx), clock.Forever, ended)
	}
	return ctx.Err()
}

// relay places what this process wrote, and what others left behind.
func (f *Feed) relay(ctx context.Context) {
	for ctx.Err() == nil {
		placed, err := f.journal.place(ctx)
		if err != nil && ctx.Err() == nil {
			f.log.Warn("relay", "error", err)
		}
		if placed > 0 {
			nudge(f.wake)
			nudge(f.tell)
		}
		if f.journal.clock.Wait(ctx, poll, f.journal.ring) >= 0 {
			f.journal.clock.Wait(ctx, gather)
		}
	}
}

// publish tells the other replicas. It is apart from the relay, which must not wait for a Redis that is away.
func (f *Feed) publish(ctx context.Context) {
	for f.journal.clock.Wait(ctx, clock.Forever, f.tell) != clock.Done {
		if err := f.bell.Ring(ctx); err != nil && ctx.Err() == nil {
			f.log.Debug("the events' bell was not rung", "error", err)
		}
	}
}

func nudge(bell chan struct{}) {
	select {
	case bell <- struct{}{}:
	default:
	}
}

// read fans out what has been placed since, whenever somebody rings, and now and then for bells that were lost.
func (f *Feed) read(ctx context.Context) {
	bells := make(chan struct{}, 1)
	f.journal.clock.Go(func() { f.listen(ctx, bells) })
	for f.journal.clock.Wait(ctx, poll, f.wake, bells) != clock.Done {
		if err := f.drain(ctx); err != nil && ctx.Err() == nil {
			f.log.Warn("read events", "error", err)
		}
	}
}

// listen passes on that other replicas have rung; a gap is a ring as well.
func (f *Feed) listen(ctx context.Context, bells chan struct{}) {
	listener := f.bell.Listen()
	defer listener.Close()
	for listener.Next(ctx) == nil {
		nudge(bells)
	}
}

func (f *Feed) drain(ctx context.Context) error {
	for {
		events, err := f.between(ctx, f.position(), nil)
		if err != nil {
			return err
		}
		f.fanOut(events)
		if len(events) < batch {
			return nil
		}
	}
}

func (f *Feed) fanOut(events []*ent.Event) {
	if len(events) == 0 {
		return
	}
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.numbers.handedOut(events)
	for _, e := range events {
		f.journal.show(e)
		for s := range f.subscribers {
			s.offer(e)
		}
	}
	f.last = *events[len(events)-1].Position
}

func (f *Feed) position() int64 {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return f.last
}

// between reads a batch of events after a position, up to another when one is given.
func (f *Feed) between(ctx context.Context, after int64, to *int64) ([]*ent.Event, error) {
	events, err := f.journal.store.Between(access.As(ctx, "feed"), after, to, batch)
	if err != nil {
		return nil, fmt.Errorf("read events after %d: %w", after, err)
	}
	return events, nil
}

// Cursor is where the feed stands: what Filter.After takes.
func (f *Feed) Cursor() string { return cursor(f.position()) }

// CursorOf is where an event stands; empty as long as it has no place yet.
func CursorOf(e *ent.Event) string {
	if e.Position == nil {
		return ""
	}
	return cursor(*e.Position)
}

func cursor(position int64) string { return strconv.FormatInt(position, 10) }

// broadcast is the bell of Redis. It knows its own ring: who rang has woken itself already.
type broadcast struct {
	*queue.Broadcast
	name string
}

// Ring implements Bell.
func (b broadcast) Ring(ctx context.Context) error { return b.Publish(ctx, Channel, []byte(b.name)) }

// Listen implements Bell.
func (b broadcast) Listen() Listener { return ear{b.Broadcast.Listen(Channel), b.name} }

type ear struct {
	*queue.Listener
	own string
}

// Next implements Listener; a gap is a ring as well.
func (e ear) Next(ctx context.Context) error {
	for {
		note, err := e.Listener.Next(ctx)
		if err != nil || note.Gap || string(note.Payload) != e.own {
			return err
		}
	}
}
