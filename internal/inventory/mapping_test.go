package inventory_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent/server"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/database/databasetest"
	"github.com/arpent/arpent/internal/inventory"
)

// imported imports a text, read as the mapping says; nil for as remembered.
func (e *estate) imported(t *testing.T, text string, columns map[string]string) *inventory.Import {
	t.Helper()
	input := inventory.ImportInput{ProviderID: e.provider.ID, FileName: "servers.csv", File: strings.NewReader(text)}
	if columns != nil {
		input.Mapping = &inventory.Mapping{Columns: columns}
	}
	done, err := e.ImportServers(system(), input)
	require.NoError(t, err)
	return done
}

func (e *estate) remembers(t *testing.T) map[string]string {
	t.Helper()
	var kept inventory.Mapping
	require.NoError(t, json.Unmarshal(e.client.HostingProvider.GetX(system(), e.provider.ID).ImportMapping, &kept))
	return kept.Columns
}

func TestARememberedMappingLeavesNoRecognizedColumnOut(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		e := newEstate(t, db)
		e.imported(t, "Kiste,cores\nbox-01,8\n", map[string]string{"hostname": "Kiste"})
		require.Equal(t, 8, e.client.Server.Query().Where(server.Hostname("box-01")).OnlyX(system()).Cores, "what is not said is recognized")
		require.Equal(t, map[string]string{"hostname": "Kiste"}, e.remembers(t), "only what was mapped by hand")

		done := e.imported(t, "Kiste,cores,ram,ip,labels.role\nbox-02,16,64 GB,203.0.113.20,web\n", nil)
		require.Equal(t, "Kiste", done.Reading.Columns["hostname"])
		got := e.client.Server.Query().Where(server.Hostname("box-02")).WithAddresses().OnlyX(system())
		require.Equal(t, 64<<10, got.MemoryMib, "a column that the first file did not have")
		require.Equal(t, "web", got.Labels["role"])
		require.Len(t, got.Edges.Addresses, 1)

		e.imported(t, "hostname,cores\nbox-03,4\n", nil)
		require.Equal(t, map[string]string{"hostname": "Kiste"}, e.remembers(t), "a file without the column says nothing of it")
	})
}

func TestAColumnThatSomebodyLeftOutStaysOut(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		e := newEstate(t, db)
		e.imported(t, "hostname,cores\nbox-01,8\n", map[string]string{"cores": ""})
		require.Zero(t, e.client.Server.Query().Where(server.Hostname("box-01")).OnlyX(system()).Cores)
		done := e.imported(t, "hostname,cores,os\nbox-02,8,Debian 13\n", nil)
		require.Equal(t, map[string]string{"hostname": "hostname", "cores": "", "system": "os"}, done.Reading.Columns)
		e.imported(t, "hostname,cores\nbox-01,8\n", map[string]string{"cores": "cores"})
		require.Empty(t, e.remembers(t), "until somebody gives it back")
	})
}
