package provision

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/internal/catalog"
	"github.com/arpent/arpent/internal/gitops"
)

// piece is one template in a folder on its way to be rendered.
type piece struct {
	id, name   string
	templateID string
	inputs     values // secret ones included
	leaving    bool
}

// render makes the project's folder as it is to become with the run's change.
func (e *Engine) render(ctx context.Context, r *ent.Run, p *ent.Project) (gitops.Folder, error) {
	c, err := changeOf(r)
	if err != nil {
		return gitops.Folder{}, err
	}
	facts, err := e.facts(ctx, p, catalog.ResourceFacts{})
	if err != nil {
		return gitops.Folder{}, err
	}
	pieces, err := e.pieces(ctx, r, p, c)
	if err != nil {
		return gitops.Folder{}, err
	}
	project := gitops.Project{Acronym: p.Acronym, Name: p.Name, StateAddress: e.stateAddress(p)}
	folder := &assembly{engine: e, facts: facts, project: &project}
	if err := folder.base(ctx, p, c); err != nil {
		return gitops.Folder{}, err
	}
	for _, piece := range pieces {
		if err := folder.add(ctx, piece); err != nil {
			return gitops.Folder{}, err
		}
	}
	return gitops.Render(project)
}

func (e *Engine) stateAddress(p *ent.Project) string {
	return e.PublicURL + "/terraform/state/" + p.Acronym
}

