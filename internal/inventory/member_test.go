package inventory_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/address"
	"github.com/arpent/arpent/ent/orderline"
	"github.com/arpent/arpent/ent/schema"
	"github.com/arpent/arpent/ent/server"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/database/databasetest"
	"github.com/arpent/arpent/internal/inventory"
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

// The addresses that a file brought are no project's: who sees the server sees them, and no others.
func TestAMemberSeesTheAddressesOfItsServers(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		e := newEstate(t, db)
		_, err := e.load(strings.NewReader("hostname,ip\nmine-01,203.0.113.50\nother-01,203.0.113.51\n"), false, false)
		require.NoError(t, err)
		organization := e.client.Organization.Create().SetCode("mem").SetName("Members").SaveX(system())
		project := e.client.Project.Create().SetAcronym("MEM").SetName("Members").SetOrganizationID(organization.ID).SaveX(system())
		foreign := e.client.Project.Create().SetAcronym("FOR").SetName("Foreign").SetOrganizationID(organization.ID).SaveX(system())
		e.client.Server.Update().Where(server.Hostname("mine-01")).SetProjectID(project.ID).ExecX(system())
		e.client.Server.Update().Where(server.Hostname("other-01")).SetProjectID(foreign.ID).ExecX(system())
		viewer := func(projects ...string) context.Context {
			in := map[string]access.Set{}
			for _, id := range projects {
				in[id] = access.NewSet(access.ProjectRead)
			}
			return access.NewContext(context.Background(), &access.Viewer{Kind: access.User, ID: "usr_m", Projects: in})
		}
		seen := func(ctx context.Context) []string {
			ips, err := e.client.Address.Query().Where(address.ServerIDNotNil()).Order(address.ByIP()).Select(address.FieldIP).Strings(ctx)
			require.NoError(t, err)
			return ips
		}
		require.Equal(t, []string{"203.0.113.50"}, seen(viewer(project.ID)))
		require.Equal(t, []string{"203.0.113.50", "203.0.113.51"}, seen(viewer(project.ID, foreign.ID)))
		require.Empty(t, seen(viewer()), "who has no project sees none")
		own := e.client.Server.Query().WithAddresses(func(q *ent.AddressQuery) { q.WithNetwork() }).OnlyX(viewer(project.ID))
		require.Len(t, own.Edges.Addresses, 1)
		require.NotNil(t, own.Edges.Addresses[0].Edges.Network)

		e.client.Network.Update().SetProjectID(foreign.ID).ExecX(system())
		require.Empty(t, seen(viewer(project.ID)), "an address whose network it may not see would fail its whole answer")
		require.Equal(t, []string{"203.0.113.51"}, seen(viewer(foreign.ID)))
	})
}

// An order's counts are true for whoever sees it; servers of others are not named.
func TestAMemberIsToldTheTrueCountsOfAnOrder(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		e := newEstate(t, db)
		organization := e.client.Organization.Create().SetCode("mem").SetName("Members").SaveX(system())
		project := e.client.Project.Create().SetAcronym("MEM").SetName("Members").SetOrganizationID(organization.ID).SaveX(system())
		order, err := e.CreateOrder(system(), inventory.OrderInput{
			Number: "B-7", Title: "Farm", ProviderID: e.provider.ID, ProjectID: project.ID,
			Lines: []inventory.LineInput{{Kind: orderline.KindSERVER, Count: 3, Title: "Web", Specification: schema.Specification{Cores: 8}}},
		})
		require.NoError(t, err)
		require.NoError(t, e.deliver(t, order.ID, "hostname,cores\nw1,8\nw2,8\nless-1,2\nmore-1,8\nmore-2,2\n"))
		e.client.Server.Update().Where(server.HostnameIn("w1", "more-2")).SetProjectID(project.ID).ExecX(system())
		member := access.NewContext(context.Background(), &access.Viewer{
			Kind: access.User, ID: "usr_m", Projects: map[string]access.Set{project.ID: access.NewSet(access.ProjectRead)},
		})
		stranger := access.NewContext(context.Background(), &access.Viewer{Kind: access.User, ID: "usr_s"})
		named := func(ctx context.Context) (names []string) {
			all, err := e.Compare(ctx, []string{order.ID})
			require.NoError(t, err)
			line := all[order.ID].Lines[0]
			require.Equal(t, []int{3, 0}, []int{line.Delivered, line.Missing})
			require.Empty(t, line.Line.Edges.Servers, "whoever reads on from the line reads as who it is")
			for _, one := range all[order.ID].Extra {
				names = append(names, one.Hostname)
			}
			return names
		}
		require.ElementsMatch(t, []string{"less-1", "more-2"}, named(system()))
		require.Equal(t, []string{"more-2"}, named(member))
		all, err := e.Compare(stranger, []string{order.ID})
		require.NoError(t, err)
		require.Empty(t, all, "an order that one does not see is compared with nothing")
	})
}
