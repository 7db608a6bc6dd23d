package servers

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// PostgresServer is a PostgreSQL that belongs to one test alone.
type PostgresServer struct {
	URL string // of an empty database

	server *postgres
	bin    string
}

// OwnPostgres gives the test a PostgreSQL server of its own, which it may Kill and Start again. It takes seconds to
// make: tests that only need a database use Postgres.
func OwnPostgres(tb testing.TB) *PostgresServer {
	tb.Helper()
	parent, err := os.MkdirTemp("", "arpent-own-postgres-") //nolint:usetesting // the user postgres does not reach what is below a folder of the test
	if err == nil {
		err = os.Chmod(parent, 0o711) // the user postgres must reach what is below
	}
	if err != nil {
		tb.Fatalf("a PostgreSQL of its own: %v", err)
	}
	tb.Cleanup(func() { _ = os.RemoveAll(parent) })
	server, err := startPostgres(parent)
	if err != nil {
		tb.Fatalf("a PostgreSQL of its own: %v", err)
	}
	tb.Cleanup(server.stop)
	bin, err := postgresPrograms()
	if err != nil {
		tb.Fatalf("a PostgreSQL of its own: %v", err)
	}
	return &PostgresServer{URL: server.url("postgres"), server: server, bin: bin}
}

// Kill ends the server at once; what was committed is still there when it is started again.
func (s *PostgresServer) Kill() { s.server.kill() }

// Start starts a killed server again, on the same port, and waits until it answers. What is in its environment besides may break
// something in it.
func (s *PostgresServer) Start(environment ...string) error {
	s.server.environment = environment
	_ = os.Remove(filepath.Join(s.server.dir, "data", "postmaster.pid")) // of the one that was killed
	if err := s.server.serve(s.bin); err != nil {
		return fmt.Errorf("start PostgreSQL again: %w", err)
	}
	return nil
}
