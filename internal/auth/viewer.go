package auth

import (
	"context"
	"crypto/sha256"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/apitoken"
	"github.com/arpent/arpent/ent/membership"
	"github.com/arpent/arpent/ent/session"
	"github.com/arpent/arpent/ent/user"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/secret"
)

// Credential is what a request showed: the secret of a session or an API token. The zero Credential is nobody's.
type Credential struct{ plain string }

// Present makes a credential of what a request carries.
func Present(plain string) Credential { return Credential{plain: plain} }

// Empty tells whether nothing was shown.
func (c Credential) Empty() bool { return c.plain == "" }

type credentialKey struct{}

// NewContext returns a context that remembers the credential, so that Current can look again later.
func NewContext(ctx context.Context, c Credential) context.Context {
	return context.WithValue(ctx, credentialKey{}, c)
}

// FromContext is the credential of ctx.
func FromContext(ctx context.Context) Credential {
	c, _ := ctx.Value(credentialKey{}).(Credential)
	return c
}

var errCredential = fault.New(fault.Unauthenticated, fault.Text{
	EN: "You are not signed in, or your session or token has ended.",
	FR: "Vous n’êtes pas connecté, ou votre session ou jeton a pris fin.",
})

// textTokenEnded tells whose program is refused for no other reason: people look for the mistake elsewhere.
var textTokenEnded = fault.Text{
	EN: "This API token ended on %s UTC. Make another one.", FR: "Ce jeton d’API a pris fin le %s UTC. Créez-en un autre.",
}

// Viewer says who shows the credential and what they may do now. Nobody's credential is Nobody; one that is
// wrong, expired, revoked or of a disabled account is Unauthenticated.
func (a *Authority) Viewer(ctx context.Context, c Credential) (*access.Viewer, error) {
	if c.Empty() {
		return access.Nobody(), nil
	}
	if strings.HasPrefix(c.plain, runPrefix) {
		return a.ofRun(ctx, c.plain)
	}
	key := sha256.Sum256([]byte(c.plain))
	viewer, generation := a.viewers.get(key, a.now())
	if viewer != nil {
		return viewer, nil
	}
	read := func(ctx context.Context) (*access.Viewer, error) {
		viewer, ends, err := a.load(access.As(ctx, "auth"), c.plain)
		if err == nil {
			a.viewers.put(key, viewer, generation, a.now(), ends)
		}
		return viewer, err
	}
	if database.InTx(ctx) {
		return read(ctx) // whoever holds a transaction must not wait for somebody who may wait for it
	}
	// A thousand requests with one credential, whose viewer has just been forgotten, are one reading.
	loaded, err, _ := a.loads.Do(string(key[:])+strconv.Itoa(generation), func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), loadTime)
		defer cancel()
		return read(ctx)
	})
	viewer, _ = loaded.(*access.Viewer)
	return viewer, err
}

// loadTime is how long finding out who shows a credential may take; who asked first may be gone meanwhile.
const loadTime = 10 * time.Second

// Current is who looks in ctx as they are now: what long-lived requests ask before each thing they show. It is
// Nobody once the credential has ended. A viewer without a credential stays who it is.
func (a *Authority) Current(ctx context.Context) *access.Viewer {
	c := FromContext(ctx)
	if c.Empty() {
		return access.FromContext(ctx)
	}
	viewer, err := a.Viewer(ctx, c)
	if err != nil {
		return access.Nobody()
	}
	return viewer
}

func (a *Authority) load(ctx context.Context, plain string) (viewer *access.Viewer, ends time.Time, err error) {
	switch {
	case secret.IsToken(sessionPrefix, plain):
		return a.ofSession(ctx, plain)
	case secret.IsToken(tokenPrefix, plain):
		return a.ofToken(ctx, plain)
	}
	return nil, time.Time{}, errCredential
}

func (a *Authority) ofSession(ctx context.Context, plain string) (*access.Viewer, time.Time, error) {
	found, err := a.db.Client(ctx).Session.Query().Where(session.Hash(secret.HashToken(plain))).WithUser().Only(ctx)
	if err != nil {
		return nil, time.Time{}, unknown(err)
	}
	ends := earlier(found.ExpiresAt, found.CreatedAt.Add(SessionLife))
	if !a.now().Before(ends) {
		return nil, time.Time{}, errCredential
	}
	if err := a.touch(ctx, found); err != nil {
		return nil, time.Time{}, database.Fault(err)
	}
	viewer, err := a.viewerOf(ctx, found.Edges.User)
	return viewer, ends, err
}

// touch moves a session's end on when it is used.
func (a *Authority) touch(ctx context.Context, s *ent.Session) error {
	now := a.present()
	if now.Sub(s.SeenAt) < sessionTouch {
		return nil
	}
	client := a.db.Client(ctx)
	if err := client.User.Update().Where(user.ID(s.UserID)).SetLastSeenAt(now).Exec(ctx); err != nil {
		return err
	}
	return client.Session.Update().Where(session.ID(s.ID)).SetSeenAt(now).SetExpiresAt(now.Add(sessionIdle)).Exec(ctx)
}

