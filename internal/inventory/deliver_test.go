package inventory_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent/orderline"
	"github.com/arpent/arpent/ent/schema"
	"github.com/arpent/arpent/ent/server"
	"github.com/arpent/arpent/ent/serverlabel"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/database/databasetest"
	"github.com/arpent/arpent/internal/inventory"
)

// A server that a file delivers for an order gets the labels that its line promised, and stays the order's when other files speak of it.
func TestADeliveryGivesWhatItsLinesPromise(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		e := newEstate(t, db)
		order, err := e.CreateOrder(system(), inventory.OrderInput{Number: "B-1", Title: "Farm", ProviderID: e.provider.ID, Lines: []inventory.LineInput{
			{Kind: orderline.KindNETWORK, Count: 1, Title: "Network"},
			{Kind: orderline.KindSERVER, Count: 1, Title: "Database", Specification: schema.Specification{Cores: 32}, Labels: map[string]string{"role": "db"}},
			{Kind: orderline.KindSERVER, Count: 2, Title: "Web", Specification: schema.Specification{Cores: 8}, Labels: map[string]string{"role": "web", "tier": "front"}},
		}})
		require.NoError(t, err)
		imports := func(orderID, text string) {
			done, err := e.ImportServers(system(), inventory.ImportInput{ProviderID: e.provider.ID, OrderID: orderID, File: strings.NewReader(text)})
			require.NoError(t, err)
			require.NotNil(t, done.Session)
		}
		imports(order.ID, "hostname,cores,labels.tier\nw1,8,\nbig,32,\nsmall,2,\nw2,16,back\nw3,8,\n")
		labels := func(name string) map[string]string {
			one := e.client.Server.Query().Where(server.Hostname(name)).OnlyX(system())
			found := map[string]string{}
			for _, row := range e.client.ServerLabel.Query().Where(serverlabel.ServerID(one.ID)).AllX(system()) {
				found[row.Name] = row.Value
			}
			if len(found) > 0 {
				require.Equal(t, found, one.Labels)
			}
			return found
		}
		require.Equal(t, map[string]string{"role": "db"}, labels("big"))
		require.Equal(t, map[string]string{"role": "web", "tier": "front"}, labels("w1"))
		require.Equal(t, map[string]string{"role": "web", "tier": "back"}, labels("w2"), "the file knows better")
		require.Empty(t, labels("w3"), "two were ordered")
		require.Empty(t, labels("small"), "nobody ordered that")

		compared := func() (delivered, missing, extra int) {
			all, err := e.Compare(system(), []string{order.ID})
			require.NoError(t, err)
			for _, line := range all[order.ID].Lines {
				delivered, missing = delivered+line.Delivered, missing+line.Missing
			}
			return delivered, missing, len(all[order.ID].Extra)
		}
		delivered, missing, extra := compared()
		require.Equal(t, []int{3, 1, 2}, []int{delivered, missing, extra}, "the network is still to come")
		imports("", "hostname,cores,system\nw1,8,Debian 13\nbig,32,Debian 13\n")
		delivered, missing, extra = compared()
		require.Equal(t, []int{3, 1, 2}, []int{delivered, missing, extra}, "a file of another day takes nothing from the order")

		big := e.client.Server.Query().Where(server.Hostname("big")).OnlyX(system())
		_, err = e.MoveServers(system(), []string{big.ID}, inventory.Reject, "broken")
		require.NoError(t, err)
		imports(order.ID, "hostname,cores\nbig-2,48\n")
		require.Equal(t, map[string]string{"role": "db"}, labels("big-2"), "what comes for a rejected one takes its place")
	})
}
