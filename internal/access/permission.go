package access

import "slices"

// Permission is one thing that a role may allow, named subject.verb.
type Permission string

// The permissions. Those of projectPermissions are given per project or, by a platform role, for all of them.
const (
	ProjectRead      Permission = "project.read"      // see the project, its resources and runs
	ProjectUpdate    Permission = "project.update"    // change its texts, budget and variables
	ProjectArchive   Permission = "project.archive"   // archive it and bring it back
	MemberRead       Permission = "member.read"       // see who is in it
	MemberManage     Permission = "member.manage"     // add and remove members, give them roles
	ResourceRequest  Permission = "resource.request"  // request, change, upgrade and retry resources
	ResourceDelete   Permission = "resource.delete"   // have resources destroyed
	SecretReveal     Permission = "secret.reveal"     // read sensitive outputs; each reading is recorded
	RunApprove       Permission = "run.approve"       // approve or reject a plan, within the template's policy
	RunCancel        Permission = "run.cancel"        // cancel a run
	StateRead        Permission = "state.read"        // download states, plan by hand
	StateWrite       Permission = "state.write"       // roll a state back, apply by hand, break a lock
	EventRead        Permission = "event.read"        // read the audit trail
	ServerClaim      Permission = "server.claim"      // claim and release servers and addresses
	StateReport      Permission = "state.report"      // report states of what the project has
	ProjectCreate    Permission = "project.create"    // create projects
	LibraryManage    Permission = "library.manage"    // add, change, sync and remove libraries
	UserManage       Permission = "user.manage"       // people, platform roles, other people's tokens
	RoleManage       Permission = "role.manage"       // define roles
	WorkerManage     Permission = "worker.manage"     // see and manage the queue and the workers
	FreezeManage     Permission = "freeze.manage"     // declare and lift freezes
	OrganizationEdit Permission = "organization.edit" // the organizations' names and codes
	InventoryRead    Permission = "inventory.read"    // see the whole inventory, also what no project has
	InventoryManage  Permission = "inventory.manage"  // hosting providers, orders, imports, networks, the life of servers
)

var projectPermissions = []Permission{
	ProjectRead, ProjectUpdate, ProjectArchive, MemberRead, MemberManage, ResourceRequest, ResourceDelete,
	SecretReveal, RunApprove, RunCancel, StateRead, StateWrite, EventRead, ServerClaim, StateReport,
}

var platformPermissions = []Permission{
	ProjectCreate, LibraryManage, UserManage, RoleManage, WorkerManage, FreezeManage, OrganizationEdit,
	InventoryRead, InventoryManage,
}

// ProjectPermissions lists what a role can allow within one project.
func ProjectPermissions() []Permission { return slices.Clone(projectPermissions) }

// PlatformPermissions lists what only a platform role can allow.
func PlatformPermissions() []Permission { return slices.Clone(platformPermissions) }

// AllPermissions lists every permission.
func AllPermissions() []Permission { return append(ProjectPermissions(), platformPermissions...) }

// Known tells whether p is a permission.
func Known(p Permission) bool {
	return slices.Contains(projectPermissions, p) || slices.Contains(platformPermissions, p)
}
