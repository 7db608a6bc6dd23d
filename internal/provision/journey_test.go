package provision_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent/resource"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/ent/runstep"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/gitops"
	"github.com/arpent/arpent/internal/provision"
	"github.com/arpent/arpent/internal/runner"
	"github.com/arpent/arpent/internal/worker"
)

func TestARequestBecomesReadyWithItsOutputs(t *testing.T) {
	each(t, func(h *house) {
		t := h.t
		alice := h.person("alice", access.RoleContributor)
		made, started := h.request(alice, "site", "blog", `{"title":"Hello","token":"s3cr3t-value"}`)
		require.Equal(t, resource.StatusREQUESTED, made.Status)

		plan := h.claim()
		require.Equal(t, started.ID, plan.Lease.RunID)
		require.Equal(t, runner.Plan, plan.Task.Mode)
		require.Contains(t, plan.Task.Masks, "s3cr3t-value")
		for name, content := range unpacked(t, plan.Task.Files) {
			require.NotContains(t, content, "s3cr3t-value", name)
		}
		require.Equal(t, resource.StatusIN_PROGRESS, h.resource(made.ID).Status)
		h.finish(plan, planned(true, "d1"))

		apply := h.claim()
		require.Equal(t, runner.Apply, apply.Task.Mode)
		require.Equal(t, "plan d1", string(apply.Task.Plan))
		require.Greater(t, apply.Lease.Number, plan.Lease.Number)
		h.finish(apply, appliedWith(map[string]runner.Output{
			"blog_url": {Value: json.RawMessage(`"http://blog"`)},
			"blog_key": {Value: json.RawMessage(`"s3cr3t-value"`), Sensitive: true},
			"project":  {Value: json.RawMessage(`"x"`)},
		}))
		require.Equal(t, run.StatusSUCCEEDED, h.run(started.ID).Status)
		after := h.resource(made.ID)
		require.Equal(t, resource.StatusREADY, after.Status)
		outputs, err := provision.Outputs(after)
		require.NoError(t, err)
		require.Equal(t, []provision.OutputOf{{Name: "key", Sensitive: true}, {Name: "url", Value: json.RawMessage(`"http://blog"`)}}, outputs)

		_, err = h.RevealOutput(alice, made.ID, "key")
		require.True(t, fault.Is(err, fault.Denied), "%v", err)
		value, err := h.RevealOutput(h.person("eve", access.RoleEditor), made.ID, "key")
		require.NoError(t, err)
		require.JSONEq(t, `"s3cr3t-value"`, string(value))
	})
}

func TestPeopleApproveWhatThePolicyAsksFor(t *testing.T) {
	each(t, func(h *house) {
		t := h.t
		alice, bob, carol := h.person("alice", access.RoleAdmin), h.person("bob", access.RoleEditor), h.person("carol", access.RoleEditor)
		made, started := h.request(alice, "guarded", "vault", `{}`)
		h.finish(h.claim(), planned(true, "d1"))
		require.Equal(t, run.StatusAWAITING_APPROVAL, h.run(started.ID).Status)
		require.Equal(t, resource.StatusPENDING_APPROVAL, h.resource(made.ID).Status)
		h.idle()

		_, err := h.Approve(alice, started.ID, "")
		require.True(t, fault.Is(err, fault.Denied), "the requester may not: %v", err)
		_, err = h.Approve(h.person("dan", access.RoleContributor), started.ID, "")
		require.True(t, fault.Is(err, fault.Denied), "%v", err)
		_, err = h.ApprovePlan(bob, started.ID, "another plan", "fine")
		require.Equal(t, fault.Conflict, fault.CodeOf(err), "what he looked at is not what is planned now")
		half, err := h.ApprovePlan(bob, started.ID, provision.DigestOf(h.run(started.ID)), "fine")
		require.NoError(t, err)
		require.Equal(t, run.StatusAWAITING_APPROVAL, half.Status)
		_, err = h.Approve(bob, started.ID, "again")
		require.True(t, fault.Is(err, fault.Conflict), "%v", err)
		h.idle()
		whole, err := h.Approve(carol, started.ID, "")
		require.NoError(t, err)
		require.Equal(t, run.StatusQUEUED, whole.Status)
		require.Equal(t, "bob, carol", *whole.ApprovedBy)
		require.Equal(t, runner.Apply, h.claim().Task.Mode)
	})
}

