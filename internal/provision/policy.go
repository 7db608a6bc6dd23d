package provision

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/arpent/arpent/ent"
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

func expiry(p Policy, from time.Time) *time.Time {
	if p.ExpiresIn <= 0 {
		return nil
	}
	at := from.Add(time.Duration(p.ExpiresIn) * time.Second)
	return &at
}

// ApprovalsMissing is how many approvals a run still needs; 0 when it waits for none.
func (e *Engine) ApprovalsMissing(ctx context.Context, r *ent.Run) (int, error) {
	readings, err := e.Readings(ctx, []*ent.Run{r})
	return readings[r.ID].ApprovalsMissing, err
}

// mayAnswer tells whether the viewer, who holds roles, may answer a run's question, to which answers were given.
func mayAnswer(ctx context.Context, r *ent.Run, p Policy, roles []string, given []*ent.Approval) error {
	if stateOf(r) != awaiting {
		return fault.New(fault.Conflict, fault.Text{
			EN: "The run does not wait for approval.", FR: "L’exécution n’attend pas d’approbation.",
		})
	}
	if err := may(ctx, *r.ProjectID, access.RunApprove); err != nil {
		return err
	}
	if err := fits(ctx, r, p, roles); err != nil {
		return err
	}
	return notTwice(ctx, r, given)
}

// fits tells whether the viewer is one of those that the policy asks.
func fits(ctx context.Context, r *ent.Run, p Policy, held []string) error {
	viewer := access.FromContext(ctx)
	if p.NotSelf && r.RequestedByID != nil && *r.RequestedByID == viewer.ID {
		return fault.New(fault.Denied, fault.Text{
			EN: "Somebody other than the requester must approve.", FR: "L’approbation doit venir d’une autre personne que la personne demandeuse.",
		})
	}
	if len(p.Roles) == 0 || intersects(held, append(p.Roles, access.RolePlatformAdmin)) {
		return nil
	}
	return fault.New(fault.Denied, fault.Text{
		EN: "Only these roles may approve: %v.", FR: "Seuls ces rôles peuvent approuver : %v.",
	}, p.Roles)
}

func notTwice(ctx context.Context, r *ent.Run, given []*ent.Approval) error {
	viewer := access.FromContext(ctx)
	for _, a := range given {
		if a.UserID == viewer.ID && a.Digest == DigestOf(r) {
			return fault.New(fault.Conflict, fault.Text{
				EN: "You have approved already; others have to as well.", FR: "Vous avez déjà approuvé ; d’autres doivent le faire aussi.",
			})
		}
	}
	return nil
}

// DigestOf names the change that a run plans now; empty before there is a plan.
func DigestOf(r *ent.Run) string {
	if r.Digest == nil {
		return ""
	}
	return *r.Digest
}
