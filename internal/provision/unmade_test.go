package provision_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent/resource"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/internal/runner"
	"github.com/arpent/arpent/internal/worker"
)

// holds tells whether the folder that a worker was given calls the module of a resource.
func holds(t *testing.T, a *worker.Assignment, name string) bool {
	t.Helper()
	_, there := unpacked(t, a.Task.Files)["resource-"+name+".tf.json"]
	return there
}

// What can not be met for one resource does not fail the runs of all others: of what was never made, and is in no state, other runs know nothing.
func TestWhatCouldNotBeMadeIsNoOtherRunsConcern(t *testing.T) {
	each(t, func(h *house) {
		t := h.t
		ada := h.person("ada", "ADMIN")
		one, first := h.request(ada, "site", "one", `{"title": "T"}`)
		apply := h.applying()
		require.True(t, holds(t, apply, "one"))
		h.breaks(apply)
		require.Equal(t, resource.StatusERROR, h.resource(one.ID).Status)

		two, _ := h.request(ada, "site", "two", `{"title": "T"}`)
		apply = h.applying()
		require.False(t, holds(t, apply, "one"))
		require.True(t, holds(t, apply, "two"))
		h.finish(apply, appliedWith(nil))
		require.Equal(t, resource.StatusREADY, h.resource(two.ID).Status)
		require.Equal(t, resource.StatusERROR, h.resource(one.ID).Status, "nothing was made of it")

		again, err := h.Retry(ada, first.ID)
		require.NoError(t, err)
		apply = h.applying()
		require.True(t, holds(t, apply, "one"))
		require.True(t, holds(t, apply, "two"))
		h.finish(apply, appliedWith(nil))
		h.eventually(again.ID, run.StatusSUCCEEDED)
		require.Equal(t, resource.StatusREADY, h.resource(one.ID).Status)
	})
}

// What was made in part stays in the folder: without it, the next run would destroy what there is.
func TestWhatWasMadeInPartStaysInTheFolder(t *testing.T) {
	each(t, func(h *house) {
		t := h.t
		ada := h.person("ada", "ADMIN")
		h.request(ada, "site", "one", `{"title": "T"}`)
		apply := h.applying()
		h.stores(apply, 1, `,"check":{"module":"module.one"}`)
		h.breaks(apply)
		h.request(ada, "site", "two", `{"title": "T"}`)
		apply = h.applying()
		require.True(t, holds(t, apply, "one"))
		h.finish(apply, runner.Result{Outcome: runner.Failed})
	})
}

// What was once made, and whose change was broken off, stays whatever the state says.
func TestWhatWasMadeOnceStaysInTheFolder(t *testing.T) {
	each(t, func(h *house) {
		t := h.t
		ada := h.person("ada", "ADMIN")
		one, _ := h.request(ada, "site", "one", `{"title": "T"}`)
		h.finish(h.applying(), appliedWith(nil))
		_, _, err := h.UpdateResource(ada, one.ID, json.RawMessage(`{"title": "U"}`))
		require.NoError(t, err)
		h.breaks(h.applying())
		h.request(ada, "site", "two", `{"title": "T"}`)
		require.True(t, holds(t, h.applying(), "one"))
	})
}
