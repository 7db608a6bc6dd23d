// Package provision is the heart of Arpent: it turns requests into runs and runs into infrastructure.
//
// # Tour
//
// A request (request.go, project.go) writes a run, its event and what it is about in one transaction; after the
// commit the run's id is put on the queue. What becomes of runs from then on is Life (life.go): workers reach it
// through worker.Backend (backend.go): they claim a run (claim.go) and get a task (prepare.go), renew their lease, send
// log (log.go) and steps, and finish (finish.go). What a run may become is one table (state.go), and one function
// writes it (move.go). People approve, reject and cancel (approve.go, cancel.go). The sweep (sweep.go) finds what got
// lost: leases of dead workers, bells that were not heard, questions that nobody answered.
//
// Life stands on four seams: Store (rows.go), Bells (bells.go), World (world.go) and clock.Clock. The simulation puts
// models of the database, of Redis and of time behind them, and finds out what becomes of runs when they fail.
//
// The database is the truth, the queue is the doorbell. Everything here can be called again after a crash.
package provision

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/allocation"
	"github.com/arpent/arpent/internal/catalog"
	"github.com/arpent/arpent/internal/clock"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/gitops"
	"github.com/arpent/arpent/internal/inventory"
	"github.com/arpent/arpent/internal/journal"
	"github.com/arpent/arpent/internal/observe"
	"github.com/arpent/arpent/internal/queue"
	"github.com/arpent/arpent/internal/runner"
	"github.com/arpent/arpent/internal/secret"
	"github.com/arpent/arpent/internal/tfstate"
)

// Config is what an engine is made of.
type Config struct {
	DB        *database.DB
	Journal   *journal.Journal
	Queue     *queue.Client
	Broadcast *queue.Broadcast
	Keyring   *secret.Keyring
	Catalog   *catalog.Service
	Gitops    *gitops.Service
	State     *tfstate.Service

	Inventory  *inventory.Service
	Allocation *allocation.Service
	// Viewer is an account as it may act now: in whose name servers are changed in bulk.
	Viewer func(ctx context.Context, userID string) (*access.Viewer, error)

	Log     *slog.Logger
	Metrics *observe.Registry // nil counts for nobody
	Tracer  *observe.Tracer   // nil traces nothing

	Name       string                // of this process, unique among the replicas
	PublicURL  string                // where workers and people reach the state backend
	Platform   catalog.PlatformFacts // what bindings know of the installation
	BackendEnv map[string]string     // settings for bases that declare a backend of their own
	ToolEnv    map[string]string     // given to every tool, for clouds' credentials
	Limits     runner.Limits         // of every task
	Lease      time.Duration         // how long a worker may be silent; 30 s when zero
	DriftEvery time.Duration         // how often drift is looked for; never when zero
	Alone      bool                  // no other process works on this database: leases of a former life are void
}

// Engine carries requests to their end.
type Engine struct {
	Config
	*Life
	reader  *queue.Reader
	follows *follows
	logs    *tails
	scenes  scenes
	clerk   chan struct{} // wakes what this process does itself: library syncs
	bulker  chan struct{} // … and bulk changes of servers
}

// New makes an engine; it must Run, and Close afterwards.
func New(config Config) *Engine {
	if config.Lease == 0 {
		config.Lease = defaultLease
	}
	e := &Engine{
		Config: config,
		reader: config.Queue.NewReader(queue.ReaderConfig{Consumer: config.Name}),
		scenes: newScenes(),
		clerk:  make(chan struct{}, 1),
		bulker: make(chan struct{}, 1),
	}
	e.Life = NewLife(Seams{
		Store: Rows(config.DB), Bells: bells{e}, World: world{e}, Clock: clock.Real{},
		Signer: config.Keyring.Signer(), Log: config.Log, Lease: config.Lease,
		Metrics: config.Metrics, Tracer: config.Tracer,
	})
	e.follows = newFollows(e)
	e.logs = newTails(e)
	e.survey(config.Metrics)
	return e
}

// Run does what nobody asks for, until ctx is done: it sweeps, syncs libraries, changes servers in bulk and looks
// for drift.
func (e *Engine) Run(ctx context.Context) error {
	if e.Alone {
		if err := e.voidLeases(ctx); err != nil {
			return err
		}
	}
	var tasks sync.WaitGroup
	tasks.Go(func() { e.sweepForever(ctx) })
	tasks.Go(func() { e.syncForever(ctx) })
	tasks.Go(func() { e.bulkForever(ctx) })
	tasks.Wait()
	return ctx.Err()
}

// Close ends what waits in the engine; call it when the workers have stopped.
func (e *Engine) Close() {
	e.reader.Close()
	e.background.Wait()
}

func now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }
