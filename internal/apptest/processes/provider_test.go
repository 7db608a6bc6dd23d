package processes_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// held is what a project has of the inventory, by claim.
type held struct{ ID, State, Kind, Key, What string }

// stock gives an installation a hosting provider, a network and so many web servers that are free.
func (in *installation) stock(count int) {
	in.t.Helper()
	var made struct {
		CreateHostingProvider struct{ Provider struct{ ID string } }
		CreateNetwork         struct{ Network struct{ ID string } }
	}
	in.client().Get(&made, `mutation { createHostingProvider(input: {code: "ACME", name: "Acme"}) { provider { id } userErrors { message } }
		createNetwork(input: {name: "front", cidr: "10.1.0.0/24", gateway: "10.1.0.1", claimable: true}) { network { id } userErrors { message } } }`, nil)
	require.NotEmpty(in.t, made.CreateNetwork.Network.ID)
	in.deliver(made.CreateHostingProvider.Provider.ID, "first", count)
}

// deliver imports servers and accepts them.
func (in *installation) deliver(provider, mark string, count int) {
	in.t.Helper()
	var csv strings.Builder
	csv.WriteString("hostname,labels.role,cores,memory (GiB)\n")
	for i := range count {
		fmt.Fprintf(&csv, "%s-%02d,web,8,16\n", mark, i)
	}
	var imported struct {
		ImportServers struct {
			Session    *struct{ ID string }
			UserErrors []struct{ Message string }
		}
		Servers struct {
			Edges []struct{ Node struct{ ID string } }
		}
	}
	in.client().Get(&imported, `mutation($p: ID!, $csv: String!) { importServers(input: {providerId: $p, csv: $csv}) { session { id } userErrors { message } } }`,
		map[string]any{"p": provider, "csv": csv.String()})
	require.Empty(in.t, imported.ImportServers.UserErrors)
	in.client().Get(&imported, `{ servers(first: 100, where: {lifecycle: DELIVERED}) { edges { node { id } } } }`, nil)
	var ids []string
	for _, edge := range imported.Servers.Edges {
		ids = append(ids, edge.Node.ID)
	}
	require.Len(in.t, ids, count)
	in.client().Get(&imported, `mutation($ids: [ID!]!) { moveServers(input: {ids: $ids, move: ACCEPT}) { userErrors { message } } }`, map[string]any{"ids": ids})
	require.Equal(in.t, count, in.free())
}

// free counts the servers that nobody has.
func (in *installation) free() int {
	in.t.Helper()
	var found struct{ Servers struct{ TotalCount int } }
	in.client().Get(&found, `{ servers(where: {lifecycle: AVAILABLE, projectIDIsNil: true}) { totalCount } }`, nil)
	return found.Servers.TotalCount
}

// claims lists the claims of everybody that are held or wait.
func (in *installation) claims() (all []held) {
	in.t.Helper()
	var found struct {
		Claims struct {
			Edges []struct {
				Node struct {
					ID, State, Kind, Key string
					Server               *struct{ Hostname string }
					Address              *struct{ IP string }
				}
			}
		}
	}
	in.client().Get(&found, `{ claims(first: 100, where: {stateIn: [HELD, WAITING]}) { edges { node { id state kind key server { hostname } address { ip } } } } }`, nil)
	for _, edge := range found.Claims.Edges {
		n := edge.Node
		one := held{ID: n.ID, State: n.State, Kind: n.Kind, Key: n.Key}
		if n.Server != nil {
			one.What = n.Server.Hostname
		}
		if n.Address != nil {
			one.What = n.Address.IP
		}
		all = append(all, one)
	}
	return all
}

// base makes a project of the library that ships.
func (in *installation) base(acronym string) string {
	in.t.Helper()
	in.catalog()
	var made struct {
		CreateProject struct{ Project, Run struct{ ID string } }
	}
	in.client().Get(&made, `mutation($a: String!) { createProject(input: {acronym: $a, name: $a}) { project { id } run { id } userErrors { message } } }`, map[string]any{"a": acronym})
	in.ends(made.CreateProject.Run.ID, "SUCCEEDED")
	return made.CreateProject.Project.ID
}

