package processes_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/arpent/arpent/internal/apptest"
	"github.com/stretchr/testify/require"
)

// hugeEngine plays an engine whose plan for a folder with a huge module is out of all proportion: a line of a hundred
// megabytes, terminal sequences without end, ten thousand warnings, and fifty thousand changes with everything else
// that an engine says of them. The engines themselves would take minutes.
const hugeEngine = `#!/bin/sh
huge() { ls resource-*.tf.json 2>/dev/null | grep -q huge; }
case "$1" in
version) echo 'OpenTofu v1.12.6';;
plan)
  for a in "$@"; do case "$a" in -out=*) echo plan > "${a#-out=}";; esac; done
  huge || exit 0
  head -c 400000000 /dev/zero | tr '\0' x; echo
  awk 'BEGIN { for (i = 0; i < 50000; i++) printf "\033[%d;%dH\033[2J\033]0;title\007\033[31m", i, i; print "bombed" }'
  printf '\033]0;a title that never ends: '; head -c 100000 /dev/zero | tr '\0' y; printf '\nafter the title\n'
  awk 'BEGIN { for (i = 0; i < 10000; i++) printf "{\"@level\":\"warn\",\"@message\":\"Warning: W\",\"type\":\"diagnostic\",\"diagnostic\":{\"severity\":\"warning\",\"summary\":\"W%d\",\"detail\":\"D\"}}\n", i }'
  exit 2;;
show)
  huge || { echo '{"format_version":"1.2","resource_changes":[]}'; exit 0; }
  awk 'BEGIN {
    value = "a value of some length that stands for a whole resource, as it would be there, once and again and again, and another time"
    printf "{\"format_version\":\"1.2\",\"planned_values\":{\"root_module\":{\"resources\":["
    for (i = 0; i < 50000; i++) printf "%s{\"address\":\"module.m%d.null_resource.r%05d\",\"values\":{\"a\":\"%s\",\"b\":\"%s\",\"c\":\"%s\"}}", i ? "," : "", i % 50, i, value, value, value
    printf "]}},\"resource_changes\":["
    for (i = 0; i < 50000; i++) printf "%s{\"address\":\"module.m%d.null_resource.r%05d\",\"module_address\":\"module.m%d\",\"mode\":\"managed\",\"type\":\"null_resource\",\"name\":\"r%05d\",\"change\":{\"actions\":[\"%s\"],\"before\":null,\"after\":{\"a\":\"%s\",\"b\":\"%s\",\"c\":%d,\"zero\":\"\\u0000\"},\"after_unknown\":{\"id\":true},\"before_sensitive\":false,\"after_sensitive\":{}}}", i ? "," : "", i % 50, i, i % 50, i, i % 100 ? "create" : "delete", value, value, i
    printf "],\"output_changes\":{\"o\":{\"actions\":[\"create\"],\"before\":null,\"after\":\"v\",\"after_unknown\":false}}}"
  }';;
esac
`

// mebibytes that a process may have resident at its peak; the tool's words about its plan are a hundred and more.
const hugeAllowance = 320

// A worker elsewhere plans fifty thousand changes on PostgreSQL: worker and server stay small, the log has lost only
// what it says that it has lost, and every change can be read in pages.
func TestAPlanOutOfAllProportion(t *testing.T) {
	t.Parallel()
	engine := filepath.Join(t.TempDir(), "tofu")
	require.NoError(t, os.WriteFile(engine, []byte(hugeEngine), 0o755))
	in, env := remote(t, 30*time.Second)
	worker := hire(t, append(env, "ARPENT_TERRAFORM_BIN="+engine), "north")
	in.addLibrary("huge", map[string]string{
		"templates/huge/main.tf":     `variable "x" { default = "" }`,
		"templates/huge/arpent.yaml": "style: module\ntitle: {en: Huge, fr: Énorme}\n",
	})
	project := in.emptyProject("HUGE")
	var made struct {
		RequestResource struct {
			Run        struct{ ID string }
			UserErrors []struct{ Message string }
		}
	}
	in.client().Get(&made, `mutation($p: ID!) { requestResource(input: {projectId: $p, template: "huge", name: "huge"}) { run { id } userErrors { message } } }`, map[string]any{"p": project})
	require.Empty(t, made.RequestResource.UserErrors)
	run := made.RequestResource.Run.ID
	in.ends(run, "AWAITING_APPROVAL")

	in.readsEveryChange(run)
	in.readsWhatIsLeftOfTheLog(run)
	server, there := peakOf(t, in.program), peakOf(t, worker)
	t.Logf("resident at the peak: server %d MiB, worker %d MiB", server, there)
	require.Less(t, server, hugeAllowance, "the server grew with the plan")
	require.Less(t, there, hugeAllowance, "the worker grew with the plan")
}

