package provision

import (
	"context"
	"encoding/json"
	"errors"
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

// Finish ends an attempt with its result and what was not told of it before, in one transaction. Repeated after it
// succeeded, it finds the lease gone.
func (b backend) Finish(ctx context.Context, lease worker.Lease, rest worker.Rest, result runner.Result) error {
	ctx = asEngine(ctx)
	result, err := b.beforehand(ctx, lease, result)
	if err != nil {
		return err
	}
	logged, err := b.told(ctx, lease, rest, result, b.held)
	if isMoved(err) { // somebody wrote the run meanwhile, who cancels it perhaps: now nobody comes in between
		logged, err = b.told(ctx, lease, rest, result, b.hold)
	}
	if err != nil {
		return lostOr(err)
	}
	if logged >= scrap {
		b.compactLater(lease.RunID)
	}
	return nil
}

// told writes the end of an attempt whose run it reads, and returns how long the log is then. It is errMoved when
// somebody else wrote the run after it was read.
func (b backend) told(ctx context.Context, lease worker.Lease, rest worker.Rest, result runner.Result, read reading) (logged int64, err error) {
	err = b.store.Tx(ctx, func(ctx context.Context) error {
		r, err := read(ctx, lease)
		if err != nil {
			return err
		}
		grown, err := b.keepRest(ctx, r, rest)
		if err != nil {
			return err
		}
		logged = r.LogSize + grown
		return b.conclude(ctx, r, ending{result, grown, rest.Steps})
	})
	return logged, err
}

// reading reads the run of a lease that lives.
type reading func(context.Context, worker.Lease) (*ent.Run, error)

// ending is a result, by how much the log grew with it, and the last words of steps.
type ending struct {
	runner.Result
	grown int64
	steps []runner.Step
}

// keepRest writes the log that was not told before the end of an attempt, and returns by how much it grew: the move that
// follows writes that, if the log still ends where it did.
func (b backend) keepRest(ctx context.Context, r *ent.Run, rest worker.Rest) (grown int64, err error) {
	size := int64(len(rest.Log))
	switch {
	case size == 0 || r.LogSize >= rest.Offset+size:
		return 0, nil // there is none, or it is there already
	case r.LogSize != rest.Offset:
		b.log.Warn("the end of a log was left out, it does not join on", "run", r.ID, "size", r.LogSize, "offset", rest.Offset)
		return 0, nil // a run must end, whatever its log says
	}
	if err := b.store.AddPiece(ctx, rawPiece(r.ID, rest.Offset, rest.Log)); err != nil {
		return 0, err
	}
	b.store.AfterCommit(ctx, func() {
		b.numbers.logBytes.Add(float64(size))
		b.bells.Logged(ctx, r.ID, rest.Offset, rest.Log)
	})
	return size, nil
}

// beforehand does what an end needs outside the database, and must not wait for in a transaction. It returns what the
// result comes to.
func (b backend) beforehand(ctx context.Context, lease worker.Lease, result runner.Result) (runner.Result, error) {
	if len(result.State) == 0 && !unchanged(result) {
		return result, nil
	}
	r, err := b.held(ctx, lease)
	if err != nil {
		return result, err
	}
	if len(result.State) > 0 {
		// The engine could not store its last state itself; without it, what it made would be forgotten.
		if err := b.world.KeepState(ctx, r.ID, lease.Number, result.State); err != nil {
			return result, lostOr(err)
		}
	}
	if settles(r, result) {
		// Nothing will be applied, so the folder's new content is merged now, before the project is let go.
		_, err = b.world.Merge(ctx, r)
	}
	if errors.Is(err, ErrFolderMoved) {
		result.Outcome, err = runner.Stale, nil // somebody changed the folder meanwhile: it plans again, from what is there now
	}
	return result, err
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

func (l *Life) conclude(ctx context.Context, r *ent.Run, end ending) error {
	if err := l.world.EndSteps(ctx, r, end.steps, stepStatus(end.Outcome), l.now()); err != nil {
		return err
	}
	if end.Outcome == runner.Stale && r.Status == run.StatusCANCELING {
		end.Outcome = runner.Canceled // it did not begin, and is not to
	}
	switch end.Outcome {
	case runner.Failed:
		return l.fail(ctx, r, end)
	case runner.Canceled:
		return l.concludeCanceled(ctx, r, end)
	case runner.Stale:
		return l.giveBack(ctx, r, end)
	}
	if r.Phase == run.PhaseAPPLY {
		return l.concludeApply(ctx, r, end)
	}
	return l.concludePlan(ctx, r, end)
}

// giveBack puts a run back into the queue, for another attempt.
func (l *Life) giveBack(ctx context.Context, r *ent.Run, end ending) error {
	_, err := l.move(ctx, r, planQueued, Patch{Lease: 1, LogSize: end.grown})
	return err
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
func (l *Life) fail(ctx context.Context, r *ent.Run, end ending) error {
	reason := fault.New(fault.Invalid, fault.Text{EN: "The tool reported an error.", FR: "L’outil a signalé une erreur."})
	if end.Reason != nil {
		reason = fault.New(fault.Invalid, fault.Text{EN: "%[1]s", FR: "%[2]s"}, end.Reason.EN, end.Reason.FR)
	}
	if err := l.world.Failed(ctx, r, end.Result); err != nil {
		return err
	}
	_, err := l.end(ctx, r, ended(run.StatusFAILED, r.Phase), reason, end.described())
	return err
}

func (l *Life) concludeCanceled(ctx context.Context, r *ent.Run, end ending) error {
	if r.Status != run.StatusCANCELING {
		return l.giveBack(ctx, r, end) // the worker stopped for reasons of its own: the run goes on elsewhere
	}
	_, err := l.end(ctx, r, ended(run.StatusCANCELED, r.Phase), errCanceled(cancelerOf(r)), end.described())
	return err
}

// concludeApply ends a run whose changes are applied: everything in the project's folder is as it should be now.
func (l *Life) concludeApply(ctx context.Context, r *ent.Run, end ending) error {
	if err := l.world.Applied(ctx, r, end.Result); err != nil {
		return err
	}
	patch := end.described()
	patch.Failure = Clear[fault.Text]()
	if _, err := l.move(ctx, r, applySucceeded, patch); err != nil {
		return err
	}
	return l.world.DropPlan(ctx, r.ID)
}

// concludePlan saves the plan and decides what follows: the end, the approval, or the apply.
func (l *Life) concludePlan(ctx context.Context, r *ent.Run, end ending) error {
	if r.Status == run.StatusCANCELING {
		return l.concludeCanceled(ctx, r, end)
	}
	if end.Summary == nil {
		return fmt.Errorf("the plan of run %s has no summary", r.ID)
	}
	if err := l.world.SavePlan(ctx, r, end.Result); err != nil {
		return err
	}
	switch {
	case r.Kind == run.KindDRIFT:
		return l.concludeDrift(ctx, r, end)
	case !end.Changed || r.Kind == run.KindPLAN:
		return l.concludeUnchanged(ctx, r, end)
	}
	return l.concludeChanges(ctx, r, end)
}

func (l *Life) concludeDrift(ctx context.Context, r *ent.Run, end ending) error {
	if err := l.world.Drifted(ctx, r, end.Result); err != nil {
		return err
	}
	patch := end.described()
	patch.PlannedAt = Set(l.now())
	_, err := l.move(ctx, r, planSucceeded, patch)
	return err
}

// concludeUnchanged ends a run that had nothing to change, or was only to look.
func (l *Life) concludeUnchanged(ctx context.Context, r *ent.Run, end ending) error {
	if r.Kind != run.KindPLAN {
		if err := l.world.Unchanged(ctx, r); err != nil {
			return err
		}
	}
	patch := end.described()
	patch.PlannedAt, patch.Failure = Set(l.now()), Clear[fault.Text]()
	if _, err := l.move(ctx, r, planSucceeded, patch); err != nil {
		return err
	}
	return l.world.DropPlan(ctx, r.ID)
}

// concludeChanges lets a plan go on that nobody is asked about or that is approved already; others wait.
func (l *Life) concludeChanges(ctx context.Context, r *ent.Run, end ending) error {
	p, err := PolicyOf(r)
	if err != nil {
		return err
	}
	patch, digest := end.described(), end.Summary.Digest
	patch.Digest, patch.PlannedAt = Set(digest), Set(l.now())
	switch {
	case !asks(p, end.Summary.Destroy):
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
func (e ending) described() Patch {
	patch := Patch{LogSize: e.grown, Diagnostics: Clear[json.RawMessage]()}
	if len(e.Diagnostics) > 0 {
		patch.Diagnostics = Set(toJSON(e.Diagnostics))
	}
	if e.Tool != "" {
		patch.Tool = Set(e.Tool)
	}
	return patch
}
