package journal

import (
	"context"
	"fmt"
	"sync"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/internal/access"
)

// glances lets all who want to look at the same time share one look, which begins after each of them has asked.
type glances struct {
	turn  sync.Mutex // of the one look under way
	mutex sync.Mutex
	next  *glance // not begun
}

type glance struct {
	done chan struct{}
	err  error
}

// share looks, or waits for a look that had not begun when it was called.
func (g *glances) share(ctx context.Context, look func(context.Context) error) error {
	g.mutex.Lock()
	mine := g.next
	leads := mine == nil
	if leads {
		mine = &glance{done: make(chan struct{})}
		g.next = mine
	}
	g.mutex.Unlock()
	if !leads {
		select {
		case <-mine.done:
			return mine.err
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	defer close(mine.done)
	g.turn.Lock()
	defer g.turn.Unlock()
	g.mutex.Lock()
	g.next = nil
	g.mutex.Unlock()
	mine.err = look(context.WithoutCancel(ctx)) // others wait for it as well
	return mine.err
}

// ahead is what a Store can tell that may hold more than was handed out.
type ahead interface {
	Ahead(ctx context.Context, after int64) ([]*ent.Event, error)
}

// LookAhead shows those who Watch the journal whatever has been written by now and was not handed out here yet. It is
// for what reaches subscribers beside the feed, such as states and logs of runs: who has just lost a role, be it on
// another replica, must not be shown them. All who call at once share one statement.
func (f *Feed) LookAhead(ctx context.Context) error {
	store, ok := f.journal.store.(ahead)
	if !ok {
		return nil
	}
	return f.glances.share(ctx, func(ctx context.Context) error {
		written, err := store.Ahead(access.As(ctx, "feed"), f.position())
		if err != nil {
			return fmt.Errorf("look ahead in the journal: %w", err)
		}
		for _, e := range written {
			f.journal.show(e)
		}
		return nil
	})
}
