package provision

import (
	"context"
	"encoding/json"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/resource"
	"github.com/arpent/arpent/ent/template"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
)

// UpdateResource asks for other inputs of a resource. A secret input that is not given keeps its value.
func (e *Engine) UpdateResource(ctx context.Context, id string, inputs json.RawMessage) (*ent.Resource, *ent.Run, error) {
	return e.alter(ctx, id, opUpdate, inputs, func(ctx context.Context, r *ent.Resource) (*ent.Template, error) {
		return e.DB.Client(ctx).Template.Get(ctx, r.TemplateID)
	})
}

// UpgradeResource asks to move a resource to the newest version of its template, with the present inputs or others.
func (e *Engine) UpgradeResource(ctx context.Context, id string, inputs json.RawMessage) (*ent.Resource, *ent.Run, error) {
	return e.alter(ctx, id, opUpgrade, inputs, func(ctx context.Context, r *ent.Resource) (*ent.Template, error) {
		newer, err := e.Upgrade(ctx, r)
		if err == nil && newer == nil {
			err = fault.New(fault.Conflict, fault.Text{
				EN: "%s is on the newest version of its template already.",
				FR: "%s utilise déjà la version la plus récente de son modèle.",
			}, r.Name)
		}
		return newer, err
	})
}

// Upgrade is the newer version of a resource's template; nil when it is on the newest.
func (e *Engine) Upgrade(ctx context.Context, r *ent.Resource) (*ent.Template, error) {
	present, err := e.DB.Client(ctx).Template.Get(ctx, r.TemplateID)
	if err != nil {
		return nil, err
	}
	if present.Latest {
		return nil, nil
	}
	newer, err := e.DB.Client(ctx).Template.Query().Where(
		template.LibraryID(present.LibraryID), template.Name(present.Name), template.Latest(true), template.StatusEQ(template.StatusREADY),
	).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, nil
	}
	return newer, err
}

type chooser func(context.Context, *ent.Resource) (*ent.Template, error)

func (e *Engine) alter(ctx context.Context, id string, op operation, inputs json.RawMessage, choose chooser) (*ent.Resource, *ent.Run, error) {
	var altered *ent.Resource
	var started *ent.Run
	err := e.DB.Tx(ctx, func(ctx context.Context, _ *ent.Client) error {
		r, p, err := e.subjectOf(ctx, id, access.ResourceRequest)
		if err != nil {
			return err
		}
		if err := e.alterable(ctx, r); err != nil {
			return err
		}
		t, err := choose(ctx, r)
		if err != nil {
			return err
		}
		altered, started, err = e.orderAlteration(ctx, r, p, t, op, inputs)
		return err
	})
	return altered, started, database.Fault(err)
}

func (e *Engine) orderAlteration(ctx context.Context, r *ent.Resource, p *ent.Project, t *ent.Template, op operation, inputs json.RawMessage) (*ent.Resource, *ent.Run, error) {
	kept, err := e.open(r.SealedInputs, inputsContext(r.ID))
	if err != nil {
		return nil, nil, err
	}
	if len(inputs) == 0 || string(inputs) == "null" {
		inputs = r.Inputs
	}
	wanted, err := e.check(ctx, p, subject{r.ID, r.Name}, t, inputs, kept)
	if err != nil {
		return nil, nil, err
	}
	before, err := appliedOf(r)
	if err != nil {
		return nil, nil, err
	}
	altered, err := e.wishFor(ctx, r, wanted)
	if err != nil {
		return nil, nil, err
	}
	started, err := e.start(ctx, order{
		change: wanted.change(op, before), secrets: wanted.secrets, project: p, resource: altered, policy: policyFrom(t),
	})
	return altered, started, err
}

// wishFor writes what a resource is to become.
func (e *Engine) wishFor(ctx context.Context, r *ent.Resource, wanted wish) (*ent.Resource, error) {
	altered, err := r.Update().SetTemplateID(wanted.template.ID).SetStatus(resource.StatusREQUESTED).
		SetInputs(toJSON(wanted.plain)).SetSecretInputNames(names(wanted.secrets)).
		SetSealedInputs(e.seal(wanted.secrets, inputsContext(r.ID))).ClearError().Save(ctx)
	if err != nil {
		return nil, err
	}
	return altered, e.journalResource(ctx, altered, "resource.changed", map[string]any{"template": r.TemplateID, "inputs": r.Inputs})
}

// DeleteResource asks to destroy a resource. One of which nothing was ever made is gone at once, without a run.
func (e *Engine) DeleteResource(ctx context.Context, id string) (*ent.Resource, *ent.Run, error) {
	var deleted *ent.Resource
	var started *ent.Run
	err := e.DB.Tx(ctx, func(ctx context.Context, _ *ent.Client) error {
		r, p, err := e.subjectOf(ctx, id, access.ResourceDelete)
		if err != nil {
			return err
		}
		if err := e.alterable(ctx, r); err != nil {
			return err
		}
		before, err := appliedOf(r)
		if err != nil {
			return err
		}
		if before == nil {
			deleted, err = e.forget(ctx, r)
			return err
		}
		deleted, started, err = e.orderDeletion(ctx, r, p, before)
		return err
	})
	return deleted, started, database.Fault(err)
}

func (e *Engine) orderDeletion(ctx context.Context, r *ent.Resource, p *ent.Project, before *applied) (*ent.Resource, *ent.Run, error) {
	t, err := e.DB.Client(ctx).Template.Get(ctx, before.TemplateID)
	if err != nil {
		return nil, nil, err
	}
	deleting, err := r.Update().SetStatus(resource.StatusDELETING).ClearError().Save(ctx)
	if err != nil {
		return nil, nil, err
	}
	if err := e.journalResource(ctx, deleting, "resource.deleting", map[string]any{"status": r.Status}); err != nil {
		return nil, nil, err
	}
	started, err := e.start(ctx, order{
		change:  change{Op: opDelete, Name: r.Name, Template: t.Name, TemplateID: t.ID, Before: before},
		project: p, resource: deleting, policy: policyFrom(t),
	})
	return deleting, started, err
}

// forget marks a resource deleted of which the project's folder holds nothing.
func (e *Engine) forget(ctx context.Context, r *ent.Resource) (*ent.Resource, error) {
	gone, err := r.Update().SetStatus(resource.StatusDELETED).ClearSingleton().ClearError().Save(ctx)
	if err != nil {
		return nil, err
	}
	return gone, e.journalResource(ctx, gone, "resource.deleted", map[string]any{"status": r.Status})
}

// subjectOf finds a resource and its project, and refuses what the viewer may not do to it.
func (e *Engine) subjectOf(ctx context.Context, id string, p access.Permission) (*ent.Resource, *ent.Project, error) {
	r, err := e.DB.Client(ctx).Resource.Query().Where(resource.ID(id)).WithProject().Only(ctx)
	if err != nil {
		return nil, nil, at(err, "id")
	}
	if err := may(ctx, r.ProjectID, p); err != nil {
		return nil, nil, err
	}
	return r, r.Edges.Project, active(r.Edges.Project)
}

// alterable refuses changes to a resource that is gone, or that a run is about.
func (e *Engine) alterable(ctx context.Context, r *ent.Resource) error {
	if r.Status == resource.StatusDELETED {
		return fault.New(fault.Conflict, fault.Text{EN: "%s is deleted.", FR: "%s est supprimée."}, r.Name)
	}
	return e.refuseWhileBusy(ctx, r)
}
