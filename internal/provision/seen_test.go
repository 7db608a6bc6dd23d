package provision_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/database/databasetest"
	"github.com/arpent/arpent/internal/provision"
	"github.com/arpent/arpent/internal/worker"
)

func TestAWorkerThatAsksOnIsNotedNowAndThen(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := access.As(t.Context(), "engine")
		at := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
		asks := func(claim worker.Claim, after time.Duration) (noted time.Duration, paused bool) {
			t.Helper()
			paused, err := provision.Rows(db).Seen(ctx, claim, at.Add(after))
			require.NoError(t, err)
			return db.Client(ctx).Worker.Query().OnlyX(ctx).SeenAt.Sub(at), paused
		}
		claim := worker.Claim{Worker: "one", Labels: []string{"dmz"}, Version: "1"}
		for _, c := range []struct{ after, noted time.Duration }{{0, 0}, {4 * time.Second, 0}, {6 * time.Second, 6 * time.Second}} {
			noted, paused := asks(claim, c.after)
			require.Equal(t, c.noted, noted)
			require.False(t, paused)
		}
		claim.Labels = nil
		noted, _ := asks(claim, 7*time.Second)
		require.Equal(t, 7*time.Second, noted, "what it says of itself is noted at once")

		db.Client(ctx).Worker.Update().SetPaused(true).ExecX(ctx)
		_, paused := asks(claim, 8*time.Second)
		require.True(t, paused, "whoever is paused learns it at the next question")
		_, paused = asks(claim, 20*time.Second)
		require.True(t, paused)
	})
}
