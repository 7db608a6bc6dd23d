package processes_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// bulkRun is a bulk change of servers as its page shows it.
type bulkRun struct {
	ID, Status string
	Bulk       struct{ Total, Done, Refused int }
	Steps      []struct {
		Status      string
		Done, Total int
	}
}

const bulkFields = `id status bulk { total done refused } steps { status done total }`

// changesServers starts a bulk change of all servers that match now.
func (in *installation) changesServers(input map[string]any) string {
	in.t.Helper()
	var made struct {
		ChangeServers struct {
			Run        *bulkRun
			UserErrors []struct{ Message string }
		}
	}
	in.client().Get(&made, `mutation($i: ChangeServersInput!) { changeServers(input: $i) { run { `+bulkFields+` } userErrors { message } } }`, map[string]any{"i": input})
	require.Empty(in.t, made.ChangeServers.UserErrors)
	return made.ChangeServers.Run.ID
}

func (in *installation) bulk(id string) (seen bulkRun) {
	in.t.Helper()
	var found struct{ Node bulkRun }
	in.client().Get(&found, `query($id: ID!) { node(id: $id) { ... on Run { `+bulkFields+` } } }`, map[string]any{"id": id})
	return found.Node
}

// comesTo waits until a bulk change has looked at so many servers, or has ended.
func (in *installation) comesTo(id string, many int) (seen bulkRun) {
	in.t.Helper()
	require.Eventually(in.t, func() bool {
		seen = in.bulk(id)
		return seen.Bulk.Done+seen.Bulk.Refused >= many || seen.Status != "QUEUED" && seen.Status != "RUNNING"
	}, 2*time.Minute, 5*time.Millisecond)
	return seen
}

// racked imports so many servers and accepts the first few, so that these can not be accepted again; it names those.
func (in *installation) racked(count, accepted int) (done []string) {
	in.t.Helper()
	var made struct {
		CreateHostingProvider struct{ Provider struct{ ID string } }
		MoveServers           struct {
			Servers    []struct{ Hostname string }
			UserErrors []struct{ Message string }
		}
	}
	in.client().Get(&made, `mutation { createHostingProvider(input: {code: "RACK", name: "Rack"}) { provider { id } userErrors { message } } }`, nil)
	var file strings.Builder
	file.WriteString("hostname,cores\n")
	for i := range count {
		fmt.Fprintf(&file, "rack-%05d,8\n", i)
	}
	require.Equal(in.t, imported{Added: count}, in.imports(file.String(), false))
	in.client().Get(&made, `mutation($ids: [ID!]!) { moveServers(input: {ids: $ids, move: ACCEPT}) { servers { hostname } userErrors { message } } }`,
		map[string]any{"ids": in.delivered()[:accepted]})
	for _, one := range made.MoveServers.Servers {
		done = append(done, one.Hostname)
	}
	require.Len(in.t, done, accepted)
	return done
}

// happened counts the events of a kind by what they are about.
func (in *installation) happened(kind string) map[string]int {
	in.t.Helper()
	times, after := map[string]int{}, ""
	for {
		var found struct {
			Events struct {
				Edges    []struct{ Node struct{ SubjectID string } }
				PageInfo struct {
					HasNextPage bool
					EndCursor   string
				}
			}
		}
		variables := map[string]any{"t": kind}
		if after != "" {
			variables["a"] = after
		}
		in.client().Get(&found, `query($t: String!, $a: Cursor) { events(first: 100, after: $a, where: {type: $t}) {
			edges { node { subjectID } } pageInfo { hasNextPage endCursor } } }`, variables)
		for _, edge := range found.Events.Edges {
			times[edge.Node.SubjectID]++
		}
		if !found.Events.PageInfo.HasNextPage {
			return times
		}
		after = found.Events.PageInfo.EndCursor
	}
}

// requireOnce proves that each of so many servers was changed once, and has one line of that in its history.
func (in *installation) requireOnce(kind string, many int) {
	in.t.Helper()
	times := in.happened(kind)
	require.Len(in.t, times, many)
	for id, count := range times {
		require.Equal(in.t, 1, count, "%s was changed more than once", id)
	}
}

