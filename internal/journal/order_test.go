package journal_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent/event"
	"github.com/arpent/arpent/ent/schema/typeid"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/database/databasetest"
)

// What was written later comes later, also when the clock of who wrote it says otherwise: ids are made by clocks.
func TestEventsAreNumberedInTheOrderOfTheirTransactions(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		ctx, client := access.As(t.Context(), "test"), db.Client(t.Context())
		earlier, later := typeid.New("evt"), typeid.New("evt")
		for _, id := range []string{later, earlier} {
			client.Event.Create().SetID(id).SetType("a.b").SetAudience(event.AudienceEVERYBODY).
				SetActorID("usr_a").SetActor("Ada").SetSubjectID(id).SetSubject("s").ExecX(ctx)
		}
		startFeed(t, db)
		require.Eventually(t, func() bool {
			return client.Event.Query().Where(event.PositionNotNil()).CountX(ctx) == 2
		}, 20*time.Second, 5*time.Millisecond)
		require.Equal(t, []string{later, earlier}, client.Event.Query().Order(event.ByPosition()).IDsX(ctx))
	})
}
