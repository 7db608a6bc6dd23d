package auth

import (
	"context"
	"crypto/rand"
	"net/mail"
	"strings"
	"unicode/utf8"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/membership"
	"github.com/arpent/arpent/ent/role"
	"github.com/arpent/arpent/ent/user"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/journal"
	"github.com/arpent/arpent/internal/secret"
)

// minPassword is the least number of characters of a password that a person chooses.
const minPassword = 8

// platformScope is the scope_key of memberships that belong to no project.
const platformScope = "platform"

// UserInput is an account to be made. Without a Password one is made; RoleID is a role on the platform, or empty.
type UserInput struct {
	Email    string
	Name     string
	Locale   string
	Password string
	RoleID   string
}

// CreateUser makes a local account. It returns the password that it made, empty when one was given.
func (a *Authority) CreateUser(ctx context.Context, input UserInput) (created *ent.User, made string, err error) {
	if err := access.Require(ctx, "", access.UserManage); err != nil {
		return nil, "", err
	}
	input.Email, input.Name = canonical(input.Email), strings.TrimSpace(input.Name)
	if input.Password == "" {
		made = newPassword()
		input.Password = made
	}
	if err := checkUser(input); err != nil {
		return nil, "", err
	}
	hash, err := secret.HashPassword(ctx, input.Password)
	if err != nil {
		return nil, "", err
	}
	err = a.db.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
		created, err = a.createUser(ctx, client, input, hash)
		return err
	})
	if err != nil {
		return nil, "", err
	}
	return created, made, nil
}

func (a *Authority) createUser(ctx context.Context, client *ent.Client, input UserInput, hash string) (*ent.User, error) {
	created, err := client.User.Create().SetEmail(input.Email).SetName(input.Name).SetLocale(user.Locale(input.Locale)).
		SetPasswordHash(hash).Save(ctx)
	if database.IsTaken(err) {
		return nil, fault.New(fault.Conflict, fault.Text{
			EN: "Somebody has this address already.", FR: "Quelqu’un a déjà cette adresse.",
		}).At("email").Because(err)
	}
	if err != nil {
		return nil, err
	}
	if err := a.journal.Write(ctx, userEntry("user.created", created, nil, userShown(created))); err != nil {
		return nil, err
	}
	return created, a.setPlatformRole(ctx, client, created, input.RoleID)
}

func checkUser(input UserInput) error {
	var list fault.List
	if !emailOK(input.Email) {
		list = append(list, fault.New(fault.Invalid, fault.Text{
			EN: "This is no e-mail address.", FR: "Ceci n’est pas une adresse électronique.",
		}).At("email"))
	}
	if !nameOK(input.Name, 120) {
		list = append(list, fault.New(fault.Invalid, nameWanted, 120).At("name"))
	}
	return append(list, checkPassword(input.Password, "password")...).OrNil()
}

func emailOK(email string) bool {
	parsed, err := mail.ParseAddress(email)
	return err == nil && parsed.Address == email && utf8.RuneCountInString(email) <= 254
}

func checkPassword(password, field string) fault.List {
	if len([]rune(password)) < minPassword {
		return fault.List{fault.New(fault.Invalid, fault.Text{
			EN: "A password has at least %d characters.", FR: "Un mot de passe compte au moins %d caractères.",
		}, minPassword).At(field)}
	}
	if len(password) > secret.MaxPassword {
		return fault.List{fault.New(fault.Invalid, fault.Text{
			EN: "A password has at most %d bytes.", FR: "Un mot de passe compte au plus %d octets.",
		}, secret.MaxPassword).At(field)}
	}
	return nil
}

// newPassword makes a password of 80 random bits that can be read aloud.
func newPassword() string {
	text := strings.ToLower(rand.Text()[:16])
	return text[:4] + "-" + text[4:8] + "-" + text[8:12] + "-" + text[12:]
}

// UserUpdate is what changes of a user; nil leaves as it is. An empty RoleID takes the platform's role away.
type UserUpdate struct {
	Name   *string
	Status *user.Status
	RoleID *string
}

// UpdateUser changes somebody's account. Whoever is disabled is signed out everywhere and at once.
func (a *Authority) UpdateUser(ctx context.Context, id string, update UserUpdate) (*ent.User, error) {
	var changed *ent.User
	err := a.db.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
		present, err := a.userToChange(ctx, client, id)
		if err != nil {
			return err
		}
		if changed, err = a.change(ctx, client, present, update); err != nil {
			return err
		}
		if update.RoleID != nil {
			if err := a.setPlatformRole(ctx, client, changed, *update.RoleID); err != nil {
				return err
			}
		}
		return platformAdminStays(ctx, client)
	})
	return kept(changed, err)
}

// userToChange finds an account that who looks may change: not one that may do more.
func (a *Authority) userToChange(ctx context.Context, client *ent.Client, id string) (*ent.User, error) {
	found, err := client.User.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	viewer := access.FromContext(ctx)
	if err := access.Require(ctx, "", access.UserManage); err != nil {
		return nil, err
	}
	if err := a.lockPlatform(ctx, client); err != nil {
		return nil, err
	}
	held, err := platformMembership(ctx, client, id)
	if err != nil || held == nil {
		return found, err
	}
	return found, mayChange(viewer, held.Edges.Role, "")
}

