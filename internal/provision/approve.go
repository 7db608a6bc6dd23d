package provision

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/approval"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
)

// maxComment bounds what somebody says to an answer, in characters.
const maxComment = 1000

// errOtherPlan refuses an answer to a plan that another one has replaced since somebody looked at it.
var errOtherPlan = fault.New(fault.Conflict, fault.Text{
	EN: "The plan has changed since you looked at it. Look at the new one.",
	FR: "Le plan a changé depuis que vous l’avez consulté. Consultez le nouveau.",
})

// Approve says yes to whatever a run plans now; ApprovePlan is for those who looked at a plan.
func (l *Life) Approve(ctx context.Context, runID, comment string) (*ent.Run, error) {
	return l.ApprovePlan(ctx, runID, "", comment)
}

// ApprovePlan says yes to the plan of a run that has this digest, to any when it is empty. It is a Conflict when the run
// has planned something else meanwhile. When enough people have said yes, the run goes on to apply exactly that plan.
func (l *Life) ApprovePlan(ctx context.Context, runID, digest, comment string) (*ent.Run, error) {
	return l.answer(ctx, runID, approval.DecisionAPPROVED, comment, func(ctx context.Context, r *ent.Run) (*ent.Run, error) {
		if digest != "" && digest != DigestOf(r) {
			return nil, errOtherPlan
		}
		given, err := l.store.Approvals(ctx, r.ID)
		if err != nil {
			return nil, err
		}
		policy, err := PolicyOf(r)
		if err != nil {
			return nil, err
		}
		names := approversOf(r, given)
		if len(names) < needed(policy) {
			return r, l.world.Journal(ctx, r, "run.approved_by_one")
		}
		return l.move(ctx, r, applyQueued, Patch{
			ApprovedBy: Set(strings.Join(names, ", ")), ApprovedAt: Set(l.now()), ApprovedDigest: Set(DigestOf(r)),
			ApprovalExpiresAt: Clear[time.Time](),
		})
	})
}

// Reject says no to a run's plan and ends the run.
func (l *Life) Reject(ctx context.Context, runID, comment string) (*ent.Run, error) {
	return l.answer(ctx, runID, approval.DecisionREJECTED, comment, func(ctx context.Context, r *ent.Run) (*ent.Run, error) {
		by := access.FromContext(ctx).Name
		return l.end(ctx, r, rejected, fault.New(fault.Denied, fault.Text{EN: "Rejected by %s.", FR: "Rejetée par %s."}, by), Patch{})
	})
}

func (l *Life) answer(ctx context.Context, runID string, decision approval.Decision, comment string, next func(context.Context, *ent.Run) (*ent.Run, error)) (*ent.Run, error) {
	if utf8.RuneCountInString(comment) > maxComment {
		return nil, fault.New(fault.Invalid, fault.Text{
			EN: "A comment has at most %d characters.", FR: "Un commentaire compte au plus %d caractères.",
		}, maxComment).At("comment")
	}
	var answered *ent.Run
	err := l.store.Tx(ctx, func(ctx context.Context) error {
		r, err := l.lockedRun(ctx, runID)
		if err != nil {
			return err
		}
		if err := l.MayApprove(ctx, r); err != nil {
			return err
		}
		viewer := access.FromContext(ctx)
		if err := l.store.AddApproval(ctx, approvalOf(r, viewer.ID, viewer.Name, decision, comment)); err != nil {
			return err
		}
		if _, err := next(ctx, r); err != nil {
			return err
		}
		answered, err = l.store.Get(asEngine(ctx), r.ID) // as it is written, with the times that the database gave it
		return err
	})
	return answered, database.Fault(err)
}

// MayApprove tells whether the viewer may answer the question that a run waits with: nil, or why not.
func (l *Life) MayApprove(ctx context.Context, r *ent.Run) error {
	policy, err := PolicyOf(r)
	if err != nil {
		return err
	}
	var roles []string
	var given []*ent.Approval
	if stateOf(r) == awaiting {
		if roles, err = l.store.RolesOf(ctx, access.FromContext(ctx).ID, *r.ProjectID); err != nil {
			return database.Fault(err)
		}
		if given, err = l.store.Approvals(ctx, r.ID); err != nil {
			return database.Fault(err)
		}
	}
	return mayAnswer(ctx, r, policy, roles, given)
}

// lockedRun reads a run that the viewer may see, and keeps others from moving it until the transaction ends, so
// that two last approvals do not each find the other missing.
func (l *Life) lockedRun(ctx context.Context, id string) (*ent.Run, error) {
	r, err := l.store.Lock(ctx, id)
	return r, at(err, "id")
}

// approversOf names those who approved a run's present plan.
func approversOf(r *ent.Run, given []*ent.Approval) (names []string) {
	for _, a := range given {
		if a.Digest == DigestOf(r) && a.Decision == approval.DecisionAPPROVED {
			names = append(names, a.By)
		}
	}
	return names
}

// approvalOf is an answer to what a run waits with.
func approvalOf(r *ent.Run, userID, by string, decision approval.Decision, comment string) *ent.Approval {
	return &ent.Approval{RunID: r.ID, UserID: userID, By: by, Decision: decision, Comment: comment, Digest: DigestOf(r)}
}
