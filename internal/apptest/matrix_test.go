package apptest_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/apptest"
	"github.com/arpent/arpent/internal/auth"
	"github.com/arpent/arpent/internal/fault"
)

// operation is a mutation that works for whoever holds a permission: each time on things made for that one call.
type operation struct {
	permission access.Permission
	field      string
	input      func(w *world, n int) map[string]any
}

func operations() []operation {
	id := func(of func(*world, int) string) func(*world, int) map[string]any {
		return func(w *world, n int) map[string]any { return map[string]any{"id": of(w, n)} }
	}
	inProject := func(w *world, _ int) map[string]any { return map[string]any{"projectId": w.project.ID} }
	resource := func(w *world, n int) *ent.Resource { return w.newResource(fmt.Sprintf("r%d", n)) }
	runIn := func(status string) func(*world, int) string {
		return func(w *world, n int) string { return w.newRun(resource(w, n), status).ID }
	}
	seat := func(w *world, n int) *ent.Membership {
		return w.join(w.project, w.newPerson(fmt.Sprintf("m%d@example.org", n)), access.RoleGuest)
	}
	return []operation{
		{access.ProjectUpdate, "updateProject", func(w *world, n int) map[string]any {
			return map[string]any{"id": w.project.ID, "name": fmt.Sprintf("%s %d", hidden, n)}
		}},
		{access.ProjectArchive, "unarchiveProject", id(func(w *world, _ int) string { return w.project.ID })},
		{access.MemberManage, "addMember", func(w *world, n int) map[string]any {
			person := w.newPerson(fmt.Sprintf("a%d@example.org", n))
			return map[string]any{"projectId": w.project.ID, "userId": person.ID, "roleId": w.roleID(access.RoleGuest)}
		}},
		{access.MemberManage, "updateMember", func(w *world, n int) map[string]any {
			return map[string]any{"id": seat(w, n).ID, "roleId": w.role.ID}
		}},
		{access.MemberManage, "removeMember", id(func(w *world, n int) string { return seat(w, n).ID })},
		{access.ResourceRequest, "requestResource", func(w *world, n int) map[string]any {
			return map[string]any{"projectId": w.project.ID, "template": w.template.ID, "name": fmt.Sprintf("q%d", n), "inputs": map[string]any{}}
		}},
		{access.ResourceDelete, "deleteResource", id(func(w *world, n int) string { return resource(w, n).ID })},
		{access.ResourceRequest, "detectDrift", inProject},
		{access.RunApprove, "approveRun", id(runIn("AWAITING_APPROVAL"))},
		{access.RunApprove, "rejectRun", id(runIn("AWAITING_APPROVAL"))},
		{access.RunCancel, "cancelRun", id(runIn("AWAITING_APPROVAL"))},
		{access.ResourceRequest, "retryRun", id(runIn("FAILED"))},
		{access.SecretReveal, "revealOutput", func(w *world, n int) map[string]any {
			return map[string]any{"resourceId": resource(w, n).ID, "name": "none"}
		}},
		{access.StateWrite, "unlockState", inProject},
		{access.StateWrite, "rollBackState", id(func(w *world, _ int) string { return w.version.ID })},
		{access.ProjectCreate, "createProject", func(_ *world, n int) map[string]any {
			return map[string]any{"acronym": fmt.Sprintf("NEW%d", n), "name": "New"}
		}},
		{access.LibraryManage, "createLibrary", func(_ *world, n int) map[string]any {
			return map[string]any{"name": fmt.Sprintf("lib %d", n), "url": "https://example.org/x.git"}
		}},
		{access.LibraryManage, "syncLibrary", id(func(w *world, _ int) string { return w.library.ID })},
		{access.UserManage, "createUser", func(_ *world, n int) map[string]any {
			return map[string]any{"email": fmt.Sprintf("u%d@example.org", n), "name": "U"}
		}},
		{access.UserManage, "updateUser", func(w *world, n int) map[string]any {
			return map[string]any{"id": w.newPerson(fmt.Sprintf("c%d@example.org", n)).ID, "name": "Renamed"}
		}},
		{access.RoleManage, "createRole", func(_ *world, n int) map[string]any {
			return map[string]any{"key": fmt.Sprintf("KEY%d", n), "title": map[string]any{"en": "T"}, "scope": "PROJECT", "permissions": []string{}}
		}},
		{access.RoleManage, "updateRole", func(w *world, _ int) map[string]any {
			return map[string]any{"id": w.role.ID, "title": map[string]any{"en": "Own"}}
		}},
		{access.RoleManage, "deleteRole", id(func(w *world, n int) string {
			made := must(w.Auth.CreateRole(w.ctx, auth.RoleInput{Key: fmt.Sprintf("DEL%d", n), Title: fault.Text{EN: "D"}, Scope: access.ScopeProject}))(w.t)
			return made.ID
		})},
		{access.FreezeManage, "createFreeze", func(_ *world, _ int) map[string]any {
			return map[string]any{"reason": hidden, "startsAt": time.Now().Add(time.Hour), "endsAt": time.Now().Add(2 * time.Hour)}
		}},
		{access.FreezeManage, "liftFreeze", id(func(w *world, _ int) string { return w.freeze.ID })},
		{access.WorkerManage, "pauseWorker", func(w *world, _ int) map[string]any {
			return map[string]any{"id": w.worker.ID, "paused": true}
		}},
	}
}

