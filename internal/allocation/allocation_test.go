package allocation_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/address"
	"github.com/arpent/arpent/ent/claim"
	"github.com/arpent/arpent/ent/network"
	"github.com/arpent/arpent/ent/schema"
	"github.com/arpent/arpent/ent/server"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/allocation"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/database/databasetest"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/journal"
)

// estate is an inventory with projects that claim from it.
type estate struct {
	*allocation.Service
	t        *testing.T
	db       *database.DB
	client   *ent.Client
	provider string
	a, b     string // projects
}

func system() context.Context { return access.As(context.Background(), "test") }

// robot is somebody who may claim in the projects.
func robot(projects ...string) context.Context {
	may := map[string]access.Set{}
	for _, id := range projects {
		may[id] = access.NewSet(access.ProjectRead, access.ServerClaim)
	}
	return access.NewContext(context.Background(), &access.Viewer{Kind: access.Token, ID: "usr_robot", Name: "Robot", Projects: may})
}

func newEstate(t *testing.T, db *database.DB) *estate {
	t.Helper()
	client := db.Client(system())
	e := &estate{
		Service: allocation.New(db, journal.New(db), slog.New(slog.DiscardHandler)), t: t, db: db, client: client,
		provider: client.HostingProvider.Create().SetCode("OWN").SetName("Own room").SaveX(system()).ID,
	}
	org := client.Organization.Create().SetName("Org").SetCode("ORG").SaveX(system())
	project := func(acronym string) string {
		return client.Project.Create().SetAcronym(acronym).SetName(acronym).SetOrganization(org).SaveX(system()).ID
	}
	e.a, e.b = project("AAA"), project("BBB")
	return e
}

func (e *estate) servers(n int, spec schema.Specification) {
	e.t.Helper()
	for range n {
		count := e.client.Server.Query().CountX(system())
		e.client.Server.Create().SetHostname(fmt.Sprintf("s%d.example.org", count)).SetProviderID(e.provider).
			SetLifecycle(server.LifecycleAVAILABLE).SetCores(spec.Cores).SetMemoryMib(spec.MemoryMiB).SaveX(system())
	}
}

func (e *estate) network(cidr string) *ent.Network {
	e.t.Helper()
	made, err := e.CreateNetwork(system(), allocation.NetworkInput{Name: cidr, CIDR: cidr})
	require.NoError(e.t, err)
	return made
}

func TestAServerIsNeverGivenTwice(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		e := newEstate(t, db)
		e.servers(10, schema.Specification{})
		const claimants = 60
		claims, errs := make([]*ent.Claim, claimants), make([]error, claimants)
		var group sync.WaitGroup
		for i := range claimants {
			group.Go(func() {
				claims[i], errs[i] = e.ClaimServer(robot(e.a), allocation.Terms{ProjectID: e.a, Key: fmt.Sprint("k", i)}, allocation.ServerSelector{})
			})
		}
		group.Wait()
		given := map[string]bool{}
		for i, c := range claims {
			if errs[i] != nil {
				require.True(t, fault.Is(errs[i], fault.Conflict), "%v", errs[i])
				continue
			}
			require.False(t, given[*c.ServerID], "%s was given twice", *c.ServerID)
			given[*c.ServerID] = true
		}
		require.Len(t, given, 10)
		for i, c := range claims {
			if c != nil {
				again, err := e.ClaimServer(robot(e.a), allocation.Terms{ProjectID: e.a, Key: fmt.Sprint("k", i)}, allocation.ServerSelector{})
				require.NoError(t, err)
				require.Equal(t, c.ID, again.ID, "a retry gets the first answer")
			}
		}
	})
}

func TestOneKeyIsOneClaim(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		e := newEstate(t, db)
		e.servers(20, schema.Specification{})
		ids := make([]string, 16)
		var group sync.WaitGroup
		for i := range ids {
			group.Go(func() {
				c, err := e.ClaimServer(robot(e.a), allocation.Terms{ProjectID: e.a, Key: "same"}, allocation.ServerSelector{})
				if err == nil {
					ids[i] = c.ID
				}
			})
		}
		group.Wait()
		for _, id := range ids {
			require.Equal(t, ids[0], id)
		}
		require.NotEmpty(t, ids[0])
		require.Equal(t, 1, e.client.Server.Query().Where(server.LifecycleEQ(server.LifecycleASSIGNED)).CountX(system()))
		_, err := e.ClaimServer(robot(e.a), allocation.Terms{ProjectID: e.a, Key: "same", Note: "other"}, allocation.ServerSelector{})
		require.True(t, fault.Is(err, fault.Conflict))
	})
}

