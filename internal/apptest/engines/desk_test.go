package engines_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/internal/apptest"
)

// desk is where somebody works by hand with an engine and the provider: a server with an inventory, a project, and a folder.
type desk struct {
	*apptest.Server
	t             *testing.T
	project       *ent.Project
	provider      *ent.HostingProvider
	engine, dir   string
	mirror, token string
}

// newDesk is a desk with one empty project and no server; the token lets everything through.
func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{Server: apptest.Embedded(t), t: t, engine: apptest.FindEngine(t), dir: t.TempDir(), mirror: t.TempDir()}
	db := d.DB.Client(apptest.System())
	d.project = db.Project.Create().SetAcronym("DESK").SetName("Desk").SetOrganizationID(db.Organization.Query().FirstIDX(apptest.System())).SaveX(apptest.System())
	d.provider = db.HostingProvider.Create().SetCode("ACME").SetName("Acme").SaveX(apptest.System())
	d.token = d.TokenFor(apptest.AdminEmail)
	built, err := apptest.Programs()
	require.NoError(t, err)
	folder := filepath.Join(d.mirror, "arpent.internal", "arpent", "arpent", "1.0.0", runtime.GOOS+"_"+runtime.GOARCH)
	require.NoError(t, os.MkdirAll(folder, 0o755))
	require.NoError(t, os.Symlink(filepath.Join(built, "terraform-provider-arpent"), filepath.Join(folder, "terraform-provider-arpent_v1.0.0")))
	require.NoError(t, os.WriteFile(d.mirror+"/cli.tfrc", fmt.Appendf(nil, "provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", d.mirror), 0o600))
	d.writes("")
	d.does("init")
	return d
}

// has gives the inventory servers that are free, of so many cores and with a label.
func (d *desk) has(label string, cores int, names ...string) (ids []string) {
	d.t.Helper()
	for _, name := range names {
		ids = append(ids, d.DB.Client(apptest.System()).Server.Create().SetHostname(name).SetProvider(d.provider).SetLifecycle("AVAILABLE").
			SetCores(cores).SaveX(apptest.System()).ID)
	}
	d.asks(`mutation($ids: [ID!]!, $set: JSON) { labelServers(input: {ids: $ids, set: $set}) { userErrors { message } } }`,
		map[string]any{"ids": ids, "set": map[string]string{"role": label}})
	return ids
}

// network adds one whose addresses may be claimed.
func (d *desk) network(name, scope, cidr string) (id string) {
	d.t.Helper()
	data := d.asks(`mutation($n: String!, $s: String, $c: String!) { createNetwork(input: {name: $n, scope: $s, cidr: $c, claimable: true}) {
		network { id } userErrors { message } } }`, map[string]any{"n": name, "s": scope, "c": cidr})
	var made struct {
		CreateNetwork struct{ Network struct{ ID string } }
	}
	require.NoError(d.t, json.Unmarshal(data, &made))
	return made.CreateNetwork.Network.ID
}

// asks asks the server as the administrator, without the provider; nothing may be refused.
func (d *desk) asks(query string, variables map[string]any) json.RawMessage {
	d.t.Helper()
	answer := d.Admin().Ask(query, variables)
	require.Empty(d.t, answer.Errors, query)
	require.NotContains(d.t, string(answer.Data), `"message"`)
	return answer.Data
}

// writes replaces the configuration.
func (d *desk) writes(config string) {
	d.t.Helper()
	const head = "terraform {\n  required_providers {\n    arpent = { source = \"arpent.internal/arpent/arpent\" }\n  }\n}\n"
	require.NoError(d.t, os.WriteFile(filepath.Join(d.dir, "main.tf"), []byte(head+config), 0o600))
}