func TestARejectedRequestChangesNothing(t *testing.T) {
	each(t, func(h *house) {
		t := h.t
		made, started := h.request(h.person("alice", access.RoleContributor), "guarded", "vault", `{}`)
		h.finish(h.claim(), planned(true, "d1"))
		ended, err := h.Reject(h.person("bob", access.RoleEditor), started.ID, "too dear")
		require.NoError(t, err)
		require.Equal(t, run.StatusREJECTED, ended.Status)
		require.Equal(t, resource.StatusERROR, h.resource(made.ID).Status)
		h.idle()
	})
}

func TestOneRunAtATimeChangesAProject(t *testing.T) {
	each(t, func(h *house) {
		t := h.t
		alice := h.person("alice", access.RoleEditor)
		_, first := h.request(alice, "site", "one", `{"title":"1"}`)
		_, second := h.request(alice, "site", "two", `{"title":"2"}`)
		held := h.claim()
		require.Equal(t, first.ID, held.Lease.RunID)
		h.blocked(second.ID, "Create one")
		h.finish(held, planned(true, "d1"))
		apply := h.claim()
		require.Equal(t, first.ID, apply.Lease.RunID, "what is approved goes before new plans")
		h.finish(apply, appliedWith(nil))
		next := h.claim()
		require.Equal(t, second.ID, next.Lease.RunID)
		require.Nil(t, h.run(second.ID).BlockedReason)
	})
}

func TestAnAttemptThatLostItsLeaseChangesNothing(t *testing.T) {
	each(t, func(h *house) {
		t := h.t
		made, started := h.request(h.person("alice", access.RoleContributor), "site", "blog", `{"title":"x"}`)
		dead := h.claim()
		require.NoError(t, h.Backend().Log(context.Background(), dead.Lease, dead.LogOffset, []byte("dead\n")))
		h.db.Client(system()).Run.UpdateOneID(started.ID).SetLeaseExpiresAt(time.Now().Add(-time.Second)).ExecX(system())
		alive := h.claim() // the sweep takes the run back once the lease has expired
		require.Equal(t, started.ID, alive.Lease.RunID)
		require.Greater(t, alive.Lease.Number, dead.Lease.Number)

		ctx := context.Background()
		_, err := h.Backend().Renew(ctx, dead.Lease)
		require.ErrorIs(t, err, worker.ErrLeaseLost)
		require.ErrorIs(t, h.Backend().Log(ctx, dead.Lease, alive.LogOffset, []byte("late")), worker.ErrLeaseLost)
		require.ErrorIs(t, h.Backend().Step(ctx, dead.Lease, runner.Step{Name: "plan", Status: runner.StepDone}), worker.ErrLeaseLost)
		require.ErrorIs(t, h.Backend().Finish(ctx, dead.Lease, worker.Rest{Offset: alive.LogOffset, Log: []byte("late")}, planned(true, "late")), worker.ErrLeaseLost)
		forged := alive.Lease
		forged.Number++
		_, err = h.Backend().Renew(ctx, forged)
		require.ErrorIs(t, err, worker.ErrLeaseLost)

		h.finish(alive, planned(true, "d"))
		h.finish(h.claim(), appliedWith(nil))
		require.Equal(t, resource.StatusREADY, h.resource(made.ID).Status)
		piece, err := h.ReadLog(system(), started.ID, 0, 1000)
		require.NoError(t, err)
		require.Equal(t, "dead\n", piece.Text)
	})
}

func TestCancel(t *testing.T) {
	each(t, func(h *house) {
		t := h.t
		alice := h.person("alice", access.RoleEditor)
		_, queued := h.request(alice, "site", "one", `{"title":"1"}`)
		ended, err := h.Cancel(alice, queued.ID)
		require.NoError(t, err)
		require.Equal(t, run.StatusCANCELED, ended.Status)
		h.idle()

		_, started := h.request(alice, "site", "two", `{"title":"2"}`)
		held := h.claim()
		told := make(chan bool, 1)
		go func() {
			cancel, _ := h.Backend().Watch(context.Background(), held.Lease, 20*time.Second)
			told <- cancel
		}()
		canceling, err := h.Cancel(alice, started.ID)
		require.NoError(t, err)
		require.Equal(t, run.StatusCANCELING, canceling.Status)
		require.True(t, <-told)
		h.finish(held, runner.Result{Outcome: runner.Canceled})
		require.Equal(t, run.StatusCANCELED, h.run(started.ID).Status)
		_, err = h.Cancel(alice, started.ID)
		require.True(t, fault.Is(err, fault.Conflict), "%v", err)

		_, stale := h.request(alice, "site", "three", `{"title":"3"}`)
		h.finish(h.claim(), planned(true, "d"))
		apply := h.claim()
		_, err = h.Cancel(alice, stale.ID)
		require.NoError(t, err)
		h.finish(apply, runner.Result{Outcome: runner.Stale})
		require.Equal(t, run.StatusCANCELED, h.run(stale.ID).Status)

		again, err := h.Retry(alice, started.ID)
		require.NoError(t, err)
		require.Equal(t, again.ID, h.claim().Lease.RunID)
	})
}

