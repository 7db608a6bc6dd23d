package processes_test

import (
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// An apply is killed after it has claimed and before its state is written, and its resource is deleted without another attempt: no state
// knows of the claims, so that no engine gives them back. Arpent does.
func TestClaimsOfAKilledApplyComeBackWhenItsResourceIsDeleted(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, in *installation) {
		in.stock(3)
		project := in.base("LEFT")
		gate, made := in.wants(project, "address", "gate", map[string]any{})
		in.ends(made, "SUCCEEDED")
		cluster, made := in.wants(project, "cluster", "farm", map[string]any{"size": 4, "patience": 60})
		require.Eventually(t, func() bool { return len(in.claims()) == 5 }, 2*time.Minute, 20*time.Millisecond, "one waits in line, so that nothing is stored")
		require.Eventually(t, func() bool {
			for _, pid := range in.engines() {
				_ = syscall.Kill(pid, syscall.SIGKILL)
			}
			return len(in.engines()) == 0
		}, time.Minute, 10*time.Millisecond)
		in.ends(made, "FAILED")
		require.Zero(t, in.free())
		in.remove(cluster)
		require.Eventually(t, func() bool { return len(in.claims()) == 1 }, 2*time.Minute, 100*time.Millisecond)
		require.Equal(t, "HELD ADDRESS 10.1.0.2", kinds(in.claims()), "what the state knows stays")
		require.Equal(t, 3, in.free())
		in.remove(gate)
		require.Empty(t, in.claims())
	})
}
