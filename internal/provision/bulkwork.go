package provision

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/ent/runserver"
	"github.com/arpent/arpent/ent/server"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/allocation"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/inventory"
	"github.com/arpent/arpent/internal/journal"
	"github.com/arpent/arpent/internal/runner"
	"github.com/arpent/arpent/internal/worker"
)

// bulkBatch is how many servers one transaction changes: so many wait for each other, and so long does a cancel take.
const bulkBatch = 100

// bulkForever carries out bulk changes, one at a time in this process.
func (e *Engine) bulkForever(ctx context.Context) {
	attendForever(access.As(ctx, "bulk"), e.bulker, e.bulkNext)
}

func (e *Engine) bulkNext(ctx context.Context) bool {
	claimed, err := e.claimOwn(ctx, run.KindBULK, func(r *ent.Run) string { return r.ID })
	if err != nil || claimed == nil {
		if err != nil && ctx.Err() == nil {
			e.Log.Warn("claim a bulk change", "error", err)
		}
		return false
	}
	if err := e.bulk(ctx, claimed); err != nil && ctx.Err() == nil {
		e.Log.Error("change servers in bulk", "run", claimed.ID, "error", err)
	}
	return ctx.Err() == nil
}

// bulk is one attempt at a bulk change.
type bulk struct {
	engine *Engine
	run    *ent.Run
	lease  worker.Lease
	change bulkChange
	logged int64 // the size of its log
	step   runner.Step
	count  BulkCount
	single int // how many servers are still to be changed one by one, because they could not be together
}

// bulk changes the servers that are left of a claimed run, batch by batch.
func (e *Engine) bulk(ctx context.Context, r *ent.Run) error {
	c, err := changeOf(r)
	if err != nil {
		return err
	}
	counts, err := e.BulkCounts(ctx, []*ent.Run{r})
	if err != nil {
		return err
	}
	b := &bulk{engine: e, run: r, lease: e.leaseOf(r), change: *c.Bulk, logged: r.LogSize, count: counts[r.ID]}
	b.step = runner.Step{Name: "servers", Status: runner.StepRunning, StartedAt: e.now(), Total: b.count.Total, Done: b.count.Done + b.count.Refused}
	stopped := false
	err = e.attend(ctx, r, b.step, func(ctx context.Context) error {
		err := b.work(ctx)
		stopped = ctx.Err() != nil
		return err
	})
	switch {
	case errors.Is(err, worker.ErrLeaseLost):
		return nil // another attempt goes on where this one was
	case err != nil && (stopped || fault.Is(database.Fault(err), fault.Unavailable)):
		return e.putBack(context.WithoutCancel(ctx), r)
	}
	return e.concludeOwn(context.WithoutCancel(ctx), r, b.verdict(err))
}

// verdict is why a run that was worked through failed; nil when every server was changed.
func (b *bulk) verdict(cause error) error {
	if cause != nil || b.count.Refused == 0 {
		return cause
	}
	return fault.New(fault.Conflict, fault.Text{
		EN: "Refused for %d of %d servers. The log says why.", FR: "Refusé pour %d serveurs sur %d. Le journal dit pourquoi.",
	}, b.count.Refused, b.count.Total)
}

// errStopped says that somebody cancels the run.
var errStopped = errors.New("canceled")

func (b *bulk) work(ctx context.Context) error {
	if left := b.count.Total - b.step.Done; left < b.count.Total {
		if err := b.say(ctx, fmt.Sprintf("%d of %d servers are left.\n", left, b.count.Total)); err != nil {
			return err
		}
	}
	for {
		rows, err := b.batch(ctx)
		switch {
		case errors.Is(err, errStopped):
			return b.say(ctx, fmt.Sprintf("Canceled. %d servers are changed, %d are as they were.\n", b.count.Done, b.count.Total-b.count.Done))
		case err != nil:
			return err
		case rows == 0:
			return b.say(ctx, fmt.Sprintf("%d servers are changed, %d are refused.\n", b.count.Done, b.count.Refused))
		}
		b.step.Done = b.count.Done + b.count.Refused
		if err := (backend{b.engine.Life}).Step(ctx, b.lease, b.step); err != nil {
			return err
		}
	}
}

