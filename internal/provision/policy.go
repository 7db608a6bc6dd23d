package provision

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/approval"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/catalog"
	"github.com/arpent/arpent/internal/fault"
)

// Policy says who approves what a run is going to change. A run keeps the one that held when it was started.
type Policy = catalog.Approval

func policyFrom(t *ent.Template) Policy {
	p := catalog.SpecOf(t).Approval
	if !p.Auto && p.Count < 1 {
		p.Count = 1
	}
	return p
}

// PolicyOf is the approval policy of a run.
func PolicyOf(r *ent.Run) (Policy, error) {
	var p Policy
	if len(r.Policy) == 0 {
		return Policy{Auto: true}, nil
	}
	if err := json.Unmarshal(r.Policy, &p); err != nil {
		return Policy{}, fmt.Errorf("policy of run %s: %w", r.ID, err)
	}
	return p, nil
}

// asks tells whether people are to be asked about a plan.
func asks(p Policy, destroy int) bool { return !p.Auto || p.OnDestroy && destroy > 0 }

// needed is how many have to approve when people are asked.
func needed(p Policy) int { return max(1, p.Count) }

func expiry(p Policy) *time.Time {
	if p.ExpiresIn <= 0 {
		return nil
	}
	at := now().Add(time.Duration(p.ExpiresIn) * time.Second)
	return &at
}

// MayApprove tells whether the viewer may answer the question that a run waits with: nil, or why not.
func (e *Engine) MayApprove(ctx context.Context, r *ent.Run) error {
	if stateOf(r) != awaiting {
		return fault.New(fault.Conflict, fault.Text{
			EN: "The run does not wait for approval.", FR: "L’exécution n’attend pas d’approbation.",
		})
	}
	if err := may(ctx, *r.ProjectID, access.RunApprove); err != nil {
		return err
	}
	p, err := PolicyOf(r)
	if err != nil {
		return err
	}
	if err := e.fits(ctx, r, p); err != nil {
		return err
	}
	return e.notTwice(ctx, r)
}

// fits tells whether the viewer is one of those that the policy asks.
func (e *Engine) fits(ctx context.Context, r *ent.Run, p Policy) error {
	viewer := access.FromContext(ctx)
	if p.NotSelf && r.RequestedByID != nil && *r.RequestedByID == viewer.ID {
		return fault.New(fault.Denied, fault.Text{
			EN: "Somebody other than the requester must approve.", FR: "L’approbation doit venir d’une autre personne que la personne demandeuse.",
		})
	}
	if len(p.Roles) == 0 {
		return nil
	}
	held, err := e.rolesOf(ctx, *r.ProjectID)
	if err != nil {
		return err
	}
	if intersects(held, append(p.Roles, access.RolePlatformAdmin)) {
		return nil
	}
	return fault.New(fault.Denied, fault.Text{
		EN: "Only these roles may approve: %v.", FR: "Seuls ces rôles peuvent approuver : %v.",
	}, p.Roles)
}

func (e *Engine) notTwice(ctx context.Context, r *ent.Run) error {
	answered, err := e.DB.Client(ctx).Approval.Query().
		Where(approval.RunID(r.ID), approval.UserID(access.FromContext(ctx).ID), approval.Digest(digestOf(r))).Exist(ctx)
	if err != nil || !answered {
		return err
	}
	return fault.New(fault.Conflict, fault.Text{
		EN: "You have approved already; others have to as well.", FR: "Vous avez déjà approuvé ; d’autres doivent le faire aussi.",
	})
}

// ApprovalsMissing is how many approvals a run still needs; 0 when it waits for none.
func (e *Engine) ApprovalsMissing(ctx context.Context, r *ent.Run) (int, error) {
	if stateOf(r) != awaiting {
		return 0, nil
	}
	p, err := PolicyOf(r)
	if err != nil {
		return 0, err
	}
	given, err := e.DB.Client(ctx).Approval.Query().Where(
		approval.RunID(r.ID), approval.Digest(digestOf(r)), approval.DecisionEQ(approval.DecisionAPPROVED),
	).Count(access.As(ctx, "engine"))
	return max(0, needed(p)-given), err
}

func digestOf(r *ent.Run) string {
	if r.Digest == nil {
		return ""
	}
	return *r.Digest
}
