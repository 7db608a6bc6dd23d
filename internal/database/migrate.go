package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"entgo.io/ent/dialect"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"golang.org/x/sys/unix"

	"github.com/arpent/arpent/ent/migrate/migrations"
)

// Migrate brings the database to this program's schema; it may be called by several programs at once. An SQLite
// file is made when there is none.
func Migrate(ctx context.Context, rawURL string) error {
	src, err := parse(rawURL)
	if err != nil {
		return err
	}
	if src.dialect == dialect.Postgres {
		return migratePostgres(ctx, src)
	}
	return migrateSQLite(ctx, src, migrations.Files)
}

func migratePostgres(ctx context.Context, src source) error {
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	pool, err := sql.Open(src.driver, src.dsn)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	defer pool.Close()
	if err := up(ctx, pool, goose.DialectPostgres, migrations.Files, "postgres", goose.WithSessionLocker(locker)); err != nil {
		return err
	}
	return addTrigrams(ctx, pool)
}

// migrateSQLite works on a handle of its own without foreign keys: a change of a column rebuilds its table, and
// with foreign keys on, dropping the old table would silently delete the rows that refer to it.
func migrateSQLite(ctx context.Context, src source, files fs.FS) error {
	unlock, err := lockFile(src.path + ".lock")
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	defer unlock()
	pool, err := sql.Open(src.driver, sqliteDSN(src.path, false))
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	defer pool.Close()
	pool.SetMaxOpenConns(1)
	if err := up(ctx, pool, goose.DialectSQLite3, files, "sqlite"); err != nil {
		return err
	}
	return checkForeignKeys(ctx, pool)
}

func up(ctx context.Context, pool *sql.DB, name goose.Dialect, files fs.FS, folder string, options ...goose.ProviderOption) error {
	steps, err := fs.Sub(files, folder)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	provider, err := goose.NewProvider(name, pool, steps, options...)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

// About names the database and tells the time by its clock.
func (db *DB) About(ctx context.Context) (product string, at time.Time, err error) {
	if !db.Postgres() {
		err = db.sql.QueryRowContext(ctx, "SELECT 'SQLite ' || sqlite_version()").Scan(&product)
		return product, time.Now(), err // a file has this machine's clock
	}
	err = db.sql.QueryRowContext(ctx, "SELECT 'PostgreSQL ' || current_setting('server_version'), clock_timestamp()").Scan(&product, &at)
	return product, at, err
}

// Version tells which migration the database is at, and which one this program brings it to.
func (db *DB) Version(ctx context.Context) (have, want int64, err error) {
	if want, err = newest(db.dialect); err != nil {
		return 0, 0, err
	}
	err = db.sql.QueryRowContext(ctx, versionQuery).Scan(&have)
	if err != nil {
		return 0, want, fmt.Errorf("read the version of the database: %w", err)
	}
	return have, want, nil
}

// newest is the number of the last migration of a dialect.
func newest(name string) (int64, error) {
	numbers, err := versions(name)
	if err != nil || len(numbers) == 0 {
		return 0, errors.Join(err, fmt.Errorf("there are no migrations for %s", name))
	}
	return slices.Max(numbers), nil
}

// folderOf is where the migrations of a dialect are.
func folderOf(name string) string {
	if name == dialect.Postgres {
		return "postgres"
	}
	return "sqlite"
}

// migrationsOf are the migrations of a dialect, and goose's name for it.
func migrationsOf(name string) (fs.FS, goose.Dialect, error) {
	kind := goose.DialectSQLite3
	if name == dialect.Postgres {
		kind = goose.DialectPostgres
	}
	steps, err := fs.Sub(migrations.Files, folderOf(name))
	if err != nil {
		return nil, "", fmt.Errorf("migrate: %w", err)
	}
	return steps, kind, nil
}

// rowQuerier is a pool or a transaction.
type rowQuerier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func checkForeignKeys(ctx context.Context, pool rowQuerier) error {
	var table string
	var row sql.NullInt64
	var parent string
	var key int
	err := pool.QueryRowContext(ctx, "PRAGMA foreign_key_check").Scan(&table, &row, &parent, &key)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err != nil:
		return fmt.Errorf("migrate: check foreign keys: %w", err)
	}
	return fmt.Errorf("migrate: row %d of %s refers to a row of %s that is not there", row.Int64, table, parent)
}

// lockFile waits for the only lock on a file.
func lockFile(path string) (unlock func(), err error) {
	file, err := os.OpenFile(filepath.Clean(path), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(file.Fd()), unix.LOCK_EX); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return func() { _ = file.Close() }, nil
}
