package database_test

import (
	"context"
	"testing"

	"entgo.io/ent/dialect/sql"
	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/organization"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/database/databasetest"
)

// A page is what the query selects by each of the ways, in its order and no longer than it; a condition that is an "or" stays whole.
func TestAPageIsWhatComesFirstOfAllWays(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := access.As(context.Background(), "test")
		client := db.Client(ctx)
		for _, code := range []string{"A", "B", "C", "D", "E", "F"} {
			client.Organization.Create().SetName("Org " + code).SetCode(code).SaveX(ctx)
		}
		either := organization.Or(organization.CodeIn("A", "B", "C"), organization.Code("E"))
		page := func(limit int, ways ...func(*sql.Selector)) (codes []string) {
			query := client.Organization.Query().Where(either).Order(ent.Asc(organization.FieldCode)).Limit(limit)
			query.Modify(database.FirstIDs(organization.FieldID, ways...))
			for _, o := range query.AllX(ctx) {
				codes = append(codes, o.Code)
			}
			return codes
		}
		require.Equal(t, []string{"A", "B", "C", "E"}, page(9))
		require.Equal(t, []string{"A", "B"}, page(2))
		require.Equal(t, []string{"B", "C", "E"}, page(9, organization.Code("E"), organization.CodeIn("B", "C", "D")))
		require.Equal(t, []string{"B", "C"}, page(2, organization.Code("E"), organization.CodeIn("B", "C", "D")))
		require.Equal(t, []string{"C", "E"}, page(9, organization.CodeGTE("C"), organization.CodeIn("C", "D")), "what meets two ways is there once")
	})
}
