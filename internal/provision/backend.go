package provision

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/internal/clock"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/observe"
	"github.com/arpent/arpent/internal/queue"
	"github.com/arpent/arpent/internal/runner"
	"github.com/arpent/arpent/internal/worker"
)

// LeasePurpose is what lease tokens are signed for.
const LeasePurpose = "run-lease"

// LeaseClaims is what a lease token proves: one attempt at one run. It is good as long as that attempt lives.
type LeaseClaims struct {
	Run     string    `json:"run"`
	Lease   int64     `json:"lease"`
	Phase   run.Phase `json:"phase,omitempty"` // of the attempt: it has only one
	Project string    `json:"project,omitempty"`
}

// backend is the life of runs as workers see it.
type backend struct{ *Life }

// Backend is what workers speak with, in this process and through HTTP.
func (l *Life) Backend() worker.Backend { return backend{l} }

var _ worker.Backend = backend{}

// Claim waits for a run and hands it out with its task.
func (b backend) Claim(ctx context.Context, claim worker.Claim) (*worker.Assignment, error) {
	ctx = asEngine(ctx)
	paused, err := b.store.Seen(ctx, claim, b.now())
	if err != nil || paused {
		return nil, errors.Join(err, b.rest(ctx, paused, claim.Wait))
	}
	seen := b.clock.Now()
	deadline := seen.Add(claim.Wait)
	for {
		message, err := b.bells.Next(ctx, deadline.Sub(b.clock.Now()))
		if err != nil || message == nil {
			return nil, err
		}
		if b.clock.Now().Sub(seen) > pauseNoticed {
			if paused, err := b.pausedMeanwhile(ctx, claim, message); paused || err != nil {
				return nil, err
			}
			seen = b.clock.Now()
		}
		assignment, err := b.claimMessage(ctx, message, claim)
		if assignment != nil || err != nil {
			return assignment, err
		}
	}
}

// pauseNoticed is how long a worker that waits for work may have been paused without being asked again. Where there is
// work all the time, nobody waits so long, and nothing is asked.
const pauseNoticed = 20 * time.Millisecond

// pausedMeanwhile tells whether a worker was paused while it waited for the bell that has rung. It rings again, for others.
func (b backend) pausedMeanwhile(ctx context.Context, claim worker.Claim, message *queue.Message) (bool, error) {
	paused, err := b.store.Seen(ctx, claim, b.now())
	if err != nil || !paused {
		return false, err
	}
	if err := b.bells.Ring(ctx, message.Priority, message.RunID); err != nil {
		return true, err // the bell is not acknowledged, and is claimed back
	}
	return true, b.bells.Ack(ctx, message)
}

// restFor is how long a paused worker rests at most before it asks again: so soon it goes on when it may.
const restFor = 2 * time.Second

// rest lets a paused worker wait, at most as long as it would have waited for work.
func (b backend) rest(ctx context.Context, paused bool, wait time.Duration) error {
	if paused {
		b.clock.Wait(ctx, min(wait, restFor))
	}
	return ctx.Err()
}

// claimMessage claims for one bell. The message is acknowledged after the commit; a bell that could not be
// followed for a passing fault stays, and is claimed back.
func (b backend) claimMessage(ctx context.Context, message *queue.Message, claim worker.Claim) (*worker.Assignment, error) {
	claimed, err := b.claimRun(ctx, message.RunID, claimant{claim.Worker, claim.Labels})
	if err != nil {
		return nil, fmt.Errorf("claim run %s: %w", message.RunID, err)
	}
	if err := b.bells.Ack(ctx, message); err != nil {
		b.log.Warn("a bell was not acknowledged and will ring again", "run", message.RunID, "error", err)
	}
	if claimed == nil {
		return nil, nil
	}
	b.numbers.claim.WithLabelValues(string(priorityOf(claimed))).Observe(max(0, b.now().Sub(claimed.QueuedAt).Seconds()))
	return b.assign(ctx, claimed)
}

