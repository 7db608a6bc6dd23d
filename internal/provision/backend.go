package provision

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/run"
	entworker "github.com/arpent/arpent/ent/worker"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/queue"
	"github.com/arpent/arpent/internal/worker"
)

// LeasePurpose is what lease tokens are signed for.
const LeasePurpose = "run-lease"

// LeaseClaims is what a lease token proves: one attempt at one run. It is good as long as that attempt lives.
type LeaseClaims struct {
	Run     string `json:"run"`
	Lease   int64  `json:"lease"`
	Project string `json:"project,omitempty"`
}

// backend is the engine as its workers see it.
type backend struct{ *Engine }

// Backend is what workers speak with, in this process and through HTTP.
func (e *Engine) Backend() worker.Backend { return backend{e} }

// Claim waits for a run and hands it out with its task.
func (b backend) Claim(ctx context.Context, claim worker.Claim) (*worker.Assignment, error) {
	ctx = asEngine(ctx)
	paused, err := b.seen(ctx, claim)
	if err != nil || paused {
		return nil, errors.Join(err, rest(ctx, paused, claim.Wait))
	}
	deadline := time.Now().Add(claim.Wait)
	for {
		message, err := b.reader.Next(ctx, time.Until(deadline))
		if err != nil || message == nil {
			return nil, err
		}
		assignment, err := b.claimMessage(ctx, message, claim)
		if assignment != nil || err != nil {
			return assignment, err
		}
	}
}

// claimMessage claims for one bell. The message is acknowledged after the commit; a bell that could not be
// followed for a passing fault stays, and is claimed back.
func (b backend) claimMessage(ctx context.Context, message *queue.Message, claim worker.Claim) (*worker.Assignment, error) {
	claimed, err := b.claimRun(ctx, message.RunID, claimant{claim.Worker, claim.Labels})
	if err != nil {
		return nil, fmt.Errorf("claim run %s: %w", message.RunID, err)
	}
	if err := b.reader.Ack(ctx, message); err != nil {
		b.Engine.Log.Warn("a bell was not acknowledged and will ring again", "run", message.RunID, "error", err)
	}
	if claimed == nil {
		return nil, nil
	}
	return b.assign(ctx, claimed)
}

func (e *Engine) claimRun(ctx context.Context, runID string, c claimant) (*ent.Run, error) {
	rung, err := e.DB.Client(ctx).Run.Get(ctx, runID)
	if ent.IsNotFound(err) || err == nil && rung.ProjectID == nil {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return e.claimProject(ctx, *rung.ProjectID, c)
}

// assign prepares the task of a claimed run. What can not be prepared ends the run, with the reason.
func (b backend) assign(ctx context.Context, claimed *ent.Run) (*worker.Assignment, error) {
	held, task, err := b.prepare(ctx, claimed)
	if err != nil {
		return nil, b.unprepared(ctx, held, err)
	}
	claims := LeaseClaims{Run: held.ID, Lease: held.Lease, Project: *held.ProjectID}
	return &worker.Assignment{
		Lease:     worker.Lease{RunID: held.ID, Number: held.Lease, Token: b.signer.Sign(LeasePurpose, claims, time.Time{})},
		ExpiresIn: b.Lease, LogOffset: held.LogSize, Task: task,
	}, nil
}

// unprepared ends a run that can not be prepared. Where a part that is needed is away, the run goes back to the queue.
func (b backend) unprepared(ctx context.Context, r *ent.Run, cause error) error {
	if isMoved(cause) {
		return nil // somebody canceled it meanwhile
	}
	b.Engine.Log.Error("a run can not be prepared", "run", r.ID, "error", cause)
	return b.DB.Tx(ctx, func(ctx context.Context, _ *ent.Client) error {
		passing := fault.Is(database.Fault(cause), fault.Unavailable)
		if passing && r.Attempt < maxAttempts {
			_, err := b.move(ctx, r, planQueued, func(u *ent.RunUpdate) { u.AddLease(1) })
			return err
		}
		_, err := b.end(ctx, r, ended(run.StatusFAILED, r.Phase), reasonOf(cause), nil)
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
	held := b.DB.Client(ctx).Run.Update().Where(heldBy(lease)...).SetLeaseExpiresAt(now().Add(b.Lease))
	if n, err := held.Save(ctx); err != nil || n == 0 {
		return worker.Renewal{}, lost(err)
	}
	r, err := b.DB.Client(ctx).Run.Get(ctx, lease.RunID)
	if err != nil {
		return worker.Renewal{}, lost(err)
	}
	return worker.Renewal{ExpiresIn: b.Lease, Cancel: r.Status == run.StatusCANCELING}, nil
}

// Watch waits for somebody to cancel the run of a lease.
func (b backend) Watch(ctx context.Context, lease worker.Lease, wait time.Duration) (bool, error) {
	listener := b.Broadcast.Listen(runChannel(lease.RunID))
	defer listener.Close()
	for deadline := time.Now().Add(wait); ; {
		r, err := b.held(asEngine(ctx), lease)
		if err != nil || r.Status == run.StatusCANCELING {
			return err == nil, err
		}
		left := time.Until(deadline)
		if left <= 0 || ctx.Err() != nil {
			return false, ctx.Err()
		}
		heard(ctx, listener, left)
	}
}

// verify checks a lease's token. A token that is none is a lease that is none.
func (b backend) verify(lease worker.Lease) error {
	var claims LeaseClaims
	if err := b.signer.Verify(LeasePurpose, lease.Token, &claims); err != nil {
		return worker.ErrLeaseLost
	}
	if claims.Run != lease.RunID || claims.Lease != lease.Number {
		return worker.ErrLeaseLost
	}
	return nil
}

// held reads the run of a lease that lives.
func (b backend) held(ctx context.Context, lease worker.Lease) (*ent.Run, error) {
	if err := b.verify(lease); err != nil {
		return nil, err
	}
	r, err := b.DB.Client(ctx).Run.Query().Where(heldBy(lease)...).Only(ctx)
	if err != nil {
		return nil, lost(err)
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

// seen notes that a worker is alive, and tells whether it is paused.
func (b backend) seen(ctx context.Context, claim worker.Claim) (paused bool, err error) {
	client := b.DB.Client(ctx)
	err = client.Worker.Create().SetName(claim.Worker).SetLabels(claim.Labels).SetVersion(claim.Version).
		SetTool(claim.Tool).SetRemote(claim.Remote).SetSeenAt(now()).
		OnConflictColumns(entworker.FieldName).Update(func(u *ent.WorkerUpsert) {
		u.UpdateLabels().UpdateVersion().UpdateTool().UpdateRemote().UpdateSeenAt().UpdateUpdatedAt()
	}).Exec(ctx)
	if err != nil {
		return false, err
	}
	w, err := client.Worker.Query().Where(entworker.Name(claim.Worker)).Only(ctx)
	return err == nil && w.Paused, err
}

// rest lets a paused worker wait as long as it would have waited for work.
func rest(ctx context.Context, paused bool, wait time.Duration) error {
	if !paused {
		return nil
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

var _ worker.Backend = backend{}
