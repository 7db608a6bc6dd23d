//go:build !race

package database_test

import (
	"database/sql"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/pressly/goose/v3"
	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent/migrate/migrations"
	"github.com/arpent/arpent/internal/apptest/servers"
	"github.com/arpent/arpent/internal/database"
)

// dropped are the tables that a later migration removed on purpose.
var dropped = []string{}

// From every schema that ever landed, with rows in every table of it, the database comes to this program's schema
// without the loss of a row.
func TestEveryLandedSchemaUpgradesWithItsRows(t *testing.T) {
	t.Parallel()
	for _, k := range []kind{postgres, sqlite} {
		for _, version := range k.versions(t) {
			t.Run(fmt.Sprint(k.folder, "/", version), func(t *testing.T) {
				t.Parallel()
				s := k.at(t, version)
				s.fill()
				before := s.ids()
				require.Greater(t, len(before), 20, "tables")
				require.NoError(t, database.Migrate(t.Context(), s.url), "again is nothing")
				after := s.ids()
				for table, ids := range before {
					require.Len(t, ids, 2, table)
					if !slices.Contains(dropped, table) {
						require.Equal(t, ids, after[table], "rows of %s", table)
					}
				}
				s.requireReferences()
			})
		}
	}
}

// kind is a kind of database.
type kind struct {
	folder, driver          string
	dialect                 goose.Dialect
	tables, columns, parent string // queries of its catalog; columns and parent take a table
}

var postgres = kind{
	folder: "postgres", driver: "postgres", dialect: goose.DialectPostgres,
	tables:  `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_name NOT LIKE 'goose%'`,
	columns: `SELECT column_name, data_type, is_nullable = 'YES' FROM information_schema.columns WHERE table_schema = 'public' AND table_name = $1`,
	parent: `SELECT a.attname, c.confrelid::regclass::text FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
		WHERE c.contype = 'f' AND c.conrelid = CAST($1 AS regclass)`,
}

var sqlite = kind{
	folder: "sqlite", driver: "sqlite", dialect: goose.DialectSQLite3,
	tables:  `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'goose%' AND name NOT LIKE 'sqlite%'`,
	columns: `SELECT name, type, "notnull" = 0 FROM pragma_table_info($1)`,
	parent:  `SELECT "from", "table" FROM pragma_foreign_key_list($1)`,
}

// versions are those of the migrations, the oldest first.
func (k kind) versions(t *testing.T) (versions []int64) {
	t.Helper()
	names, err := fs.Glob(migrations.Files, k.folder+"/*.sql")
	require.NoError(t, err)
	for _, name := range names {
		number, _, _ := strings.Cut(path.Base(name), "_")
		version, err := strconv.ParseInt(number, 10, 64)
		require.NoError(t, err)
		versions = append(versions, version)
	}
	require.NotEmpty(t, versions)
	return versions
}

// stored is a database of some version.
type stored struct {
	kind
	t    *testing.T
	url  string
	pool *sql.DB
}

func (k kind) at(t *testing.T, version int64) stored {
	t.Helper()
	s := stored{kind: k, t: t}
	file := path.Join(t.TempDir(), "arpent.db")
	dsn := "file:" + file + "?_time_format=sqlite"
	s.url = "sqlite:" + file
	if k.folder == "postgres" {
		s.url = servers.Postgres(t)
		dsn = s.url
	}
	var err error
	s.pool, err = sql.Open(k.driver, dsn)
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.pool.Close() })
	s.pool.SetMaxOpenConns(1)
	files, err := fs.Sub(migrations.Files, k.folder)
	require.NoError(t, err)
	provider, err := goose.NewProvider(k.dialect, s.pool, files)
	require.NoError(t, err)
	_, err = provider.UpTo(t.Context(), version)
	require.NoError(t, err)
	return s
}

// column is one of a table; parent is the table that it refers to, if any.
type column struct {
	name, kind, parent string
	null               bool
}

func (s stored) names() (names []string) {
	s.t.Helper()
	s.each(func(rows *sql.Rows) {
		var name string
		require.NoError(s.t, rows.Scan(&name))
		names = append(names, name)
	}, s.tables)
	return names
}

func (s stored) columnsOf(table string) (columns []column) {
	s.t.Helper()
	parents := map[string]string{}
	s.each(func(rows *sql.Rows) {
		var name, parent string
		require.NoError(s.t, rows.Scan(&name, &parent))
		parents[name] = parent
	}, s.parent, table)
	s.each(func(rows *sql.Rows) {
		var c column
		require.NoError(s.t, rows.Scan(&c.name, &c.kind, &c.null))
		c.parent = parents[c.name]
		columns = append(columns, c)
	}, s.columns, table)
	return columns
}