// pieces lists what the folder holds besides the base: the resources that are there, with the run's change over
// them. One that is being deleted is leaving, so that what its destruction needs stays.
func (e *Engine) pieces(ctx context.Context, r *ent.Run, p *ent.Project, c change) ([]piece, error) {
	present, err := e.present(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	var pieces []piece
	for _, there := range present {
		own := r.ResourceID != nil && there.ID == *r.ResourceID
		if own && c.Op != opDelete {
			continue
		}
		applied, err := e.asApplied(there)
		if err != nil {
			return nil, err
		}
		applied.leaving = applied.leaving || own
		pieces = append(pieces, applied)
	}
	if r.ResourceID == nil || c.Op == opDelete || r.Kind == run.KindDRIFT {
		return pieces, nil
	}
	wished, err := e.asWished(r, c)
	return append(pieces, wished), err
}

func (e *Engine) asApplied(r *ent.Resource) (piece, error) {
	was, err := appliedOf(r)
	if err != nil {
		return piece{}, err
	}
	secrets, err := e.open(r.SealedApplied, appliedContext(r.ID))
	if err != nil {
		return piece{}, err
	}
	plain, err := object(was.Inputs)
	return piece{r.ID, r.Name, was.TemplateID, merge(plain, secrets), was.Leaving}, err
}

func (e *Engine) asWished(r *ent.Run, c change) (piece, error) {
	secrets, err := e.open(r.SealedChange, changeContext(r.ID))
	if err != nil {
		return piece{}, err
	}
	plain, err := object(c.Inputs)
	return piece{*r.ResourceID, c.Name, c.TemplateID, merge(plain, secrets), false}, err
}

// assembly puts pieces into a project for the renderer: it resolves the values of their variables.
type assembly struct {
	engine  *Engine
	facts   catalog.Facts
	project *gitops.Project
	given   []string // variables of the root module that have a value
}

// base puts the base template in, the version that the run brings or the one that is there.
func (a *assembly) base(ctx context.Context, p *ent.Project, c change) error {
	id := c.TemplateID
	if c.Op != opBase {
		if p.BaseTemplateID == nil {
			return nil
		}
		id = *p.BaseTemplateID
	}
	base, err := a.resolve(ctx, piece{templateID: id})
	a.project.Base = &base
	return err
}

func (a *assembly) add(ctx context.Context, p piece) error {
	resource, err := a.resolve(ctx, p)
	a.project.Resources = append(a.project.Resources, resource)
	return err
}

func (a *assembly) resolve(ctx context.Context, p piece) (gitops.Resource, error) {
	content, err := a.engine.Catalog.Content(ctx, p.templateID)
	if err != nil {
		return gitops.Resource{}, err
	}
	inputs, err := anys(p.inputs)
	if err != nil {
		return gitops.Resource{}, err
	}
	facts := a.facts
	facts.Resource = catalog.ResourceFacts{ID: p.id, Name: p.name}
	resolved, err := catalog.Resolve(catalog.Request{
		Schema: content.Schema, Inputs: inputs, Facts: facts, Given: a.givenTo(content.Template),
	})
	if err != nil {
		return gitops.Resource{}, err
	}
	a.note(content.Template, resolved)
	providers, err := a.providers(content, facts)
	return gitops.Resource{
		Name: p.name, Template: templateFor(content), Values: gitops.Values(resolved), Providers: providers, Leaving: p.leaving,
	}, err
}

// givenTo lists the root variables that a flat template finds given; a module has variables of its own.
func (a *assembly) givenTo(t catalog.Template) []string {
	if t.Style == catalog.Flat {
		return a.given
	}
	return nil
}

func (a *assembly) note(t catalog.Template, v catalog.Values) {
	if t.Style == catalog.Flat {
		a.given = slices.Concat(a.given, names(v.Plain, v.Secret))
	}
}

// providers resolves the configurations of the providers that a template needs.
func (a *assembly) providers(content catalog.Content, facts catalog.Facts) ([]gitops.Provider, error) {
	var providers []gitops.Provider
	for _, p := range content.Providers {
		resolved, err := catalog.Resolve(catalog.Request{Schema: p.Template.Schema(), Inputs: map[string]any{}, Facts: facts})
		if err != nil {
			return nil, err
		}
		providers = append(providers, gitops.Provider{
			Name: p.Name, File: p.File, Variables: variablesFor(p.Template), Requires: requirementsFor(p.Requires), Values: gitops.Values(resolved),
		})
	}
	return providers, nil
}

// templateFor says what the renderer needs to know of a template. The two packages do not know each other.
func templateFor(c catalog.Content) gitops.Template {
	t := c.Template
	outputs := make([]gitops.Output, len(t.Outputs))
	for i, o := range t.Outputs {
		outputs[i] = gitops.Output{Name: o.Name, Description: o.Help.EN, Sensitive: o.Sensitive}
	}
	return gitops.Template{
		Library: c.Library, Name: t.Name, Version: c.Version, Branch: c.Branch, Tag: c.Tag,
		Style: gitops.Style(t.Style), Dir: t.Dir, Files: t.Files, Variables: variablesFor(t), Outputs: outputs,
		Requires: requirementsFor(t.Requires), Backend: t.Backend, Configures: t.Configures,
	}
}

func variablesFor(t catalog.Template) []gitops.Variable {
	variables := make([]gitops.Variable, len(t.Variables))
	for i, v := range t.Variables {
		variables[i] = gitops.Variable{Name: v.Name, Type: v.TypeText, Ephemeral: v.Ephemeral}
	}
	return variables
}

func requirementsFor(all []catalog.Requirement) []gitops.Requirement {
	requirements := make([]gitops.Requirement, len(all))
	for i, r := range all {
		requirements[i] = gitops.Requirement{Name: r.Name, Source: r.Source, Version: r.Version}
	}
	return requirements
}

// ownOutput tells whether an output of the root module is a resource's, and its name in the template.
func ownOutput(r *ent.Resource, root string, declared json.RawMessage) (string, bool) {
	style := gitops.Module
	if r.Singleton != nil {
		style = gitops.Flat
	}
	name, ok := gitops.OwnOutput(r.Name, style, root)
	return name, ok && declares(declared, name)
}

// declares tells whether a template has an output of that name.
func declares(outputs json.RawMessage, name string) bool {
	var declared []struct {
		Name string `json:"name"`
	}
	if json.Unmarshal(outputs, &declared) != nil {
		return false
	}
	for _, o := range declared {
		if o.Name == name {
			return true
		}
	}
	return false
}
