package engines_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/check"
	"github.com/arpent/arpent/ent/role"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/ent/statereport"
	"github.com/arpent/arpent/internal/apptest"
	"github.com/arpent/arpent/internal/auth"
)

const oneServer = `resource "arpent_server" "web" {
  name      = "site/web"
  labels    = ["role=web"]
  min_cores = 4
}
`

// A server with a real engine: made, found as it is, made anew when somebody gave it back, changed in place, replaced and destroyed.
func TestArpentServerIsClaimedAndGivenBack(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.has("web", 4, "small-1")
	d.has("web", 8, "large-1")
	d.has("mail", 64, "mail-1")
	d.writes(oneServer)
	require.Equal(t, []string{"arpent_server.web: create"}, d.plans())
	require.Empty(t, d.held(), "a plan claims nothing")
	d.applies()
	first := d.state("arpent_server.web")
	require.Equal(t, "small-1", first["hostname"])
	require.Nil(t, first["expires_at"])
	require.EqualValues(t, 4, first["found"].(map[string]any)["cores"])
	require.Equal(t, map[string]any{"role": "web"}, first["found"].(map[string]any)["labels"])
	require.Equal(t, []string{"small-1"}, d.held())
	require.Empty(t, d.plans(), "what was applied is as it was planned")

	d.releases("arpent_server.web")
	require.Equal(t, []string{"arpent_server.web: create"}, d.plans(), "what was given back is planned again")
	d.applies()
	anew := d.state("arpent_server.web")
	require.NotEqual(t, first["id"], anew["id"])
	require.Equal(t, []string{"small-1"}, d.held())

	d.writes(oneServer[:len(oneServer)-2] + "  lifetime  = 7200\n}\n")
	require.Equal(t, []string{"arpent_server.web: update"}, d.plans())
	d.applies()
	lasting := d.state("arpent_server.web")
	require.Equal(t, anew["id"], lasting["id"])
	ends, err := time.Parse(time.RFC3339, lasting["expires_at"].(string))
	require.NoError(t, err)
	require.WithinDuration(t, time.Now().Add(2*time.Hour), ends, 5*time.Minute)
	d.writes(oneServer)
	d.applies()
	require.Nil(t, d.state("arpent_server.web")["expires_at"], "without a lifetime it is kept")

	d.writes(`resource "arpent_server" "web" {
  name      = "site/web"
  labels    = ["role=web"]
  min_cores = 8
}
`)
	require.Equal(t, []string{"arpent_server.web: delete+create"}, d.plans())
	d.applies()
	require.Equal(t, "large-1", d.state("arpent_server.web")["hostname"])
	require.Equal(t, []string{"large-1"}, d.held())
	d.does("destroy", "-auto-approve")
	require.Empty(t, d.held())

	d.writes(`resource "arpent_server" "web" {
  name      = "site/web"
  min_cores = 128
}
`)
	d.fails("No server is free that fits", "apply", "-auto-approve")
	require.Nil(t, d.state("arpent_server.web"))
}

// What was given back by somebody else is destroyed without a word, also when the engine was told not to look first.
func TestWhatIsGoneAlreadyIsDestroyed(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.has("web", 8, "web-1")
	d.network("front", "", "10.3.0.0/24")
	for _, how := range [][]string{{"destroy", "-auto-approve", "-refresh=false"}, {"destroy", "-auto-approve"}} {
		d.writes(oneServer + "resource \"arpent_address\" \"web\" {\n  name = \"web\"\n}\n")
		d.applies()
		require.Equal(t, []string{"10.3.0.1", "web-1"}, d.held())
		d.releases("arpent_server.web")
		d.releases("arpent_address.web")
		d.does(how...)
		require.Nil(t, d.state("arpent_server.web"))
		require.Empty(t, d.held())
	}
}

