package allocation_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent/schema"
	"github.com/arpent/arpent/internal/allocation"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/database/databasetest"
	"github.com/arpent/arpent/internal/fault"
)

// Who names a hosting provider or a network that is not there is told so, also when waiting would do; and each refusal stands at its own field.
func TestASelectorNamesWhatItsViewerKnows(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		e := newEstate(t, db)
		e.servers(1, schema.Specification{})
		foreign, err := e.CreateNetwork(system(), allocation.NetworkInput{Name: "foreign", CIDR: "10.9.0.0/24", ProjectID: e.b})
		require.NoError(t, err)
		shared := e.network("10.8.0.0/24")
		refused := func(err error, code fault.Code, text string, field ...string) {
			t.Helper()
			told, ok := fault.As(err)
			require.True(t, ok, "%v", err)
			require.Equal(t, code, told.Code())
			require.Contains(t, told.Text().EN, text)
			require.Equal(t, field, told.Field())
		}
		for _, wait := range []bool{false, true} {
			terms := allocation.Terms{ProjectID: e.a, Wait: wait}
			_, err := e.ClaimServer(robot(e.a), terms, allocation.ServerSelector{ProviderID: "hsp_none"})
			refused(err, fault.NotFound, `no hosting provider "hsp_none"`, "selector", "providerId")
			_, err = e.ClaimServer(robot(e.a), terms, allocation.ServerSelector{NetworkID: foreign.ID})
			refused(err, fault.NotFound, "no network", "selector", "networkId")
			_, err = e.ClaimAddress(robot(e.a), terms, allocation.AddressSelector{ProviderID: "hsp_none"}, "")
			refused(err, fault.NotFound, "no hosting provider", "selector", "providerId")
			_, err = e.ClaimAddress(robot(e.a), terms, allocation.AddressSelector{NetworkID: foreign.ID}, "")
			refused(err, fault.NotFound, "no network", "selector", "networkId")
			_, err = e.ClaimAddress(robot(e.a), terms, allocation.AddressSelector{Network: "foreign"}, "")
			refused(err, fault.NotFound, `no network that is called "foreign"`, "selector", "network")
			for _, ip := range []string{"10.8.0.0", "10.8.0.255"} {
				_, err = e.ClaimAddress(robot(e.a), terms, allocation.AddressSelector{IP: ip}, "")
				refused(err, fault.Invalid, ip+" is not an address that a machine can have", "selector", "ip")
			}
		}
		require.Zero(t, e.client.Claim.Query().CountX(system()), "nobody waits for what will never be")

		_, err = e.ClaimAddress(robot(e.b), allocation.Terms{ProjectID: e.b}, allocation.AddressSelector{NetworkID: foreign.ID}, "")
		require.NoError(t, err)
		_, err = e.ClaimAddress(robot(e.a), allocation.Terms{ProjectID: e.a}, allocation.AddressSelector{NetworkID: shared.ID}, "")
		require.NoError(t, err)
		_, err = e.ClaimServer(robot(e.a), allocation.Terms{ProjectID: e.a}, allocation.ServerSelector{ProviderID: e.provider})
		require.NoError(t, err)
	})
}
