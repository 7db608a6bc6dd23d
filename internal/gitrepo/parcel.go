package gitrepo

import (
	"context"
	"slices"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// parcel chooses the objects that a server lacks: commits it does not know, and what in their trees differs
// from their parents'.
type parcel struct {
	objects *objects
	there   []plumbing.Hash // commits that the server has, of those that are here
	chosen  map[plumbing.Hash]bool
	list    []plumbing.Hash
}

func (p *parcel) add(hash plumbing.Hash) bool {
	if p.chosen[hash] {
		return false
	}
	p.chosen[hash] = true
	p.list = append(p.list, hash)
	return true
}

// commit takes a commit that the server does not know.
func (p *parcel) commit(ctx context.Context, hash plumbing.Hash) error {
	known, err := p.known(ctx, hash)
	if err != nil || known {
		return err
	}
	return p.take(ctx, hash)
}

func (p *parcel) take(ctx context.Context, hash plumbing.Hash) error {
	if !p.add(hash) {
		return nil
	}
	commit, err := readCommit(p.objects, hash)
	if err != nil {
		return err
	}
	var before plumbing.Hash
	for i, parent := range commit.ParentHashes {
		if err := p.commit(ctx, parent); err != nil {
			return err
		}
		if found, err := readCommit(p.objects, parent); err != nil {
			return err
		} else if i == 0 {
			before = found.TreeHash
		}
	}
	return p.tree(commit.TreeHash, before)
}

// known tells whether a commit is, or is in the past of, one that the server has.
func (p *parcel) known(ctx context.Context, hash plumbing.Hash) (bool, error) {
	if slices.Contains(p.there, hash) {
		return true, nil
	}
	base, err := mergeBase(ctx, p.objects, hash, p.there...)
	return base == hash, err
}

func (p *parcel) tree(tree, before plumbing.Hash) error {
	if tree == before || !p.add(tree) {
		return nil
	}
	entries, err := readTree(p.objects, tree)
	if err != nil {
		return err
	}
	old, err := readTreeOrNone(p.objects, before)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if err := p.entry(entry, entryOf(old, entry)); err != nil {
			return err
		}
	}
	return nil
}

func (p *parcel) entry(entry object.TreeEntry, before plumbing.Hash) error {
	switch {
	case entry.Hash == before, entry.Mode == filemode.Submodule:
		return nil
	case entry.Mode == filemode.Dir:
		return p.tree(entry.Hash, before)
	}
	p.add(entry.Hash)
	return nil
}

// entryOf is what an older tree holds in the place of an entry, when it is of the same kind.
func entryOf(old []object.TreeEntry, entry object.TreeEntry) plumbing.Hash {
	for _, candidate := range old {
		if candidate.Name == entry.Name && (candidate.Mode == filemode.Dir) == (entry.Mode == filemode.Dir) {
			return candidate.Hash
		}
	}
	return plumbing.ZeroHash
}
