//go:build peers

package processes_test

import "testing"

// Two thousand claims of servers at once, over three processes.
func TestTwoThousandClaimServers(t *testing.T) {
	t.Parallel()
	all := replicas(t, 3, "ARPENT_LOG_LEVEL=warn")
	all[0].fill(2000)
	r := robotsOf(all[0], "CROWD")
	r.everybodyGetsOne(t, all, "Server", 2000)
	all[1].requireBalanced(2000)
}
