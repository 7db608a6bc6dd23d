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
)

const (
	fadeEvery   = 2 * time.Second
	fadeBatch   = 500
	keepReports = 30 * 24 * time.Hour
)

// Run lets checks fade that are not repeated, and forgets old reports, until ctx is done.
func (s *Service) Run(ctx context.Context) error {
	tick, forget := time.NewTicker(fadeEvery), time.NewTicker(time.Hour)
	defer tick.Stop()
	defer forget.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
			err = s.Fade(ctx)
		case <-forget.C:
			err = s.forgetReports(ctx)
		}
		if err != nil && ctx.Err() == nil {
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
	return s.derive(ctx, client, slices.Compact(servers))
}

func (s *Service) forgetReports(ctx context.Context) error {
	ctx = access.As(ctx, "inventory")
	_, err := s.db.Client(ctx).StateReport.Delete().Where(statereport.CreatedAtLT(now().Add(-keepReports))).Exec(ctx)
	return err
}
