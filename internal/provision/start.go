package provision

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/ent/schema/typeid"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/observe"
)

// order is a run that is about to be written.
type order struct {
	change   change
	secrets  values // secret inputs
	project  *ent.Project
	resource *ent.Resource
	library  *ent.Library
	policy   Policy
	retryOf  *ent.Run
}

// start writes a run in the transaction of ctx, in its initial state, with its event; the queue is rung after
// the commit.
func (e *Engine) start(ctx context.Context, o order) (*ent.Run, error) {
	r := &ent.Run{ID: typeid.New("run"), Kind: kindOf(o.change.Op), Change: toJSON(o.change), Policy: toJSON(o.policy)}
	if at := observe.Carry(ctx); at != "" {
		r.Trace = &at
	}
	r.SealedChange = e.seal(o.secrets, changeContext(r.ID))
	o.address(r)
	return e.Start(ctx, r)
}

// address says what a run is about.
func (o order) address(r *ent.Run) {
	if o.project != nil {
		r.ProjectID, r.Labels = &o.project.ID, slices.Clone(o.project.WorkerLabels)
	}
	if o.resource != nil {
		r.ResourceID = &o.resource.ID
	}
	if o.library != nil {
		r.LibraryID = &o.library.ID
	}
	if o.retryOf != nil {
		r.RetryOfID = &o.retryOf.ID
	}
}

// Start writes a run that says what it is about and what it is to do, in the viewer's name and in the transaction of
// ctx. It begins in its initial state, with its event; the queue is rung after the commit.
func (l *Life) Start(ctx context.Context, r *ent.Run) (*ent.Run, error) {
	viewer := access.FromContext(ctx)
	r.Status, r.Phase, r.QueuedAt, r.RequestedBy = Initial.Status, Initial.Phase, l.now(), viewer.Name
	if viewer.Kind == access.User || viewer.Kind == access.Token {
		r.RequestedByID = &viewer.ID
	}
	r, err := l.store.Insert(ctx, r)
	if err != nil {
		return nil, err
	}
	l.ringAfterCommit(ctx, r) // and nobody else: who could follow a run that was not there?
	return r, l.world.Journal(ctx, r, "run.queued")
}

func changeContext(runID string) string       { return "runs:" + runID + ":change" }
func planContext(runID string) string         { return "runs:" + runID + ":plan" }
func inputsContext(resourceID string) string  { return "resources:" + resourceID + ":inputs" }
func appliedContext(resourceID string) string { return "resources:" + resourceID + ":applied" }
func outputsContext(resourceID string) string { return "resources:" + resourceID + ":outputs" }

// VariablesContext is what a project's secret variables are sealed with.
func VariablesContext(projectID string) string { return "projects:" + projectID + ":variables" }

// refuseWhileBusy refuses a request about a resource that a run is still about.
func (e *Engine) refuseWhileBusy(ctx context.Context, resource *ent.Resource) error {
	busy, err := e.DB.Client(ctx).Run.Query().
		Where(run.ResourceID(resource.ID), run.StatusIn(unfinished()...)).
		Exist(access.As(ctx, "engine"))
	if err != nil || !busy {
		return err
	}
	return fault.New(fault.Conflict, fault.Text{
		EN: "A run for %s has not ended yet. Wait for it, or cancel it.",
		FR: "Une exécution concernant %s n’est pas terminée. Attendez sa fin ou annulez-la.",
	}, resource.Name)
}

// may refuses what the viewer may not do in a project that it can see.
func may(ctx context.Context, projectID string, p access.Permission) error {
	return access.Require(ctx, projectID, p)
}

// active refuses changes to an archived project.
func active(p *ent.Project) error {
	if p.Status == "ACTIVE" {
		return nil
	}
	return fault.New(fault.Conflict, fault.Text{
		EN: "Project %s is archived. Bring it back first.",
		FR: "Le projet %s est archivé. Réactivez-le d’abord.",
	}, p.Acronym)
}

func inputObject(text json.RawMessage) (values, error) {
	v, err := object(text)
	if err != nil {
		return nil, fault.New(fault.Invalid, fault.Text{
			EN: "The inputs must be a JSON object: a value for each name.",
			FR: "Les paramètres doivent former un objet JSON : une valeur par nom.",
		}).At("inputs")
	}
	return v, nil
}
