package provision

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/journal"
	"github.com/arpent/arpent/internal/queue"
)

// errMoved says that the run is no longer in the state, or under the lease, that it was read in.
var errMoved = fault.New(fault.Conflict, fault.Text{
	EN: "The run has moved on meanwhile. Look again.",
	FR: "L’exécution a changé d’état entre-temps. Actualisez la page.",
})

func stateOf(r *ent.Run) State { return State{r.Status, r.Phase} }

// move is the only writer of a run's status. It applies the move only if the run is still in the state and under
// the lease that r was read in, lets fill set what goes with it, and writes the event. It must be in a
// transaction; what has to be rung is rung after its commit. It returns the run as it is then.
func (e *Engine) move(ctx context.Context, r *ent.Run, to State, fill func(*ent.RunUpdate)) (*ent.Run, error) {
	from := stateOf(r)
	if !Allowed(from, to) {
		return nil, fmt.Errorf("run %s may not move from %v to %v", r.ID, from, to)
	}
	client, system := e.DB.Client(ctx), access.As(ctx, "engine")
	update := client.Run.Update().
		Where(run.ID(r.ID), run.StatusEQ(from.Status), run.PhaseEQ(from.Phase), run.Lease(r.Lease)).
		SetStatus(to.Status).SetPhase(to.Phase)
	stamp(update, from, to)
	if fill != nil {
		fill(update)
	}
	changed, err := update.Save(system)
	if err != nil {
		return nil, err
	}
	if changed == 0 {
		return nil, errMoved
	}
	moved, err := client.Run.Get(system, r.ID)
	if err != nil {
		return nil, err
	}
	return moved, e.announce(ctx, moved, to)
}

// stamp sets what belongs to the states themselves: times, and whether anybody holds the run.
func stamp(update *ent.RunUpdate, from, to State) {
	at := now()
	if from.Held() && !to.Held() {
		update.ClearBusy().ClearLeaseExpiresAt()
	}
	switch {
	case to.Final():
		update.SetFinishedAt(at).ClearBlockedReason().ClearApprovalExpiresAt()
	case to.Status == run.StatusQUEUED:
		update.SetQueuedAt(at)
	}
}

// announce writes the move's event, and rings after the commit: those who look at the run, the queue, and
// whoever may go on now that the project is free.
func (e *Engine) announce(ctx context.Context, r *ent.Run, to State) error {
	database.AfterCommit(ctx, func() { e.follows.ring(r.ID) })
	if to.Status == run.StatusQUEUED {
		e.ringAfterCommit(ctx, r)
	}
	if to.Final() || to == awaiting {
		e.ringNextAfterCommit(ctx, r)
	}
	return e.journalRun(ctx, r, "run."+strings.ToLower(string(to.Status)))
}

func (e *Engine) journalRun(ctx context.Context, r *ent.Run, event string) error {
	entry := journal.Entry{
		Type: event, Audience: journal.Project, SubjectID: r.ID, Subject: TitleOf(r).EN,
		After: map[string]any{"status": r.Status, "phase": r.Phase, "kind": r.Kind, "resource": r.ResourceID},
	}
	if r.ProjectID != nil {
		entry.ProjectID = *r.ProjectID
	} else {
		entry.Audience = journal.Platform
	}
	return e.Journal.Write(ctx, entry)
}

func (e *Engine) ringAfterCommit(ctx context.Context, r *ent.Run) {
	database.AfterCommit(ctx, func() { e.ring(context.WithoutCancel(ctx), r) })
}

// ring puts the run on the queue. When Redis is away the sweep rings again.
func (e *Engine) ring(ctx context.Context, r *ent.Run) {
	if r.Kind == run.KindLIBRARY_SYNC {
		e.wakeClerk()
		return
	}
	if err := e.Queue.Ring(ctx, priorityOf(r), r.ID); err != nil {
		e.Log.Warn("the queue was not rung, the sweep will", "run", r.ID, "error", err)
	}
}

func priorityOf(r *ent.Run) queue.Priority {
	switch {
	case r.Phase == run.PhaseAPPLY:
		return queue.Apply
	case r.Kind == run.KindDRIFT:
		return queue.Background
	}
	return queue.Plan
}

// ringNextAfterCommit rings for the run that waits for the project of one that lets go of it.
func (e *Engine) ringNextAfterCommit(ctx context.Context, r *ent.Run) {
	if r.ProjectID == nil {
		return
	}
	projectID, system := *r.ProjectID, access.As(database.Detach(ctx), "engine")
	database.AfterCommit(ctx, func() {
		next, err := e.head(system, projectID, false)
		switch {
		case err != nil:
			e.Log.Warn("the next run was not found, the sweep will ring", "project", projectID, "error", err)
		case next != nil:
			e.ring(system, next)
		}
	})
}

func isMoved(err error) bool { return errors.Is(err, errMoved) }
