package apptest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent/apitoken"
	"github.com/arpent/arpent/internal/apptest"
)

// A claim with a token that has ended gets nothing, and is told that, and when; an empty key is none, and no slip that claims at each retry.
func TestClaimsOfEndedTokensAndEmptyKeysAreRefused(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, s *apptest.Server) {
		db := s.DB.Client(apptest.System())
		own := db.Project.Create().SetAcronym("OWN").SetName("Own").SetOrganizationID(db.Organization.Query().FirstIDX(apptest.System())).SaveX(apptest.System())
		host := db.HostingProvider.Create().SetCode("ACME").SetName("Acme").SaveX(apptest.System())
		db.Server.Create().SetHostname("web-1").SetProviderID(host.ID).SetLifecycle("AVAILABLE").ExecX(apptest.System())
		var made struct {
			CreateAPIToken struct {
				Secret   string
				APIToken struct{ ID string }
			}
		}
		s.Admin().Get(&made, `mutation { createApiToken(input: {name: "robot", scopes: ["server.claim", "project.read"]}) { secret apiToken { id } userErrors { message } } }`, nil)
		robot := s.With(made.CreateAPIToken.Secret)
		for _, mutation := range []string{
			`mutation($p: ID!) { claimServer(input: {projectId: $p, idempotencyKey: ""}) { claim { id } userErrors { code field message } } }`,
			`mutation($p: ID!) { claimAddress(input: {projectId: $p, idempotencyKey: ""}) { claim { id } userErrors { code field message } } }`,
		} {
			var answer map[string]struct {
				Claim      *struct{ ID string }
				UserErrors []struct {
					Code, Message string
					Field         []string
				}
			}
			robot.Get(&answer, mutation, map[string]any{"p": own.ID})
			for _, told := range answer {
				require.Nil(t, told.Claim)
				require.Len(t, told.UserErrors, 1)
				require.Equal(t, []string{"idempotencyKey"}, told.UserErrors[0].Field)
				require.Contains(t, told.UserErrors[0].Message, "1 to 200")
			}
		}

		ended := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
		require.Equal(t, 1, db.ApiToken.Update().Where(apitoken.ID(made.CreateAPIToken.APIToken.ID)).SetExpiresAt(ended).SaveX(apptest.System()))
		late := s.With(made.CreateAPIToken.Secret)
		const claim = `mutation($p: ID!) { claimServer(input: {projectId: $p}) { claim { id } userErrors { message } } }`
		require.Eventually(t, func() bool { return len(late.Ask(claim, map[string]any{"p": "prj_none"}).Errors) > 0 }, time.Minute, 50*time.Millisecond, "who was known a moment ago is forgotten soon")
		answer := late.Ask(claim, map[string]any{"p": own.ID})
		require.Len(t, answer.Errors, 1)
		require.Equal(t, "UNAUTHENTICATED", answer.Errors[0].Extensions.Code)
		require.Equal(t, "This API token ended on 2026-01-02 03:04:05 UTC. Make another one.", answer.Errors[0].Message)
		require.Zero(t, db.Claim.Query().CountX(apptest.System()))
	})
}

// A network in which no machine can live is refused with the reason, in the reader's language, and is not made.
func TestNetworksInWhichNoMachineCanLiveAreRefused(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, s *apptest.Server) {
		for cidr, want := range map[string]string{
			"224.0.0.0/24": "No machine can have the addresses of 224.0.0.0/4: they are for groups of machines (multicast).",
			"fe80::/64":    "No machine can have the addresses of fe80::/10: they are for what machines give themselves on each link (link-local).",
			"0.0.0.0/0":    "0.0.0.0/0 is all addresses there are. Give the range that is yours.",
		} {
			var answer struct {
				CreateNetwork struct {
					Network    *struct{ ID string }
					UserErrors []struct {
						Code, Message string
						Field         []string
					}
				}
			}
			s.Admin().Get(&answer, `mutation($c: String!) { createNetwork(input: {name: "odd", cidr: $c}) { network { id } userErrors { code field message } } }`, map[string]any{"c": cidr})
			require.Nil(t, answer.CreateNetwork.Network, cidr)
			require.Len(t, answer.CreateNetwork.UserErrors, 1, cidr)
			refused := answer.CreateNetwork.UserErrors[0]
			require.Equal(t, "INVALID", refused.Code)
			require.Equal(t, want, refused.Message)
			require.Contains(t, refused.Field, "cidr")
		}
		require.Zero(t, s.DB.Client(apptest.System()).Network.Query().CountX(apptest.System()))
	})
}
