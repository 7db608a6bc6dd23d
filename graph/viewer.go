package graph

import (
	"context"

	"github.com/arpent/arpent/ent/role"
	"github.com/arpent/arpent/graph/model"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/auth"
	"github.com/arpent/arpent/internal/fault"
)

var errNobody = fault.New(fault.Unauthenticated, signIn)

func platformPermissions(viewer *access.Viewer) []string {
	names := []string{}
	for _, p := range access.AllPermissions() {
		if viewer.May(p) {
			names = append(names, string(p))
		}
	}
	return names
}

func projectPermissions(viewer *access.Viewer, projectID string) []string {
	names := []string{}
	for _, p := range access.ProjectPermissions() {
		if viewer.MayIn(projectID, p) {
			names = append(names, string(p))
		}
	}
	return names
}

func permissionInfos() []*model.PermissionInfo {
	var infos []*model.PermissionInfo
	add := func(scope role.Scope, permissions []access.Permission) {
		for _, p := range permissions {
			title := auth.TitleOf(p)
			infos = append(infos, &model.PermissionInfo{Name: string(p), Scope: scope, Title: &title})
		}
	}
	add(role.ScopePROJECT, access.ProjectPermissions())
	add(role.ScopePLATFORM, access.PlatformPermissions())
	return infos
}

func (r *Resolver) rateLimit(ctx context.Context) *model.RateLimit {
	limit, remaining, resetAt := r.Rates.Peek(ctx)
	return &model.RateLimit{Limit: limit, Remaining: remaining, ResetAt: resetAt}
}
