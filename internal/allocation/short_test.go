package allocation_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/claim"
	"github.com/arpent/arpent/ent/schema"
	"github.com/arpent/arpent/ent/server"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/allocation"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/database/databasetest"
	"github.com/arpent/arpent/internal/fault"
)

func told(t *testing.T, err error, code fault.Code, en, fr string, field ...string) {
	t.Helper()
	refused, ok := fault.As(err)
	require.True(t, ok, "%v", err)
	require.Equal(t, en, refused.Message("en"))
	require.Equal(t, fr, refused.Message("fr"))
	require.Equal(t, code, refused.Code())
	require.Equal(t, field, refused.Field())
}

func TestARefusedClaimSaysWhatIsShort(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		e := newEstate(t, db)
		e.servers(2, schema.Specification{Cores: 32, MemoryMiB: 8 << 10})
		e.servers(1, schema.Specification{Cores: 4, MemoryMiB: 64 << 10})
		robot, ops := robot(e.a), access.NewContext(system(), &access.Viewer{
			Kind: access.User, ID: "usr_ops", Platform: access.NewSet(access.InventoryRead, access.ProjectRead, access.ServerClaim),
		})
		claims := func(sel allocation.ServerSelector) (err error) {
			_, err = e.ClaimServer(ops, allocation.Terms{ProjectID: e.a}, sel)
			return err
		}
		told(t, claims(allocation.ServerSelector{Specification: schema.Specification{Cores: 4096}}), fault.Conflict,
			"No server is free that fits: cores ≥ 4096. None has cores ≥ 4096: the most is 32.",
			"Aucun serveur libre ne convient : cœurs ≥ 4096. Aucun n’a cœurs ≥ 4096 : le plus est 32.", "selector")
		told(t, claims(allocation.ServerSelector{Labels: []string{"role=web"}, ProviderID: e.provider}), fault.Conflict,
			"No server is free that fits: role=web, hosting provider = Own room. None has role=web.",
			"Aucun serveur libre ne convient : role=web, hébergeur = Own room. Aucun n’a role=web.", "selector")
		both := allocation.ServerSelector{Specification: schema.Specification{Cores: 32, MemoryMiB: 64 << 10}}
		told(t, claims(both), fault.Conflict,
			"No server is free that fits: cores ≥ 32, memory ≥ 64 GiB. Each of these is there, but not in one server.",
			"Aucun serveur libre ne convient : cœurs ≥ 32, mémoire ≥ 64 Gio. Chacun de ces critères existe, mais pas sur un même serveur.", "selector")

		large := allocation.ServerSelector{Specification: schema.Specification{Cores: 32}}
		for range 2 {
			_, err := e.ClaimServer(robot, allocation.Terms{ProjectID: e.a}, large)
			require.NoError(t, err)
		}
		told(t, claims(large), fault.Conflict,
			"No server is free that fits: cores ≥ 32. 2 servers have that, and none of them is free.",
			"Aucun serveur libre ne convient : cœurs ≥ 32. 2 serveurs ont cela, et aucun n’est libre.", "selector")
		_, err := e.ClaimServer(robot, allocation.Terms{ProjectID: e.a}, large)
		told(t, err, fault.Conflict,
			"No server is free that fits: cores ≥ 32. None of the free ones has cores ≥ 32: the most is 4.",
			"Aucun serveur libre ne convient : cœurs ≥ 32. Aucun de ceux qui sont libres n’a cœurs ≥ 32 : le plus est 4.", "selector")
		_, err = e.ClaimServer(robot, allocation.Terms{ProjectID: e.a}, allocation.ServerSelector{Labels: []string{"role=web"}})
		told(t, err, fault.Conflict, "No server is free that fits: role=web. None of the free ones has role=web.",
			"Aucun serveur libre ne convient : role=web. Aucun de ceux qui sont libres n’a role=web.", "selector")
	})
}

func TestNobodyWaitsForWhatCanNotBe(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		e := newEstate(t, db)
		e.servers(1, schema.Specification{})
		gone := e.client.Server.Query().FirstX(system()).ID
		e.client.Server.UpdateOneID(gone).SetLifecycle(server.LifecycleRETIRED).ExecX(system())
		wait := allocation.Terms{ProjectID: e.a, Wait: true}
		for _, ids := range [][]string{{"srv_none"}, {gone}} {
			_, err := e.ClaimServer(robot(e.a), wait, allocation.ServerSelector{IDs: ids})
			told(t, err, fault.NotFound, "None of these servers is there.", "Aucun de ces serveurs n’existe.", "selector", "ids")
		}
		for _, label := range []string{"röle=web", "role=a b", "-role", "role==x", "=web"} {
			_, err := e.ClaimServer(robot(e.a), wait, allocation.ServerSelector{Labels: []string{label}})
			require.True(t, fault.Is(err, fault.Invalid), "%s: %v", label, err)
		}
		_, err := e.ClaimServer(robot(e.a), wait, allocation.ServerSelector{Labels: []string{"role=", "arpent.example/tier=a.b"}})
		require.NoError(t, err, "these may come")
		require.Equal(t, 1, e.client.Claim.Query().CountX(system()))
	})
}

