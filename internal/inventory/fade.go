package inventory

import (
	"context"
	"slices"
	"time"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/check"
	"github.com/arpent/arpent/ent/statereport"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/journal"
)

const (
	fadeEvery = 2 * time.Second
	fadeBatch = 500
)

// Run lets checks fade that are not repeated, until ctx is done.
func (s *Service) Run(ctx context.Context) error {
	tick := time.NewTicker(fadeEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
		if err := s.Fade(ctx); err != nil && ctx.Err() == nil {
			s.log.Warn("inventory", "error", err)
		}
	}
}

// Fade turns checks that were not repeated in time to UNKNOWN, and the health of their servers with them. Any replica
// may do so at any time.
func (s *Service) Fade(ctx context.Context) error {
	ctx = access.As(ctx, "inventory")
	for {
		faded := 0
		err := s.db.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
			stale, err := client.Check.Query().
				Where(check.FreshUntilLT(now()), check.StatusNEQ(check.StatusUNKNOWN)).Order(check.ByID()).Limit(fadeBatch).All(ctx)
			if err != nil || len(stale) == 0 {
				return err
			}
			faded = len(stale)
			return s.fade(ctx, client, stale)
		})
		if err != nil || faded < fadeBatch {
			return database.Fault(err)
		}
	}
}

func (s *Service) fade(ctx context.Context, client *ent.Client, stale []*ent.Check) error {
	var ids, servers []string
	for _, c := range stale {
		ids = append(ids, c.ID)
		if c.ServerID != nil {
			servers = append(servers, *c.ServerID)
		}
	}
	at := now()
	err := client.Check.Update().Where(check.IDIn(ids...), check.FreshUntilLT(at)).
		SetStatus(check.StatusUNKNOWN).SetSince(at).Exec(ctx)
	if err != nil {
		return err
	}
	slices.Sort(servers)
	return s.derive(ctx, client, slices.Compact(servers), func(string) journal.Author { return journal.AuthorOf(ctx) })
}

// ForgetReports removes reports that came before a time, at most limit, and returns how many. What a check is now stays.
func (s *Service) ForgetReports(ctx context.Context, before time.Time, limit int) (int, error) {
	ctx = access.As(ctx, "retention")
	old, err := s.db.Client(ctx).StateReport.Query().Where(statereport.CreatedAtLT(before)).
		Order(statereport.ByCreatedAt()).Limit(limit).IDs(ctx)
	if err != nil || len(old) == 0 {
		return 0, err
	}
	return s.db.Client(ctx).StateReport.Delete().Where(statereport.IDIn(old...)).Exec(ctx)
}
