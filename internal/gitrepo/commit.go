package gitrepo

import (
	"context"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
)

// CommitRequest is a new content for one folder, on a branch of its own.
type CommitRequest struct {
	Branch      string            // made, or moved wherever it was
	Base        string            // branch, tag or commit to build on; empty is the main branch
	Folder      string            // as in terraform/WRK1
	Files       map[string][]byte // the whole content of the folder, by path in it; empty removes the folder
	Executables []string          // paths that may be executed; others keep the mode that they have at the base
	Author      Signature
	Message     string
}

// Commit puts a branch on a new commit whose tree is the base's with the folder replaced, and returns the
// commit's hash. The same request on the same base gives the same commit.
func (r *Repository) Commit(ctx context.Context, request CommitRequest) (string, error) {
	name, err := branchRef(request.Branch)
	if err != nil {
		return "", err
	}
	if request.Branch == r.branch {
		return "", errRefName(request.Branch)
	}
	if err := checkPath(request.Folder); err != nil {
		return "", err
	}
	base, err := r.resolve(ctx, request.Base)
	if err != nil {
		return "", err
	}
	commit, err := r.build(request, base)
	if err != nil {
		return "", err
	}
	if err := r.retry(ctx, request.Branch, func() error { return r.refs.force(ctx, name, commit) }); err != nil {
		return commit.String(), err
	}
	return commit.String(), r.refs.flush(name)
}

// build writes the commit of a request, without a branch.
func (r *Repository) build(request CommitRequest, base plumbing.Hash) (plumbing.Hash, error) {
	draft := r.objects.staged()
	parent, err := readCommit(draft, base)
	if err != nil {
		return plumbing.ZeroHash, err
	}
	folder := strings.Split(request.Folder, "/")
	before, err := subtree(draft, parent.TreeHash, folder)
	if err != nil {
		return plumbing.ZeroHash, err
	}
	content, err := plantRequest(draft, request, before)
	if err != nil {
		return plumbing.ZeroHash, err
	}
	known := map[plumbing.Hash]bool{}
	if err := collectTree(draft, before, known); err != nil {
		return plumbing.ZeroHash, err
	}
	draft.forget(known)
	tree, err := graft(draft, parent.TreeHash, folder, content)
	if err != nil {
		return plumbing.ZeroHash, err
	}
	commit, err := writeCommit(draft, tree, request.Author, request.Message, base)
	if err != nil {
		return plumbing.ZeroHash, err
	}
	return commit, draft.settle()
}

// collectTree adds a tree and all below it: most of a folder stays as it was, and need not be written again.
func collectTree(objects *objects, tree plumbing.Hash, to map[plumbing.Hash]bool) error {
	if tree == emptyTree || to[tree] {
		return nil
	}
	entries, err := readTree(objects, tree)
	if err != nil {
		return err
	}
	to[tree] = true
	for _, entry := range entries {
		if entry.Mode != filemode.Dir {
			to[entry.Hash] = true
		} else if err := collectTree(objects, entry.Hash, to); err != nil {
			return err
		}
	}
	return nil
}

// plantRequest writes the tree of the request's files.
func plantRequest(objects *objects, request CommitRequest, before plumbing.Hash) (plumbing.Hash, error) {
	if len(request.Files) == 0 {
		return emptyTree, nil
	}
	if err := checkLeaves(request.Files); err != nil {
		return plumbing.ZeroHash, err
	}
	leaves, err := plantFiles(objects, request.Files, func(p string) (bool, error) {
		if slices.Contains(request.Executables, p) {
			return true, nil
		}
		return wasExecutable(objects, before, p)
	})
	if err != nil {
		return plumbing.ZeroHash, err
	}
	return plant(objects, leaves)
}

// nobody says of every file that it may not be executed.
func nobody(string) (bool, error) { return false, nil }

func plantFiles(objects *objects, files map[string][]byte, executable func(string) (bool, error)) (map[string]leaf, error) {
	leaves := make(map[string]leaf, len(files))
	for p, data := range files {
		hash, err := objects.put(plumbing.BlobObject, slices.Clone(data))
		if err != nil {
			return nil, err
		}
		leaves[p] = leaf{hash: hash, mode: filemode.Regular}
		may, err := executable(p)
		if err != nil {
			return nil, err
		}
		if may {
			leaves[p] = leaf{hash: hash, mode: filemode.Executable}
		}
	}
	return leaves, nil
}

func wasExecutable(objects *objects, tree plumbing.Hash, p string) (bool, error) {
	names := strings.Split(p, "/")
	last := len(names) - 1
	folder, err := subtree(objects, tree, names[:last])
	if err != nil {
		return false, err
	}
	entries, err := readTreeOrNone(objects, folder)
	for _, entry := range entries {
		if entry.Name == names[last] {
			return entry.Mode == filemode.Executable, err
		}
	}
	return false, err
}