// tries runs the engine and returns all that it says.
func (d *desk) tries(args ...string) (said string, err error) {
	d.t.Helper()
	cmd := exec.CommandContext(d.t.Context(), d.engine, args...)
	cmd.Dir = d.dir
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + d.mirror, "TF_CLI_CONFIG_FILE=" + d.mirror + "/cli.tfrc", "TF_IN_AUTOMATION=1", "TF_CLI_ARGS=-no-color",
		"CHECKPOINT_DISABLE=1", "ARPENT_URL=" + d.URL(), "ARPENT_TOKEN=" + d.token, "ARPENT_PROJECT=" + d.project.Acronym,
	}
	out, err := cmd.CombinedOutput()
	// Words that are wrapped and framed read as they were written.
	return strings.Join(strings.Fields(strings.NewReplacer("│", " ", "╷", " ", "╵", " ").Replace(string(out))), " "), err
}

// does runs the engine, which must succeed.
func (d *desk) does(args ...string) string {
	d.t.Helper()
	said, err := d.tries(args...)
	require.NoError(d.t, err, "%v: %s", args, said)
	return said
}

// fails runs the engine, which must fail with these words.
func (d *desk) fails(words string, args ...string) {
	d.t.Helper()
	said, err := d.tries(args...)
	require.Error(d.t, err, "%v: %s", args, said)
	require.Contains(d.t, said, words)
}

func (d *desk) applies() string { d.t.Helper(); return d.does("apply", "-auto-approve") }

// plans are the actions of the plan, as "arpent_server.web: update", in order; empty when nothing is to be changed.
func (d *desk) plans() (actions []string) {
	d.t.Helper()
	d.does("plan", "-out=plan")
	var plan struct {
		Changes []struct {
			Address string
			Change  struct{ Actions []string }
		} `json:"resource_changes"`
	}
	d.shows(&plan, "plan")
	for _, one := range plan.Changes {
		if what := strings.Join(one.Change.Actions, "+"); what != "no-op" && what != "read" {
			actions = append(actions, one.Address+": "+what)
		}
	}
	slices.Sort(actions)
	return actions
}

// shows reads the state, or a plan, as JSON.
func (d *desk) shows(into any, file ...string) {
	d.t.Helper()
	cmd := exec.CommandContext(d.t.Context(), d.engine, append([]string{"show", "-json"}, file...)...)
	cmd.Dir, cmd.Env = d.dir, []string{"PATH=" + os.Getenv("PATH"), "HOME=" + d.mirror, "TF_CLI_CONFIG_FILE=" + d.mirror + "/cli.tfrc"}
	out, err := cmd.Output()
	require.NoError(d.t, err)
	require.NoError(d.t, json.Unmarshal(out, into))
}

// state is what the state knows of an address; nil when it is not there.
func (d *desk) state(address string) map[string]any {
	d.t.Helper()
	var state struct {
		Values struct {
			Root struct {
				Resources []struct {
					Address string
					Values  map[string]any
				}
			} `json:"root_module"`
		}
	}
	d.shows(&state)
	for _, one := range state.Values.Root.Resources {
		if one.Address == address {
			return one.Values
		}
	}
	return nil
}

// held lists what is claimed, as the server knows it.
func (d *desk) held() (what []string) {
	d.t.Helper()
	for _, one := range d.DB.Client(apptest.System()).Claim.Query().WithServer().WithAddress().AllX(apptest.System()) {
		switch {
		case one.State != "HELD":
		case one.Edges.Server != nil:
			what = append(what, one.Edges.Server.Hostname)
		case one.Edges.Address != nil:
			what = append(what, one.Edges.Address.IP)
		}
	}
	slices.Sort(what)
	return what
}

// releases gives a claim of the state back without the engine.
func (d *desk) releases(address string) {
	d.t.Helper()
	d.asks(`mutation($id: ID!) { releaseClaim(input: {id: $id}) { userErrors { message } } }`, map[string]any{"id": d.state(address)["id"]})
}

// claims claims by hand and returns the id of the claim.
func (d *desk) claims(mutation, selector, key string) (id string) {
	d.t.Helper()
	data := d.asks(`mutation($p: ID!, $k: String!) { made: `+mutation+`(input: {projectId: $p, idempotencyKey: $k, selector: `+selector+`}) {
		claim { id } userErrors { message } } }`, map[string]any{"p": d.project.ID, "k": key})
	var answer struct {
		Made struct{ Claim struct{ ID string } }
	}
	require.NoError(d.t, json.Unmarshal(data, &answer))
	return answer.Made.Claim.ID
}
