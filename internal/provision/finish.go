package provision

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/ent/runstep"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/runner"
	"github.com/arpent/arpent/internal/worker"
)

// Finish ends an attempt with its result. Repeated after it succeeded, it finds the lease gone.
func (b backend) Finish(ctx context.Context, lease worker.Lease, result runner.Result) error {
	ctx = asEngine(ctx)
	if err := b.beforehand(ctx, lease, result); err != nil {
		return err
	}
	err := b.store.Tx(ctx, func(ctx context.Context) error {
		r, err := b.hold(ctx, lease) // whoever cancels it now comes before or after, not in between
		if err != nil {
			return err
		}
		return b.conclude(ctx, r, result)
	})
	if err != nil {
		return lostOr(err)
	}
	b.compactLater(lease.RunID)
	return nil
}

// beforehand does what an end needs outside the database, and must not wait for in a transaction.
func (b backend) beforehand(ctx context.Context, lease worker.Lease, result runner.Result) error {
	if len(result.State) == 0 && !unchanged(result) {
		return nil
	}
	r, err := b.held(ctx, lease)
	if err != nil {
		return err
	}
	if len(result.State) > 0 {
		// The engine could not store its last state itself; without it, what it made would be forgotten.
		if err := b.world.KeepState(ctx, r.ID, lease.Number, result.State); err != nil {
			return lostOr(err)
		}
	}
	if settles(r, result) {
		// Nothing will be applied, so the folder's new content is merged now, before the project is let go.
		_, err = b.world.Merge(ctx, r)
	}
	return err
}

// unchanged tells whether the tool found nothing to do.
func unchanged(result runner.Result) bool { return result.Outcome == runner.Done && !result.Changed }

// settles tells whether a plan ends its run with success although it was meant to change something.
func settles(r *ent.Run, result runner.Result) bool {
	return r.Phase == run.PhasePLAN && r.Kind != run.KindDRIFT && r.Kind != run.KindPLAN &&
		unchanged(result) && r.Status == run.StatusRUNNING
}

func lostOr(err error) error {
	if isMoved(err) {
		return worker.ErrLeaseLost
	}
	return database.Fault(err)
}

