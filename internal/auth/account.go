package auth

import (
	"context"
	"strings"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/session"
	"github.com/arpent/arpent/ent/user"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/secret"
)

// AccountUpdate is what changes of one's own account; nil leaves as it is.
type AccountUpdate struct {
	Name   *string
	Locale *user.Locale
}

// UpdateAccount changes the account of who looks.
func (a *Authority) UpdateAccount(ctx context.Context, update AccountUpdate) (*ent.User, error) {
	viewer := access.FromContext(ctx)
	if err := wholeAccount(viewer); err != nil {
		return nil, err
	}
	if update.Name != nil && !nameOK(*update.Name, 120) {
		return nil, fault.New(fault.Invalid, nameWanted, 120).At("name")
	}
	var changed *ent.User
	err := a.db.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
		present, err := client.User.Get(ctx, viewer.ID)
		if err != nil {
			return err
		}
		change := client.User.UpdateOne(present).SetNillableLocale(update.Locale)
		if update.Name != nil {
			change.SetName(strings.TrimSpace(*update.Name))
		}
		if changed, err = change.Save(ctx); err != nil {
			return err
		}
		return a.journal.Write(ctx, userEntry("user.updated", changed, userShown(present), userShown(changed)))
	})
	return kept(changed, err)
}

// ChangePassword gives who looks another password and ends all their other sessions.
func (a *Authority) ChangePassword(ctx context.Context, current, next string) (*ent.User, error) {
	viewer := access.FromContext(ctx)
	if err := wholeAccount(viewer); err != nil {
		return nil, err
	}
	if err := checkPassword(next, "new").OrNil(); err != nil {
		return nil, err
	}
	account, err := a.confirm(ctx, viewer, current)
	if err != nil {
		return nil, err
	}
	hash, err := secret.HashPassword(ctx, next)
	if err != nil {
		return nil, err
	}
	return account, a.setPassword(ctx, account, hash)
}

// confirm asks for the present password, as slowly as a sign-in.
func (a *Authority) confirm(ctx context.Context, viewer *access.Viewer, current string) (*ent.User, error) {
	if err := a.throttle.admit(a.now(), canonical(viewer.Email), viewer.ID); err != nil {
		return nil, err
	}
	account, err := a.db.Client(ctx).User.Get(ctx, viewer.ID)
	if err != nil {
		return nil, database.Fault(err)
	}
	ok, _, err := secret.VerifyPassword(ctx, hashOf(account), current)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, fault.New(fault.Invalid, fault.Text{
			EN: "This is not your password.", FR: "Ce n’est pas votre mot de passe.",
		}).At("current")
	}
	a.throttle.forgive(canonical(viewer.Email))
	return account, nil
}

func (a *Authority) setPassword(ctx context.Context, account *ent.User, hash string) error {
	return a.db.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
		system := access.As(ctx, "auth")
		if err := client.User.UpdateOneID(account.ID).SetPasswordHash(hash).Exec(system); err != nil {
			return err
		}
		present, err := a.sessionOf(ctx, client)
		if err != nil {
			return err
		}
		if err := endSessions(ctx, client, account.ID, present); err != nil {
			return err
		}
		return a.journal.Write(ctx, userEntry("user.password_changed", account, nil, nil))
	})
}

// sessionOf is the id of the session that ctx came with; empty for none.
func (a *Authority) sessionOf(ctx context.Context, client *ent.Client) (string, error) {
	id, err := client.Session.Query().Where(session.Hash(secret.HashToken(FromContext(ctx).plain))).OnlyID(access.As(ctx, "auth"))
	if ent.IsNotFound(err) {
		return "", nil
	}
	return id, err
}
