package access

// Scope is where a role counts.
type Scope string

// The scopes of roles.
const (
	ScopePlatform Scope = "PLATFORM"
	ScopeProject  Scope = "PROJECT"
)

// BuiltInRole is a role that every installation has and nobody can change.
type BuiltInRole struct {
	Key         string // stable name, as in ADMIN
	Scope       Scope
	Permissions []Permission
}

// The keys of the built-in roles.
const (
	RoleAdmin         = "ADMIN"
	RoleEditor        = "EDITOR"
	RoleContributor   = "CONTRIBUTOR"
	RoleGuest         = "GUEST"
	RolePlatformAdmin = "PLATFORM_ADMIN"
	RoleOps           = "OPS"
	RoleAuditor       = "AUDITOR"
)

// BuiltInRoles lists the built-in roles, the strongest of each scope first.
func BuiltInRoles() []BuiltInRole {
	return []BuiltInRole{
		{RoleAdmin, ScopeProject, ProjectPermissions()},
		{RoleEditor, ScopeProject, []Permission{
			ProjectRead, ProjectUpdate, MemberRead, ResourceRequest, ResourceDelete, SecretReveal,
			RunApprove, RunCancel, StateRead, EventRead, ServerClaim, StateReport,
		}},
		{RoleContributor, ScopeProject, []Permission{ProjectRead, MemberRead, ResourceRequest, RunCancel, EventRead, ServerClaim, StateReport}},
		{RoleGuest, ScopeProject, []Permission{ProjectRead, MemberRead}},
		{RolePlatformAdmin, ScopePlatform, AllPermissions()},
		{RoleOps, ScopePlatform, []Permission{
			ProjectRead, MemberRead, RunApprove, RunCancel, EventRead, StateRead, WorkerManage, FreezeManage,
			ServerClaim, StateReport, InventoryRead, InventoryManage,
		}},
		{RoleAuditor, ScopePlatform, []Permission{ProjectRead, MemberRead, EventRead, InventoryRead}},
	}
}
