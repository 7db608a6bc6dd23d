package provision

import (
	"bytes"
	"context"
	"sync"

	"github.com/arpent/arpent/internal/worker"
)

// syncLog writes lines into a run's log. It stores them from a goroutine of its own: who writes may be in a
// transaction, and on SQLite nobody else writes while one is open.
type syncLog struct {
	backend backend
	lease   worker.Lease

	mutex  sync.Mutex
	buffer bytes.Buffer
	wake   chan struct{}
	stored sync.WaitGroup
}

func newSyncLog(b backend, lease worker.Lease, offset int64) *syncLog {
	l := &syncLog{backend: b, lease: lease, wake: make(chan struct{}, 1)}
	l.stored.Go(func() { l.store(offset) })
	return l
}

func (l *syncLog) Write(line []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	select {
	case l.wake <- struct{}{}:
	default:
	}
	return l.buffer.Write(line)
}

// close stores what is left.
func (l *syncLog) close() {
	close(l.wake)
	l.stored.Wait()
}

func (l *syncLog) store(offset int64) {
	for open := true; open; {
		_, open = <-l.wake
		piece := l.take()
		if err := l.backend.Log(context.Background(), l.lease, offset, piece); err != nil {
			l.backend.log.Warn("the log of a library sync is not complete", "run", l.lease.RunID, "error", err)
			continue
		}
		offset += int64(len(piece))
	}
}

func (l *syncLog) take() []byte {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	piece := bytes.Clone(l.buffer.Bytes())
	l.buffer.Reset()
	return piece
}