// changePage is a page of a plan.
type changePage struct {
	TotalCount int
	PageInfo   struct {
		HasNextPage bool
		EndCursor   *string
	}
	Edges []struct {
		Node struct {
			Address, Action string
			Omitted         int
			Attributes      []struct{ Path string }
		}
	}
}

func (in *installation) readsEveryChange(run string) {
	t := in.t
	t.Helper()
	var found struct {
		Node struct {
			Plan struct {
				Total, Add, Destroy, Truncated int
				Changes                        []struct{ Address string }
			}
		}
	}
	in.client().Get(&found, `query($id: ID!) { node(id: $id) { ... on Run { plan { total add destroy truncated changes { address } } } } }`, map[string]any{"id": run})
	plan := found.Node.Plan
	require.Equal(t, []int{50_000, 49_500, 500, 0}, []int{plan.Total, plan.Add, plan.Destroy, plan.Truncated})
	require.Len(t, plan.Changes, 200)

	seen, before := 0, ""
	for page := in.changes(run, nil, ""); ; page = in.changes(run, page.PageInfo.EndCursor, "") {
		for _, edge := range page.Edges {
			require.Greater(t, edge.Node.Address, before, "changes come by address, each once")
			require.Equal(t, 5, len(edge.Node.Attributes)+edge.Node.Omitted)
			before = edge.Node.Address
			seen++
		}
		if !page.PageInfo.HasNextPage || seen == 3_000 {
			break
		}
	}
	require.Equal(t, 3_000, seen)
	deep := in.changes(run, nil, "m9.null_resource.r49")
	require.Equal(t, 20, deep.TotalCount, "the filter reads to the end")
	require.Len(t, deep.Edges, 20)
}

func (in *installation) changes(run string, after *string, contains string) changePage {
	in.t.Helper()
	var found struct {
		Node struct {
			Plan struct{ AllChanges changePage }
		}
	}
	in.client().Get(&found, `query($id: ID!, $after: Cursor, $contains: String!) { node(id: $id) { ... on Run { plan { allChanges(first: 100, after: $after, contains: $contains) {
		totalCount pageInfo { hasNextPage endCursor } edges { node { address action omitted attributes { path } } } } } } } }`,
		map[string]any{"id": run, "after": after, "contains": contains})
	return found.Node.Plan.AllChanges
}

var control = regexp.MustCompile("[\x00-\x08\x0b-\x1f\x7f]")

func (in *installation) readsWhatIsLeftOfTheLog(run string) {
	t := in.t
	t.Helper()
	log := in.log(run, 1<<20)
	for _, words := range []string{"[a line of 400000000 bytes is left out: a line may have 4 MiB]\n", "bombed\n", "\nafter the title\n"} {
		require.True(t, strings.Contains(log, words), "the log lacks %q", words)
	}
	require.Empty(t, control.FindString(log), "a terminal would obey this")
	require.Less(t, len(log), 4<<20)
	var found struct {
		Node struct{ Diagnostics []struct{ Summary string } }
	}
	in.client().Get(&found, `query($id: ID!) { node(id: $id) { ... on Run { diagnostics { summary } } } }`, map[string]any{"id": run})
	require.Len(t, found.Node.Diagnostics, 201)
	require.Equal(t, "9800 more messages are in the log: 200 are kept here", found.Node.Diagnostics[200].Summary)
}

// peakOf is how many mebibytes a process had resident at most.
func peakOf(t *testing.T, p *program) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	require.NoError(t, err)
	found := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindStringSubmatch(string(status))
	require.NotNil(t, found)
	kibibytes, err := strconv.Atoi(found[1])
	require.NoError(t, err)
	return kibibytes >> 10
}

// addLibrary adds a library of these files and waits until it is read.
func (in *installation) addLibrary(name string, files map[string]string) {
	in.t.Helper()
	in.catalog()
	var made struct {
		CreateLibrary struct{ Run struct{ ID string } }
	}
	in.client().Get(&made, `mutation($n: String!, $u: String!) { createLibrary(input: {name: $n, url: $u}) { run { id } userErrors { message } } }`,
		map[string]any{"n": name, "u": apptest.Repository(in.t, files)})
	in.ends(made.CreateLibrary.Run.ID, "SUCCEEDED")
}

// emptyProject makes a project and waits for its base.
func (in *installation) emptyProject(acronym string) string {
	in.t.Helper()
	var made struct {
		CreateProject struct{ Project, Run struct{ ID string } }
	}
	in.client().Get(&made, `mutation($a: String!) { createProject(input: {acronym: $a, name: $a}) { project { id } run { id } userErrors { message } } }`, map[string]any{"a": strings.ToUpper(acronym)})
	in.ends(made.CreateProject.Run.ID, "SUCCEEDED")
	return made.CreateProject.Project.ID
}
