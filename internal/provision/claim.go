package provision

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
)

// claimant is who asks for work.
type claimant struct {
	name   string
	labels []string
}

const (
	headOf      = 20  // queued runs of a project that are looked at to find the next
	blockedOnce = 100 // queued runs of a project that are told at once why they wait
)

// claimRun gives the claimant the next run of the project of a run that somebody rang for; nil when there is none.
func (l *Life) claimRun(ctx context.Context, runID string, c claimant) (*ent.Run, error) {
	rung, err := l.store.Get(ctx, runID)
	if ent.IsNotFound(err) || err == nil && rung.ProjectID == nil {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return l.claimProject(ctx, *rung.ProjectID, c)
}

// claimProject gives the claimant the next run of a project, if it may have it; nil when there is none now. Whose
// bell rang does not matter: the runs of a project are worked on in order, one at a time.
func (l *Life) claimProject(ctx context.Context, projectID string, c claimant) (*ent.Run, error) {
	var claimed *ent.Run
	err := l.store.Tx(ctx, func(ctx context.Context) error {
		next, err := l.head(ctx, projectID, true)
		if err != nil || next == nil {
			return err
		}
		if missing := lacking(next.Labels, c.labels); missing != "" {
			return l.block(ctx, next, textNoWorker(missing))
		}
		claimed, err = l.take(ctx, next, projectID, c)
		return err
	})
	if err != nil && !isMoved(err) && !database.IsTaken(err) {
		return nil, err
	}
	if claimed == nil || err != nil {
		return nil, l.blockWaiting(ctx, projectID)
	}
	return claimed, nil
}

// head is the run of a project that is next: apply before plan, then the oldest. Runs that a freeze stops are
// passed over, and told so when tell is set. Nil while the project is busy.
func (l *Life) head(ctx context.Context, projectID string, tell bool) (*ent.Run, error) {
	holder, err := l.store.Holder(ctx, projectID)
	if err != nil || holder != nil {
		return nil, err
	}
	queued, err := l.store.Queued(ctx, projectID, headOf)
	if err != nil || len(queued) == 0 {
		return nil, err
	}
	frozen, err := l.store.Frozen(ctx, projectID, l.now())
	if err != nil {
		return nil, err
	}
	for _, r := range queued {
		if frozen == nil || r.Phase != run.PhaseAPPLY {
			return r, nil
		}
		if tell {
			if err := l.block(ctx, r, textFrozen(frozen)); err != nil {
				return nil, err
			}
		}
	}
	return nil, nil
}

// take gives a run to the claimant under a new lease. The unique column busy is the last word on one run at a time.
func (l *Life) take(ctx context.Context, r *ent.Run, busy string, c claimant) (*ent.Run, error) {
	patch := Patch{
		Lease: 1, Attempt: 1, Worker: Set(c.name), Busy: Set(busy), LeaseFor: l.lease, ClaimedAt: Set(l.now()),
		BlockedReason: Clear[fault.Text](), CancelRequestedAt: Clear[time.Time](),
	}
	if r.StartedAt == nil {
		patch.StartedAt = Set(l.now())
	}
	return l.move(ctx, r, State{run.StatusRUNNING, r.Phase}, patch)
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
func (l *Life) block(ctx context.Context, r *ent.Run, reason fault.Text) error {
	if r.BlockedReason != nil && *r.BlockedReason == reason {
		return nil
	}
	queued := Guard{ID: r.ID, Statuses: []run.Status{run.StatusQUEUED}}
	_, err := l.store.Write(ctx, queued, Patch{BlockedReason: Set(reason)})
	l.changedAfterCommit(ctx, r.ID)
	return err
}

// blockWaiting tells the queued runs of a busy project what they wait for.
func (l *Life) blockWaiting(ctx context.Context, projectID string) error {
	holder, err := l.store.Holder(ctx, projectID)
	if err != nil || holder == nil {
		return err
	}
	waiting, err := l.store.Queued(ctx, projectID, blockedOnce)
	for _, r := range waiting {
		if r.BlockedReason != nil {
			continue
		}
		if err := l.block(ctx, r, textBehind(holder)); err != nil {
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
	until := textMoment(f.EndsAt)
	return fault.Text{
		EN: "Changes are frozen until " + until.EN + ": " + f.Reason,
		FR: "Les modifications sont gelées jusqu’au " + until.FR + " : " + f.Reason,
	}
}

// months as French writes them; time.Format knows the English ones.
var months = [...]string{
	"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre",
}

// textMoment is a time as people of each language write it, in UTC.
func textMoment(t time.Time) fault.Text {
	t = t.UTC()
	day := strconv.Itoa(t.Day())
	if t.Day() == 1 {
		day = "1er"
	}
	return fault.Text{
		EN: t.Format("2 January 2006, 15:04 MST"),
		FR: day + " " + months[t.Month()-1] + t.Format(" 2006 à 15:04 MST"),
	}
}

func textNoWorker(label string) fault.Text {
	return fault.Text{
		EN: "Waits for a worker with the label " + label + ".",
		FR: "Attend un exécuteur portant l’étiquette " + label + ".",
	}
}
