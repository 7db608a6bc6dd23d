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
	"github.com/arpent/arpent/internal/journal"
	"github.com/arpent/arpent/internal/secret"
)

// sessionPrefix begins the secret of a session.
const sessionPrefix = "ars"

// Origin is where an attempt to sign in comes from.
type Origin struct {
	Address   string
	UserAgent string
}

var errCredentials = fault.New(fault.Unauthenticated, fault.Text{
	EN: "This address and this password do not belong together.",
	FR: "Cette adresse et ce mot de passe ne vont pas ensemble.",
})

// SignIn opens a session for a local account and returns its secret, which is stored nowhere. Whatever is wrong
// with address or password gets the same answer after the same time; too many attempts are Limited.
func (a *Authority) SignIn(ctx context.Context, email, password string, origin Origin) (string, *ent.User, error) {
	email = canonical(email)
	if err := a.throttle.admit(a.now(), email, origin.Address); err != nil {
		return "", nil, err
	}
	account, err := a.check(ctx, email, password)
	if err != nil {
		return "", nil, err
	}
	a.throttle.forgive(email)
	plain, err := a.open(ctx, account, origin)
	return plain, account, err
}

// check finds the account whose password this is.
func (a *Authority) check(ctx context.Context, email, password string) (*ent.User, error) {
	system := access.As(ctx, "auth")
	account, err := a.db.Client(ctx).User.Query().Where(user.Email(email)).Only(system)
	if err != nil && !ent.IsNotFound(err) {
		return nil, database.Fault(err)
	}
	ok, rehash, err := secret.VerifyPassword(ctx, hashOf(account), password)
	if err != nil {
		return nil, err
	}
	if !ok || account.Status != user.StatusACTIVE {
		return nil, errCredentials
	}
	if rehash {
		a.rehash(system, account, password)
	}
	return account, nil
}

// hashOf is the account's hash; empty for nobody's, which takes as long to refuse.
func hashOf(account *ent.User) string {
	if account == nil || account.PasswordHash == nil {
		return ""
	}
	return *account.PasswordHash
}

// rehash brings a stored hash to today's cost. That it fails is no reason to refuse who signs in.
func (a *Authority) rehash(ctx context.Context, account *ent.User, password string) {
	hash, err := secret.HashPassword(ctx, password)
	if err == nil {
		err = a.db.Client(ctx).User.UpdateOne(account).SetPasswordHash(hash).Exec(ctx)
	}
	if err != nil {
		a.log.Warn("renew a password's hash", "user", account.ID, "error", err)
	}
}

func (a *Authority) open(ctx context.Context, account *ent.User, origin Origin) (string, error) {
	plain, hash := secret.NewToken(sessionPrefix)
	now := a.present()
	err := a.db.Tx(access.NewContext(ctx, personally(account)), func(ctx context.Context, client *ent.Client) error {
		system := access.As(ctx, "auth")
		opened, err := client.Session.Create().SetUserID(account.ID).SetHash(hash).
			SetAddress(origin.Address).SetUserAgent(cut(origin.UserAgent, 300)).
			SetSeenAt(now).SetExpiresAt(now.Add(sessionIdle)).Save(system)
		if err != nil {
			return err
		}
		if err := client.User.UpdateOneID(account.ID).SetLastSeenAt(now).Exec(system); err != nil {
			return err
		}
		return a.journal.Write(ctx, journal.Entry{
			Type: "session.started", Audience: journal.Platform, SubjectID: opened.ID, Subject: account.Email,
		})
	})
	return plain, err
}

// SignOut ends the session; one that is not there is ended already.
func (a *Authority) SignOut(ctx context.Context, plain string) error {
	system := access.As(ctx, "auth")
	found, err := a.db.Client(ctx).Session.Query().Where(session.Hash(secret.HashToken(plain))).WithUser().Only(system)
	if ent.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return database.Fault(err)
	}
	return a.db.Tx(access.NewContext(ctx, personally(found.Edges.User)), func(ctx context.Context, client *ent.Client) error {
		if err := client.Session.DeleteOne(found).Exec(access.As(ctx, "auth")); err != nil {
			return err
		}
		return a.journal.Write(ctx, journal.Entry{
			Type: "session.ended", Audience: journal.Platform, SubjectID: found.ID, Subject: found.Edges.User.Email,
		})
	})
}

// endSessions ends all sessions of a user but one, which may be empty.
func endSessions(ctx context.Context, client *ent.Client, userID, exceptID string) error {
	_, err := client.Session.Delete().Where(session.UserID(userID), session.IDNEQ(exceptID)).Exec(access.As(ctx, "auth"))
	return err
}

// personally is a viewer who is somebody and may do nothing: the actor of what one does to oneself.
func personally(account *ent.User) *access.Viewer {
	return &access.Viewer{
		Kind: access.User, ID: account.ID, Name: account.Name, Email: account.Email, Locale: string(account.Locale),
	}
}

func canonical(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// cut shortens text to at most n bytes without splitting a letter.
func cut(text string, n int) string {
	if len(text) > n {
		text = text[:n]
	}
	return strings.ToValidUTF8(text, "")
}
