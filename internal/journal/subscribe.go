package journal

import (
	"context"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/event"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/clock"
	"github.com/arpent/arpent/internal/fault"
)

// Resync is the type of the event that tells a subscriber to read everything again: its cursor is older than
// what is kept, or it read too slowly. Its own cursor is where to go on from.
const Resync = "RESYNC"

// buffered is how many events wait for a slow subscriber, caughtUp how many are read for one that comes back.
const (
	buffered = 256
	caughtUp = 20 * batch
)

// Filter says which events a subscriber wants. Empty fields want all.
type Filter struct {
	After      string // cursor; empty for what happens from now on
	ProjectID  string
	SubjectIDs []string
	Types      []string // as run.finished, or run. for all that begin so
	// Viewer is who looks, asked again for every event, so that a role taken away counts at once.
	Viewer func() *access.Viewer
}

func (f *Filter) wants(e *ent.Event) bool {
	if f.ProjectID != "" && (e.ProjectID == nil || *e.ProjectID != f.ProjectID) {
		return false
	}
	if len(f.SubjectIDs) > 0 && !slices.Contains(f.SubjectIDs, e.SubjectID) {
		return false
	}
	return len(f.Types) == 0 || slices.ContainsFunc(f.Types, func(t string) bool { return ofType(e.Type, t) })
}

func ofType(actual, wanted string) bool {
	if n := len(wanted); n > 0 && wanted[n-1] == '.' {
		return len(actual) > n && actual[:n] == wanted
	}
	return actual == wanted
}

type subscriber struct {
	filter     Filter
	events     chan *ent.Event
	news       chan struct{} // there may be something in events, or it overflowed
	overflowed atomic.Bool
}

// offer never blocks: a subscriber that is full loses the event and will be told to resync.
func (s *subscriber) offer(e *ent.Event) {
	if s.overflowed.Load() || !s.filter.wants(e) {
		return
	}
	select {
	case s.events <- e:
	default:
		s.overflowed.Store(true)
	}
	nudge(s.news)
}

// Subscribe returns the events that the filter wants and its viewer may see, each once and in order, until ctx
// is done; then the channel is closed.
func (f *Feed) Subscribe(ctx context.Context, filter Filter) (<-chan *ent.Event, error) {
	s, err := f.Open(filter)
	if err != nil {
		return nil, err
	}
	out := make(chan *ent.Event)
	go func() {
		defer close(out)
		defer s.Close()
		for e := s.Next(ctx); e != nil && send(ctx, out, e); e = s.Next(ctx) {
		}
	}()
	return out, nil
}

// Open is Subscribe for whoever asks for each event.
func (f *Feed) Open(filter Filter) (*Subscription, error) {
	after, err := parseCursor(filter.After)
	if err != nil {
		return nil, err
	}
	s := &Subscription{feed: f, place: &subscriber{
		filter: filter, events: make(chan *ent.Event, buffered), news: make(chan struct{}, 1),
	}}
	s.joined = f.join(s.place)
	if s.after = s.joined; after != nil {
		s.after, s.unsure = *after, *after != s.joined
	}
	return s, nil
}

// Subscription is one subscriber's place in the feed: first what it missed, then what comes.
type Subscription struct {
	feed          *Feed
	place         *subscriber
	after, joined int64        // what was missed is from after to joined
	unsure        bool         // nobody looked yet whether what was missed is kept
	missed        []*ent.Event // read, and not passed yet
}

// Close leaves the feed.
func (s *Subscription) Close() { s.feed.leave(s.place) }

// Next waits for the next event that the filter wants and its viewer may see; nil when ctx is done.
func (s *Subscription) Next(ctx context.Context) *ent.Event {
	for ctx.Err() == nil {
		e := s.next(ctx)
		if e == nil {
			s.feed.journal.clock.Wait(ctx, clock.Forever, s.place.news)
			continue
		}
		if e.Type == Resync || s.place.filter.wants(e) && Visible(s.place.filter.Viewer(), e) {
			return e
		}
	}
	return nil
}

// next is the next event, wanted or not; nil when there is none yet.
func (s *Subscription) next(ctx context.Context) *ent.Event {
	if s.after != s.joined {
		if e := s.catchUp(ctx); e != nil {
			return e
		}
	}
	for len(s.place.events) > 0 {
		if e := <-s.place.events; *e.Position > s.joined {
			return e
		}
	}
	if s.place.overflowed.Load() && len(s.place.events) == 0 {
		// Clear first: what comes from here on is in the buffer again, behind the resync's cursor.
		s.joined = s.feed.rejoin(s.place)
		s.after = s.joined
		return s.feed.resync(s.joined)
	}
	return nil
}

// catchUp is the next of what the subscriber missed, up to where it joined; nil when it is ahead. What is too much, or is no
// longer kept, or was never there becomes one resync.
func (s *Subscription) catchUp(ctx context.Context) *ent.Event {
	if s.unsure && s.after > s.joined && s.feed.keeps(ctx, s.after) {
		// They heard it from a replica that is ahead of this one: what comes until there, next passes over.
		s.joined, s.unsure = s.after, false
		return nil
	}
	if s.unsure && (s.after > s.joined || s.joined-s.after > caughtUp || !s.feed.keeps(ctx, s.after+1)) {
		return s.giveUp()
	}
	s.unsure = false
	if len(s.missed) == 0 {
		events, err := s.feed.between(ctx, s.after, &s.joined)
		// Positions have no gaps: where one is, the sweep of old events was faster than the subscriber.
		if err != nil || len(events) == 0 || *events[0].Position != s.after+1 {
			return s.giveUp()
		}
		s.missed = events
	}
	e := s.missed[0]
	s.missed, s.after = s.missed[1:], *e.Position
	return e
}

// giveUp has the subscriber read everything again, up to where it joined.
func (s *Subscription) giveUp() *ent.Event {
	s.after, s.missed = s.joined, nil
	return s.feed.resync(s.joined)
}

func parseCursor(text string) (*int64, error) {
	if text == "" {
		return nil, nil
	}
	position, err := strconv.ParseInt(text, 10, 64)
	if err != nil || position < 0 {
		return nil, fault.New(fault.Invalid, fault.Text{
			EN: "This is no cursor of an event.", FR: "Ceci n’est pas le curseur d’un événement.",
		}).At("after")
	}
	return &position, nil
}

// join makes the subscriber get what comes after the position that it returns.
func (f *Feed) join(s *subscriber) (position int64) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.subscribers[s] = struct{}{}
	return f.last
}

func (f *Feed) leave(s *subscriber) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	delete(f.subscribers, s)
}

// keeps tells whether the event at a position is still there.
func (f *Feed) keeps(ctx context.Context, position int64) bool {
	there, err := f.journal.store.Kept(access.As(ctx, "feed"), position)
	return err == nil && there
}

func (f *Feed) rejoin(s *subscriber) (position int64) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	s.overflowed.Store(false)
	return f.last
}

func send(ctx context.Context, out chan<- *ent.Event, e *ent.Event) bool {
	select {
	case <-ctx.Done():
		return false
	case out <- e:
		return true
	}
}

func (f *Feed) resync(position int64) *ent.Event {
	f.numbers.resyncs.Inc()
	return &ent.Event{
		ID: "evt_resync", Type: Resync, Audience: event.AudienceEVERYBODY, ActorID: "system:feed", Actor: "feed",
		Time: time.Now().UTC(), Position: &position,
	}
}