// assign prepares the task of a claimed run, whose lease is renewed by that: the worker, which counts from when it asked,
// is never told of more time than there is. How much is left is not for this server's clock to say. What can not be
// prepared ends the run, with the reason.
func (b backend) assign(ctx context.Context, claimed *ent.Run) (*worker.Assignment, error) {
	ctx, span := b.goOn(ctx, claimed)
	held, task, err := b.prepareHolding(ctx, claimed)
	span.End(err != nil && !isMoved(err))
	if err != nil {
		return nil, b.unprepared(ctx, held, err)
	}
	return &worker.Assignment{
		Lease: b.leaseOf(held), ExpiresIn: b.lease, LogOffset: held.LogSize, Task: task, Trace: observe.Carry(ctx),
	}, nil
}

// goOn goes on with the trace of the request that the run comes from, or begins one, and tells how long it waited.
func (l *Life) goOn(ctx context.Context, r *ent.Run) (context.Context, observe.Span) {
	if r.Trace != nil {
		ctx = observe.Resume(ctx, *r.Trace)
	}
	ctx, span := l.tracer.Start(ctx, "run prepare")
	span.Set("arpent.run", r.ID)
	span.Set("arpent.phase", string(r.Phase))
	span.SetInt("arpent.attempt", r.Attempt)
	observe.Past(ctx, "run queued", r.QueuedAt, l.now(), false)
	return ctx, span
}

// prepareHolding prepares a run and keeps its lease meanwhile: a repository that is slow is not a worker that is dead.
func (b backend) prepareHolding(ctx context.Context, r *ent.Run) (*ent.Run, runner.Task, error) {
	preparing, done := context.WithCancel(ctx)
	defer done()
	b.clock.Go(func() {
		for b.clock.Wait(preparing, b.lease/3) != clock.Done {
			if _, err := b.store.Write(preparing, heldUnder(r.ID, r.Lease), Patch{LeaseFor: b.lease}); err != nil && preparing.Err() == nil {
				b.log.Warn("the lease of a run that is being prepared was not renewed", "run", r.ID, "error", err)
			}
		}
	})
	return b.prepare(ctx, r)
}

// leaseOf is the lease under which a run is held now, with what proves it.
func (l *Life) leaseOf(r *ent.Run) worker.Lease {
	claims := LeaseClaims{Run: r.ID, Lease: r.Lease, Phase: r.Phase}
	if r.ProjectID != nil {
		claims.Project = *r.ProjectID
	}
	return worker.Lease{RunID: r.ID, Number: r.Lease, Token: l.signer.Sign(LeasePurpose, claims, time.Time{})}
}

// unprepared ends a run that can not be prepared. Where a part that is needed is away, the run goes back to the queue.
func (l *Life) unprepared(ctx context.Context, r *ent.Run, cause error) error {
	if isMoved(cause) {
		return nil // somebody canceled it meanwhile
	}
	l.log.Error("a run can not be prepared", "run", r.ID, "error", cause)
	return l.store.Tx(ctx, func(ctx context.Context) error {
		passing := fault.Is(database.Fault(cause), fault.Unavailable)
		if passing && r.Attempt < maxAttempts {
			_, err := l.move(ctx, r, planQueued, Patch{Lease: 1})
			return err
		}
		_, err := l.end(ctx, r, ended(run.StatusFAILED, r.Phase), reasonOf(cause), Patch{})
		return err
	})
}

// reasonOf is what people are told of an error: a refusal's own words, or that it is our fault.
func reasonOf(err error) *fault.Error {
	if list, ok := fault.AsList(database.Fault(err)); ok {
		return list[0]
	}
	return fault.New(fault.Internal, fault.Text{
		EN: "Arpent could not prepare this run. The operators find the cause in the server's log.",
		FR: "Arpent n’a pas pu préparer cette exécution. La cause figure dans le journal du serveur.",
	}).Because(err)
}

