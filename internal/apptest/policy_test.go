package apptest_test

import (
	"context"
	"reflect"
	"testing"

	"entgo.io/ent/privacy"
	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database/databasetest"
)

// rule says who may use a field of the root: those who hold a permission, or whoever is signed in. For what is read,
// shows names what of an estate they see, see estate_test.go.
type rule struct {
	needs access.Permission
	shows string
}

// rules has all fields of the root. What a rule says is tried by every role, see matrix_test.go.
var rules = map[string]rule{
	"Query.projects": {access.ProjectRead, "Project"}, "Query.projectByAcronym": {access.ProjectRead, "Project"},
	"Query.resources": {access.ProjectRead, "Resource"}, "Query.runs": {access.ProjectRead, "Run"},
	"Query.runsAwaitingMe": {access.RunApprove, "Run"}, "Query.events": {access.ProjectRead, "Event"},
	"Query.freezes": {access.ProjectRead, "Freeze"}, "Query.memberships": {access.MemberRead, "Membership"},
	"Query.users": {access.MemberRead, "member"}, "Query.apiTokens": {access.UserManage, "ApiToken"},
	"Query.workers": {access.WorkerManage, "Worker"}, "Query.queue": {needs: access.WorkerManage}, "Query.waitingRuns": {needs: access.WorkerManage}, "Query.offer": {needs: access.ResourceRequest},
	"Query.roles": {shows: "Role"}, "Query.organizations": {shows: "Organization"}, "Query.libraries": {shows: "Library"},
	"Query.templates": {shows: "Template"}, "Query.installation": {}, "Query.eventCursor": {}, "Query.viewer": {},
	"Query.node": {access.ProjectRead, "Project"}, "Query.nodes": {access.ProjectRead, "Project"},

	"Query.hostingProviders": {shows: "HostingProvider"}, "Query.purchaseOrders": {access.ProjectRead, "PurchaseOrder"},
	"Query.importSessions": {access.InventoryRead, "ImportSession"}, "Query.servers": {access.ProjectRead, "Server"},
	"Query.networks": {access.ProjectRead, "Network"}, "Query.addresses": {access.ProjectRead, "Address"},
	"Query.secureAccesses": {access.ProjectRead, "SecureAccess"}, "Query.claims": {access.ProjectRead, "Claim"},
	"Query.checks": {access.ProjectRead, "Check"}, "Query.healthSummary": {}, "Query.serverRefusals": {access.InventoryRead, "refused"},

	"Mutation.ping": {}, "Mutation.updateViewer": {}, "Mutation.changePassword": {}, "Mutation.createApiToken": {},
	"Mutation.revokeApiToken": {needs: access.UserManage}, "Mutation.createUser": {needs: access.UserManage},
	"Mutation.updateUser": {needs: access.UserManage}, "Mutation.createProject": {needs: access.ProjectCreate},
	"Mutation.updateProject": {needs: access.ProjectUpdate}, "Mutation.archiveProject": {needs: access.ProjectArchive},
	"Mutation.unarchiveProject": {needs: access.ProjectArchive}, "Mutation.addMember": {needs: access.MemberManage},
	"Mutation.updateMember": {needs: access.MemberManage}, "Mutation.removeMember": {needs: access.MemberManage},
	"Mutation.unlockState": {needs: access.StateWrite}, "Mutation.rollBackState": {needs: access.StateWrite},
	"Mutation.createLibrary": {needs: access.LibraryManage}, "Mutation.updateLibrary": {needs: access.LibraryManage},
	"Mutation.deleteLibrary": {needs: access.LibraryManage}, "Mutation.syncLibrary": {needs: access.LibraryManage},
	"Mutation.requestResource": {needs: access.ResourceRequest}, "Mutation.updateResource": {needs: access.ResourceRequest},
	"Mutation.upgradeResource": {needs: access.ResourceRequest}, "Mutation.deleteResource": {needs: access.ResourceDelete},
	"Mutation.revealOutput": {needs: access.SecretReveal}, "Mutation.detectDrift": {needs: access.ResourceRequest},
	"Mutation.approveRun": {needs: access.RunApprove}, "Mutation.rejectRun": {needs: access.RunApprove},
	"Mutation.cancelRun": {needs: access.RunCancel}, "Mutation.retryRun": {needs: access.ResourceRequest},
	"Mutation.createFreeze": {needs: access.FreezeManage}, "Mutation.liftFreeze": {needs: access.FreezeManage},
	"Mutation.pauseWorker": {needs: access.WorkerManage}, "Mutation.requeueRun": {needs: access.WorkerManage}, "Mutation.createRole": {needs: access.RoleManage},
	"Mutation.updateRole": {needs: access.RoleManage}, "Mutation.deleteRole": {needs: access.RoleManage},

	"Mutation.createHostingProvider": {needs: access.InventoryManage}, "Mutation.updateHostingProvider": {needs: access.InventoryManage},
	"Mutation.deleteHostingProvider": {needs: access.InventoryManage}, "Mutation.createOrder": {needs: access.InventoryManage},
	"Mutation.updateOrder": {needs: access.InventoryManage}, "Mutation.moveOrder": {needs: access.InventoryManage},
	"Mutation.importServers": {needs: access.InventoryManage}, "Mutation.moveServers": {needs: access.InventoryManage},
	"Mutation.updateServer": {needs: access.InventoryManage}, "Mutation.labelServers": {needs: access.InventoryManage},
	"Mutation.changeServers": {needs: access.ServerClaim},
	"Mutation.grantAccess":   {needs: access.InventoryManage}, "Mutation.revokeAccess": {needs: access.InventoryManage},
	"Mutation.createNetwork": {needs: access.InventoryManage}, "Mutation.updateNetwork": {needs: access.InventoryManage},
	"Mutation.deleteNetwork": {needs: access.InventoryManage}, "Mutation.reserveAddresses": {needs: access.InventoryManage},
	"Mutation.claimServer": {needs: access.ServerClaim}, "Mutation.claimAddress": {needs: access.ServerClaim},
	"Mutation.releaseClaim": {needs: access.ServerClaim}, "Mutation.extendClaim": {needs: access.ServerClaim},
	"Mutation.reportState": {needs: access.StateReport}, "Mutation.reportStates": {needs: access.StateReport},

	"Subscription.events": {access.ProjectRead, "Project"}, "Subscription.runChanged": {access.ProjectRead, "Run"},
	"Subscription.runLog": {access.ProjectRead, "mark"}, "Subscription.serverChanged": {access.ProjectRead, "Server"},
	"Subscription.claimChanged": {access.ProjectRead, "Claim"}, "Subscription.healthChanged": {},
}

