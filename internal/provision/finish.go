package provision

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/planfile"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/ent/runplan"
	"github.com/arpent/arpent/ent/runstep"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/runner"
	"github.com/arpent/arpent/internal/worker"
)

// Finish ends an attempt with its result. Repeated after it succeeded, it finds the lease gone.
func (b backend) Finish(ctx context.Context, lease worker.Lease, result runner.Result) error {
	ctx = asEngine(ctx)
	r, err := b.held(ctx, lease)
	if err != nil {
		return err
	}
	if len(result.State) > 0 {
		// The engine could not store its last state itself; without it, what it made would be forgotten.
		if _, err := b.State.Keep(ctx, r.ID, lease.Number, result.State); err != nil {
			return lostOr(err)
		}
	}
	if settles(r, result) {
		// Nothing will be applied, so the folder's new content is merged now, before the project is let go.
		if err := b.merge(ctx, r); err != nil {
			return err
		}
	}
	err = b.DB.Tx(ctx, func(ctx context.Context, _ *ent.Client) error {
		r, err := b.held(ctx, lease)
		if err != nil {
			return err
		}
		return b.conclude(ctx, r, result)
	})
	if err != nil {
		return lostOr(err)
	}
	b.compactLater(r.ID)
	return nil
}

// settles tells whether a plan ends its run with success although it was meant to change something.
func settles(r *ent.Run, result runner.Result) bool {
	return r.Phase == run.PhasePLAN && r.Kind != run.KindDRIFT && r.Kind != run.KindPLAN &&
		result.Outcome == runner.Done && !result.Changed && r.Status == run.StatusRUNNING
}

func lostOr(err error) error {
	if isMoved(err) {
		return worker.ErrLeaseLost
	}
	return database.Fault(err)
}

func (e *Engine) conclude(ctx context.Context, r *ent.Run, result runner.Result) error {
	if err := e.endSteps(ctx, r, stepStatus(result.Outcome)); err != nil {
		return err
	}
	if result.Outcome == runner.Stale && r.Status == run.StatusCANCELING {
		result.Outcome = runner.Canceled // it did not begin, and is not to
	}
	switch result.Outcome {
	case runner.Failed:
		return e.fail(ctx, r, result)
	case runner.Canceled:
		return e.concludeCanceled(ctx, r, result)
	case runner.Stale:
		_, err := e.move(ctx, r, planQueued, func(u *ent.RunUpdate) { u.AddLease(1) })
		return err
	}
	if r.Phase == run.PhaseAPPLY {
		return e.concludeApply(ctx, r, result)
	}
	return e.concludePlan(ctx, r, result)
}

func stepStatus(outcome runner.Outcome) runstep.Status {
	switch outcome {
	case runner.Failed:
		return runstep.StatusFAILED
	case runner.Canceled, runner.Stale:
		return runstep.StatusCANCELED
	}
	return runstep.StatusDONE
}

// fail ends a run whose tool failed. One that was being canceled failed because of that, as far as people care.
func (e *Engine) fail(ctx context.Context, r *ent.Run, result runner.Result) error {
	reason := fault.New(fault.Invalid, fault.Text{EN: "The tool reported an error.", FR: "L’outil a signalé une erreur."})
	if result.Reason != nil {
		reason = fault.New(fault.Invalid, fault.Text{EN: "%[1]s", FR: "%[2]s"}, result.Reason.EN, result.Reason.FR)
	}
	if err := e.afterFailure(ctx, r, result); err != nil {
		return err
	}
	_, err := e.end(ctx, r, ended(run.StatusFAILED, r.Phase), reason, func(u *ent.RunUpdate) { describe(u, result) })
	return err
}

func (e *Engine) concludeCanceled(ctx context.Context, r *ent.Run, result runner.Result) error {
	if r.Status != run.StatusCANCELING {
		// The worker stopped for reasons of its own: the run goes on elsewhere.
		_, err := e.move(ctx, r, planQueued, func(u *ent.RunUpdate) { u.AddLease(1) })
		return err
	}
	by := ""
	if r.CanceledBy != nil {
		by = *r.CanceledBy
	}
	_, err := e.end(ctx, r, ended(run.StatusCANCELED, r.Phase), errCanceled(by), func(u *ent.RunUpdate) { describe(u, result) })
	return err
}

