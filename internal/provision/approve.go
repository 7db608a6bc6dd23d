package provision

import (
	"context"
	"strings"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/approval"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
)

// Approve says yes to a run's plan. When enough people have, the run goes on to apply exactly that plan.
func (e *Engine) Approve(ctx context.Context, runID, comment string) (*ent.Run, error) {
	return e.answer(ctx, runID, approval.DecisionAPPROVED, comment, func(ctx context.Context, r *ent.Run) (*ent.Run, error) {
		missing, err := e.ApprovalsMissing(ctx, r)
		if err != nil {
			return nil, err
		}
		if missing > 0 {
			return r, e.journalRun(ctx, r, "run.approved_by_one")
		}
		names, err := e.approvers(ctx, r)
		if err != nil {
			return nil, err
		}
		return e.move(ctx, r, applyQueued, func(u *ent.RunUpdate) {
			u.SetApprovedBy(names).SetApprovedAt(now()).SetApprovedDigest(digestOf(r)).ClearApprovalExpiresAt()
		})
	})
}

// Reject says no to a run's plan and ends the run.
func (e *Engine) Reject(ctx context.Context, runID, comment string) (*ent.Run, error) {
	return e.answer(ctx, runID, approval.DecisionREJECTED, comment, func(ctx context.Context, r *ent.Run) (*ent.Run, error) {
		by := access.FromContext(ctx).Name
		return e.end(ctx, r, rejected, fault.New(fault.Denied, fault.Text{EN: "Rejected by %s.", FR: "Rejetée par %s."}, by), nil)
	})
}

func (e *Engine) answer(ctx context.Context, runID string, decision approval.Decision, comment string, next func(context.Context, *ent.Run) (*ent.Run, error)) (*ent.Run, error) {
	var answered *ent.Run
	err := e.DB.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
		r, err := e.lockedRun(ctx, runID)
		if err != nil {
			return err
		}
		if err := e.MayApprove(ctx, r); err != nil {
			return err
		}
		viewer := access.FromContext(ctx)
		err = client.Approval.Create().SetRunID(r.ID).SetUserID(viewer.ID).SetBy(viewer.Name).
			SetDecision(decision).SetComment(comment).SetDigest(digestOf(r)).Exec(ctx)
		if err != nil {
			return err
		}
		answered, err = next(ctx, r)
		return err
	})
	return answered, database.Fault(err)
}

// lockedRun reads a run that the viewer may see, and keeps others from moving it until the transaction ends, so
// that two last approvals do not each find the other missing.
func (e *Engine) lockedRun(ctx context.Context, id string) (*ent.Run, error) {
	query := e.DB.Client(ctx).Run.Query().Where(run.ID(id))
	if e.DB.Postgres() {
		query.ForUpdate()
	}
	r, err := query.Only(ctx)
	return r, at(err, "id")
}

func (e *Engine) approvers(ctx context.Context, r *ent.Run) (string, error) {
	rows, err := e.DB.Client(ctx).Approval.Query().Where(
		approval.RunID(r.ID), approval.Digest(digestOf(r)), approval.DecisionEQ(approval.DecisionAPPROVED),
	).Order(approval.ByID()).All(access.As(ctx, "engine"))
	if err != nil {
		return "", err
	}
	names := make([]string, len(rows))
	for i, row := range rows {
		names[i] = row.By
	}
	return strings.Join(names, ", "), nil
}
