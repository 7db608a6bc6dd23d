package gitrepo

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"

	"github.com/go-git/go-git/v5/plumbing"
)

// Remote says where the private repository is.
type Remote struct {
	URL        string // as of a Source; a local path is a bare repository, made when it is not there
	Credential Credential
	Branch     string    // the main branch; empty is "main"
	Author     Signature // of the first commit, when the repository is new
	Readme     string    // the first commit's README.md; empty is a line that says what the repository is
}

// Repository is a repository that we write: local and bare, or remote with a cache. It is safe for use by
// several goroutines, and several processes may have the same one open, each with its own cache folder or all with one.
type Repository struct {
	objects *objects
	refs    references
	branch  string
	writing sync.Mutex // one merge at a time in this process: the others would only lose the race
}

// references is where the branches of a repository are: in its folder or on a server.
type references interface {
	// read gives the commit of a full reference name. fault.NotFound when there is none.
	read(ctx context.Context, name string) (plumbing.Hash, error)
	// all gives the references below a prefix.
	all(ctx context.Context, prefix string) (map[string]plumbing.Hash, error)
	// obtain makes sure that commits, with all that they need, are among the objects.
	obtain(ctx context.Context, commits ...plumbing.Hash) error
	// swap moves a reference from old to next, and fails with errLost when it is no longer at old. A zero
	// hash stands for no reference.
	swap(ctx context.Context, name string, old, next plumbing.Hash) error
	// force moves a reference wherever it was; errLost when that changed meanwhile.
	force(ctx context.Context, name string, next plumbing.Hash) error
	// flush returns once a reference that was moved is where it is for ever, with all that it needs.
	flush(name string) error
	close()
}

// errLost says that a reference was moved by somebody else.
var errLost = errors.New("the reference moved")

