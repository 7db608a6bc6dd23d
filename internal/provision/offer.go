package provision

import (
	"context"
	"encoding/json"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/catalog"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
)

// Offer is a template as a project is offered it.
type Offer struct {
	Schema  json.RawMessage // of what is asked, see catalog.Offer
	Refusal error           // why it cannot be had now; nil when it can
}

// Offer is the form of a template for a project, or for a change of one of its resources. It is for those who may
// request there.
func (e *Engine) Offer(ctx context.Context, projectID, templateID, resourceID string) (Offer, error) {
	project, err := e.DB.Client(ctx).Project.Get(ctx, projectID)
	if err != nil {
		return Offer{}, database.Fault(at(err, "projectId"))
	}
	if err := may(ctx, project.ID, access.ResourceRequest); err != nil {
		return Offer{}, err
	}
	template, err := e.DB.Client(ctx).Template.Get(ctx, templateID)
	if err != nil {
		return Offer{}, database.Fault(at(err, "templateId"))
	}
	offer, err := e.offer(ctx, project, template, resourceID)
	return offer, database.Fault(err)
}

func (e *Engine) offer(ctx context.Context, p *ent.Project, t *ent.Template, resourceID string) (offer Offer, err error) {
	if t.Schema == nil { // one that is broken has none
		return Offer{Schema: json.RawMessage(`{"type":"object"}`), Refusal: usable(t)}, nil
	}
	request := catalog.Request{Schema: t.Schema}
	if resourceID == "" {
		offer.Refusal, err = refusal(e.offered(ctx, p, t))
	} else {
		offer.Refusal, err = refusal(e.changeable(ctx, p, t, resourceID, &request))
	}
	if err != nil {
		return Offer{}, err
	}
	if request.Facts, err = e.facts(ctx, p, catalog.ResourceFacts{}); err != nil {
		return Offer{}, err
	}
	if request.Given, err = e.givenByOthers(ctx, p, t); err != nil {
		return Offer{}, err
	}
	offer.Schema, err = catalog.Offer(request)
	return offer, err
}

// offered tells whether a project can have a template now.
func (e *Engine) offered(ctx context.Context, p *ent.Project, t *ent.Template) error {
	if err := active(p); err != nil {
		return err
	}
	if err := usable(t); err != nil {
		return err
	}
	return e.requestable(ctx, p, t)
}

// changeable tells whether a resource can be changed to a template now, and takes over which inputs it has: they
// go before what is given elsewhere.
func (e *Engine) changeable(ctx context.Context, p *ent.Project, t *ent.Template, resourceID string, request *catalog.Request) error {
	r, err := e.DB.Client(ctx).Resource.Get(ctx, resourceID)
	if err != nil {
		return err
	}
	present, err := r.QueryTemplate().Only(ctx)
	if err != nil {
		return err
	}
	if r.ProjectID != p.ID || present.LibraryID != t.LibraryID || present.Name != t.Name {
		return fault.New(fault.NotFound, fault.Text{
			EN: "The project has no such resource of this template.", FR: "Le projet n’a pas de telle ressource de ce modèle.",
		}).At("resourceId")
	}
	inputs, err := object(r.Inputs)
	if err != nil {
		return err
	}
	if request.Inputs, err = anys(inputs); err != nil {
		return err
	}
	for _, secret := range r.SecretInputNames {
		request.Inputs[secret] = nil // that it is there is all that counts
	}
	return e.alterable(ctx, r)
}

// refusal parts what people are told from what went wrong here. What cannot be seen is not there.
func refusal(err error) (refused, failed error) {
	if err = database.Fault(err); err == nil {
		return nil, nil
	}
	if _, ok := fault.AsList(err); !ok || fault.Is(err, fault.NotFound) || fault.Is(err, fault.Internal) || fault.Is(err, fault.Unavailable) {
		return nil, err
	}
	return err, nil
}