func (l *Life) conclude(ctx context.Context, r *ent.Run, result runner.Result) error {
	if err := l.world.EndSteps(ctx, r, stepStatus(result.Outcome), l.now()); err != nil {
		return err
	}
	if result.Outcome == runner.Stale && r.Status == run.StatusCANCELING {
		result.Outcome = runner.Canceled // it did not begin, and is not to
	}
	switch result.Outcome {
	case runner.Failed:
		return l.fail(ctx, r, result)
	case runner.Canceled:
		return l.concludeCanceled(ctx, r, result)
	case runner.Stale:
		_, err := l.move(ctx, r, planQueued, Patch{Lease: 1})
		return err
	}
	if r.Phase == run.PhaseAPPLY {
		return l.concludeApply(ctx, r, result)
	}
	return l.concludePlan(ctx, r, result)
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
func (l *Life) fail(ctx context.Context, r *ent.Run, result runner.Result) error {
	reason := fault.New(fault.Invalid, fault.Text{EN: "The tool reported an error.", FR: "L’outil a signalé une erreur."})
	if result.Reason != nil {
		reason = fault.New(fault.Invalid, fault.Text{EN: "%[1]s", FR: "%[2]s"}, result.Reason.EN, result.Reason.FR)
	}
	if err := l.world.Failed(ctx, r, result); err != nil {
		return err
	}
	_, err := l.end(ctx, r, ended(run.StatusFAILED, r.Phase), reason, described(result))
	return err
}

func (l *Life) concludeCanceled(ctx context.Context, r *ent.Run, result runner.Result) error {
	if r.Status != run.StatusCANCELING {
		// The worker stopped for reasons of its own: the run goes on elsewhere.
		_, err := l.move(ctx, r, planQueued, Patch{Lease: 1})
		return err
	}
	_, err := l.end(ctx, r, ended(run.StatusCANCELED, r.Phase), errCanceled(cancelerOf(r)), described(result))
	return err
}

// concludeApply ends a run whose changes are applied: everything in the project's folder is as it should be now.
func (l *Life) concludeApply(ctx context.Context, r *ent.Run, result runner.Result) error {
	if err := l.world.Applied(ctx, r, result); err != nil {
		return err
	}
	patch := described(result)
	patch.Failure = Clear[fault.Text]()
	if _, err := l.move(ctx, r, applySucceeded, patch); err != nil {
		return err
	}
	return l.world.DropPlan(ctx, r.ID)
}

// concludePlan saves the plan and decides what follows: the end, the approval, or the apply.
func (l *Life) concludePlan(ctx context.Context, r *ent.Run, result runner.Result) error {
	if r.Status == run.StatusCANCELING {
		return l.concludeCanceled(ctx, r, result)
	}
	if result.Summary == nil {
		return fmt.Errorf("the plan of run %s has no summary", r.ID)
	}
	if err := l.world.SavePlan(ctx, r, result); err != nil {
		return err
	}
	switch {
	case r.Kind == run.KindDRIFT:
		return l.concludeDrift(ctx, r, result)
	case !result.Changed || r.Kind == run.KindPLAN:
		return l.concludeUnchanged(ctx, r, result)
	}
	return l.concludeChanges(ctx, r, result)
}

func (l *Life) concludeDrift(ctx context.Context, r *ent.Run, result runner.Result) error {
	if err := l.world.Drifted(ctx, r, result); err != nil {
		return err
	}
	patch := described(result)
	patch.PlannedAt = Set(l.now())
	_, err := l.move(ctx, r, planSucceeded, patch)
	return err
}

// concludeUnchanged ends a run that had nothing to change, or was only to look.
func (l *Life) concludeUnchanged(ctx context.Context, r *ent.Run, result runner.Result) error {
	if r.Kind != run.KindPLAN {
		if err := l.world.Unchanged(ctx, r); err != nil {
			return err
		}
	}
	patch := described(result)
	patch.PlannedAt, patch.Failure = Set(l.now()), Clear[fault.Text]()
	if _, err := l.move(ctx, r, planSucceeded, patch); err != nil {
		return err
	}
	return l.world.DropPlan(ctx, r.ID)
}

// concludeChanges lets a plan go on that nobody is asked about or that is approved already; others wait.
func (l *Life) concludeChanges(ctx context.Context, r *ent.Run, result runner.Result) error {
	p, err := PolicyOf(r)
	if err != nil {
		return err
	}
	patch, digest := described(result), result.Summary.Digest
	patch.Digest, patch.PlannedAt = Set(digest), Set(l.now())
	switch {
	case !asks(p, result.Summary.Destroy):
		patch.ApprovedDigest, patch.ApprovedBy, patch.ApprovedAt = Set(digest), Set("auto"), Set(l.now())
		_, err = l.move(ctx, r, applyQueued, patch)
	case r.ApprovedDigest != nil && *r.ApprovedDigest == digest:
		_, err = l.move(ctx, r, applyQueued, patch)
	default:
		err = l.await(ctx, r, p, patch)
	}
	return err
}

func (l *Life) await(ctx context.Context, r *ent.Run, p Policy, patch Patch) error {
	if err := l.world.Waits(ctx, r); err != nil {
		return err
	}
	patch.ApprovedDigest, patch.ApprovedBy, patch.ApprovedAt = Clear[string](), Clear[string](), Clear[time.Time]()
	patch.ApprovalExpiresAt = setOrClear(expiry(p, l.now()))
	_, err := l.move(ctx, r, awaiting, patch)
	return err
}

// described is what the tool said.
func described(result runner.Result) Patch {
	patch := Patch{Diagnostics: Clear[json.RawMessage]()}
	if len(result.Diagnostics) > 0 {
		patch.Diagnostics = Set(toJSON(result.Diagnostics))
	}
	if result.Tool != "" {
		patch.Tool = Set(result.Tool)
	}
	return patch
}
