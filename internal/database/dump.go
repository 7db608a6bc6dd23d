package database

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql/schema"
	"entgo.io/ent/schema/field"

	"github.com/arpent/arpent/ent/migrate"
)

// Column is a column of a dump, with a kind that both databases have.
type Column struct {
	Name string `json:"name"`
	Kind Kind   `json:"kind"`
}

// Kind is what a column holds.
type Kind string

// The kinds, and how a dump writes them: a JSON value, base64 for bytes, RFC 3339 for times.
const (
	Text  Kind = "text"
	Int   Kind = "int"
	Float Kind = "float"
	Bool  Kind = "bool"
	Time  Kind = "time"
	Bytes Kind = "bytes"
	JSON  Kind = "json"
)

// Table is a table of a dump.
type Table struct {
	Name    string   `json:"name"`
	Columns []Column `json:"columns"`
	key     string
}

// Tables lists the tables of this program's schema.
func Tables() []Table {
	tables := make([]Table, len(migrate.Tables))
	for i, t := range migrate.Tables {
		tables[i] = Table{Name: t.Name, Columns: make([]Column, len(t.Columns)), key: t.PrimaryKey[0].Name}
		for j, c := range t.Columns {
			tables[i].Columns[j] = Column{c.Name, kindOfColumn(c)}
		}
	}
	return tables
}

func kindOfColumn(c *schema.Column) Kind {
	switch {
	case c.Type == field.TypeBool:
		return Bool
	case c.Type == field.TypeTime:
		return Time
	case c.Type == field.TypeJSON:
		return JSON
	case c.Type == field.TypeBytes:
		return Bytes
	case c.Type.Float():
		return Float
	case c.Type.Integer():
		return Int
	}
	return Text
}

// Snapshot is a database as it was at one moment. Close it.
type Snapshot struct {
	pool    *sql.DB
	tx      *sql.Tx
	dialect string
	Version int // of the schema: how many migrations have made it, which is the same on both databases
}

// OpenSnapshot opens a database to read it as it is now, whatever is written meanwhile; it keeps nobody from writing.
func OpenSnapshot(ctx context.Context, rawURL string) (_ *Snapshot, err error) {
	src, err := parse(rawURL)
	if err != nil {
		return nil, err
	}
	if src.dialect == dialect.SQLite {
		src.dsn = strings.Replace(src.dsn, "_txlock=immediate", "_txlock=deferred&mode=ro", 1)
	}
	pool, err := sql.Open(src.driver, src.dsn)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	s := &Snapshot{pool: pool, dialect: src.dialect}
	if err := s.begin(ctx); err != nil {
		s.Close()
		return nil, fmt.Errorf("read the database %s: %w", redacted(rawURL), err)
	}
	return s, nil
}

// begin begins the transaction. On SQLite its first statement makes the snapshot.
func (s *Snapshot) begin(ctx context.Context) (err error) {
	options := &sql.TxOptions{ReadOnly: true}
	if s.dialect == dialect.Postgres {
		options.Isolation = sql.LevelRepeatableRead
	}
	if s.tx, err = s.pool.BeginTx(ctx, options); err != nil {
		return err
	}
	var last int64
	if err := s.tx.QueryRowContext(ctx, versionQuery).Scan(&last); err != nil {
		return err
	}
	numbers, err := versions(s.dialect)
	if err != nil {
		return err
	}
	if s.Version = slices.Index(numbers, last) + 1; s.Version == 0 {
		return fmt.Errorf("it is at migration %d, which this program does not know", last)
	}
	return nil
}

// Close ends the snapshot.
func (s *Snapshot) Close() {
	if s.tx != nil {
		_ = s.tx.Rollback() // it wrote nothing
	}
	_ = s.pool.Close()
}

// Dialect is ent's name of the dialect.
func (s *Snapshot) Dialect() string { return s.dialect }

// partSize is how many bytes of rows make a part. A part is larger when one row is.
const partSize = 4 << 20

// Dump hands out the rows of a table in parts, in the order of their ids: a JSON array a line. The part is good until
// emit returns.
func (s *Snapshot) Dump(ctx context.Context, t Table, emit func(part []byte, rows int) error) error {
	rows, err := s.tx.QueryContext(ctx, "SELECT "+columnList(t)+" FROM "+quoted(t.Name)+" ORDER BY "+quoted(t.key)) //nolint:gosec // the names are those of our schema
	if err != nil {
		return fmt.Errorf("read %s: %w", t.Name, err)
	}
	defer rows.Close()
	var part bytes.Buffer
	count := 0
	for rows.Next() {
		if err := appendRow(&part, rows, t.Columns); err != nil {
			return fmt.Errorf("read %s: %w", t.Name, err)
		}
		if count++; part.Len() < partSize {
			continue
		}
		if err := emit(part.Bytes(), count); err != nil {
			return err
		}
		part.Reset()
		count = 0
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read %s: %w", t.Name, err)
	}
	if count == 0 {
		return nil
	}
	return emit(part.Bytes(), count)
}

func columnList(t Table) string {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = quoted(c.Name)
	}
	return strings.Join(names, ", ")
}

// quoted is a name of ours, which holds nothing that would have to be escaped.
func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func appendRow(to *bytes.Buffer, rows *sql.Rows, columns []Column) error {
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	if err := rows.Scan(into...); err != nil {
		return err
	}
	for i, c := range columns {
		portable, err := portable(c.Kind, values[i])
		if err != nil {
			return fmt.Errorf("column %s: %w", c.Name, err)
		}
		values[i] = portable
	}
	line, err := json.Marshal(values)
	if err != nil {
		return err
	}
	to.Write(line)
	to.WriteByte('\n')
	return nil
}

// portable turns what a driver gives into what a dump says. The drivers differ in what they give for one kind.
func portable(kind Kind, value any) (any, error) {
	if raw, ok := value.([]byte); ok && kind != Bytes {
		value = string(raw)
	}
	switch v := value.(type) {
	case nil:
		return nil, nil
	case []byte:
		return base64.StdEncoding.EncodeToString(v), nil
	case time.Time:
		return v.UTC().Truncate(time.Microsecond).Format(time.RFC3339Nano), nil
	case int64:
		if kind == Bool {
			return v != 0, nil
		}
		return v, nil
	case string:
		switch kind {
		case JSON:
			return json.RawMessage(v), nil
		case Bytes:
			return base64.StdEncoding.EncodeToString([]byte(v)), nil
		case Text:
			return v, nil
		}
	case bool, float64:
		return v, nil
	}
	return nil, fmt.Errorf("a %s cannot be %T", kind, value)
}
