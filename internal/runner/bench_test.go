package runner_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/runner"
)

// BenchmarkRun measures plan and apply of new resources against the same init, plan and apply by hand, in
// turns, so that both see the same machine. The ratio should be at most 1.15.
func BenchmarkRun(b *testing.B) {
	for name, path := range engines(b) {
		for _, count := range []int{1, 200} {
			b.Run(fmt.Sprintf("%s/%d", name, count), func(b *testing.B) {
				h := newHouse(b, runner.Config{Binary: path})
				files := fakeFolder(fmt.Sprintf("resource \"fake_server\" \"s\" {\n  count = %d\n  name = \"s-${count.index}\"\n}\n", count))
				var bare, ours time.Duration
				for b.Loop() {
					bare += byHand(b, path, files)
					h.states = newStateServer(b) // another project, so that nothing is prepared already
					started := time.Now()
					result, seen := h.apply(files)
					ours += time.Since(started)
					require.Equal(b, runner.Done, result.Outcome, seen.log())
				}
				b.ReportMetric(float64(bare.Milliseconds())/float64(b.N), "bare-ms/op")
				b.ReportMetric(float64(ours.Milliseconds())/float64(b.N), "ours-ms/op")
				b.ReportMetric(float64(ours)/float64(bare), "ratio")
			})
		}
	}
}

// byHand does what a person would do in a checkout.
func byHand(b *testing.B, engine string, files map[string]string) time.Duration {
	states := newStateServer(b)
	folder := b.TempDir()
	for name, content := range files {
		require.NoError(b, os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600))
	}
	config := fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", mirror(b))
	require.NoError(b, os.WriteFile(filepath.Join(folder, "cli.tfrc"), []byte(config), 0o600))
	started := time.Now()
	for _, arguments := range [][]string{
		{"init", "-backend-config=address=" + states.url, "-backend-config=lock_address=" + states.url, "-backend-config=unlock_address=" + states.url},
		{"plan", "-out=plan"},
		{"apply", "plan"},
	} {
		command := exec.CommandContext(b.Context(), engine, arguments...)
		command.Dir = folder
		command.Env = []string{
			"PATH=" + os.Getenv("PATH"), "HOME=" + folder, "TF_CLI_CONFIG_FILE=" + filepath.Join(folder, "cli.tfrc"),
			"CHECKPOINT_DISABLE=1", "TF_HTTP_USERNAME=run", "TF_HTTP_PASSWORD=" + statePassword,
		}
		output, err := command.CombinedOutput()
		require.NoError(b, err, string(output))
	}
	return time.Since(started)
}
