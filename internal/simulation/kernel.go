package simulation

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"runtime/debug"
	"time"
)

// kernel runs tasks one at a time, by a virtual clock, in an order that the seed decides. A task runs from one wait to
// its next; that is a step. Nothing else in the simulation has a clock, a goroutine of its own or a random number, so
// the same seed is the same history.
type kernel struct {
	random *rand.Rand
	now    time.Duration // since the beginning
	steps  int
	tasks  []*task
	alarms []*alarm
	ready  []*task // scratch
	cur    *task
	born   int
}

func newKernel(seed uint64) *kernel {
	return &kernel{random: rand.New(rand.NewPCG(seed, 0x5eed))} //nolint:gosec // a seed that replays is what it is for
}

// process is what crashes, pauses and has a clock of its own.
type process struct {
	kernel *kernel
	name   string
	offset time.Duration // of its clock
	paused time.Duration // until then
	woke   time.Duration // when its last pause ended
	dead   bool
	slow   int // its operations take so many times as long
}

// task is a cooperative thread of a process.
type task struct {
	process *process
	id      int
	name    string
	next    func() (struct{}, bool)
	stop    func()
	yield   func(struct{}) bool

	// What it waits for.
	ctx     context.Context //nolint:containedctx // it is what wakes the task
	until   time.Duration   // never when negative
	signals []<-chan struct{}
	ready   func() bool
	fired   int

	lease lease // in whose name it acts; zero when nobody's
}

// lease is one attempt at one run.
type lease struct {
	run    string
	number int64
}

// alarm ends a context in time.
type alarm struct {
	at   time.Duration
	ring context.CancelFunc
}

// killed unwinds a task of a process that crashed.
type killed struct{}

// begin makes a task that runs when its turn comes.
func (k *kernel) begin(p *process, name string, do func()) {
	k.born++
	t := &task{process: p, id: k.born, name: name, until: k.now, fired: -1}
	if k.cur != nil && k.cur.process == p {
		t.lease = k.cur.lease
	}
	t.next, t.stop = iter.Pull(func(yield func(struct{}) bool) {
		t.yield = yield
		defer func() {
			if reason := recover(); reason != nil {
				if _, ok := reason.(killed); !ok {
					panic(fmt.Sprintf("%v\n%s", reason, debug.Stack())) // where it was, not where it is seen
				}
			}
		}()
		do()
	})
	k.tasks = append(k.tasks, t)
}

// kill ends every task of a process where it stands. What is deferred runs, and can reach nothing any more.
func (k *kernel) kill(p *process) {
	p.dead = true
	alive := k.tasks[:0:0]
	for _, t := range k.tasks {
		if t.process != p {
			alive = append(alive, t)
		}
	}
	dying := k.tasks
	k.tasks = alive
	killer := k.cur
	for _, t := range dying {
		if t.process == p && t != killer {
			k.cur = t // what it defers is refused in its own name
			t.stop()
		}
	}
	k.cur = killer
}

// wait parks the running task until the context is done, the time has come, a signal can be received or ready says so.
func (k *kernel) wait(ctx context.Context, until time.Duration, ready func() bool, signals ...<-chan struct{}) int {
	t := k.cur
	if t.process.dead {
		panic(killed{})
	}
	t.ctx, t.until, t.ready, t.signals, t.fired = ctx, until, ready, signals, parked
	if !t.yield(struct{}{}) {
		panic(killed{})
	}
	if t.process.dead {
		panic(killed{})
	}
	return t.fired
}

// What a task was woken by; other than these, the index of a signal.
const (
	byTime   = -1
	byDone   = -2
	parked   = -3
	byItself = -4
)

// wakes tells what wakes a parked task now.
func (t *task) wakes(now time.Duration) bool {
	if t.fired != parked {
		return true
	}
	switch {
	case t.ctx != nil && t.ctx.Err() != nil:
		t.fired = byDone
	case t.ready != nil && t.ready():
		t.fired = byItself
	case t.until >= 0 && t.until <= now:
		t.fired = byTime
	default:
		for i, signal := range t.signals {
			select {
			case <-signal:
				t.fired = i
				return true
			default:
			}
		}
		return false
	}
	return true
}

