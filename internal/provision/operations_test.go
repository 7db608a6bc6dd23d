package provision_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent/run"
	entworker "github.com/arpent/arpent/ent/worker"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/provision"
	"github.com/arpent/arpent/internal/queue"
	"github.com/arpent/arpent/internal/worker"
)

func TestWhatWaitsIsListedInTheOrderInWhichItIsHandedOut(t *testing.T) {
	each(t, func(h *house) {
		t, alice := h.t, h.person("alice", access.RoleEditor)
		_, approved := h.request(alice, "site", "one", `{"title":"1"}`)
		h.finish(h.claim(), planned(true, "d1"))
		drift, err := h.DetectDrift(alice, h.project.ID)
		require.NoError(t, err)
		_, asked := h.request(alice, "site", "two", `{"title":"1"}`)
		_, later := h.request(alice, "site", "three", `{"title":"1"}`)

		waiting, err := h.Waiting(system(), 10)
		require.NoError(t, err)
		require.Equal(t, []string{approved.ID, asked.ID, later.ID, drift.ID}, waiting)
		require.Equal(t, queue.Apply, provision.PriorityOf(h.run(approved.ID)))
		require.Equal(t, queue.Background, provision.PriorityOf(h.run(drift.ID)))
		first, err := h.Waiting(system(), 2)
		require.NoError(t, err)
		require.Equal(t, waiting[:2], first)
		require.Equal(t, approved.ID, h.claim().Lease.RunID, "the first is handed out first")

		_, err = h.Waiting(alice, 10)
		require.Error(t, err, "only those who manage workers are told")
	})
}

func TestAWorkerThatKeepsALeaseIsAlive(t *testing.T) {
	each(t, func(h *house) {
		t := h.t
		_, started := h.request(h.person("alice", access.RoleEditor), "site", "one", `{"title":"1"}`)
		got, err := h.Backend().Claim(context.Background(), worker.Claim{Worker: "busy", Slots: 3, Wait: 20 * time.Second})
		require.NoError(t, err)
		require.NotNil(t, got)
		there := h.db.Client(system()).Worker.Query().Where(entworker.Name("busy"))
		require.Equal(t, 3, there.Clone().OnlyX(system()).Slots)
		alive := func(at time.Time) bool { return there.Clone().Where(provision.WorkerAlive(at)).ExistX(system()) }

		h.db.Client(system()).Worker.Update().SetSeenAt(time.Now().Add(-time.Hour)).ExecX(system())
		require.True(t, alive(time.Now()), "it works, and so asks for nothing")
		require.False(t, alive(*h.run(started.ID).LeaseExpiresAt), "its lease has run out")
		h.finish(got, planned(false, "d1"))
		require.False(t, alive(time.Now()), "it has nothing and says nothing")
	})
}

func TestAWorkerThatIsPausedWhileItWaitsGetsNothing(t *testing.T) {
	each(t, func(h *house) {
		t, alice := h.t, h.person("alice", access.RoleEditor)
		got := make(chan *worker.Assignment, 1)
		began := time.Now()
		go func() {
			assignment, err := h.Backend().Claim(context.Background(), worker.Claim{Worker: "drained", Wait: 20 * time.Second})
			assert.NoError(t, err)
			got <- assignment
		}()
		there := h.db.Client(system()).Worker.Query().Where(entworker.Name("drained"))
		require.Eventually(t, func() bool { return there.Clone().ExistX(system()) && time.Since(began) > 100*time.Millisecond }, 20*time.Second, 5*time.Millisecond)
		_, err := h.PauseWorker(system(), there.Clone().OnlyX(system()).ID, true)
		require.NoError(t, err)
		_, started := h.request(alice, "site", "one", `{"title":"1"}`)
		require.Nil(t, <-got, "it waited when it was paused")
		require.Equal(t, run.StatusQUEUED, h.run(started.ID).Status)
		none, err := h.Backend().Claim(context.Background(), worker.Claim{Worker: "drained", Wait: time.Hour})
		require.NoError(t, err)
		require.Nil(t, none, "it rests, and asks again soon")
		require.Equal(t, started.ID, h.claim().Lease.RunID, "the others hear of it")
	})
}
