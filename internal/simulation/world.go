package simulation

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/ent/runstep"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/journal"
	"github.com/arpent/arpent/internal/provision"
	"github.com/arpent/arpent/internal/runner"
	"github.com/arpent/arpent/internal/worker"
)

// world is what hangs on runs: events, the saved plan, the private repository and the state. Resources and steps are
// not simulated; they hang on the same transactions and decide nothing.
type world struct{ *server }

var _ provision.World = world{}

// Journal implements provision.World.
func (w world) Journal(ctx context.Context, r *ent.Run, event string) error {
	if w.Mutation == EventOutsideTransaction {
		ctx = w.database.Detach(ctx)
	}
	return w.journal.Write(ctx, journal.Entry{
		Type: event, Audience: journal.Project, SubjectID: r.ID, ProjectID: *r.ProjectID,
		After: State{r.Status, r.Phase},
	})
}

// State is what an event says of its run.
type State struct {
	Status run.Status
	Phase  run.Phase
}

func (w world) nothing(ctx context.Context) error {
	_, err := w.database.read(ctx)
	return err
}

// Works implements provision.World.
func (w world) Works(ctx context.Context, _ *ent.Run) error { return w.nothing(ctx) }

// Waits implements provision.World.
func (w world) Waits(ctx context.Context, _ *ent.Run) error { return w.nothing(ctx) }

// Stays implements provision.World.
func (w world) Stays(ctx context.Context, _ *ent.Run, _ provision.State, _ *fault.Error) error {
	return w.nothing(ctx)
}

// Failed implements provision.World.
func (w world) Failed(ctx context.Context, _ *ent.Run, _ runner.Result) error { return w.nothing(ctx) }

// Applied implements provision.World.
func (w world) Applied(ctx context.Context, _ *ent.Run, _ runner.Result) error { return w.nothing(ctx) }

// Adopted implements provision.World.
func (w world) Adopted(ctx context.Context, _ *ent.Run) error { return w.nothing(ctx) }

// Unchanged implements provision.World.
func (w world) Unchanged(ctx context.Context, _ *ent.Run) error { return w.nothing(ctx) }

// Drifted implements provision.World.
func (w world) Drifted(ctx context.Context, _ *ent.Run, _ runner.Result) error { return w.nothing(ctx) }

// WriteSteps implements provision.World: what matters of steps is in whose name they are written.
func (w world) WriteSteps(ctx context.Context, r *ent.Run, _ []runner.Step) error {
	return w.database.write(ctx, func(tx *transaction) error {
		w.watchStep(tx, lease{r.ID, r.Lease})
		return nil
	})
}

// EndSteps implements provision.World.
func (w world) EndSteps(ctx context.Context, r *ent.Run, told []runner.Step, _ runstep.Status, _ time.Time) error {
	if len(told) == 0 {
		return w.nothing(ctx)
	}
	return w.WriteSteps(ctx, r, told)
}

// SavePlan implements provision.World.
func (w world) SavePlan(ctx context.Context, r *ent.Run, result runner.Result) error {
	return w.setPlan(ctx, r.ID, &result.Plan)
}

// DropPlan implements provision.World.
func (w world) DropPlan(ctx context.Context, runID string) error { return w.setPlan(ctx, runID, nil) }

func (w world) setPlan(ctx context.Context, runID string, plan *[]byte) error {
	d := w.database
	return d.write(ctx, func(tx *transaction) error {
		if d.plans[runID] == nil {
			d.plans[runID] = &row[[]byte]{}
		}
		if err := d.plans[runID].take(tx); err != nil {
			return err
		}
		d.plans[runID].pending = plan
		return nil
	})
}

// Plan implements provision.World.
func (w world) Plan(ctx context.Context, r *ent.Run) ([]byte, error) {
	tx, err := w.database.read(ctx)
	if err != nil {
		return nil, err
	}
	plan := w.database.plans[r.ID].visible(tx)
	if plan == nil {
		return nil, errNone
	}
	return *plan, nil
}

// folder is a project's folder on the main branch, and branches on it.
type folder struct {
	version  int
	branches map[string]string // the commit of each; a later attempt's takes the place of an earlier one's
	commits  map[string]*commit
}

// commit is what a run wants of the folder.
type commit struct {
	from   int // version of the folder
	merged bool
}

var errGit = fault.New(fault.Unavailable, fault.Text{EN: "the repository is away", FR: "le dépôt est absent"})

// git is one call of the private repository, which knows no lease.
func (w world) git() error {
	w.latency()
	switch {
	case w.happens(FailGit):
		return errGit
	case w.happens(SlowGit):
		w.kernel.sleep(w.kernel.between(5*time.Second, 40*time.Second))
	}
	return nil
}

// Scene implements provision.World.
func (w world) Scene(ctx context.Context, _ *ent.Run) (provision.Scene, error) {
	return provision.Scene{}, w.nothing(ctx)
}