// An address with a real engine.
func TestArpentAddressIsClaimedAndGivenBack(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.has("web", 8, "web-1")
	d.network("front", "", "10.4.0.0/29")
	d.network("six", "", "2001:db8:4::/64")
	with := func(more string) {
		d.writes(oneServer + "resource \"arpent_address\" \"web\" {\n  name = \"web\"\n" + more + "\n}\n")
	}
	with(`network = "front"
		server_id = arpent_server.web.server_id`)
	d.applies()
	first := d.state("arpent_address.web")
	require.Equal(t, []any{"10.4.0.1", "10.4.0.0/29", 29.0, ""}, []any{first["ip"], first["cidr"], first["prefix_length"], first["gateway"]})
	d.does("apply", "-auto-approve", "-refresh-only")
	require.Equal(t, []any{"10.4.0.1"}, d.state("arpent_server.web")["addresses"], "the server has it")
	require.Empty(t, d.plans())

	with(`network = "front"
		server_id = arpent_server.web.server_id
		lifetime = 3600`)
	require.Equal(t, []string{"arpent_address.web: update"}, d.plans())
	d.applies()
	require.Equal(t, first["id"], d.state("arpent_address.web")["id"])
	require.NotNil(t, d.state("arpent_address.web")["expires_at"])
	d.releases("arpent_address.web")
	require.Equal(t, []string{"arpent_address.web: create"}, d.plans(), "what was given back is planned again")

	with(`requested_ip = "10.4.0.5"`)
	d.applies()
	require.Equal(t, []string{"10.4.0.5", "web-1"}, d.held())
	with(`family = "IPV6"`)
	require.Equal(t, []string{"arpent_address.web: delete+create"}, d.plans())
	d.applies()
	require.EqualValues(t, 64, d.state("arpent_address.web")["prefix_length"])
	with(`network = "nowhere"`)
	d.fails("No address could be claimed for web", "apply", "-auto-approve")
	with(`family = "IPX"`)
	d.fails("value must be one of", "plan")
	d.writes("")
	d.does("destroy", "-auto-approve")
	require.Empty(t, d.held())
}

// A claim that was made by hand is taken over, by the command and by the block, and is as it was asked for.
func TestClaimsAreTakenOver(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.has("web", 8, "web-1")
	d.network("front", "", "10.5.0.0/24")
	server := d.claims("claimServer", `{labels: ["role=web"], specification: {cores: 4}}`, "site/web")
	address := d.claims("claimAddress", `{network: "front"}`, "gate")
	const gate = "resource \"arpent_address\" \"gate\" {\n  name    = \"gate\"\n  network = \"front\"\n}\n"

	d.writes(oneServer + gate)
	d.does("import", "arpent_server.web", server)
	require.Equal(t, []string{"arpent_address.gate: create"}, d.plans(), "the server is as it is asked for")
	d.fails("This is another kind of claim", "import", "arpent_address.gate", server)
	d.fails("Cannot import non-existent remote object", "import", "arpent_address.gate", "clm_01h455vb4pex5vsknk084sn02q")
	released := d.claims("claimAddress", `{network: "front"}`, "other")
	d.asks(`mutation($id: ID!) { releaseClaim(input: {id: $id}) { userErrors { message } } }`, map[string]any{"id": released})
	d.fails("Cannot import non-existent remote object", "import", "arpent_address.gate", released)

	d.writes(oneServer + gate + "import {\n  to = arpent_address.gate\n  id = \"" + address + "\"\n}\n")
	require.Contains(t, d.does("plan"), "1 to import, 0 to add, 0 to change, 0 to destroy")
	d.applies()
	require.Equal(t, address, d.state("arpent_address.gate")["id"])
	require.Equal(t, "10.5.0.1", d.state("arpent_address.gate")["ip"])
	require.Empty(t, d.plans())
	require.Equal(t, []string{"10.5.0.1", "web-1"}, d.held(), "nothing was claimed beside")
	d.does("destroy", "-auto-approve")
	require.Empty(t, d.held())
}

// said are the reports of a check, oldest first.
func (d *desk) said(name string) (list []string) {
	d.t.Helper()
	for _, one := range d.DB.Client(apptest.System()).StateReport.Query().Where(statereport.HasCheckWith(check.Name(name))).
		Order(statereport.ByObservedAt(), statereport.ByID()).AllX(apptest.System()) {
		list = append(list, string(one.Status)+" "+one.Message)
	}
	return list
}

// A report with a real engine: made, repeated in place, replaced where it is of something else, and withdrawn.
func TestArpentStateReportIsToldAndWithdrawn(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.has("web", 8, "web-1")
	with := func(more string) {
		d.writes(oneServer + "resource \"arpent_state_report\" \"web\" {\n  subject_id = arpent_server.web.server_id\n" + more + "\n}\n")
	}
	with(`check = "setup"
		status = "WARNING"
		message = "begun"
		interval = 600`)
	d.applies()
	first := d.state("arpent_state_report.web")
	require.NotEmpty(t, first["id"])
	require.Equal(t, []string{"WARNING begun"}, d.said("setup"))
	require.Empty(t, d.plans())

	with(`check = "setup"
		status = "OK"
		message = "done"`)
	require.Equal(t, []string{"arpent_state_report.web: update"}, d.plans())
	d.applies()
	require.NotEqual(t, first["id"], d.state("arpent_state_report.web")["id"])
	with(`check = "setup"
		status = "OK"
		message = "done"
		triggers = { version = "2" }`)
	d.applies()
	require.Equal(t, []string{"WARNING begun", "OK done", "OK done"}, d.said("setup"))

	with(`check = "handover"
		status = "OK"
		status_on_destroy = "CRITICAL"`)
	require.Equal(t, []string{"arpent_state_report.web: delete+create"}, d.plans())
	d.applies()
	require.Equal(t, "UNKNOWN No longer reported.", d.said("setup")[3])
	d.fails("does not support import", "import", "arpent_state_report.web", "x")
	d.writes(oneServer)
	d.applies()
	require.Equal(t, []string{"OK ", "CRITICAL No longer reported."}, d.said("handover"))

	d.writes("resource \"arpent_state_report\" \"all\" {\n  check = \"all\"\n  status = \"OK\"\n}\n") // of the project; the server goes
	d.applies()
	require.Equal(t, []string{"OK "}, d.said("all"))
	d.writes("resource \"arpent_state_report\" \"all\" {\n  check = \"all\"\n  status = \"FINE\"\n}\n")
	d.fails("value must be one of", "plan")
	d.writes("resource \"arpent_state_report\" \"none\" {\n  subject_id = \"web-9\"\n  check = \"all\"\n  status = \"OK\"\n}\n")
	d.fails("could not be reported", "apply", "-auto-approve")
}

// What a report was about is somebody else's by now: destroying it warns, and goes on.
func TestAReportOfWhatIsGoneIsDestroyed(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ids := d.has("web", 8, "web-1")
	d.writes(oneServer + "resource \"arpent_state_report\" \"web\" {\n  subject_id = arpent_server.web.server_id\n  check = \"setup\"\n  status = \"OK\"\n}\n")
	d.applies()
	d.releases("arpent_server.web")
	d.DB.Client(apptest.System()).Server.UpdateOneID(ids[0]).ClearProjectID().ExecX(apptest.System())
	db := d.DB.Client(apptest.System())
	member := db.User.Create().SetName("Member").SetEmail("member@example.org").SaveX(apptest.System())
	contributor := db.Role.Query().Where(role.Key("CONTRIBUTOR")).FirstIDX(apptest.System())
	db.Membership.Create().SetUser(member).SetRoleID(contributor).SetProjectID(d.project.ID).SetScopeKey(d.project.ID).SaveX(apptest.System())
	d.token = d.TokenFor("member@example.org")
	require.Contains(t, d.does("destroy", "-auto-approve"), "could not be reported")
	require.Nil(t, d.state("arpent_state_report.web"))
}

const reads = `data "arpent_project" "own" {}
data "arpent_servers" "all" {}
data "arpent_servers" "mail" { labels = ["role=mail"] }
data "arpent_servers" "none" { labels = ["role=none", "x"] }
data "arpent_network" "front" { name = "front" }
data "arpent_network" "six" { cidr = "2001:db8:6::/64" }
output "read" {
  value = {
    acronym  = data.arpent_project.own.acronym
    name     = data.arpent_project.own.name
    status   = data.arpent_project.own.status
    budget   = data.arpent_project.own.budget
    all      = sort(data.arpent_servers.all.servers[*].hostname)
    mail     = [for s in data.arpent_servers.mail.servers : "${s.hostname} ${s.cores} ${s.labels.role} ${s.hosting_provider} ${s.lifecycle}"]
    none     = data.arpent_servers.none.servers
    cidr     = data.arpent_network.front.cidr
    free     = data.arpent_network.front.free
    family   = data.arpent_network.six.family
    vlan     = data.arpent_network.six.vlan
  }
}
`

// Each data source tells what is there, and that there is nothing.
func TestDataSourcesReadWhatTheProjectHas(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.has("web", 8, "web-1", "web-2")
	d.has("mail", 2, "mail-1")
	front := d.network("front", "", "10.6.0.0/29")
	d.network("front", "inner", "10.7.0.0/29")
	d.network("six", "", "2001:db8:6::/64")
	d.writes("data \"arpent_network\" \"front\" { name = \"front\" }\n")
	d.fails("more than one network fits; say its id or its scope", "plan")
	for name, config := range map[string]string{
		"no network that the project may see fits": `data "arpent_network" "a" { name = "none" }`,
		"At least one of these attributes":         `data "arpent_network" "a" { scope = "inner" }`,
	} {
		d.writes(config)
		d.fails(name, "plan")
	}
	d.writes(`data "arpent_network" "a" { id = "` + front + `" }
		data "arpent_network" "b" {
			name = "front"
			scope = "inner"
		}
		output "cidrs" { value = "${data.arpent_network.a.cidr} ${data.arpent_network.b.cidr}" }`)
	require.Contains(t, d.applies(), "10.6.0.0/29 10.7.0.0/29")

	d.claims("claimServer", `{labels: ["role=web"]}`, "web")
	d.claims("claimServer", `{labels: ["role=mail"]}`, "mail")
	d.asks(`mutation { deleteNetwork(input: {id: "`+d.netOf("inner")+`"}) { userErrors { message } } }`, nil)
	d.writes(reads)
	d.applies()
	var output struct {
		Values struct {
			Outputs map[string]struct{ Value map[string]any }
		}
	}
	d.shows(&output)
	require.Equal(t, map[string]any{
		"acronym": "DESK", "name": "Desk", "status": "ACTIVE", "budget": nil, "all": []any{"mail-1", "web-1"}, "mail": []any{"mail-1 2 mail ACME ASSIGNED"},
		"none": []any{}, "cidr": "10.6.0.0/29", "free": "6", "family": "IPV6", "vlan": nil,
	}, output.Values.Outputs["read"].Value)
}

// netOf is the network of a scope.
func (d *desk) netOf(scope string) string {
	for _, n := range d.DB.Client(apptest.System()).Network.Query().AllX(apptest.System()) {
		if n.Scope == scope {
			return n.ID
		}
	}
	return ""
}

// Who may not see the project, and whose token is another project's or a run's that has ended, is refused with the reason.
func TestTheProviderIsRefusedAsAnybodyIs(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.has("web", 8, "web-1")
	db := d.DB.Client(apptest.System())
	other := db.Project.Create().SetAcronym("OTHER").SetName("Other").SetOrganizationID(d.project.OrganizationID).SaveX(apptest.System())
	db.Worker.Create().SetName("elsewhere").SetRemote(true).ExecX(apptest.System()) // whose runs this server does not take back
	working := func(p *ent.Project) *ent.Run {
		return db.Run.Create().SetKind(run.KindPROVISION).SetStatus(run.StatusRUNNING).SetPhase(run.PhasePLAN).SetProjectID(p.ID).
			SetRequestedBy("Ada").SetWorker("elsewhere").SetLease(3).SetLeaseExpiresAt(time.Now().Add(time.Hour)).SetQueuedAt(time.Now()).SaveX(apptest.System())
	}
	tokenOf := func(r *ent.Run, p *ent.Project) string {
		return auth.RunToken{Run: r.ID, Lease: 3, Project: p.ID}.Sign(d.Keyring.Signer())
	}
	own, stranger := working(d.project), d.Person("stranger@example.org").Token()
	const hidden, unknown = "there is no project DESK, or the token is not for it", "not signed in"
	data := map[string]string{"project": "", "servers": ""}
	refused := func(token, words string) {
		t.Helper()
		d.token = token
		for name := range data {
			d.writes("data \"arpent_" + name + "\" \"x\" {}\n")
			d.fails(words, "plan")
		}
		d.writes(oneServer)
		d.fails(words, "apply", "-auto-approve")
		require.Empty(t, d.held())
	}
	refused(stranger, hidden)
	refused(tokenOf(working(other), other), hidden)
	refused("nonsense", unknown)

	d.token = tokenOf(own, d.project)
	d.writes("data \"arpent_project\" \"x\" {}\noutput \"x\" { value = data.arpent_project.x.acronym }\n")
	require.Contains(t, d.does("plan"), "DESK", "a plan may read")
	d.writes(oneServer)
	d.fails("may not", "apply", "-auto-approve")
	require.Empty(t, d.held(), "a plan claims nothing")
	own.Update().SetPhase(run.PhaseAPPLY).ExecX(apptest.System())
	d.applies()
	require.Equal(t, []string{"web-1"}, d.held())
	own.Update().SetStatus(run.StatusSUCCEEDED).ExecX(apptest.System())
	d.fails(unknown, "plan")
	d.fails(unknown, "destroy", "-auto-approve")
	require.Equal(t, []string{"web-1"}, d.held(), "who is let in no longer gives nothing back")
}