func TestDeleting(t *testing.T) {
	each(t, func(h *house) {
		t := h.t
		alice := h.person("alice", access.RoleEditor)
		never, started := h.request(alice, "site", "never", `{"title":"1"}`)
		h.finish(h.claim(), runner.Result{Outcome: runner.Failed, Diagnostics: []runner.Diagnostic{{Severity: "error", Summary: "no"}}})
		require.Equal(t, run.StatusFAILED, h.run(started.ID).Status)
		require.Equal(t, resource.StatusERROR, h.resource(never.ID).Status)
		gone, none, err := h.DeleteResource(alice, never.ID)
		require.NoError(t, err)
		require.Nil(t, none)
		require.Equal(t, resource.StatusDELETED, gone.Status)

		made, _ := h.request(alice, "site", "never", `{"title":"the name is free again"}`)
		h.finish(h.claim(), planned(true, "d1"))
		h.finish(h.claim(), appliedWith(nil))
		_, destroy, err := h.DeleteResource(alice, made.ID)
		require.NoError(t, err)
		require.Equal(t, run.KindDESTROY, destroy.Kind)
		_, _, err = h.UpdateResource(alice, made.ID, json.RawMessage(`{"title":"no"}`))
		require.True(t, fault.Is(err, fault.Conflict), "%v", err)
		h.finish(h.claim(), planned(true, "d2"))
		h.finish(h.claim(), appliedWith(nil))
		require.Equal(t, resource.StatusDELETED, h.resource(made.ID).Status)
	})
}

// Another resource's run tells nothing new of a resource, unless its outputs become others: even a secret one.
func TestAResourceChangesOnlyWhenSomethingOfItDoes(t *testing.T) {
	each(t, func(h *house) {
		t := h.t
		alice := h.person("alice", access.RoleEditor)
		secret := func(value string) map[string]runner.Output {
			return map[string]runner.Output{"blog_key": {Value: json.RawMessage(`"` + value + `"`), Sensitive: true}}
		}
		blog, _ := h.request(alice, "site", "blog", `{"title":"1"}`)
		h.finish(h.claim(), planned(true, "d1"))
		h.finish(h.claim(), appliedWith(secret("a")))
		before := h.resource(blog.ID)

		h.request(alice, "site", "other", `{"title":"2"}`)
		h.finish(h.claim(), planned(true, "d2"))
		h.finish(h.claim(), appliedWith(secret("a")))
		require.Equal(t, before.UpdatedAt, h.resource(blog.ID).UpdatedAt)

		h.request(alice, "site", "third", `{"title":"3"}`)
		h.finish(h.claim(), planned(true, "d3"))
		h.finish(h.claim(), appliedWith(secret("b")))
		require.True(t, h.resource(blog.ID).UpdatedAt.After(before.UpdatedAt))
		value, err := h.RevealOutput(alice, blog.ID, "key")
		require.NoError(t, err)
		require.JSONEq(t, `"b"`, string(value))
	})
}

func TestAChangeThatIsRejectedLeavesTheResourceAsItWas(t *testing.T) {
	each(t, func(h *house) {
		t := h.t
		alice := h.person("alice", access.RoleEditor)
		made, _ := h.request(alice, "site", "blog", `{"title":"before"}`)
		h.finish(h.claim(), planned(true, "d1"))
		h.finish(h.claim(), appliedWith(nil))
		_, update, err := h.UpdateResource(alice, made.ID, json.RawMessage(`{"title":"after"}`))
		require.NoError(t, err)
		changes, err := provision.InputChanges(update)
		require.NoError(t, err)
		require.Equal(t, []provision.InputChange{{Name: "title", Before: json.RawMessage(`"before"`), After: json.RawMessage(`"after"`)}}, changes)
		_, err = h.Cancel(alice, update.ID)
		require.NoError(t, err)
		after := h.resource(made.ID)
		require.Equal(t, resource.StatusREADY, after.Status)
		require.JSONEq(t, `{"title":"before"}`, string(after.Inputs))
	})
}

