package provision_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/event"
	"github.com/arpent/arpent/ent/predicate"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/ent/runserver"
	"github.com/arpent/arpent/ent/server"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/inventory"
	"github.com/arpent/arpent/internal/provision"
)

// rack adds servers that are delivered, and one that is retired; it returns the ids of the former.
func (h *house) rack(count int) []string {
	h.t.Helper()
	client := h.db.Client(system())
	provider := client.HostingProvider.Create().SetCode("HSP").SetName("Provider").SaveX(system())
	rows := make([]*ent.ServerCreate, count)
	for i := range rows {
		rows[i] = client.Server.Create().SetHostname(fmt.Sprintf("s%04d.example.org", i)).SetProviderID(provider.ID).SetLifecycle(server.LifecycleDELIVERED)
	}
	ids := make([]string, count)
	for i, made := range client.Server.CreateBulk(rows...).SaveX(system()) {
		ids[i] = made.ID
	}
	client.Server.Create().SetHostname("old.example.org").SetProviderID(provider.ID).SetLifecycle(server.LifecycleRETIRED).ExecX(system())
	return ids
}

// ops signs somebody in who keeps the inventory.
func (h *house) ops(name string) (context.Context, string) {
	h.t.Helper()
	u := h.db.Client(system()).User.Create().SetName(name).SetEmail(name + "@example.org").SaveX(system())
	return access.NewContext(context.Background(), &access.Viewer{
		Kind: access.User, ID: u.ID, Name: name, Locale: "en", Platform: access.NewSet(access.InventoryRead, access.InventoryManage),
	}), u.ID
}

// trusts lets the engine take one viewer for everybody, as they are when asked.
func (h *house) trusts(viewer func() *access.Viewer) {
	h.viewer.Store(&viewer)
}

func (h *house) left(runID string) int {
	return h.db.Client(system()).RunServer.Query().Where(runserver.RunID(runID), runserver.StatusEQ(runserver.StatusPENDING)).CountX(system())
}

func (h *house) logOf(runID string) string {
	h.t.Helper()
	piece, err := h.ReadLog(system(), runID, 0, 1<<20)
	require.NoError(h.t, err)
	return piece.Text
}

func TestABulkChangeChangesWhatItMayAndNamesTheOthers(t *testing.T) {
	each(t, func(h *house) {
		t := h.t
		h.rack(250)
		alice, _ := h.ops("alice")
		h.trusts(func() *access.Viewer { return access.FromContext(alice) })
		started, err := h.ChangeServers(alice, provision.ServersChange{
			BulkChange: inventory.BulkChange{Move: inventory.Accept}, Where: []predicate.Server{},
		})
		require.NoError(t, err)
		require.Equal(t, run.KindBULK, started.Kind)
		require.Equal(t, "Accept: 251 servers", provision.TitleOf(started).EN)
		h.eventually(started.ID, run.StatusFAILED)

		counts, err := h.BulkCounts(alice, []*ent.Run{h.run(started.ID)})
		require.NoError(t, err)
		require.Equal(t, provision.BulkCount{Total: 251, Done: 250, Refused: 1}, counts[started.ID])
		require.Equal(t, 250, h.db.Client(system()).Server.Query().Where(server.LifecycleEQ(server.LifecycleAVAILABLE)).CountX(system()))
		refusals, err := h.Refusals(alice, started.ID, "", 10)
		require.NoError(t, err)
		require.Len(t, refusals, 1)
		require.Equal(t, "old.example.org", refusals[0].Hostname)
		require.Contains(t, refusals[0].Reason.FR, "old.example.org")
		require.Contains(t, h.run(started.ID).Failure.EN, "1 of 251")
		require.Contains(t, h.logOf(started.ID), "old.example.org: old.example.org is RETIRED")
		step := h.run(started.ID).QuerySteps().OnlyX(system())
		require.Equal(t, []int{251, 251}, []int{step.Done, step.Total})
		require.Equal(t, 250, h.db.Client(system()).Event.Query().Where(event.RequestID(started.ID), event.Type("server.available")).CountX(system()), "each event names the run")

		again, err := h.Retry(alice, started.ID)
		require.NoError(t, err)
		h.eventually(again.ID, run.StatusFAILED)
		counts, err = h.BulkCounts(alice, []*ent.Run{h.run(again.ID)})
		require.NoError(t, err)
		require.Equal(t, provision.BulkCount{Total: 1, Refused: 1}, counts[again.ID], "only what was refused is tried again")
	})
}

