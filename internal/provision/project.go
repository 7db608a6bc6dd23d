package provision

import (
	"context"
	"encoding/json"
	"regexp"
	"strings"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/organization"
	"github.com/arpent/arpent/ent/project"
	"github.com/arpent/arpent/ent/role"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/journal"
)

// ProjectInput asks for a project.
type ProjectInput struct {
	Acronym        string
	Name           string
	Description    fault.Text
	OrganizationID string // empty: the only one there is
	Budget         *float64
	Tags           map[string]string
	Variables      json.RawMessage
	WorkerLabels   []string
}

var acronym = regexp.MustCompile(`^[A-Z][A-Z0-9]{1,9}$`)

// CreateProject writes a project, with its creator as its administrator, and the run that applies the base template,
// when some library has one.
func (e *Engine) CreateProject(ctx context.Context, input ProjectInput) (*ent.Project, *ent.Run, error) {
	var created *ent.Project
	var started *ent.Run
	err := e.DB.Tx(ctx, func(ctx context.Context, _ *ent.Client) (err error) {
		if err := may(ctx, "", access.ProjectCreate); err != nil {
			return err
		}
		if err := checkProject(input); err != nil {
			return err
		}
		if created, err = e.writeProject(ctx, input); err != nil {
			return err
		}
		started, err = e.startBase(ctx, created)
		return err
	})
	return created, started, database.Fault(err)
}

func checkProject(input ProjectInput) error {
	var faults fault.List
	if !acronym.MatchString(input.Acronym) {
		faults = append(faults, fault.New(fault.Invalid, fault.Text{
			EN: "An acronym has two to ten capital letters and digits, a letter first.",
			FR: "Un acronyme compte de deux à dix majuscules sans accent et chiffres, une lettre en premier.",
		}).At("acronym"))
	}
	faults = append(faults, checkName(input.Name)...)
	faults = append(faults, checkBudget(input.Budget)...)
	if _, err := inputObject(input.Variables); err != nil {
		faults = append(faults, errVariables)
	}
	return faults.OrNil()
}

var errVariables = fault.New(fault.Invalid, fault.Text{
	EN: "Variables must be a JSON object: a value for each name.",
	FR: "Les variables doivent former un objet JSON : une valeur par nom.",
}).At("variables")

func checkName(name string) fault.List {
	if n := len([]rune(strings.TrimSpace(name))); n == 0 || n > 120 {
		return fault.List{fault.New(fault.Invalid, fault.Text{
			EN: "A name of 1 to 120 characters is needed.", FR: "Il faut un nom de 1 à 120 caractères.",
		}).At("name")}
	}
	return nil
}

func checkBudget(budget *float64) fault.List {
	if budget != nil && *budget < 0 {
		return fault.List{fault.New(fault.Invalid, fault.Text{
			EN: "A budget can not be negative.", FR: "Un budget ne peut pas être négatif.",
		}).At("budget")}
	}
	return nil
}

func (e *Engine) writeProject(ctx context.Context, input ProjectInput) (*ent.Project, error) {
	owner, err := e.organization(ctx, input.OrganizationID)
	if err != nil {
		return nil, err
	}
	create := e.DB.Client(ctx).Project.Create().SetAcronym(input.Acronym).SetName(strings.TrimSpace(input.Name)).
		SetDescription(input.Description).SetOrganizationID(owner).SetNillableBudget(input.Budget).
		SetWorkerLabels(input.WorkerLabels)
	if input.Tags != nil {
		create.SetTags(input.Tags)
	}
	if len(input.Variables) > 0 {
		create.SetVariables(input.Variables)
	}
	created, err := create.Save(ctx)
	if database.IsTaken(err) {
		return nil, fault.New(fault.Conflict, fault.Text{
			EN: "There is a project %s already.", FR: "Il existe déjà un projet %s.",
		}, input.Acronym).At("acronym")
	}
	if err != nil {
		return nil, err
	}
	if err := e.makeAdministrator(ctx, created); err != nil {
		return nil, err
	}
	return created, e.journalProject(ctx, created, "project.created", nil)
}

func (e *Engine) organization(ctx context.Context, id string) (string, error) {
	query := e.DB.Client(ctx).Organization.Query()
	if id != "" {
		query.Where(organization.ID(id))
	}
	ids, err := query.Limit(2).IDs(ctx)
	if err != nil {
		return "", err
	}
	if len(ids) != 1 {
		return "", fault.New(fault.Invalid, fault.Text{
			EN: "Say which organization the project belongs to.", FR: "Indiquez à quelle organisation appartient le projet.",
		}).At("organizationId")
	}
	return ids[0], nil
}

// makeAdministrator lets the creator of a project manage it. Our own actors need no role.
func (e *Engine) makeAdministrator(ctx context.Context, p *ent.Project) error {
	viewer := access.FromContext(ctx)
	if viewer.IsSystem() {
		return nil
	}
	client, system := e.DB.Client(ctx), asEngine(ctx)
	admin, err := client.Role.Query().Where(role.Key(access.RoleAdmin)).Only(system)
	if err != nil {
		return err
	}
	made, err := client.Membership.Create().SetUserID(viewer.ID).SetProjectID(p.ID).SetRoleID(admin.ID).SetScopeKey(p.ID).Save(system)
	if err != nil {
		return err
	}
	return e.Journal.Write(ctx, journal.Entry{
		Type: "membership.created", Audience: journal.Project, SubjectID: made.ID, Subject: viewer.Name, ProjectID: p.ID,
		After: map[string]any{"user": viewer.ID, "role": admin.Key},
	})
}