// Open opens the private repository. The folder is the cache of a remote one; a local one needs none. A
// repository without any branch gets its main branch with a README.
func Open(ctx context.Context, remote Remote, dir string) (*Repository, error) {
	at, err := locate(remote.URL)
	if err != nil {
		return nil, err
	}
	r := &Repository{branch: firstOf(remote.Branch, "main")}
	if _, err := branchRef(r.branch); err != nil {
		return nil, err
	}
	if at.path != "" {
		err = r.openLocal(at.path)
	} else {
		err = r.openRemote(at, remote.Credential, dir)
	}
	if err != nil {
		return nil, err
	}
	if err := r.begin(ctx, remote); err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

func (r *Repository) openLocal(path string) error {
	if err := initBare(path, r.branch); err != nil {
		return err
	}
	r.objects = openObjects(path)
	r.refs = refsIn(path)
	return nil
}

func (r *Repository) openRemote(at place, credential Credential, dir string) error {
	if err := prepare(dir); err != nil {
		return fmt.Errorf("preparing the cache of the repository: %w", err)
	}
	if err := initBare(dir, r.branch); err != nil {
		return err
	}
	r.objects = openObjects(dir)
	r.refs = &remoteRefs{
		server:  &server{endpoint: at.endpoint, credential: credential, dir: dir},
		objects: r.objects, seen: refsIn(dir),
	}
	return nil
}

// Close lets go of open files and connections.
func (r *Repository) Close() {
	r.objects.close()
	r.refs.close()
}

// begin makes the first commit of a repository that has none.
func (r *Repository) begin(ctx context.Context, remote Remote) error {
	name := "refs/heads/" + r.branch
	heads, err := r.refs.all(ctx, "refs/heads/")
	if err != nil {
		return err
	}
	if _, ok := heads[name]; ok {
		return nil
	}
	if len(heads) > 0 {
		return errNoRef(r.branch)
	}
	readme := firstOf(remote.Readme, "This repository is written by Arpent: one folder per project.\n")
	commit, err := r.firstCommit(readme, remote.Author)
	if err != nil {
		return err
	}
	if err := r.refs.swap(ctx, name, plumbing.ZeroHash, commit); err != nil && !errors.Is(err, errLost) {
		return err
	}
	return r.refs.flush(name)
}

func (r *Repository) firstCommit(readme string, author Signature) (plumbing.Hash, error) {
	draft := r.objects.staged()
	leaves, err := plantFiles(draft, map[string][]byte{"README.md": []byte(readme)}, nobody)
	if err != nil {
		return plumbing.ZeroHash, err
	}
	tree, err := plant(draft, leaves)
	if err != nil {
		return plumbing.ZeroHash, err
	}
	commit, err := writeCommit(draft, tree, author, "Begin")
	if err != nil {
		return plumbing.ZeroHash, err
	}
	return commit, draft.settle()
}

// Head is the commit of a branch; an empty name is the main branch.
func (r *Repository) Head(ctx context.Context, branch string) (string, error) {
	name, err := branchRef(firstOf(branch, r.branch))
	if err != nil {
		return "", err
	}
	hash, err := r.refs.read(ctx, name)
	return text(hash), err
}

// Branches lists the branches below a prefix, as in "run/", with their commits.
func (r *Repository) Branches(ctx context.Context, prefix string) (map[string]string, error) {
	found, err := r.refs.all(ctx, "refs/heads/"+prefix)
	branches := make(map[string]string, len(found))
	for name, hash := range found {
		branches[strings.TrimPrefix(name, "refs/heads/")] = hash.String()
	}
	return branches, err
}

// DeleteBranch removes a branch. One that is not there is no error; the main branch is not removed.
func (r *Repository) DeleteBranch(ctx context.Context, branch string) error {
	name, err := branchRef(branch)
	if err != nil || branch == r.branch {
		return errRefName(branch)
	}
	return r.retry(ctx, branch, func() error {
		old, err := r.refs.read(ctx, name)
		if isMissing(err) {
			return nil
		}
		if err != nil {
			return err
		}
		return r.refs.swap(ctx, name, old, plumbing.ZeroHash)
	})
}

// resolve finds the commit that a branch, tag, full reference or commit hash means, and brings it here.
func (r *Repository) resolve(ctx context.Context, ref string) (plumbing.Hash, error) {
	ref = firstOf(ref, r.branch)
	hash, ok := wholeHash(ref)
	if !ok {
		found, err := r.lookUp(ctx, ref)
		if err != nil {
			return plumbing.ZeroHash, err
		}
		hash = found
	}
	if err := r.refs.obtain(ctx, hash); err != nil {
		return plumbing.ZeroHash, err
	}
	return peelObject(r.objects, hash)
}

func (r *Repository) lookUp(ctx context.Context, ref string) (plumbing.Hash, error) {
	candidates := []string{"refs/heads/" + ref, "refs/tags/" + ref}
	if strings.HasPrefix(ref, "refs/") {
		candidates = []string{ref}
	}
	for _, name := range candidates {
		if plumbing.ReferenceName(name).Validate() != nil {
			return plumbing.ZeroHash, errRefName(ref)
		}
		if hash, err := r.refs.read(ctx, name); !isMissing(err) {
			return hash, err
		}
	}
	return plumbing.ZeroHash, errNoRef(ref)
}

// branchRef is the full name of a branch whose name is good.
func branchRef(branch string) (string, error) {
	name := plumbing.NewBranchReferenceName(branch)
	if name.Validate() != nil || strings.HasPrefix(branch, "refs/") || wholeName(branch) {
		return "", errRefName(branch)
	}
	return name.String(), nil
}

// wholeName refuses branches that look like commits.
func wholeName(branch string) bool { _, ok := wholeHash(branch); return ok }

func text(hash plumbing.Hash) string {
	if hash.IsZero() {
		return ""
	}
	return hash.String()
}

// initBare makes a bare repository where there is nothing yet. It refuses a folder with other content.
func initBare(path, branch string) error {
	if gitFolder(path) == path {
		return nil
	}
	entries, err := os.ReadDir(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return errUnreadable(path, err)
	}
	for _, entry := range entries { // what is let through is a repository that another process is making
		if name := entry.Name(); name != lockName && name != "objects" && name != "refs" && name != "config" && !strings.HasPrefix(name, "tmp_") {
			if gitFolder(path) == path {
				return nil // that process has made it meanwhile: HEAD comes last
			}
			return errNotGit(path)
		}
	}
	if err := makeBare(path, branch); err != nil {
		return fmt.Errorf("making the repository %s: %w", path, err)
	}
	return nil
}
