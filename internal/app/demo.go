package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/membership"
	"github.com/arpent/arpent/ent/project"
	"github.com/arpent/arpent/ent/resource"
	"github.com/arpent/arpent/ent/role"
	"github.com/arpent/arpent/ent/user"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/auth"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/provision"
	"github.com/arpent/arpent/internal/secret"
)

// demoOrganization is the sample organization: an office that keeps the land register.
const demoOrganization = "Cadastre"

// samplePerson is one account of the sample organization; on the platform, or in projects, or in neither.
type samplePerson struct {
	email, name, locale string
	platform            string            // key of a role
	projects            map[string]string // keys of roles by acronym
}

func samplePeople() []samplePerson {
	return []samplePerson{
		{"claire@example.org", "Claire Dubois", "fr", "", map[string]string{"MAPS": access.RoleAdmin, "PARCELS": access.RoleAdmin}},
		{"emma@example.org", "Emma Novak", "en", "", map[string]string{"MAPS": access.RoleEditor, "PARCELS": access.RoleEditor}},
		{"carlos@example.org", "Carlos Ruiz", "en", "", map[string]string{"MAPS": access.RoleContributor}},
		{"gaspard@example.org", "Gaspard Petit", "fr", "", map[string]string{"MAPS": access.RoleGuest}},
		{"ines@example.org", "Inès Laurent", "fr", access.RoleOps, nil},
		{"arthur@example.org", "Arthur Blake", "en", access.RoleAuditor, nil},
	}
}

// roles tells what a sample person may do: a role everywhere, or one in each project.
func (p samplePerson) roles() string {
	if p.platform != "" {
		return p.platform
	}
	var all []string
	for _, acronym := range slices.Sorted(maps.Keys(p.projects)) {
		all = append(all, p.projects[acronym]+" of "+acronym)
	}
	return strings.Join(all, ", ")
}

func sampleProjects() []provision.ProjectInput {
	return []provision.ProjectInput{
		{
			Acronym: "MAPS", Name: "Atlas", Budget: new(12_000.0), Tags: map[string]string{"team": "cartography"},
			Description: fault.Text{
				EN: "Maps of the register that everybody can look at.", FR: "Les cartes du registre, ouvertes à tous.",
			},
		},
		{
			Acronym: "PARCELS", Name: "Archives", Budget: new(40_000.0), Tags: map[string]string{"team": "register"},
			Description: fault.Text{
				EN: "The register itself: parcels, owners, boundaries.", FR: "Le registre lui-même : parcelles, propriétaires, limites.",
			},
		},
	}
}

// sampleResource is one request, and whether somebody approves it.
type sampleResource struct {
	acronym, requester, template, name string
	inputs                             map[string]any
	approver                           string // empty: nobody is asked, or the question stays open
}

func sampleResources() []sampleResource {
	return []sampleResource{
		{"MAPS", "carlos@example.org", "storage-folder", "tiles", map[string]any{"purpose": "Rendered map tiles", "quota_gb": 50}, ""},
		{"MAPS", "emma@example.org", "git-repository", "styles", map[string]any{"description": "Styles of the maps"}, ""},
		{"MAPS", "carlos@example.org", "published-site", "guide", map[string]any{
			"title": "How to read our maps", "text": "Every parcel has a number.\n\nClick it to see its boundaries.", "accent": "#0b7a56",
		}, "claire@example.org"},
		{"PARCELS", "emma@example.org", "storage-folder", "deeds", map[string]any{"purpose": "Scanned deeds", "quota_gb": 200}, ""},
		{"PARCELS", "emma@example.org", "published-site", "notices", map[string]any{"title": "Public notices", "language": "fr"}, ""},
	}
}

// furnishDemo makes the sample accounts at once, and the rest while the server works. To do it again adds only what
// is missing.
func (a *App) furnishDemo(ctx context.Context) error {
	if !a.Config.Demo {
		return nil
	}
	if foreign, err := a.inUse(access.As(ctx, "demo")); err != nil || foreign {
		return err
	}
	password, err := a.demoPassword()
	if err != nil {
		return err
	}
	a.note("Sample accounts, all with the password %s:", password)
	for _, p := range samplePeople() {
		if err := a.hire(access.As(ctx, "demo"), p, password); err != nil {
			return fmt.Errorf("sample account %s: %w", p.email, err)
		}
		a.note("  %-22s %-15s %s", p.email, p.name, p.roles())
	}
	a.actor("demo", func(ctx context.Context) error {
		if err := a.work(ctx); err != nil && ctx.Err() == nil {
			a.Log.Warn("sample data", "error", err)
		}
		return nil
	})
	return nil
}

// inUse tells whether there are projects that are none of the samples: then this is nobody's demonstration.
func (a *App) inUse(ctx context.Context) (bool, error) {
	return a.DB.Client(ctx).Project.Query().Where(project.AcronymNotIn("MAPS", "PARCELS")).Exist(ctx)
}

// demoPassword is the one password of the sample accounts, kept in a file so that it can be told at every start.
func (a *App) demoPassword() (string, error) {
	path := filepath.Join(a.Config.DataDir, "demo-password")
	kept, err := os.ReadFile(path)
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return string(kept), err
	}
	made, _ := secret.NewToken("demo")
	made = made[:14]
	return made, os.WriteFile(path, []byte(made), 0o600)
}

