package apptest_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/apptest"
)

// labelsOf are so many labels that could be.
func labelsOf(count int) (list []string) {
	for i := range count {
		list = append(list, fmt.Sprintf("l%d=v", i))
	}
	return list
}

type anyMap = map[string]any

// impossible are claims that nobody can be given, by what they are of.
var impossible = map[string]map[string]anyMap{
	"claimServer": {
		"less than nothing":        {"selector": anyMap{"specification": anyMap{"cores": -1}}},
		"more than there is":       {"selector": anyMap{"specification": anyMap{"cores": 1_000_000}}},
		"a network that is none":   {"selector": anyMap{"networkId": "net_01h455vb4pex5vsknk084sn02q"}},
		"an id that is none":       {"selector": anyMap{"ids": []string{"nonsense"}}},
		"ids without number":       {"selector": anyMap{"ids": labelsOf(5000)}},
		"labels without number":    {"selector": anyMap{"labels": labelsOf(2000)}},
		"a label that is none":     {"selector": anyMap{"labels": []string{"=web"}}},
		"a label of a nul":         {"selector": anyMap{"labels": []string{"role=\x00"}}},
		"a life that ends before":  {"lifetime": -5},
		"a life beyond all others": {"lifetime": 1 << 60},
		"a key beyond its length":  {"idempotencyKey": strings.Repeat("k", 300)},
		"a key of a nul":           {"idempotencyKey": "a\x00b"},
		"waiting for nothing":      {"wait": true, "selector": anyMap{"specification": anyMap{"memoryMiB": -1}}},
	},
	"claimAddress": {
		"no address":              {"selector": anyMap{"ip": "999.1.1.1"}},
		"of no network":           {"selector": anyMap{"ip": "192.0.2.1"}},
		"the gateway":             {"selector": anyMap{"ip": "10.9.0.1"}},
		"the broadcast":           {"selector": anyMap{"ip": "10.9.0.255"}},
		"the network itself":      {"selector": anyMap{"ip": "10.9.0.0"}},
		"of the other family":     {"selector": anyMap{"network": "nine", "family": "IPV6"}},
		"of a scope that is none": {"selector": anyMap{"network": "nine", "scope": "nowhere"}},
		"a network's name of nul": {"selector": anyMap{"network": "ni\x00ne"}},
		"for a server elsewhere":  {"serverId": "srv_01h455vb4pex5vsknk084sn02q"},
	},
}

// Claims that can not be met are refused with the reason and the field, in bounded time, and hold nothing; nobody who may not is let in.
func TestImpossibleClaimsHoldNothing(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, s *apptest.Server) {
		db, robot := s.DB.Client(apptest.System()), s.Admin()
		p := db.Project.Create().SetAcronym("NINE").SetName("Nine").SetOrganizationID(db.Organization.Query().FirstIDX(apptest.System())).SaveX(apptest.System())
		host := db.HostingProvider.Create().SetCode("ACME").SetName("Acme").SaveX(apptest.System())
		db.Server.Create().SetHostname("web-1").SetProvider(host).SetLifecycle("AVAILABLE").SetCores(8).ExecX(apptest.System())
		robot.Ask(`mutation { createNetwork(input: {name: "nine", cidr: "10.9.0.0/24", gateway: "10.9.0.1", claimable: true}) { userErrors { code } } }`, nil).RequireDone(t)
		claim := func(c *apptest.Client, mutation string, input anyMap) (state, refusal string) {
			input["projectId"] = p.ID
			answer := c.Ask(`mutation($i: `+strings.ToUpper(mutation[:1])+mutation[1:]+`Input!) { made: `+mutation+`(input: $i) { claim { state } userErrors { code message field } } }`, anyMap{"i": input})
			for _, e := range answer.Errors {
				return "", e.Extensions.Code + " " + e.Message
			}
			var told struct {
				Made struct {
					Claim      *struct{ State string }
					UserErrors []struct{ Code, Message string }
				}
			}
			require.NoError(t, json.Unmarshal(answer.Data, &told))
			for _, e := range told.Made.UserErrors {
				return "", e.Code + " " + e.Message
			}
			return told.Made.Claim.State, ""
		}
		for mutation, inputs := range impossible {
			for name, input := range inputs {
				began := time.Now()
				state, refusal := claim(robot, mutation, input)
				require.Empty(t, state, "%s: %s", mutation, name)
				require.Regexp(t, `^(INVALID|LIMITED|CONFLICT|NOT_FOUND) .{10}`, refusal, "%s: %s", mutation, name)
				require.Less(t, time.Since(began), 20*time.Second, name)
			}
		}
		require.Zero(t, db.Claim.Query().CountX(apptest.System()), "nothing is held, and nobody waits")

		once := func(cores int) anyMap {
			return anyMap{"idempotencyKey": "once", "selector": anyMap{"specification": anyMap{"cores": cores}}}
		}
		state, refusal := claim(robot, "claimServer", once(4))
		require.Equal(t, "HELD", state, refusal)
		_, refusal = claim(robot, "claimServer", once(2))
		require.Contains(t, refusal, "CONFLICT", "a key that is used for something else")
		expired := s.With(s.TokenFor(apptest.AdminEmail))
		db.ApiToken.Update().SetExpiresAt(time.Now().Add(-time.Minute)).ExecX(apptest.System())
		_, refusal = claim(expired, "claimServer", once(4))
		require.Contains(t, refusal, "UNAUTHENTICATED")
		require.Equal(t, 1, db.Claim.Query().CountX(apptest.System()))
	})
}

