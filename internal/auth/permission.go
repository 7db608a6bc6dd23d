package auth

import (
	"slices"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/fault"
)

// known drops names that are no permissions of this version, such as those of a later one.
func known(names []string) []access.Permission {
	permissions := make([]access.Permission, 0, len(names))
	for _, name := range names {
		if p := access.Permission(name); access.Known(p) {
			permissions = append(permissions, p)
		}
	}
	return permissions
}

// somewhere tells whether the viewer has the permission on the platform or in any project.
func somewhere(viewer *access.Viewer, p access.Permission) bool {
	ids, all := viewer.ProjectsWith(p)
	return all || len(ids) > 0
}

// mayGive refuses a role that allows more than the viewer itself may: in a project, or everywhere when the id is empty.
func mayGive(viewer *access.Viewer, role *ent.Role, projectID string) error {
	for _, p := range known(role.Permissions) {
		if !viewer.May(p) && (projectID == "" || !viewer.MayIn(projectID, p)) {
			return fault.New(fault.Denied, notHeld, string(p)).At("roleId")
		}
	}
	return nil
}

// mayChange refuses to touch somebody whose role allows more than the viewer itself may.
func mayChange(viewer *access.Viewer, role *ent.Role, projectID string) error {
	if mayGive(viewer, role, projectID) == nil {
		return nil
	}
	return fault.New(fault.Denied, fault.Text{
		EN: "You cannot change somebody who may do more than you.",
		FR: "Vous ne pouvez pas modifier quelqu’un qui a plus de droits que vous.",
	})
}

func names(permissions []access.Permission) []string {
	texts := make([]string, len(permissions))
	for i, p := range permissions {
		texts[i] = string(p)
	}
	slices.Sort(texts)
	return slices.Compact(texts)
}
