package allocation_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent/claim"
	"github.com/arpent/arpent/internal/allocation"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/database/databasetest"
	"github.com/arpent/arpent/internal/fault"
)

// A name and an IP address that mean networks of several scopes are refused, also when waiting would do.
func TestWhatMeansSeveralScopesIsRefused(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		e := newEstate(t, db)
		for scope, cidr := range map[string]string{"": "10.77.0.0/24", "q": "10.77.0.0/25"} {
			_, err := e.CreateNetwork(system(), allocation.NetworkInput{Name: "web", CIDR: cidr, Scope: scope})
			require.NoError(t, err)
		}
		claims := func(wait bool, selector allocation.AddressSelector) error {
			_, err := e.ClaimAddress(robot(e.a), allocation.Terms{ProjectID: e.a, Wait: wait}, selector, "")
			return err
		}
		for _, wait := range []bool{false, true} {
			for field, selector := range map[string]allocation.AddressSelector{"network": {Network: "web"}, "ip": {IP: "10.77.0.9"}} {
				told, ok := fault.As(claims(wait, selector))
				require.True(t, ok)
				require.Equal(t, fault.Invalid, told.Code())
				require.Equal(t, []string{"selector", field}, told.Field())
				require.Contains(t, told.Text().EN, "web 10.77.0.0/24")
				require.Contains(t, told.Text().EN, "web 10.77.0.0/25 (q)")
			}
		}
		require.Zero(t, e.client.Claim.Query().CountX(system()))
		require.NoError(t, claims(false, allocation.AddressSelector{Network: "web", Scope: "q"}))
		require.NoError(t, claims(false, allocation.AddressSelector{IP: "10.77.0.9", Scope: "q"}))
	})
}

// Who waits for an address by its IP, or by a network's name, gets none of a network that was made later.
func TestWhoWaitsKeepsToTheNetworksThatWereMeant(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		e := newEstate(t, db)
		first, err := e.CreateNetwork(system(), allocation.NetworkInput{Name: "web", CIDR: "10.77.0.0/31"})
		require.NoError(t, err)
		claims := func(wait bool, selector allocation.AddressSelector) string {
			t.Helper()
			made, err := e.ClaimAddress(robot(e.a), allocation.Terms{ProjectID: e.a, Wait: wait}, selector, "")
			require.NoError(t, err)
			return made.ID
		}
		claims(false, allocation.AddressSelector{NetworkID: first.ID, IP: "10.77.0.0"})
		held := claims(false, allocation.AddressSelector{NetworkID: first.ID, IP: "10.77.0.1"})
		waiting := []string{claims(true, allocation.AddressSelector{IP: "10.77.0.1"}), claims(true, allocation.AddressSelector{Network: "web"})}
		second, err := e.CreateNetwork(system(), allocation.NetworkInput{Name: "web", CIDR: "10.77.0.0/24", Scope: "q"})
		require.NoError(t, err)
		claims(true, allocation.AddressSelector{NetworkID: second.ID}) // the line is served
		for _, id := range waiting {
			require.Equal(t, claim.StateWAITING, e.client.Claim.GetX(system(), id).State)
		}
		_, err = e.Release(robot(e.a), held)
		require.NoError(t, err)
		claims(true, allocation.AddressSelector{NetworkID: second.ID})
		got := e.client.Claim.GetX(system(), waiting[0])
		require.Equal(t, claim.StateHELD, got.State)
		require.Equal(t, first.ID, e.client.Address.GetX(system(), *got.AddressID).NetworkID)
	})
}