// Every process is killed again and again in the midst of a bulk change of thousands: it goes on where it was. Each server is
// changed once and has one line of it in its history; what was refused is named with its reason; the count is right at each moment.
func TestABulkChangeThatIsKilledChangesEachServerOnce(t *testing.T) {
	t.Parallel()
	const many, odd, kills = 3_000, 7, 3
	killed := func(t *testing.T, all []*installation) {
		t.Helper()
		already := all[0].racked(many, odd)
		began := all[0].changesServers(map[string]any{"where": map[string]any{}, "move": "ACCEPT"})
		before := 0
		for range kills {
			seen := all[0].comesTo(began, before+1+rand.IntN(many/(2*kills)))
			require.Contains(t, []string{"QUEUED", "RUNNING"}, seen.Status, "it ended before it could be killed")
			for _, in := range all {
				in.kill(syscall.SIGKILL)
			}
			for _, in := range all {
				in.start()
			}
			after := all[0].bulk(began).Bulk
			require.GreaterOrEqual(t, after.Done+after.Refused, seen.Bulk.Done+seen.Bulk.Refused, "nothing that was done is undone")
			before = after.Done + after.Refused
		}
		all[0].ends(began, "FAILED")
		seen := all[0].bulk(began)
		require.Equal(t, []int{many, many - odd, odd}, []int{seen.Bulk.Total, seen.Bulk.Done, seen.Bulk.Refused})
		last := seen.Steps[len(seen.Steps)-1]
		require.Equal(t, []int{many, many}, []int{last.Done, last.Total}, "the step's progress")
		require.Equal(t, many, all[0].count("servers", "lifecycle: AVAILABLE"))
		all[0].requireOnce("server.available", many)
		require.ElementsMatch(t, already, all[0].refused(began))
		require.Contains(t, all[0].log(began, 1<<20), already[0]+" is AVAILABLE")
	}
	t.Run("embedded", func(t *testing.T) {
		t.Parallel()
		killed(t, []*installation{install(t, "ARPENT_WORKERS=0", "ARPENT_LOG_LEVEL=warn", "ARPENT_LEASE=3s")})
	})
	t.Run("shared", func(t *testing.T) {
		t.Parallel()
		killed(t, replicas(t, 2, "ARPENT_LOG_LEVEL=warn", "ARPENT_LEASE=3s"))
	})
}

// refused names the servers that a bulk change was refused for, page by page; each says why, in both languages.
func (in *installation) refused(run string) (names []string) {
	in.t.Helper()
	for after := ""; ; {
		var found struct {
			ServerRefusals []struct {
				Hostname, Cursor string
				Reason           struct{ En, Fr string }
			}
		}
		in.client().Get(&found, `query($r: ID!, $a: String!) { serverRefusals(runId: $r, first: 3, after: $a) { hostname cursor reason { en fr } } }`,
			map[string]any{"r": run, "a": after})
		for _, one := range found.ServerRefusals {
			require.Contains(in.t, one.Reason.En, one.Hostname+" is AVAILABLE")
			require.NotEqual(in.t, one.Reason.En, one.Reason.Fr)
			names, after = append(names, one.Hostname), one.Cursor
		}
		if len(found.ServerRefusals) < 3 {
			return names
		}
	}
}

// A bulk change that is canceled in the midst leaves the others as they were, also when its server is killed meanwhile; to retry it
// changes those that are left, and no other.
func TestABulkChangeThatIsCanceledIsRetried(t *testing.T) {
	t.Parallel()
	const many = 3_000
	for what, killed := range map[string]bool{"canceled": false, "canceled and killed": true} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			in := install(t, "ARPENT_WORKERS=0", "ARPENT_LOG_LEVEL=warn")
			in.racked(many, 1)
			began := in.changesServers(map[string]any{"where": map[string]any{"lifecycle": "DELIVERED"}, "move": "ACCEPT"})
			in.comesTo(began, 300)
			var answer struct {
				CancelRun, RetryRun struct {
					Run        struct{ ID string }
					UserErrors []struct{ Message string }
				}
			}
			in.client().Get(&answer, `mutation($id: ID!) { cancelRun(input: {id: $id}) { run { id } userErrors { message } } }`, map[string]any{"id": began})
			require.Empty(t, answer.CancelRun.UserErrors)
			if killed {
				in.kill(syscall.SIGKILL)
				in.start()
			}
			in.ends(began, "CANCELED")
			seen := in.bulk(began).Bulk
			require.Less(t, seen.Done, many-1, "there was something left to cancel")
			require.GreaterOrEqual(t, seen.Done, 300)
			require.Equal(t, seen.Done+1, in.count("servers", "lifecycle: AVAILABLE"), "what it says is done is done, and nothing else")
			in.client().Get(&answer, `mutation($id: ID!) { retryRun(input: {id: $id}) { run { id } userErrors { message } } }`, map[string]any{"id": began})
			require.Empty(t, answer.RetryRun.UserErrors)
			in.ends(answer.RetryRun.Run.ID, "SUCCEEDED")
			require.Equal(t, many-1-seen.Done, in.bulk(answer.RetryRun.Run.ID).Bulk.Done, "those that were left")
			in.requireOnce("server.available", many)
		})
	}
}
