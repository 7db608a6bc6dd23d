package provision

import (
	"context"
	"strings"
	"time"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/predicate"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/journal"
	"github.com/arpent/arpent/internal/queue"
)

// FreezeInput declares a time in which nothing is applied: in one project, or everywhere when none is named.
type FreezeInput struct {
	ProjectID string
	Reason    string
	StartsAt  time.Time // zero: now
	EndsAt    time.Time
}

// Freeze declares a freeze. Runs that are at work go on; others wait, and say why.
func (e *Engine) Freeze(ctx context.Context, input FreezeInput) (*ent.Freeze, error) {
	if input.StartsAt.IsZero() {
		input.StartsAt = now()
	}
	var declared *ent.Freeze
	err := e.DB.Tx(ctx, func(ctx context.Context, client *ent.Client) (err error) {
		if err := may(ctx, "", access.FreezeManage); err != nil {
			return err
		}
		if err := input.check(); err != nil {
			return err
		}
		create := client.Freeze.Create().SetReason(strings.TrimSpace(input.Reason)).
			SetStartsAt(input.StartsAt.UTC()).SetEndsAt(input.EndsAt.UTC()).SetCreatedBy(access.FromContext(ctx).Name)
		if input.ProjectID != "" {
			if _, err := client.Project.Get(ctx, input.ProjectID); err != nil {
				return at(err, "projectId")
			}
			create.SetProjectID(input.ProjectID)
		}
		if declared, err = create.Save(ctx); err != nil {
			return err
		}
		return e.journalFreeze(ctx, declared, "freeze.declared")
	})
	if err != nil {
		return nil, database.Fault(err)
	}
	return declared, nil
}

func (i FreezeInput) check() error {
	var faults fault.List
	if n := len([]rune(strings.TrimSpace(i.Reason))); n == 0 || n > 300 {
		faults = append(faults, fault.New(fault.Invalid, fault.Text{
			EN: "Say why, in 1 to 300 characters.", FR: "Indiquez pourquoi, en 1 à 300 caractères.",
		}).At("reason"))
	}
	if !i.EndsAt.After(i.StartsAt) || !i.EndsAt.After(now()) {
		faults = append(faults, fault.New(fault.Invalid, fault.Text{
			EN: "A freeze ends after it begins, and in the future.", FR: "Un gel se termine après son début, et dans le futur.",
		}).At("endsAt"))
	}
	return faults.OrNil()
}

// LiftFreeze ends a freeze now. To lift one that is lifted changes nothing.
func (e *Engine) LiftFreeze(ctx context.Context, id string) (*ent.Freeze, error) {
	var lifted *ent.Freeze
	err := e.DB.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
		present, err := client.Freeze.Get(ctx, id)
		if err != nil {
			return at(err, "id")
		}
		if err := may(ctx, "", access.FreezeManage); err != nil {
			return err
		}
		if lifted = present; present.LiftedAt != nil {
			return nil
		}
		if lifted, err = present.Update().SetLiftedAt(now()).Save(ctx); err != nil {
			return err
		}
		return e.journalFreeze(ctx, lifted, "freeze.lifted")
	})
	if err != nil {
		return nil, database.Fault(err)
	}
	return lifted, nil
}

func (e *Engine) journalFreeze(ctx context.Context, f *ent.Freeze, event string) error {
	entry := journal.Entry{
		Type: event, Audience: journal.Everybody, SubjectID: f.ID, Subject: f.Reason,
		After: map[string]any{"startsAt": f.StartsAt, "endsAt": f.EndsAt, "liftedAt": f.LiftedAt},
	}
	if f.ProjectID != nil {
		entry.Audience, entry.ProjectID = journal.Project, *f.ProjectID
	}
	return e.Journal.Write(ctx, entry)
}

// PauseWorker lets a worker finish what it has and gives it nothing new, or gives it work again.
func (e *Engine) PauseWorker(ctx context.Context, id string, paused bool) (*ent.Worker, error) {
	var changed *ent.Worker
	err := e.DB.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
		present, err := client.Worker.Get(ctx, id)
		if err != nil {
			return at(err, "id")
		}
		if err := may(ctx, "", access.WorkerManage); err != nil {
			return err
		}
		if changed, err = present.Update().SetPaused(paused).Save(ctx); err != nil {
			return err
		}
		event := "worker.paused"
		if !paused {
			event = "worker.resumed"
		}
		return e.Journal.Write(ctx, journal.Entry{
			Type: event, Audience: journal.Platform, SubjectID: id, Subject: present.Name,
			Before: map[string]bool{"paused": present.Paused}, After: map[string]bool{"paused": paused},
		})
	})
	if err != nil {
		return nil, database.Fault(err)
	}
	return changed, nil
}