func TestAnApprovedPlanIsMadeAgainWhenTheStateHasMoved(t *testing.T) {
	each(t, func(h *house) {
		t := h.t
		alice, bob, carol := h.person("alice", access.RoleEditor), h.person("bob", access.RoleEditor), h.person("carol", access.RoleEditor)
		_, started := h.request(alice, "guarded", "vault", `{}`)
		h.finish(h.claim(), planned(true, "same"))
		approve := func() {
			for _, who := range []context.Context{bob, carol} {
				_, err := h.Approve(who, started.ID, "")
				require.NoError(t, err)
			}
		}
		approve()
		h.stateMoves()
		again := h.claim()
		require.Equal(t, runner.Plan, again.Task.Mode)
		h.finish(again, planned(true, "same"))
		apply := h.claim()
		require.Equal(t, runner.Apply, apply.Task.Mode, "the same changes go on")

		h.finish(apply, runner.Result{Outcome: runner.Stale})
		replanned := h.claim()
		require.Equal(t, runner.Plan, replanned.Task.Mode)
		h.finish(replanned, planned(true, "other"))
		require.Equal(t, run.StatusAWAITING_APPROVAL, h.run(started.ID).Status, "other changes are asked about again")
		approve()
		require.Equal(t, runner.Apply, h.claim().Task.Mode)
	})
}

// stateMoves writes a version of the project's state behind the engine's back.
func (h *house) stateMoves() {
	h.db.Client(system()).StateVersion.Create().SetProjectID(h.project.ID).SetVersion(1).SetSerial(1).
		SetLineage("l").SetSha256("s").SetSize(1).SaveX(system())
}

func TestAFreezeHoldsBackWhatIsApproved(t *testing.T) {
	each(t, func(h *house) {
		t := h.t
		_, started := h.request(h.person("alice", access.RoleEditor), "site", "blog", `{"title":"1"}`)
		freeze := h.db.Client(system()).Freeze.Create().SetReason("Audit").SetCreatedBy("ops").
			SetStartsAt(time.Now().Add(-time.Minute)).SetEndsAt(time.Now().Add(time.Hour)).SaveX(system())
		h.finish(h.claim(), planned(true, "d1"))
		h.blocked(started.ID, "Audit")
		freeze.Update().SetLiftedAt(time.Now()).SaveX(system())
		require.Equal(t, runner.Apply, h.claim().Task.Mode)
	})
}

func TestARunWaitsForAWorkerWithItsLabels(t *testing.T) {
	each(t, func(h *house) {
		t := h.t
		admin := h.person("alice", access.RoleAdmin)
		_, err := h.UpdateProject(admin, h.project.ID, provision.ProjectUpdate{WorkerLabels: []string{"dmz"}})
		require.NoError(t, err)
		_, started := h.request(admin, "site", "blog", `{"title":"1"}`)
		h.blocked(started.ID, "dmz")
		got, err := h.Backend().Claim(context.Background(), worker.Claim{Worker: "w3", Labels: []string{"dmz"}, Wait: 30 * time.Second})
		require.NoError(t, err)
		require.NotNil(t, got)
	})
}

