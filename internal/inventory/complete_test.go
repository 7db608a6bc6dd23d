package inventory_test

import (
	"testing"

	"strings"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent/event"
	"github.com/arpent/arpent/ent/orderline"
	"github.com/arpent/arpent/ent/purchaseorder"
	"github.com/arpent/arpent/ent/schema"
	"github.com/arpent/arpent/ent/server"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/database/databasetest"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/inventory"
)

// Each line is told all that is wrong with it, by its place.
func TestARefusedOrderNamesItsLines(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		e := newEstate(t, db)
		_, err := e.CreateOrder(system(), inventory.OrderInput{Number: "B-9", Title: "Farm", ProviderID: e.provider.ID, Lines: []inventory.LineInput{
			{Kind: orderline.KindSERVER, Count: 1, Title: "Good"},
			{Kind: orderline.KindSERVER, Count: 0, Title: "", Labels: map[string]string{"-": "x"}},
			{Kind: orderline.KindSERVER, Count: 100_001, Title: "Many", Specification: schema.Specification{Cores: -1}},
		}})
		var list fault.List
		require.ErrorAs(t, err, &list)
		var fields []string
		for _, one := range list {
			fields = append(fields, strings.Join(one.Field(), "."))
		}
		require.Equal(t, []string{"lines.1.title", "lines.1.count", "lines.1.labels", "lines.2.count", "lines.2.specification"}, fields)
	})
}

func (e *estate) deliver(t *testing.T, orderID, text string) error {
	t.Helper()
	_, err := e.ImportServers(system(), inventory.ImportInput{ProviderID: e.provider.ID, OrderID: orderID, File: strings.NewReader(text)})
	return err
}

func (e *estate) named(names ...string) []string {
	return e.client.Server.Query().Where(server.HostnameIn(names...)).IDsX(system())
}

func TestADeliveryMovesItsOrderAlongAndAcceptingAllEndsIt(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		e := newEstate(t, db)
		order, err := e.CreateOrder(system(), inventory.OrderInput{Number: "B-1", Title: "Farm", ProviderID: e.provider.ID, Lines: []inventory.LineInput{
			{Kind: orderline.KindACCESS, Count: 1, Title: "VPN"},
			{Kind: orderline.KindSERVER, Count: 2, Title: "Web", Specification: schema.Specification{Cores: 8}},
			{Kind: orderline.KindNETWORK, Count: 1, Title: "Network"},
		}})
		require.NoError(t, err)
		status := func() purchaseorder.Status { return e.client.PurchaseOrder.GetX(system(), order.ID).Status }
		missing := func() (all []int) {
			compared, err := e.Compare(system(), []string{order.ID})
			require.NoError(t, err)
			for _, line := range compared[order.ID].Lines {
				all = append(all, line.Missing)
			}
			return all
		}
		require.Equal(t, []int{1, 2, 1}, missing(), "all lines, in their order")

		require.NoError(t, e.deliver(t, order.ID, "hostname,cores\nw1,8\n"))
		require.Equal(t, purchaseorder.StatusPARTLY_DELIVERED, status())
		require.NotNil(t, e.client.PurchaseOrder.GetX(system(), order.ID).OrderedAt)
		require.NoError(t, e.deliver(t, order.ID, "hostname,cores\nw2,8\n"))
		_, err = e.MoveServers(system(), e.named("w1"), inventory.Accept, "")
		require.NoError(t, err)
		require.Equal(t, purchaseorder.StatusPARTLY_DELIVERED, status(), "one waits for somebody's word")

		e.client.Network.Create().SetName("theirs").SetCidr("10.1.0.0/24").SetFamily("IPV4").SetFirst(make([]byte, 16)).SetLast(make([]byte, 16)).
			SetProviderID(e.provider.ID).SaveX(system())
		require.Equal(t, []int{1, 0, 0}, missing())
		_, err = e.MoveServers(system(), e.named("w2"), inventory.Accept, "")
		require.NoError(t, err)
		require.Equal(t, purchaseorder.StatusPARTLY_DELIVERED, status(), "the access is missing")

		require.NoError(t, e.deliver(t, order.ID, "hostname,cores\nw3,8\n"))
		e.client.SecureAccess.Create().SetServerID(e.named("w1")[0]).SetKind("VPN").SetHolder("Ada").SaveX(system())
		outcomes, err := e.ChangeEach(system(), e.named("w3"), inventory.BulkChange{Move: inventory.Accept})
		require.NoError(t, err)
		require.Nil(t, outcomes[0].Refusal)
		ended := e.client.PurchaseOrder.GetX(system(), order.ID)
		require.Equal(t, purchaseorder.StatusDELIVERED, ended.Status)
		require.NotNil(t, ended.ClosedAt)
		require.Equal(t, 1, e.client.Event.Query().Where(event.SubjectID(order.ID), event.Type("order.partly_delivered")).CountX(system()))
		require.Equal(t, 1, e.client.Event.Query().Where(event.SubjectID(order.ID), event.Type("order.delivered")).CountX(system()))
	})
}

func TestNothingIsDeliveredForACanceledOrder(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		e := newEstate(t, db)
		order, err := e.CreateOrder(system(), inventory.OrderInput{Number: "B-2", Title: "Farm", ProviderID: e.provider.ID, Lines: []inventory.LineInput{
			{Kind: orderline.KindSERVER, Count: 1, Title: "Web"},
		}})
		require.NoError(t, err)
		_, err = e.MoveOrder(system(), order.ID, purchaseorder.StatusCANCELED)
		require.NoError(t, err)
		require.True(t, fault.Is(e.deliver(t, order.ID, "hostname\nw1\n"), fault.Conflict))
		require.Empty(t, e.named("w1"))
	})
}

// A file of another day may speak of what an order delivered: the server is the order's all the same, by its line.
func TestAnOrderEndsThoughAnotherFileSpokeOfItsServers(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		e := newEstate(t, db)
		order, err := e.CreateOrder(system(), inventory.OrderInput{Number: "B-3", Title: "Farm", ProviderID: e.provider.ID, Lines: []inventory.LineInput{
			{Kind: orderline.KindSERVER, Count: 2, Title: "Web", Specification: schema.Specification{Cores: 8}},
		}})
		require.NoError(t, err)
		require.NoError(t, e.deliver(t, order.ID, "hostname,cores\nw1,8\nw2,8\n"))
		require.NoError(t, e.deliver(t, "", "hostname,cores,os\nw1,8,Debian 13\nw2,8,Debian 13\n"))
		_, err = e.MoveServers(system(), e.named("w1"), inventory.Accept, "")
		require.NoError(t, err)
		require.Equal(t, purchaseorder.StatusPARTLY_DELIVERED, e.client.PurchaseOrder.GetX(system(), order.ID).Status, "one waits")
		_, err = e.MoveServers(system(), e.named("w2"), inventory.Accept, "")
		require.NoError(t, err)
		require.Equal(t, purchaseorder.StatusDELIVERED, e.client.PurchaseOrder.GetX(system(), order.ID).Status)
	})
}