// Backlog is what waits at one priority.
type Backlog struct {
	Priority queue.Priority
	Waiting  int
	Oldest   time.Time // when the one that has waited longest was queued; zero when none waits
}

// Backlogs tells what waits, first priority first, by the database, which is the truth. It takes worker.manage.
func (e *Engine) Backlogs(ctx context.Context) ([]Backlog, error) {
	if err := may(ctx, "", access.WorkerManage); err != nil {
		return nil, err
	}
	groups, err := e.waitingGroups(ctx)
	if err != nil {
		return nil, database.Fault(err)
	}
	waiting, oldest := map[queue.Priority]int{}, map[queue.Priority]string{}
	for _, g := range groups {
		priority := g.priority()
		if waiting[priority] += g.Count; oldest[priority] == "" || g.Oldest < oldest[priority] {
			oldest[priority] = g.Oldest
		}
	}
	return e.dated(ctx, waiting, oldest)
}

func (e *Engine) dated(ctx context.Context, waiting map[queue.Priority]int, oldest map[queue.Priority]string) ([]Backlog, error) {
	backlogs := make([]Backlog, 0, len(queue.Priorities()))
	for _, priority := range queue.Priorities() {
		backlog := Backlog{Priority: priority, Waiting: waiting[priority]}
		if id := oldest[priority]; id != "" {
			r, err := e.DB.Client(ctx).Run.Get(asEngine(ctx), id)
			if err != nil && !ent.IsNotFound(err) {
				return nil, database.Fault(err)
			}
			if r != nil {
				backlog.Oldest = r.QueuedAt
			}
		}
		backlogs = append(backlogs, backlog)
	}
	return backlogs, nil
}

// waitingGroup are the queued runs of one phase and kind, which have one priority.
type waitingGroup struct {
	Phase  run.Phase `json:"phase"`
	Kind   run.Kind  `json:"kind"`
	Count  int       `json:"count"`
	Oldest string    `json:"oldest"`
}

func (g waitingGroup) priority() queue.Priority {
	return priorityOf(&ent.Run{Phase: g.Phase, Kind: g.Kind})
}

func (e *Engine) waitingGroups(ctx context.Context) (groups []waitingGroup, err error) {
	err = e.DB.Client(ctx).Run.Query().Where(run.StatusEQ(run.StatusQUEUED)).GroupBy(run.FieldPhase, run.FieldKind).
		Aggregate(ent.Count(), ent.As(ent.Min(run.FieldID), "oldest")).Scan(asEngine(ctx), &groups)
	return groups, err
}

// Waiting are the ids of the first runs that wait for a worker, in the order in which they are handed out: by
// priority, then by how long they have waited. It takes worker.manage.
func (e *Engine) Waiting(ctx context.Context, limit int) ([]string, error) {
	if err := may(ctx, "", access.WorkerManage); err != nil {
		return nil, err
	}
	groups, err := e.waitingGroups(ctx)
	if err != nil {
		return nil, database.Fault(err)
	}
	ids := []string{}
	for _, priority := range queue.Priorities() {
		more, err := e.waitingAt(ctx, priority, groups, limit-len(ids))
		if err != nil {
			return nil, database.Fault(err)
		}
		ids = append(ids, more...)
	}
	return ids, nil
}

// waitingAt are those of one priority.
func (e *Engine) waitingAt(ctx context.Context, priority queue.Priority, groups []waitingGroup, limit int) ([]string, error) {
	var these []predicate.Run
	for _, g := range groups {
		if g.priority() == priority {
			these = append(these, run.And(run.PhaseEQ(g.Phase), run.KindEQ(g.Kind)))
		}
	}
	if len(these) == 0 || limit <= 0 {
		return nil, nil
	}
	return e.DB.Client(ctx).Run.Query().Where(run.StatusEQ(run.StatusQUEUED), run.Or(these...)).
		Order(ent.Asc(run.FieldQueuedAt, run.FieldID)).Limit(limit).IDs(asEngine(ctx))
}

// PriorityOf is the priority at which a run waits, or would wait.
func PriorityOf(r *ent.Run) queue.Priority { return priorityOf(r) }
