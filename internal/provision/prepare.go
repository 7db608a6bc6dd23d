package provision

import (
	"context"
	"errors"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/internal/runner"
)

// ErrFolderMoved says that the branch of a run no longer fits the main branch.
var ErrFolderMoved = errors.New("the folder has moved")

// prepare makes the task of a claimed run: it renders the project's folder with the run's change and commits it to
// the run's branch, or, once approved, merges that branch. It returns the run as it is afterwards.
func (l *Life) prepare(ctx context.Context, r *ent.Run) (*ent.Run, runner.Task, error) {
	scene, err := l.world.Scene(ctx, r)
	if err != nil {
		return r, runner.Task{}, err
	}
	if r.Phase == run.PhaseAPPLY {
		return l.prepareApply(ctx, r, scene)
	}
	return l.preparePlan(ctx, r, scene)
}

func (l *Life) preparePlan(ctx context.Context, r *ent.Run, scene Scene) (*ent.Run, runner.Task, error) {
	branch, commit, err := l.world.Commit(ctx, r, scene)
	if err != nil {
		return r, runner.Task{}, err
	}
	serial, err := l.world.StateVersion(ctx, *r.ProjectID)
	if err != nil {
		return r, runner.Task{}, err
	}
	noted := Patch{Branch: Set(branch), Commit: Set(commit), PlannedSerial: Set(serial)}
	if r, err = l.begins(ctx, r, noted, l.world.Works); err != nil {
		return r, runner.Task{}, err
	}
	mode := runner.Plan
	if r.Kind == run.KindDRIFT {
		mode = runner.Drift
	}
	task, err := l.world.Task(r, scene, mode, nil)
	return r, task, err
}

// prepareApply merges what was approved and opens the plan. When the state or the folder has moved since the plan
// was made, the run plans again.
func (l *Life) prepareApply(ctx context.Context, r *ent.Run, scene Scene) (*ent.Run, runner.Task, error) {
	serial, err := l.world.StateVersion(ctx, *r.ProjectID)
	if err != nil {
		return r, runner.Task{}, err
	}
	if r.PlannedSerial == nil || *r.PlannedSerial != serial {
		return r, runner.Task{}, l.replan(ctx, r)
	}
	commit, err := l.world.Merge(ctx, r)
	if errors.Is(err, ErrFolderMoved) {
		return r, runner.Task{}, l.replan(ctx, r)
	}
	if err != nil {
		return r, runner.Task{}, err
	}
	plan, err := l.world.Plan(ctx, r)
	if err != nil {
		return r, runner.Task{}, err
	}
	if r, err = l.merged(ctx, r, commit); err != nil {
		return r, runner.Task{}, err
	}
	task, err := l.world.Task(r, scene, runner.Apply, plan)
	return r, task, err
}

// merged notes the merge commit, and that the folder on the main branch holds the change.
func (l *Life) merged(ctx context.Context, r *ent.Run, commit string) (*ent.Run, error) {
	return l.begins(ctx, r, Patch{Commit: Set(commit)}, l.world.Works, l.world.Adopted)
}

// begins notes where the folder of an attempt is, and in the same transaction what that means for what the run is about.
func (l *Life) begins(ctx context.Context, r *ent.Run, patch Patch, means ...func(context.Context, *ent.Run) error) (*ent.Run, error) {
	var noted *ent.Run
	err := l.store.Tx(ctx, func(ctx context.Context) (err error) {
		if noted, err = l.note(ctx, r, patch); err != nil {
			return err
		}
		for _, what := range means {
			if err := what(ctx, r); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return r, err
	}
	return noted, nil
}

// replan sends an approved run back to plan, and says so to prepare's caller with errMoved.
func (l *Life) replan(ctx context.Context, r *ent.Run) error {
	err := l.store.Tx(ctx, func(ctx context.Context) error {
		_, err := l.move(ctx, r, planQueued, Patch{Lease: 1})
		return err
	})
	if err != nil {
		return err
	}
	return errMoved
}
