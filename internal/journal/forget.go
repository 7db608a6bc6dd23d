package journal

import (
	"context"
	"fmt"
	"time"

	"github.com/arpent/arpent/ent/event"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
)

// Forget removes the oldest events that happened before a time, at most limit of them, and returns how many. It takes
// them from the beginning only, so that positions keep having no gaps: a subscriber whose cursor is older than what is
// kept is told to resync.
func Forget(ctx context.Context, db *database.DB, before time.Time, limit int) (int, error) {
	ctx = access.As(ctx, "retention")
	oldest, err := db.Client(ctx).Event.Query().Where(event.PositionNotNil()).Order(event.ByPosition()).Limit(limit).
		Select(event.FieldPosition, event.FieldTime).All(ctx)
	if err != nil {
		return 0, fmt.Errorf("look for old events: %w", err)
	}
	last, n := int64(0), 0
	for _, e := range oldest {
		if !e.Time.Before(before) {
			break
		}
		last, n = *e.Position, n+1
	}
	if n == 0 {
		return 0, nil
	}
	// Events are never changed nor removed but here, so the model has no words for it.
	if _, err := db.Client(ctx).ExecContext(ctx, "DELETE FROM events WHERE position <= $1", last); err != nil {
		return 0, fmt.Errorf("forget old events: %w", err)
	}
	return n, nil
}
