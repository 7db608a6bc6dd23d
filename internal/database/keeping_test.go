package database_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/database/databasetest"
)

// onOne has all statements go through one connection.
func onOne(t *testing.T) *database.DB {
	t.Helper()
	db := databasetest.Postgres(t)
	db.SQL().SetMaxOpenConns(1)
	_, err := db.SQL().Exec(`CREATE TABLE things (id int PRIMARY KEY, word varchar(10))`)
	require.NoError(t, err)
	_, err = db.SQL().Exec(`INSERT INTO things VALUES ($1, $2)`, 1, "one")
	require.NoError(t, err)
	return db
}

func word(db *database.DB) (found string, err error) {
	err = db.SQL().QueryRow(`SELECT * FROM things WHERE id = $1`, 1).Scan(new(int), &found)
	return found, err
}

func TestStatementsStayPrepared(t *testing.T) {
	t.Parallel()
	db := onOne(t)
	for range 3 {
		found, err := word(db)
		require.NoError(t, err)
		require.Equal(t, "one", found)
	}
	var kept int
	require.NoError(t, db.SQL().QueryRow(`SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%FROM things%'`).Scan(&kept))
	require.Equal(t, 1, kept)
}

func TestOnlySoManyStatementsStayPrepared(t *testing.T) {
	t.Parallel()
	db := onOne(t)
	for i := range 300 {
		var found int
		require.NoError(t, db.SQL().QueryRow(fmt.Sprintf(`SELECT $1::int + %d`, i), i).Scan(&found))
		require.Equal(t, 2*i, found)
	}
	var kept int
	require.NoError(t, db.SQL().QueryRow(`SELECT count(*) FROM pg_prepared_statements`).Scan(&kept))
	require.Equal(t, 128, kept)
}

// A server goes on while another one, which is newer, changes the tables.
func TestAMigrationMayChangeWhatAKeptStatementReturns(t *testing.T) {
	t.Parallel()
	db := onOne(t)
	_, err := word(db)
	require.NoError(t, err)
	_, err = db.SQL().Exec(`ALTER TABLE things ALTER COLUMN word TYPE text`)
	require.NoError(t, err)
	found, err := word(db)
	require.NoError(t, err)
	require.Equal(t, "one", found)

	_, err = db.SQL().Exec(`ALTER TABLE things ALTER COLUMN word TYPE varchar(20)`)
	require.NoError(t, err)
	tx, err := db.SQL().BeginTx(t.Context(), nil)
	require.NoError(t, err)
	err = tx.QueryRow(`SELECT * FROM things WHERE id = $1`, 1).Scan(new(int), &found)
	require.Error(t, err, "what a transaction has done is not done again elsewhere")
	require.NoError(t, tx.Rollback())
	_, err = word(db)
	require.NoError(t, err, "the connection was given up")
}
