package graph

import (
	"bytes"
	"context"
	"strings"
	"time"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/graph/model"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/journal"
)

// Subscriptions of the inventory hear all that happens to it as a bell, whoever may read the event itself, and then read
// again in the viewer's name: who looks, and what they may see, is asked each time.

// happenings hears events of some types. Nothing of an event may be shown to the viewer.
func (r *Resolver) happenings(ctx context.Context, types ...string) (<-chan *ent.Event, error) {
	if !access.FromContext(ctx).SignedIn() {
		return nil, errNobody
	}
	return r.Feed.Subscribe(ctx, journal.Filter{Types: types, Viewer: func() *access.Viewer { return access.Actor("follow") }})
}

// inventoryEvents are the types of events that servers change with.
var inventoryEvents = []string{"server.", "claim.", "import.", "access.", "address."}

// serverChanged follows a server for as long as the viewer may see it.
func (r *Resolver) serverChanged(ctx context.Context, id string) (<-chan *ent.Server, error) {
	read := func() (*ent.Server, error) { return r.client(ctx).Server.Get(ctx, id) }
	return followOne(ctx, r, id, inventoryEvents, read)
}

// claimChanged follows a claim for as long as the viewer may see it.
func (r *Resolver) claimChanged(ctx context.Context, id string) (<-chan *ent.Claim, error) {
	read := func() (*ent.Claim, error) { return r.client(ctx).Claim.Get(ctx, id) }
	return followOne(ctx, r, id, []string{"claim."}, read)
}

// followOne follows one thing for as long as the viewer may see it.
func followOne[T any](ctx context.Context, r *Resolver, id string, types []string, read func() (*T, error)) (<-chan *T, error) {
	events, err := r.happenings(ctx, types...) // heard before it is read: nothing is missed in between
	if err != nil {
		return nil, err
	}
	first, err := read()
	if err != nil {
		return nil, refused(ctx, err)
	}
	return follow(ctx, first, events, func(e *ent.Event) (*T, bool) {
		if !about(e, id) {
			return nil, true
		}
		now, err := again(ctx, r, read)
		return now, err == nil
	}), nil
}

// about tells whether an event may be about a server or a claim: its own, one that names it, or one that many have in common.
func about(e *ent.Event, id string) bool {
	return e.SubjectID == id || e.Type == journal.Resync || strings.HasPrefix(e.Type, "import.") ||
		bytes.Contains(e.After, []byte(id)) || bytes.Contains(e.Before, []byte(id))
}

// healthEvery is how often a summary of health is made again for one who follows it.
const healthEvery = time.Second

// healthChanged follows the health of what the viewer may see.
func (r *Resolver) healthChanged(ctx context.Context) (<-chan *model.HealthSummary, error) {
	events, err := r.happenings(ctx, inventoryEvents...)
	if err != nil {
		return nil, err
	}
	first, err := r.healthSummary(ctx)
	if err != nil {
		return nil, refused(ctx, err)
	}
	return follow(ctx, first, calmed(ctx, events, healthEvery), func(*ent.Event) (*model.HealthSummary, bool) {
		now, err := again(ctx, r, func() (*model.HealthSummary, error) { return r.healthSummary(ctx) })
		return now, err == nil && access.FromContext(ctx).SignedIn()
	}), nil
}

func (r *Resolver) healthSummary(ctx context.Context) (*model.HealthSummary, error) {
	counts, unwell, err := r.Inventory.Summary(ctx)
	if err != nil {
		return nil, err
	}
	return &model.HealthSummary{Servers: each(counts, healthCount), Unwell: orEmpty(unwell), At: time.Now().UTC()}, nil
}

// again reads for somebody who follows, once it is known here who has lost a role meanwhile, be it on another replica.
func again[T any](ctx context.Context, r *Resolver, read func() (*T, error)) (*T, error) {
	if err := r.Feed.LookAhead(ctx); err != nil {
		return nil, err
	}
	found, err := read()
	if err != nil {
		return nil, refused(ctx, err)
	}
	return found, nil
}

// follow hands on what there is, then what look makes of each event, until it says that there is no more. What it makes
// nothing of is passed over.
func follow[T any](ctx context.Context, first *T, events <-chan *ent.Event, look func(*ent.Event) (now *T, more bool)) <-chan *T {
	out := make(chan *T)
	pass := func(one *T) bool {
		if one == nil {
			return true
		}
		select {
		case out <- one:
			return true
		case <-ctx.Done():
			return false
		}
	}
	go func() {
		defer close(out)
		if !pass(first) {
			return
		}
		for e := range events {
			if now, more := look(e); !more || !pass(now) {
				return
			}
		}
	}()
	return out
}

// calmed passes one event for all that come within a while.
func calmed(ctx context.Context, events <-chan *ent.Event, while time.Duration) <-chan *ent.Event {
	out := make(chan *ent.Event)
	go func() {
		defer close(out)
		for e := range events {
			for rest := time.After(while); rest != nil; {
				select {
				case _, open := <-events:
					if !open {
						return
					}
				case <-rest:
					rest = nil
				}
			}
			select {
			case out <- e:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}
