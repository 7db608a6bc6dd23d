package simulation

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/journal"
	"github.com/arpent/arpent/internal/provision"
	"github.com/arpent/arpent/internal/runner"
	"github.com/arpent/arpent/internal/worker"
)

// server is one `arpent serve`: the real life of runs, the real journal and feed, and the real worker when it is
// embedded, over the models.
type server struct {
	*Simulation
	process *process
	life    *provision.Life
	journal *journal.Journal
	feed    *journal.Feed
	ctx     context.Context //nolint:containedctx // it is the life of the process
	stop    context.CancelFunc
	hears   bool // its feed has started
}

func (s *Simulation) startServer(name string) {
	p := s.newProcess(name)
	if s.skewed[name] != 0 {
		p.offset = s.skewed[name]
	}
	ctx, stop := context.WithCancel(context.Background())
	v := &server{Simulation: s, process: p, ctx: ctx, stop: stop}
	v.life = provision.NewLife(provision.Seams{
		Store: s.database, Bells: bells{v}, World: world{v}, Clock: wall{p}, Signer: s.signer,
		Log: s.logger(), Lease: s.Lease,
	})
	v.journal = journal.Over(eventRows{s.database}, wall{p})
	v.feed = journal.NewFeedOver(v.journal, feedBell{s}, s.logger())
	s.servers = append(s.servers, v)
	s.kernel.begin(p, "feed", func() {
		for v.feed.Start(ctx) != nil {
			s.kernel.sleep(time.Second)
		}
		v.hears = true
		_ = v.feed.Run(ctx)
	})
	s.kernel.begin(p, "sweep", func() { v.life.Sweep(access.As(ctx, "sweep")) })
	s.kernel.begin(p, "worker", func() {
		s.work(ctx, p, name, named{v})
		p.dead = true // the program ends when its workers have
	})
}

func (s *Simulation) startWorker(name string) {
	p := s.newProcess(name)
	ctx, stop := context.WithCancel(context.Background())
	s.stops[p] = stop
	s.kernel.begin(p, "worker", func() {
		s.work(ctx, p, name, remote{s})
		p.dead = true
	})
}

// work is the real worker's loop.
func (s *Simulation) work(ctx context.Context, p *process, name string, backend worker.Backend) {
	w, err := worker.New(worker.Config{
		Logger: s.logger(),
		Name:   name, Slots: 2, Wait: 20 * time.Second, Grace: 10 * time.Second, Backend: backend,
		Runner: &tool{Simulation: s, process: p}, Clock: steady{wall{p}},
	})
	if err != nil {
		panic(err)
	}
	_ = w.Run(ctx)
}

func (s *Simulation) newProcess(name string) *process {
	p := &process{kernel: s.kernel, name: name, woke: -time.Hour}
	s.processes = append(s.processes, p)
	return p
}

// named is a server's backend, which notes in whose name each call acts, and whether its answers are true.
type named struct{ *server }

var _ worker.Backend = named{}

func (n named) as(what string, l worker.Lease, call func(worker.Backend) error) error {
	t := n.kernel.cur
	before := t.lease
	t.lease = claimed(l)
	defer func() { t.lease = before }()
	err := call(n.life.Backend())
	if errors.Is(err, worker.ErrLeaseLost) && n.held(t.lease) {
		n.violated("%s is told in %s that its lease is lost, and holds it", t.lease, what)
	}
	return err
}

// held tells whether a lease lives, by what is committed.
func (s *Simulation) held(l lease) bool {
	row := s.database.byID[l.run]
	return row != nil && row.committed != nil && row.committed.Lease == l.number && row.committed.Busy != nil
}

func (l lease) String() string { return fmt.Sprintf("%s/%d", l.run, l.number) }

// Claim implements worker.Backend.
func (n named) Claim(ctx context.Context, claim worker.Claim) (*worker.Assignment, error) {
	a, err := n.life.Backend().Claim(ctx, claim)
	if a != nil {
		n.note("%s gets %s: %s", claim.Worker, claimed(a.Lease), a.Task.Mode)
	}
	return a, err
}

// Renew implements worker.Backend.
func (n named) Renew(ctx context.Context, l worker.Lease) (r worker.Renewal, err error) {
	err = n.as("Renew", l, func(b worker.Backend) (err error) { r, err = b.Renew(ctx, l); return err })
	return r, err
}

// Watch implements worker.Backend.
func (n named) Watch(ctx context.Context, l worker.Lease, wait time.Duration) (cancel bool, err error) {
	err = n.as("Watch", l, func(b worker.Backend) (err error) { cancel, err = b.Watch(ctx, l, wait); return err })
	return cancel, err
}

// Log implements worker.Backend.
func (n named) Log(ctx context.Context, l worker.Lease, offset int64, piece []byte) error {
	return n.as("Log", l, func(b worker.Backend) error { return b.Log(ctx, l, offset, piece) })
}

// Step implements worker.Backend.
func (n named) Step(ctx context.Context, l worker.Lease, step runner.Step) error {
	return n.as("Step", l, func(b worker.Backend) error { return b.Step(ctx, l, step) })
}

// Finish implements worker.Backend.
func (n named) Finish(ctx context.Context, l worker.Lease, rest worker.Rest, result runner.Result) error {
	err := n.as("Finish", l, func(b worker.Backend) error { return b.Finish(ctx, l, rest, result) })
	n.note("%s finishes with %s: %v", claimed(l), result.Outcome, err)
	if err == nil {
		n.checkWhole(claimed(l))
	}
	return err
}

