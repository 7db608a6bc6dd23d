package graph

import (
	"context"
	"maps"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/arpent/arpent/ent"
)

// Fields that are not read with their row, such as the last run of a resource, are looked up for all rows of the
// answer at once: ent tells us every row that it reads (SeeRows), and the first field that needs a lookup does it
// for all rows seen so far (lookup). So an answer takes as many statements for 500 rows as for 5.

// key says what an id is the id of.
type key string

// The keys that lookups go by.
const (
	ofProject  key = "project"
	ofLibrary  key = "library"
	ofResource key = "resource"
	ofTemplate key = "template of a resource"
	ofRun      key = "run"
	ofWorker   key = "name of a worker"
	ofSubject  key = "subject of an event"
	ofProvider key = "hosting provider"
	ofOrder    key = "order"
	ofNetwork  key = "network"
	ofClaim    key = "claim"
)

// answerRows are the rows of one answer, and what was looked up for them. The maps are made when they are needed: an answer
// of a subscription mostly waits.
type answerRows struct {
	mutex   sync.Mutex
	fetched []ent.Value // and not yet noted: an answer without lookups never asks
	seen    map[key]map[string]bool
	runs    map[string]*ent.Run
	found   map[string]any // *lookedUp by name of the lookup
}

// lookedUp is what one lookup has found so far. Who comes while it works waits for it.
type lookedUp[V any] struct {
	mutex sync.Mutex
	asked map[string]bool
	byID  map[string]V
}

type rowsKey struct{}

// withRows gives every answer, also each of a subscription, rows of its own.
func withRows(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	return next(context.WithValue(ctx, rowsKey{}, new(answerRows)))
}

// SeeRows notes what ent reads for an answer: an interceptor of the whole client.
var SeeRows = ent.InterceptFunc(func(next ent.Querier) ent.Querier {
	return ent.QuerierFunc(func(ctx context.Context, query ent.Query) (ent.Value, error) {
		value, err := next.Query(ctx, query)
		if rows, _ := ctx.Value(rowsKey{}).(*answerRows); rows != nil && err == nil {
			rows.add(value)
		}
		return value, err
	})
})

func (rows *answerRows) add(value ent.Value) {
	rows.mutex.Lock()
	defer rows.mutex.Unlock()
	rows.fetched = append(rows.fetched, value)
}

// note notes what has been read since the last time. The caller holds the mutex.
func (rows *answerRows) note() {
	if rows.seen == nil {
		rows.seen, rows.runs = map[key]map[string]bool{}, map[string]*ent.Run{}
	}
	for _, value := range rows.fetched {
		rows.noteOne(value)
	}
	rows.fetched = nil
}

func (rows *answerRows) noteOne(value ent.Value) {
	switch list := value.(type) {
	case []*ent.Project:
		for _, v := range list {
			rows.see(ofProject, v.ID)
		}
	case []*ent.Library:
		for _, v := range list {
			rows.see(ofLibrary, v.ID)
		}
	case []*ent.Resource:
		for _, v := range list {
			rows.see(ofResource, v.ID)
			rows.see(ofTemplate, v.TemplateID)
		}
	case []*ent.Run:
		for _, v := range list {
			if len(v.Change) > 0 { // else it was read in part, as ent does: that column nobody can ask for
				rows.see(ofRun, v.ID)
				rows.runs[v.ID] = v
			}
		}
	case []*ent.Worker:
		for _, v := range list {
			rows.see(ofWorker, v.Name)
		}
	case []*ent.Event:
		for _, v := range list {
			rows.see(ofSubject, v.SubjectID)
		}
	default:
		rows.noteInventory(value)
	}
}

func (rows *answerRows) noteInventory(value ent.Value) {
	switch list := value.(type) {
	case []*ent.HostingProvider:
		for _, v := range list {
			rows.see(ofProvider, v.ID)
		}
	case []*ent.PurchaseOrder:
		for _, v := range list {
			rows.see(ofOrder, v.ID)
		}
	case []*ent.Network:
		for _, v := range list {
			rows.see(ofNetwork, v.ID)
		}
	case []*ent.Claim:
		for _, v := range list {
			rows.see(ofClaim, v.ID)
		}
	}
}

func (rows *answerRows) see(kind key, id string) {
	if rows.seen[kind] == nil {
		rows.seen[kind] = map[string]bool{}
	}
	rows.seen[kind][id] = true
}

// lookupHere is lookup for what is read along with all that the query asks of it: what was found for one place of
// the query lacks what another place asks.
func lookupHere[V any](ctx context.Context, name string, kind key, id string, load func(ctx context.Context, ids []string) (map[string]V, error)) (V, error) {
	for _, step := range graphql.GetPath(ctx) {
		if field, ok := step.(ast.PathName); ok {
			name += "." + string(field)
		}
	}
	return lookup(ctx, name, kind, id, load)
}

// lookup finds what belongs to an id, together with what belongs to all ids of its kind in the answer. The load
// leaves out of its map what there is nothing for: the zero value.
func lookup[V any](ctx context.Context, name string, kind key, id string, load func(ctx context.Context, ids []string) (map[string]V, error)) (V, error) {
	rows, _ := ctx.Value(rowsKey{}).(*answerRows)
	if rows == nil {
		byID, err := load(ctx, []string{id})
		return byID[id], err
	}
	l := lookupOf[V](rows, name)
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if l.asked[id] {
		return l.byID[id], nil
	}
	ids := rows.unasked(kind, id, l.asked)
	byID, err := load(ctx, ids)
	if err != nil {
		return l.byID[id], err
	}
	for _, asked := range ids {
		l.asked[asked] = true
	}
	maps.Copy(l.byID, byID)
	return l.byID[id], nil
}

func lookupOf[V any](rows *answerRows, name string) *lookedUp[V] {
	rows.mutex.Lock()
	defer rows.mutex.Unlock()
	l, _ := rows.found[name].(*lookedUp[V])
	if l == nil {
		l = &lookedUp[V]{asked: map[string]bool{}, byID: map[string]V{}}
		if rows.found == nil {
			rows.found = map[string]any{}
		}
		rows.found[name] = l
	}
	return l
}

func (rows *answerRows) unasked(kind key, id string, asked map[string]bool) []string {
	rows.mutex.Lock()
	defer rows.mutex.Unlock()
	rows.note()
	ids := []string{id}
	for other := range rows.seen[kind] {
		if other != id && !asked[other] {
			ids = append(ids, other)
		}
	}
	return ids
}

// runsSeen are the runs of the answer that have these ids, but for one.
func runsSeen(ctx context.Context, ids []string, but string) (runs []*ent.Run) {
	rows, _ := ctx.Value(rowsKey{}).(*answerRows)
	if rows == nil {
		return nil
	}
	rows.mutex.Lock()
	defer rows.mutex.Unlock()
	rows.note()
	for _, id := range ids {
		if one := rows.runs[id]; one != nil && id != but {
			runs = append(runs, one)
		}
	}
	return runs
}
