package access_test

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/arpent/arpent/internal/access"
)

// What each built-in role allows, the other way round: who may do what. A change here is a change of what people
// may do, and belongs in the changelog.
func TestBuiltInRoles(t *testing.T) {
	t.Parallel()
	const admin, editor, contributor, guest = access.RoleAdmin, access.RoleEditor, access.RoleContributor, access.RoleGuest
	const all, ops, auditor = access.RolePlatformAdmin, access.RoleOps, access.RoleAuditor
	want := map[access.Permission][]string{
		access.ProjectRead:      {admin, editor, contributor, guest, all, ops, auditor},
		access.ProjectUpdate:    {admin, editor, all},
		access.ProjectArchive:   {admin, all},
		access.MemberRead:       {admin, editor, contributor, guest, all, ops, auditor},
		access.MemberManage:     {admin, all},
		access.ResourceRequest:  {admin, editor, contributor, all},
		access.ResourceDelete:   {admin, editor, all},
		access.SecretReveal:     {admin, editor, all},
		access.RunApprove:       {admin, editor, all, ops},
		access.RunCancel:        {admin, editor, contributor, all, ops},
		access.StateRead:        {admin, editor, all, ops},
		access.StateWrite:       {admin, all},
		access.EventRead:        {admin, editor, contributor, all, ops, auditor},
		access.ProjectCreate:    {all},
		access.LibraryManage:    {all},
		access.UserManage:       {all},
		access.RoleManage:       {all},
		access.WorkerManage:     {all, ops},
		access.FreezeManage:     {all, ops},
		access.ServerClaim:      {admin, editor, contributor, all, ops},
		access.StateReport:      {admin, editor, contributor, all, ops},
		access.InventoryRead:    {all, ops, auditor},
		access.InventoryManage:  {all, ops},
		access.OrganizationEdit: {all},
	}
	got := map[access.Permission][]string{}
	for _, role := range access.BuiltInRoles() {
		for _, p := range role.Permissions {
			got[p] = append(got[p], role.Key)
		}
	}
	require.Equal(t, want, got)
	require.Len(t, access.AllPermissions(), len(want))
}

func TestProjectRolesGiveNoPlatformPermission(t *testing.T) {
	t.Parallel()
	for _, role := range access.BuiltInRoles() {
		for _, p := range role.Permissions {
			require.True(t, access.Known(p), "%s of %s", p, role.Key)
			require.False(t, role.Scope == access.ScopeProject && slices.Contains(access.PlatformPermissions(), p), "%s of %s", p, role.Key)
		}
	}
	require.False(t, access.Known("project.steal"))
}

func TestWhoMay(t *testing.T) {
	t.Parallel()
	in := func(p ...access.Permission) map[string]access.Set {
		return map[string]access.Set{"a": access.NewSet(p...)}
	}
	for name, c := range map[string]struct {
		viewer                     *access.Viewer
		everywhere, inA, elsewhere bool
	}{
		"nobody at all":           {nil, false, false, false},
		"anonymous":               {access.Nobody(), false, false, false},
		"our own actor":           {access.Actor("sweep"), true, true, true},
		"somebody without a role": {&access.Viewer{Kind: access.User}, false, false, false},
		"a member":                {&access.Viewer{Kind: access.User, Projects: in(access.RunCancel)}, false, true, false},
		"a member who may else":   {&access.Viewer{Kind: access.User, Projects: in(access.ProjectRead)}, false, false, false},
		"on the platform":         {&access.Viewer{Kind: access.User, Platform: access.NewSet(access.RunCancel)}, true, true, true},
		"a token of a member":     {&access.Viewer{Kind: access.Token, Projects: in(access.RunCancel), Scopes: access.NewSet(access.RunCancel)}, false, true, false},
		"a token for else":        {&access.Viewer{Kind: access.Token, Projects: in(access.RunCancel), Scopes: access.NewSet(access.ProjectRead)}, false, false, false},
		"a token for nothing":     {&access.Viewer{Kind: access.Token, Platform: access.NewSet(access.RunCancel), Scopes: access.Set{}}, false, false, false},
		"a token gives no more":   {&access.Viewer{Kind: access.Token, Scopes: access.NewSet(access.RunCancel)}, false, false, false},
	} {
		require.Equal(t, c.everywhere, c.viewer.May(access.RunCancel), name)
		require.Equal(t, c.inA, c.viewer.MayIn("a", access.RunCancel), name)
		require.Equal(t, c.elsewhere, c.viewer.MayIn("b", access.RunCancel), name)
	}
	require.False(t, access.Nobody().SignedIn())
	require.False(t, (*access.Viewer)(nil).SignedIn())
	require.True(t, access.Actor("sweep").IsSystem())
}

// Lists (ProjectsWith) and single questions (MayIn) must agree, or a list would show what a page refuses.
func TestListsAndQuestionsAgree(t *testing.T) {
	t.Parallel()
	names := []string{"a", "b", "c", "d"}
	sets := rapid.Custom(func(t *rapid.T) access.Set {
		return access.NewSet(rapid.SliceOfDistinct(rapid.SampledFrom(access.AllPermissions()), rapid.ID).Draw(t, "permissions")...)
	})
	rapid.Check(t, func(t *rapid.T) {
		v := &access.Viewer{
			Kind:     rapid.SampledFrom([]access.Kind{access.Anonymous, access.User, access.Token, access.Run, access.System}).Draw(t, "kind"),
			Projects: rapid.MapOf(rapid.SampledFrom(names), sets).Draw(t, "projects"),
		}
		if rapid.Bool().Draw(t, "has a platform role") {
			v.Platform = sets.Draw(t, "platform")
		}
		if rapid.Bool().Draw(t, "has scopes") {
			v.Scopes = sets.Draw(t, "scopes")
		}
		p := rapid.SampledFrom(access.AllPermissions()).Draw(t, "permission")
		ids, all := v.ProjectsWith(p)
		require.True(t, slices.IsSorted(ids))
		require.Equal(t, v.May(p), all)
		for _, id := range append(names, "unknown") {
			require.Equal(t, all || slices.Contains(ids, id), v.MayIn(id, p), "%s in %s", p, id)
		}
	})
}

func TestContextsSayWhoLooks(t *testing.T) {
	t.Parallel()
	require.Equal(t, access.Anonymous, access.FromContext(context.Background()).Kind)
	require.Equal(t, "system:sweep", access.FromContext(access.As(context.Background(), "sweep")).ID)
	present := access.Actor("one")
	following := access.Following(context.Background(), func() *access.Viewer { return present })
	require.Equal(t, "system:one", access.FromContext(following).ID)
	present = access.Nobody()
	require.False(t, access.FromContext(following).SignedIn(), "who looks is asked each time")
}
