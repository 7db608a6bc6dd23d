package provision_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/claim"
	"github.com/arpent/arpent/ent/event"
	"github.com/arpent/arpent/ent/resource"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/ent/server"
	"github.com/arpent/arpent/ent/template"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/allocation"
	"github.com/arpent/arpent/internal/runner"
	"github.com/arpent/arpent/internal/worker"
)

// spare adds servers that are free.
func (h *house) spare(count int) {
	client := h.db.Client(system())
	host := client.HostingProvider.Create().SetCode("SPARE").SetName("Spare").SaveX(system())
	for i := range count {
		client.Server.Create().SetHostname(fmt.Sprintf("spare%d.example.org", i)).SetProviderID(host.ID).SetLifecycle(server.LifecycleAVAILABLE).ExecX(system())
	}
}

// applying carries a resource's next run to its apply, as a worker does.
func (h *house) applying() *worker.Assignment {
	h.t.Helper()
	plan := h.claim()
	h.finish(plan, planned(true, plan.Lease.RunID))
	return h.claim()
}

// claims claims a server in the name of a run, as the provider does.
func (h *house) claims(a *worker.Assignment, key string, wait bool) *ent.Claim {
	h.t.Helper()
	ctx := access.NewContext(context.Background(), &access.Viewer{
		Kind: access.Run, ID: a.Lease.RunID, Name: "Ada", Locale: "en", Lease: a.Lease.Number,
		Projects: map[string]access.Set{h.project.ID: access.NewSet(access.ProjectRead, access.ServerClaim)},
	})
	made, err := h.settled.Allocation.ClaimServer(ctx, allocation.Terms{ProjectID: h.project.ID, Key: key, Wait: wait}, allocation.ServerSelector{})
	require.NoError(h.t, err)
	return made
}

// stores stores a state in the name of a run that is being worked on.
func (h *house) stores(a *worker.Assignment, serial int, more string) {
	h.t.Helper()
	_, err := h.settled.State.Keep(system(), a.Lease.RunID, a.Lease.Number, fmt.Appendf(nil, `{"version":4,"serial":%d,"lineage":"a","resources":[]%s}`, serial, more))
	require.NoError(h.t, err)
}

// breaks ends an apply as one whose engine was killed.
func (h *house) breaks(a *worker.Assignment) {
	h.finish(a, runner.Result{Outcome: runner.Failed, Diagnostics: []runner.Diagnostic{{Severity: "error", Summary: "killed"}}})
	h.eventually(a.Lease.RunID, run.StatusFAILED)
}

// deletes deletes a resource to the end; one of which nothing was made is gone at once.
func (h *house) deletes(ctx context.Context, id string) {
	h.t.Helper()
	_, destroy, err := h.DeleteResource(ctx, id)
	require.NoError(h.t, err)
	if destroy != nil {
		h.finish(h.applying(), appliedWith(nil))
		h.eventually(destroy.ID, run.StatusSUCCEEDED)
	}
	require.Equal(h.t, resource.StatusDELETED, h.resource(id).Status)
}

// swept tells what state a claim is in once the leftovers were swept.
func (h *house) swept(c *ent.Claim) claim.State {
	h.t.Helper()
	_, err := h.SweepLeftovers(access.As(context.Background(), "sweep"), "")
	require.NoError(h.t, err)
	return h.db.Client(system()).Claim.GetX(system(), c.ID).State
}

// What an apply claimed that was killed is kept for the next attempt, as long as there may be one, and given back when its resource is deleted.
func TestWhatAKilledApplyClaimedIsGivenBackOnceItsResourceIsDeleted(t *testing.T) {
	each(t, func(h *house) {
		t := h.t
		h.spare(1)
		ada := h.person("ada", "ADMIN")
		site, _ := h.request(ada, "site", "one", `{"title": "T"}`)
		apply := h.applying()
		held := h.claims(apply, "terraform/server/one/1", false)
		waits := h.claims(apply, "terraform/server/one/2", true)
		other := h.claims(apply, "ci-17", true) // no state would know of it: it is not the provider's
		h.stores(apply, 1, `,"check":{"module":"module.one"}`)
		h.breaks(apply)
		require.Equal(t, claim.StateHELD, h.swept(held), "the next attempt asks for it again")

		_, destroy, err := h.DeleteResource(ada, site.ID)
		require.NoError(t, err)
		apply = h.applying()
		h.db.Client(system()).Resource.UpdateOneID(site.ID).SetStatus("DELETED").ExecX(system())
		require.Equal(t, claim.StateHELD, h.swept(held), "a run works on the project")
		h.finish(apply, appliedWith(nil))
		h.eventually(destroy.ID, run.StatusSUCCEEDED)
		if h.db.Postgres() {
			require.NoError(t, h.db.Tx(system(), func(ctx context.Context, client *ent.Client) error {
				client.Project.Query().ForUpdate().AllX(ctx) // somebody adds a run
				require.Equal(t, claim.StateHELD, h.swept(held))
				return nil
			}))
		}
		require.Equal(t, claim.StateRELEASED, h.swept(held))
		require.Equal(t, claim.StateCANCELED, h.swept(waits))
		require.NoError(t, h.settled.Allocation.Sweep(system()))
		require.Equal(t, claim.StateHELD, h.swept(other), "what became free goes to who waits")

		var told struct {
			Reason struct{ EN, FR string }
			Key    string
		}
		noted := h.db.Client(system()).Event.Query().Where(event.SubjectID(held.ID), event.Type("claim.released")).OnlyX(system())
		require.Equal(t, "system:sweep", noted.ActorID)
		require.NoError(t, json.Unmarshal(noted.After, &told))
		require.Equal(t, "terraform/server/one/1", told.Key)
		require.Contains(t, told.Reason.EN, "Left by run "+held.RequestedByID)
		require.Contains(t, told.Reason.FR, held.RequestedByID)
	})
}

