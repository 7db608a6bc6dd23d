package gitrepo

import (
	"container/heap"
	"context"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// The marks of a walk from two commits at once.
const (
	ours   = 1 << iota // reached from the first
	theirs             // reached from the second
	stale              // reached from a common ancestor
)

// mergeBase finds the youngest common ancestor of a commit and any of others, or a zero hash. It walks the
// pasts from the youngest commit on and stops when only ancestors of what it found are left, as git does; so
// it takes as long as the branch is away, not as long as the history is.
func mergeBase(ctx context.Context, objects *objects, a plumbing.Hash, others ...plumbing.Hash) (plumbing.Hash, error) {
	w := &ancestry{objects: objects, marks: map[plumbing.Hash]int{}}
	if err := w.mark(a, ours); err != nil {
		return plumbing.ZeroHash, err
	}
	for _, other := range others {
		if err := w.mark(other, theirs); err != nil {
			return plumbing.ZeroHash, err
		}
	}
	for w.lively() {
		if ctx.Err() != nil {
			return plumbing.ZeroHash, context.Cause(ctx)
		}
		if err := w.step(); err != nil {
			return plumbing.ZeroHash, err
		}
	}
	return w.best(), nil
}

// ancestry is a walk into the past.
type ancestry struct {
	objects *objects
	marks   map[plumbing.Hash]int
	queue   byAge
	common  []*object.Commit
}

func (w *ancestry) mark(hash plumbing.Hash, marks int) error {
	if w.marks[hash]&marks == marks {
		return nil
	}
	w.marks[hash] |= marks
	commit, err := readCommit(w.objects, hash)
	if err != nil {
		return err
	}
	heap.Push(&w.queue, commit)
	return nil
}

// lively tells whether the walk may still change what is found: something is queued that is not an ancestor of
// a common commit, or that is as young as one of several and may turn out to be between them.
func (w *ancestry) lively() bool {
	for _, commit := range w.queue {
		if w.marks[commit.Hash]&stale == 0 {
			return true
		}
		for _, found := range w.common {
			if len(w.common) > 1 && !commit.Committer.When.Before(found.Committer.When) {
				return true
			}
		}
	}
	return false
}

func (w *ancestry) step() error {
	commit := heap.Pop(&w.queue).(*object.Commit)
	marks := w.marks[commit.Hash]
	if marks&(ours|theirs|stale) == ours|theirs {
		w.common = append(w.common, commit)
		marks |= stale
	}
	for _, parent := range commit.ParentHashes {
		if err := w.mark(parent, marks); err != nil {
			return err
		}
	}
	return nil
}

// best is the youngest common commit that is not an ancestor of another.
func (w *ancestry) best() plumbing.Hash {
	for _, commit := range w.common {
		if w.marks[commit.Hash]&stale == 0 {
			return commit.Hash
		}
	}
	return plumbing.ZeroHash
}

// byAge is a heap of commits, the youngest first.
type byAge []*object.Commit

func (q byAge) Len() int           { return len(q) }
func (q byAge) Less(i, j int) bool { return q[i].Committer.When.After(q[j].Committer.When) }
func (q byAge) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *byAge) Push(x any)        { *q = append(*q, x.(*object.Commit)) }
func (q *byAge) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}
