package database

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"entgo.io/ent/dialect"
	"github.com/pressly/goose/v3"

	"github.com/arpent/arpent/ent/migrate/migrations"
	"github.com/arpent/arpent/internal/fault"
)

const versionQuery = "SELECT COALESCE(MAX(version_id), 0) FROM goose_db_version WHERE is_applied"

// Loading fills an empty database with a dump, all or nothing: Commit it, or Abandon it.
type Loading struct {
	src   source
	pool  *sql.DB
	tx    *sql.Tx
	links []link
}

// link is a foreign key, which is taken away while rows come in any order.
type link struct{ table, name, definition string }

// ErrNotEmpty says that there is data already where a dump is to go.
var ErrNotEmpty = fault.New(fault.Conflict, fault.Text{
	EN: "The database is not empty. A backup is restored into an empty one only.",
	FR: "La base de données n’est pas vide. Une sauvegarde ne se restaure que dans une base vide.",
})

// KnowsVersion tells whether this program can make a schema of a version.
func KnowsVersion(rawURL string, version int) (bool, error) {
	src, err := parse(rawURL)
	if err != nil {
		return false, err
	}
	numbers, err := versions(src.dialect)
	return version > 0 && version <= len(numbers), err
}

// BeginLoading prepares an empty database for a dump that was made at a version of the schema.
func BeginLoading(ctx context.Context, rawURL string, version int) (_ *Loading, err error) {
	src, err := parse(rawURL)
	if err != nil {
		return nil, err
	}
	if src.dialect == dialect.SQLite {
		src.dsn = sqliteDSN(src.path, false)
	}
	l := &Loading{src: src}
	if l.pool, err = sql.Open(src.driver, src.dsn); err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if src.dialect == dialect.SQLite {
		l.pool.SetMaxOpenConns(1)
	}
	if err := l.refuseUnlessEmpty(ctx); err != nil {
		return nil, errors.Join(err, l.pool.Close())
	}
	if err := l.begin(ctx, version); err != nil {
		l.Abandon(context.WithoutCancel(ctx))
		return nil, err
	}
	return l, nil
}

func (l *Loading) refuseUnlessEmpty(ctx context.Context) error {
	names, err := l.tables(ctx)
	if err != nil {
		return fmt.Errorf("look at the database %s: %w", l.where(), err)
	}
	if len(names) > 0 {
		return ErrNotEmpty
	}
	return nil
}

func (l *Loading) where() string {
	if l.src.path != "" {
		return l.src.path
	}
	return redacted(l.src.dsn)
}

// tables are the names of all tables that are there.
func (l *Loading) tables(ctx context.Context) ([]string, error) {
	query := "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
	if l.src.dialect == dialect.Postgres {
		query = "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema()"
	}
	rows, err := l.pool.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}

func (l *Loading) begin(ctx context.Context, version int) error {
	if err := upTo(ctx, l.pool, l.src.dialect, version); err != nil {
		return err
	}
	tx, err := l.pool.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	l.tx = tx
	if err := l.clear(ctx); err != nil {
		return err
	}
	return l.unlink(ctx)
}

