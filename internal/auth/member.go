package auth

import (
	"context"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/membership"
	"github.com/arpent/arpent/ent/project"
	"github.com/arpent/arpent/ent/role"
	"github.com/arpent/arpent/ent/user"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/journal"
)

// MemberInput names who gets which role in a project, by id or by address.
type MemberInput struct {
	ProjectID string
	UserID    string
	Email     string
	RoleID    string
}

// AddMember gives a person a role in a project. Who adds must hold everything that the role allows.
func (a *Authority) AddMember(ctx context.Context, input MemberInput) (*ent.Membership, error) {
	var added *ent.Membership
	err := a.db.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
		if err := mayManage(ctx, client, input.ProjectID); err != nil {
			return err
		}
		person, err := findPerson(ctx, client, input)
		if err != nil {
			return err
		}
		given, err := findRole(ctx, client, input.RoleID, role.ScopePROJECT)
		if err != nil {
			return err
		}
		if err := mayGive(access.FromContext(ctx), given, input.ProjectID); err != nil {
			return err
		}
		added, err = client.Membership.Create().SetUserID(person.ID).SetProjectID(input.ProjectID).
			SetRoleID(given.ID).SetScopeKey(input.ProjectID).Save(ctx)
		if err != nil {
			return alreadyMember(err)
		}
		return a.journal.Write(ctx, memberEntry("membership.added", added, person, nil, given))
	})
	return kept(added, err)
}

// UpdateMember gives a member another role.
func (a *Authority) UpdateMember(ctx context.Context, id, roleID string) (*ent.Membership, error) {
	var changed *ent.Membership
	err := a.db.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
		present, err := a.memberToChange(ctx, client, id)
		if err != nil {
			return err
		}
		given, err := findRole(ctx, client, roleID, role.ScopePROJECT)
		if err != nil {
			return err
		}
		if err := mayGive(access.FromContext(ctx), given, *present.ProjectID); err != nil {
			return err
		}
		if changed, err = client.Membership.UpdateOne(present).SetRoleID(roleID).Save(ctx); err != nil {
			return err
		}
		if err := a.adminStays(ctx, client, *present.ProjectID); err != nil {
			return err
		}
		return a.journal.Write(ctx, memberEntry("membership.updated", changed, present.Edges.User, present.Edges.Role, given))
	})
	return kept(changed, err)
}

// RemoveMember takes a person out of a project and returns the project.
func (a *Authority) RemoveMember(ctx context.Context, id string) (*ent.Project, error) {
	var left *ent.Project
	err := a.db.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
		present, err := a.memberToChange(ctx, client, id)
		if err != nil {
			return err
		}
		if left, err = client.Project.Get(ctx, *present.ProjectID); err != nil {
			return err
		}
		if err := client.Membership.DeleteOne(present).Exec(ctx); err != nil {
			return err
		}
		if err := a.adminStays(ctx, client, left.ID); err != nil {
			return err
		}
		return a.journal.Write(ctx, memberEntry("membership.removed", present, present.Edges.User, present.Edges.Role, nil))
	})
	return kept(left, err)
}

// mayManage refuses who does not see the project (not found) or may not manage its members (denied).
func mayManage(ctx context.Context, client *ent.Client, projectID string) error {
	if _, err := client.Project.Get(ctx, projectID); err != nil {
		if ent.IsNotFound(err) {
			return fault.New(fault.NotFound, fault.Text{
				EN: "There is no such project.", FR: "Ce projet n’existe pas.",
			}).At("projectId")
		}
		return err
	}
	return access.Require(ctx, projectID, access.MemberManage)
}

func findPerson(ctx context.Context, client *ent.Client, input MemberInput) (*ent.User, error) {
	if (input.UserID == "") == (input.Email == "") {
		return nil, fault.New(fault.Invalid, fault.Text{
			EN: "Name the person by id or by address.", FR: "Désignez la personne par son identifiant ou par son adresse.",
		}).At("email")
	}
	if input.UserID != "" {
		found, err := client.User.Get(ctx, input.UserID)
		if ent.IsNotFound(err) {
			return nil, fault.New(fault.NotFound, noUser).At("userId")
		}
		return found, err
	}
	found, err := client.User.Query().Where(user.Email(canonical(input.Email))).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, fault.New(fault.NotFound, noAccount, input.Email).At("email")
	}
	return found, err
}

func findRole(ctx context.Context, client *ent.Client, id string, scope role.Scope) (*ent.Role, error) {
	found, err := client.Role.Query().Where(role.ID(id), role.ScopeEQ(scope)).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, fault.New(fault.NotFound, noRole).At("roleId")
	}
	return found, err
}

// memberToChange finds a membership of a project that who looks may change, with its person and role.
func (a *Authority) memberToChange(ctx context.Context, client *ent.Client, id string) (*ent.Membership, error) {
	found, err := client.Membership.Query().
		Where(membership.ID(id), membership.ProjectIDNotNil()).WithUser().WithRole().Only(ctx)
	if err != nil {
		return nil, err
	}
	if err := mayManage(ctx, client, *found.ProjectID); err != nil {
		return nil, err
	}
	if err := a.lockProject(ctx, client, *found.ProjectID); err != nil {
		return nil, err
	}
	return found, mayChange(access.FromContext(ctx), found.Edges.Role, *found.ProjectID)
}

// lockProject makes changes of a project's members wait for each other, so that two administrators cannot remove
// each other at the same moment. SQLite has one writer anyway.
func (a *Authority) lockProject(ctx context.Context, client *ent.Client, id string) error {
	if !a.db.Postgres() {
		return nil
	}
	_, err := client.Project.Query().Where(project.ID(id)).ForUpdate().OnlyID(access.As(ctx, "auth"))
	return err
}

// adminStays refuses to leave a project without an administrator who can sign in.
func (a *Authority) adminStays(ctx context.Context, client *ent.Client, projectID string) error {
	system := access.As(ctx, "auth")
	stays, err := client.Membership.Query().Where(
		membership.ProjectID(projectID), membership.HasRoleWith(role.Key(access.RoleAdmin)),
		membership.HasUserWith(user.StatusEQ(user.StatusACTIVE)),
	).Exist(system)
	if err != nil || stays {
		return err
	}
	return fault.New(fault.Conflict, fault.Text{
		EN: "A project keeps at least one administrator. Make somebody else one first.",
		FR: "Un projet garde au moins un administrateur. Nommez d’abord quelqu’un d’autre.",
	})
}

func alreadyMember(err error) error {
	if !database.IsTaken(err) {
		return err
	}
	return fault.New(fault.Conflict, fault.Text{
		EN: "This person is a member already.", FR: "Cette personne est déjà membre.",
	}).Because(err)
}

func memberEntry(kind string, m *ent.Membership, person *ent.User, before, after *ent.Role) journal.Entry {
	entry := journal.Entry{
		Type: kind, Audience: journal.Platform, SubjectID: m.ID, Subject: person.Name,
		Before: roleOf(m, before), After: roleOf(m, after),
	}
	if m.ProjectID != nil {
		entry.Audience, entry.ProjectID = journal.Project, *m.ProjectID
	}
	return entry
}

func roleOf(m *ent.Membership, r *ent.Role) any {
	if r == nil {
		return nil
	}
	return map[string]any{"userId": m.UserID, "role": r.Key}
}