// startBase starts the run that applies the base template; nil when no library has one.
func (e *Engine) startBase(ctx context.Context, p *ent.Project) (*ent.Run, error) {
	base, err := e.base(ctx)
	if err != nil || base == nil {
		return nil, err
	}
	c := change{Op: opBase, Name: p.Acronym, Template: base.Name, TemplateID: base.ID}
	return e.start(ctx, order{change: c, project: p, policy: policyFrom(base)})
}

func (e *Engine) journalProject(ctx context.Context, p *ent.Project, event string, before any) error {
	return e.Journal.Write(ctx, journal.Entry{
		Type: event, Audience: journal.Project, SubjectID: p.ID, Subject: p.Acronym, ProjectID: p.ID, Before: before,
		After: factsOf(p),
	})
}

func factsOf(p *ent.Project) map[string]any {
	return map[string]any{
		"name": p.Name, "description": p.Description, "status": p.Status, "budget": p.Budget, "tags": p.Tags,
		"variables": p.Variables, "secretVariables": p.SecretVariableNames, "workerLabels": p.WorkerLabels,
	}
}

// ProjectUpdate is what changes of a project; nil fields stay.
type ProjectUpdate struct {
	Name            *string
	Description     *fault.Text
	Budget          *float64
	Tags            map[string]string
	Variables       json.RawMessage
	SecretVariables json.RawMessage // given names are set, a null takes a value away, others stay
	WorkerLabels    []string
}

// UpdateProject changes a project. New variables count from the next run on.
func (e *Engine) UpdateProject(ctx context.Context, id string, change ProjectUpdate) (*ent.Project, error) {
	var updated *ent.Project
	err := e.DB.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
		p, err := client.Project.Get(ctx, id)
		if err != nil {
			return at(err, "id")
		}
		if err := may(ctx, p.ID, access.ProjectUpdate); err != nil {
			return err
		}
		update := p.Update()
		if err := e.fillProject(update, p, change); err != nil {
			return err
		}
		if updated, err = update.Save(ctx); err != nil {
			return err
		}
		return e.journalProject(ctx, updated, "project.updated", factsOf(p))
	})
	return updated, database.Fault(err)
}

func (e *Engine) fillProject(update *ent.ProjectUpdateOne, p *ent.Project, change ProjectUpdate) error {
	faults := checkBudget(change.Budget)
	if change.Name != nil {
		faults = append(faults, checkName(*change.Name)...)
		update.SetName(strings.TrimSpace(*change.Name))
	}
	if change.Description != nil {
		update.SetDescription(*change.Description)
	}
	if change.Tags != nil {
		update.SetTags(change.Tags)
	}
	if change.WorkerLabels != nil {
		update.SetWorkerLabels(change.WorkerLabels)
	}
	if len(change.Variables) > 0 {
		if _, err := inputObject(change.Variables); err != nil {
			faults = append(faults, errVariables)
		}
		update.SetVariables(change.Variables)
	}
	if len(faults) > 0 {
		return faults
	}
	update.SetNillableBudget(change.Budget)
	return e.fillSecrets(update, p, change.SecretVariables)
}

func (e *Engine) fillSecrets(update *ent.ProjectUpdateOne, p *ent.Project, given json.RawMessage) error {
	if len(given) == 0 {
		return nil
	}
	changed, err := inputObject(given)
	if err != nil {
		return errVariables.At("secretVariables")
	}
	secrets, err := e.open(p.SealedVariables, VariablesContext(p.ID))
	if err != nil {
		return err
	}
	for name, value := range changed {
		secrets[name] = value
		if string(value) == "null" {
			delete(secrets, name)
		}
	}
	update.SetSealedVariables(e.seal(secrets, VariablesContext(p.ID))).SetSecretVariableNames(names(secrets))
	return nil
}

// ArchiveProject ends work in a project whose resources are all deleted; UnarchiveProject takes it up again.
func (e *Engine) ArchiveProject(ctx context.Context, id string) (*ent.Project, error) {
	return e.setArchived(ctx, id, project.StatusARCHIVED)
}

// UnarchiveProject takes an archived project up again.
func (e *Engine) UnarchiveProject(ctx context.Context, id string) (*ent.Project, error) {
	return e.setArchived(ctx, id, project.StatusACTIVE)
}

func (e *Engine) setArchived(ctx context.Context, id string, status project.Status) (*ent.Project, error) {
	var changed *ent.Project
	err := e.DB.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
		p, err := client.Project.Get(ctx, id)
		if err != nil {
			return at(err, "id")
		}
		if err := may(ctx, p.ID, access.ProjectArchive); err != nil {
			return err
		}
		if status == project.StatusARCHIVED {
			if err := e.restful(ctx, p); err != nil {
				return err
			}
		}
		if changed, err = p.Update().SetStatus(status).Save(ctx); err != nil {
			return err
		}
		return e.journalProject(ctx, changed, "project."+strings.ToLower(string(status)), map[string]any{"status": p.Status})
	})
	return changed, database.Fault(err)
}

// restful refuses to archive a project in which something runs.
func (e *Engine) restful(ctx context.Context, p *ent.Project) error {
	busy, err := e.DB.Client(ctx).Run.Query().Where(run.ProjectID(p.ID), run.StatusIn(unfinished()...)).Exist(ctx)
	if err != nil || !busy {
		return err
	}
	return fault.New(fault.Conflict, fault.Text{
		EN: "Runs of project %s have not ended yet.", FR: "Des exécutions du projet %s ne sont pas terminées.",
	}, p.Acronym)
}

// BaseStatus tells how far a project's base is: NONE when none is needed, PENDING, READY.
func (e *Engine) BaseStatus(ctx context.Context, p *ent.Project) (string, error) {
	if p.BaseTemplateID != nil {
		return "READY", nil
	}
	base, err := e.base(ctx)
	if err != nil || base == nil {
		return "NONE", err
	}
	return "PENDING", nil
}
