// Package access decides who may do what. It is pure: a Viewer knows everything it may do, and every
// "may" in Arpent is one of its methods. Denied unless allowed; Require says in words what is missing.
package access

import (
	"context"
	"slices"
)

// Kind is what sort of viewer looks.
type Kind string

// The kinds of viewers.
const (
	Anonymous Kind = "ANONYMOUS" // nobody has signed in
	User      Kind = "USER"      // a person with a session
	Token     Kind = "TOKEN"     // a machine with a person's API token
	Run       Kind = "RUN"       // a worker with a run's token: sees what belongs to its project
	System    Kind = "SYSTEM"    // one of our own named actors, as in system:sweep
)

// Set is a set of permissions.
type Set map[Permission]struct{}

// NewSet makes a set of permissions.
func NewSet(permissions ...Permission) Set {
	s := make(Set, len(permissions))
	for _, p := range permissions {
		s[p] = struct{}{}
	}
	return s
}

// Has tells whether p is in the set.
func (s Set) Has(p Permission) bool { _, ok := s[p]; return ok }

// Add puts permissions into the set.
func (s Set) Add(permissions ...Permission) {
	for _, p := range permissions {
		s[p] = struct{}{}
	}
}

// Viewer is who looks or acts. It is made once per request by auth and never changed.
type Viewer struct {
	Kind     Kind
	ID       string         // usr_… for people and their tokens, run_… for runs, system:name for ourselves
	Name     string         // for people to read
	Email    string         // of a person
	Locale   string         // "en" or "fr"
	TokenID  string         // tok_… when an API token was used
	Platform Set            // what holds everywhere
	Projects map[string]Set // what holds in one project, by project id
	Scopes   Set            // nil, or the only permissions a token lets through
	Lease    int64          // of a run: the number under which it may act
}

// May tells whether the viewer may do p everywhere.
func (v *Viewer) May(p Permission) bool {
	if v == nil {
		return false
	}
	return v.Kind == System || v.Platform.Has(p) && v.InScope(p)
}

// MayIn tells whether the viewer may do p in the project.
func (v *Viewer) MayIn(projectID string, p Permission) bool {
	return v.May(p) || v != nil && v.Projects[projectID].Has(p) && v.InScope(p)
}

// ProjectsWith lists the projects in which the viewer may do p; all says that there is no need for a list.
func (v *Viewer) ProjectsWith(p Permission) (ids []string, all bool) {
	if v.May(p) {
		return nil, true
	}
	if v == nil || !v.InScope(p) {
		return nil, false
	}
	for id, set := range v.Projects {
		if set.Has(p) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids, false
}

// SignedIn tells whether the viewer is somebody.
func (v *Viewer) SignedIn() bool { return v != nil && v.Kind != Anonymous }

// IsSystem tells whether the viewer is one of our own actors.
func (v *Viewer) IsSystem() bool { return v != nil && v.Kind == System }

// InScope tells whether the viewer's token lets a permission through, if the viewer has it at all; without a token everything is.
func (v *Viewer) InScope(p Permission) bool { return v.Scopes == nil || v.Scopes.Has(p) }

// Nobody is the viewer of a request that carries no credentials.
func Nobody() *Viewer { return &Viewer{Kind: Anonymous, Locale: "en"} }

// Actor is one of our own named actors; it may do everything, and the audit trail shows its name.
func Actor(name string) *Viewer {
	return &Viewer{Kind: System, ID: "system:" + name, Name: name, Locale: "en"}
}

type contextKey struct{}

// NewContext returns a context in which v looks.
func NewContext(ctx context.Context, v *Viewer) context.Context {
	return context.WithValue(ctx, contextKey{}, v)
}

// FromContext returns who looks; Nobody when nobody was named.
func FromContext(ctx context.Context) *Viewer {
	switch v := ctx.Value(contextKey{}).(type) {
	case *Viewer:
		return v
	case func() *Viewer:
		return v()
	}
	return Nobody()
}

// As returns a context in which one of our own actors looks.
func As(ctx context.Context, actor string) context.Context { return NewContext(ctx, Actor(actor)) }
