package database

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"strconv"
	"strings"

	"entgo.io/ent/dialect"
	"github.com/lib/pq"

	"github.com/arpent/arpent/ent"
)

// Most transactions of a run are one look and a few writes whose answers nobody needs. One after the other they are a round
// trip each, with BEGIN and COMMIT two more, and all of a run's CPU. A lazy transaction keeps such writes until its end and
// sends them as one statement, which is a transaction by itself: docs/adr/0020.

// LazyTx is Tx for work whose writes may wait: on PostgreSQL nothing begins before something has to be locked or asked of
// what was written. Who joins a Tx that is open is as eager as that.
func (db *DB) LazyTx(ctx context.Context, work func(ctx context.Context, client *ent.Client) error) error {
	return db.tx(ctx, db.Postgres(), work)
}

type (
	lazyKey  struct{}
	laterKey struct{}
)

// later is how a write may wait.
type later struct {
	refusal error // what the transaction fails with where nothing was written; nil when that is no failure
	apart   bool  // it touches no row that another write of its transaction touches
}

// Later returns a context whose writes may wait for the end of a lazy transaction: nobody needs their answers. What is wrong
// with them is said at the end. Whoever asks for what they wrote finds it written.
func Later(ctx context.Context) context.Context {
	return context.WithValue(ctx, laterKey{}, later{})
}

// Certain is Later for a write without which the others must not happen: where it writes nothing, the transaction fails with
// the refusal. Where it does not wait, its answer says so at once, and the caller has to.
func Certain(ctx context.Context, refusal error) context.Context {
	return context.WithValue(ctx, laterKey{}, later{refusal: refusal})
}

// Apart is Later for a write that touches no row that another of its transaction touches, though the table is the same.
func Apart(ctx context.Context) context.Context {
	return context.WithValue(ctx, laterKey{}, later{apart: true})
}

// keptWrite is a write that waits.
type keptWrite struct {
	later
	query string
	args  []any
	table string
}

// inserts tells whether it only adds rows: several such to one table can be one statement.
func (w keptWrite) inserts() bool {
	return strings.HasPrefix(w.query, "INSERT") && !strings.Contains(w.query, "ON CONFLICT")
}

// clashes tells whether two writes can not be one statement, in which neither sees what the other does.
func (w keptWrite) clashes(with keptWrite) bool {
	return w.table == with.table && !w.apart && !with.apart && (!w.inserts() || !with.inserts())
}

// lazyTx is a transaction that begins when it has to. It is for one goroutine at a time, as all transactions are.
type lazyTx struct {
	ctx    context.Context //nolint:containedctx // that of its begin: ent commits without one
	driver *countedDriver
	begun  *countedTx // nil before
	kept   []keptWrite
	over   bool // it is committed: what was read in it goes on without
}

// Exec keeps a write that may wait, and carries out others after those that are kept.
func (t *lazyTx) Exec(ctx context.Context, query string, args, v any) error {
	values, _ := args.([]any)
	if kept, err := t.keep(ctx, query, values); kept || err != nil {
		if result, ok := v.(*sql.Result); ok {
			*result = driver.RowsAffected(1)
		}
		return err
	}
	to, err := t.within(ctx)
	if err != nil {
		return err
	}
	return to.Exec(ctx, query, args, v)
}

// ExecContext is Exec for statements that ent has no words for.
func (t *lazyTx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if kept, err := t.keep(ctx, query, args); kept || err != nil {
		return driver.RowsAffected(1), err
	}
	to, err := t.within(ctx)
	if err != nil {
		return nil, err
	}
	return to.ExecContext(ctx, query, args...)
}

// Query reads, after what was written there.
func (t *lazyTx) Query(ctx context.Context, query string, args, v any) error {
	from, err := t.source(ctx, query)
	if err != nil {
		return err
	}
	return from.Query(ctx, query, args, v)
}

// QueryContext is Query for statements that ent has no words for.
func (t *lazyTx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	from, err := t.source(ctx, query)
	if err != nil {
		return nil, err
	}
	return from.QueryContext(ctx, query, args...)
}

// keep puts a write by, if it may wait. What it can not be one statement with is written first.
func (t *lazyTx) keep(ctx context.Context, query string, args []any) (bool, error) {
	how, may := ctx.Value(laterKey{}).(later)
	write := keptWrite{later: how, query: query, args: args, table: tableOf(query)}
	if !may || t.over || write.table == "" {
		return false, nil
	}
	for _, other := range t.kept {
		if write.clashes(other) {
			if _, err := t.within(ctx); err != nil {
				return false, err
			}
			break
		}
	}
	t.kept = append(t.kept, write)
	return true, nil
}

// within is the transaction, in which all that was kept is written.
func (t *lazyTx) within(ctx context.Context) (statements, error) {
	if t.over {
		return t.driver, nil
	}
	if t.begun == nil {
		tx, err := t.driver.begin(t.ctx, nil)
		if err != nil {
			return nil, err
		}
		t.begun = tx
	}
	return t.begun, t.flush(ctx, t.begun)
}

