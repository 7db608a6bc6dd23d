package simulation

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/internal/journal"
)

// eventRows is the journal's Store over the same database. It is one of its own because both have an Insert.
type eventRows struct{ *database }

var _ journal.Store = eventRows{}

// Prepare implements journal.Store.
func (d eventRows) Prepare(ctx context.Context) error {
	_, err := d.read(ctx)
	return err
}

// Insert implements journal.Store. The id is made by the clock of whoever writes.
func (d eventRows) Insert(ctx context.Context, e *ent.Event) (*ent.Event, error) {
	d.versions++
	made, number := *e, d.versions
	p := d.kernel.cur.process
	made.Time = wall{p}.Now()
	made.ID = fmt.Sprintf("evt_%013d_%06d", made.Time.UnixMilli(), number)
	err := d.write(ctx, func(tx *transaction) error {
		d.events = append(d.events, inserted(tx, &made))
		return nil
	})
	return &made, err
}

// LockCounter implements journal.Store.
func (d eventRows) LockCounter(ctx context.Context) (n int64, err error) {
	if d.Mutation == RelayWithoutLock {
		return d.End(ctx)
	}
	err = d.write(ctx, func(tx *transaction) error {
		if err := d.counter.take(tx); err != nil {
			return err
		}
		n = *d.counter.pending
		return nil
	})
	return n, err
}

// Place implements journal.Store. Those of one transaction are in the order in which they were written.
func (d eventRows) Place(ctx context.Context, after int64, limit int) (n int64, err error) {
	err = d.write(ctx, func(tx *transaction) error {
		var rows []*row[ent.Event]
		for _, row := range d.events {
			if e := row.visible(tx); e != nil && e.Position == nil {
				rows = append(rows, row)
			}
		}
		slices.SortStableFunc(rows, func(a, b *row[ent.Event]) int {
			if d.Mutation == EventsByClock {
				return cmp.Compare(a.visible(tx).ID, b.visible(tx).ID)
			}
			return cmp.Compare(a.number, b.number)
		})
		rows = limited(rows, limit)
		for _, row := range rows {
			if err := row.take(tx); err != nil {
				return err
			}
			n++
			placed, position := *row.pending, after+n
			placed.Position = &position
			row.pending = &placed
		}
		d.watchPlaces(tx, rows)
		return nil
	})
	return n, err
}

// Advance implements journal.Store.
func (d eventRows) Advance(ctx context.Context, by int64) error {
	return d.write(ctx, func(tx *transaction) error {
		if err := d.counter.take(tx); err != nil {
			return err
		}
		n := *d.counter.pending + by
		d.counter.pending = &n
		return nil
	})
}

// Between implements journal.Store.
func (d eventRows) Between(ctx context.Context, after int64, to *int64, limit int) ([]*ent.Event, error) {
	tx, err := d.read(ctx)
	var rows []*ent.Event
	for _, row := range d.events {
		if e := row.visible(tx); e != nil && e.Position != nil && *e.Position > after && (to == nil || *e.Position <= *to) {
			rows = append(rows, e)
		}
	}
	slices.SortFunc(rows, func(a, b *ent.Event) int { return cmp.Compare(*a.Position, *b.Position) })
	return limited(rows, limit), err
}

// Kept implements journal.Store.
func (d eventRows) Kept(ctx context.Context, position int64) (bool, error) {
	tx, err := d.read(ctx)
	for _, row := range d.events {
		if e := row.visible(tx); e != nil && e.Position != nil && *e.Position == position {
			return true, err
		}
	}
	return false, err
}

// End implements journal.Store.
func (d eventRows) End(ctx context.Context) (int64, error) {
	tx, err := d.read(ctx)
	return *d.counter.visible(tx), err
}