// Commit implements provision.World.
func (w world) Commit(_ context.Context, r *ent.Run, _ provision.Scene) (name, hash string, err error) {
	if err := w.git(); err != nil {
		return "", "", err
	}
	f := w.folders[*r.ProjectID]
	w.commits++
	hash = fmt.Sprint("c", w.commits)
	name = "run/" + r.ID
	f.branches[name], f.commits[hash] = hash, &commit{from: f.version}
	w.latency()
	return name, hash, nil
}

// Merge implements provision.World.
func (w world) Merge(_ context.Context, r *ent.Run) (string, error) {
	if err := w.git(); err != nil {
		return "", err
	}
	f := w.folders[*r.ProjectID]
	hash := *r.Commit
	if w.Mutation == MergeByBranch {
		hash = f.branches[*r.Branch]
	}
	c := f.commits[hash]
	switch {
	case c.merged:
		return hash, nil
	case c.from != f.version:
		return "", provision.ErrFolderMoved
	}
	w.checkMerge(r, hash)
	f.version++
	c.merged = true
	w.latency()
	return hash, nil
}

// Task implements provision.World.
func (w world) Task(r *ent.Run, _ provision.Scene, mode runner.Mode, plan []byte) (runner.Task, error) {
	return runner.Task{RunID: r.ID, Mode: mode, Files: r.Change, Plan: plan, State: &runner.StateBackend{
		Address: *r.ProjectID, Password: fmt.Sprint(r.Lease),
	}}, nil
}

// wish is the change of a run: how many objects it makes.
type wish struct {
	Op      string `json:"op"`
	Name    string `json:"name"`
	Objects int    `json:"objects"`
}

// state is a project's state: what was made by whom. It is never changed, only replaced.
type state struct {
	version int64
	made    map[string]int // by run
}

func (s *state) with(runID string, made int) *state {
	next := &state{version: s.version + 1, made: map[string]int{runID: made}}
	for id, n := range s.made {
		if id != runID {
			next.made[id] = n
		}
	}
	return next
}

// StateVersion implements provision.World.
func (w world) StateVersion(ctx context.Context, projectID string) (int64, error) {
	tx, err := w.database.read(ctx)
	if err != nil {
		return 0, err
	}
	return w.database.states[projectID].visible(tx).version, nil
}

// KeepState implements provision.World.
func (w world) KeepState(ctx context.Context, runID string, number int64, body []byte) error {
	var post posted
	if err := json.Unmarshal(body, &post); err != nil {
		return err
	}
	return w.post(ctx, lease{runID, number}, post)
}

// lock gives a project's state to a lease, with which the lock dies.
func (s *server) lock(ctx context.Context, by lease, project string) (locked *state, err error) {
	d := s.database
	err = d.write(ctx, func(tx *transaction) error {
		if err := s.alone(tx, by, project); err != nil {
			return err
		}
		s.locks[project], locked = by, d.states[project].pending
		return nil
	})
	return locked, err
}

// alone makes a transaction the only one that changes a state, in the name of a lease that lives until it ends.
func (s *server) alone(tx *transaction, by lease, project string) error {
	d := s.database
	if err := d.states[project].take(tx); err != nil {
		return err
	}
	if err := d.byID[by.run].share(tx); err != nil {
		return err
	}
	r := d.byID[by.run].visible(tx)
	if s.Mutation != StateWithoutFence && (r.Lease != by.number || r.Busy == nil) {
		return errState
	}
	return nil
}

// posted is a state on its way.
type posted struct {
	Project string
	Base    int64 // the version that it is made from
	Made    int   // by the run
}

var errState = fault.New(fault.Conflict, fault.Text{EN: "the state is refused", FR: "l’état est refusé"})

// post stores a state in the name of a lease, as internal/tfstate does: alone with the project's state, and with the
// run's row held as it is.
func (s *server) post(ctx context.Context, by lease, p posted) error {
	d := s.database
	return d.Tx(ctx, func(ctx context.Context) error {
		return d.write(ctx, func(tx *transaction) error {
			if err := s.alone(tx, by, p.Project); err != nil {
				return err
			}
			row := d.states[p.Project]
			if row.pending.version != p.Base {
				if row.pending.made[by.run] == p.Made {
					return nil // the same once more
				}
				return errState
			}
			d.watchState(tx, by)
			row.pending = row.pending.with(by.run, p.Made)
			return nil
		})
	})
}

// claimed reads the lease out of a token, as the server does with one it signed.
func claimed(l worker.Lease) lease { return lease{l.RunID, l.Number} }

func wishOf(change json.RawMessage) (w wish) {
	_ = json.Unmarshal(change, &w) // it is our own
	return w
}

func isResync(kind string) bool { return strings.HasPrefix(kind, journal.Resync) }
