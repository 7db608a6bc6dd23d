package auth

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/session"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/journal"
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
}

// New makes the authority of an open database.
func New(db *database.DB, journal *journal.Journal, log *slog.Logger) *Authority {
	return &Authority{
		db: db, journal: journal, log: log, now: time.Now,
		throttle: newThrottle(), viewers: newViewerCache(),
	}
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

// Observe is told every event of the journal, before any subscriber: what may change a viewer drops all that are
// remembered. Changes of this process have dropped them already; this is how those of other replicas count.
func (a *Authority) Observe(e *ent.Event) {
	subject, _, _ := strings.Cut(e.Type, ".")
	switch subject {
	case "user", "role", "membership", "token", "session":
		a.viewers.drop()
	}
}

// record writes an entry and has all remembered viewers dropped once it is committed.
func (a *Authority) record(ctx context.Context, entry journal.Entry) error {
	database.AfterCommit(ctx, a.viewers.drop)
	return a.journal.Write(ctx, entry)
}

// present is now, cut to what both databases keep.
func (a *Authority) present() time.Time { return a.now().UTC().Truncate(time.Microsecond) }