// feedBell is the events' bell.
type feedBell struct{ *Simulation }

// Ring implements journal.Bell.
func (b feedBell) Ring(context.Context) error {
	if err := b.redis.call(); err != nil {
		return err
	}
	b.redis.publish("events")
	return nil
}

// Listen implements journal.Bell.
func (b feedBell) Listen() journal.Listener { return b.redis.listen("events") }

// remote is a server as a worker elsewhere reaches it: calls and answers get lost, come late or twice. Which server
// answers is chosen for each call.
type remote struct{ *Simulation }

var _ worker.Backend = remote{}

var errUnreachable = errors.New("reach the server: timeout")

const latest = 30 * time.Second // that an answer may take, as in worker.Client

// call carries a call to some server and its answer back.
func call[T any](ctx context.Context, s *Simulation, timeout time.Duration, do func(ctx context.Context, to *server) (T, error)) (answer T, err error) {
	var none T
	if ctx.Err() != nil {
		return none, ctx.Err()
	}
	until := s.kernel.now + timeout
	to := s.anyServer()
	s.latency()
	if s.happens(DelayCall) {
		s.kernel.wait(ctx, s.kernel.now+s.kernel.between(time.Second, 25*time.Second), nil)
	}
	if to == nil || to.process.dead {
		s.kernel.sleep(100 * time.Millisecond)
		return none, errUnreachable
	}
	lost := s.happens(LoseCall)
	there, cancel := context.WithCancel(to.ctx)
	notices := s.kernel.chance(2) // that nobody waits any more
	defer func() {
		if notices {
			cancel()
		}
	}()
	done := false
	serve := func() {
		got, failed := do(there, to)
		if !done {
			done, answer, err = true, got, failed
		}
	}
	if !lost {
		s.kernel.begin(to.process, "call", serve)
		if s.happens(DoubleCall) {
			s.kernel.begin(to.process, "call", serve)
		}
		lost = s.happens(LoseAnswer)
	}
	how := s.kernel.wait(ctx, until, func() bool { return !lost && (done || to.process.dead) })
	got, failed := answer, err // what comes later is not heard
	if how == byItself && done {
		if s.happens(DelayCall) && s.kernel.wait(ctx, s.kernel.now+s.kernel.between(time.Second, 25*time.Second), nil) == byDone {
			return none, ctx.Err()
		}
		return got, failed
	}
	done = true
	if ctx.Err() != nil {
		return none, ctx.Err()
	}
	return none, errUnreachable
}

// anyServer is one that runs; nil when none does.
func (s *Simulation) anyServer() *server {
	var alive []*server
	for _, v := range s.servers {
		if !v.process.dead && v.ctx.Err() == nil {
			alive = append(alive, v)
		}
	}
	if len(alive) == 0 {
		return nil
	}
	return alive[s.kernel.random.IntN(len(alive))]
}

// overTheWire is an error as the client reads it from an answer: a lease that is lost, a refusal, or something else.
func overTheWire(err error) error {
	if refused, ok := fault.As(err); ok || err == nil || errors.Is(err, worker.ErrLeaseLost) {
		if ok {
			return refused
		}
		return err
	}
	return fault.New(fault.Internal, fault.Text{EN: err.Error(), FR: err.Error()})
}

// Claim implements worker.Backend.
func (r remote) Claim(ctx context.Context, claim worker.Claim) (*worker.Assignment, error) {
	return call(ctx, r.Simulation, claim.Wait+latest, func(ctx context.Context, to *server) (*worker.Assignment, error) {
		a, err := named{to}.Claim(ctx, claim)
		return a, overTheWire(err)
	})
}

// Renew implements worker.Backend.
func (r remote) Renew(ctx context.Context, l worker.Lease) (worker.Renewal, error) {
	return call(ctx, r.Simulation, latest, func(ctx context.Context, to *server) (worker.Renewal, error) {
		renewal, err := named{to}.Renew(ctx, l)
		return renewal, overTheWire(err)
	})
}

// Watch implements worker.Backend.
func (r remote) Watch(ctx context.Context, l worker.Lease, wait time.Duration) (bool, error) {
	return call(ctx, r.Simulation, wait+latest, func(ctx context.Context, to *server) (bool, error) {
		cancel, err := named{to}.Watch(ctx, l, wait)
		return cancel, overTheWire(err)
	})
}

// Log implements worker.Backend.
func (r remote) Log(ctx context.Context, l worker.Lease, offset int64, piece []byte) error {
	return r.tell(ctx, latest, func(ctx context.Context, to named) error { return to.Log(ctx, l, offset, piece) })
}

// Step implements worker.Backend.
func (r remote) Step(ctx context.Context, l worker.Lease, step runner.Step) error {
	return r.tell(ctx, latest, func(ctx context.Context, to named) error { return to.Step(ctx, l, step) })
}

// Finish implements worker.Backend.
func (r remote) Finish(ctx context.Context, l worker.Lease, rest worker.Rest, result runner.Result) error {
	return r.tell(ctx, 10*latest, func(ctx context.Context, to named) error { return to.Finish(ctx, l, rest, result) })
}

func (r remote) tell(ctx context.Context, timeout time.Duration, what func(context.Context, named) error) error {
	_, err := call(ctx, r.Simulation, timeout, func(ctx context.Context, to *server) (struct{}, error) {
		return struct{}{}, overTheWire(what(ctx, named{to}))
	})
	return err
}
