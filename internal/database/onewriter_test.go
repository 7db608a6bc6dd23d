package database

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	"github.com/stretchr/testify/require"
)

// A statement that writes and answers with rows once passed the line: it met SQLite's lock, and failed when a large import held it long.
func TestAWriteThatAnswersWithRowsWaitsForItsTurn(t *testing.T) {
	t.Parallel()
	pool, err := sql.Open("sqlite", sqliteDSN(filepath.Join(t.TempDir(), "one.db"), true))
	require.NoError(t, err)
	t.Cleanup(func() { _ = pool.Close() })
	_, err = pool.Exec("CREATE TABLE things (id integer PRIMARY KEY)")
	require.NoError(t, err)
	line := newOneWriter(entsql.OpenDB(dialect.SQLite, pool))
	const write = "INSERT INTO things DEFAULT VALUES RETURNING id"

	line.turn <- struct{}{} // somebody writes
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, line.Query(gone, write, []any{}, &entsql.Rows{}), context.Canceled)
	var read entsql.Rows
	require.NoError(t, line.Query(t.Context(), "SELECT id FROM things", []any{}, &read), "who reads does not wait")
	require.False(t, read.Next(), "nothing was written")
	require.NoError(t, read.Close())
	line.give()

	var rows entsql.Rows
	require.NoError(t, line.Query(t.Context(), write, []any{}, &rows))
	require.Len(t, line.turn, 1, "its rows are not closed yet")
	require.True(t, rows.Next())
	require.NoError(t, rows.Close())
	require.NoError(t, rows.Close())
	require.Empty(t, line.turn)
	require.Error(t, line.Query(t.Context(), "INSERT INTO nothing DEFAULT VALUES RETURNING id", []any{}, &entsql.Rows{}))
	require.Empty(t, line.turn, "what fails gives its turn back")
}