// upTo makes the schema of a version in an empty database.
func upTo(ctx context.Context, pool *sql.DB, name string, version int) error {
	steps, kind, err := migrationsOf(name)
	if err != nil {
		return err
	}
	numbers, err := versions(name)
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(kind, pool, steps)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if _, err := provider.UpTo(ctx, numbers[version-1]); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

// clear removes what migrations have written: the dump holds it.
func (l *Loading) clear(ctx context.Context) error {
	names, err := l.tablesIn(ctx)
	for _, name := range names {
		if _, err := l.tx.ExecContext(ctx, "DELETE FROM "+quoted(name)); err != nil { //nolint:gosec // a name of our schema
			return fmt.Errorf("clear %s: %w", name, err)
		}
	}
	return err
}

// tablesIn are our tables, by this transaction.
func (l *Loading) tablesIn(ctx context.Context) (names []string, err error) {
	for _, t := range Tables() {
		query := "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = $1"
		if l.src.dialect == dialect.Postgres {
			query = "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = $1"
		}
		var n int
		if err := l.tx.QueryRowContext(ctx, query, t.Name).Scan(&n); err != nil {
			return nil, fmt.Errorf("look for %s: %w", t.Name, err)
		}
		if n > 0 {
			names = append(names, t.Name)
		}
	}
	return names, nil
}

// unlink takes the foreign keys away, in the transaction, and remembers them. SQLite checks them at the end.
func (l *Loading) unlink(ctx context.Context) error {
	if l.src.dialect != dialect.Postgres {
		return nil
	}
	rows, err := l.tx.QueryContext(ctx, `SELECT c.relname::text, k.conname::text, pg_get_constraintdef(k.oid)
		FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE k.contype = 'f' AND n.nspname = current_schema()`)
	if err != nil {
		return fmt.Errorf("read the foreign keys: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var k link
		if err := rows.Scan(&k.table, &k.name, &k.definition); err != nil {
			return fmt.Errorf("read the foreign keys: %w", err)
		}
		l.links = append(l.links, k)
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read the foreign keys: %w", err)
	}
	for _, k := range l.links {
		if _, err := l.tx.ExecContext(ctx, "ALTER TABLE "+quoted(k.table)+" DROP CONSTRAINT "+quoted(k.name)); err != nil {
			return fmt.Errorf("take %s away: %w", k.name, err)
		}
	}
	return nil
}

// Load writes the rows of a part, and returns how many they were.
func (l *Loading) Load(ctx context.Context, t Table, part io.Reader) (rows int, err error) {
	decoder := json.NewDecoder(part)
	decoder.UseNumber()
	batch := make([]any, 0, batchValues)
	for {
		var line []json.RawMessage
		err := decoder.Decode(&line)
		ended := errors.Is(err, io.EOF)
		if err != nil && !ended {
			return rows, fmt.Errorf("row %d of %s: %w", rows+1, t.Name, err)
		}
		if ended || len(batch)+len(t.Columns) > batchValues {
			if err := l.insert(ctx, t, batch); err != nil {
				return rows, fmt.Errorf("write %s: %w", t.Name, err)
			}
			batch = batch[:0]
		}
		if ended {
			return rows, nil
		}
		if batch, err = appendValues(batch, t.Columns, line); err != nil {
			return rows, fmt.Errorf("row %d of %s: %w", rows+1, t.Name, err)
		}
		rows++
	}
}

// batchValues is how many values one statement writes at most; both databases take more.
const batchValues = 2000

func appendValues(batch []any, columns []Column, line []json.RawMessage) ([]any, error) {
	if len(line) != len(columns) {
		return nil, fmt.Errorf("%d values for %d columns", len(line), len(columns))
	}
	for i, c := range columns {
		value, err := native(c.Kind, line[i])
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", c.Name, err)
		}
		batch = append(batch, value)
	}
	return batch, nil
}

// native is the other way round of portable: what ent itself would give the driver.
func native(kind Kind, text json.RawMessage) (any, error) {
	if bytes.Equal(text, []byte("null")) {
		return nil, nil
	}
	switch kind {
	case JSON:
		return []byte(text), nil
	case Int:
		return strconv.ParseInt(string(text), 10, 64)
	case Float:
		return strconv.ParseFloat(string(text), 64)
	case Bool:
		return strconv.ParseBool(string(text))
	}
	var value string
	if err := json.Unmarshal(text, &value); err != nil {
		return nil, err
	}
	switch kind {
	case Time:
		return time.Parse(time.RFC3339Nano, value)
	case Bytes:
		return base64.StdEncoding.DecodeString(value)
	}
	return value, nil
}

func (l *Loading) insert(ctx context.Context, t Table, values []any) error {
	if len(values) == 0 {
		return nil
	}
	var text strings.Builder
	text.WriteString("INSERT INTO " + quoted(t.Name) + " (" + columnList(t) + ") VALUES ")
	for i := range values {
		switch {
		case i == 0:
			text.WriteString("(")
		case i%len(t.Columns) == 0:
			text.WriteString("), (")
		default:
			text.WriteString(", ")
		}
		text.WriteString("$" + strconv.Itoa(i+1))
	}
	text.WriteString(")")
	_, err := l.tx.ExecContext(ctx, text.String(), values...)
	return err
}

// Commit makes what was loaded the database, once every row's references are there, and migrates it to this
// program's version.
func (l *Loading) Commit(ctx context.Context) error {
	for _, k := range l.links {
		if _, err := l.tx.ExecContext(ctx, "ALTER TABLE "+quoted(k.table)+" ADD CONSTRAINT "+quoted(k.name)+" "+k.definition); err != nil {
			return fmt.Errorf("check %s: %w", k.name, err)
		}
	}
	if l.src.dialect == dialect.SQLite {
		if err := checkForeignKeys(ctx, l.tx); err != nil {
			return err
		}
	}
	if err := l.tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	l.tx = nil
	return l.pool.Close()
}

// Abandon leaves the database as empty as it was.
func (l *Loading) Abandon(ctx context.Context) {
	if l.tx != nil {
		_ = l.tx.Rollback() // what cannot be rolled back is dropped below
	}
	names, _ := l.tables(ctx) // there was none of them before
	for _, name := range names {
		drop := "DROP TABLE IF EXISTS " + quoted(name) //nolint:gosec // the names are those of the tables that are there
		if l.src.dialect == dialect.Postgres {
			drop += " CASCADE"
		}
		_, _ = l.pool.ExecContext(ctx, drop)
	}
	_ = l.pool.Close()
}

// versions are the numbers of all migrations of a dialect, in order. The dialects have the same migrations; their
// numbers may differ by a second.
func versions(name string) ([]int64, error) {
	files, err := migrations.Files.ReadDir(folderOf(name))
	if err != nil {
		return nil, fmt.Errorf("migrations: %w", err)
	}
	var numbers []int64
	for _, file := range files {
		if !strings.HasSuffix(file.Name(), ".sql") {
			continue
		}
		number, err := goose.NumericComponent(file.Name())
		if err != nil {
			return nil, fmt.Errorf("migration %s: %w", file.Name(), err)
		}
		numbers = append(numbers, number)
	}
	slices.Sort(numbers)
	return numbers, nil
}
