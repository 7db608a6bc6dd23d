package bench

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/allocation"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/inventory"
	"github.com/arpent/arpent/internal/journal"
)

// stock is an inventory with its services in this process, and the server on the same database, if there is one: it
// relays the events of both.
type stock struct {
	*arpent
	b          *testing.B
	db         *database.DB
	inventory  *inventory.Service
	allocation *allocation.Service
	system     context.Context
}

func newStock(b *testing.B, ours *arpent) *stock {
	b.Helper()
	db, err := database.Open(b.Context(), ours.config.DatabaseURL)
	require.NoError(b, err)
	b.Cleanup(func() { _ = db.Close() })
	s := stockOn(b, db)
	s.arpent = ours
	return s
}

func stockOn(b *testing.B, db *database.DB) *stock {
	b.Helper()
	j, log := journal.New(db), slog.New(slog.DiscardHandler)
	return &stock{b: b, db: db, inventory: inventory.New(db, j, log), allocation: allocation.New(db, j, log), system: access.As(context.Background(), "bench")}
}

// tell carries out statements past the models.
func (s *stock) tell(statements ...string) {
	s.b.Helper()
	for _, statement := range statements {
		_, err := s.db.SQL().Exec(statement)
		require.NoError(s.b, err, statement)
	}
}

// count is the one number that a statement answers.
func (s *stock) count(statement string, args ...any) (n int) {
	s.b.Helper()
	require.NoError(s.b, s.db.SQL().QueryRow(statement, args...).Scan(&n), statement)
	return n
}

// furnish gives the inventory hosting providers, a network, and projects.
func (s *stock) furnish(projects int) {
	s.b.Helper()
	s.tell(
		`INSERT INTO hosting_providers (id, created_at, updated_at, code, name) SELECT 'hsp_' || i, now(), now(), 'P' || i, 'Provider ' || i FROM generate_series(1, 3) i`,
		`INSERT INTO networks (id, created_at, updated_at, name, cidr, family, first, last) SELECT 'net_' || i, now(), now(), 'n' || i, '10.' || i || '.0.0/16', 'IPV4',
			decode('00000000000000000000ffff0a' || lpad(to_hex(i), 2, '0') || '0000', 'hex'), decode('00000000000000000000ffff0a' || lpad(to_hex(i), 2, '0') || 'ffff', 'hex')
			FROM generate_series(0, 3) i`,
		fmt.Sprintf(`INSERT INTO projects (id, created_at, updated_at, acronym, name, description, organization_id)
			SELECT 'prj_' || i, now(), now(), 'B' || i, 'Project ' || i, '{}', (SELECT id FROM organizations LIMIT 1) FROM generate_series(1, %d) i`, projects),
	)
}

// atOnce does a thing n times, by so many at once, and returns how long all of it took.
func (s *stock) atOnce(many, n int, do func(worker, i int) error) time.Duration {
	s.b.Helper()
	var all sync.WaitGroup
	var next atomic.Int64
	began := time.Now()
	for worker := range many {
		all.Go(func() {
			for i := int(next.Add(1)); i <= n; i = int(next.Add(1)) {
				if err := do(worker, i); err != nil {
					s.b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	return time.Since(began)
}

// inTx carries out statements in one transaction.
func (s *stock) inTx(do func(tx *sql.Tx) error) error {
	tx, err := s.db.SQL().Begin()
	if err != nil {
		return err
	}
	if err := do(tx); err != nil {
		_ = tx.Rollback() // the error says more
		return err
	}
	return tx.Commit()
}

func perSecond(n int, took time.Duration) float64 { return float64(n) / took.Seconds() }
