package provision

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/runstep"
	"github.com/arpent/arpent/internal/clock"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/gitops"
	"github.com/arpent/arpent/internal/observe"
	"github.com/arpent/arpent/internal/queue"
	"github.com/arpent/arpent/internal/runner"
	"github.com/arpent/arpent/internal/secret"
	"github.com/arpent/arpent/internal/worker"
)

// Life is what becomes of runs: it decides every move and in which order things are asked, written and rung. It holds
// no database, no queue and no clock; it reaches them through four seams, each with two implementations: the real one,
// and that of internal/simulation, which lets this very code meet every fault that the real ones can have.
type Life struct {
	store      Store
	bells      Bells
	world      World
	clock      clock.Clock
	signer     *secret.Signer
	log        *slog.Logger
	lease      time.Duration
	numbers    numbers
	tracer     *observe.Tracer
	background sync.WaitGroup
}

// Seams is what a Life stands on.
type Seams struct {
	Store   Store
	Bells   Bells
	World   World
	Clock   clock.Clock
	Signer  *secret.Signer
	Log     *slog.Logger
	Lease   time.Duration     // how long a worker may be silent; 30 s when zero
	Metrics *observe.Registry // nil counts for nobody
	Tracer  *observe.Tracer   // nil traces nothing
}

const defaultLease = 30 * time.Second

// NewLife makes a Life.
func NewLife(s Seams) *Life {
	if s.Lease == 0 {
		s.Lease = defaultLease
	}
	return &Life{
		store: s.Store, bells: s.Bells, world: s.World, clock: s.Clock, signer: s.Signer, log: s.Log, lease: s.Lease,
		numbers: newNumbers(s.Metrics), tracer: s.Tracer,
	}
}

func (l *Life) now() time.Time { return l.clock.Now().UTC().Truncate(time.Microsecond) }

// Store is what the life of runs needs of the database. Its guarantees are those of PostgreSQL at READ COMMITTED: a
// read sees what is committed, and what its own transaction wrote; a write waits for whoever is writing the same row,
// and looks at its guard again then; the row of a run whose busy another row has is refused (database.IsTaken). Leases
// begin and end by its clock, since those of the servers disagree. What a viewer may not see is not found. A missing row is
// nil where it says so, else ent's not-found error.
type Store interface {
	// Tx runs work in a transaction and commits when it returns nil; within another it joins that one. An error
	// does not tell that nothing was committed: the answer to a commit may be lost.
	Tx(ctx context.Context, work func(ctx context.Context) error) error
	// AfterCommit calls f once the transaction of ctx is committed; at once when there is none.
	AfterCommit(ctx context.Context, f func())
	// Detach is ctx without its transaction, for work that outlives it.
	Detach(ctx context.Context) context.Context

	Get(ctx context.Context, id string) (*ent.Run, error)
	// Glance is Get for who asks only whether an attempt goes on: where the run is, its lease, and whether it is to stop.
	Glance(ctx context.Context, id string) (*ent.Run, error)
	// Lock is Get, and keeps others from writing the run until the transaction ends.
	Lock(ctx context.Context, id string) (*ent.Run, error)
	Insert(ctx context.Context, r *ent.Run) (*ent.Run, error)
	// Write patches the run if it meets the guard, and returns how many rows it wrote. With a context of database.Certain it
	// may be written at the end of its transaction, which fails with the refusal then.
	Write(ctx context.Context, guard Guard, patch Patch) (int, error)
	// Keep keeps others from writing the run until the transaction ends, if it meets the guard, and returns how many runs
	// that is. With a context of database.Certain it is as Write.
	Keep(ctx context.Context, guard Guard) (int, error)

	Holder(ctx context.Context, busy string) (*ent.Run, error) // nil when nobody works on it
	// Front is the run that holds a project, else its first queued one; nil when there is neither.
	Front(ctx context.Context, projectID string) (*ent.Run, error)
	// FrontOf is the Front of the project that a run is in; nil for a run that is in none, or is none.
	FrontOf(ctx context.Context, runID string) (*ent.Run, error)
	// Queued lists queued runs of a project: apply before plan, then the oldest.
	Queued(ctx context.Context, projectID string, limit int) ([]*ent.Run, error)
	Untold(ctx context.Context, projectID string, limit int) ([]*ent.Run, error)     // Queued, without a reason why they wait
	Expired(ctx context.Context, limit int) ([]*ent.Run, error)                      // whose lease has ended, by its own clock
	Unheard(ctx context.Context, before time.Time, limit int) ([]*ent.Run, error)    // queued before, the oldest first
	Unanswered(ctx context.Context, before time.Time, limit int) ([]*ent.Run, error) // waiting for people, until before
	Frozen(ctx context.Context, projectID string, at time.Time) (*ent.Freeze, error) // nil when no freeze holds
	Approvals(ctx context.Context, runID string) ([]*ent.Approval, error)            // the oldest first
	AddApproval(ctx context.Context, a *ent.Approval) error
	RolesOf(ctx context.Context, userID, projectID string) ([]string, error) // keys of roles, the platform's included
	// Seen notes that a worker is alive, and tells whether it is paused.
	Seen(ctx context.Context, claim worker.Claim, at time.Time) (paused bool, err error)

	AddPiece(ctx context.Context, piece *ent.RunLog) error
	PieceAt(ctx context.Context, runID string, position int64) (*ent.RunLog, error) // the last that begins there or before; nil
	RawPieces(ctx context.Context, runID string, limit int) ([]*ent.RunLog, error)  // in order
	ReplacePieces(ctx context.Context, old []*ent.RunLog, by *ent.RunLog) error
}

