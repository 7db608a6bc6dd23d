package provision

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/internal/fault"
)

func TestAFreezeNamesItsEndAsPeopleWriteIt(t *testing.T) {
	t.Parallel()
	paris := time.FixedZone("CET", 3600)
	for _, c := range []struct {
		ends   time.Time
		en, fr string
	}{
		{time.Date(2026, 12, 24, 1, 0, 0, 0, paris), "24 December 2026, 00:00 UTC", "24 décembre 2026 à 00:00 UTC"},
		{time.Date(2027, 8, 1, 9, 5, 0, 0, time.UTC), "1 August 2027, 09:05 UTC", "1er août 2027 à 09:05 UTC"},
	} {
		require.Equal(t, fault.Text{
			EN: "Changes are frozen until " + c.en + ": stock", FR: "Les modifications sont gelées jusqu’au " + c.fr + " : stock",
		}, textFrozen(&ent.Freeze{EndsAt: c.ends, Reason: "stock"}))
	}
}