// source is where a statement reads. Where nothing is locked and each statement sees what is committed by then, as all do
// here, reading needs no transaction; but it sees what the transaction has written.
func (t *lazyTx) source(ctx context.Context, query string) (statements, error) {
	switch {
	case t.over:
		return t.driver, nil
	case !reads(query) || t.concerns(query):
		return t.within(ctx)
	case t.begun == nil:
		return t.driver, nil
	}
	return t.begun, nil
}

// concerns tells whether a statement names a table that something is to be written to.
func (t *lazyTx) concerns(query string) bool {
	for _, write := range t.kept {
		if strings.Contains(query, write.table) {
			return true
		}
	}
	return false
}

// reads tells whether a statement only reads, and locks nothing.
func reads(query string) bool {
	return strings.HasPrefix(query, "SELECT") && !strings.Contains(query, " FOR ") && !strings.Contains(query, "pg_")
}

// flush writes what was kept, as one statement.
func (t *lazyTx) flush(ctx context.Context, to statements) error {
	if len(t.kept) == 0 {
		return nil
	}
	query, args, refusal := together(t.kept)
	alone := len(t.kept) == 1
	t.kept = nil
	result, err := to.ExecContext(ctx, query, args...)
	if refusal == nil || err != nil && !divided(err) {
		return err
	}
	if err == nil && alone {
		n, err := result.RowsAffected()
		if err != nil || n > 0 {
			return err
		}
		return refusal
	}
	if err != nil {
		return errors.Join(refusal, err)
	}
	return nil
}

// together makes one statement of several. One that is certain is counted: to divide by none fails, and with it the statement.
// What is counted is carried out first, so that the others wait for the rows that it locks.
func together(kept []keptWrite) (query string, args []any, refusal error) {
	if len(kept) == 1 {
		return kept[0].query, kept[0].args, kept[0].refusal
	}
	parts, counts := make([]string, len(kept)), []string{}
	for i, write := range kept {
		text, name := renumbered(write.query, len(args)), "w"+strconv.Itoa(i)
		if write.refusal != nil {
			refusal = write.refusal
			counts = append(counts, "1/(SELECT count(*) FROM "+name+")")
			if !strings.HasPrefix(text, "SELECT") {
				text += " RETURNING 1"
			}
		}
		parts[i] = text
		if i > 0 {
			parts[i] = name + " AS (" + text
		}
		args = append(args, write.args...)
	}
	if len(counts) == 0 {
		counts = append(counts, "1")
	}
	return togetherPrefix + strings.Join(parts, "), ") + ") SELECT " + strings.Join(counts, " + "), args, refusal
}

// togetherPrefix is how writes that are one statement begin, and no other statement does; togetherKind is what they are
// counted as.
const (
	togetherPrefix = "WITH w0 AS ("
	togetherKind   = "TOGETHER"
)

// divisionByZero is what PostgreSQL says when nothing was written that had to be.
const divisionByZero = "22012"

func divided(err error) bool {
	var refused *pq.Error
	return errors.As(err, &refused) && refused.Code == divisionByZero
}

// renumbered counts the parameters of a statement from another number on. Those in quotes are none.
func renumbered(query string, by int) string {
	if by == 0 {
		return query
	}
	var out strings.Builder
	out.Grow(len(query) + 16)
	quote := byte(0)
	for i := 0; i < len(query); i++ {
		c := query[i]
		out.WriteByte(c)
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case c == '$':
			end := i + 1
			for end < len(query) && query[end] >= '0' && query[end] <= '9' {
				end++
			}
			n, err := strconv.Atoi(query[i+1 : end])
			if err == nil {
				out.WriteString(strconv.Itoa(n + by))
				i = end - 1
			}
		}
	}
	return out.String()
}

// tableOf is the table that a statement writes to or locks; empty for a statement that can not wait.
func tableOf(query string) string {
	rest, ok := query, false
	for _, verb := range []string{"INSERT INTO ", "UPDATE ", "DELETE FROM "} {
		if rest, ok = strings.CutPrefix(query, verb); ok {
			break
		}
	}
	if !ok {
		_, rest, ok = strings.Cut(query, " FROM ")
		if ok = ok && strings.HasPrefix(query, "SELECT") && strings.HasSuffix(query, " FOR UPDATE"); !ok {
			return ""
		}
	}
	name, quoted := strings.CutPrefix(rest, `"`)
	name, _, ended := strings.Cut(name, `"`)
	if !quoted || !ended || strings.Contains(query, "RETURNING") {
		return ""
	}
	return name
}

// Commit ends the transaction. One that never began is the one statement of what was kept, or nothing at all.
func (t *lazyTx) Commit() error {
	var err error
	if t.begun == nil {
		err = t.flush(t.ctx, t.driver)
	} else if err = t.flush(t.ctx, t.begun); err != nil {
		err = errors.Join(err, ignoreDone(t.begun.Rollback()))
	} else {
		err = t.begun.Commit()
	}
	t.over = err == nil
	return err
}

// Rollback ends the transaction.
func (t *lazyTx) Rollback() error {
	t.kept = nil
	if t.begun == nil {
		return nil
	}
	return t.begun.Rollback()
}

var _ dialect.Tx = (*lazyTx)(nil)