func TestWhatIsWrongIsSaidBeforeAnyRun(t *testing.T) {
	each(t, func(h *house) {
		t := h.t
		alice := h.person("alice", access.RoleEditor)
		h.request(alice, "site", "taken", `{"title":"1"}`)
		h.request(alice, "shared", "once", `{}`)
		before := h.db.Client(system()).Run.Query().Where(run.ProjectID(h.project.ID)).CountX(system())
		for name, c := range map[string]struct {
			request provision.ResourceRequest
			field   string
		}{
			"name":     {provision.ResourceRequest{Template: "site", Name: "Bad Name", Inputs: json.RawMessage(`{"title":"1"}`)}, "name"},
			"taken":    {provision.ResourceRequest{Template: "site", Name: "taken", Inputs: json.RawMessage(`{"title":"1"}`)}, "name"},
			"missing":  {provision.ResourceRequest{Template: "site", Name: "x", Inputs: json.RawMessage(`{}`)}, "inputs"},
			"type":     {provision.ResourceRequest{Template: "site", Name: "x", Inputs: json.RawMessage(`{"title":[1]}`)}, "inputs"},
			"unknown":  {provision.ResourceRequest{Template: "site", Name: "x", Inputs: json.RawMessage(`{"title":"1","y":2}`)}, "inputs"},
			"array":    {provision.ResourceRequest{Template: "site", Name: "x", Inputs: json.RawMessage(`[]`)}, "inputs"},
			"template": {provision.ResourceRequest{Template: "nowhere", Name: "x"}, "template"},
			"second":   {provision.ResourceRequest{Template: "shared", Name: "twice", Inputs: json.RawMessage(`{}`)}, "template"},
			"project":  {provision.ResourceRequest{ProjectID: "prj_none", Template: "site", Name: "x"}, "projectId"},
		} {
			if c.request.ProjectID == "" {
				c.request.ProjectID = h.project.ID
			}
			_, _, err := h.RequestResource(alice, c.request)
			list, ok := fault.AsList(err)
			require.True(t, ok, "%s: %v", name, err)
			require.Equal(t, c.field, list[0].Field()[0], "%s: %v", name, err)
			require.NotEmpty(t, list[0].Message("fr"))
		}
		require.Equal(t, before, h.db.Client(system()).Run.Query().Where(run.ProjectID(h.project.ID)).CountX(system()))
		_, _, err := h.RequestResource(h.person("guest", access.RoleGuest), provision.ResourceRequest{ProjectID: h.project.ID, Template: "site", Name: "x"})
		require.True(t, fault.Is(err, fault.Denied), "%v", err)
	})
}

func TestAResourceBeforeTheBaseIsRefused(t *testing.T) {
	each(t, func(h *house) {
		t := h.t
		fresh, base, err := h.CreateProject(system(), provision.ProjectInput{Acronym: "NEW", Name: "New"})
		require.NoError(t, err)
		request := provision.ResourceRequest{ProjectID: fresh.ID, Template: "site", Name: "x", Inputs: json.RawMessage(`{"title":"1"}`)}
		_, _, err = h.RequestResource(system(), request)
		require.True(t, fault.Is(err, fault.Conflict), "%v", err)
		h.finish(h.claim(), runner.Result{Outcome: runner.Failed})
		_, _, err = h.RequestResource(system(), request)
		require.True(t, fault.Is(err, fault.Conflict), "%v", err)
		_, err = h.Retry(system(), base.ID)
		require.NoError(t, err)
		h.finish(h.claim(), planned(false, "d"))
		_, _, err = h.RequestResource(system(), request)
		require.NoError(t, err)
		for _, bad := range []string{"", "a", "web", "W-B", "TOOLONGACRONYM", "WEB"} {
			_, _, err := h.CreateProject(system(), provision.ProjectInput{Acronym: bad, Name: "x"})
			require.Error(t, err, bad)
		}
	})
}

func TestALogIsTheSameBytesLiveInPiecesAndLater(t *testing.T) {
	each(t, func(h *house) {
		t := h.t
		_, started := h.request(h.person("alice", access.RoleEditor), "site", "blog", `{"title":"1"}`)
		held, ctx := h.claim(), context.Background()
		live, err := h.FollowLog(system(), started.ID, 0)
		require.NoError(t, err)
		var want strings.Builder
		for i := range 300 {
			piece := strings.Repeat("é", i%7) + "line\n"
			require.NoError(t, h.Backend().Log(ctx, held.Lease, int64(want.Len()), []byte(piece)))
			if i%50 == 0 {
				require.NoError(t, h.Backend().Log(ctx, held.Lease, int64(want.Len()), []byte(piece)), "the same piece again")
			}
			want.WriteString(piece)
		}
		require.Error(t, h.Backend().Log(ctx, held.Lease, int64(want.Len())+9, []byte("gap")))
		h.finish(held, runner.Result{Outcome: runner.Failed})
		var got strings.Builder
		for piece := range live {
			require.EqualValues(t, got.Len(), piece.Offset)
			got.WriteString(piece.Text)
		}
		require.Equal(t, want.String(), got.String())
		var later strings.Builder
		for {
			piece, err := h.ReadLog(system(), started.ID, int64(later.Len()), 97)
			require.NoError(t, err)
			later.WriteString(piece.Text)
			if piece.Complete {
				break
			}
		}
		require.Equal(t, want.String(), later.String())
	})
}

