package journal

import (
	"context"
	"fmt"
	"slices"

	"entgo.io/ent/dialect/sql"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/counter"
	"github.com/arpent/arpent/ent/event"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
)

// Store is what the journal needs of the database, with PostgreSQL's guarantees at READ COMMITTED. The simulation puts
// a model behind it.
type Store interface {
	Prepare(ctx context.Context) error // makes the counter when this is the first start
	Tx(ctx context.Context, work func(ctx context.Context) error) error
	AfterCommit(ctx context.Context, f func())
	Insert(ctx context.Context, e *ent.Event) (*ent.Event, error)

	// LockCounter keeps other relays out until the transaction ends, and returns the last position that was given.
	LockCounter(ctx context.Context) (int64, error)
	// Place numbers events that have no position, in the order of their transactions, from after+1 on, and returns how many.
	Place(ctx context.Context, after int64, limit int) (int64, error)
	Advance(ctx context.Context, by int64) error // moves the counter

	Between(ctx context.Context, after int64, to *int64, limit int) ([]*ent.Event, error) // in order; to nil: to the end
	Kept(ctx context.Context, position int64) (bool, error)                               // the event there is still kept
	End(ctx context.Context) (int64, error)                                               // the counter, unlocked
}

// rows is the Store that stands on the database.
type rows struct{ db *database.DB }

// Rows is the Store of a database.
func Rows(db *database.DB) Store { return rows{db} }

// Tx implements Store.
func (s rows) Tx(ctx context.Context, work func(ctx context.Context) error) error {
	return s.db.Tx(ctx, func(ctx context.Context, _ *ent.Client) error { return work(ctx) })
}

// AfterCommit implements Store.
func (s rows) AfterCommit(ctx context.Context, f func()) { database.AfterCommit(ctx, f) }

// Insert implements Store.
func (s rows) Insert(ctx context.Context, e *ent.Event) (*ent.Event, error) {
	return creating(s.db.Client(ctx), e).Save(access.As(database.Later(ctx), "journal"))
}

// mostTogether is how many events one statement writes: SQLite takes 32,766 values.
const mostTogether = 1000

// InsertAll writes many events, in their order.
func (s rows) InsertAll(ctx context.Context, events []*ent.Event) (written []*ent.Event, err error) {
	client := s.db.Client(ctx)
	for part := range slices.Chunk(events, mostTogether) {
		creates := make([]*ent.EventCreate, len(part))
		for i, e := range part {
			creates[i] = creating(client, e)
		}
		saved, err := client.Event.CreateBulk(creates...).Save(access.As(database.Later(ctx), "journal"))
		if err != nil {
			return nil, err
		}
		written = append(written, saved...)
	}
	return written, nil
}

func creating(client *ent.Client, e *ent.Event) *ent.EventCreate {
	create := client.Event.Create().
		SetType(e.Type).SetAudience(e.Audience).SetActorID(e.ActorID).SetActor(e.Actor).
		SetSubjectID(e.SubjectID).SetSubject(e.Subject).SetRequestID(e.RequestID).SetAddress(e.Address).
		SetNillableProjectID(e.ProjectID)
	if e.Before != nil {
		create.SetBefore(e.Before)
	}
	if e.After != nil {
		create.SetAfter(e.After)
	}
	return create
}

// lockStatement changes nothing, and takes the row's lock on both databases.
const lockStatement = `UPDATE counters SET value = value WHERE name = $1 RETURNING value`

// LockCounter implements Store.
func (s rows) LockCounter(ctx context.Context) (last int64, err error) {
	found, err := s.db.Client(ctx).QueryContext(ctx, lockStatement, counterName)
	if err != nil {
		return 0, err
	}
	defer func() { _ = found.Close() }()
	if err := sql.ScanOne(found, &last); err != nil {
		return 0, fmt.Errorf("read the events' counter: %w", err)
	}
	return last, nil
}

// placeStatement numbers a batch in the order in which their transactions began to write, so that of two that changed
// one row after each other the earlier one comes first, whatever the clocks of those say who wrote them.
const placeStatement = `UPDATE events SET position = CAST($1 AS bigint) + unplaced.n FROM (
	SELECT id, row_number() OVER (ORDER BY %[1]s) AS n FROM events WHERE position IS NULL ORDER BY %[1]s LIMIT $2
) AS unplaced WHERE events.id = unplaced.id`

// Age compares the numbers of transactions also when they have begun again from the first.
var (
	placeInPostgres = fmt.Sprintf(placeStatement, "age(xmin) DESC, id")
	placeInSQLite   = fmt.Sprintf(placeStatement, "rowid")
)

// Place implements Store.
func (s rows) Place(ctx context.Context, after int64, limit int) (int64, error) {
	statement := placeInSQLite
	if s.db.Postgres() {
		statement = placeInPostgres
	}
	result, err := s.db.Client(ctx).ExecContext(ctx, statement, after, limit)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// Advance implements Store.
func (s rows) Advance(ctx context.Context, by int64) error {
	return s.db.Client(ctx).Counter.Update().Where(counter.Name(counterName)).AddValue(by).Exec(ctx)
}

// Between implements Store.
func (s rows) Between(ctx context.Context, after int64, to *int64, limit int) ([]*ent.Event, error) {
	query := s.db.Client(ctx).Event.Query().Where(event.PositionGT(after))
	if to != nil {
		query.Where(event.PositionLTE(*to))
	}
	return query.Order(event.ByPosition()).Limit(limit).All(ctx)
}

// Kept implements Store.
func (s rows) Kept(ctx context.Context, position int64) (bool, error) {
	return s.db.Client(ctx).Event.Query().Where(event.Position(position)).Exist(ctx)
}

// End implements Store.
func (s rows) End(ctx context.Context) (int64, error) {
	row, err := s.db.Client(ctx).Counter.Query().Where(counter.Name(counterName)).Only(ctx)
	if err != nil {
		return 0, fmt.Errorf("read the events' counter: %w", err)
	}
	return row.Value, nil
}

// Prepare implements Store.
func (s rows) Prepare(ctx context.Context) error {
	err := s.db.Client(ctx).Counter.Create().SetName(counterName).OnConflictColumns(counter.FieldName).Ignore().Exec(ctx)
	if err != nil {
		return fmt.Errorf("prepare the events' counter: %w", err)
	}
	return nil
}

// Ahead returns what stands behind a position, and what has none yet.
func (s rows) Ahead(ctx context.Context, after int64) ([]*ent.Event, error) {
	return s.db.Client(ctx).Event.Query().Where(event.Or(event.PositionGT(after), event.PositionIsNil())).All(ctx)
}
