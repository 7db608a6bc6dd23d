package apptest_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/internal/apptest"
	"github.com/arpent/arpent/internal/auth"
)

// The token of a run is good for its project, its phase and its lease, and for nothing else.
func TestATokenOfARunEndsWithItsLease(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, s *apptest.Server) {
		db := s.DB.Client(apptest.System())
		db.Worker.Create().SetName("elsewhere").SetRemote(true).ExecX(apptest.System()) // a server that starts takes back the runs of its own
		own := db.Project.Create().SetAcronym("OWN").SetName("Own").SetOrganizationID(db.Organization.Query().FirstIDX(apptest.System())).SaveX(apptest.System())
		other := db.Project.Create().SetAcronym("OTHER").SetName("Other").SetOrganizationID(own.OrganizationID).SaveX(apptest.System())
		working := db.Run.Create().SetKind(run.KindPROVISION).SetStatus(run.StatusRUNNING).SetPhase(run.PhasePLAN).SetProjectID(own.ID).
			SetRequestedBy("Ada").SetWorker("elsewhere").SetLease(3).SetLeaseExpiresAt(time.Now().Add(time.Hour)).SetQueuedAt(time.Now()).SaveX(apptest.System())
		host := db.HostingProvider.Create().SetCode("ACME").SetName("Acme").SaveX(apptest.System())
		db.Server.Create().SetHostname("web-1").SetProviderID(host.ID).SetLifecycle("AVAILABLE").ExecX(apptest.System())
		tool := s.With(auth.RunToken{Run: working.ID, Lease: 3, Project: own.ID}.Sign(s.Keyring.Signer()))

		require.Equal(t, []string{own.ID}, projectsOf(tool))
		require.Contains(t, claimWith(tool, own.ID), "may not", "a plan claims nothing")
		set := func(change func(*ent.RunUpdateOne) *ent.RunUpdateOne) {
			change(db.Run.UpdateOne(working)).ExecX(apptest.System())
		}
		set(func(u *ent.RunUpdateOne) *ent.RunUpdateOne { return u.SetPhase(run.PhaseAPPLY) })
		require.Contains(t, claimWith(tool, other.ID), "no such project")
		require.Empty(t, claimWith(tool, own.ID))
		asked := tool.Ask(`mutation { createApiToken(input: {name: "t", scopes: ["all"]}) { secret userErrors { code } } }`, nil)
		require.Contains(t, string(asked.Data)+fmt.Sprint(asked.Errors), "UNAUTHENTICATED")

		for name, end := range map[string]func(*ent.RunUpdateOne) *ent.RunUpdateOne{
			"another attempt": func(u *ent.RunUpdateOne) *ent.RunUpdateOne { return u.SetLease(4) },
			"the end":         func(u *ent.RunUpdateOne) *ent.RunUpdateOne { return u.SetLease(3).SetStatus(run.StatusSUCCEEDED) },
		} {
			set(end)
			require.Equal(t, "UNAUTHENTICATED", tool.Refused(`{ projects { totalCount } }`, nil), name)
		}
		forged := s.With(auth.RunToken{Run: working.ID, Lease: 3, Project: other.ID}.Sign(s.Keyring.Signer()))
		require.Equal(t, "UNAUTHENTICATED", forged.Refused(`{ projects { totalCount } }`, nil))
	})
}

func projectsOf(c *apptest.Client) (ids []string) {
	var found struct {
		Projects struct {
			Edges []struct{ Node struct{ ID string } }
		}
	}
	c.Get(&found, `{ projects { edges { node { id } } } }`, nil)
	for _, edge := range found.Projects.Edges {
		ids = append(ids, edge.Node.ID)
	}
	return ids
}

// claimWith claims a server and returns why it was refused.
func claimWith(c *apptest.Client, project string) string {
	var answer struct {
		ClaimServer struct{ UserErrors []struct{ Message string } }
	}
	c.Get(&answer, `mutation($p: ID!) { claimServer(input: {projectId: $p, idempotencyKey: "k"}) { claim { id } userErrors { message } } }`, map[string]any{"p": project})
	for _, refused := range answer.ClaimServer.UserErrors {
		return refused.Message
	}
	return ""
}
