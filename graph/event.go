package graph

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/library"
	"github.com/arpent/arpent/ent/schema"
	"github.com/arpent/arpent/ent/schema/typeid"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/journal"
)

// maxFilter is how many subjects or types a subscription can name.
const maxFilter = 100

// events subscribes to the feed. Who looks is asked again for each event.
func (r *Resolver) events(ctx context.Context, filter journal.Filter) (<-chan *ent.Event, error) {
	if !access.FromContext(ctx).SignedIn() {
		return nil, errNobody
	}
	if len(filter.SubjectIDs) > maxFilter || len(filter.Types) > maxFilter {
		return nil, fault.New(fault.Limited, fault.Text{
			EN: "At most %d subjects and types may be named.", FR: "On peut nommer au plus %d sujets et types.",
		}, maxFilter)
	}
	if filter.ProjectID != "" {
		if _, err := r.client(ctx).Project.Get(ctx, filter.ProjectID); err != nil {
			return nil, err
		}
	}
	filter.Viewer = func() *access.Viewer { return access.FromContext(ctx) }
	return r.Feed.Subscribe(ctx, filter)
}

// subjectOf is what an event is about, looked up for all events of the answer at once.
func (r *Resolver) subjectOf(ctx context.Context, e *ent.Event) (ent.Noder, error) {
	return lookupHere(ctx, "subjects", ofSubject, e.SubjectID, r.subjects)
}

func (r *Resolver) subjects(ctx context.Context, ids []string) (map[string]ent.Noder, error) {
	ids = slices.DeleteFunc(ids, func(id string) bool { return schema.Prefixes[typeid.Prefix(id)] == "" })
	found, err := r.nodes(ctx, ids)
	if err != nil {
		return nil, err
	}
	byID := map[string]ent.Noder{}
	for i, node := range found {
		if node != nil {
			byID[ids[i]] = node
		}
	}
	return byID, nil
}

// ifShown shows what an event says of before and after to auditors; of a library, only to those who manage libraries, too.
func ifShown(ctx context.Context, e *ent.Event, value json.RawMessage) json.RawMessage {
	if schema.Prefixes[typeid.Prefix(e.SubjectID)] == library.Table {
		value = ifManager(ctx, value)
	}
	return ifAuditor(ctx, e, value)
}

// ifAuditor shows a part of an event to those who may read the audit trail.
func ifAuditor[T any](ctx context.Context, e *ent.Event, value T) (hidden T) {
	viewer := access.FromContext(ctx)
	if viewer.May(access.EventRead) || e.ProjectID != nil && viewer.MayIn(*e.ProjectID, access.EventRead) {
		return value
	}
	return hidden
}