func TestARefusedAddressSaysWhy(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		e := newEstate(t, db)
		lan, err := e.CreateNetwork(system(), allocation.NetworkInput{Name: "lan", CIDR: "10.0.0.0/30", Gateway: "10.0.0.1"})
		require.NoError(t, err)
		claims := func(sel allocation.AddressSelector, wait bool) error {
			_, err := e.ClaimAddress(robot(e.a), allocation.Terms{ProjectID: e.a, Wait: wait}, sel, "")
			return err
		}
		for _, wait := range []bool{false, true} {
			told(t, claims(allocation.AddressSelector{IP: "10.0.0.1"}, wait), fault.Conflict,
				"10.0.0.1 is the gateway of lan (10.0.0.0/30): nobody gets it.", "10.0.0.1 est la passerelle de lan (10.0.0.0/30) : personne ne l’obtient.", "selector", "ip")
			told(t, claims(allocation.AddressSelector{IP: "2001:db8::5", NetworkID: lan.ID}, wait), fault.Conflict,
				"2001:db8::5 is not of the kind of lan (10.0.0.0/30): one is IPv4, the other IPv6.",
				"2001:db8::5 n’est pas du même type que lan (10.0.0.0/30) : l’une est en IPv4, l’autre en IPv6.", "selector", "ip")
			told(t, claims(allocation.AddressSelector{IP: "192.0.2.1"}, wait), fault.Conflict,
				"192.0.2.1 is in none of the networks that you may claim from: lan 10.0.0.0/30.",
				"192.0.2.1 n’est dans aucun des réseaux où vous pouvez réserver : lan 10.0.0.0/30.", "selector", "ip")
			told(t, claims(allocation.AddressSelector{Network: "lan", Family: "IPV6"}, wait), fault.Conflict,
				"lan (10.0.0.0/30) is not of the family IPV6.", "lan (10.0.0.0/30) n’est pas de la famille IPV6.", "selector", "family")
		}
		require.NoError(t, claims(allocation.AddressSelector{}, false))
		told(t, claims(allocation.AddressSelector{Network: "lan"}, false), fault.Conflict,
			"All addresses are in use in: lan 10.0.0.0/30 (1 of 1 taken).", "Toutes les adresses sont utilisées dans : lan 10.0.0.0/30 (1 sur 1 prises).", "selector")
	})
}

func TestAReservationThatEndsBeforeItBeginsIsToldSo(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		e := newEstate(t, db)
		lan, err := e.CreateNetwork(system(), allocation.NetworkInput{Name: "lan", CIDR: "10.0.0.0/24", Gateway: "10.0.0.1"})
		require.NoError(t, err)
		_, _, err = e.Reserve(system(), lan.ID, "10.0.0.9", "10.0.0.5", true, "printers")
		told(t, err, fault.Invalid, "The last address, 10.0.0.5, is before the first, 10.0.0.9.",
			"La dernière adresse, 10.0.0.5, est avant la première, 10.0.0.9.", "last")
	})
}

// A network may become another under somebody who waits for it: those behind are served all the same.
func TestWhoWaitsForWhatIsGoneStopsNobody(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		e := newEstate(t, db)
		_, err := e.CreateNetwork(system(), allocation.NetworkInput{Name: "lan", CIDR: "10.0.0.0/30", Gateway: "10.0.0.1"})
		require.NoError(t, err)
		six, err := e.CreateNetwork(system(), allocation.NetworkInput{Name: "lan", CIDR: "2001:db8::/126", Gateway: "2001:db8::1"})
		require.NoError(t, err)
		claims := func(sel allocation.AddressSelector) *ent.Claim {
			c, err := e.ClaimAddress(robot(e.a), allocation.Terms{ProjectID: e.a, Wait: true}, sel, "")
			require.NoError(t, err)
			return c
		}
		for range 2 {
			claims(allocation.AddressSelector{Network: "lan", Family: "IPV6"})
		}
		held := claims(allocation.AddressSelector{Network: "lan", Family: "IPV4"})
		first, second := claims(allocation.AddressSelector{Network: "lan", Family: "IPV6"}), claims(allocation.AddressSelector{Network: "lan", Family: "IPV4"})
		e.client.Network.UpdateOneID(six.ID).SetClaimable(false).ExecX(system())
		_, err = e.Release(robot(e.a), held.ID)
		require.NoError(t, err)
		require.NoError(t, e.Sweep(context.Background()))
		state := func(c *ent.Claim) claim.State { return e.client.Claim.GetX(system(), c.ID).State }
		require.Equal(t, claim.StateWAITING, state(first))
		require.Equal(t, claim.StateHELD, state(second))
	})
}