func TestABulkChangeOfLabelsSaysWhich(t *testing.T) {
	each(t, func(h *house) {
		h.rack(1)
		alice, _ := h.ops("alice")
		h.trusts(func() *access.Viewer { return access.FromContext(alice) })
		started, err := h.ChangeServers(alice, provision.ServersChange{
			BulkChange: inventory.BulkChange{Set: map[string]string{"role": "web", "rack": ""}, Remove: []string{"old", "older"}}, Where: []predicate.Server{},
		})
		require.NoError(h.t, err)
		require.Equal(h.t, fault.Text{EN: "Labels rack, role=web, −old, …: 2 servers", FR: "Étiquettes rack, role=web, −old, … : 2 serveurs"}, provision.TitleOf(started))
	})
}

// A role that is taken away in the midst of it counts for the servers whose turn has not come.
func TestABulkChangeAsksAgainWhoMay(t *testing.T) {
	each(t, func(h *house) {
		t := h.t
		ids := h.rack(150)
		alice, id := h.ops("alice")
		lesser := &access.Viewer{Kind: access.User, ID: id, Name: "alice", Locale: "en", Platform: access.NewSet(access.InventoryRead)}
		asked := 0 // by one goroutine, batch after batch
		h.trusts(func() *access.Viewer {
			if asked++; asked == 1 {
				return access.FromContext(alice)
			}
			return lesser
		})
		started, err := h.ChangeServers(alice, provision.ServersChange{BulkChange: inventory.BulkChange{Set: map[string]string{"row": "7"}}, IDs: ids})
		require.NoError(t, err)
		h.eventually(started.ID, run.StatusFAILED)
		counts, err := h.BulkCounts(alice, []*ent.Run{h.run(started.ID)})
		require.NoError(t, err)
		require.Equal(t, provision.BulkCount{Total: 150, Done: 100, Refused: 50}, counts[started.ID])
	})
}

func TestABulkChangeGoesOnAfterItsServerDied(t *testing.T) {
	each(t, func(h *house) {
		t := h.t
		ids := h.rack(230)
		alice, _ := h.ops("alice")
		reached, held := make(chan struct{}), make(chan struct{})
		asked := 0
		h.trusts(func() *access.Viewer {
			if asked++; asked == 2 { // the first batch is committed, the second is under way
				close(reached)
				<-held
			}
			return access.FromContext(alice)
		})
		started, err := h.ChangeServers(alice, provision.ServersChange{BulkChange: inventory.BulkChange{Move: inventory.Accept}, IDs: ids})
		require.NoError(t, err)
		select {
		case <-reached:
		case <-time.After(time.Minute):
			t.Fatal("no second batch")
		}
		h.cancel()
		close(held)
		h.stop()
		require.Equal(t, run.StatusQUEUED, h.run(started.ID).Status)
		require.Equal(t, 130, h.left(started.ID), "the second batch is as if it had not been")
		h.restart()
		h.eventually(started.ID, run.StatusSUCCEEDED)
		require.Zero(t, h.left(started.ID))
		entries := h.db.Client(system()).Event.Query().CountX(system())
		require.GreaterOrEqual(t, entries, 230)
		for _, one := range h.db.Client(system()).Server.Query().Where(server.IDIn(ids...)).AllX(system()) {
			require.Equal(t, server.LifecycleAVAILABLE, one.Lifecycle)
			require.Equal(t, 1, h.eventsOf(one.ID, "server.available"), "it was moved once")
		}
	})
}

func TestABulkChangeIsCanceledBetweenBatches(t *testing.T) {
	each(t, func(h *house) {
		t := h.t
		ids := h.rack(800)
		alice, _ := h.ops("alice")
		reached, held, begun, ended := make(chan struct{}), make(chan struct{}), make(chan struct{}), make(chan struct{})
		asked := 0
		h.trusts(func() *access.Viewer {
			if asked++; asked == 1 {
				close(reached)
				<-held
			}
			<-begun // so that what follows comes when it is being canceled
			select {
			case <-ended:
			case <-time.After(300 * time.Millisecond): // a slow machine comes to its turn within so many batches
			}
			return access.FromContext(alice)
		})
		started, err := h.ChangeServers(alice, provision.ServersChange{BulkChange: inventory.BulkChange{Move: inventory.Accept}, IDs: ids})
		require.NoError(t, err)
		<-reached
		canceled := make(chan error, 1)
		go func() { close(begun); _, err := h.Cancel(alice, started.ID); close(ended); canceled <- err }() // waits for the batch, which holds the run
		close(held)
		require.NoError(t, <-canceled)
		h.eventually(started.ID, run.StatusCANCELED)
		left := h.left(started.ID)
		require.Zero(t, left%50, "batches are whole")
		require.Positive(t, left)
		again, err := h.Retry(alice, started.ID)
		require.NoError(t, err)
		h.eventually(again.ID, run.StatusSUCCEEDED)
		require.Equal(t, 800, h.db.Client(system()).Server.Query().Where(server.LifecycleEQ(server.LifecycleAVAILABLE)).CountX(system()))
	})
}

