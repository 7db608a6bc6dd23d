package bench

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// figures is a line of the runner's own benchmark.
var figures = regexp.MustCompile(`(?m)^BenchmarkRun/(\S+)/(\d+)\S*\s.*?([\d.]+) bare-ms/op\s+([\d.]+) ours-ms/op\s+([\d.]+) ratio`)

// BenchmarkTerraform has internal/runner measure runs of 1 and of 200 resources beside init, plan and apply by hand with
// OpenTofu, and puts what it found into the table.
func BenchmarkTerraform(b *testing.B) {
	command := exec.CommandContext(b.Context(), "go", "test", "../../runner", "-run", "^$", "-bench", "^BenchmarkRun$", "-benchtime", "10x")
	command.Env = append(os.Environ(), "ARPENT_TEST_ENGINES="+opentofu(b))
	out, err := command.CombinedOutput()
	require.NoError(b, err, "%s", out)
	lines := figures.FindAllStringSubmatch(string(out), -1)
	require.NotEmpty(b, lines, "%s", out)
	for _, l := range lines {
		bare, err := strconv.ParseFloat(l[3], 64)
		require.NoError(b, err)
		ours, err := strconv.ParseFloat(l[4], 64)
		require.NoError(b, err)
		ratio, err := strconv.ParseFloat(l[5], 64)
		require.NoError(b, err)
		found.add(row{
			what: fmt.Sprintf("a run of %s resource(s), %s", l[2], l[1]), ours: fmt.Sprintf("%.0fms", ours), bare: fmt.Sprintf("init, plan, apply by hand: %.0fms", bare),
			is: fmt.Sprintf("%.2f × (%+.0fms)", ratio, ours-bare), aim: "≤ 1.15 ×; OTF's own part: +45ms (1), +78ms (200)", holds: ratio <= 1.15,
		})
	}
}

// opentofu is the engine that everything is measured with: make bench compiles it, another one may be first in the PATH.
func opentofu(b *testing.B) string {
	b.Helper()
	built, err := filepath.Abs("../../../bin/tofu")
	require.NoError(b, err)
	if _, err := os.Stat(built); err == nil {
		return built
	}
	found, err := exec.LookPath("tofu")
	require.NoError(b, err, "no OpenTofu: tools/opentofu/build makes bin/tofu")
	return found
}
