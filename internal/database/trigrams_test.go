package database_test

import (
	"context"
	"database/sql"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/database/databasetest"
)

// A role that owns its database, but may not add extensions to it, is migrated all the same. Once somebody else has added the extension, the
// next start makes the index.
func TestPartsOfNamesAreFoundWhereThatCanBe(t *testing.T) {
	t.Parallel()
	address := databasetest.PostgresURL(t)
	db, err := database.Open(context.Background(), address)
	require.NoError(t, err)
	defer db.Close()
	finds := func() bool {
		t.Helper()
		found, err := db.FindsParts(context.Background())
		require.NoError(t, err)
		return found
	}
	require.True(t, finds())

	tell(t, db.SQL(), `DROP EXTENSION pg_trgm CASCADE`, `CREATE SCHEMA elsewhere`)
	require.False(t, finds())
	// The extension is where it is not looked for, which is as good as none; a role without the right can not be had without its password.
	tell(t, db.SQL(), `CREATE EXTENSION pg_trgm SCHEMA elsewhere`)
	require.NoError(t, database.Migrate(context.Background(), address))
	require.False(t, finds())

	tell(t, db.SQL(), `ALTER EXTENSION pg_trgm SET SCHEMA public`)
	require.NoError(t, database.Migrate(context.Background(), address))
	require.True(t, finds())
	require.NoError(t, database.Migrate(context.Background(), address), "again")
}

// Who may use the database and not create in it can not add the extension: that is no reason not to start.
func TestWhoMayNotAddAnExtensionStarts(t *testing.T) {
	t.Parallel()
	address := databasetest.PostgresURL(t)
	db, err := database.Open(context.Background(), address)
	require.NoError(t, err)
	defer db.Close()
	var name string
	require.NoError(t, db.SQL().QueryRow(`SELECT current_database()`).Scan(&name))
	role := "poor_" + name
	tell(t, db.SQL(), `DROP EXTENSION pg_trgm CASCADE`, `CREATE ROLE "`+role+`" LOGIN PASSWORD 'poor'`)
	defer tell(t, db.SQL(), `REASSIGN OWNED BY "`+role+`" TO CURRENT_USER`, `DROP OWNED BY "`+role+`"`, `DROP ROLE "`+role+`"`)
	tell(t, db.SQL(), `ALTER TABLE servers OWNER TO "`+role+`"`, `GRANT ALL ON ALL TABLES IN SCHEMA public TO "`+role+`"`, `GRANT ALL ON SCHEMA public TO "`+role+`"`)
	u, err := url.Parse(address)
	require.NoError(t, err)
	u.User = url.UserPassword(role, "poor")
	require.NoError(t, database.Migrate(context.Background(), u.String()))
	found, err := db.FindsParts(context.Background())
	require.NoError(t, err)
	require.False(t, found)
}

func tell(t *testing.T, pool *sql.DB, statements ...string) {
	t.Helper()
	for _, statement := range statements {
		_, err := pool.Exec(statement)
		require.NoError(t, err, statement)
	}
}
