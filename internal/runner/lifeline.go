package runner

import (
	"os"
	"sync"
	"time"

	"github.com/arpent/arpent/internal/runner/launch"
)

// Lifeline is until when a task may go on. Whoever holds the run's lease moves it on with each renewal. A worker that
// freezes or dies, or that the server cannot be reached from, moves nothing: then the tool is stopped, and killed
// at the end, whatever has become of the worker. So it is gone before another worker may get the run.
type Lifeline struct {
	mu   sync.Mutex
	life launch.Life
	file *os.File // of the task that is tied to it
}

// Clock is the clock of lifelines: it goes on while the process, or the machine, is frozen, and nobody sets it.
func Clock() time.Duration { return launch.Clock() }

// Extend lets the task go on: until ask undisturbed, and no longer than end. Both are times on Clock.
func (l *Lifeline) Extend(ask, end time.Duration) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.life = launch.Life{Ask: ask, End: end}
	if l.file == nil {
		return nil
	}
	return l.life.Write(l.file)
}

func (l *Lifeline) tie(file *os.File) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.file = file
	return l.life.Write(file)
}

func (l *Lifeline) untie() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.file = nil
}
