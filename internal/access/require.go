package access

import (
	"context"

	"github.com/arpent/arpent/internal/fault"
)

var (
	notInProject = fault.Text{
		EN: "Your role in this project does not allow this (%s).", FR: "Votre rôle dans ce projet ne le permet pas (%s).",
	}
	notOnPlatform = fault.Text{
		EN: "You have no role on the platform that allows this (%s).", FR: "Vous n’avez sur la plateforme aucun rôle qui le permette (%s).",
	}
	notInScopes = fault.Text{
		EN: "This token’s scopes do not include %s.", FR: "Les permissions de ce jeton ne comprennent pas %s.",
	}
)

// Require is nil when who looks in ctx may do p in the project, or everywhere when the id is empty. Otherwise it is
// Denied and says what is missing: the role, or only the scope of the token. All denials of a permission are worded here.
func Require(ctx context.Context, projectID string, p Permission) error {
	v := FromContext(ctx)
	switch {
	case v.MayIn(projectID, p):
		return nil
	case v.unscoped().MayIn(projectID, p):
		return fault.New(fault.Denied, notInScopes, string(p))
	case projectID != "":
		return fault.New(fault.Denied, notInProject, string(p))
	}
	return fault.New(fault.Denied, notOnPlatform, string(p))
}

// unscoped is the viewer as they would be without a token's scopes.
func (v *Viewer) unscoped() *Viewer {
	whole := *v
	whole.Scopes = nil
	return &whole
}