// readers says for each type with an id who sees the one of an estate.
var readers = map[string]func(holder) bool{
	"Project": holds(access.ProjectRead), "Resource": holds(access.ProjectRead), "Run": holds(access.ProjectRead), "RunStep": holds(access.ProjectRead),
	"RunPlan": holds(access.ProjectRead), "Approval": holds(access.ProjectRead), "Event": holds(access.ProjectRead), "Freeze": holds(access.ProjectRead),
	"StateVersion": holds(access.StateRead), "Membership": holds(access.MemberRead), "member": holds(access.MemberRead), "ApiToken": holds(access.UserManage),
	"Worker": holds(access.WorkerManage), "Library": holds(""), "Template": holds(""), "Role": holds(""), "Organization": holds(""),
	"Server": holds(access.ProjectRead), "Address": holds(access.ProjectRead), "Network": holds(access.ProjectRead), "Claim": holds(access.ProjectRead),
	"Check": holds(access.ProjectRead), "StateReport": holds(access.ProjectRead), "SecureAccess": holds(access.ProjectRead),
	"PurchaseOrder": holds(access.ProjectRead), "OrderLine": holds(access.ProjectRead),
	"HostingProvider": holds(""), "ImportSession": holds(access.InventoryRead),
	// Somebody who is in no project: who may bring people into one has to find them, and auditors look at everybody.
	"User": func(h holder) bool {
		return h.may.Has(access.MemberManage) || h.everywhere && h.may.Has(access.MemberRead)
	},
}

// holds tells whether somebody has a permission; everybody has that of no name.
func holds(needs access.Permission) func(holder) bool {
	return func(h holder) bool { return needs == "" || h.may.Has(needs) }
}

func TestEveryFieldOfTheRootHasARule(t *testing.T) {
	t.Parallel()
	s, there := newShape(), map[string]bool{}
	for _, root := range []*ast.Definition{s.Query, s.Mutation, s.Subscription} {
		for name := range s.roots(root) {
			there[name] = true
			require.Contains(t, rules, name, "say in rules who may use it")
		}
	}
	for name := range rules {
		require.Contains(t, there, name, "it is gone")
	}
	for _, name := range s.nodeTypes() {
		require.Contains(t, readers, name, "say in readers who sees one")
	}
}

// TestEveryModelHasAPolicy asks every model of the database in nobody's name.
func TestEveryModelHasAPolicy(t *testing.T) {
	t.Parallel()
	db := databasetest.SQLite(t)
	client, ctx := reflect.ValueOf(db.Client(context.Background())).Elem(), context.Background()
	models := 0
	for i := range client.NumField() {
		query := client.Field(i).MethodByName("Query")
		if !client.Type().Field(i).IsExported() || !query.IsValid() {
			continue
		}
		models++
		name := client.Type().Field(i).Name
		results := query.Call(nil)[0].MethodByName("Count").Call([]reflect.Value{reflect.ValueOf(ctx)})
		err, _ := results[1].Interface().(error)
		require.ErrorIs(t, err, privacy.Deny, "%s can be read by nobody", name)
		err = write(ctx, client.Field(i))
		require.ErrorIs(t, err, privacy.Deny, "%s can be written by nobody", name)
	}
	require.Greater(t, models, 20)
}

// write deletes all rows of a model.
func write(ctx context.Context, model reflect.Value) error {
	deletion := model.MethodByName("Delete").Call(nil)[0]
	results := deletion.MethodByName("Exec").Call([]reflect.Value{reflect.ValueOf(ctx)})
	err, _ := results[1].Interface().(error)
	return err
}