// say adds lines to the run's log, also when the work has to stop. In a transaction they are written with it: what became of
// servers and what the log says of them are one.
func (b *bulk) say(ctx context.Context, lines string) error {
	ctx = context.WithoutCancel(ctx)
	if err := (backend{b.engine.Life}).Log(ctx, b.lease, b.logged, []byte(lines)); err != nil {
		return err
	}
	database.AfterCommit(ctx, func() { b.logged += int64(len(lines)) })
	return nil
}

// batch changes the next servers under the lease, and writes down what became of them, in one transaction: done again
// after a crash, it finds them done. What fails for reasons of its own is tried one server at a time.
func (b *bulk) batch(ctx context.Context) (rows int, err error) {
	size := bulkBatch
	if b.single > 0 {
		size = 1
	}
	outcomes, err := b.attempt(ctx, size, b.do)
	if err != nil && !b.passes(ctx, err) {
		if size > 1 {
			b.single = size
			return size, nil
		}
		b.engine.Log.Error("a server could not be changed", "run", b.run.ID, "error", err)
		outcomes, err = b.attempt(ctx, 1, refuseAll(reasonOf(err)))
	}
	if err != nil {
		return 0, err
	}
	b.single = max(0, b.single-len(outcomes))
	for _, o := range outcomes {
		b.tally(o)
	}
	return len(outcomes), nil
}

// passes tells whether an error is about the attempt, and not about a server.
func (b *bulk) passes(ctx context.Context, err error) bool {
	return ctx.Err() != nil || errors.Is(err, errStopped) || errors.Is(err, worker.ErrLeaseLost) || errors.Is(err, errRequester) ||
		fault.Is(database.Fault(err), fault.Unavailable)
}

func refuseAll(reason *fault.Error) doer {
	return func(_ context.Context, ids []string) (all []inventory.BulkOutcome, _ error) {
		for _, id := range ids {
			all = append(all, inventory.BulkOutcome{ServerID: id, Refusal: reason})
		}
		return all, nil
	}
}

func (b *bulk) tally(o inventory.BulkOutcome) {
	if o.Refusal == nil {
		b.count.Done++
		return
	}
	b.count.Refused++
}

// refusals are the lines of the log that say what was refused, and why.
func refusals(outcomes []inventory.BulkOutcome) string {
	var lines strings.Builder
	for _, o := range outcomes {
		if o.Refusal != nil {
			fmt.Fprintf(&lines, "%s: %s\n", cmp.Or(o.Hostname, o.ServerID), o.Refusal.Message("en"))
		}
	}
	return lines.String()
}

// doer changes servers in the name of who looks in its context.
type doer func(ctx context.Context, ids []string) ([]inventory.BulkOutcome, error)

func (b *bulk) attempt(ctx context.Context, size int, do doer) (outcomes []inventory.BulkOutcome, err error) {
	err = b.engine.DB.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
		system := asEngine(ctx)
		held, err := backend{b.engine.Life}.hold(system, b.lease)
		if err != nil {
			return err
		}
		if held.Status == run.StatusCANCELING {
			return errStopped
		}
		next, err := client.RunServer.Query().Where(runserver.RunID(b.run.ID), runserver.StatusEQ(runserver.StatusPENDING)).
			Order(runserver.ByID()).Limit(size).Select(runserver.FieldServerID).Strings(system)
		if err != nil || len(next) == 0 {
			return err
		}
		as, err := b.requester(ctx)
		if err != nil {
			return err
		}
		// What is written of each server names the run as the request that it followed from: the actor is the requester.
		if outcomes, err = do(journal.WithRequest(as, b.run.ID, ""), next); err != nil {
			return err
		}
		if err := b.write(system, client, outcomes); err != nil {
			return err
		}
		return b.say(system, refusals(outcomes))
	})
	return outcomes, err
}

// errRequester ends a run whose requester may not sign in any more.
var errRequester = fault.New(fault.Denied, fault.Text{
	EN: "Who asked for this may not sign in any more.", FR: "L’auteur de la demande n’a plus le droit de se connecter.",
})

// requester is a context in which the requester looks, with the rights of this moment.
func (b *bulk) requester(ctx context.Context) (context.Context, error) {
	if b.run.RequestedByID == nil {
		return access.As(ctx, b.run.RequestedBy), nil
	}
	viewer, err := b.engine.Viewer(ctx, *b.run.RequestedByID)
	if fault.Is(err, fault.Unauthenticated) || fault.Is(err, fault.NotFound) {
		return nil, errRequester
	}
	if err != nil {
		return nil, err
	}
	if b.change.Scoped {
		viewer.Scopes = access.NewSet(b.change.Scopes...)
	}
	return access.NewContext(ctx, viewer), nil
}

func (b *bulk) do(ctx context.Context, ids []string) ([]inventory.BulkOutcome, error) {
	if b.change.ProjectID == "" {
		return b.engine.Inventory.ChangeEach(ctx, ids, b.change.BulkChange)
	}
	return b.claim(ctx, ids)
}

// claim gives servers to a project, each by a claim of its own, whose key is the run's: made once, whatever happens.
func (b *bulk) claim(ctx context.Context, ids []string) (outcomes []inventory.BulkOutcome, err error) {
	seen, err := b.engine.DB.Client(ctx).Server.Query().Where(server.IDIn(ids...)).All(ctx)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, one := range seen {
		names[one.ID] = one.Hostname
	}
	for _, id := range ids {
		o := inventory.BulkOutcome{ServerID: id, Hostname: names[id]}
		_, err := b.engine.Allocation.ClaimServer(ctx, allocation.Terms{ProjectID: b.change.ProjectID, Key: b.run.ID + "/" + id, Note: b.change.Reason},
			allocation.ServerSelector{IDs: []string{id}})
		if refused, ok := fault.As(err); ok && refused.Code() != fault.Internal && refused.Code() != fault.Unavailable {
			o.Refusal = refused
		} else if err != nil {
			return nil, err
		}
		outcomes = append(outcomes, o)
	}
	return outcomes, nil
}

// write writes down what became of servers.
func (b *bulk) write(ctx context.Context, client *ent.Client, outcomes []inventory.BulkOutcome) error {
	var done []string
	for _, o := range outcomes {
		if o.Refusal == nil {
			done = append(done, o.ServerID)
			continue
		}
		reason := o.Refusal.Text()
		err := client.RunServer.Update().Where(runserver.RunID(b.run.ID), runserver.ServerID(o.ServerID)).
			SetStatus(runserver.StatusREFUSED).SetHostname(o.Hostname).SetReason(&reason).Exec(ctx)
		if err != nil {
			return err
		}
	}
	return client.RunServer.Update().Where(runserver.RunID(b.run.ID), runserver.ServerIDIn(done...)).SetStatus(runserver.StatusDONE).Exec(ctx)
}

// putBack gives a run back to the queue, for whoever goes on with it: this process stops, or what it needs is away.
func (e *Engine) putBack(ctx context.Context, r *ent.Run) error {
	return e.DB.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
		held, err := client.Run.Query().Where(run.ID(r.ID), run.Lease(r.Lease)).Only(ctx)
		if ent.IsNotFound(err) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := e.world.EndSteps(ctx, held, nil, stepStatus(runner.Canceled), e.now()); err != nil {
			return err
		}
		if held.Status == run.StatusCANCELING {
			_, err = e.end(ctx, held, planCanceled, errCanceled(cancelerOf(held)), Patch{})
			return err
		}
		_, err = e.move(ctx, held, planQueued, Patch{Lease: 1})
		return err
	})
}
