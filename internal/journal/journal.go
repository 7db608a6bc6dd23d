// Package journal keeps what happened. A domain function writes an entry in the transaction of its change; the
// relay gives every committed event its place in one order; the feed hands events to subscribers in that order.
// The audit trail, the subscriptions and the notifications all read the same rows.
package journal

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/event"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/clock"
	"github.com/arpent/arpent/internal/database"
)

// Audience is who may see an event.
type Audience string

// The audiences.
const (
	Project   Audience = "PROJECT"   // those who may read the project
	Platform  Audience = "PLATFORM"  // those who may read the audit trail
	Everybody Audience = "EVERYBODY" // whoever is signed in
)

// Entry is one thing that happened. Before and After must hold no secret: they are shown to auditors.
type Entry struct {
	Type      string // subject.verb, as in run.finished
	Audience  Audience
	SubjectID string
	Subject   string // its name, for people
	ProjectID string // empty for what belongs to no project
	Before    any    // marshaled as JSON; nil for none
	After     any
}

// Journal writes entries.
type Journal struct {
	store    Store
	clock    clock.Clock
	ring     chan struct{}
	watchers []func(*ent.Event)
}

// New makes a journal; a Feed on it relays what it writes.
func New(db *database.DB) *Journal { return Over(Rows(db), clock.Real{}) }

// Over makes a journal over a store, by a clock.
func Over(store Store, by clock.Clock) *Journal {
	return &Journal{store: store, clock: by, ring: make(chan struct{}, 1)}
}

// Watch has every event shown to watcher: those of this process as soon as they are committed, and all of them before
// any subscriber gets them, so most come twice. It is for what must count at once, such as a role that was taken away.
// The watcher must be quick; Watch is called before anything is written.
func (j *Journal) Watch(watcher func(*ent.Event)) { j.watchers = append(j.watchers, watcher) }

func (j *Journal) show(e *ent.Event) {
	for _, watch := range j.watchers {
		watch(e)
	}
}

// Write adds an entry in the transaction of ctx. The actor is the viewer of ctx; the relay is rung after commit.
func (j *Journal) Write(ctx context.Context, entry Entry) error { return j.WriteAll(ctx, entry) }

// WriteAll is Write for many entries, in one statement where the store can.
func (j *Journal) WriteAll(ctx context.Context, entries ...Entry) error {
	notes := make([]Note, len(entries))
	author := AuthorOf(ctx)
	for i, entry := range entries {
		var err error
		if notes[i], err = author.Note(entry); err != nil {
			return err
		}
	}
	return j.Add(ctx, notes...)
}

// Note is an entry with its actor and request, ready to be written.
type Note struct{ event *ent.Event }

// Author is who does something, and in which request. It is kept by who writes what several have done in one transaction.
type Author struct {
	ID, Name string
	request  request
}

// AuthorOf is the viewer of ctx in its request.
func AuthorOf(ctx context.Context) Author {
	viewer := access.FromContext(ctx)
	return Author{ID: viewer.ID, Name: viewer.Name, request: requestIn(ctx)}
}

// Note makes a note of what its author does.
func (a Author) Note(entry Entry) (Note, error) {
	before, err := marshal(entry.Before)
	if err != nil {
		return Note{}, fmt.Errorf("journal %s: %w", entry.Type, err)
	}
	after, err := marshal(entry.After)
	if err != nil {
		return Note{}, fmt.Errorf("journal %s: %w", entry.Type, err)
	}
	e := &ent.Event{
		Type: entry.Type, Audience: event.Audience(entry.Audience), ActorID: a.ID, Actor: a.Name,
		SubjectID: entry.SubjectID, Subject: entry.Subject, RequestID: a.request.id, Address: a.request.address,
		Before: before, After: after,
	}
	if entry.ProjectID != "" {
		e.ProjectID = &entry.ProjectID
	}
	return Note{e}, nil
}

// Add writes notes in the transaction of ctx; the relay is rung after commit.
func (j *Journal) Add(ctx context.Context, notes ...Note) error {
	if len(notes) == 0 {
		return nil
	}
	written, err := j.insert(ctx, notes)
	if err != nil {
		return fmt.Errorf("journal %s: %w", notes[0].event.Type, err)
	}
	j.store.AfterCommit(ctx, func() {
		for _, e := range written {
			j.show(e)
		}
		j.Ring()
	})
	return nil
}

// together is what a Store can that writes many events in one statement.
type together interface {
	InsertAll(ctx context.Context, events []*ent.Event) ([]*ent.Event, error)
}

func (j *Journal) insert(ctx context.Context, notes []Note) ([]*ent.Event, error) {
	events := make([]*ent.Event, len(notes))
	for i, note := range notes {
		events[i] = note.event
	}
	if store, ok := j.store.(together); ok && len(events) > 1 {
		return store.InsertAll(ctx, events)
	}
	for i, e := range events {
		var err error
		if events[i], err = j.store.Insert(ctx, e); err != nil {
			return nil, err
		}
	}
	return events, nil
}

// Ring wakes the relay of this process. It never blocks.
func (j *Journal) Ring() {
	select {
	case j.ring <- struct{}{}:
	default:
	}
}

func marshal(value any) (json.RawMessage, error) {
	if value == nil {
		return nil, nil
	}
	return json.Marshal(value)
}

// Visible tells whether the viewer may see an event: the policy of the model, for one row in memory.
func Visible(viewer *access.Viewer, e *ent.Event) bool {
	switch {
	case !viewer.SignedIn():
		return false
	case viewer.May(access.EventRead), e.ActorID == viewer.ID, e.Audience == event.AudienceEVERYBODY:
		return true
	}
	return e.Audience == event.AudiencePROJECT && e.ProjectID != nil && viewer.MayIn(*e.ProjectID, access.ProjectRead)
}

type request struct{ id, address string }

type requestKey struct{}

// WithRequest returns a context whose entries name the request and the address that it came from.
func WithRequest(ctx context.Context, id, address string) context.Context {
	return context.WithValue(ctx, requestKey{}, request{id: id, address: address})
}

// RequestID is the id of the request of ctx; empty when there is none.
func RequestID(ctx context.Context) string { return requestIn(ctx).id }

func requestIn(ctx context.Context) request {
	r, _ := ctx.Value(requestKey{}).(request)
	return r
}
