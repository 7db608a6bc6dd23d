package runner

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// processPattern names the folder of one process below the work folder. Its lock lives as long as the process.
const (
	processPattern = "process-*"
	lockName       = "lock"
	aliasName      = "alias"
)

// processFolder holds all that this process writes to disk for its tasks.
type processFolder struct {
	path string
	// alias is a short link to path. Providers listen on sockets in their temporary folder, and the path of a
	// socket has a hundred bytes at most, which a work folder somewhere deep would use up.
	alias string
	lock  *os.File
}

// openProcessFolder makes the folder of this process.
func openProcessFolder(workDir string) (*processFolder, error) {
	if err := os.MkdirAll(workDir, 0o700); err != nil {
		return nil, fmt.Errorf("work folder: %w", err)
	}
	path, err := os.MkdirTemp(workDir, processPattern)
	if err != nil {
		return nil, fmt.Errorf("work folder: %w", err)
	}
	lock, err := lockFile(filepath.Join(path, lockName), syscall.LOCK_EX)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(path))
	}
	f := &processFolder{path: path, lock: lock, alias: filepath.Join(os.TempDir(), "arpent-"+rand.Text()[:10])}
	err = errors.Join(os.WriteFile(filepath.Join(path, aliasName), []byte(f.alias), 0o600), os.Symlink(path, f.alias))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("work folder: %w", err), f.close())
	}
	return f, nil
}

func (f *processFolder) close() error {
	return errors.Join(removeProcess(f.path), f.lock.Close())
}

// removeProcess removes the folder of a process, and its alias if that still leads to the folder.
func removeProcess(path string) error {
	alias, _ := os.ReadFile(filepath.Join(path, aliasName))
	if target, err := os.Readlink(string(alias)); err == nil && target == path {
		_ = os.Remove(string(alias))
	}
	return removeAll(path)
}

// removeAll removes a folder even if there are read-only folders in it, which some tools unpack.
func removeAll(path string) error {
	if os.RemoveAll(path) == nil {
		return nil
	}
	_ = filepath.WalkDir(path, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() {
			_ = os.Chmod(path, 0o700) //nolint:gosec // the tool and all its children are gone: nobody swaps folders for links
		}
		return nil
	})
	return os.RemoveAll(path)
}

// lockFile opens a file and locks it against other processes and other holders in this one.
func lockFile(path string, how int) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		err = syscall.Flock(int(file.Fd()), how)
		if !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lock %s: %w", path, err), file.Close())
	}
	return file, nil
}

// sizeOf is how many bytes the files below a folder have; links count as nothing. It stops counting at limit.
func sizeOf(folder string, limit int64) int64 {
	var size int64
	_ = filepath.WalkDir(folder, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return nil //nolint:nilerr // what vanishes while we count has no size
		}
		if info, err := entry.Info(); err == nil {
			size += info.Size()
		}
		if size > limit {
			return filepath.SkipAll
		}
		return nil
	})
	return size
}