func (a *App) hire(ctx context.Context, p samplePerson, password string) error {
	known, err := a.DB.Client(ctx).User.Query().Where(user.Email(p.email)).Exist(ctx)
	if err != nil || known {
		return err
	}
	input := auth.UserInput{Email: p.email, Name: p.name, Locale: p.locale, Password: password}
	if p.platform != "" {
		if input.RoleID, err = a.roleID(ctx, p.platform); err != nil {
			return err
		}
	}
	_, _, err = a.Auth.CreateUser(ctx, input)
	return err
}

func (a *App) roleID(ctx context.Context, key string) (string, error) {
	return a.DB.Client(ctx).Role.Query().Where(role.Key(key)).OnlyID(access.As(ctx, "demo"))
}

// work does what the sample people would do: make projects, let others in, ask for resources, approve some.
func (a *App) work(ctx context.Context) error {
	if err := a.libraryRead(access.As(ctx, "demo")); err != nil {
		return err
	}
	for _, input := range sampleProjects() {
		if err := a.sampleProject(ctx, input); err != nil {
			return fmt.Errorf("project %s: %w", input.Acronym, err)
		}
	}
	if err := a.stock(ctx); err != nil {
		return fmt.Errorf("inventory: %w", err)
	}
	for _, wanted := range sampleResources() {
		if err := a.sampleResource(ctx, wanted); err != nil {
			return fmt.Errorf("resource %s of %s: %w", wanted.name, wanted.acronym, err)
		}
	}
	return nil
}

// libraryRead waits until the library that ships has been read.
func (a *App) libraryRead(ctx context.Context) error {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		there, err := a.DB.Client(ctx).Template.Query().Exist(ctx)
		if err != nil || there {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

func (a *App) sampleProject(ctx context.Context, input provision.ProjectInput) error {
	system := access.As(ctx, "demo")
	made, err := a.DB.Client(ctx).Project.Query().Where(project.Acronym(input.Acronym)).Only(system)
	if ent.IsNotFound(err) {
		made, _, err = a.engine.CreateProject(system, input)
	}
	if err != nil {
		return err
	}
	for _, p := range samplePeople() {
		if key := p.projects[input.Acronym]; key != "" {
			if err := a.letIn(system, made, p.email, key); err != nil {
				return err
			}
		}
	}
	return a.finished(system, made.ID)
}

func (a *App) letIn(ctx context.Context, p *ent.Project, email, key string) error {
	in, err := a.DB.Client(ctx).Membership.Query().
		Where(membership.ProjectID(p.ID), membership.HasUserWith(user.Email(email))).Exist(ctx)
	if err != nil || in {
		return err
	}
	id, err := a.roleID(ctx, key)
	if err != nil {
		return err
	}
	_, err = a.Auth.AddMember(ctx, auth.MemberInput{ProjectID: p.ID, Email: email, RoleID: id})
	return err
}

// finished waits until the newest run of a project has ended.
func (a *App) finished(ctx context.Context, projectID string) error {
	newest, err := a.DB.Client(ctx).Project.Query().Where(project.ID(projectID)).QueryRuns().Order(ent.Desc("id")).First(ctx)
	if err != nil {
		return ignoreNotFound(err)
	}
	return a.ended(ctx, newest.ID, false)
}

// ended follows a run to its end, or until it waits for somebody.
func (a *App) ended(ctx context.Context, runID string, orWaits bool) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	states, err := a.engine.FollowRun(ctx, runID)
	if err != nil {
		return err
	}
	for r := range states {
		if orWaits && r.Status == "AWAITING_APPROVAL" {
			return nil
		}
	}
	return ctx.Err()
}

func (a *App) sampleResource(ctx context.Context, wanted sampleResource) error {
	system := access.As(ctx, "demo")
	in, err := a.DB.Client(ctx).Project.Query().Where(project.Acronym(wanted.acronym)).Only(system)
	if err != nil {
		return err
	}
	known, err := a.DB.Client(ctx).Resource.Query().Where(resource.ProjectID(in.ID), resource.Name(wanted.name)).Exist(system)
	if err != nil || known {
		return err
	}
	requester, err := a.Auth.InNameOf(ctx, wanted.requester)
	if err != nil {
		return err
	}
	inputs, err := json.Marshal(wanted.inputs)
	if err != nil {
		return err
	}
	_, started, err := a.engine.RequestResource(requester, provision.ResourceRequest{
		ProjectID: in.ID, Template: wanted.template, Name: wanted.name, Inputs: inputs,
	})
	if err != nil {
		return err
	}
	if err := a.ended(system, started.ID, true); err != nil || wanted.approver == "" {
		return err
	}
	approver, err := a.Auth.InNameOf(ctx, wanted.approver)
	if err != nil {
		return err
	}
	if _, err := a.engine.Approve(approver, started.ID, "Looks good."); err != nil {
		return err
	}
	return a.ended(system, started.ID, false)
}

func ignoreNotFound(err error) error {
	if ent.IsNotFound(err) {
		return nil
	}
	return err
}