func (a *Authority) change(ctx context.Context, client *ent.Client, present *ent.User, update UserUpdate) (*ent.User, error) {
	if update.Name == nil && update.Status == nil {
		return present, nil
	}
	change := client.User.UpdateOne(present)
	if update.Name != nil {
		if !nameOK(*update.Name, 120) {
			return nil, fault.New(fault.Invalid, nameWanted, 120).At("name")
		}
		change.SetName(strings.TrimSpace(*update.Name))
	}
	if update.Status != nil {
		change.SetStatus(*update.Status)
		if *update.Status == user.StatusDISABLED {
			if err := a.disable(ctx, client, present); err != nil {
				return nil, err
			}
		}
	}
	changed, err := change.Save(ctx)
	if err != nil {
		return nil, err
	}
	return changed, a.journal.Write(ctx, userEntry("user.updated", changed, userShown(present), userShown(changed)))
}

func (a *Authority) disable(ctx context.Context, client *ent.Client, present *ent.User) error {
	if access.FromContext(ctx).ID == present.ID {
		return fault.New(fault.Conflict, fault.Text{
			EN: "You cannot disable your own account.", FR: "Vous ne pouvez pas désactiver votre propre compte.",
		}).At("status")
	}
	return endSessions(ctx, client, present.ID, "")
}

// setPlatformRole gives a person a role on the platform in place of the present one; an empty id is none.
func (a *Authority) setPlatformRole(ctx context.Context, client *ent.Client, person *ent.User, roleID string) error {
	present, err := platformMembership(ctx, client, person.ID)
	if err != nil || present == nil && roleID == "" || present != nil && present.RoleID == roleID {
		return err
	}
	var given *ent.Role
	if roleID != "" {
		if given, err = findRole(ctx, client, roleID, role.ScopePLATFORM); err != nil {
			return err
		}
		if err := mayGive(access.FromContext(ctx), given, ""); err != nil {
			return err
		}
	}
	return a.replacePlatformRole(ctx, client, person, present, given)
}

func (a *Authority) replacePlatformRole(ctx context.Context, client *ent.Client, person *ent.User, present *ent.Membership, given *ent.Role) error {
	system := access.As(ctx, "auth") // user.manage, which was checked, is not in the policy of memberships
	var before *ent.Role
	entry := present
	kind := "membership.added"
	if present != nil {
		before, kind = present.Edges.Role, "membership.removed"
		if err := client.Membership.DeleteOne(present).Exec(system); err != nil {
			return err
		}
	}
	if given != nil {
		created, err := client.Membership.Create().SetUserID(person.ID).SetRoleID(given.ID).SetScopeKey(platformScope).Save(system)
		if err != nil {
			return err
		}
		entry = created
	}
	if before != nil && given != nil {
		kind = "membership.updated"
	}
	return a.journal.Write(ctx, memberEntry(kind, entry, person, before, given))
}

// platformMembership is the person's role on the platform, or nil.
func platformMembership(ctx context.Context, client *ent.Client, userID string) (*ent.Membership, error) {
	found, err := client.Membership.Query().
		Where(membership.UserID(userID), membership.ScopeKey(platformScope)).WithRole().Only(access.As(ctx, "auth"))
	if ent.IsNotFound(err) {
		return nil, nil
	}
	return found, err
}

// lockPlatform makes changes of platform roles wait for each other.
func (a *Authority) lockPlatform(ctx context.Context, client *ent.Client) error {
	if !a.db.Postgres() {
		return nil
	}
	_, err := client.Role.Query().Where(role.Key(access.RolePlatformAdmin)).ForUpdate().OnlyID(access.As(ctx, "auth"))
	return err
}

// platformAdminStays refuses to leave the platform without an administrator who can sign in.
func platformAdminStays(ctx context.Context, client *ent.Client) error {
	stays, err := client.Membership.Query().Where(
		membership.ScopeKey(platformScope), membership.HasRoleWith(role.Key(access.RolePlatformAdmin)),
		membership.HasUserWith(user.StatusEQ(user.StatusACTIVE)),
	).Exist(access.As(ctx, "auth"))
	if err != nil || stays {
		return err
	}
	return fault.New(fault.Conflict, fault.Text{
		EN: "The platform keeps at least one administrator. Make somebody else one first.",
		FR: "La plateforme garde au moins un administrateur. Nommez d’abord quelqu’un d’autre.",
	})
}

func userEntry(kind string, u *ent.User, before, after any) journal.Entry {
	return journal.Entry{Type: kind, Audience: journal.Platform, SubjectID: u.ID, Subject: u.Name, Before: before, After: after}
}

func userShown(u *ent.User) map[string]any {
	return map[string]any{"email": u.Email, "name": u.Name, "locale": u.Locale, "status": u.Status}
}
