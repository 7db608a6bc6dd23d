package journal

import (
	"context"
	"fmt"

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
		err := j.store.Tx(ctx, func(ctx context.Context) (err error) {
			placed, err = j.placeBatch(ctx)
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

func (j *Journal) placeBatch(ctx context.Context) (placed int64, err error) {
	last, err := j.store.LockCounter(ctx)
	if err != nil {
		return 0, err
	}
	placed, err = j.store.Place(ctx, last, batch)
	if err != nil || placed == 0 {
		return 0, err
	}
	return placed, j.store.Advance(ctx, placed)
}
