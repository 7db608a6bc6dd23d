package provision

import (
	"context"
	"encoding/json"
	"regexp"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/resource"
	"github.com/arpent/arpent/ent/template"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/journal"
)

// ResourceRequest asks for a resource.
type ResourceRequest struct {
	ProjectID string
	Template  string // name or id
	Name      string
	Inputs    json.RawMessage // a JSON object, secret ones included
}

var resourceName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,39}$`)

// RequestResource writes a resource and the run that makes it. What is wrong with the request is one fault.List.
func (e *Engine) RequestResource(ctx context.Context, request ResourceRequest) (*ent.Resource, *ent.Run, error) {
	var made *ent.Resource
	var started *ent.Run
	err := e.DB.LazyTx(ctx, func(ctx context.Context, client *ent.Client) error {
		project, err := client.Project.Get(ctx, request.ProjectID)
		if err != nil {
			return at(err, "projectId")
		}
		wanted, err := e.wish(ctx, project, request)
		if err != nil {
			return err
		}
		if made, err = e.writeResource(ctx, project, wanted); err != nil {
			return err
		}
		started, err = e.start(ctx, order{
			change: wanted.change(opCreate, nil), secrets: wanted.secrets,
			project: project, resource: made, policy: policyFrom(wanted.template),
		})
		return err
	})
	if database.IsTaken(err) { // the unique constraints have the last word, which may come with the end of the transaction
		err = errTaken(request.Name)
	}
	if err != nil {
		return nil, nil, database.Fault(err)
	}
	return made, started, nil
}

// wish checks everything about a request: who, where, which template, the name and the inputs.
func (e *Engine) wish(ctx context.Context, project *ent.Project, request ResourceRequest) (wish, error) {
	if err := may(ctx, project.ID, access.ResourceRequest); err != nil {
		return wish{}, err
	}
	if err := active(project); err != nil {
		return wish{}, err
	}
	chosen, err := e.template(ctx, request.Template)
	if err != nil {
		return wish{}, err
	}
	if err := e.requestable(ctx, project, chosen); err != nil {
		return wish{}, err
	}
	wanted, err := e.check(ctx, project, subject{name: request.Name}, chosen, request.Inputs, nil)
	faults, _ := fault.AsList(err)
	if !resourceName.MatchString(request.Name) {
		faults = append(fault.List{errName}, faults...)
	}
	if len(faults) > 0 {
		return wish{}, faults
	}
	return wanted, err
}

var errName = fault.New(fault.Invalid, fault.Text{
	EN: "Use small letters, digits and dashes, a letter first, 40 at most.",
	FR: "Utilisez des minuscules sans accent, des chiffres et des tirets, une lettre en premier, 40 caractères au plus.",
}).At("name")

// template finds the template of a request: the latest of a name, or one by id.
func (e *Engine) template(ctx context.Context, nameOrID string) (*ent.Template, error) {
	found, err := e.DB.Client(ctx).Template.Query().Where(
		template.Or(template.ID(nameOrID), template.And(template.Name(nameOrID), template.Latest(true))),
		template.IsBase(false),
	).All(ctx)
	if err != nil {
		return nil, err
	}
	switch {
	case len(found) == 0:
		return nil, fault.New(fault.NotFound, fault.Text{
			EN: "There is no template %q.", FR: "Il n’existe pas de modèle « %s ».",
		}, nameOrID).At("template")
	case len(found) > 1:
		return nil, fault.New(fault.Invalid, fault.Text{
			EN: "Several libraries have a template %q: give its id.", FR: "Plusieurs bibliothèques ont un modèle « %s » : donnez son identifiant.",
		}, nameOrID).At("template")
	}
	return found[0], usable(found[0])
}

func usable(t *ent.Template) error {
	switch t.Status {
	case template.StatusGONE:
		return fault.New(fault.Conflict, fault.Text{
			EN: "Template %s is no longer in its library.", FR: "Le modèle %s ne se trouve plus dans sa bibliothèque.",
		}, t.Name).At("template")
	case template.StatusBROKEN:
		return fault.New(fault.Conflict, fault.Text{
			EN: "Template %s is broken; its library says why.", FR: "Le modèle %s est défectueux ; sa bibliothèque indique pourquoi.",
		}, t.Name).At("template")
	}
	return nil
}

// requestable tells whether the project can have the template now: the base is there, the role suffices, and a
// flat template is not there yet.
func (e *Engine) requestable(ctx context.Context, project *ent.Project, t *ent.Template) error {
	if err := e.mayRequest(ctx, project, t); err != nil {
		return err
	}
	if err := e.baseReady(ctx, project); err != nil {
		return err
	}
	if t.Kind != template.KindFLAT {
		return nil
	}
	there, err := e.DB.Client(ctx).Resource.Query().Where(resource.ProjectID(project.ID), resource.Singleton(t.Name)).Exist(ctx)
	if err != nil || !there {
		return err
	}
	return errSecond(t.Name)
}

func errSecond(name string) error {
	return fault.New(fault.Conflict, fault.Text{
		EN: "The project has %s already, and can have it only once.", FR: "Le projet dispose déjà de %s et ne peut l’avoir qu’une fois.",
	}, name).At("template")
}

// writeResource inserts the row. Whether the name is free its unique constraint says.
func (e *Engine) writeResource(ctx context.Context, project *ent.Project, wanted wish) (*ent.Resource, error) {
	create := e.DB.Client(ctx).Resource.Create().SetID(wanted.subject.id).SetProjectID(project.ID).
		SetTemplateID(wanted.template.ID).SetName(wanted.subject.name).
		SetInputs(toJSON(wanted.plain)).SetSecretInputNames(names(wanted.secrets)).
		SetSealedInputs(e.seal(wanted.secrets, inputsContext(wanted.subject.id)))
	if wanted.template.Kind == template.KindFLAT {
		create.SetSingleton(wanted.template.Name)
	}
	made, err := create.Save(database.Later(ctx))
	if err != nil {
		return nil, err
	}
	return made, e.journalResource(ctx, made, "resource.requested", nil)
}

func errTaken(name string) error {
	return fault.New(fault.Conflict, fault.Text{
		EN: "The project has a resource named %s already.", FR: "Le projet a déjà une ressource nommée %s.",
	}, name).At("name")
}

func (e *Engine) journalResource(ctx context.Context, r *ent.Resource, event string, before any) error {
	return e.Journal.Write(ctx, journal.Entry{
		Type: event, Audience: journal.Project, SubjectID: r.ID, Subject: r.Name, ProjectID: r.ProjectID,
		Before: before, After: map[string]any{"status": r.Status, "template": r.TemplateID, "inputs": r.Inputs},
	})
}

// at points the faults of an error at an input, unless they point somewhere already.
func at(err error, field ...string) error {
	if f, ok := fault.As(database.Fault(err)); ok && len(f.Field()) == 0 {
		return f.At(field...)
	}
	return err
}
