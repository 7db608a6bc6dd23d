package database_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/organization"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/database/databasetest"
	"github.com/arpent/arpent/internal/fault"
)

var errHalfway = errors.New("halfway")

func system() context.Context { return access.As(context.Background(), "test") }

// add writes one row.
func add(ctx context.Context, client *ent.Client, code string) error {
	return client.Organization.Create().SetName(code).SetCode(code).Exec(ctx)
}

// has tells whether a row is there for everybody: outside of any transaction.
func has(t *testing.T, db *database.DB, code string) bool {
	t.Helper()
	found, err := db.Client(system()).Organization.Query().Where(organization.Code(code)).Exist(system())
	require.NoError(t, err)
	return found
}

func TestTxCommitsWhatSucceeds(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		require.NoError(t, db.Tx(system(), func(ctx context.Context, client *ent.Client) error {
			require.True(t, database.InTx(ctx))
			require.NoError(t, add(ctx, client, "A"))
			require.False(t, has(t, db, "A"), "nobody else sees it yet")
			return add(ctx, db.Client(ctx), "B")
		}))
		require.True(t, has(t, db, "A"))
		require.True(t, has(t, db, "B"))
		require.False(t, database.InTx(system()))
	})
}

func TestTxRollsBackWhatFails(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		err := db.Tx(system(), func(ctx context.Context, client *ent.Client) error {
			require.NoError(t, add(ctx, client, "A"))
			return errHalfway
		})
		require.ErrorIs(t, err, errHalfway)
		require.False(t, has(t, db, "A"))
		requireUsable(t, db)
	})
}

func TestTxRollsBackWhatPanics(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		require.PanicsWithValue(t, "halfway", func() {
			_ = db.Tx(system(), func(ctx context.Context, client *ent.Client) error {
				require.NoError(t, add(ctx, client, "A"))
				panic("halfway")
			})
		})
		require.False(t, has(t, db, "A"))
		requireUsable(t, db)
	})
}

// requireUsable proves that a transaction that failed has let go of its connection and of its turn to write.
func requireUsable(t *testing.T, db *database.DB) {
	t.Helper()
	require.NoError(t, db.Tx(system(), func(ctx context.Context, client *ent.Client) error { return add(ctx, client, "LATER") }))
	require.True(t, has(t, db, "LATER"))
}

func TestTxJoinsTheOneThatIsOpen(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		err := db.Tx(system(), func(ctx context.Context, outer *ent.Client) error {
			require.NoError(t, db.Tx(ctx, func(ctx context.Context, inner *ent.Client) error {
				require.Same(t, outer, inner)
				return add(ctx, inner, "INNER")
			}))
			require.False(t, has(t, db, "INNER"), "the inner one must not commit")
			return errHalfway
		})
		require.ErrorIs(t, err, errHalfway)
		require.False(t, has(t, db, "INNER"))
	})
}

func TestAfterCommitRingsInOrderOnceAllIsThere(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		var rung []string
		ring := func(ctx context.Context, name string) {
			database.AfterCommit(ctx, func() {
				require.True(t, has(t, db, "A"), "it rang before the commit")
				rung = append(rung, name)
			})
		}
		require.NoError(t, db.Tx(system(), func(ctx context.Context, client *ent.Client) error {
			ring(ctx, "first")
			require.NoError(t, db.Tx(ctx, func(ctx context.Context, _ *ent.Client) error { ring(ctx, "second"); return nil }))
			require.NoError(t, add(ctx, client, "A"))
			ring(ctx, "third")
			require.Empty(t, rung)
			return nil
		}))
		require.Equal(t, []string{"first", "second", "third"}, rung)
		ring(system(), "at once")
		require.Len(t, rung, 4)
	})
}

func TestAfterCommitIsSilentOnRollBack(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		deaf := func(ctx context.Context) { database.AfterCommit(ctx, func() { t.Error("it rang") }) }
		require.Error(t, db.Tx(system(), func(ctx context.Context, _ *ent.Client) error { deaf(ctx); return errHalfway }))
		require.Panics(t, func() {
			_ = db.Tx(system(), func(ctx context.Context, _ *ent.Client) error { deaf(ctx); panic("halfway") })
		})
	})
}

func TestDetachLeavesTheTransaction(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		ctx, cancel := context.WithCancel(system())
		var later context.Context
		require.Error(t, db.Tx(ctx, func(ctx context.Context, _ *ent.Client) error {
			later = database.Detach(ctx)
			require.False(t, database.InTx(later))
			return errHalfway
		}))
		cancel()
		require.NoError(t, later.Err(), "it outlives its caller")
		require.Equal(t, "system:test", access.FromContext(later).ID)
		require.NoError(t, db.Tx(later, func(ctx context.Context, client *ent.Client) error { return add(ctx, client, "A") }))
		require.True(t, has(t, db, "A"))
	})
}

func TestRefusalsOfTheDatabaseBecomeFaults(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		require.NoError(t, add(system(), db.Client(system()), "A"))
		nobody := access.NewContext(context.Background(), access.Nobody())
		for name, c := range map[string]struct {
			code fault.Code
			who  context.Context
			work func(ctx context.Context, client *ent.Client) error
		}{
			"not found": {fault.NotFound, system(), func(ctx context.Context, client *ent.Client) error {
				_, err := client.Organization.Get(ctx, "org_none")
				return err
			}},
			"taken":  {fault.Conflict, system(), func(ctx context.Context, client *ent.Client) error { return add(ctx, client, "A") }},
			"denied": {fault.Denied, nobody, func(ctx context.Context, client *ent.Client) error { return add(ctx, client, "B") }},
			"hidden": {fault.Denied, nobody, func(ctx context.Context, client *ent.Client) error {
				_, err := client.Organization.Query().All(ctx)
				return err
			}},
			"wrong": {fault.Invalid, system(), func(ctx context.Context, client *ent.Client) error { return add(ctx, client, "") }},
			"no parent": {fault.Invalid, system(), func(ctx context.Context, client *ent.Client) error {
				return client.Project.Create().SetAcronym("X1").SetName("x").SetOrganizationID("org_none").Exec(ctx)
			}},
			"late": {fault.Unavailable, system(), func(context.Context, *ent.Client) error { return context.DeadlineExceeded }},
		} {
			err := db.Tx(c.who, c.work)
			require.Equal(t, c.code, fault.CodeOf(err), "%s: %v", name, err)
			list, _ := fault.AsList(err)
			require.NotContains(t, list[0].Message("en")+list[0].Message("fr"), "organizations", name)
			require.Equal(t, name == "taken", database.IsTaken(err), name)
		}
	})
}

func TestFaultLeavesFaultsAndCancelsAsTheyAre(t *testing.T) {
	t.Parallel()
	require.NoError(t, database.Fault(nil))
	require.Equal(t, context.Canceled, database.Fault(context.Canceled))
	require.Equal(t, errHalfway, database.Fault(errHalfway))
	own := fault.New(fault.Limited, fault.Text{EN: "enough", FR: "assez"}).Because(context.DeadlineExceeded)
	require.Equal(t, error(own), database.Fault(own))
}
