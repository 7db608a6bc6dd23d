package database_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/database/databasetest"
)

func TestStatementsAreCounted(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		ctx, count := database.Counted(access.As(context.Background(), "test"))
		require.NoError(t, db.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
			return client.Organization.Create().SetName("One").SetCode("ONE").Exec(ctx)
		}))
		require.Equal(t, 1, count())
		_, err := db.Client(ctx).Organization.Query().WithProjects().All(ctx)
		require.NoError(t, err)
		require.Equal(t, 3, count(), "the organizations and their projects")
		_, err = db.Client(ctx).Organization.Query().Count(access.As(context.Background(), "test"))
		require.NoError(t, err)
		require.Equal(t, 3, count(), "others' statements are not counted")
	})
}

func TestAnEntityOutlivesTheTransactionThatMadeIt(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := access.As(context.Background(), "test")
		var made *ent.Organization
		require.NoError(t, db.Tx(ctx, func(ctx context.Context, client *ent.Client) (err error) {
			made, err = client.Organization.Create().SetName("One").SetCode("ONE").Save(ctx)
			return err
		}))
		_, err := made.QueryProjects().All(ctx)
		require.NoError(t, err)
	})
}
