package allocation

import (
	"context"
	"log/slog"
	"time"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/crowd"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/journal"
)

// sweepEvery is how often claims are given back that have expired, and the line is served for bells that were lost.
const sweepEvery = 2 * time.Second

// Service keeps networks, addresses and claims.
type Service struct {
	db      *database.DB
	journal *journal.Journal
	log     *slog.Logger
	freed   chan struct{} // something became free: look at the line
	crowd   *crowd.Crowd[*ask]
}

// New makes the service of an open database. It watches the journal for servers that become available.
func New(db *database.DB, journal *journal.Journal, log *slog.Logger) *Service {
	s := &Service{db: db, journal: journal, log: log, freed: make(chan struct{}, 1), crowd: crowd.New[*ask](mostTogether)}
	journal.Watch(func(e *ent.Event) {
		if e.Type == "server.available" || e.Type == "network.updated" || e.Type == "network.created" {
			s.ring()
		}
	})
	return s
}

func (s *Service) ring() {
	select {
	case s.freed <- struct{}{}:
	default:
	}
}

// Run gives back what has expired and serves the line, until ctx is done.
func (s *Service) Run(ctx context.Context) error {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		if err := s.Sweep(ctx); err != nil && ctx.Err() == nil {
			s.log.Warn("sweep claims", "error", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-s.freed:
		case <-tick.C:
		}
	}
}

func now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// asAllocation is the context in which what a claim needs is read and written, once its claimant may claim.
func asAllocation(ctx context.Context) context.Context { return access.As(ctx, "allocation") }

func mayManage(ctx context.Context) error {
	if access.FromContext(ctx).May(access.InventoryManage) {
		return nil
	}
	return fault.New(fault.Denied, textMayNot, string(access.InventoryManage))
}

// at names the input that an error is about.
func at(err error, field string) error {
	if refused, ok := fault.As(database.Fault(err)); ok {
		return refused.At(field)
	}
	return err
}
