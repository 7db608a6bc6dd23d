package journal

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/counter"
	"github.com/arpent/arpent/ent/event"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/queue"
)

// Channel is the broadcast channel on which relays say that there are new events.
const Channel = "events"

// poll is how long a bell that was lost can delay an event.
const poll = time.Second

// Feed hands events to the subscribers of this replica, each once and in the one order.
type Feed struct {
	journal *Journal
	bell    *queue.Broadcast
	log     *slog.Logger
	wake    chan struct{} // there may be placed events to read
	tell    chan struct{} // there may be placed events that other replicas do not know of

	mutex       sync.Mutex
	last        int64 // position that has been handed out
	subscribers map[*subscriber]struct{}
}

// NewFeed makes the feed of a replica. It must Run.
func NewFeed(journal *Journal, bell *queue.Broadcast, log *slog.Logger) *Feed {
	return &Feed{
		journal: journal, bell: bell, log: log, wake: make(chan struct{}, 1), tell: make(chan struct{}, 1),
		subscribers: map[*subscriber]struct{}{},
	}
}

// Start finds the present end of the journal; Subscribe may be called from then on.
func (f *Feed) Start(ctx context.Context) error {
	if err := f.journal.prepare(ctx); err != nil {
		return err
	}
	last, err := f.end(ctx)
	if err != nil {
		return err
	}
	f.last = last
	return nil
}

// Run relays and reads until ctx is done.
func (f *Feed) Run(ctx context.Context) error {
	var tasks sync.WaitGroup
	tasks.Go(func() { f.relay(ctx) })
	tasks.Go(func() { f.read(ctx) })
	tasks.Go(func() { f.publish(ctx) })
	tasks.Wait()
	return ctx.Err()
}

// relay places what this process wrote, and what others left behind.
func (f *Feed) relay(ctx context.Context) {
	tick := time.NewTicker(poll)
	defer tick.Stop()
	for {
		placed, err := f.journal.place(ctx)
		if err != nil && ctx.Err() == nil {
			f.log.Warn("relay", "error", err)
		}
		if placed > 0 {
			nudge(f.wake)
			nudge(f.tell)
		}
		select {
		case <-ctx.Done():
			return
		case <-f.journal.ring:
		case <-tick.C:
		}
	}
}

// publish tells the other replicas. It is apart from the relay, which must not wait for a Redis that is away.
func (f *Feed) publish(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-f.tell:
		}
		if err := f.bell.Publish(ctx, Channel, nil); err != nil && ctx.Err() == nil {
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
	go f.listen(ctx, bells)
	tick := time.NewTicker(poll)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-f.wake:
		case <-bells:
		case <-tick.C:
		}
		if err := f.drain(ctx); err != nil && ctx.Err() == nil {
			f.log.Warn("read events", "error", err)
		}
	}
}

// listen passes on that other replicas have rung; a gap is a ring as well.
func (f *Feed) listen(ctx context.Context, bells chan<- struct{}) {
	listener := f.bell.Listen(Channel)
	defer listener.Close()
	for {
		if _, err := listener.Next(ctx); err != nil {
			return
		}
		select {
		case bells <- struct{}{}:
		default:
		}
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
	ctx = access.As(ctx, "feed")
	query := f.journal.db.Client(ctx).Event.Query().Where(event.PositionGT(after))
	if to != nil {
		query.Where(event.PositionLTE(*to))
	}
	events, err := query.Order(event.ByPosition()).Limit(batch).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read events after %d: %w", after, err)
	}
	return events, nil
}

func (f *Feed) end(ctx context.Context) (int64, error) {
	ctx = access.As(ctx, "feed")
	row, err := f.journal.db.Client(ctx).Counter.Query().Where(counter.Name(counterName)).Only(ctx)
	if err != nil {
		return 0, fmt.Errorf("read the events' counter: %w", err)
	}
	return row.Value, nil
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