// What goes wrong with one server for a reason of ours is refused for that one: the others of its batch are changed, once each.
func TestABulkChangeGoesOnBehindAServerThatCanNotBeChanged(t *testing.T) {
	each(t, func(h *house) {
		t := h.t
		ids := h.rack(150)
		h.db.Client(system()).Server.Use(func(next ent.Mutator) ent.Mutator {
			return ent.MutateFunc(func(ctx context.Context, m ent.Mutation) (ent.Value, error) {
				if one, ok := m.(*ent.ServerMutation); ok {
					if id, known := one.ID(); known && id == ids[42] {
						return nil, errors.New("a secret of the disk")
					}
				}
				return next.Mutate(ctx, m)
			})
		})
		started, err := h.ChangeServers(system(), provision.ServersChange{BulkChange: inventory.BulkChange{Move: inventory.Accept}, IDs: ids})
		require.NoError(t, err)
		h.eventually(started.ID, run.StatusFAILED)
		counts, err := h.BulkCounts(system(), []*ent.Run{h.run(started.ID)})
		require.NoError(t, err)
		require.Equal(t, provision.BulkCount{Total: 150, Done: 149, Refused: 1}, counts[started.ID])
		refusals, err := h.Refusals(system(), started.ID, "", 10)
		require.NoError(t, err)
		require.Equal(t, ids[42], refusals[0].ServerID)
		require.NotEmpty(t, refusals[0].Reason.EN)
		require.NotContains(t, refusals[0].Reason.EN+h.logOf(started.ID), "secret", "what went wrong here is for the operators' log")
		for i, id := range ids {
			if i != 42 {
				require.Equal(t, 1, h.eventsOf(id, "server.available"))
			}
		}
	})
}

func TestABulkChangeGivesServersToAProject(t *testing.T) {
	each(t, func(h *house) {
		t := h.t
		ids := h.rack(3)
		h.db.Client(system()).Server.Update().Where(server.IDIn(ids[:2]...)).SetLifecycle(server.LifecycleAVAILABLE).ExecX(system())
		started, err := h.ChangeServers(system(), provision.ServersChange{BulkChange: inventory.BulkChange{ProjectID: h.project.ID}, IDs: ids})
		require.NoError(t, err)
		h.eventually(started.ID, run.StatusFAILED)
		require.Equal(t, 2, h.db.Client(system()).Server.Query().Where(server.ProjectID(h.project.ID), server.LifecycleEQ(server.LifecycleASSIGNED)).CountX(system()))
		refusals, err := h.Refusals(system(), started.ID, "", 10)
		require.NoError(t, err)
		require.Len(t, refusals, 1)
		require.Equal(t, ids[2], refusals[0].ServerID)
	})
}

func TestABulkChangeThatCanNotBeMeantIsRefused(t *testing.T) {
	each(t, func(h *house) {
		t := h.t
		ids := h.rack(1)
		alice, _ := h.ops("alice")
		guest := h.person("guest", access.RoleGuest)
		accept := inventory.BulkChange{Move: inventory.Accept}
		for name, c := range map[string]struct {
			as     context.Context
			change provision.ServersChange
			code   fault.Code
		}{
			"nothing to do":       {alice, provision.ServersChange{IDs: ids}, fault.Invalid},
			"two things":          {alice, provision.ServersChange{BulkChange: inventory.BulkChange{Move: inventory.Accept, Remove: []string{"a"}}, IDs: ids}, fault.Invalid},
			"no servers":          {alice, provision.ServersChange{BulkChange: accept}, fault.Invalid},
			"ids and a filter":    {alice, provision.ServersChange{BulkChange: accept, IDs: ids, Where: []predicate.Server{}}, fault.Invalid},
			"none that match":     {alice, provision.ServersChange{BulkChange: accept, Where: []predicate.Server{server.Hostname("none")}}, fault.Conflict},
			"unknown":             {alice, provision.ServersChange{BulkChange: accept, IDs: []string{"srv_none"}}, fault.NotFound},
			"no reason":           {alice, provision.ServersChange{BulkChange: inventory.BulkChange{Move: inventory.Reject}, IDs: ids}, fault.Invalid},
			"not theirs":          {guest, provision.ServersChange{BulkChange: accept, IDs: ids}, fault.Denied},
			"labels of others":    {guest, provision.ServersChange{BulkChange: inventory.BulkChange{Remove: []string{"a"}}, IDs: ids}, fault.Denied},
			"a project of others": {alice, provision.ServersChange{BulkChange: inventory.BulkChange{ProjectID: h.project.ID}, IDs: ids}, fault.NotFound},
		} {
			_, err := h.ChangeServers(c.as, c.change)
			require.Equal(t, c.code, fault.CodeOf(err), "%s: %v", name, err)
		}
		require.Zero(t, h.db.Client(system()).Run.Query().Where(run.KindEQ(run.KindBULK)).CountX(system()))
	})
}
