package gitops

import (
	"context"
	"errors"
	"path"
	"time"

	"github.com/arpent/arpent/internal/gitrepo"
)

// Service commits folders to the private repository and merges them. Several processes may use one repository.
type Service struct {
	repository *gitrepo.Repository
	now        func() time.Time
}

// Config is what a Service needs.
type Config struct {
	Repository *gitrepo.Repository
	Now        func() time.Time // nil: the clock
}

// New makes a Service.
func New(config Config) *Service {
	now := config.Now
	if now == nil {
		now = time.Now
	}
	return &Service{repository: config.Repository, now: now}
}

// Author is in whose name something is written.
type Author struct{ Name, Email string }

func (s *Service) sign(a Author) gitrepo.Signature {
	return gitrepo.Signature{Name: a.Name, Email: a.Email, When: s.now().UTC().Truncate(time.Second)}
}

// folderOf is a project's folder in the repository.
func folderOf(acronym string) string { return path.Join("terraform", acronym) }

// Commit is a rendered folder on the way to a branch.
type Commit struct {
	Branch  string // of the run, as in run/run_…
	Acronym string
	Files   map[string][]byte
	Author  Author
	Message string
}

// Commit puts the folder on the branch, which starts anew from the main branch, and returns the commit's hash.
func (s *Service) Commit(ctx context.Context, c Commit) (string, error) {
	return s.repository.Commit(ctx, gitrepo.CommitRequest{
		Branch: c.Branch, Folder: folderOf(c.Acronym), Files: c.Files, Author: s.sign(c.Author), Message: c.Message,
	})
}

// Merge is an approved branch on the way to the main branch.
type Merge struct {
	Branch  string // or the hash of the commit that was approved
	Acronym string
	Author  Author
	Message string
}

// Merge brings the branch to the main branch and returns the merge's hash. A branch that is merged already
// answers with its merge. When the folder moved on the main branch meanwhile, IsMoved tells: render and commit again.
func (s *Service) Merge(ctx context.Context, m Merge) (string, error) {
	return s.repository.Merge(ctx, gitrepo.MergeRequest{
		Branch: m.Branch, Folder: folderOf(m.Acronym), Author: s.sign(m.Author), Message: m.Message,
	})
}

// IsMoved tells whether the folder changed on the main branch since the branch began.
func IsMoved(err error) bool { return errors.Is(err, gitrepo.ErrFolderMoved) }

// Drop removes the branch of a run that came to nothing. A branch that is not there is no error.
func (s *Service) Drop(ctx context.Context, branch string) error {
	return s.repository.DeleteBranch(ctx, branch)
}

// Diff is a unified diff of a project's folder between two commits or branches; truncated tells that it is not whole.
func (s *Service) Diff(ctx context.Context, acronym, from, to string) (unified string, truncated bool, err error) {
	return s.repository.Diff(ctx, from, to, folderOf(acronym))
}
