package gitrepo

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync/atomic"

	"github.com/go-git/go-billy/v5/osfs"

	"github.com/arpent/arpent/internal/fault"
)

// replaceFile writes a file that appears whole or not at all, and is on the disk when it does.
func replaceFile(path string, mode os.FileMode, write func(io.Writer) error) error {
	file, err := stageFile(path, mode, write)
	if err != nil {
		return err
	}
	return rename(file, path)
}

// stageFile writes a file beside its place, and returns where it is once it is on the disk.
func stageFile(path string, mode os.FileMode, write func(io.Writer) error) (string, error) {
	return stageIn(filepath.Dir(path), mode, write)
}

// stageIn is stageFile in another folder of the same disk.
func stageIn(dir string, mode os.FileMode, write func(io.Writer) error) (string, error) {
	file, err := createTemp(dir, mode)
	if err != nil {
		return "", err
	}
	err = errors.Join(write(file), file.Sync(), file.Close())
	if err != nil {
		_ = os.Remove(file.Name())
	}
	return file.Name(), err
}

// staged counts the files that this process has made on their way. Another process may have made one of the same name.
var staged atomic.Uint64

// createTemp makes a file of a new name that nobody else has. os.CreateTemp can not give it its mode at once.
func createTemp(dir string, mode os.FileMode) (*os.File, error) {
	for {
		name := filepath.Join(dir, fmt.Sprintf("tmp_%d_%d", os.Getpid(), staged.Add(1)))
		file, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
		if !errors.Is(err, fs.ErrExist) {
			return file, err
		}
	}
}

// rename gives a staged file its name, or removes it.
func rename(file, path string) error {
	err := os.Rename(file, path)
	if err != nil {
		_ = os.Remove(file)
	}
	return err
}

// locked calls do while no other goroutine or process holds the lock file. The kernel frees it when we die.
func locked(path string, do func() error) error {
	file, err := osfs.Default.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	if err := file.Lock(); err != nil {
		return err
	}
	defer func() { _ = file.Unlock() }()
	return do()
}

// refusal tells whether an error is already said for people.
func refusal(err error) bool {
	_, ok := fault.As(err)
	return ok
}
