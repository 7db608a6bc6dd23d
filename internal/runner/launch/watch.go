package launch

import (
	"io"
	"os"
	"syscall"
	"time"
)

// lookEvery is how often a launcher looks at its parent and at the tool's life.
const lookEvery = 200 * time.Millisecond

// watch is one tool and all that may end it.
type watch struct {
	pid, parent int
	life        string     // file of the tool's Life; empty when nothing bounds it
	spare       []*os.File // the other ends of our standard output and error
	asked       bool       // the tool has got its SIGINT: a second one would make it throw its state away
	silent      bool       // we asked by ourselves, because nobody prolonged the tool's life
	orphan      bool       // our parent is dead
	over        <-chan time.Time
}

// supervise waits for the tool's end and returns the status to leave with. SIGINT gives the tool its grace, SIGTERM
// none. When our parent dies or freezes, the tool is asked to stop as well, so that it stores what it did, and is
// killed when its life is over: before anybody else may get what it works on.
func (w *watch) supervise(signals <-chan os.Signal, ended <-chan int) int {
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	for {
		select {
		case status := <-ended:
			return w.status(status)
		case <-w.over:
			return w.status(Killed)
		case got := <-signals:
			switch got {
			case syscall.SIGTERM:
				return Killed
			case syscall.SIGINT:
				w.ask(grace())
			}
		case <-look.C:
		}
		if w.lost() {
			return w.status(Killed)
		}
	}
}

// lost asks the tool to stop when nobody wants it any more, and tells whether its life is over.
func (w *watch) lost() bool {
	life, bounded := w.read()
	at := Clock()
	if bounded && at >= life.End {
		w.silent = true
		return true
	}
	if !w.orphan && os.Getppid() != w.parent {
		w.orphan = true
		w.drain()
		left := orphanGrace
		if bounded {
			left = life.End - at
		}
		w.ask(left)
		w.over = time.After(left) // who asked before may have given it longer, and is dead now
	}
	if bounded && at >= life.Ask && !w.asked {
		w.silent = true
		w.drain() // a parent that is frozen reads nothing, and a tool that cannot write cannot stop
		w.ask(life.End - at)
	}
	return false
}

func (w *watch) ask(grace time.Duration) {
	if w.asked {
		return
	}
	w.asked = true
	_ = syscall.Kill(w.pid, syscall.SIGINT)
	w.over = time.After(grace)
}

func (w *watch) read() (Life, bool) {
	if w.life == "" {
		return Life{}, false
	}
	return readLife(w.life)
}

func (w *watch) status(status int) int {
	if w.silent && status != 0 {
		return Silent
	}
	return status
}

// drain reads what the tool writes in the place of our parent, who does not any more.
func (w *watch) drain() {
	for _, end := range w.spare {
		go func() { _, _ = io.Copy(io.Discard, end) }()
	}
	w.spare = nil
}