// wants requests a template, approves its plan and returns the resource and the run, which may be at work still.
func (in *installation) wants(project, template, name string, inputs map[string]any) (resourceID, runID string) {
	in.t.Helper()
	var made struct {
		RequestResource struct {
			Resource, Run struct{ ID string }
			UserErrors    []struct{ Message string }
		}
	}
	in.client().Get(&made, `mutation($p: ID!, $t: String!, $n: String!, $i: JSON!) {
		requestResource(input: {projectId: $p, template: $t, name: $n, inputs: $i}) { resource { id } run { id } userErrors { message } } }`,
		map[string]any{"p": project, "t": template, "n": name, "i": inputs})
	require.Empty(in.t, made.RequestResource.UserErrors)
	in.approve(made.RequestResource.Run.ID)
	return made.RequestResource.Resource.ID, made.RequestResource.Run.ID
}

// remove deletes a resource, with an approval, and waits for its end. One of which no state knows anything is gone without a run.
func (in *installation) remove(resourceID string) {
	in.t.Helper()
	var made struct {
		DeleteResource struct {
			Run        *struct{ ID string }
			UserErrors []struct{ Message string }
		}
	}
	in.client().Get(&made, `mutation($id: ID!) { deleteResource(input: {id: $id}) { run { id } userErrors { message } } }`, map[string]any{"id": resourceID})
	require.Empty(in.t, made.DeleteResource.UserErrors)
	if asked := made.DeleteResource.Run; asked != nil {
		in.approve(asked.ID)
		in.ends(asked.ID, "SUCCEEDED")
	}
}

// approve waits for the plan of a run, and approves it where somebody is asked.
func (in *installation) approve(runID string) {
	in.t.Helper()
	var found struct {
		Node struct{ Status, Phase string }
	}
	require.Eventually(in.t, func() bool {
		in.client().Get(&found, `query($id: ID!) { node(id: $id) { ... on Run { status phase } } }`, map[string]any{"id": runID})
		return found.Node.Status != "RUNNING" && found.Node.Status != "QUEUED" || found.Node.Phase == "APPLY"
	}, 2*time.Minute, 20*time.Millisecond)
	if found.Node.Status == "AWAITING_APPROVAL" {
		var answer struct {
			ApproveRun struct{ UserErrors []struct{ Message string } }
		}
		in.client().Get(&answer, `mutation($id: ID!) { approveRun(input: {id: $id}) { userErrors { message } } }`, map[string]any{"id": runID})
		require.Empty(in.t, answer.ApproveRun.UserErrors)
	}
}

// engines finds the processes of an installation's tools: engine and providers work in its data folder.
func (in *installation) engines() (pids []int) {
	links, _ := filepath.Glob("/proc/[0-9]*/cwd")
	for _, link := range links {
		if target, err := os.Readlink(link); err == nil && strings.HasPrefix(target, in.data+"/work/") {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(link)))
			pids = append(pids, pid)
		}
	}
	return pids
}

func kinds(all []held) string {
	var list []string
	for _, one := range all {
		list = append(list, one.State+" "+one.Kind+" "+one.What)
	}
	slices.Sort(list)
	return strings.Join(list, ", ")
}

// What a template requests is claimed, and given back when it is deleted: with the provider that is found beside the program,
// the token that the run has, and no registry.
func TestTemplatesClaimFromTheInventory(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, in *installation) {
		in.stock(3)
		project := in.base("LAND")
		site, made := in.wants(project, "web-server", "site", map[string]any{"network": "front", "cores": 4})
		in.ends(made, "SUCCEEDED")
		require.Equal(t, "HELD ADDRESS 10.1.0.2, HELD SERVER first-00", kinds(in.claims()))
		require.Contains(t, in.outputs(site), "10.1.0.2")
		address, made := in.wants(project, "address", "gate", map[string]any{})
		in.ends(made, "SUCCEEDED")
		require.Contains(t, in.outputs(address), "10.1.0.3")
		cluster, made := in.wants(project, "cluster", "farm", map[string]any{"size": 2})
		in.ends(made, "SUCCEEDED")
		require.Zero(t, in.free())

		in.remove(cluster)
		in.remove(site)
		require.Equal(t, "HELD ADDRESS 10.1.0.3", kinds(in.claims()))
		require.Equal(t, 3, in.free())
		_, made = in.wants(project, "web-server", "site", map[string]any{"cores": 4})
		in.ends(made, "SUCCEEDED")
		require.Len(t, in.claims(), 2, "a name that was used before is claimed anew")
	})
}

