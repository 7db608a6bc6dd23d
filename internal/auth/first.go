package auth

import (
	"context"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/role"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/secret"
)

// EnsureFirstAdministrator makes an administrator of the platform when there is no account at all. It returns the
// password that it made, to be shown once; empty when one was given or when there was somebody already.
func (a *Authority) EnsureFirstAdministrator(ctx context.Context, email, password string) (made string, err error) {
	ctx = access.As(ctx, "start")
	if some, err := a.db.Client(ctx).User.Query().Exist(ctx); err != nil || some {
		return "", err
	}
	input := UserInput{Email: canonical(email), Name: "Administrator", Locale: "en", Password: password}
	if !emailOK(input.Email) {
		return "", fault.New(fault.Invalid, fault.Text{
			EN: "The administrator's address %q is no e-mail address.",
			FR: "L’adresse de l’administrateur « %s » n’est pas une adresse électronique.",
		}, email)
	}
	if password == "" {
		made = newPassword()
		input.Password = made
	}
	hash, err := secret.HashPassword(ctx, input.Password)
	if err != nil {
		return "", err
	}
	won, err := a.createFirst(ctx, input, hash)
	if err != nil || !won {
		return "", err
	}
	return made, nil
}

// createFirst tells whether this process was the one that made the administrator: replicas may start together.
func (a *Authority) createFirst(ctx context.Context, input UserInput, hash string) (won bool, err error) {
	err = a.db.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
		if err := a.lockPlatform(ctx, client); err != nil {
			return err
		}
		some, err := client.User.Query().Exist(ctx)
		if err != nil || some {
			return err
		}
		input.RoleID, err = client.Role.Query().Where(role.Key(access.RolePlatformAdmin)).OnlyID(ctx)
		if err != nil {
			return err
		}
		won = true
		_, err = a.createUser(ctx, client, input, hash)
		return err
	})
	return won && err == nil, err
}
