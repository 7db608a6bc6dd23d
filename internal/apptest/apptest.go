// Package apptest starts the whole of Arpent for end-to-end tests: the very assembly that the program starts, on a
// fresh data folder, alone or on a fresh PostgreSQL and Redis. Its clients speak GraphQL over HTTP and WebSocket,
// as people's programs do.
package apptest

import (
	"context"
	"io"
	"log/slog"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/app"
	"github.com/arpent/arpent/internal/apptest/servers"
	"github.com/arpent/arpent/internal/database/databasetest"
)

// The first administrator of every server that is started here.
const (
	AdminEmail    = "admin@example.org"
	AdminPassword = "an administrator's password"
)

// Server is a running Arpent.
type Server struct {
	*app.App
	tb   testing.TB
	stop func()
}

// Option changes the configuration before the start.
type Option func(*app.Config)

// Embedded starts Arpent alone: SQLite, the queue within, everything in a fresh folder. It has no workers unless an
// option gives it some.
func Embedded(tb testing.TB, options ...Option) *Server {
	tb.Helper()
	return start(tb, Config(tb, options...))
}

// Shared starts Arpent as one replica on a fresh PostgreSQL and Redis.
func Shared(tb testing.TB, options ...Option) *Server {
	tb.Helper()
	return start(tb, SharedConfig(tb, options...))
}

// Each runs a test on both, side by side.
func Each(t *testing.T, test func(t *testing.T, s *Server), options ...Option) {
	t.Helper()
	for name, begin := range map[string]func(testing.TB, ...Option) *Server{"embedded": Embedded, "shared": Shared} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, begin(t, options...))
		})
	}
}

// Config is that of an embedded server on a fresh folder and a free port.
func Config(tb testing.TB, options ...Option) app.Config {
	tb.Helper()
	config := app.Config{
		DataDir: tb.TempDir(), Listen: "127.0.0.1:0", AdminEmail: AdminEmail, AdminPassword: AdminPassword, Organization: "Test", ShutdownGrace: 10 * time.Second,
		LibraryDirs: []string{os.TempDir()}, // where tests make repositories
	}
	for _, change := range options {
		change(&config)
	}
	return config
}

// SharedConfig is that of a replica; start several with one to have more.
func SharedConfig(tb testing.TB, options ...Option) app.Config {
	tb.Helper()
	config := Config(tb, options...)
	config.DatabaseURL, config.RedisURL = databasetest.PostgresURL(tb), servers.Redis(tb).URL
	return config
}

// Start starts a server with a configuration of your own.
func Start(tb testing.TB, config app.Config) *Server {
	tb.Helper()
	return start(tb, config)
}

func start(tb testing.TB, config app.Config) *Server {
	tb.Helper()
	log := slog.New(slog.NewTextHandler(tb.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	a, err := app.New(context.Background(), config, log, io.Discard)
	require.NoError(tb, err)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx) }()
	s := &Server{App: a, tb: tb}
	stopped := false
	s.stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		require.NoError(tb, <-ended)
		a.Close()
	}
	tb.Cleanup(s.stop)
	return s
}

// Stop stops the server as a signal would, and waits for its end.
func (s *Server) Stop() { s.stop() }