// step lets one task run until its next wait. It is false when nobody will ever wake.
func (k *kernel) step() bool {
	for {
		soonest := k.gather()
		if len(k.ready) > 0 {
			break
		}
		if soonest < 0 {
			return false
		}
		k.now = soonest
		k.ringAlarms()
	}
	k.run(k.ready[k.random.IntN(len(k.ready))])
	return true
}

// gather finds the tasks that can run now, and when the next one can if none can.
func (k *kernel) gather() (soonest time.Duration) {
	k.ready, soonest = k.ready[:0], -1
	sooner := func(at time.Duration) {
		if at > k.now && (soonest < 0 || at < soonest) {
			soonest = at
		}
	}
	for _, t := range k.tasks {
		switch {
		case t.process.paused > k.now:
			sooner(t.process.paused)
		case t.wakes(k.now):
			k.ready = append(k.ready, t)
		case t.until >= 0:
			sooner(t.until)
		}
	}
	for _, a := range k.alarms {
		sooner(a.at)
	}
	return soonest
}

func (k *kernel) run(t *task) {
	k.steps++
	k.cur = t
	_, alive := t.next()
	k.cur = nil
	if !alive || t.process.dead {
		k.forget(t)
	}
}

func (k *kernel) forget(t *task) {
	for i, other := range k.tasks {
		if other == t {
			k.tasks = append(k.tasks[:i], k.tasks[i+1:]...)
			break
		}
	}
	if t.process.dead {
		t.stop()
	}
}

func (k *kernel) ringAlarms() {
	left := k.alarms[:0]
	for _, a := range k.alarms {
		if a.at <= k.now {
			a.ring()
		} else {
			left = append(left, a)
		}
	}
	k.alarms = left
}

// stop ends all tasks.
func (k *kernel) stop() {
	tasks := k.tasks
	k.tasks = nil
	for _, t := range tasks {
		t.process.dead, k.cur = true, t
		t.stop()
	}
	k.cur = nil
}

// sleep lets the running task pause for that long.
func (k *kernel) sleep(d time.Duration) { k.wait(context.Background(), k.now+d, nil) }

// chance is true once in n times.
func (k *kernel) chance(n int) bool { return n > 0 && k.random.IntN(n) == 0 }

// between is a random duration.
func (k *kernel) between(from, to time.Duration) time.Duration {
	return from + time.Duration(k.random.Int64N(int64(to-from)+1))
}

// epoch is when every simulation begins.
var epoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// wall is a process' clock: clock.Clock over the kernel.
type wall struct{ *process }

// Now implements clock.Clock: this process' idea of the time.
func (w wall) Now() time.Time { return epoch.Add(w.kernel.now + w.offset) }

// steady is the clock of a process as Go measures durations by it: it does not jump when somebody sets the time.
type steady struct{ wall }

// Now implements clock.Clock.
func (s steady) Now() time.Time { return epoch.Add(s.kernel.now) }

// Go implements clock.Clock.
func (w wall) Go(do func()) { w.kernel.begin(w.process, "task", do) }

// Wait implements clock.Clock.
func (w wall) Wait(ctx context.Context, d time.Duration, signals ...<-chan struct{}) int {
	until := time.Duration(-1)
	if d >= 0 {
		until = w.kernel.now + d
	}
	return w.kernel.wait(ctx, until, nil, signals...)
}

// Timeout implements clock.Clock.
func (w wall) Timeout(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	a := &alarm{at: w.kernel.now + max(d, 0), ring: func() { cancel(context.DeadlineExceeded) }}
	if d <= 0 {
		a.ring()
		return ctx, func() {}
	}
	w.kernel.alarms = append(w.kernel.alarms, a)
	return ctx, func() {
		cancel(context.Canceled)
		for i, other := range w.kernel.alarms {
			if other == a {
				w.kernel.alarms = append(w.kernel.alarms[:i], w.kernel.alarms[i+1:]...)
				break
			}
		}
	}
}

// Scatter implements clock.Clock.
func (w wall) Scatter(d time.Duration) time.Duration {
	if d <= 0 {
		return 0
	}
	return time.Duration(w.kernel.random.Int64N(int64(d)))
}

func (p *process) String() string { return p.name }

func stamp(at time.Duration) string { return fmt.Sprintf("%9.3fs", at.Seconds()) }