// Renew keeps the lease and tells whether somebody wants the run to stop.
func (b backend) Renew(ctx context.Context, lease worker.Lease) (worker.Renewal, error) {
	ctx = asEngine(ctx)
	if err := b.verify(lease); err != nil {
		return worker.Renewal{}, err
	}
	held := heldUnder(lease.RunID, lease.Number)
	if n, err := b.store.Write(ctx, held, Patch{LeaseFor: b.lease}); err != nil || n == 0 {
		return worker.Renewal{}, lost(err)
	}
	r, err := b.store.Glance(ctx, lease.RunID)
	if err != nil {
		return worker.Renewal{}, lost(err)
	}
	return worker.Renewal{ExpiresIn: b.lease, Cancel: toStop(r)}, nil
}

// toStop tells whether the tool of a run is to stop: somebody canceled the run, or wants another worker to have it.
func toStop(r *ent.Run) bool { return r.Status == run.StatusCANCELING || r.CancelRequestedAt != nil }

// Watch waits for somebody to cancel the run of a lease.
func (b backend) Watch(ctx context.Context, lease worker.Lease, wait time.Duration) (bool, error) {
	listener := b.bells.Listen(lease.RunID)
	defer listener.Close()
	for deadline := b.clock.Now().Add(wait); ; {
		r, err := b.heldBy(asEngine(ctx), lease, b.store.Glance)
		if err != nil || toStop(r) {
			return err == nil, err
		}
		left := deadline.Sub(b.clock.Now())
		if left <= 0 || ctx.Err() != nil {
			return false, ctx.Err()
		}
		listener.Heard(ctx, left)
	}
}

// Step notes how far an attempt is.
func (b backend) Step(ctx context.Context, lease worker.Lease, step runner.Step) error {
	ctx = asEngine(ctx)
	claims, err := b.proven(lease)
	if err != nil {
		return err
	}
	attempt := &ent.Run{ID: claims.Run, Lease: claims.Lease, Phase: claims.Phase}
	if claims.Phase == "" { // the token was given before tokens told it
		if attempt, err = b.held(ctx, lease); err != nil {
			return err
		}
	}
	err = b.store.Tx(ctx, func(ctx context.Context) error {
		if err := b.mustKeep(ctx, heldUnder(lease.RunID, lease.Number)); err != nil {
			return err
		}
		b.changedAfterCommit(ctx, lease.RunID)
		return b.world.WriteSteps(ctx, attempt, []runner.Step{step})
	})
	if isMoved(err) {
		return worker.ErrLeaseLost
	}
	return err
}

// verify checks a lease's token. A token that is none is a lease that is none.
func (b backend) verify(lease worker.Lease) error {
	_, err := b.proven(lease)
	return err
}

// proven is what a lease's token proves.
func (b backend) proven(lease worker.Lease) (claims LeaseClaims, err error) {
	if err := b.signer.Verify(LeasePurpose, lease.Token, &claims); err != nil {
		return claims, worker.ErrLeaseLost
	}
	if claims.Run != lease.RunID || claims.Lease != lease.Number {
		return claims, worker.ErrLeaseLost
	}
	return claims, nil
}

// held reads the run of a lease that lives.
func (b backend) held(ctx context.Context, lease worker.Lease) (*ent.Run, error) {
	return b.heldBy(ctx, lease, b.store.Get)
}

// hold is held, and keeps the run and its lease as they are until the transaction of ctx ends.
func (b backend) hold(ctx context.Context, lease worker.Lease) (*ent.Run, error) {
	return b.heldBy(ctx, lease, b.store.Lock)
}

func (b backend) heldBy(ctx context.Context, lease worker.Lease, read func(context.Context, string) (*ent.Run, error)) (*ent.Run, error) {
	if err := b.verify(lease); err != nil {
		return nil, err
	}
	r, err := read(ctx, lease.RunID)
	if err != nil {
		return nil, lost(err)
	}
	if !heldUnder(lease.RunID, lease.Number).Meets(r) {
		return nil, worker.ErrLeaseLost
	}
	return r, nil
}

// lost is ErrLeaseLost unless the database failed.
func lost(err error) error {
	if err == nil || ent.IsNotFound(err) || isMoved(err) {
		return worker.ErrLeaseLost
	}
	return err
}
