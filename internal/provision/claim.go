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
	headOf      = 20  // queued runs of a project that are looked at to find the next while changes are frozen
	blockedOnce = 100 // queued runs of a project that are told at once why they wait
)

// claimRun gives the claimant the next run of the project of a run that somebody rang for; nil when there is none.
func (l *Life) claimRun(ctx context.Context, runID string, c claimant) (*ent.Run, error) {
	var front, claimed *ent.Run
	err := l.store.Tx(ctx, func(ctx context.Context) (err error) {
		if front, err = l.store.FrontOf(ctx, runID); err != nil {
			return err
		}
		claimed, err = l.claimFront(ctx, front, c)
		return err
	})
	if err != nil && !isMoved(err) && !database.IsTaken(err) {
		return nil, err
	}
	if claimed == nil || err != nil {
		return nil, l.blockBehind(ctx, front)
	}
	return claimed, nil
}

// claimFront gives the claimant the next run of the project whose front it is, if it may have it; nil when there is none
// now. Whose bell rang does not matter: the runs of a project are worked on in order, one at a time.
func (l *Life) claimFront(ctx context.Context, front *ent.Run, c claimant) (*ent.Run, error) {
	next, err := l.next(ctx, front, true)
	if err != nil || next == nil {
		return nil, err
	}
	if missing := lacking(next.Labels, c.labels); missing != "" {
		return nil, l.block(ctx, next, textNoWorker(missing))
	}
	return l.take(ctx, next, *next.ProjectID, c)
}

// head is the run of a project that is next.
func (l *Life) head(ctx context.Context, projectID string, tell bool) (*ent.Run, error) {
	front, err := l.store.Front(ctx, projectID)
	if err != nil {
		return nil, err
	}
	return l.next(ctx, front, tell)
}

// next is the run that is next where a project has this front: apply before plan, then the oldest. Runs that a freeze
// stops are passed over, and told so when tell is set. Nil while the project is busy.
func (l *Life) next(ctx context.Context, front *ent.Run, tell bool) (*ent.Run, error) {
	if front == nil || front.Busy != nil {
		return nil, nil
	}
	if front.Phase != run.PhaseAPPLY {
		return front, nil // no freeze stops it, and nothing that one stops comes after it
	}
	frozen, err := l.store.Frozen(ctx, *front.ProjectID, l.now())
	if err != nil || frozen == nil {
		return front, err
	}
	queued, err := l.store.Queued(ctx, *front.ProjectID, headOf)
	if err != nil {
		return nil, err
	}
	for _, r := range queued {
		if r.Phase != run.PhaseAPPLY {
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

// blockBehind tells the queued runs of a project that is busy now what they wait for. Its front was this one before.
func (l *Life) blockBehind(ctx context.Context, front *ent.Run) error {
	if front == nil {
		return nil
	}
	holder, err := l.store.Holder(ctx, *front.ProjectID)
	if err != nil || holder == nil {
		return err
	}
	waiting, err := l.store.Untold(ctx, *front.ProjectID, blockedOnce)
	for _, r := range waiting {
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
