package inventory_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent/schema"
	"github.com/arpent/arpent/ent/server"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/database/databasetest"
	"github.com/arpent/arpent/internal/inventory"
)

func TestOnlyWhatIsGivenChangesInAServer(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		e := newEstate(t, db)
		e.imported(t, "hostname,cores,ram,disk,os,site\nbox-01,8,64 GB,500 GB,Debian 12,Paris\n", nil)
		before := e.client.Server.Query().Where(server.Hostname("box-01")).OnlyX(system())
		system13, none := "Debian 13", 0

		after, err := e.UpdateServer(system(), before.ID, inventory.ServerUpdate{Specification: inventory.SpecificationUpdate{System: &system13}})
		require.NoError(t, err)
		require.Equal(t, schema.Specification{Cores: 8, MemoryMiB: 64 << 10, DiskGiB: 500, System: "Debian 13", Location: "Paris"}, inventory.SpecificationOf(after))
		require.NotEqual(t, before.Facts["system"].Source, after.Facts["system"].Source)
		for _, same := range []string{"cores", "memory", "disk", "location"} {
			require.Equal(t, before.Facts[same].Value, after.Facts[same].Value)
			require.Equal(t, before.Facts[same].Source, after.Facts[same].Source, "who said what did not change still did")
		}

		cleared, err := e.UpdateServer(system(), before.ID, inventory.ServerUpdate{Specification: inventory.SpecificationUpdate{Cores: &none}})
		require.NoError(t, err)
		require.Zero(t, cleared.Cores)
		require.NotContains(t, cleared.Facts, "cores", "nothing is known of it any more")
		require.Equal(t, 64<<10, cleared.MemoryMib)
	})
}
