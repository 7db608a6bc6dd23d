package provision

import (
	"context"
	"slices"

	"entgo.io/ent/dialect/sql"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/freeze"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
)

// claimant is who asks for work.
type claimant struct {
	name   string
	labels []string
}

// claimProject gives the claimant the next run of a project, if it may have it; nil when there is none now. Whose
// bell rang does not matter: the runs of a project are worked on in order, one at a time.
func (e *Engine) claimProject(ctx context.Context, projectID string, c claimant) (*ent.Run, error) {
	var claimed *ent.Run
	err := e.DB.Tx(ctx, func(ctx context.Context, _ *ent.Client) error {
		next, err := e.head(ctx, projectID, true)
		if err != nil || next == nil {
			return err
		}
		if missing := lacking(next.Labels, c.labels); missing != "" {
			return e.block(ctx, next, textNoWorker(missing))
		}
		claimed, err = e.take(ctx, next, projectID, c)
		return err
	})
	if err != nil && !isMoved(err) && !database.IsTaken(err) {
		return nil, err
	}
	if claimed == nil || err != nil {
		return nil, e.blockWaiting(ctx, projectID)
	}
	return claimed, nil
}

// head is the run of a project that is next: apply before plan, then the oldest. Runs that a freeze stops are
// passed over, and told so when tell is set. Nil while the project is busy.
func (e *Engine) head(ctx context.Context, projectID string, tell bool) (*ent.Run, error) {
	client := e.DB.Client(ctx)
	busy, err := client.Run.Query().Where(run.Busy(projectID)).Exist(ctx)
	if err != nil || busy {
		return nil, err
	}
	queued, err := client.Run.Query().
		Where(run.ProjectID(projectID), run.StatusEQ(run.StatusQUEUED)).
		Order(run.ByPhase(), run.ByID()).Limit(20).All(ctx) // APPLY sorts before PLAN
	if err != nil || len(queued) == 0 {
		return nil, err
	}
	frozen, err := e.frozen(ctx, projectID)
	if err != nil {
		return nil, err
	}
	for _, r := range queued {
		if frozen == nil || r.Phase != run.PhaseAPPLY {
			return r, nil
		}
		if tell {
			if err := e.block(ctx, r, textFrozen(frozen)); err != nil {
				return nil, err
			}
		}
	}
	return nil, nil
}

// frozen is the freeze that holds for a project now; nil when none does.
func (e *Engine) frozen(ctx context.Context, projectID string) (*ent.Freeze, error) {
	at := now()
	found, err := e.DB.Client(ctx).Freeze.Query().Where(
		freeze.Or(freeze.ProjectIDIsNil(), freeze.ProjectID(projectID)),
		freeze.StartsAtLTE(at), freeze.EndsAtGT(at), freeze.LiftedAtIsNil(),
	).Order(freeze.ByEndsAt(sql.OrderDesc())).First(ctx)
	if ent.IsNotFound(err) {
		return nil, nil
	}
	return found, err
}

// take gives a run to the claimant under a new lease. The unique column busy is the last word on one run at a time.
func (e *Engine) take(ctx context.Context, r *ent.Run, busy string, c claimant) (*ent.Run, error) {
	return e.move(ctx, r, State{run.StatusRUNNING, r.Phase}, func(u *ent.RunUpdate) {
		u.AddLease(1).AddAttempt(1).SetWorker(c.name).SetBusy(busy).
			SetLeaseExpiresAt(now().Add(e.Lease)).ClearBlockedReason()
		if r.StartedAt == nil {
			u.SetStartedAt(now())
		}
	})
}

// lacking is a label that the run wants and the worker does not offer; empty when it offers all.
func lacking(wanted, offered []string) string {
	for _, label := range wanted {
		if !slices.Contains(offered, label) {
			return label
		}
	}
	return ""
}

// block says why a run waits. It writes only when that is news.
func (e *Engine) block(ctx context.Context, r *ent.Run, reason fault.Text) error {
	if r.BlockedReason != nil && *r.BlockedReason == reason {
		return nil
	}
	err := e.DB.Client(ctx).Run.Update().
		Where(run.ID(r.ID), run.StatusEQ(run.StatusQUEUED)).SetBlockedReason(&reason).Exec(ctx)
	database.AfterCommit(ctx, func() { e.follows.ring(r.ID) })
	return err
}

// blockWaiting tells the queued runs of a busy project what they wait for.
func (e *Engine) blockWaiting(ctx context.Context, projectID string) error {
	client := e.DB.Client(ctx)
	holder, err := client.Run.Query().Where(run.Busy(projectID)).Only(ctx)
	if ent.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	waiting, err := client.Run.Query().
		Where(run.ProjectID(projectID), run.StatusEQ(run.StatusQUEUED), run.BlockedReasonIsNil()).Limit(100).All(ctx)
	for _, r := range waiting {
		if err := e.block(ctx, r, textBehind(holder)); err != nil {
			return err
		}
	}
	return err
}

func textBehind(holder *ent.Run) fault.Text {
	title := TitleOf(holder)
	return fault.Text{
		EN: "Waits for another run of this project: " + title.EN + ".",
		FR: "Attend une autre exécution de ce projet : " + title.FR + ".",
	}
}

func textFrozen(f *ent.Freeze) fault.Text {
	until := f.EndsAt.Format("2006-01-02 15:04 MST")
	return fault.Text{
		EN: "Changes are frozen until " + until + ": " + f.Reason,
		FR: "Les modifications sont gelées jusqu’au " + until + " : " + f.Reason,
	}
}

func textNoWorker(label string) fault.Text {
	return fault.Text{
		EN: "Waits for a worker with the label " + label + ".",
		FR: "Attend un exécuteur portant l’étiquette " + label + ".",
	}
}

// asEngine is the context in which the engine does what workers ask for.
func asEngine(ctx context.Context) context.Context { return access.As(ctx, "engine") }
