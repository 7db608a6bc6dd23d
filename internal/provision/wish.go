package provision

import (
	"context"
	"encoding/json"
	"slices"
	"sync"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/library"
	"github.com/arpent/arpent/ent/membership"
	"github.com/arpent/arpent/ent/resource"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/ent/schema/typeid"
	"github.com/arpent/arpent/ent/template"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/catalog"
	"github.com/arpent/arpent/internal/fault"
)

// subject is the resource that a wish is about; its id is made before its row.
type subject struct{ id, name string }

// wish is a request that was checked: a template version and inputs that fit it, secret ones apart.
type wish struct {
	subject  subject
	template *ent.Template
	plain    values
	secrets  values
}

func (w wish) change(op operation, before *applied) change {
	return change{
		Op: op, Name: w.subject.name, Template: w.template.Name, TemplateID: w.template.ID,
		Inputs: toJSON(w.plain), Secrets: names(w.secrets), Before: before,
	}
}

// check resolves every variable of the template with the inputs, so that what is wrong or missing is said before
// any run. Secrets that are not given keep the value they have.
func (e *Engine) check(ctx context.Context, p *ent.Project, s subject, t *ent.Template, inputs json.RawMessage, kept values) (wish, error) {
	if s.id == "" {
		s.id = typeid.New("res")
	}
	given, err := inputObject(inputs)
	if err != nil {
		return wish{}, err
	}
	plain, secrets := catalog.Split(t.Schema, given)
	secrets = merge(kept, secrets)
	facts, err := e.facts(ctx, p, catalog.ResourceFacts{ID: s.id, Name: s.name})
	if err != nil {
		return wish{}, err
	}
	all, err := anys(merge(plain, secrets))
	if err != nil {
		return wish{}, err
	}
	others, err := e.givenByOthers(ctx, p, t)
	if err != nil {
		return wish{}, err
	}
	err = e.Catalog.CheckRequest(ctx, p.ID, t.ID, catalog.Request{Schema: t.Schema, Inputs: all, Facts: facts, Given: others})
	return wish{subject: s, template: t, plain: plain, secrets: secrets}, err
}

// givenByOthers lists the variables that other flat templates of the project give a value to: the root module is
// theirs together, and a variable is given once.
func (e *Engine) givenByOthers(ctx context.Context, p *ent.Project, t *ent.Template) ([]string, error) {
	if t.Kind != template.KindFLAT {
		return nil, nil
	}
	flats, err := e.DB.Client(ctx).Resource.Query().Where(
		resource.ProjectID(p.ID), resource.SingletonNotNil(), resource.SingletonNEQ(t.Name),
	).All(access.As(ctx, "engine"))
	if err != nil {
		return nil, err
	}
	var given []string
	for _, flat := range flats {
		inputs, err := object(flat.Inputs)
		if err != nil {
			return nil, err
		}
		given = append(given, names(inputs)...)
		given = append(given, flat.SecretInputNames...)
	}
	return given, nil
}

// facts is what bindings know of a project and a resource. Few ask who is in it and whose it is; then they are looked up, in
// the transaction of ctx.
func (e *Engine) facts(ctx context.Context, p *ent.Project, r catalog.ResourceFacts) (catalog.Facts, error) {
	system := access.As(ctx, "engine")
	variables, secrets, err := e.variables(p)
	if err != nil {
		return catalog.Facts{}, err
	}
	return catalog.Facts{
		Project: catalog.ProjectFacts{
			Acronym: p.Acronym, Name: p.Name, Description: p.Description, Budget: p.Budget, Tags: p.Tags,
			Organization: sync.OnceValues(func() (catalog.Organization, error) { return e.organizationOf(system, p) }),
			Members:      sync.OnceValues(func() ([]catalog.Member, error) { return e.members(system, p.ID) }),
			Variables:    variables, Secrets: secrets,
		},
		Resource: r, Platform: e.Platform,
	}, nil
}

func (e *Engine) organizationOf(system context.Context, p *ent.Project) (catalog.Organization, error) {
	found, err := e.DB.Client(system).Organization.Get(system, p.OrganizationID)
	if err != nil {
		return catalog.Organization{}, err
	}
	return catalog.Organization{Name: found.Name, Code: found.Code}, nil
}

