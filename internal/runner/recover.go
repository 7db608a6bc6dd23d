package runner

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"github.com/arpent/arpent/internal/runner/launch"
)

// erroredFile is where the engines write a state that they could not store.
const erroredFile = "errored.tfstate"

// asideName is the folder of states that nobody would take.
const asideName = "set-aside"

// taskPattern names the folder of one task below that of its process.
const taskPattern = "task-*"

// Left is a task whose process died.
type Left struct {
	Mark
	State []byte // what its tool could not store; nil when it stored all, or had nothing to store
}

// deadProcess is the folder of a process that died. As long as we hold its lock, nobody else clears it.
type deadProcess struct {
	path string
	lock *os.File
}

// findDead takes the folders whose lock nobody holds. One without a lock is just being made or removed.
func findDead(workDir string) (dead []deadProcess) {
	left, _ := filepath.Glob(filepath.Join(workDir, processPattern))
	for _, path := range left {
		if _, err := os.Stat(filepath.Join(path, lockName)); err != nil {
			continue
		}
		if lock, err := lockFile(filepath.Join(path, lockName), syscall.LOCK_EX|syscall.LOCK_NB); err == nil {
			dead = append(dead, deadProcess{path, lock})
		}
	}
	return dead
}

// Recover gives every task of a process that died to take, once its tool has ended, and then removes its folder. The
// tools end by themselves within their lifelines. A state that take refuses is set aside, in a file of the work folder that
// only we may read; the error says where. What ctx cuts short is left for the next start.
func (t *Terraform) Recover(ctx context.Context, take func(context.Context, Left) error) error {
	t.mu.Lock()
	dead := t.dead
	t.dead = nil
	t.mu.Unlock()
	var problems []error
	for _, process := range dead {
		problems = append(problems, t.clear(ctx, process, take))
	}
	return errors.Join(problems...)
}

// release leaves what was not recovered to somebody else.
func (t *Terraform) release() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, process := range t.dead {
		_ = process.lock.Close()
	}
	t.dead = nil
}

func (t *Terraform) clear(ctx context.Context, process deadProcess, take func(context.Context, Left) error) error {
	defer func() { _ = process.lock.Close() }()
	tasks, _ := filepath.Glob(filepath.Join(process.path, taskPattern))
	var problems []error
	for _, dir := range tasks {
		problems = append(problems, t.giveBack(ctx, dir, take))
	}
	if ctx.Err() != nil {
		return errors.Join(append(problems, ctx.Err())...)
	}
	return errors.Join(append(problems, removeProcess(process.path))...)
}

// giveBack hands one task over. One that had not even been signed had not begun.
func (t *Terraform) giveBack(ctx context.Context, dir string, take func(context.Context, Left) error) error {
	if err := waitFor(ctx, func() error { return launch.Wait(filepath.Join(dir, pidFile)) }); err != nil {
		return err
	}
	var left Left
	text, err := os.ReadFile(filepath.Join(dir, markFile))
	if err != nil || json.Unmarshal(text, &left.Mark) != nil || left.RunID == "" {
		return nil //nolint:nilerr // see above
	}
	left.State, _ = os.ReadFile(filepath.Join(dir, "work", erroredFile))
	err = take(ctx, left)
	if err == nil || ctx.Err() != nil || left.State == nil {
		return err
	}
	path, failure := t.setAside(left)
	if failure != nil {
		return errors.Join(err, failure)
	}
	return fmt.Errorf("run %s, attempt %d: %w; what its tool had made is in %s", left.RunID, left.Attempt, err, path)
}

// setAside keeps a state for people.
func (t *Terraform) setAside(left Left) (string, error) {
	dir := filepath.Join(t.config.WorkDir, asideName)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("set a state aside: %w", err)
	}
	path := filepath.Join(dir, fmt.Sprintf("%s-%d.tfstate", filepath.Base(left.RunID), left.Attempt))
	if err := os.WriteFile(path, left.State, 0o600); err != nil {
		return "", fmt.Errorf("set a state aside: %w", err)
	}
	return path, nil
}

// waitFor waits for something that cannot be broken off, or for ctx.
func waitFor(ctx context.Context, something func() error) error {
	done := make(chan error, 1)
	go func() { done <- something() }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}
