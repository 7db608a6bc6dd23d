package database_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent/organization"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/database/databasetest"
)

func TestAnyOfFindsTheRowsThatAreNamed(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := access.As(t.Context(), "test")
		client := db.Client(ctx)
		for _, name := range []string{"One", `T"wo,`, "{Three}"} {
			client.Organization.Create().SetName(name).SetCode(name[:3]).SaveX(ctx)
		}
		find := func(names ...string) []string {
			return client.Organization.Query().Where(database.AnyOf(organization.FieldName, names)).
				Order(organization.ByName()).Select(organization.FieldName).StringsX(ctx)
		}
		require.ElementsMatch(t, []string{`T"wo,`, "{Three}"}, find("{Three}", `T"wo,`, "none"))
		require.Empty(t, find())
		require.Equal(t, []string{"One"}, client.Organization.Query().Where(organization.Or(
			database.AnyOf(organization.FieldName, []string{"One"}), organization.And(database.AnyOf(organization.FieldName, []string{"{Three}"}), organization.Code("T")),
		)).Select(organization.FieldName).StringsX(ctx))
	})
}
