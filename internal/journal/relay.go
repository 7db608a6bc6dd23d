package journal

import (
	"context"
	"fmt"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/counter"
	"github.com/arpent/arpent/internal/access"
)

// counterName is the row whose value is the last position that was given.
const counterName = "events"

// batch is how many events are placed or read at once.
const batch = 500

// place gives every committed event that has none its position, and returns how many it placed. Whoever holds the
// counter's row lock is the one relay, so relays of several replicas may run at any time: positions have no gap
// and no double, and an event gets its position only after its transaction has committed.
func (j *Journal) place(ctx context.Context) (total int64, err error) {
	ctx = access.As(ctx, "relay")
	for {
		var placed int64
		err := j.db.Tx(ctx, func(ctx context.Context, client *ent.Client) (err error) {
			placed, err = placeBatch(ctx, client)
			return err
		})
		if err != nil {
			return total, fmt.Errorf("place events: %w", err)
		}
		total += placed
		if placed < batch {
			return total, nil
		}
	}
}

func placeBatch(ctx context.Context, client *ent.Client) (placed int64, err error) {
	// An update that changes nothing takes the row's lock on both databases.
	if err := client.Counter.Update().Where(counter.Name(counterName)).AddValue(0).Exec(ctx); err != nil {
		return 0, err
	}
	row, err := client.Counter.Query().Where(counter.Name(counterName)).Only(ctx)
	if err != nil {
		return 0, err
	}
	result, err := client.ExecContext(ctx, placeStatement, row.Value, batch)
	if err != nil {
		return 0, err
	}
	if placed, err = result.RowsAffected(); err != nil || placed == 0 {
		return 0, err
	}
	return placed, client.Counter.UpdateOne(row).AddValue(placed).Exec(ctx)
}

// placeStatement numbers a batch in the order of ids, which is that of their creation.
const placeStatement = `UPDATE events SET position = CAST($1 AS bigint) + unplaced.n FROM (
	SELECT id, row_number() OVER (ORDER BY id) AS n FROM events WHERE position IS NULL ORDER BY id LIMIT $2
) AS unplaced WHERE events.id = unplaced.id`

// prepare makes the counter's row when this is the first start.
func (j *Journal) prepare(ctx context.Context) error {
	ctx = access.As(ctx, "relay")
	err := j.db.Client(ctx).Counter.Create().SetName(counterName).OnConflictColumns(counter.FieldName).Ignore().Exec(ctx)
	if err != nil {
		return fmt.Errorf("prepare the events' counter: %w", err)
	}
	return nil
}
