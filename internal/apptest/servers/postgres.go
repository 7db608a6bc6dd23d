package servers

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"net/url"
	"sync"
	"testing"
	"time"

	_ "github.com/lib/pq" // the driver that the servers are prepared with
)

// A Template is a prepared database. It is made once per cluster; every test that names it gets a copy, which
// costs some tens of milliseconds.
type Template struct {
	// Key names the content: other content, other key (a hash of the migrations, say). Test binaries of
	// several checkouts may share one cluster.
	Key string
	// Prepare fills the empty database and leaves no connection open.
	Prepare func(url string) error
}

// Postgres gives the test a database of its own, empty or a copy of the template, and drops it afterwards.
// The URL is the superuser's. Roles belong to the whole cluster: give them random names.
func Postgres(tb testing.TB, from ...Template) (databaseURL string) {
	tb.Helper()
	databaseURL, drop, err := NewDatabase(from...)
	if err != nil {
		tb.Fatalf("PostgreSQL for tests: %v", err)
	}
	tb.Cleanup(func() {
		if err := drop(); err != nil {
			tb.Errorf("PostgreSQL for tests: %v", err)
		}
	})
	return databaseURL
}

// NewDatabase is Postgres for programs that are not tests.
func NewDatabase(from ...Template) (databaseURL string, drop func() error, err error) {
	admin, err := administrator()
	if err != nil {
		return "", nil, err
	}
	name := "test_" + randomName()
	statement := "CREATE DATABASE " + name
	for _, template := range from {
		source, err := admin.template(template)
		if err != nil {
			return "", nil, err
		}
		statement += " TEMPLATE " + source
	}
	if err := admin.exec(statement); err != nil {
		return "", nil, err
	}
	drop = func() error { return admin.exec("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)") }
	return admin.urlOf(name), drop, nil
}

// An admin talks to the maintenance database of the cluster.
type admin struct {
	url *url.URL
	db  *sql.DB
}

var administrator = sync.OnceValues(func() (*admin, error) {
	found, err := acquired()
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(found.URL)
	if err != nil {
		return nil, fmt.Errorf("the cluster's address: %w", err)
	}
	db, err := sql.Open("postgres", found.URL)
	if err != nil {
		return nil, fmt.Errorf("connect to the cluster: %w", err)
	}
	db.SetMaxOpenConns(4)
	db.SetConnMaxIdleTime(time.Second)
	return &admin{url: u, db: db}, nil
})

func (a *admin) urlOf(database string) string {
	u := *a.url
	u.Path = "/" + database
	return u.String()
}

func (a *admin) exec(statement string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if _, err := a.db.ExecContext(ctx, statement); err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	return nil
}

// template returns the name of the template's database and makes it first if it is not there. An advisory
// lock lets one test prepare while the others wait.
func (a *admin) template(t Template) (string, error) {
	name := fmt.Sprintf("template_%x", sha256.Sum256([]byte(t.Key)))[:40]
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	conn, err := a.db.Conn(ctx)
	if err != nil {
		return "", fmt.Errorf("connect to the cluster: %w", err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock(hashtext($1))", name); err != nil {
		return "", fmt.Errorf("wait for the template: %w", err)
	}
	defer func() { _, _ = conn.ExecContext(ctx, "SELECT pg_advisory_unlock(hashtext($1))", name) }()
	var ready bool
	query := "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1 AND datistemplate)"
	if err := conn.QueryRowContext(ctx, query, name).Scan(&ready); err != nil {
		return "", fmt.Errorf("look for the template: %w", err)
	}
	if ready {
		return name, nil
	}
	return name, a.prepare(name, t)
}

// prepare makes the template; only the last statement makes it one, so a half-made database is made again.
func (a *admin) prepare(name string, t Template) error {
	for _, statement := range []string{"DROP DATABASE IF EXISTS " + name, "CREATE DATABASE " + name} {
		if err := a.exec(statement); err != nil {
			return err
		}
	}
	if err := t.Prepare(a.urlOf(name)); err != nil {
		return fmt.Errorf("prepare the template: %w", err)
	}
	return a.exec("ALTER DATABASE " + name + " WITH IS_TEMPLATE true ALLOW_CONNECTIONS false")
}

func ping(databaseURL string) error {
	db, err := sql.Open("postgres", databaseURL)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	return db.PingContext(ctx)
}
