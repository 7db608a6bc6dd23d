package database_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/database/databasetest"
	"github.com/arpent/arpent/internal/fault"
)

// A disk that is full is nobody's wrong input, and says in both languages what to do.
func TestAFullDiskSaysSo(t *testing.T) {
	t.Parallel()
	db, ctx := databasetest.SQLite(t), system()
	connection, err := db.SQL().Conn(ctx)
	require.NoError(t, err)
	defer connection.Close()
	_, err = connection.ExecContext(ctx, "PRAGMA max_page_count = 1") // SQLite takes what is there for the least
	require.NoError(t, err)
	for err == nil {
		_, err = connection.ExecContext(ctx, "CREATE TABLE IF NOT EXISTS filler (text TEXT); ")
		if err == nil {
			_, err = connection.ExecContext(ctx, "INSERT INTO filler VALUES (?)", strings.Repeat("x", 1<<16))
		}
	}
	refused, ok := fault.As(database.Fault(err))
	require.True(t, ok, "%v", err)
	require.Equal(t, fault.Unavailable, refused.Code())
	require.Contains(t, refused.Message("fr"), "plein")
	refused, _ = fault.As(database.Fault(&pq.Error{Code: "53100"}))
	require.Contains(t, refused.Message("en"), "full")
}

// What PostgreSQL says when it goes away is as if it did not answer.
func TestAServerThatGoesAwayIsUnavailable(t *testing.T) {
	t.Parallel()
	for _, code := range []pqerror.Code{"57P01", "57P02", "57P03", "08006", "53300"} {
		require.Equal(t, fault.Unavailable, fault.CodeOf(database.Fault(&pq.Error{Code: code})), "%s", code)
	}
	require.NotEqual(t, fault.Unavailable, fault.CodeOf(database.Fault(errors.New("syntax"))))
	require.NotEqual(t, fault.Unavailable, fault.CodeOf(database.Fault(&pq.Error{Code: "42601"})))
}