func (e *Engine) members(system context.Context, projectID string) ([]catalog.Member, error) {
	rows, err := e.DB.Client(system).Membership.Query().
		Where(membership.ProjectID(projectID)).WithUser().WithRole().All(system)
	if err != nil {
		return nil, err
	}
	members := make([]catalog.Member, len(rows))
	for i, row := range rows {
		members[i] = catalog.Member{Email: row.Edges.User.Email, Name: row.Edges.User.Name, OID: row.Edges.User.ID, Role: row.Edges.Role.Key}
		if row.Edges.User.Subject != nil {
			members[i].OID = *row.Edges.User.Subject
		}
	}
	return members, nil
}

// variables are the values that a project gives once for all its templates.
func (e *Engine) variables(p *ent.Project) (plain, secret map[string]any, err error) {
	given, err := object(p.Variables)
	if err != nil {
		return nil, nil, err
	}
	sealed, err := e.open(p.SealedVariables, VariablesContext(p.ID))
	if err != nil {
		return nil, nil, err
	}
	if plain, err = anys(given); err != nil {
		return nil, nil, err
	}
	secret, err = anys(sealed)
	return plain, secret, err
}

// mayRequest refuses those whose role the template does not name.
func (e *Engine) mayRequest(ctx context.Context, p *ent.Project, t *ent.Template) error {
	allowed := catalog.SpecOf(t).Roles
	if len(allowed) == 0 {
		return nil
	}
	held, err := e.rolesOf(ctx, p.ID)
	if err != nil {
		return err
	}
	if intersects(held, append(allowed, access.RolePlatformAdmin)) {
		return nil
	}
	return fault.New(fault.Denied, fault.Text{
		EN: "Only these roles may request %s: %v.", FR: "Seuls ces rôles peuvent demander %s : %v.",
	}, t.Name, allowed).At("template")
}

// rolesOf lists the keys of the roles that the viewer holds in a project and on the platform.
func (e *Engine) rolesOf(ctx context.Context, projectID string) ([]string, error) {
	viewer := access.FromContext(ctx)
	rows, err := e.DB.Client(ctx).Membership.Query().
		Where(membership.UserID(viewer.ID), membership.Or(membership.ProjectID(projectID), membership.ProjectIDIsNil())).
		WithRole().All(access.As(ctx, "engine"))
	if err != nil {
		return nil, err
	}
	keys := make([]string, len(rows))
	for i, row := range rows {
		keys[i] = row.Edges.Role.Key
	}
	return keys, nil
}

func intersects(a, b []string) bool {
	return slices.ContainsFunc(a, func(x string) bool { return slices.Contains(b, x) })
}

// baseReady refuses resources before the project's base is applied.
func (e *Engine) baseReady(ctx context.Context, p *ent.Project) error {
	if p.BaseTemplateID != nil {
		return nil
	}
	base, err := e.base(ctx)
	if err != nil || base == nil {
		return err
	}
	underWay, err := e.DB.Client(ctx).Run.Query().
		Where(run.ProjectID(p.ID), run.ResourceIDIsNil(), run.StatusIn(unfinished()...)).Exist(ctx)
	if err != nil {
		return err
	}
	if underWay {
		return fault.New(fault.Conflict, fault.Text{
			EN: "Project %s is still being prepared. Try again when its first run has ended.",
			FR: "Le projet %s est en cours de préparation. Réessayez lorsque sa première exécution sera terminée.",
		}, p.Acronym).At("projectId")
	}
	return fault.New(fault.Conflict, fault.Text{
		EN: "Project %s was not prepared: its first run did not succeed. Retry that run first.",
		FR: "Le projet %s n’a pas été préparé : sa première exécution n’a pas abouti. Relancez-la d’abord.",
	}, p.Acronym).At("projectId")
}

// base is the base template that new projects get; nil when no library has one. An organization's own comes before the one
// that ships, the oldest library's before the others'.
func (e *Engine) base(ctx context.Context) (*ent.Template, error) {
	ctx = access.As(ctx, "engine")
	bases := e.DB.Client(ctx).Template.Query().
		Where(template.IsBase(true), template.Latest(true), template.StatusEQ(template.StatusREADY)).
		Order(template.ByLibraryID(), template.ByName())
	found, err := bases.Clone().Where(template.HasLibraryWith(library.URLNEQ(catalog.BuiltinURL))).First(ctx)
	if ent.IsNotFound(err) {
		found, err = bases.First(ctx)
	}
	if ent.IsNotFound(err) {
		return nil, nil
	}
	return found, err
}
