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
}

// Subscribe returns the events that the filter wants and its viewer may see, each once and in order, until ctx
// is done; then the channel is closed.
func (f *Feed) Subscribe(ctx context.Context, filter Filter) (<-chan *ent.Event, error) {
	after, err := parseCursor(filter.After)
	if err != nil {
		return nil, err
	}
	s := &subscriber{filter: filter, events: make(chan *ent.Event, buffered)}
	joined := f.join(s)
	out := make(chan *ent.Event)
	go func() {
		defer close(out)
		defer f.leave(s)
		if after != nil && !f.catchUp(ctx, s, *after, joined, out) {
			return
		}
		f.follow(ctx, s, out)
	}()
	return out, nil
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

// catchUp sends what the subscriber missed, up to where it joined. What is too much, or is no longer kept, or was
// never there becomes one resync. It tells whether to go on.
func (f *Feed) catchUp(ctx context.Context, s *subscriber, after, joined int64, out chan<- *ent.Event) bool {
	if after == joined {
		return true
	}
	if after > joined || joined-after > caughtUp || !f.keeps(ctx, after+1) {
		return send(ctx, out, resync(joined))
	}
	for after < joined {
		events, err := f.between(ctx, after, &joined)
		if err != nil || len(events) == 0 {
			return send(ctx, out, resync(joined))
		}
		for _, e := range events {
			if s.filter.wants(e) && !pass(ctx, s, e, out) {
				return false
			}
		}
		after = *events[len(events)-1].Position
	}
	return true
}

// keeps tells whether the event at a position is still there.
func (f *Feed) keeps(ctx context.Context, position int64) bool {
	ctx = access.As(ctx, "feed")
	there, err := f.journal.db.Client(ctx).Event.Query().Where(event.Position(position)).Exist(ctx)
	return err == nil && there
}

func (f *Feed) follow(ctx context.Context, s *subscriber, out chan<- *ent.Event) {
	for {
		if s.overflowed.Load() && len(s.events) == 0 {
			// Clear first: what comes from here on is in the buffer again, behind the resync's cursor.
			position := f.rejoin(s)
			if !send(ctx, out, resync(position)) {
				return
			}
		}
		select {
		case <-ctx.Done():
			return
		case e := <-s.events:
			if !pass(ctx, s, e, out) {
				return
			}
		}
	}
}

func (f *Feed) rejoin(s *subscriber) (position int64) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	s.overflowed.Store(false)
	return f.last
}

func pass(ctx context.Context, s *subscriber, e *ent.Event, out chan<- *ent.Event) bool {
	if !Visible(s.filter.Viewer(), e) {
		return ctx.Err() == nil
	}
	return send(ctx, out, e)
}

func send(ctx context.Context, out chan<- *ent.Event, e *ent.Event) bool {
	select {
	case <-ctx.Done():
		return false
	case out <- e:
		return true
	}
}

func resync(position int64) *ent.Event {
	return &ent.Event{
		ID: "evt_resync", Type: Resync, Audience: event.AudienceEVERYBODY, ActorID: "system:feed", Actor: "feed",
		Time: time.Now().UTC(), Position: &position,
	}
}
