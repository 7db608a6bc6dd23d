package gitrepo

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
)

// Snapshot is one version of a library: an immutable tree and where it came from.
type Snapshot struct {
	Version string // names the content for ever: the commit's hash, or of a plain folder the hash of its files
	Commit  string // the commit's hash, empty for a plain folder
	Ref     string // the full name of the reference, as in refs/heads/main; empty for a plain folder or a bare commit
	Refs    []Ref  // every branch and tag of the repository, by name
	tree    *Tree
}

// Ref is a branch or tag of a library.
type Ref struct {
	Name   string // short, as in main or v1.2.0
	Tag    bool
	Commit string // that it points at, also when the tag is annotated
}

// FS is the tree: immutable, without symbolic links, safe for use by several goroutines.
func (s *Snapshot) FS() *Tree { return s.tree }

// Close lets go of open files. The tree must not be read afterwards.
func (s *Snapshot) Close() { s.tree.objects.close() }

// FromFS makes a snapshot of files that are not in git, such as those in the binary. They are read into
// memory, within limits; the version is the hash of their content.
func FromFS(ctx context.Context, files fs.FS, limits Limits) (*Snapshot, error) {
	return plainSnapshot(ctx, memoryObjects(), files, limits.orDefault())
}

// Cached opens a version that an earlier Fetch brought into the folder, without touching its source.
func Cached(ctx context.Context, dir, version string, limits Limits) (*Snapshot, error) {
	hash, ok := wholeHash(version)
	if _, err := os.Stat(filepath.Join(dir, "objects")); !ok || err != nil {
		return nil, errNoRef(version)
	}
	objects := limitedObjects(dir, limits.orDefault())
	snapshot, err := openVersion(ctx, objects, hash, limits.orDefault())
	if err != nil {
		objects.close()
		return nil, err
	}
	return snapshot, nil
}

func openVersion(ctx context.Context, objects *objects, hash plumbing.Hash, limits Limits) (*Snapshot, error) {
	obj, err := objects.get(hash)
	if errors.Is(err, plumbing.ErrObjectNotFound) {
		return nil, errNoRef(hash.String())
	}
	if err != nil {
		return nil, err
	}
	if obj.Type() == plumbing.TreeObject {
		root, err := surveyTree(ctx, objects, hash, limits)
		return &Snapshot{Version: hash.String(), tree: &Tree{root: root, objects: objects}}, err
	}
	return commitSnapshot(ctx, objects, hash, limits)
}

func commitSnapshot(ctx context.Context, objects *objects, hash plumbing.Hash, limits Limits) (*Snapshot, error) {
	commit, err := readCommit(objects, hash)
	if err != nil {
		return nil, err
	}
	root, err := surveyTree(ctx, objects, commit.TreeHash, limits)
	if err != nil {
		return nil, err
	}
	tree := &Tree{root: root, objects: objects, when: commit.Committer.When}
	return &Snapshot{Version: hash.String(), Commit: hash.String(), tree: tree}, nil
}

// limitedObjects opens a cache whose objects nobody trusts.
func limitedObjects(dir string, limits Limits) *objects {
	objects := openObjects(dir)
	objects.largest = max(limits.File, objectsLeeway)
	return objects
}

// wholeHash reads a hash that is written out in full.
func wholeHash(text string) (plumbing.Hash, bool) {
	return plumbing.NewHash(text), plumbing.IsHash(text)
}

// plainSnapshot stores the files of a plain folder as git would, so that its version is the hash of its content.
func plainSnapshot(ctx context.Context, objects *objects, files fs.FS, limits Limits) (*Snapshot, error) {
	p := &planting{ctx: ctx, objects: objects, files: files, limits: limits, leaves: map[string]leaf{}}
	if err := fs.WalkDir(files, ".", p.visit); err != nil {
		return nil, p.explain(err)
	}
	tree, err := plant(objects, p.leaves)
	if err != nil {
		return nil, err
	}
	root, err := surveyTree(ctx, objects, tree, limits)
	if err != nil {
		return nil, err
	}
	return &Snapshot{Version: tree.String(), tree: &Tree{root: root, objects: objects, when: time.Time{}}}, nil
}

// planting is a walk over a plain folder.
type planting struct {
	ctx     context.Context
	objects *objects
	files   fs.FS
	limits  Limits
	leaves  map[string]leaf
	bytes   int64
}

func (p *planting) visit(at string, entry fs.DirEntry, err error) error {
	if p.ctx.Err() != nil {
		return context.Cause(p.ctx)
	}
	if err != nil || at == "." {
		return err
	}
	if !goodName(path.Base(at)) {
		return errPath(at)
	}
	if entry.IsDir() {
		return nil
	}
	if len(p.leaves) >= p.limits.Files {
		return errManyFiles(p.limits.Files)
	}
	return p.add(at, entry)
}

func (p *planting) add(at string, entry fs.DirEntry) error {
	mode, data, err := p.read(at, entry)
	if err != nil {
		return err
	}
	p.bytes += int64(len(data))
	if p.bytes > p.limits.Bytes {
		return errManyBytes(p.limits.Bytes)
	}
	hash, err := p.objects.put(plumbing.BlobObject, data)
	p.leaves[at] = leaf{hash: hash, mode: mode}
	return err
}

func (p *planting) read(at string, entry fs.DirEntry) (filemode.FileMode, []byte, error) {
	switch entry.Type() {
	case fs.ModeSymlink:
		target, err := fs.ReadLink(p.files, at)
		return filemode.Symlink, []byte(target), err
	case 0:
		return p.readFile(at, entry)
	}
	return 0, nil, errKind(at)
}

func (p *planting) readFile(at string, entry fs.DirEntry) (filemode.FileMode, []byte, error) {
	info, err := entry.Info()
	if err != nil {
		return 0, nil, err
	}
	if info.Size() > p.limits.File {
		return 0, nil, errLargeFile(at, info.Size(), p.limits.File)
	}
	data, err := readAtMost(p.files, at, p.limits.File)
	if info.Mode()&0o111 != 0 {
		return filemode.Executable, data, err
	}
	return filemode.Regular, data, err
}

func (p *planting) explain(err error) error {
	var at *fs.PathError
	if !refusal(err) && errors.As(err, &at) {
		return errUnreadable(at.Path, at.Err)
	}
	return err
}