// A claim that the state knows is in use, and one that nobody can look for is left alone.
func TestWhatTheStateKnowsOrNobodyCanReadStays(t *testing.T) {
	each(t, func(h *house) {
		t := h.t
		h.spare(3)
		ada := h.person("ada", "ADMIN")
		site, _ := h.request(ada, "site", "one", `{"title": "T"}`)
		apply := h.applying()
		known, left := h.claims(apply, "terraform/server/one/1", false), h.claims(apply, "terraform/server/one/2", false)
		h.stores(apply, 1, fmt.Sprintf(`,"check":%q`, known.ID))
		h.breaks(apply)
		h.deletes(ada, site.ID)

		own := h.db.Client(system()).Template.Query().Where(template.Name("own-backend")).OnlyX(system())
		was := *h.db.Client(system()).Project.GetX(system(), h.project.ID).BaseTemplateID
		h.db.Client(system()).Project.UpdateOne(h.project).SetBaseTemplateID(own.ID).ExecX(system())
		require.Equal(t, claim.StateHELD, h.swept(left), "the base keeps its state elsewhere")
		h.db.Client(system()).Project.UpdateOne(h.project).SetBaseTemplateID(was).ExecX(system())

		h.request(ada, "site", "two", `{"title": "T"}`)
		apply = h.applying()
		h.stores(apply, 2, `,"encrypted_data":"A","encryption_version":"v0"`)
		h.finish(apply, appliedWith(nil))
		require.Equal(t, claim.StateHELD, h.swept(left), "the engine encrypts its state")

		h.request(ada, "site", "three", `{"title": "T"}`)
		apply = h.applying()
		h.stores(apply, 3, fmt.Sprintf(`,"check":%q`, known.ID))
		h.finish(apply, appliedWith(nil))
		require.Equal(t, claim.StateRELEASED, h.swept(left))
		require.Equal(t, claim.StateHELD, h.swept(known))
	})
}

// A resource whose apply was killed and that was then made with other wishes has another claim: the first is a leftover. The success of
// another resource says nothing about it.
func TestWhatAResourceWasMadeWithoutIsGivenBack(t *testing.T) {
	each(t, func(h *house) {
		t := h.t
		h.spare(3)
		ada := h.person("ada", "ADMIN")
		site, _ := h.request(ada, "site", "one", `{"title": "T"}`)
		apply := h.applying()
		left := h.claims(apply, "terraform/server/one/small", false)
		h.breaks(apply)
		h.request(ada, "site", "two", `{"title": "T"}`)
		h.finish(h.applying(), appliedWith(nil))
		require.Equal(t, claim.StateHELD, h.swept(left), "the next attempt at its own resource may ask for it")

		_, _, err := h.UpdateResource(ada, site.ID, json.RawMessage(`{"title": "Large"}`))
		require.NoError(t, err)
		apply = h.applying()
		used := h.claims(apply, "terraform/server/one/large", false)
		h.stores(apply, 1, fmt.Sprintf(`,"check":%q`, used.ID))
		h.finish(apply, appliedWith(nil))
		require.Equal(t, claim.StateRELEASED, h.swept(left))
		require.Equal(t, claim.StateHELD, h.swept(used))
	})
}

// However many leftovers can not be given back yet, those after them are.
func TestLeftoversAreSweptInTurn(t *testing.T) {
	each(t, func(h *house) {
		t := h.t
		ada := h.person("ada", "ADMIN")
		site, _ := h.request(ada, "site", "one", `{"title": "T"}`)
		apply := h.applying()
		var known []string
		for i := range 150 {
			known = append(known, h.claims(apply, fmt.Sprintf("terraform/server/one/%d", i), true).ID)
		}
		left := h.claims(apply, "terraform/server/one/last", true)
		h.stores(apply, 1, fmt.Sprintf(`,"check":%q`, strings.Join(known, " ")))
		h.breaks(apply)
		h.deletes(ada, site.ID)
		last, err := h.SweepLeftovers(access.As(context.Background(), "sweep"), "")
		require.NoError(t, err)
		require.Equal(t, known[99], last)
		last, err = h.SweepLeftovers(access.As(context.Background(), "sweep"), last)
		require.NoError(t, err)
		require.Empty(t, last)
		require.Equal(t, claim.StateCANCELED, h.db.Client(system()).Claim.GetX(system(), left.ID).State)
		require.Equal(t, 150, h.db.Client(system()).Claim.Query().Where(claim.StateEQ(claim.StateWAITING)).CountX(system()))
	})
}