// TestEachRoleMayDoWhatItsPermissionsSay tries every built-in role on every operation.
func TestEachRoleMayDoWhatItsPermissionsSay(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, s *apptest.Server) {
		w := newWorld(t, s)
		n := 0
		for _, role := range access.BuiltInRoles() {
			client := w.holder(role)
			held := access.NewSet(role.Permissions...)
			for _, op := range operations() {
				n++
				code := w.try(client, op, n)
				if held.Has(op.permission) {
					require.NotContains(t, []string{"DENIED", "NOT_FOUND", "UNAUTHENTICATED"}, w.unless(op, code), "%s must be able to %s", role.Key, op.field)
				} else {
					require.Contains(t, []string{"DENIED", "NOT_FOUND"}, code, "%s must not be able to %s", role.Key, op.field)
				}
			}
		}
	})
}

// unless takes the code of an operation that cannot end well as a success: the world has no sensitive output, and no
// body of a state.
func (w *world) unless(op operation, code string) string {
	if (op.field == "revealOutput" || op.field == "rollBackState") && code == "NOT_FOUND" {
		return ""
	}
	return code
}

// holder is somebody with a role: on the platform, or in the project of the world.
func (w *world) holder(role access.BuiltInRole) *apptest.Client {
	w.t.Helper()
	email := "holder-" + role.Key + "@example.org"
	client := w.Person(email)
	person := must(w.Auth.InNameOf(w.ctx, email))(w.t)
	id := access.FromContext(person).ID
	if role.Scope == access.ScopePlatform {
		roleID := w.roleID(role.Key)
		_, err := w.Auth.UpdateUser(w.ctx, id, auth.UserUpdate{RoleID: &roleID})
		require.NoError(w.t, err)
		return client
	}
	w.join(w.project, w.client.User.GetX(w.ctx, id), role.Key)
	return client
}

// try calls an operation and returns the code of its refusal, empty for none.
func (w *world) try(client *apptest.Client, op operation, n int) string {
	w.t.Helper()
	mutation := schema().Mutation.Fields.ForName(op.field)
	query := fmt.Sprintf("mutation($input: %s) { %s(input: $input) { userErrors { code message } } }", mutation.Arguments[0].Type, op.field)
	answer := client.Ask(query, map[string]any{"input": op.input(w, n)})
	require.Empty(w.t, answer.Errors, op.field)
	var data map[string]struct {
		UserErrors []struct{ Code, Message string }
	}
	require.NoError(w.t, json.Unmarshal(answer.Data, &data))
	if refused := data[op.field].UserErrors; len(refused) > 0 {
		return refused[0].Code
	}
	return ""
}
