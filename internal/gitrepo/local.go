package gitrepo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/storage/filesystem"

	"github.com/arpent/arpent/internal/fault"
)

const (
	bareConfig = "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n"
	staleLock  = 30 * time.Second
)

// makeBare lays out a bare repository. HEAD comes last: with it the folder is one.
func makeBare(path, branch string) error {
	for _, dir := range []string{"objects/info", "objects/pack", "refs/heads", "refs/tags"} {
		if err := os.MkdirAll(filepath.Join(path, dir), 0o755); err != nil {
			return err
		}
	}
	return locked(filepath.Join(path, lockName), func() error {
		if gitFolder(path) == path {
			return nil
		}
		if err := writeText(filepath.Join(path, "config"), bareConfig); err != nil {
			return err
		}
		return writeText(filepath.Join(path, "HEAD"), "ref: refs/heads/"+branch+"\n")
	})
}

func writeText(path, text string) error {
	return replaceFile(path, 0o644, func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	})
}

// localRefsStore keeps references in a bare repository's folder, as git does: a file each, written beside
// its place under NAME.lock and renamed. Our own processes also take turns at one lock file, which the kernel
// frees when they die; so a .lock that stays behind is known to be dead.
type localRefsStore struct {
	dir     string
	ordered bool // its file system brings changes to the disk in their order
}

func refsIn(dir string) *localRefsStore { return &localRefsStore{dir, isOrdered(dir)} }

var _ references = (*localRefsStore)(nil)

func (l *localRefsStore) path(name string) string {
	return filepath.Join(l.dir, filepath.FromSlash(name))
}

func (l *localRefsStore) read(_ context.Context, name string) (plumbing.Hash, error) {
	hash, err := l.loose(name)
	if errors.Is(err, fs.ErrNotExist) {
		return l.packed(name)
	}
	return hash, err
}

func (l *localRefsStore) loose(name string) (plumbing.Hash, error) {
	data, err := os.ReadFile(l.path(name))
	if err != nil {
		if info, statErr := os.Stat(l.path(name)); statErr == nil && info.IsDir() {
			err = fs.ErrNotExist
		}
		return plumbing.ZeroHash, err
	}
	hash, ok := wholeHash(strings.TrimSpace(string(data)))
	if !ok {
		return plumbing.ZeroHash, errCorrupt(fmt.Errorf("reference %s holds no commit", name))
	}
	return hash, nil
}

// packed reads a reference that git moved to packed-refs. Git writes that file before it removes the loose one,
// so a reference that is in neither is none.
func (l *localRefsStore) packed(name string) (plumbing.Hash, error) {
	ref, err := l.storage().Reference(plumbing.ReferenceName(name))
	if errors.Is(err, plumbing.ErrReferenceNotFound) {
		return plumbing.ZeroHash, errNoRef(strings.TrimPrefix(name, "refs/heads/"))
	}
	if err != nil {
		return plumbing.ZeroHash, errCorrupt(err)
	}
	return ref.Hash(), nil
}

func (l *localRefsStore) storage() *filesystem.Storage {
	return filesystem.NewStorage(osfs.New(l.dir), cache.NewObjectLRU(0))
}

// all reads while nobody of ours writes: the list is of one moment, and holds no NAME.lock, which go-git takes for a reference.
func (l *localRefsStore) all(ctx context.Context, prefix string) (map[string]plumbing.Hash, error) {
	found := map[string]plumbing.Hash{}
	err := locked(filepath.Join(l.dir, lockName), func() error {
		refs, err := l.storage().IterReferences()
		if err != nil {
			return errCorrupt(err)
		}
		defer refs.Close()
		return refs.ForEach(func(ref *plumbing.Reference) error {
			name := ref.Name().String()
			if ref.Type() == plumbing.HashReference && strings.HasPrefix(name, prefix) {
				found[name] = ref.Hash()
			}
			return ctx.Err()
		})
	})
	return found, err
}

// obtain has nothing to do: all objects are here. It says when a commit is not.
func (l *localRefsStore) obtain(context.Context, ...plumbing.Hash) error { return nil }

func (l *localRefsStore) close() {}

func (l *localRefsStore) force(ctx context.Context, name string, next plumbing.Hash) error {
	old, err := l.read(ctx, name)
	if err != nil && !isMissing(err) {
		return err
	}
	if old == next {
		return nil
	}
	return l.swap(ctx, name, old, next)
}

func (l *localRefsStore) swap(ctx context.Context, name string, old, next plumbing.Hash) error {
	return locked(filepath.Join(l.dir, lockName), func() error {
		return l.withGitLock(name, func(lock *os.File) error {
			now, err := l.read(ctx, name)
			if err != nil && !isMissing(err) {
				return err
			}
			if now != old {
				return errLost
			}
			return l.set(name, lock, next)
		})
	})
}

// withGitLock holds off git programs that write the same reference. What do leaves of the lock is removed.
func (l *localRefsStore) withGitLock(name string, do func(lock *os.File) error) error {
	lock := l.path(name) + ".lock"
	if err := os.MkdirAll(filepath.Dir(lock), 0o755); err != nil {
		return errRefName(strings.TrimPrefix(name, "refs/heads/"))
	}
	if info, err := os.Stat(lock); err == nil && time.Since(info.ModTime()) > staleLock {
		_ = os.Remove(lock)
	}
	file, err := os.OpenFile(lock, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return errLost
	}
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(lock) }()
	defer func() { _ = file.Close() }() // who wrote it has closed it
	return do(file)
}

// set writes a reference into its lock, which then takes its place.
func (l *localRefsStore) set(name string, lock *os.File, next plumbing.Hash) error {
	if next.IsZero() {
		return l.remove(name)
	}
	_, err := fmt.Fprintln(lock, next)
	if err = errors.Join(err, l.settle(lock)); err != nil {
		return err
	}
	if info, err := os.Stat(l.path(name)); err == nil && info.IsDir() {
		if os.Remove(l.path(name)) != nil { // other branches are below this name
			return errRefName(strings.TrimPrefix(name, "refs/heads/"))
		}
	}
	return os.Rename(lock.Name(), l.path(name))
}

// settle brings the content of a reference's file to the disk, and closes it.
func (l *localRefsStore) settle(file *os.File) error {
	if l.ordered {
		return writeAllOut([]*os.File{file})
	}
	return errors.Join(file.Sync(), file.Close())
}

// flush has a power cut change nothing of a reference any more, nor of what it stands on. It is not done under the lock: who
// comes next stands on what was before, on the disk as well, and several are flushed at once.
func (l *localRefsStore) flush(name string) error {
	if !l.ordered {
		return nil
	}
	err := flushFolder(filepath.Dir(l.path(name)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil // somebody has removed it since
	}
	return err
}

// remove takes a reference out of packed-refs first, so that it does not come back from there.
func (l *localRefsStore) remove(name string) error {
	if err := l.storage().RemoveReference(plumbing.ReferenceName(name)); err != nil {
		return fmt.Errorf("removing %s: %w", name, err)
	}
	if err := os.Remove(l.path(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for dir := filepath.Dir(l.path(name)); dir != filepath.Join(l.dir, "refs", "heads"); dir = filepath.Dir(dir) {
		if os.Remove(dir) != nil {
			return nil //nolint:nilerr // other branches are in it
		}
	}
	return nil
}

func isMissing(err error) bool { return fault.Is(err, fault.NotFound) }
