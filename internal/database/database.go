// Package database opens PostgreSQL or SQLite behind one ent client, migrates it, owns its transactions, and
// turns what a database refuses into faults. Domain functions open a transaction with DB.Tx; what they call
// joins it; nobody else begins, commits or rolls back.
package database

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	"github.com/lib/pq"    // the driver named postgres
	_ "modernc.org/sqlite" // the driver named sqlite

	"github.com/arpent/arpent/ent"
	_ "github.com/arpent/arpent/ent/runtime" // the policies and defaults of the models
	"github.com/arpent/arpent/internal/observe"
)

// DB is an open database.
type DB struct {
	client  *ent.Client
	sql     *sql.DB
	dialect string
}

// source is a parsed database URL.
type source struct {
	driver  string // of database/sql
	dialect string // of ent
	dsn     string
	path    string // of the SQLite file
}

// system is the database's name among those of OpenTelemetry.
func (s source) system() string {
	if s.dialect == dialect.Postgres {
		return "postgresql"
	}
	return "sqlite"
}

// parse reads postgres://… or sqlite:PATH. It always sets sslmode, because lib/pq is about to change its default.
func parse(rawURL string) (source, error) {
	if path, ok := strings.CutPrefix(rawURL, "sqlite:"); ok {
		return source{driver: "sqlite", dialect: dialect.SQLite, dsn: sqliteDSN(path, true), path: path}, nil
	}
	u, err := url.Parse(rawURL)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return source{}, fmt.Errorf("database URL: want postgres://… or sqlite:PATH, got %q", redacted(rawURL))
	}
	query := u.Query()
	if query.Get("sslmode") == "" {
		query.Set("sslmode", defaultSSLMode(u.Hostname()))
	}
	u.RawQuery = query.Encode()
	return source{driver: "postgres", dialect: dialect.Postgres, dsn: u.String()}, nil
}

func sqliteDSN(path string, foreignKeys bool) string {
	keys := 0
	if foreignKeys {
		keys = 1
	}
	return fmt.Sprintf("file:%s?_pragma=foreign_keys(%d)&_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)"+
		"&_pragma=synchronous(NORMAL)&_txlock=immediate&_time_format=sqlite", (&url.URL{Path: path}).EscapedPath(), keys)
}

// defaultSSLMode asks for encryption wherever the bytes leave the machine.
func defaultSSLMode(host string) string {
	if host == "" || host == "localhost" || strings.HasPrefix(host, "127.") || host == "::1" {
		return "disable"
	}
	return "require"
}

func redacted(rawURL string) string {
	if u, err := url.Parse(rawURL); err == nil {
		return u.Redacted()
	}
	return "something that is no URL"
}

// Option changes how a database is opened.
type Option func(*options)

type options struct{ numbers *observe.Registry }

// Observed has the time of statements and the use of connections counted.
func Observed(numbers *observe.Registry) Option {
	return func(o *options) { o.numbers = numbers }
}

// Open connects to a migrated database: postgres://… or sqlite:PATH.
func Open(ctx context.Context, rawURL string, with ...Option) (*DB, error) {
	var o options
	for _, option := range with {
		option(&o)
	}

	src, err := parse(rawURL)
	if err != nil {
		return nil, err
	}
	pool, err := src.pool()
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	bound(pool, src.dialect)
	if err := pool.PingContext(ctx); err != nil {
		_ = pool.Close()
		return nil, fmt.Errorf("connect to database %s: %w", redacted(rawURL), err)
	}
	ours := driverFor(src.dialect, pool, newMeter(src.system(), o.numbers))
	db := &DB{client: ent.NewClient(ent.Driver(ours)), sql: pool, dialect: src.dialect}
	db.watch(o.numbers)
	return db, nil
}

// pool opens connections that keep their statements. SQLite prepares within the process, which costs next to nothing.
func (s source) pool() (*sql.DB, error) {
	if s.dialect == dialect.SQLite {
		return sql.Open(s.driver, s.dsn)
	}
	connector, err := pq.NewConnector(s.dsn)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(keeping{connector}), nil
}

// bound keeps the pool small enough for a PostgreSQL of default size behind several replicas.
func bound(pool *sql.DB, name string) {
	size := 20
	if name == dialect.SQLite {
		size = 8
	}
	pool.SetMaxOpenConns(size)
	pool.SetMaxIdleConns(size)
	pool.SetConnMaxIdleTime(5 * time.Minute)
}

func driverFor(name string, pool *sql.DB, m *meter) dialect.Driver {
	if name == dialect.SQLite {
		return newCounted(newOneWriter(entsql.OpenDB(name, pool)), m)
	}
	return newCounted(entsql.OpenDB(name, pool), m)
}

// Client is the client to use in ctx: that of its transaction, else one without.
func (db *DB) Client(ctx context.Context) *ent.Client {
	if tx := transactionIn(ctx); tx != nil {
		return tx.client
	}
	return db.client
}

// SQL is the pool itself, for statements that ent has no words for. Inside a transaction use Client's ExecContext.
func (db *DB) SQL() *sql.DB { return db.sql }

// Postgres tells whether the database is PostgreSQL, which alone has row locks.
func (db *DB) Postgres() bool { return db.dialect == dialect.Postgres }

// Dialect is ent's name of the dialect.
func (db *DB) Dialect() string { return db.dialect }

// Ping tells whether the database answers. After it was away each connection of the pool is found dead once, by whoever is given it:
// that says nothing of the database, so there is one try for each of them.
func (db *DB) Ping(ctx context.Context) (err error) {
	for range db.sql.Stats().MaxOpenConnections + 1 {
		if err = db.sql.PingContext(ctx); !errors.Is(err, driver.ErrBadConn) {
			return err
		}
	}
	return err
}

// Close closes the pool.
func (db *DB) Close() error { return db.client.Close() }