func (a *Authority) ofToken(ctx context.Context, plain string) (*access.Viewer, time.Time, error) {
	found, err := a.db.Client(ctx).ApiToken.Query().
		Where(apitoken.Hash(secret.HashToken(plain)), apitoken.RevokedAtIsNil()).WithUser().Only(ctx)
	if err != nil {
		return nil, time.Time{}, unknown(err)
	}
	ends := a.now().Add(SessionLife)
	if found.ExpiresAt != nil {
		ends = *found.ExpiresAt
	}
	if !a.now().Before(ends) {
		return nil, time.Time{}, fault.New(fault.Unauthenticated, textTokenEnded, ends.UTC().Format("2006-01-02 15:04:05"))
	}
	if err := a.touchToken(ctx, found); err != nil {
		return nil, time.Time{}, database.Fault(err)
	}
	viewer, err := a.viewerOf(ctx, found.Edges.User)
	if err != nil {
		return nil, time.Time{}, err
	}
	viewer.Kind, viewer.TokenID, viewer.Scopes = access.Token, found.ID, scopeSet(found.Scopes)
	return viewer, ends, nil
}

func (a *Authority) touchToken(ctx context.Context, t *ent.ApiToken) error {
	now := a.present()
	if t.LastUsedAt != nil && now.Sub(*t.LastUsedAt) < sessionTouch {
		return nil
	}
	return a.db.Client(ctx).ApiToken.Update().Where(apitoken.ID(t.ID)).SetLastUsedAt(now).Exec(ctx)
}

// viewerOf gathers what a person may do.
func (a *Authority) viewerOf(ctx context.Context, account *ent.User) (*access.Viewer, error) {
	if account.Status != user.StatusACTIVE {
		return nil, errCredential
	}
	held, err := a.db.Client(ctx).Membership.Query().Where(membership.UserID(account.ID)).WithRole().All(ctx)
	if err != nil {
		return nil, database.Fault(err)
	}
	viewer := personally(account)
	viewer.Platform, viewer.Projects = access.Set{}, map[string]access.Set{}
	for _, m := range held {
		permissions := known(m.Edges.Role.Permissions)
		if m.ProjectID == nil {
			viewer.Platform.Add(permissions...)
			continue
		}
		viewer.Projects[*m.ProjectID] = access.NewSet(permissions...)
	}
	return viewer, nil
}

func unknown(err error) error {
	if ent.IsNotFound(err) {
		return errCredential
	}
	return database.Fault(err)
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// How long a viewer is remembered, and how many.
const (
	viewerLife  = 5 * time.Second
	viewerCount = 10_000
)

// viewerCache remembers viewers by the hash of their credential. What was read before a drop is never kept after it.
type viewerCache struct {
	mutex      sync.Mutex
	generation int
	byKey      map[[sha256.Size]byte]rememberedViewer
}

type rememberedViewer struct {
	viewer *access.Viewer
	until  time.Time
}

func newViewerCache() *viewerCache {
	return &viewerCache{byKey: map[[sha256.Size]byte]rememberedViewer{}}
}

// get returns the viewer that is remembered, or nil and the generation that a new one belongs to.
func (c *viewerCache) get(key [sha256.Size]byte, now time.Time) (*access.Viewer, int) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if found, ok := c.byKey[key]; ok && now.Before(found.until) {
		return found.viewer, c.generation
	}
	return nil, c.generation
}

func (c *viewerCache) put(key [sha256.Size]byte, viewer *access.Viewer, generation int, now, ends time.Time) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if generation != c.generation {
		return
	}
	if len(c.byKey) >= viewerCount {
		clear(c.byKey)
	}
	c.byKey[key] = rememberedViewer{viewer: viewer, until: earlier(now.Add(viewerLife), ends)}
}

func (c *viewerCache) drop() {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.generation++
	clear(c.byKey)
}

// InNameOf returns a context in which the account with an address looks: for what this program does for somebody,
// such as sample data. The caller answers for it.
func (a *Authority) InNameOf(ctx context.Context, email string) (context.Context, error) {
	system := access.As(ctx, "auth")
	account, err := a.db.Client(ctx).User.Query().Where(user.Email(canonical(email))).Only(system)
	if err != nil {
		return nil, database.Fault(err)
	}
	viewer, err := a.viewerOf(system, account)
	if err != nil {
		return nil, err
	}
	return access.NewContext(ctx, viewer), nil
}

// ViewerOf is an account as it may act now: for what this program carries out later for somebody who asked for it.
func (a *Authority) ViewerOf(ctx context.Context, userID string) (*access.Viewer, error) {
	system := access.As(ctx, "auth")
	account, err := a.db.Client(ctx).User.Get(system, userID)
	if err != nil {
		return nil, database.Fault(err)
	}
	return a.viewerOf(system, account)
}
