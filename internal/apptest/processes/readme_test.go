package processes_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/arpent/arpent/internal/apptest"
	"github.com/stretchr/testify/require"
)

var codeBlock = regexp.MustCompile("(?ms)^```(\\w+)\n(.*?)^```$")

// The examples of README.md run as they stand there, in one shell, against the server that make run starts; only the
// port is another. The script of the WebSocket client is saved under the name that the text gives it.
func TestTheExamplesOfTheREADME(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../../README.md")
	require.NoError(t, err)
	_, use, found := strings.Cut(string(page), "## Use it from a program")
	require.True(t, found)
	use, _, _ = strings.Cut(use, "\n## ")
	dir, script := t.TempDir(), "set -euo pipefail\n"
	for _, block := range codeBlock.FindAllStringSubmatch(use, -1) {
		switch language, text := block[1], block[2]; language {
		case "js":
			require.Contains(t, use, "Save this as `follow.mjs`")
			require.NoError(t, os.WriteFile(filepath.Join(dir, "follow.mjs"), []byte(text), 0o600))
		case "sh":
			script += text
		default:
			require.Fail(t, "a block that nobody tries", language)
		}
	}
	out := asInMakeRun(t, dir, script)
	for _, want := range []string{
		"== PLAN RUNNING", "== APPLY SUCCEEDED", "== PLAN AWAITING_APPROVAL", "Apply complete",
		`"status":"READY"`, `"name":"url"`, "event: next", "event: complete",
	} {
		require.Contains(t, out, want)
	}
	require.NotContains(t, out, `"message"`)
}

// asInMakeRun runs a script where make run leaves its programs and data, with the server running.
func asInMakeRun(t *testing.T, dir, script string) string {
	t.Helper()
	built, err := apptest.Programs()
	require.NoError(t, err)
	require.NoError(t, os.Mkdir(filepath.Join(dir, "bin"), 0o755))
	require.NoError(t, os.Symlink(filepath.Join(built, "arpent"), filepath.Join(dir, "bin", "arpent")))
	in := install(t, "ARPENT_DEMO=true", "ARPENT_DATA_DIR="+filepath.Join(dir, "data"))
	in.catalog()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute) // a stream of a run that waits for ever has no end
	defer cancel()
	cmd := exec.CommandContext(ctx, "bash", "-c", script)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "ARPENT="+in.url)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	return string(out)
}
