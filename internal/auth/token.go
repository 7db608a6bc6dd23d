package auth

import (
	"context"
	"strings"
	"time"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/apitoken"
	"github.com/arpent/arpent/ent/user"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/journal"
	"github.com/arpent/arpent/internal/secret"
)

// tokenPrefix begins an API token; EveryScope lets everything through that its person may do.
const (
	tokenPrefix = "arp"
	EveryScope  = "all"
)

// TokenInput is a token to be made. A nil ExpiresAt is never.
type TokenInput struct {
	Name      string
	Scopes    []string
	ExpiresAt *time.Time
}

// CreateToken makes an API token for who looks and returns it in clear, once.
func (a *Authority) CreateToken(ctx context.Context, input TokenInput) (*ent.ApiToken, string, error) {
	viewer := access.FromContext(ctx)
	if err := a.checkToken(viewer, input); err != nil {
		return nil, "", err
	}
	return a.createToken(ctx, viewer.ID, input)
}

// CreateTokenFor makes an API token for the account with an address. It is for the operator of the machine, who
// could write the database as well; the actor of ctx is recorded.
func (a *Authority) CreateTokenFor(ctx context.Context, email string, input TokenInput) (*ent.ApiToken, string, error) {
	if err := checkTokenFields(input, a.now()).OrNil(); err != nil {
		return nil, "", err
	}
	account, err := a.db.Client(ctx).User.Query().Where(user.Email(canonical(email))).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, "", fault.New(fault.NotFound, noAccount, email).At("user")
	}
	if err != nil {
		return nil, "", database.Fault(err)
	}
	return a.createToken(ctx, account.ID, input)
}

func (a *Authority) createToken(ctx context.Context, userID string, input TokenInput) (*ent.ApiToken, string, error) {
	plain, hash := secret.NewToken(tokenPrefix)
	var created *ent.ApiToken
	err := a.db.Tx(ctx, func(ctx context.Context, client *ent.Client) (err error) {
		created, err = client.ApiToken.Create().SetUserID(userID).SetName(input.Name).SetHash(hash).
			SetHint(plain[len(plain)-4:]).SetScopes(input.Scopes).SetNillableExpiresAt(input.ExpiresAt).Save(ctx)
		if err != nil {
			return err
		}
		return a.journal.Write(ctx, journal.Entry{
			Type: "token.created", Audience: journal.Platform, SubjectID: created.ID, Subject: created.Name,
			After: tokenShown(created),
		})
	})
	if err != nil {
		return nil, "", err
	}
	return created, plain, nil
}

func (a *Authority) checkToken(viewer *access.Viewer, input TokenInput) error {
	if err := wholeAccount(viewer); err != nil {
		return err
	}
	list := checkTokenFields(input, a.now())
	for _, scope := range input.Scopes {
		if scope != EveryScope && access.Known(access.Permission(scope)) && !somewhere(viewer, access.Permission(scope)) {
			list = append(list, fault.New(fault.Denied, notHeld, scope).At("scopes"))
		}
	}
	return list.OrNil()
}

func checkTokenFields(input TokenInput, now time.Time) (list fault.List) {
	if !nameOK(input.Name, 80) {
		list = append(list, fault.New(fault.Invalid, nameWanted, 80).At("name"))
	}
	if len(input.Scopes) == 0 {
		list = append(list, fault.New(fault.Invalid, fault.Text{
			EN: "Name at least one permission, or all.", FR: "Indiquez au moins une permission, ou all.",
		}).At("scopes"))
	}
	for _, scope := range input.Scopes {
		if scope != EveryScope && !access.Known(access.Permission(scope)) {
			list = append(list, fault.New(fault.Invalid, noPermission, scope, strings.Join(append([]string{EveryScope}, names(access.AllPermissions())...), ", ")).At("scopes"))
		}
	}
	if input.ExpiresAt != nil && !now.Before(*input.ExpiresAt) {
		list = append(list, fault.New(fault.Invalid, fault.Text{
			EN: "This time is past.", FR: "Ce moment est passé.",
		}).At("expiresAt"))
	}
	return list
}

// RevokeToken ends a token at once. Revoking it again changes nothing.
func (a *Authority) RevokeToken(ctx context.Context, id string) (*ent.ApiToken, error) {
	viewer := access.FromContext(ctx)
	if viewer.TokenID != id {
		if err := wholeAccount(viewer); err != nil {
			return nil, err
		}
	}
	var revoked *ent.ApiToken
	err := a.db.Tx(ctx, func(ctx context.Context, client *ent.Client) (err error) {
		n, err := client.ApiToken.Update().Where(apitoken.ID(id), apitoken.RevokedAtIsNil()).SetRevokedAt(a.present()).Save(ctx)
		if err != nil {
			return err
		}
		if revoked, err = client.ApiToken.Get(ctx, id); err != nil || n == 0 {
			return err
		}
		return a.journal.Write(ctx, journal.Entry{
			Type: "token.revoked", Audience: journal.Platform, SubjectID: id, Subject: revoked.Name, Before: tokenShown(revoked),
		})
	})
	return kept(revoked, err)
}

// wholeAccount refuses tokens with scopes: they may do what their scopes say, not change the account.
func wholeAccount(viewer *access.Viewer) error {
	switch {
	case viewer.Kind != access.User && viewer.Kind != access.Token:
		return errCredential
	case viewer.Scopes != nil:
		return fault.New(fault.Denied, fault.Text{
			EN: "A token that is limited to some permissions may not change the account.",
			FR: "Un jeton limité à certaines permissions ne peut pas modifier le compte.",
		})
	}
	return nil
}

func scopeSet(scopes []string) access.Set {
	set := access.Set{}
	for _, scope := range scopes {
		if scope == EveryScope {
			return nil
		}
		set.Add(access.Permission(scope))
	}
	return set
}

func tokenShown(t *ent.ApiToken) map[string]any {
	return map[string]any{"userId": t.UserID, "hint": t.Hint, "scopes": t.Scopes, "expiresAt": t.ExpiresAt}
}
