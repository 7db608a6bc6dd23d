package gitrepo

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/plumbing/storer"
	"github.com/go-git/go-git/v5/storage/filesystem"
)

// fetchLocal reads a folder of this machine: a repository, bare or not, or a plain folder. Its content is
// copied into the cache, so that the snapshot stays what it is.
func fetchLocal(ctx context.Context, path, ref string, there *objects, limits Limits) (*Snapshot, error) {
	info, err := os.Stat(path)
	if err != nil || !info.IsDir() {
		return nil, errNoRepository(path, err)
	}
	if dir := gitFolder(path); dir != "" {
		return fetchRepository(ctx, dir, ref, there, limits)
	}
	if ref != "" {
		return nil, errNoRef(ref)
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, errUnreadable(path, err)
	}
	defer func() { _ = root.Close() }()
	return plainSnapshot(ctx, there, root.FS(), limits)
}

// IsRepository tells whether a folder of this machine holds a git repository, bare or not.
func IsRepository(path string) bool { return gitFolder(path) != "" }

// gitFolder is where a repository keeps its objects, or empty when the folder is no repository.
func gitFolder(path string) string {
	for _, dir := range []string{filepath.Join(path, ".git"), path} {
		_, noHead := os.Stat(filepath.Join(dir, "HEAD"))
		_, noObjects := os.Stat(filepath.Join(dir, "objects"))
		if noHead == nil && noObjects == nil {
			return dir
		}
	}
	return ""
}

func fetchRepository(ctx context.Context, dir, ref string, there *objects, limits Limits) (*Snapshot, error) {
	from := limitedObjects(dir, limits)
	defer from.close()
	refs := filesystem.NewStorage(osfs.New(dir), cache.NewObjectLRU(1<<20))
	name, commit, err := chooseLocal(refs, from, ref)
	if err != nil {
		return nil, err
	}
	if err := carry(ctx, from, there, commit, limits); err != nil {
		return nil, err
	}
	snapshot, err := commitSnapshot(ctx, there, commit, limits)
	if err != nil {
		return nil, err
	}
	snapshot.Ref = name
	snapshot.Refs, err = localRefs(refs, from)
	return snapshot, err
}

func chooseLocal(refs storer.ReferenceStorer, from *objects, ref string) (string, plumbing.Hash, error) {
	candidates := []string{ref, "refs/tags/" + ref, "refs/heads/" + ref}
	if ref == "" {
		candidates = []string{"HEAD"}
	}
	for _, candidate := range candidates {
		name := plumbing.ReferenceName(candidate)
		if name != plumbing.HEAD && (!strings.HasPrefix(candidate, "refs/") || name.Validate() != nil) {
			continue
		}
		found, err := storer.ResolveReference(refs, name)
		if err == nil {
			commit, err := peelObject(from, found.Hash())
			return found.Name().String(), commit, err
		}
	}
	if hash, ok := wholeHash(ref); ok && from.has(hash) {
		return "", hash, nil
	}
	return "", plumbing.ZeroHash, errNoRef(firstOf(ref, "HEAD"))
}

// peelObject follows annotated tags to the commit they stand for.
func peelObject(from *objects, hash plumbing.Hash) (plumbing.Hash, error) {
	for range 8 {
		obj, err := from.get(hash)
		if err != nil {
			return plumbing.ZeroHash, wrapMissing(err)
		}
		if obj.Type() != plumbing.TagObject {
			return hash, nil
		}
		var tag object.Tag
		if err := tag.Decode(obj); err != nil {
			return plumbing.ZeroHash, errCorrupt(err)
		}
		hash = tag.Target
	}
	return plumbing.ZeroHash, errCorrupt(errors.New("a tag of a tag of a tag"))
}

func localRefs(refs storer.ReferenceStorer, from *objects) ([]Ref, error) {
	all, err := refs.IterReferences()
	if err != nil {
		return nil, errCorrupt(err)
	}
	defer all.Close()
	var list []Ref
	err = all.ForEach(func(ref *plumbing.Reference) error {
		if ref.Type() != plumbing.HashReference || (!ref.Name().IsBranch() && !ref.Name().IsTag()) {
			return nil
		}
		if commit, err := peelObject(from, ref.Hash()); err == nil {
			list = append(list, Ref{Name: ref.Name().Short(), Tag: ref.Name().IsTag(), Commit: commit.String()})
		}
		return nil
	})
	return sortRefs(list), err
}

// carry copies a commit and its tree, after they were found harmless.
func carry(ctx context.Context, from, to *objects, commit plumbing.Hash, limits Limits) error {
	found, err := readCommit(from, commit)
	if err != nil {
		return err
	}
	if _, err := surveyTree(ctx, from, found.TreeHash, limits); err != nil {
		return err
	}
	if err := carryTree(ctx, from, to, found.TreeHash); err != nil {
		return err
	}
	return carryObject(from, to, commit)
}

func carryTree(ctx context.Context, from, to *objects, tree plumbing.Hash) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if to.has(tree) {
		return nil
	}
	entries, err := readTree(from, tree)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if entry.Mode == filemode.Dir {
			err = carryTree(ctx, from, to, entry.Hash)
		} else {
			err = carryObject(from, to, entry.Hash)
		}
		if err != nil {
			return err
		}
	}
	return carryObject(from, to, tree)
}

func carryObject(from, to *objects, hash plumbing.Hash) error {
	if to.has(hash) {
		return nil
	}
	obj, err := from.get(hash)
	if err != nil {
		return wrapMissing(err)
	}
	return to.copy(obj)
}
