package provision

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/queue"
)

// errMoved says that the run is no longer in the state, or under the lease, that it was read in.
var errMoved = fault.New(fault.Conflict, fault.Text{
	EN: "The run has moved on meanwhile. Look again.",
	FR: "L’exécution a changé d’état entre-temps. Actualisez la page.",
})

func isMoved(err error) bool { return errors.Is(err, errMoved) }

func stateOf(r *ent.Run) State { return State{r.Status, r.Phase} }

// move is the only writer of a run's status. It applies the move only if the run is still in the state and under
// the lease that r was read in, writes what goes with it, and the event. It must be in a transaction; what has to be
// rung is rung after its commit. It returns the run as it is then: nobody else wrote it meanwhile what a move asks for, so what was
// read and what is written tell it, without reading it again.
func (l *Life) move(ctx context.Context, r *ent.Run, to State, patch Patch) (*ent.Run, error) {
	from := stateOf(r)
	if !Allowed(from, to) {
		return nil, fmt.Errorf("run %s may not move from %v to %v", r.ID, from, to)
	}
	patch.To = &to
	at := l.now()
	patch = stamped(patch, from, to, at)
	guard := guardOf(r)
	if patch.LogSize != 0 {
		guard.LogSize = &r.LogSize // what is added to the log joins on where it ended
	}
	if err := l.must(ctx, guard, patch); err != nil {
		return nil, err
	}
	moved := patch.Apply(r, at)
	return moved, l.announce(ctx, moved, to)
}

// stamped adds what belongs to the states themselves: times, and whether anybody holds the run.
func stamped(patch Patch, from, to State, at time.Time) Patch {
	if from.Held() && !to.Held() {
		patch.Busy, patch.NoLease = Clear[string](), true
	}
	switch {
	case to.Final():
		patch.FinishedAt, patch.BlockedReason, patch.ApprovalExpiresAt = Set(at), Clear[fault.Text](), Clear[time.Time]()
	case to.Status == run.StatusQUEUED:
		patch.QueuedAt = Set(at)
	}
	return patch
}

// announce writes the move's event, and rings after the commit: those who look at the run, the queue, and
// whoever may go on now that the project is free.
func (l *Life) announce(ctx context.Context, r *ent.Run, to State) error {
	l.changedAfterCommit(ctx, r.ID)
	if to.Status == run.StatusQUEUED {
		l.ringAfterCommit(ctx, r)
	}
	if to.Final() || to == awaiting {
		l.ringNextAfterCommit(ctx, r)
	}
	if to.Final() {
		l.store.AfterCommit(ctx, func() {
			l.numbers.ended.WithLabelValues(strings.ToLower(string(r.Kind)), strings.ToLower(string(to.Status))).Inc()
		})
	}
	return l.world.Journal(ctx, r, "run."+strings.ToLower(string(to.Status)))
}

func (l *Life) changedAfterCommit(ctx context.Context, runID string) {
	l.store.AfterCommit(ctx, func() { l.bells.Changed(runID) })
}

func (l *Life) ringAfterCommit(ctx context.Context, r *ent.Run) {
	l.store.AfterCommit(ctx, func() { l.ring(context.WithoutCancel(ctx), r) })
}

// ring puts the run on the queue. When Redis is away the sweep rings again.
func (l *Life) ring(ctx context.Context, r *ent.Run) {
	if byServer(r.Kind) {
		l.bells.WakeClerk()
		return
	}
	if err := l.bells.Ring(ctx, priorityOf(r), r.ID); err != nil {
		l.numbers.unheard.Inc()
		l.log.WarnContext(ctx, "the queue was not rung, the sweep will", "run", r.ID, "error", err)
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
func (l *Life) ringNextAfterCommit(ctx context.Context, r *ent.Run) {
	if r.ProjectID == nil {
		return
	}
	projectID, system := *r.ProjectID, access.As(l.store.Detach(ctx), "engine")
	l.store.AfterCommit(ctx, func() {
		next, err := l.head(system, projectID, false)
		switch {
		case err != nil:
			l.log.Warn("the next run was not found, the sweep will ring", "project", projectID, "error", err)
		case next != nil:
			l.ring(system, next)
		}
	})
}

// note writes facts of an attempt, as long as its lease lives, and renews that: to prepare a task takes its time.
func (l *Life) note(ctx context.Context, r *ent.Run, patch Patch) (*ent.Run, error) {
	patch.LeaseFor = l.lease
	if err := l.must(ctx, heldUnder(r.ID, r.Lease), patch); err != nil {
		return r, err
	}
	return patch.Apply(r, l.now()), nil
}

// must writes, and fails with errMoved where the guard is not met: at once, or with the transaction at its end. Nothing of
// the transaction has happened then.
func (l *Life) must(ctx context.Context, guard Guard, patch Patch) error {
	return met(l.store.Write(database.Certain(ctx, errMoved), guard, patch))
}

// mustKeep is must for a run that is to stay as it is meanwhile.
func (l *Life) mustKeep(ctx context.Context, guard Guard) error {
	return met(l.store.Keep(database.Certain(ctx, errMoved), guard))
}

func met(n int, err error) error {
	if err == nil && n == 0 {
		return errMoved
	}
	return err
}

// end moves a run to a final state with its reason, and lets its subject know.
func (l *Life) end(ctx context.Context, r *ent.Run, to State, reason *fault.Error, patch Patch) (*ent.Run, error) {
	if err := l.world.Stays(asEngine(ctx), r, to, reason); err != nil {
		return nil, err
	}
	patch.Failure = Set(reason.Text())
	final, err := l.move(ctx, r, to, patch)
	if err != nil {
		return nil, err
	}
	return final, l.world.DropPlan(asEngine(ctx), r.ID)
}

// asEngine is the context in which the engine does what workers ask for.
func asEngine(ctx context.Context) context.Context { return access.As(ctx, "engine") }