// Bells is what the life of runs needs of the queue. Any ring may be lost, doubled or late; the sweep rings again.
type Bells interface {
	Ring(ctx context.Context, priority queue.Priority, runID string) error
	Next(ctx context.Context, wait time.Duration) (*queue.Message, error) // nil when none came in time
	Ack(ctx context.Context, message *queue.Message) error
	// Changed tells those who follow a run, on every replica, that it has changed.
	Changed(runID string)
	// Listen hears Changed from now on.
	Listen(runID string) Listener
	// Logged hands a stored piece of a log to those who follow it.
	Logged(ctx context.Context, runID string, offset int64, piece []byte)
	// WakeClerk lets this process look for runs that it carries out itself.
	WakeClerk()
}

// Listener hears of one run.
type Listener interface {
	Heard(ctx context.Context, wait time.Duration) // returns when there may be news, and after a while in any case
	Close()
}

// World is what hangs on the life of runs and decides nothing in it: what a run is about, its plan, its steps, the
// private repository, the state. What it writes is written in the transaction of ctx.
type World interface {
	Journal(ctx context.Context, r *ent.Run, event string) error

	Works(ctx context.Context, r *ent.Run) error // what the run is about is being worked on
	Waits(ctx context.Context, r *ent.Run) error // … waits for people
	Stays(ctx context.Context, r *ent.Run, to State, reason *fault.Error) error
	Failed(ctx context.Context, r *ent.Run, result runner.Result) error
	Applied(ctx context.Context, r *ent.Run, result runner.Result) error
	Adopted(ctx context.Context, r *ent.Run) error // the folder holds the run's change
	Unchanged(ctx context.Context, r *ent.Run) error
	Drifted(ctx context.Context, r *ent.Run, result runner.Result) error

	WriteSteps(ctx context.Context, r *ent.Run, steps []runner.Step) error // each of another name
	// EndSteps writes what was told last of an attempt's steps, and ends those that did not say how they ended.
	EndSteps(ctx context.Context, r *ent.Run, told []runner.Step, status runstep.Status, at time.Time) error
	SavePlan(ctx context.Context, r *ent.Run, result runner.Result) error
	Plan(ctx context.Context, r *ent.Run) ([]byte, error) // that was saved last
	DropPlan(ctx context.Context, runID string) error

	Scene(ctx context.Context, r *ent.Run) (Scene, error)
	Commit(ctx context.Context, r *ent.Run, s Scene) (branch, commit string, err error)
	// Merge merges the run's branch, which may be merged already; ErrFolderMoved when it no longer fits.
	Merge(ctx context.Context, r *ent.Run) (commit string, err error)
	Task(r *ent.Run, s Scene, mode runner.Mode, plan []byte) (runner.Task, error)
	StateVersion(ctx context.Context, projectID string) (int64, error) // 0 before there is one
	KeepState(ctx context.Context, runID string, lease int64, body []byte) error
}

// Scene is the folder in which a run is played.
type Scene struct {
	project *ent.Project
	folder  gitops.Folder
	packed  *packed
}
