package apptest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/internal/apptest"
)

// Stock entgql counts all rows whenever pageInfo is selected; ours only for totalCount, and not beyond a cap.
func TestPageInfoCountsNothingAndTotalCountStops(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, s *apptest.Server) {
		w := newWorld(t, s)
		token := s.TokenFor(apptest.AdminEmail)
		// The least of some tries: now and then a viewer or a token's last use is read or written besides.
		ask := func(of string) int {
			least := w.cost(token, "{ events(first: 2) { "+of+" edges { node { id } } } }")
			for range 5 {
				least = min(least, w.cost(token, "{ events(first: 2) { "+of+" edges { node { id } } } }"))
			}
			return least
		}
		require.Equal(t, ask(""), ask("pageInfo { hasNextPage }"))
		require.Equal(t, ask("")+1, ask("totalCount"))

		require.NoError(t, w.DB.Tx(w.ctx, func(ctx context.Context, c *ent.Client) error {
			for from := 0; from < ent.CountCap+100; from += 100 {
				rows := make([]*ent.EventCreate, 100)
				for i := range rows {
					rows[i] = c.Event.Create().SetType("test.filler").SetAudience("EVERYBODY").
						SetActorID("system:test").SetActor("test").SetSubjectID(fmt.Sprint(from + i))
				}
				if err := c.Event.CreateBulk(rows...).Exec(ctx); err != nil {
					return err
				}
			}
			return nil
		}))
		_, text := w.answer(token, `{ events(where: {type: "test.filler"}) { totalCount } }`)
		var answer struct {
			Data struct {
				Events struct{ TotalCount int }
			}
		}
		require.NoError(t, json.Unmarshal(text, &answer))
		require.Equal(t, ent.CountCap, answer.Data.Events.TotalCount)
	})
}
