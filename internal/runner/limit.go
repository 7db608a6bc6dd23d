package runner

import (
	"context"
	"errors"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

var (
	errTimeOver = errors.New("time limit passed")
	errDiskFull = errors.New("disk limit passed")
)

// diskInterval is how often the task's folder is measured.
const diskInterval = 500 * time.Millisecond

// limited returns a context that ends when the task has used up its time or its disk; the cause says which.
func (j *job) limited(ctx context.Context) (context.Context, func()) {
	ctx, stopTimer := context.WithTimeoutCause(ctx, j.limits.Time, errTimeOver)
	ctx, cancel := context.WithCancelCause(ctx)
	over, watched := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(watched)
		j.watchDisk(cancel, over)
	}()
	return ctx, func() {
		close(over)
		<-watched
		cancel(nil)
		stopTimer()
	}
}

// watchDisk asks the tool to stop when its folder is too large. A tool that goes on writing is killed at once.
func (j *job) watchDisk(cancel context.CancelCauseFunc, over <-chan struct{}) {
	ticker := time.NewTicker(diskInterval)
	defer ticker.Stop()
	for {
		select {
		case <-over:
			return
		case <-ticker.C:
		}
		size := sizeOf(j.dir, 2*j.limits.Disk)
		if size > j.limits.Disk {
			cancel(errDiskFull)
		}
		if size > 2*j.limits.Disk {
			j.halt()
		}
	}
}

// leastFree is the room on a disk below which no run fits.
const leastFree = 8 << 20

// full tells whether the disk of a folder has no room for a run.
func full(folder string) bool {
	var disk syscall.Statfs_t
	if syscall.Statfs(folder, &disk) != nil {
		return false
	}
	return disk.Bavail*uint64(disk.Bsize) < leastFree
}

// halt makes the launcher kill the tool and all that it started, without grace.
func (j *job) halt() {
	text, err := os.ReadFile(j.path(pidFile))
	if err != nil {
		return
	}
	if pid, err := strconv.Atoi(strings.TrimSpace(string(text))); err == nil && pid > 1 {
		_ = syscall.Kill(pid, syscall.SIGTERM)
	}
}
