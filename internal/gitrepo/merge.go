package gitrepo

import (
	"context"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// MergeRequest brings one folder of a branch into another branch.
type MergeRequest struct {
	Branch  string // or the hash of its commit, which is what was approved
	Into    string // empty is the main branch
	Folder  string
	Author  Signature
	Message string
}

// Merge makes a commit with two parents whose tree is the target's with the branch's folder, and returns its
// hash. Merges of other folders go on meanwhile. When the folder itself changed on the target since the branch
// left it, the answer is a Conflict caused by ErrFolderMoved. A merge that was done already returns the commit
// that did it, so asking again after a crash is safe.
func (r *Repository) Merge(ctx context.Context, request MergeRequest) (string, error) {
	into := firstOf(request.Into, r.branch)
	name, err := branchRef(into)
	if err != nil {
		return "", err
	}
	if err := checkPath(request.Folder); err != nil {
		return "", err
	}
	if request.Branch == "" {
		return "", errRefName(request.Branch)
	}
	head, err := r.resolve(ctx, request.Branch)
	if err != nil {
		return "", err
	}
	merged, err := r.mergeInTurn(ctx, request, name, head)
	if err != nil {
		return text(merged), err
	}
	return text(merged), r.refs.flush(name)
}

// mergeInTurn merges while no other merge of this process does.
func (r *Repository) mergeInTurn(ctx context.Context, request MergeRequest, name string, head plumbing.Hash) (merged plumbing.Hash, err error) {
	r.writing.Lock()
	defer r.writing.Unlock()
	err = r.retry(ctx, firstOf(request.Into, r.branch), func() (err error) {
		merged, err = r.mergeOnce(ctx, request, name, head)
		return err
	})
	return merged, err
}

func (r *Repository) mergeOnce(ctx context.Context, request MergeRequest, name string, head plumbing.Hash) (plumbing.Hash, error) {
	target, err := r.refs.read(ctx, name)
	if err != nil {
		return plumbing.ZeroHash, err
	}
	if err := r.refs.obtain(ctx, target); err != nil {
		return plumbing.ZeroHash, err
	}
	base, err := mergeBase(ctx, r.objects, target, head)
	if err != nil {
		return plumbing.ZeroHash, err
	}
	if base == head {
		return mergedBy(ctx, r.objects, target, head)
	}
	commit, err := r.join(request, base, target, head)
	if err != nil {
		return plumbing.ZeroHash, err
	}
	return commit, r.refs.swap(ctx, name, target, commit)
}

// join writes the merge commit, unless the folder moved.
func (r *Repository) join(request MergeRequest, base, target, head plumbing.Hash) (plumbing.Hash, error) {
	folder := strings.Split(request.Folder, "/")
	before, err := r.folderAt(base, folder)
	if err != nil {
		return plumbing.ZeroHash, err
	}
	now, err := r.folderAt(target, folder)
	if err != nil {
		return plumbing.ZeroHash, err
	}
	wanted, err := r.folderAt(head, folder)
	if err != nil {
		return plumbing.ZeroHash, err
	}
	if now != before && now != wanted {
		return plumbing.ZeroHash, errFolderMoved(request.Folder)
	}
	commit, err := readCommit(r.objects, target)
	if err != nil {
		return plumbing.ZeroHash, err
	}
	draft := r.objects.staged()
	tree, err := graft(draft, commit.TreeHash, folder, wanted)
	if err != nil {
		return plumbing.ZeroHash, err
	}
	merged, err := writeCommit(draft, tree, request.Author, request.Message, target, head)
	if err != nil {
		return plumbing.ZeroHash, err
	}
	return merged, draft.settle()
}

// folderAt is the tree of a folder at a commit; the empty tree when there is none, or no commit.
func (r *Repository) folderAt(commit plumbing.Hash, folder []string) (plumbing.Hash, error) {
	if commit.IsZero() {
		return emptyTree, nil
	}
	found, err := readCommit(r.objects, commit)
	if err != nil {
		return plumbing.ZeroHash, err
	}
	return subtree(r.objects, found.TreeHash, folder)
}

// mergedBy finds the commit on the target's own line that brought a commit in.
func mergedBy(ctx context.Context, objects *objects, target, head plumbing.Hash) (plumbing.Hash, error) {
	for at := target; !at.IsZero(); {
		if ctx.Err() != nil {
			return plumbing.ZeroHash, context.Cause(ctx)
		}
		commit, err := readCommit(objects, at)
		if err != nil {
			return plumbing.ZeroHash, err
		}
		if at == head || slices.Contains(commit.ParentHashes, head) {
			return at, nil
		}
		at = firstParent(commit)
	}
	return target, nil
}

func firstParent(commit *object.Commit) plumbing.Hash {
	if len(commit.ParentHashes) == 0 {
		return plumbing.ZeroHash
	}
	return commit.ParentHashes[0]
}
