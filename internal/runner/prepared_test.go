package runner_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/runner"
)

const initRan = "Initializing the backend"

// called is a folder as the portal renders it: a module of the folder, called under the name of a resource.
func called(name string) map[string]string {
	return map[string]string{
		"backend.tf":         head,
		"versions.tf":        fakeHead,
		"modules/web/web.tf": fakeHead + "variable \"name\" {}\nresource \"fake_server\" \"web\" { name = var.name }\n",
		"resource-" + name + ".tf.json": fmt.Sprintf(
			`{"module": {%q: {"source": "./modules/web", "name": %q}}, "output": {%q: {"value": "${module.%s}"}}}`, name, name, name, name),
	}
}

func TestFoldersThatNeedTheSameArePreparedOnce(t *testing.T) {
	t.Parallel()
	onEveryEngine(t, func(t *testing.T, h *house) {
		_, seen := h.plan(called("first"))
		require.Contains(t, seen.log(), initRan)
		h.states = newStateServer(t)
		planned, seen := h.plan(called("second"))
		require.Equal(t, runner.Done, planned.Outcome, seen.log())
		require.NotContains(t, seen.log(), initRan, "another project with the same module needs no init")
		require.Equal(t, "module.second.fake_server.web", planned.Summary.Changes[0].Address)
		applied, seen := h.applyPlan(t.Context(), called("second"), planned)
		require.Equal(t, runner.Done, applied.Outcome, seen.log())
		require.NotContains(t, seen.log(), initRan)

		other, seen := h.plan(folder(`resource "terraform_data" "site" { input = 1 }`))
		require.Equal(t, runner.Done, other.Outcome, seen.log())
		require.Contains(t, seen.log(), initRan, "other providers are another preparation")
	})
}

func TestPreparedFolderThatDoesNotFitIsMended(t *testing.T) {
	t.Parallel()
	onEveryEngine(t, func(t *testing.T, h *house) {
		first, seen := h.plan(called("site"))
		require.Equal(t, runner.Done, first.Outcome, seen.log())
		for _, pattern := range []string{"terraform.tfstate", "providers"} {
			found, err := filepath.Glob(filepath.Join(h.workDir, "process-*", "inits", "*", ".terraform", pattern))
			require.NoError(t, err)
			require.Len(t, found, 1)
			require.NoError(t, os.RemoveAll(found[0]))
		}
		planned, seen := h.plan(called("site"))
		require.Equal(t, runner.Done, planned.Outcome, seen.log())
		require.Contains(t, seen.log(), initRan)
		require.Equal(t, runner.StepDone, seen.last("plan").Status)
		applied, seen := h.applyPlan(t.Context(), called("site"), planned)
		require.Equal(t, runner.Done, applied.Outcome, seen.log())
	})
}
