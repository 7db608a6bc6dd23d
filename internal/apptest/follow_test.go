package apptest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/apptest"
)

const (
	hearServer = `subscription($id: ID!) { serverChanged(id: $id) { lifecycle project { id } checks { status } } }`
	hearClaim  = `subscription($id: ID!) { claimChanged(id: $id) { state } }`
	hearHealth = `subscription { healthChanged { servers { health count } unwell { id } } }`
)

func TestASubscriberFollowsTheInventory(t *testing.T) {
	t.Parallel()
	overEach(t, func(l *land, hear func(*apptest.Client, string, map[string]any) hearing) {
		e := l.estate("kept")
		server := hear(l.Admin(), hearServer, map[string]any{"id": e["Server"]})
		claim := hear(l.Admin(), hearClaim, map[string]any{"id": e["Claim"]})
		health := hear(l.Admin(), hearHealth, nil)
		var seen struct{ ServerChanged struct{ Lifecycle string } }
		var held struct{ ClaimChanged struct{ State string } }
		var board struct {
			HealthChanged struct{ Unwell []struct{ ID string } }
		}
		server.Data(&seen)
		require.Equal(l.t, "ASSIGNED", seen.ServerChanged.Lifecycle)
		claim.Data(&held)
		require.Equal(l.t, "HELD", held.ClaimChanged.State)
		health.Data(&board)

		l.Admin().Ask(`mutation($id: String!) { reportState(input: {subjectId: $id, check: "disk", status: CRITICAL}) { userErrors { code } } }`, map[string]any{"id": e["Server"]}).RequireDone(l.t)
		unwell := func() bool {
			for _, one := range board.HealthChanged.Unwell {
				if one.ID == e["Server"] {
					return true
				}
			}
			return false
		}
		for !unwell() {
			health.Data(&board)
		}
		l.Admin().Ask(`mutation($id: ID!) { moveServers(input: {ids: [$id], move: PUT_IN_SERVICE}) { userErrors { code } } }`, map[string]any{"id": e["Server"]}).RequireDone(l.t)
		for seen.ServerChanged.Lifecycle != "IN_SERVICE" {
			server.Data(&seen)
		}
		l.Admin().Ask(`mutation($id: ID!) { releaseClaim(input: {id: $id}) { userErrors { code } } }`, map[string]any{"id": e["Claim"]}).RequireDone(l.t)
		for held.ClaimChanged.State != "RELEASED" {
			claim.Data(&held)
		}
		for seen.ServerChanged.Lifecycle != "AVAILABLE" {
			server.Data(&seen)
		}
	})
}

// Who is no longer in the project hears no more of its servers and claims, also when another server took the role away.
func TestARoleTakenAwayEndsWhatIsHeardOfTheInventory(t *testing.T) {
	t.Parallel()
	here, there := pair(t)
	for name, hear := range transports {
		t.Run(name, func(t *testing.T) {
			e := here.estate("lost")
			member, leave := guest(here, there, e, "loses-"+name+"@example.org")
			server := hear(member, hearServer, map[string]any{"id": e["Server"]})
			claim := hear(member, hearClaim, map[string]any{"id": e["Claim"]})
			require.Contains(t, string(server.Next().Payload), "ASSIGNED")
			require.Contains(t, string(claim.Next().Payload), "HELD")
			leave()
			there.Admin().Ask(`mutation($id: ID!) { moveServers(input: {ids: [$id], move: PUT_IN_SERVICE}) { userErrors { code } } }`, map[string]any{"id": e["Server"]}).RequireDone(t)
			there.Admin().Ask(`mutation($id: ID!) { releaseClaim(input: {id: $id}) { userErrors { code } } }`, map[string]any{"id": e["Claim"]}).RequireDone(t)
			for m := server.Next(); m.Type != "complete"; m = server.Next() {
				require.NotContains(t, string(m.Payload), "IN_SERVICE")
				require.NotContains(t, string(m.Payload), "AVAILABLE")
			}
			for m := claim.Next(); m.Type != "complete"; m = claim.Next() {
				require.NotContains(t, string(m.Payload), "RELEASED")
			}
		})
	}
}