// An apply that fails half-way keeps what it got for the next attempt, and deleting the resource gives all of it back.
func TestAClusterThatIsTooLargeGivesBackWhatItGot(t *testing.T) {
	t.Parallel()
	in := install(t)
	in.stock(2)
	project := in.base("HALF")
	cluster, made := in.wants(project, "cluster", "farm", map[string]any{"size": 3})
	in.ends(made, "FAILED")
	require.Contains(t, in.log(made, 1<<20), "No server is free that fits")
	require.Zero(t, in.free())
	in.remove(cluster)
	require.Equal(t, 2, in.free())
	require.Empty(t, in.claims())
}

// The engine and the provider are killed in mid-apply, before the state is written: what was claimed is found again by the next
// run, and nothing is claimed twice.
func TestClaimsOfAnApplyThatWasKilledAreFoundAgain(t *testing.T) {
	t.Parallel()
	in := install(t)
	in.stock(2)
	project := in.base("KILL")
	cluster, made := in.wants(project, "cluster", "farm", map[string]any{"size": 3, "patience": 60})
	require.Eventually(t, func() bool { return len(in.claims()) == 3 }, 2*time.Minute, 20*time.Millisecond, "two are held, one waits in line")
	before := in.claims()
	require.Eventually(t, func() bool {
		for _, pid := range in.engines() {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
		return len(in.engines()) == 0
	}, time.Minute, 10*time.Millisecond)
	in.ends(made, "FAILED")
	require.Equal(t, before, in.claims(), "whoever is killed gives nothing back")

	var provider struct {
		HostingProviders struct {
			Edges []struct{ Node struct{ ID string } }
		}
	}
	in.client().Get(&provider, `{ hostingProviders(first: 1) { edges { node { id } } } }`, nil)
	var again struct {
		RetryRun struct {
			Run        struct{ ID string }
			UserErrors []struct{ Message string }
		}
	}
	in.client().Get(&again, `mutation($id: ID!) { retryRun(input: {id: $id}) { run { id } userErrors { message } } }`, map[string]any{"id": made})
	require.Empty(t, again.RetryRun.UserErrors)
	in.approve(again.RetryRun.Run.ID)
	in.more(provider.HostingProviders.Edges[0].Node.ID, "second")
	in.ends(again.RetryRun.Run.ID, "SUCCEEDED")
	after := in.claims()
	require.Len(t, after, 3)
	for i := range after {
		require.Equal(t, before[i].ID, after[i].ID)
		require.Equal(t, "HELD", after[i].State)
	}
	in.remove(cluster)
	require.Empty(t, in.claims())
}

// more delivers one server, which goes to whoever waits.
func (in *installation) more(provider, name string) {
	in.t.Helper()
	var done struct {
		ImportServers struct{ UserErrors []struct{ Message string } }
		Servers       struct {
			Edges []struct{ Node struct{ ID string } }
		}
	}
	in.client().Get(&done, `mutation($p: ID!, $csv: String!) { importServers(input: {providerId: $p, csv: $csv}) { userErrors { message } } }`,
		map[string]any{"p": provider, "csv": "hostname,labels.role,cores,memory (GiB)\n" + name + ",web,8,16\n"})
	require.Empty(in.t, done.ImportServers.UserErrors)
	in.client().Get(&done, `{ servers(first: 1, where: {lifecycle: DELIVERED}) { edges { node { id } } } }`, nil)
	in.client().Get(&done, `mutation($ids: [ID!]!) { moveServers(input: {ids: $ids, move: ACCEPT}) { userErrors { message } } }`,
		map[string]any{"ids": []string{done.Servers.Edges[0].Node.ID}})
}