// each reads every row of a query.
func (s stored) each(read func(*sql.Rows), query string, args ...any) {
	s.t.Helper()
	rows, err := s.pool.QueryContext(s.t.Context(), query, args...)
	require.NoError(s.t, err)
	defer rows.Close()
	for rows.Next() {
		read(rows)
	}
	require.NoError(s.t, rows.Err())
}

// fill writes two rows into every table: first with what they must have, parents before children; then all else.
func (s stored) fill() {
	s.t.Helper()
	columns := map[string][]column{}
	for _, table := range s.names() {
		columns[table] = s.columnsOf(table)
	}
	done := map[string]bool{}
	for len(done) < len(columns) {
		before := len(done)
		for table, list := range columns {
			waits := slices.ContainsFunc(list, func(c column) bool { return c.parent != "" && !c.null && c.parent != table && !done[c.parent] })
			if !done[table] && !waits {
				s.insert(table, list)
				done[table] = true
			}
		}
		require.Greater(s.t, len(done), before, "tables that need each other")
	}
	for table, list := range columns {
		for _, c := range list {
			if c.null {
				s.complete(table, c)
			}
		}
	}
}

func (s stored) insert(table string, columns []column) {
	s.t.Helper()
	for row := range 2 {
		var names, places []string
		var values []any
		for _, c := range columns {
			if !c.null {
				values = append(values, value(table, c, row))
				names, places = append(names, `"`+c.name+`"`), append(places, fmt.Sprintf("$%d", len(values)))
			}
		}
		_, err := s.pool.ExecContext(s.t.Context(), fmt.Sprintf(`INSERT INTO "%s" (%s) VALUES (%s)`, table, strings.Join(names, ", "), strings.Join(places, ", ")), values...)
		require.NoError(s.t, err, table)
	}
}

// complete gives a column that may be empty its values.
func (s stored) complete(table string, c column) {
	s.t.Helper()
	for row := range 2 {
		_, err := s.pool.ExecContext(s.t.Context(), fmt.Sprintf(`UPDATE "%s" SET "%s" = $1 WHERE id = $2`, table, c.name), value(table, c, row), rowID(table, row))
		require.NoError(s.t, err, "%s.%s", table, c.name)
	}
}

func rowID(table string, row int) string { return fmt.Sprintf("%s-%d", table, row) }

// value is one of a column's kind, another in each row.
func value(table string, c column, row int) any {
	kind := strings.ToLower(c.kind)
	switch {
	case c.parent != "":
		return rowID(c.parent, row)
	case c.name == "id":
		return rowID(table, row)
	case strings.HasPrefix(kind, "json"):
		return "{}"
	case strings.HasPrefix(kind, "bool"):
		return row == 0
	case strings.Contains(kind, "int"):
		return row + 1
	case strings.Contains(kind, "double"), strings.Contains(kind, "real"), strings.Contains(kind, "numeric"), strings.Contains(kind, "decimal"):
		return float64(row) + 0.5
	case strings.Contains(kind, "time"), strings.Contains(kind, "date"):
		return fmt.Sprintf("2026-01-0%d 10:00:00+00:00", row+1)
	case kind == "blob", kind == "bytea":
		return []byte{byte(row), 0xff}
	}
	return fmt.Sprintf("%s %d", c.name, row)
}

// ids are the rows of every table.
func (s stored) ids() map[string][]string {
	s.t.Helper()
	found := map[string][]string{}
	for _, table := range s.names() {
		s.each(func(rows *sql.Rows) {
			var id string
			require.NoError(s.t, rows.Scan(&id))
			found[table] = append(found[table], id)
		}, fmt.Sprintf(`SELECT id FROM "%s" ORDER BY id`, table))
	}
	return found
}

// requireReferences proves that every row refers to one that is there, whatever the database checks by itself.
func (s stored) requireReferences() {
	s.t.Helper()
	for _, table := range s.names() {
		for _, c := range s.columnsOf(table) {
			if c.parent == "" {
				continue
			}
			var lost int
			query := fmt.Sprintf(`SELECT count(*) FROM "%[1]s" WHERE "%[2]s" IS NOT NULL AND "%[2]s" NOT IN (SELECT id FROM "%[3]s")`, table, c.name, c.parent)
			require.NoError(s.t, s.pool.QueryRowContext(s.t.Context(), query).Scan(&lost))
			require.Zero(s.t, lost, "%s.%s", table, c.name)
		}
	}
}
