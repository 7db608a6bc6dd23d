package auth

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/membership"
	"github.com/arpent/arpent/ent/role"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/journal"
)

// titles are the built-in roles' names for people.
var titles = map[string]fault.Text{
	access.RoleAdmin:         {EN: "Administrator", FR: "Administrateur"},
	access.RoleEditor:        {EN: "Editor", FR: "Éditeur"},
	access.RoleContributor:   {EN: "Contributor", FR: "Contributeur"},
	access.RoleGuest:         {EN: "Guest", FR: "Invité"},
	access.RolePlatformAdmin: {EN: "Platform administrator", FR: "Administrateur de la plateforme"},
	access.RoleOps:           {EN: "Operations", FR: "Exploitation"},
	access.RoleAuditor:       {EN: "Auditor", FR: "Auditeur"},
}

// EnsureBuiltInRoles writes the roles that every installation has, as this version defines them.
func (a *Authority) EnsureBuiltInRoles(ctx context.Context) error {
	ctx = access.As(ctx, "start")
	return a.db.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
		for rank, built := range access.BuiltInRoles() {
			if err := ensureRole(ctx, client, built, rank); err != nil {
				return err
			}
		}
		return nil
	})
}

func ensureRole(ctx context.Context, client *ent.Client, built access.BuiltInRole, rank int) error {
	return client.Role.Create().SetKey(built.Key).SetTitle(titles[built.Key]).SetScope(role.Scope(built.Scope)).
		SetPermissions(names(built.Permissions)).SetRank(rank).SetBuiltIn(true).
		OnConflictColumns(role.FieldKey).
		Update(func(u *ent.RoleUpsert) {
			u.UpdateTitle().UpdateScope().UpdatePermissions().UpdateRank().UpdateBuiltIn()
		}).Exec(ctx)
}

// RoleInput is a role to be made.
type RoleInput struct {
	Key         string
	Title       fault.Text
	Scope       access.Scope
	Permissions []string
}

var roleKey = regexp.MustCompile(`^[A-Z][A-Z0-9_]{1,39}$`)

// CreateRole defines a role. It can allow only what who defines it may do on the platform.
func (a *Authority) CreateRole(ctx context.Context, input RoleInput) (*ent.Role, error) {
	viewer := access.FromContext(ctx)
	if err := access.Require(ctx, "", access.RoleManage); err != nil {
		return nil, err
	}
	if err := checkRole(viewer, input); err != nil {
		return nil, err
	}
	var created *ent.Role
	err := a.db.Tx(ctx, func(ctx context.Context, client *ent.Client) (err error) {
		created, err = client.Role.Create().SetKey(input.Key).SetTitle(input.Title).SetScope(role.Scope(input.Scope)).
			SetPermissions(input.Permissions).Save(ctx)
		if database.IsTaken(err) {
			return fault.New(fault.Conflict, fault.Text{
				EN: "There is a role %s already.", FR: "Il existe déjà un rôle %s.",
			}, input.Key).At("key").Because(err)
		}
		if err != nil {
			return err
		}
		return a.journal.Write(ctx, roleEntry("role.created", created, nil, roleShown(created)))
	})
	return kept(created, err)
}

func checkRole(viewer *access.Viewer, input RoleInput) error {
	var list fault.List
	if !roleKey.MatchString(input.Key) {
		list = append(list, fault.New(fault.Invalid, fault.Text{
			EN: "A key has 2 to 40 capital letters, digits and underscores, a letter first.",
			FR: "Une clé compte 2 à 40 majuscules, chiffres et soulignés, une lettre en premier.",
		}).At("key"))
	}
	if !titleOK(input.Title) {
		list = append(list, fault.New(fault.Invalid, nameWanted, 80).At("title"))
	}
	return append(list, checkPermissions(viewer, input.Scope, input.Permissions)...).OrNil()
}

func checkPermissions(viewer *access.Viewer, scope access.Scope, permissions []string) (list fault.List) {
	allowed := access.AllPermissions()
	if scope == access.ScopeProject {
		allowed = access.ProjectPermissions()
	}
	for _, name := range permissions {
		switch p := access.Permission(name); {
		case !slices.Contains(allowed, p):
			list = append(list, fault.New(fault.Invalid, noPermission, name, strings.Join(names(allowed), ", ")).At("permissions"))
		case !viewer.May(p):
			list = append(list, fault.New(fault.Denied, notHeld, name).At("permissions"))
		}
	}
	return list
}

// RoleUpdate is what changes of a role; nil leaves as it is.
type RoleUpdate struct {
	Title       *fault.Text
	Permissions []string
}

// UpdateRole changes a role that is not built in. Whoever has it gains and loses permissions at once.
func (a *Authority) UpdateRole(ctx context.Context, id string, update RoleUpdate) (*ent.Role, error) {
	var changed *ent.Role
	err := a.db.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
		present, err := ownRole(ctx, client, id)
		if err != nil {
			return err
		}
		viewer := access.FromContext(ctx)
		if err := checkPermissions(viewer, access.Scope(present.Scope), update.Permissions).OrNil(); err != nil {
			return err
		}
		change := client.Role.UpdateOne(present)
		if update.Title != nil {
			if !titleOK(*update.Title) {
				return fault.New(fault.Invalid, nameWanted, 80).At("title")
			}
			change.SetTitle(*update.Title)
		}
		if update.Permissions != nil {
			change.SetPermissions(update.Permissions)
		}
		if changed, err = change.Save(ctx); err != nil {
			return err
		}
		return a.journal.Write(ctx, roleEntry("role.updated", changed, roleShown(present), roleShown(changed)))
	})
	return kept(changed, err)
}

// DeleteRole removes a role that is not built in and that nobody has.
func (a *Authority) DeleteRole(ctx context.Context, id string) error {
	return a.db.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
		present, err := ownRole(ctx, client, id)
		if err != nil {
			return err
		}
		held, err := client.Membership.Query().Where(membership.RoleID(id)).Exist(access.As(ctx, "auth"))
		if err != nil {
			return err
		}
		if held {
			return fault.New(fault.Conflict, fault.Text{
				EN: "Somebody still has this role.", FR: "Quelqu’un a encore ce rôle.",
			})
		}
		if err := client.Role.DeleteOne(present).Exec(ctx); err != nil {
			return err
		}
		return a.journal.Write(ctx, roleEntry("role.deleted", present, roleShown(present), nil))
	})
}

// ownRole finds a role that may be changed by who looks.
func ownRole(ctx context.Context, client *ent.Client, id string) (*ent.Role, error) {
	found, err := client.Role.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := access.Require(ctx, "", access.RoleManage); err != nil {
		return nil, err
	}
	if found.BuiltIn {
		return nil, fault.New(fault.Conflict, fault.Text{
			EN: "This role is built in and stays as it is.", FR: "Ce rôle est prédéfini et reste tel quel.",
		})
	}
	return found, nil
}

func roleEntry(kind string, r *ent.Role, before, after any) journal.Entry {
	return journal.Entry{Type: kind, Audience: journal.Platform, SubjectID: r.ID, Subject: r.Key, Before: before, After: after}
}

func roleShown(r *ent.Role) map[string]any {
	return map[string]any{"key": r.Key, "title": r.Title, "scope": r.Scope, "permissions": r.Permissions}
}