func TestWhatDoesNotFitIsNotGiven(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		e := newEstate(t, db)
		e.servers(2, schema.Specification{Cores: 4, MemoryMiB: 8192})
		e.servers(1, schema.Specification{Cores: 16, MemoryMiB: 65536})
		big := allocation.ServerSelector{Specification: schema.Specification{Cores: 8}}
		got, err := e.ClaimServer(robot(e.a), allocation.Terms{ProjectID: e.a}, big)
		require.NoError(t, err)
		require.Equal(t, 16, e.client.Server.GetX(system(), *got.ServerID).Cores)
		_, err = e.ClaimServer(robot(e.a), allocation.Terms{ProjectID: e.a}, big)
		require.ErrorContains(t, err, "cores ≥ 8", "it says what is short")
		_, err = e.ClaimServer(robot(e.a), allocation.Terms{ProjectID: e.a}, allocation.ServerSelector{Specification: schema.Specification{Cores: -1}})
		require.True(t, fault.Is(err, fault.Invalid), "less than nothing is no wish: %v", err)
		_, err = e.ClaimServer(robot(e.b), allocation.Terms{ProjectID: e.a}, allocation.ServerSelector{})
		require.True(t, fault.Is(err, fault.NotFound), "a project that the claimant does not see is not there")
		_, err = e.Release(robot(e.b), got.ID)
		require.True(t, fault.Is(err, fault.NotFound))
	})
}

func TestFirstComeFirstServed(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		e := newEstate(t, db)
		e.servers(1, schema.Specification{})
		held, err := e.ClaimServer(robot(e.a), allocation.Terms{ProjectID: e.a}, allocation.ServerSelector{})
		require.NoError(t, err)
		var line []string
		for range 3 {
			c, err := e.ClaimServer(robot(e.b), allocation.Terms{ProjectID: e.b, Wait: true}, allocation.ServerSelector{})
			require.NoError(t, err)
			require.Equal(t, claim.StateWAITING, c.State)
			line = append(line, c.ID)
		}
		places, err := e.Places(robot(e.b), line)
		require.NoError(t, err)
		require.Equal(t, map[string]int{line[0]: 1, line[1]: 2, line[2]: 3}, places)

		_, err = e.Release(robot(e.b), line[0]) // the first leaves the line
		require.NoError(t, err)
		_, err = e.Release(robot(e.a), held.ID)
		require.NoError(t, err)
		_, err = e.ClaimServer(robot(e.a), allocation.Terms{ProjectID: e.a}, allocation.ServerSelector{})
		require.True(t, fault.Is(err, fault.Conflict), "nobody overtakes those who wait: %v", err)
		require.NoError(t, e.Sweep(context.Background()))
		require.Equal(t, claim.StateHELD, e.client.Claim.GetX(system(), line[1]).State)
		require.Equal(t, claim.StateWAITING, e.client.Claim.GetX(system(), line[2]).State)
	})
}

// What becomes free while others claim goes to whoever waits, also when it turns up in the midst of a claim.
func TestNobodyOvertakesTheLine(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		e := newEstate(t, db)
		var line []string
		for range 40 {
			c, err := e.ClaimServer(robot(e.b), allocation.Terms{ProjectID: e.b, Wait: true}, allocation.ServerSelector{})
			require.NoError(t, err)
			line = append(line, c.ID)
		}
		delivered := make(chan struct{})
		var group sync.WaitGroup
		for range 6 {
			group.Go(func() {
				for open := true; open; {
					select {
					case <-delivered:
						open = false
					default:
					}
					if c, err := e.ClaimServer(robot(e.a), allocation.Terms{ProjectID: e.a}, allocation.ServerSelector{}); !fault.Is(err, fault.Conflict) {
						t.Errorf("somebody overtook the line: %v %v", c, err)
						return
					}
				}
			})
		}
		for i, id := range line[:20] {
			e.servers(1, schema.Specification{})
			require.Eventually(t, func() bool {
				return e.client.Claim.Query().Where(claim.StateEQ(claim.StateHELD)).CountX(system()) == i+1
			}, time.Minute, time.Millisecond)
			require.Equal(t, claim.StateHELD, e.client.Claim.GetX(system(), id).State, "number %d is next", i+1)
		}
		close(delivered)
		group.Wait()
	})
}