// concludePlan saves the plan and decides what follows: the end, the approval, or the apply.
func (e *Engine) concludePlan(ctx context.Context, r *ent.Run, result runner.Result) error {
	if r.Status == run.StatusCANCELING {
		return e.concludeCanceled(ctx, r, result)
	}
	if result.Summary == nil {
		return fmt.Errorf("the plan of run %s has no summary", r.ID)
	}
	if err := e.savePlan(ctx, r, result); err != nil {
		return err
	}
	switch {
	case r.Kind == run.KindDRIFT:
		return e.concludeDrift(ctx, r, result)
	case !result.Changed || r.Kind == run.KindPLAN:
		return e.concludeUnchanged(ctx, r, result)
	}
	return e.concludeChanges(ctx, r, result)
}

// concludeChanges lets a plan go on that nobody is asked about or that is approved already; others wait.
func (e *Engine) concludeChanges(ctx context.Context, r *ent.Run, result runner.Result) error {
	p, err := PolicyOf(r)
	if err != nil {
		return err
	}
	fill := func(u *ent.RunUpdate) { describe(u, result); u.SetDigest(result.Summary.Digest).SetPlannedAt(now()) }
	switch {
	case !asks(p, result.Summary.Destroy):
		_, err = e.move(ctx, r, applyQueued, func(u *ent.RunUpdate) {
			fill(u)
			u.SetApprovedDigest(result.Summary.Digest).SetApprovedBy("auto").SetApprovedAt(now())
		})
	case r.ApprovedDigest != nil && *r.ApprovedDigest == result.Summary.Digest:
		_, err = e.move(ctx, r, applyQueued, fill)
	default:
		_, err = e.await(ctx, r, p, fill)
	}
	return err
}

func (e *Engine) await(ctx context.Context, r *ent.Run, p Policy, fill func(*ent.RunUpdate)) (*ent.Run, error) {
	if err := e.subjectWaits(ctx, r); err != nil {
		return nil, err
	}
	return e.move(ctx, r, awaiting, func(u *ent.RunUpdate) {
		fill(u)
		u.ClearApprovedDigest().ClearApprovedBy().ClearApprovedAt().SetNillableApprovalExpiresAt(expiry(p))
	})
}

func (e *Engine) savePlan(ctx context.Context, r *ent.Run, result runner.Result) error {
	client, s := e.DB.Client(ctx), result.Summary
	err := client.RunPlan.Create().SetRunID(r.ID).SetAdd(s.Add).SetChange(s.Change).SetDestroy(s.Destroy).
		SetTruncated(s.Truncated).SetChanges(list(s.Changes)).SetOutputs(list(s.Outputs)).
		OnConflictColumns(runplan.FieldRunID).Update(func(u *ent.RunPlanUpsert) {
		u.UpdateAdd().UpdateChange().UpdateDestroy().UpdateTruncated().UpdateChanges().UpdateOutputs().UpdateUpdatedAt()
	}).Exec(ctx)
	if err != nil || len(result.Plan) == 0 {
		return err
	}
	return client.PlanFile.Create().SetRunID(r.ID).SetSealed(e.Keyring.Seal(result.Plan, planContext(r.ID))).
		OnConflictColumns(planfile.FieldRunID).Update(func(u *ent.PlanFileUpsert) { u.UpdateSealed() }).Exec(ctx)
}

// list marshals changes; none are an empty list.
func list(changes []runner.Change) json.RawMessage {
	if changes == nil {
		changes = []runner.Change{}
	}
	return toJSON(changes)
}

// describe sets what the tool said.
func describe(u *ent.RunUpdate, result runner.Result) {
	if len(result.Diagnostics) > 0 {
		u.SetDiagnostics(toJSON(result.Diagnostics))
	} else {
		u.ClearDiagnostics()
	}
	if result.Tool != "" {
		u.SetTool(result.Tool)
	}
}

// end moves a run to a final state with its reason, and lets its subject know.
func (e *Engine) end(ctx context.Context, r *ent.Run, to State, reason *fault.Error, fill func(*ent.RunUpdate)) (*ent.Run, error) {
	if err := e.subjectStays(asEngine(ctx), r, to, reason); err != nil {
		return nil, err
	}
	text := reason.Text()
	final, err := e.move(ctx, r, to, func(u *ent.RunUpdate) {
		u.SetFailure(&text)
		if fill != nil {
			fill(u)
		}
	})
	if err != nil {
		return nil, err
	}
	return final, e.dropPlan(asEngine(ctx), r.ID)
}

// dropPlan forgets a saved plan that will not be applied any more: it holds secrets.
func (e *Engine) dropPlan(ctx context.Context, runID string) error {
	_, err := e.DB.Client(ctx).PlanFile.Delete().Where(planfile.RunID(runID)).Exec(ctx)
	return err
}
