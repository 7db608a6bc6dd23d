package database

import (
	"context"
	"database/sql"
	"sync/atomic"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
)

type countKey struct{}

// Counted returns a context in which statements are counted, and what tells how many there were so far. Whoever
// answers a request can say what it cost, and tests hold that a longer list costs no more statements.
func Counted(ctx context.Context) (context.Context, func() int) {
	var n atomic.Int64
	return context.WithValue(ctx, countKey{}, &n), func() int { return int(n.Load()) }
}

func count(ctx context.Context) {
	if n, ok := ctx.Value(countKey{}).(*atomic.Int64); ok {
		n.Add(1)
	}
}

// statements is what both drivers and their transactions can do.
type statements interface {
	dialect.ExecQuerier
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// counter counts and measures statements on their way.
type counter struct {
	to    statements
	meter *meter
}

// Exec measures and passes on.
func (c counter) Exec(ctx context.Context, query string, args, v any) error {
	count(ctx)
	m := c.meter.begin(ctx, query)
	err := c.to.Exec(ctx, query, args, v)
	m.end(err)
	return err
}

// Query measures and passes on.
func (c counter) Query(ctx context.Context, query string, args, v any) error {
	count(ctx)
	m := c.meter.begin(ctx, query)
	err := c.to.Query(ctx, query, args, v)
	m.end(err)
	return err
}

// ExecContext measures and passes on.
func (c counter) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	count(ctx)
	m := c.meter.begin(ctx, query)
	result, err := c.to.ExecContext(ctx, query, args...)
	m.end(err)
	return result, err
}

// QueryContext measures and passes on.
func (c counter) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	count(ctx)
	m := c.meter.begin(ctx, query)
	rows, err := c.to.QueryContext(ctx, query, args...)
	m.end(err)
	return rows, err
}

// connector is what ent needs of a driver of ours.
type connector interface {
	statements
	dialect.Driver
	BeginTx(ctx context.Context, options *entsql.TxOptions) (dialect.Tx, error)
}

// countedDriver counts what goes through a driver, also in its transactions.
type countedDriver struct {
	counter
	driver connector
}

func newCounted(d connector, m *meter) *countedDriver { return &countedDriver{counter{d, m}, d} }

// Tx begins a transaction.
func (d *countedDriver) Tx(ctx context.Context) (dialect.Tx, error) { return d.BeginTx(ctx, nil) }

// BeginTx begins a transaction with options; a lazy one when it has to.
func (d *countedDriver) BeginTx(ctx context.Context, options *entsql.TxOptions) (dialect.Tx, error) {
	if ctx.Value(lazyKey{}) != nil {
		return &lazyTx{ctx: ctx, driver: d}, nil
	}
	return d.begin(ctx, options)
}

func (d *countedDriver) begin(ctx context.Context, options *entsql.TxOptions) (*countedTx, error) {
	m := d.meter.begin(ctx, "BEGIN")
	tx, err := d.driver.BeginTx(ctx, options)
	m.end(err)
	if err != nil {
		return nil, err
	}
	work := &outliving{statements: tx.(statements), after: d.driver}
	return &countedTx{counter{work, d.meter}, tx, work, ctx}, nil
}

// Close closes the driver.
func (d *countedDriver) Close() error { return d.driver.Close() }

// Dialect is the driver's.
func (d *countedDriver) Dialect() string { return d.driver.Dialect() }

type countedTx struct {
	counter
	tx   dialect.Tx
	work *outliving
	ctx  context.Context //nolint:containedctx // that of its begin: ent commits without one
}

// Commit ends the transaction. What was read in it goes on without.
func (t *countedTx) Commit() error {
	m := t.meter.begin(t.ctx, "COMMIT")
	err := t.tx.Commit()
	m.end(err)
	t.work.committed.Store(err == nil)
	return err
}

// Rollback ends the transaction.
func (t *countedTx) Rollback() error { return t.tx.Rollback() }

// outliving sends statements through a transaction, and once that is committed past it: an entity that was made in
// a transaction is asked for its neighbours later, when the answer to the request is written.
type outliving struct {
	statements
	after     statements
	committed atomic.Bool
}

func (o *outliving) now() statements {
	if o.committed.Load() {
		return o.after
	}
	return o.statements
}

func (o *outliving) Exec(ctx context.Context, query string, args, v any) error {
	return o.now().Exec(ctx, query, args, v)
}

func (o *outliving) Query(ctx context.Context, query string, args, v any) error {
	return o.now().Query(ctx, query, args, v)
}

func (o *outliving) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return o.now().ExecContext(ctx, query, args...)
}

func (o *outliving) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return o.now().QueryContext(ctx, query, args...)
}
