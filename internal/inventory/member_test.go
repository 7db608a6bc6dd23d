package inventory_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent/server"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/database/databasetest"
)

// What one file brought for everybody is not for the members of one project: their server leads to no import, and is
// read all the same.
func TestAMemberReadsAServerWithoutItsImport(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		e := newEstate(t, db)
		_, err := e.load(strings.NewReader("hostname,ip\nnew-01,203.0.113.50\n"), false, false)
		require.NoError(t, err)
		project := e.client.Project.Create().SetAcronym("MEM").SetName("Members").SetOrganizationID(e.client.Organization.Create().SetCode("mem").SetName("Members").SaveX(system()).ID).SaveX(system())
		e.client.Server.Update().Where(server.Hostname("new-01")).SetProjectID(project.ID).ExecX(system())
		member := access.NewContext(context.Background(), &access.Viewer{
			Kind: access.User, ID: "usr_m", Projects: map[string]access.Set{project.ID: access.NewSet(access.ProjectRead)},
		})
		auditor := access.NewContext(context.Background(), &access.Viewer{Kind: access.User, ID: "usr_a", Platform: access.NewSet(access.ProjectRead, access.InventoryRead)})

		seen, err := e.client.Server.Query().WithSession().Only(member)
		require.NoError(t, err, "it sees its own server and no other")
		require.Nil(t, seen.Edges.Session)
		sessions, err := e.client.ImportSession.Query().All(member)
		require.NoError(t, err)
		require.Empty(t, sessions)
		require.NotNil(t, e.client.Server.Query().Where(server.Hostname("new-01")).WithSession().OnlyX(auditor).Edges.Session)
	})
}
