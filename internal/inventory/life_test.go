package inventory

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent/server"
)

// stages are all stages of life; ent lists them in its validator only.
var stages = []server.Lifecycle{
	server.LifecycleWISHED, server.LifecycleORDERED, server.LifecycleDELIVERED, server.LifecycleINITIALIZING,
	server.LifecycleINIT_FAILED, server.LifecycleREJECTED, server.LifecycleAVAILABLE, server.LifecycleASSIGNED,
	server.LifecycleIN_SERVICE, server.LifecycleMAINTENANCE, server.LifecycleRETIRED,
}

func TestEveryStageStandsInTheTable(t *testing.T) {
	t.Parallel()
	for _, stage := range stages {
		require.NoError(t, server.LifecycleValidator(stage))
		require.Contains(t, life, stage)
	}
	require.Len(t, life, len(stages))
}

func TestNothingFollowsRetirement(t *testing.T) {
	t.Parallel()
	for _, move := range Moves() {
		for _, held := range []bool{false, true} {
			_, ok := next(server.LifecycleRETIRED, move, held)
			require.False(t, ok, move)
		}
	}
}

func TestEveryServerCanBeRetiredInTheEnd(t *testing.T) {
	t.Parallel()
	for _, stage := range stages {
		if stage == server.LifecycleINITIALIZING || stage == server.LifecycleRETIRED {
			continue // its run ends first
		}
		require.True(t, reaches(stage, server.LifecycleRETIRED, map[server.Lifecycle]bool{}), stage)
	}
}

func reaches(from, to server.Lifecycle, seen map[server.Lifecycle]bool) bool {
	if from == to {
		return true
	}
	if seen[from] {
		return false
	}
	seen[from] = true
	for _, move := range Moves() {
		if s, ok := next(from, move, false); ok && reaches(s.to, to, seen) {
			return true
		}
	}
	return false
}

func TestWhatAProjectHasIsNotTakenFromIt(t *testing.T) {
	t.Parallel()
	for _, stage := range stages {
		for _, move := range Moves() {
			if s, ok := next(stage, move, true); ok {
				require.NotEqual(t, server.LifecycleRETIRED, s.to, "%s %s", stage, move)
				require.False(t, stage == server.LifecycleMAINTENANCE && s.to == server.LifecycleAVAILABLE)
			}
		}
	}
}

// TestTheDocsTellTheLife keeps the table of docs/inventory.md. ARPENT_GOLDEN=write writes it again.
func TestTheDocsTellTheLife(t *testing.T) {
	t.Parallel()
	const path, begin, end = "../../docs/inventory.md", "<!-- life -->\n", "<!-- /life -->"
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	before, rest, _ := strings.Cut(string(text), begin)
	old, after, ok := strings.Cut(rest, end)
	require.True(t, ok)
	if os.Getenv("ARPENT_GOLDEN") == "write" {
		require.NoError(t, os.WriteFile(path, []byte(before+begin+lifeTable()+end+after), 0o600))
		return
	}
	require.Equal(t, lifeTable(), old)
}

func lifeTable() string {
	var table strings.Builder
	table.WriteString("| from | move | to | when |\n| --- | --- | --- | --- |\n")
	for _, stage := range stages {
		for _, move := range Moves() {
			if s, ok := next(stage, move, false); ok {
				fmt.Fprintf(&table, "| %s | %s | %s | %s |\n", stage, move, s.to, s.means)
			}
		}
	}
	return table.String()
}
