// Package databasetest gives tests migrated databases of both dialects.
package databasetest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent/migrate/migrations"
	"github.com/arpent/arpent/internal/apptest/servers"
	"github.com/arpent/arpent/internal/database"
)

// Each runs a test on SQLite and on PostgreSQL, side by side, each on a fresh database.
func Each(t *testing.T, test func(t *testing.T, db *database.DB)) {
	t.Helper()
	for name, open := range map[string]func(testing.TB) *database.DB{"sqlite": SQLite, "postgres": Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}

// SQLite opens a fresh SQLite database.
func SQLite(tb testing.TB) *database.DB {
	tb.Helper()
	url := SQLiteURL(tb)
	require.NoError(tb, database.Migrate(context.Background(), url))
	return open(tb, url)
}

// SQLiteURL names an SQLite file that is not there yet.
func SQLiteURL(tb testing.TB) string {
	tb.Helper()
	return "sqlite:" + filepath.Join(tb.TempDir(), "arpent.db")
}

// Postgres opens a fresh PostgreSQL database: a copy of one that was migrated once.
func Postgres(tb testing.TB) *database.DB {
	tb.Helper()
	return open(tb, PostgresURL(tb))
}

// PostgresURL names a fresh and migrated PostgreSQL database.
func PostgresURL(tb testing.TB) string {
	tb.Helper()
	return servers.Postgres(tb, servers.Template{Key: migrationsKey(), Prepare: func(url string) error {
		return database.Migrate(context.Background(), url)
	}})
}

func open(tb testing.TB, url string) *database.DB {
	tb.Helper()
	db, err := database.Open(context.Background(), url)
	require.NoError(tb, err)
	tb.Cleanup(func() { _ = db.Close() })
	return db
}

// migrationsKey changes with the migrations, so that no test gets a copy of an older schema.
var migrationsKey = sync.OnceValue(func() string {
	sum := sha256.New()
	_ = fs.WalkDir(migrations.Files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(migrations.Files, path)
		sum.Write([]byte(path))
		sum.Write(content)
		return err
	})
	return "arpent-" + hex.EncodeToString(sum.Sum(nil))[:16]
})
