package provision

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/planfile"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/ent/stateversion"
	"github.com/arpent/arpent/internal/auth"
	"github.com/arpent/arpent/internal/gitops"
	"github.com/arpent/arpent/internal/runner"
)

// Scene renders the project's folder with the run's change. For an apply it is the scene that was planned, if that is kept.
func (e world) Scene(ctx context.Context, r *ent.Run) (Scene, error) {
	if kept, ok := e.scenes.of(r); ok && r.Phase == run.PhaseAPPLY {
		return kept, nil
	}
	p, err := e.DB.Client(ctx).Project.Get(ctx, *r.ProjectID)
	if err != nil {
		return Scene{}, err
	}
	folder, err := e.render(ctx, r, p)
	return Scene{project: p, folder: folder, packed: &packed{}}, err
}

// Commit commits the folder to the branch of the run, in the requester's name.
func (e world) Commit(ctx context.Context, r *ent.Run, s Scene) (branch, commit string, err error) {
	branch = "run/" + r.ID
	commit, err = e.Gitops.Commit(ctx, gitops.Commit{
		Branch: branch, Acronym: s.project.Acronym, Files: s.folder.Files, Author: e.author(ctx, r), Message: message(r, s.project),
	})
	if err == nil {
		e.scenes.keep(r.ID, commit, s)
	}
	return branch, commit, err
}

// Merge merges what the run planned, by its commit: its branch may hold what a later attempt plans, since whoever stood
// still between two calls finds another one at work, and the repository knows no lease.
func (e world) Merge(ctx context.Context, r *ent.Run) (commit string, err error) {
	p, err := e.projectOf(ctx, r)
	if err != nil {
		return "", err
	}
	commit, err = e.Gitops.Merge(ctx, gitops.Merge{
		Branch: *r.Commit, Acronym: p.Acronym, Author: e.author(ctx, r), Message: "Merge: " + message(r, p),
	})
	if gitops.IsMoved(err) {
		return "", errors.Join(ErrFolderMoved, err)
	}
	return commit, err
}

// projectOf is the project of a run whose scene is kept, else as it is.
func (e world) projectOf(ctx context.Context, r *ent.Run) (*ent.Project, error) {
	if kept, ok := e.scenes.of(r); ok {
		return kept.project, nil
	}
	return e.DB.Client(ctx).Project.Get(ctx, *r.ProjectID)
}

// Task is what a worker is told to do.
func (e world) Task(r *ent.Run, s Scene, mode runner.Mode, plan []byte) (runner.Task, error) {
	folder := s.folder
	files, err := s.packed.of(folder)
	if err != nil {
		return runner.Task{}, err
	}
	task := runner.Task{
		RunID: r.ID, Mode: mode, Files: files, Plan: plan,
		SecretVars: folder.SecretVars, Env: maps.Clone(e.ToolEnv), Masks: folder.Masks, Limits: e.Limits,
	}
	e.introduce(&task, r, s.project)
	if folder.OwnBackend {
		task.Backend = e.BackendEnv
		return task, nil
	}
	task.State = &runner.StateBackend{
		Address: e.stateAddress(s.project), Username: "run",
		Password: e.leaseOf(r).Token,
	}
	return task, nil
}

// introduce has the tool know Arpent, in the name of this attempt at this run: what our provider needs, and any other program
// that asks Arpent. The engine has the same token in no other place, and its log does not show it.
func (e world) introduce(task *runner.Task, r *ent.Run, p *ent.Project) {
	token := auth.RunToken{Run: r.ID, Lease: r.Lease, Project: p.ID}.Sign(e.Keyring.Signer())
	if task.Env == nil {
		task.Env = map[string]string{}
	}
	maps.Copy(task.Env, map[string]string{
		"ARPENT_URL": e.PublicURL, "ARPENT_TOKEN": token, "ARPENT_PROJECT": p.ID, "ARPENT_RUN": r.ID,
	})
	task.Masks = append(slices.Clone(task.Masks), token)
}

// Plan opens the plan that was saved last.
func (e world) Plan(ctx context.Context, r *ent.Run) ([]byte, error) {
	file, err := e.DB.Client(ctx).PlanFile.Query().Where(planfile.RunID(r.ID)).Only(ctx)
	if err != nil {
		return nil, fmt.Errorf("saved plan of run %s: %w", r.ID, err)
	}
	return e.Keyring.Open(file.Sealed, planContext(r.ID))
}

// StateVersion is the number of the project's present state; 0 before there is one.
func (e world) StateVersion(ctx context.Context, projectID string) (int64, error) {
	last, err := e.DB.Client(ctx).StateVersion.Query().Where(stateversion.ProjectID(projectID)).
		Order(ent.Desc(stateversion.FieldVersion)).First(ctx)
	if ent.IsNotFound(err) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return last.Version, nil
}

// author is who a commit is in the name of: the requester, or Arpent itself.
func (e *Engine) author(ctx context.Context, r *ent.Run) gitops.Author {
	if r.RequestedByID == nil {
		return gitops.Author{Name: "Arpent", Email: "arpent@localhost"}
	}
	u, err := e.DB.Client(ctx).User.Get(ctx, *r.RequestedByID)
	if err != nil {
		return gitops.Author{Name: r.RequestedBy, Email: "arpent@localhost"}
	}
	return gitops.Author{Name: u.Name, Email: u.Email}
}

func message(r *ent.Run, p *ent.Project) string {
	return fmt.Sprintf("%s: %s\n\nRun: %s\nRequested-by: %s", p.Acronym, TitleOf(r).EN, r.ID, r.RequestedBy)
}
