package servers

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"syscall"
)

// A lock is a lock on a file, held by this process until it is released or the process ends.
type lock struct{ file *os.File }

func lockFile(path string, how int) (*lock, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the lock: %w", err)
	}
	for {
		err = syscall.Flock(int(file.Fd()), how)
		if err == nil {
			return &lock{file}, nil
		}
		if !errors.Is(err, syscall.EINTR) {
			_ = file.Close()
			return nil, fmt.Errorf("lock %s: %w", path, err)
		}
	}
}

// exclusive waits for a lock that nobody else holds in any way.
func exclusive(path string) (*lock, error) { return lockFile(path, syscall.LOCK_EX) }

// shared waits for a lock that others may share.
func shared(path string) (*lock, error) { return lockFile(path, syscall.LOCK_SH) }

// tryExclusive is exclusive, but does not wait; ok says whether the lock was free.
func tryExclusive(path string) (l *lock, ok bool) {
	l, err := lockFile(path, syscall.LOCK_EX|syscall.LOCK_NB)
	return l, err == nil
}

func (l *lock) release() { _ = l.file.Close() }

var forGood struct {
	sync.Mutex
	locks []*lock
}

// keepUntilExit has the process hold the lock until it ends. A lock that nothing refers to would be
// released by the garbage collector, which closes the file.
func (l *lock) keepUntilExit() {
	forGood.Lock()
	defer forGood.Unlock()
	forGood.locks = append(forGood.locks, l)
}

func releaseKept() {
	forGood.Lock()
	defer forGood.Unlock()
	for _, l := range forGood.locks {
		l.release()
	}
	forGood.locks = nil
}