func TestAnEndBringsTheRestOfLogAndSteps(t *testing.T) {
	each(t, func(h *house) {
		t, ctx := h.t, context.Background()
		_, started := h.request(h.person("alice", access.RoleEditor), "site", "blog", `{"title":"1"}`)
		live, err := h.FollowLog(system(), started.ID, 0)
		require.NoError(t, err)
		held, began, ended := h.claim(), time.Unix(100, 0).UTC(), time.Unix(200, 0).UTC()
		require.NoError(t, h.Backend().Log(ctx, held.Lease, 0, []byte("one\n")))
		rest := worker.Rest{Offset: 4, Log: []byte("two\n"), Steps: []runner.Step{
			{Name: "init", Status: runner.StepDone, StartedAt: began, EndedAt: &ended},
			{Name: "plan", Status: runner.StepRunning, StartedAt: began},
		}}
		require.NoError(t, h.Backend().Finish(ctx, held.Lease, rest, planned(true, "d")))
		steps := h.run(started.ID).QuerySteps().Order(runstep.ByName()).AllX(system())
		require.Len(t, steps, 2)
		require.True(t, ended.Equal(*steps[0].EndedAt), "what the worker said of a step")
		require.Equal(t, runstep.StatusDONE, steps[1].Status, "what nobody closed is closed with the attempt")

		held = h.claim()
		require.EqualValues(t, 8, held.LogOffset)
		require.NoError(t, h.Backend().Log(ctx, held.Lease, 8, []byte("three\n")))
		again := worker.Rest{Offset: 8, Log: []byte("three\n")}
		require.NoError(t, h.Backend().Finish(ctx, held.Lease, again, runner.Result{Outcome: runner.Stale}))
		h.finish(h.claim(), planned(true, "d"))
		gap := worker.Rest{Offset: 99, Log: []byte("gap\n")}
		require.NoError(t, h.Backend().Finish(ctx, h.claim().Lease, gap, appliedWith(nil)), "a run ends, whatever its log says")
		require.Equal(t, run.StatusSUCCEEDED, h.run(started.ID).Status)
		var got strings.Builder
		for piece := range live {
			got.WriteString(piece.Text)
		}
		require.Equal(t, "one\ntwo\nthree\n", got.String())
	})
}

// Who changes the folder by hand while a run finds nothing to do has it look again, and not wait for ever.
func TestARunWithNothingToDoPlansAgainWhenTheFolderHasMoved(t *testing.T) {
	each(t, func(h *house) {
		t, ctx, hand := h.t, context.Background(), gitops.Author{Name: "Hand", Email: "hand@example.org"}
		_, started := h.request(h.person("alice", access.RoleEditor), "site", "blog", `{"title":"1"}`)
		held := h.claim()
		commit, err := h.Gitops.Commit(ctx, gitops.Commit{
			Branch: "hand", Acronym: "WEB", Files: map[string][]byte{"main.tf": []byte("# by hand")}, Author: hand, Message: "by hand",
		})
		require.NoError(t, err)
		_, err = h.Gitops.Merge(ctx, gitops.Merge{Branch: commit, Acronym: "WEB", Author: hand, Message: "by hand"})
		require.NoError(t, err)
		h.finish(held, planned(false, "d"))
		again := h.claim()
		require.Equal(t, started.ID, again.Lease.RunID)
		require.Equal(t, runner.Plan, again.Task.Mode)
		h.finish(again, planned(false, "d"))
		require.Equal(t, run.StatusSUCCEEDED, h.run(started.ID).Status)
	})
}

func TestFollowersSeeEveryStateUpToTheEnd(t *testing.T) {
	each(t, func(h *house) {
		t := h.t
		_, started := h.request(h.person("alice", access.RoleEditor), "site", "blog", `{"title":"1"}`)
		follower, err := h.FollowRun(system(), started.ID)
		require.NoError(t, err)
		require.Equal(t, run.StatusQUEUED, (<-follower).Status)
		h.finish(h.claim(), planned(true, "d"))
		h.finish(h.claim(), appliedWith(nil))
		last := run.StatusQUEUED
		for r := range follower {
			last = r.Status
		}
		require.Equal(t, run.StatusSUCCEEDED, last)
		_, err = h.FollowRun(access.NewContext(context.Background(), &access.Viewer{Kind: access.User, ID: "usr_other"}), started.ID)
		require.True(t, fault.Is(err, fault.NotFound), "%v", err)
	})
}

func unpacked(t *testing.T, archive []byte) map[string]string {
	t.Helper()
	zipped, err := gzip.NewReader(bytes.NewReader(archive))
	require.NoError(t, err)
	files, reader := map[string]string{}, tar.NewReader(zipped)
	for {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		require.NoError(t, err)
		content, err := io.ReadAll(reader)
		require.NoError(t, err)
		files[header.Name] = string(content)
	}
}