// Those who wait for the same are served in order; one who waits for something else is neither in the way nor passed over.
func TestALineOfSeveralWishes(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		e := newEstate(t, db)
		wait := func(cores int) string {
			c, err := e.ClaimServer(robot(e.b), allocation.Terms{ProjectID: e.b, Wait: true}, allocation.ServerSelector{Specification: schema.Specification{Cores: cores}})
			require.NoError(t, err)
			return c.ID
		}
		big, small, other := wait(64), wait(2), wait(2)
		state := func(id string) claim.State { return e.client.Claim.GetX(system(), id).State }
		e.servers(1, schema.Specification{Cores: 4})
		require.NoError(t, e.Sweep(context.Background()))
		require.Equal(t, []claim.State{claim.StateWAITING, claim.StateHELD, claim.StateWAITING}, []claim.State{state(big), state(small), state(other)})
		e.servers(3, schema.Specification{Cores: 64})
		got, err := e.ClaimServer(robot(e.a), allocation.Terms{ProjectID: e.a}, allocation.ServerSelector{})
		require.NoError(t, err, "what those who wait leave")
		require.Equal(t, claim.StateHELD, got.State)
		require.Equal(t, []claim.State{claim.StateHELD, claim.StateHELD}, []claim.State{state(big), state(other)})
	})
}

func TestAClaimThatExpiresIsGivenBack(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		e := newEstate(t, db)
		e.servers(1, schema.Specification{})
		second := time.Second
		c, err := e.ClaimServer(robot(e.a), allocation.Terms{ProjectID: e.a, Lifetime: &second}, allocation.ServerSelector{})
		require.NoError(t, err)
		require.NoError(t, e.Sweep(context.Background()))
		require.Equal(t, claim.StateHELD, e.client.Claim.GetX(system(), c.ID).State)
		e.client.Claim.UpdateOneID(c.ID).SetExpiresAt(time.Now().UTC().Add(-time.Second)).ExecX(system())
		require.NoError(t, e.Sweep(context.Background()))
		require.Equal(t, claim.StateEXPIRED, e.client.Claim.GetX(system(), c.ID).State)
		given := e.client.Server.GetX(system(), *c.ServerID)
		require.Equal(t, server.LifecycleAVAILABLE, given.Lifecycle)
		require.Nil(t, given.ProjectID)
	})
}

func TestAddressesAreGivenOnceAndNeverTheGateway(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		e := newEstate(t, db)
		n, err := e.CreateNetwork(system(), allocation.NetworkInput{Name: "lan", CIDR: "10.0.0.0/28", Gateway: "10.0.0.1"})
		require.NoError(t, err)
		_, _, err = e.Reserve(system(), n.ID, "10.0.0.5", "10.0.0.6", true, "printers")
		require.NoError(t, err)
		const claimants = 40
		got := make([]string, claimants)
		var group sync.WaitGroup
		for i := range claimants {
			group.Go(func() {
				c, err := e.ClaimAddress(robot(e.a), allocation.Terms{ProjectID: e.a}, allocation.AddressSelector{Network: "lan"}, "")
				if err == nil {
					got[i] = e.client.Address.GetX(system(), *c.AddressID).IP
				}
			})
		}
		group.Wait()
		given := map[string]bool{}
		for _, ip := range got {
			require.False(t, ip != "" && given[ip], "%s was given twice", ip)
			given[ip] = true
		}
		delete(given, "")
		require.Len(t, given, 11, "14 that machines can have, less the gateway and two reserved: %v", given)
		for _, never := range []string{"10.0.0.0", "10.0.0.1", "10.0.0.5", "10.0.0.6", "10.0.0.15"} {
			require.NotContains(t, given, never)
		}
	})
}

// A network grows by many rows at once: who comes while others have it grow still gets the last address that it has.
func TestAllOfANetworkIsGivenToManyAtOnce(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		e := newEstate(t, db)
		e.network("10.9.0.0/25")
		errs := make([]error, 126)
		var group sync.WaitGroup
		for i := range errs {
			group.Go(func() {
				_, errs[i] = e.ClaimAddress(robot(e.a), allocation.Terms{ProjectID: e.a, Key: fmt.Sprint("k", i)}, allocation.AddressSelector{}, "")
			})
		}
		group.Wait()
		for _, err := range errs {
			require.NoError(t, err)
		}
	})
}

