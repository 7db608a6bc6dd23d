package database_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/organization"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/database/databasetest"
	"github.com/arpent/arpent/internal/fault"
)

var errRefused = errors.New("refused")

// rename changes the names of the organizations with a code, and tells how many there were as far as it is known.
func rename(ctx context.Context, client *ent.Client, code, name string) (int, error) {
	return client.Organization.Update().Where(organization.Code(code)).SetName(name).Save(ctx)
}

// nameOf is the name that everybody sees.
func nameOf(t *testing.T, db *database.DB, code string) string {
	t.Helper()
	return db.Client(system()).Organization.Query().Where(organization.Code(code)).OnlyX(system()).Name
}

func TestWritesThatMayWaitAreOneStatement(t *testing.T) {
	t.Parallel()
	db := databasetest.Postgres(t)
	require.NoError(t, add(system(), db.Client(system()), "A"))
	ctx, count := database.Counted(system())
	require.NoError(t, db.LazyTx(ctx, func(ctx context.Context, client *ent.Client) error {
		n, err := rename(database.Certain(ctx, errRefused), client, "A", "Ada's $1")
		require.NoError(t, err)
		require.Equal(t, 1, n)
		require.NoError(t, add(database.Apart(ctx), client, "B"))
		require.Zero(t, count(), "nothing is sent before the end")
		return add(database.Apart(ctx), client, "C")
	}))
	require.Equal(t, 1, count(), "and then one statement, without BEGIN and COMMIT")
	require.Equal(t, "Ada's $1", nameOf(t, db, "A"))
	require.True(t, has(t, db, "B"))
	require.True(t, has(t, db, "C"))
}

func TestWhatIsNotCertainUndoesTheOthers(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		for name, others := range map[string][]string{"alone": nil, "first": {"B"}, "among others": {"C", "D"}} {
			err := db.LazyTx(system(), func(ctx context.Context, client *ent.Client) error {
				for _, code := range others {
					require.NoError(t, add(database.Apart(ctx), client, code)) // so that they are one statement
				}
				n, err := rename(database.Certain(ctx, errRefused), client, "none", "x")
				if err == nil && n == 0 {
					return errRefused
				}
				return err
			})
			require.ErrorIs(t, err, errRefused, name)
			for _, code := range others {
				require.False(t, has(t, db, code), name)
			}
		}
		requireUsable(t, db)
	})
}

func TestALazyTransactionSeesWhatItWrote(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		require.NoError(t, db.LazyTx(system(), func(ctx context.Context, client *ent.Client) error {
			require.NoError(t, add(database.Later(ctx), client, "A"))
			found := client.Organization.Query().Where(organization.Code("A")).OnlyX(ctx)
			require.False(t, has(t, db, "A"), "nobody else sees it yet")
			require.NoError(t, add(database.Later(ctx), client, "B"))
			_, err := rename(database.Later(ctx), client, "B", "Bob") // the same table: not in one statement with what it changes
			require.NoError(t, err)
			return found.Update().SetName("Ada").Exec(ctx)
		}))
		require.Equal(t, "Ada", nameOf(t, db, "A"))
		require.Equal(t, "Bob", nameOf(t, db, "B"))
	})
}

func TestALazyTransactionRollsBackAllOfIt(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		for _, eager := range []bool{false, true} {
			err := db.LazyTx(system(), func(ctx context.Context, client *ent.Client) error {
				require.NoError(t, add(database.Later(ctx), client, "A"))
				if eager {
					require.NoError(t, add(ctx, client, "B"))
				}
				return errHalfway
			})
			require.ErrorIs(t, err, errHalfway)
			require.False(t, has(t, db, "A"))
			require.False(t, has(t, db, "B"))
		}
		requireUsable(t, db)
	})
}

func TestWhatWaitedIsRefusedAtTheEnd(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		require.NoError(t, add(system(), db.Client(system()), "A"))
		rang := false
		err := db.LazyTx(system(), func(ctx context.Context, client *ent.Client) error {
			database.AfterCommit(ctx, func() { rang = true })
			if err := add(database.Later(ctx), client, "B"); err != nil {
				return err
			}
			return add(database.Later(ctx), client, "A")
		})
		require.True(t, database.IsTaken(err), err)
		require.True(t, fault.Is(err, fault.Conflict), err)
		require.False(t, has(t, db, "B"))
		require.False(t, rang)
		requireUsable(t, db)
	})
}

// free tells whether somebody else could lock an organization now.
func free(t *testing.T, db *database.DB, code string) bool {
	t.Helper()
	found, err := db.SQL().Query(`SELECT 1 FROM organizations WHERE code = $1 FOR UPDATE SKIP LOCKED`, code)
	require.NoError(t, err)
	defer func() { require.NoError(t, found.Close()) }()
	defer func() { require.NoError(t, found.Err()) }()
	return found.Next()
}

func TestALockBeginsALazyTransaction(t *testing.T) {
	t.Parallel()
	db := databasetest.Postgres(t)
	require.NoError(t, add(system(), db.Client(system()), "A"))
	ctx, count := database.Counted(system())
	require.NoError(t, db.LazyTx(ctx, func(ctx context.Context, client *ent.Client) error {
		client.Organization.Query().OnlyX(ctx)
		require.Equal(t, 1, count(), "who reads needs no transaction")
		client.Organization.Query().ForUpdate().OnlyX(ctx)
		require.False(t, free(t, db, "A"), "nobody else may write it")
		require.NoError(t, add(database.Later(ctx), client, "B"))
		return nil
	}))
	require.Equal(t, 3, count())
	require.True(t, free(t, db, "A"))
	require.True(t, has(t, db, "B"))
}
