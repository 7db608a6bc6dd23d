package database

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"sync"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
)

// oneWriter lets one writer at a time into SQLite and makes the others wait in line. SQLite has one writer
// anyway, but it makes others poll and fail after its busy timeout, which starves under load.
type oneWriter struct {
	*entsql.Driver
	turn chan struct{}
}

func newOneWriter(driver *entsql.Driver) *oneWriter {
	return &oneWriter{Driver: driver, turn: make(chan struct{}, 1)}
}

func (d *oneWriter) take(ctx context.Context) error {
	select {
	case d.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (d *oneWriter) give() { <-d.turn }

// Exec writes one statement in its turn.
func (d *oneWriter) Exec(ctx context.Context, query string, args, v any) error {
	if err := d.take(ctx); err != nil {
		return err
	}
	defer d.give()
	return d.Driver.Exec(ctx, query, args, v)
}

// Query reads at any time. A statement that writes and answers with rows, as INSERT … RETURNING does, has its turn until they are closed.
func (d *oneWriter) Query(ctx context.Context, query string, args, v any) error {
	rows, ok := v.(*entsql.Rows)
	if !ok || onlyReads(query) {
		return d.Driver.Query(ctx, query, args, v)
	}
	if err := d.take(ctx); err != nil {
		return err
	}
	if err := d.Driver.Query(ctx, query, args, v); err != nil {
		d.give()
		return err
	}
	rows.ColumnScanner = turnRows{rows.ColumnScanner, sync.OnceFunc(d.give)}
	return nil
}

// onlyReads tells whether a statement of ent changes nothing.
func onlyReads(query string) bool {
	verb, _, _ := strings.Cut(strings.TrimSpace(query), " ")
	return slices.Contains([]string{"SELECT", "WITH", "PRAGMA", "EXPLAIN"}, strings.ToUpper(verb))
}

// turnRows give the turn back when they are closed.
type turnRows struct {
	entsql.ColumnScanner
	give func()
}

func (r turnRows) Close() error {
	defer r.give()
	return r.ColumnScanner.Close()
}

// ExecContext is Exec for statements that ent has no words for.
func (d *oneWriter) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if err := d.take(ctx); err != nil {
		return nil, err
	}
	defer d.give()
	return d.Driver.ExecContext(ctx, query, args...)
}

// Tx begins a transaction when its turn comes and holds the turn until its end.
func (d *oneWriter) Tx(ctx context.Context) (dialect.Tx, error) {
	return d.BeginTx(ctx, nil)
}

// BeginTx is Tx with options.
func (d *oneWriter) BeginTx(ctx context.Context, options *entsql.TxOptions) (dialect.Tx, error) {
	if err := d.take(ctx); err != nil {
		return nil, err
	}
	tx, err := d.Driver.BeginTx(ctx, options)
	if err != nil {
		d.give()
		return nil, err
	}
	return &turnTx{Tx: tx, give: sync.OnceFunc(d.give)}, nil
}

// turnTx gives its turn back when it ends.
type turnTx struct {
	dialect.Tx
	give func()
}

func (t *turnTx) Commit() error {
	defer t.give()
	return t.Tx.Commit()
}

func (t *turnTx) Rollback() error {
	defer t.give()
	return t.Tx.Rollback()
}

// ExecContext lets ent's own ExecContext reach the transaction.
func (t *turnTx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return t.Tx.(*entsql.Tx).ExecContext(ctx, query, args...)
}

// QueryContext lets ent's own QueryContext reach the transaction.
func (t *turnTx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return t.Tx.(*entsql.Tx).QueryContext(ctx, query, args...)
}