func TestANetworkThatIsNotToBeClaimedFromGivesNothing(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		e, not := newEstate(t, db), false
		closed, err := e.CreateNetwork(system(), allocation.NetworkInput{Name: "closed", CIDR: "192.0.2.0/24", Claimable: &not})
		require.NoError(t, err)
		for _, selector := range []allocation.AddressSelector{{}, {Network: "closed"}, {NetworkID: closed.ID}, {IP: "192.0.2.7"}} {
			_, err := e.ClaimAddress(robot(e.a), allocation.Terms{ProjectID: e.a}, selector, "")
			require.Error(t, err, selector)
		}
		open := e.network("198.51.100.0/24")
		c, err := e.ClaimAddress(robot(e.a), allocation.Terms{ProjectID: e.a}, allocation.AddressSelector{}, "")
		require.NoError(t, err)
		require.Equal(t, open.ID, e.client.Address.GetX(system(), *c.AddressID).NetworkID)
	})
}

func TestTheVeryAddressAndAHugeNetwork(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		e := newEstate(t, db)
		six := e.network("2001:db8::/64")
		take := func(selector allocation.AddressSelector) (*ent.Address, error) {
			c, err := e.ClaimAddress(robot(e.a), allocation.Terms{ProjectID: e.a}, selector, "")
			if err != nil {
				return nil, err
			}
			return e.client.Address.GetX(system(), *c.AddressID), nil
		}
		exact, err := take(allocation.AddressSelector{IP: "2001:DB8:0::42"})
		require.NoError(t, err)
		require.Equal(t, "2001:db8::42", exact.IP)
		_, err = take(allocation.AddressSelector{IP: "2001:db8::42"})
		require.True(t, fault.Is(err, fault.Conflict))
		require.ErrorContains(t, err, "2001:db8::42 is in use")
		first, err := take(allocation.AddressSelector{NetworkID: six.ID})
		require.NoError(t, err)
		require.Equal(t, "2001:db8::1", first.IP)
		_, err = take(allocation.AddressSelector{IP: "192.0.2.1"})
		require.True(t, fault.Is(err, fault.Conflict))
		require.Less(t, e.client.Address.Query().Where(address.NetworkID(six.ID)).CountX(system()), 200, "a row for what is used only")
	})
}

func TestAnOldNetworkInWhichNoMachineCanLiveIsStillChanged(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		e := newEstate(t, db)
		first, last := netip.MustParseAddr("169.254.0.0").As16(), netip.MustParseAddr("169.254.0.255").As16()
		old := e.client.Network.Create().SetName("old").SetCidr("169.254.0.0/24").SetFamily(network.FamilyIPV4).
			SetFirst(first[:]).SetLast(last[:]).SaveX(system())
		name := "renamed"
		changed, err := e.UpdateNetwork(system(), old.ID, allocation.NetworkUpdate{Name: &name})
		require.NoError(t, err)
		require.Equal(t, name, changed.Name)
	})
}

func TestNetworksOfOneScopeDoNotOverlap(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		e := newEstate(t, db)
		e.network("10.0.0.0/16")
		for _, cidr := range []string{"10.0.3.0/24", "10.0.0.0/8", "10.0.0.0/16"} {
			_, err := e.CreateNetwork(system(), allocation.NetworkInput{Name: "x", CIDR: cidr})
			require.True(t, fault.Is(err, fault.Conflict), cidr)
		}
		_, err := e.CreateNetwork(system(), allocation.NetworkInput{Name: "x", CIDR: "10.0.3.0/24", Scope: "other"})
		require.NoError(t, err)
		_, err = e.CreateNetwork(system(), allocation.NetworkInput{Name: "", CIDR: "10.9.9.9/8", Gateway: "x", VLAN: new(int)})
		list, _ := fault.AsList(err)
		require.Len(t, list, 3, "everything that is wrong at once: %v", err)
		var group sync.WaitGroup
		errs := make([]error, 8)
		for i := range errs {
			group.Go(func() {
				_, errs[i] = e.CreateNetwork(system(), allocation.NetworkInput{Name: "race", CIDR: fmt.Sprintf("172.16.0.0/%d", 16+i)})
			})
		}
		group.Wait()
		made := 0
		for _, err := range errs {
			if err == nil {
				made++
			}
		}
		require.Equal(t, 1, made, "whoever comes second sees the first")
	})
}