// Reports that can not be are refused each by its place and rule; those among them that can be are taken.
func TestImpossibleReportsKeepNoOthersOut(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, s *apptest.Server) {
		db := s.DB.Client(apptest.System())
		host := db.HostingProvider.Create().SetCode("ACME").SetName("Acme").SaveX(apptest.System())
		db.Server.Create().SetHostname("web-1").SetProvider(host).SetLifecycle("AVAILABLE").ExecX(apptest.System())
		at := func(when time.Time) string { return when.UTC().Format(time.RFC3339) }
		ask := func(reports []anyMap) (accepted int, refused []string) {
			var told struct {
				ReportStates struct {
					Accepted   int
					UserErrors []struct {
						Code, Message string
						Field         []string
					}
				}
			}
			s.Admin().Get(&told, `mutation($r: [ReportStateInput!]!) { reportStates(input: {reports: $r}) { accepted userErrors { code message field } } }`, anyMap{"r": reports})
			for _, e := range told.ReportStates.UserErrors {
				require.NotEmpty(t, e.Message)
				refused = append(refused, e.Code+" "+strings.Join(e.Field, "."))
			}
			return told.ReportStates.Accepted, refused
		}
		report := func(check string, more anyMap) anyMap {
			one := anyMap{"subjectId": "web-1", "check": check, "status": "OK"}
			for name, value := range more {
				one[name] = value
			}
			return one
		}
		accepted, refused := ask([]anyMap{
			report("good", nil), report("future", anyMap{"observedAt": at(time.Now().Add(time.Hour))}), report("old", anyMap{"observedAt": "2019-01-01T00:00:00Z"}),
			report("unknown", anyMap{"subjectId": "nobody"}), report("", nil), report("good too", anyMap{"observedAt": at(time.Now().Add(-time.Minute))}),
			report("nul", anyMap{"message": "a\x00b"}), report("long", anyMap{"message": strings.Repeat("m", 1<<17)}), report("never", anyMap{"interval": -1}),
		})
		require.GreaterOrEqual(t, accepted, 2, "%v", refused)
		for _, rule := range []string{"reports.1.observedAt", "reports.2.observedAt", "NOT_FOUND reports.3", "reports.4.check", "INVALID reports.6.message", "reports.8.interval"} {
			require.Contains(t, strings.Join(refused, "\n"), rule)
		}
		require.Equal(t, 9, accepted+len(refused), "each is taken or refused: %v", refused)
		require.Equal(t, accepted, db.StateReport.Query().CountX(apptest.System()))

		var many []anyMap
		for i := range 10_000 {
			many = append(many, report(fmt.Sprint("c", i), nil))
		}
		answer := s.Admin().Ask(`mutation($r: [ReportStateInput!]!) { reportStates(input: {reports: $r}) { accepted userErrors { code message } } }`, anyMap{"r": many})
		require.Contains(t, fmt.Sprint(string(answer.Data), answer.Errors), "LIMITED")
		require.Equal(t, accepted, db.StateReport.Query().CountX(apptest.System()))
	})
}
