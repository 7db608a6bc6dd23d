package auth

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/session"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/journal"
	"github.com/arpent/arpent/internal/secret"
)

// Limits of sessions.
const (
	sessionIdle  = 14 * 24 * time.Hour // a session that nobody uses ends after this
	SessionLife  = 90 * 24 * time.Hour // and every session after this, however busy
	sessionTouch = 15 * time.Minute    // how old the time of last use may get before it is written again
	sweepEvery   = time.Hour
)

// Authority keeps users, roles, memberships, sessions and tokens.
type Authority struct {
	db       *database.DB
	journal  *journal.Journal
	log      *slog.Logger
	now      func() time.Time
	throttle *throttle
	viewers  *viewerCache
	loads    singleflight.Group
	runs     *secret.Signer // knows the tokens of runs; nil where none come
}

// New makes the authority of an open database. It watches the journal: what may change a viewer counts at once.
func New(db *database.DB, journal *journal.Journal, log *slog.Logger) *Authority {
	a := &Authority{
		db: db, journal: journal, log: log, now: time.Now,
		throttle: newThrottle(), viewers: newViewerCache(),
	}
	journal.Watch(a.observe)
	return a
}

// Run removes sessions that have expired, until ctx is done.
func (a *Authority) Run(ctx context.Context) error {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		if err := a.sweep(ctx); err != nil && ctx.Err() == nil {
			a.log.Warn("remove expired sessions", "error", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

func (a *Authority) sweep(ctx context.Context) error {
	ctx = access.As(ctx, "auth")
	_, err := a.db.Client(ctx).Session.Delete().Where(session.ExpiresAtLT(a.present())).Exec(ctx)
	return err
}

// observe drops all remembered viewers when an event may have changed one, whichever replica it comes from.
func (a *Authority) observe(e *ent.Event) {
	switch subject, _, _ := strings.Cut(e.Type, "."); subject {
	case "user", "role", "membership", "token", "session":
		a.viewers.drop()
	}
}

// present is now, cut to what both databases keep.
func (a *Authority) present() time.Time { return a.now().UTC().Truncate(time.Microsecond) }
