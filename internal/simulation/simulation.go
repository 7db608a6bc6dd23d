// Package simulation lets the engine's own code meet every fault that it is made for, millions of steps a minute, in
// an order that one number decides.
//
// What runs is the real thing: provision.Life (claims, leases, results, answers, the sweep, logs), journal.Journal and
// journal.Feed (relay, cursors, resync), worker.Worker (renewing, losing, shipping logs, insisting). What they stand on
// is modelled: the database (database.go), Redis (redis.go), the private repository and the state (world.go), the tool
// and its cloud (tool.go), the network (server.go), people, subscribers and readers (people.go), and time (kernel.go).
// What must hold at every step is in watch.go. docs/simulation.md tells how to use it.
package simulation

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/internal/provision"
	"github.com/arpent/arpent/internal/secret"
)

// Config is one simulation. The same one is the same history.
type Config struct {
	Seed     uint64
	Steps    int           // with faults; then they stop, and everything has to come to its end. 20,000 when zero
	Without  []Fault       // that never happen
	Skip     []int         // faults, by their number, that do not happen
	Mutation Mutation      // a bug to be found
	Lease    time.Duration // 20 s when zero
	Small    bool          // one project, two servers, one worker elsewhere, two people
	History  bool          // note what happens
}

// Simulation is a world that runs.
type Simulation struct {
	Config
	Failure string        // the promise that was broken; empty when none was
	Moves   map[move]int  // that were made
	counts  map[Fault]int // that happened
	Objects int           // that were made in the cloud
	Lines   []string      // the history

	kernel    *kernel
	signer    *secret.Signer
	database  *database
	redis     *redis
	folders   map[string]*folder
	locks     map[string]lease
	commits   int
	projects  []string
	processes []*process
	servers   []*server
	stops     map[*process]context.CancelFunc
	skewed    map[string]time.Duration
	clients   *process

	quiet    bool
	quietAt  time.Duration
	injected int
	asked    int
	resyncs  int

	ledger      map[string][]string // who said yes, by run and digest
	story       map[string][]provision.State
	told        map[string]int
	places      []string // events by position
	placeOf     map[string]int64
	logs        map[string][]byte
	emitted     map[lease][]byte
	shipped     map[lease][]byte
	subscribers []*subscriber
}

// Run simulates until the steps are made and everything has come to its end, or a promise is broken.
func Run(config Config) *Simulation {
	if config.Steps == 0 {
		config.Steps = defaultSteps
	}
	if config.Lease == 0 {
		config.Lease = 20 * time.Second
	}
	s := furnish(config)
	defer s.kernel.stop()
	s.advance(func() bool { return s.kernel.steps < config.Steps })
	if s.Failure == "" {
		s.heal()
		s.advance(func() bool { return !s.calm() && s.kernel.now < s.quietAt+patience })
	}
	if s.Failure == "" {
		s.checkEnd()
	}
	return s
}

const (
	defaultSteps = 20_000
	// patience is how long after the last fault everything has come to its end.
	patience = 45 * time.Minute
)

// StepsMade is how many steps were made.
func (s *Simulation) StepsMade() int { return s.kernel.steps }

// advance makes steps as long as they are wanted and all is well. A task that panics is a failure as well.
func (s *Simulation) advance(wanted func() bool) {
	defer func() {
		if p := recover(); p != nil {
			s.violated("panic: %v", p)
		}
	}()
	for s.Failure == "" && wanted() && s.kernel.step() {
	}
}

var keyring = func() *secret.Keyring {
	ring, err := secret.NewKeyring(bytes.Repeat([]byte{7}, secret.KeySize))
	if err != nil {
		panic(err)
	}
	return ring
}()

func furnish(config Config) *Simulation {
	s := &Simulation{
		Config: config, Moves: map[move]int{}, counts: map[Fault]int{}, kernel: newKernel(config.Seed), signer: keyring.Signer(),
		folders: map[string]*folder{}, locks: map[string]lease{}, stops: map[*process]context.CancelFunc{},
		skewed: map[string]time.Duration{}, ledger: map[string][]string{}, story: map[string][]provision.State{},
		told: map[string]int{}, placeOf: map[string]int64{}, logs: map[string][]byte{}, emitted: map[lease][]byte{},
		shipped: map[lease][]byte{},
	}
	s.redis = &redis{Simulation: s, ears: map[string][]*ear{}}
	zero := int64(0)
	s.database = &database{
		Simulation: s, oneWriter: config.Seed%4 == 3, byID: map[string]*row[ent.Run]{}, pieces: map[string][]*row[ent.RunLog]{},
		counter: &row[int64]{committed: &zero}, plans: map[string]*row[[]byte]{}, states: map[string]*row[state]{},
	}
	s.clients = &process{kernel: s.kernel, name: "clients", woke: -time.Hour}
	s.populate()
	return s
}

// populate brings in everybody. On SQLite there is one server.
func (s *Simulation) populate() {
	servers, workers, projects, people := 3, 2, 3, 4
	if s.Small {
		servers, workers, projects, people = 2, 1, 1, 2
	}
	if s.database.oneWriter {
		servers = 1
	}
	for i := range projects {
		name := fmt.Sprint("prj_", i)
		s.projects = append(s.projects, name)
		s.folders[name] = &folder{branches: map[string]string{}, commits: map[string]*commit{}}
		s.database.states[name] = &row[state]{committed: &state{}}
	}
	for i := range servers {
		s.startServer(fmt.Sprint("server ", i))
	}
	for i := range workers {
		s.startWorker(fmt.Sprint("worker ", i))
	}
	for i := range people {
		s.startPerson(i)
	}
	for i := range 3 {
		s.startSubscriber(i)
	}
	for i := range 2 {
		s.startReader(i)
	}
	s.kernel.begin(s.clients, "nature", s.nature)
}

// nature brings disasters.
func (s *Simulation) nature() {
	for !s.quiet {
		s.kernel.sleep(s.kernel.between(time.Second, 10*time.Second))
		for _, f := range []Fault{Crash, Stop, Pause, Skew, Slow, Restart, Flush, Away} {
			if s.happens(f) {
				s.strike(f)
			}
		}
	}
}

func (s *Simulation) strike(f Fault) {
	victim := s.anyProcess()
	switch f {
	case Crash:
		s.crash(victim)
	case Stop:
		s.askToStop(victim)
	case Pause:
		if victim != nil {
			long := s.kernel.between(time.Second, 60*time.Second)
			s.note("%s stands still for %s", victim, long)
			victim.paused = s.kernel.now + long
			victim.woke = victim.paused
		}
	case Skew:
		if len(s.servers) > 0 {
			v := s.servers[s.kernel.random.IntN(len(s.servers))]
			v.process.offset = s.kernel.between(-60*time.Second, 60*time.Second)
			s.skewed[v.process.name] = v.process.offset
			s.note("the clock of %s is off by %s", v.process, v.process.offset)
		}
	case Slow:
		if victim != nil {
			victim.slow = 100
			s.kernel.begin(s.clients, "haste", func() { s.kernel.sleep(s.kernel.between(time.Second, 30*time.Second)); victim.slow = 0 })
		}
	case Restart:
		s.database.restart()
	case Flush:
		s.redis.flush()
	case Away:
		s.redis.away = s.kernel.now + s.kernel.between(time.Second, 60*time.Second)
	}
}

func (s *Simulation) anyProcess() *process {
	var alive []*process
	for _, p := range s.processes {
		if !p.dead {
			alive = append(alive, p)
		}
	}
	if len(alive) == 0 {
		return nil
	}
	return alive[s.kernel.random.IntN(len(alive))]
}

// crash kills a process; its place is taken by another one later.
func (s *Simulation) crash(p *process) {
	if p == nil {
		return
	}
	s.note("%s is killed", p)
	s.kernel.kill(p)
	s.buried(p)
}

// buried removes what a process that is dead had open, and has another one take its place.
func (s *Simulation) buried(p *process) {
	s.database.abandon(p)
	s.processes = slices.DeleteFunc(s.processes, func(o *process) bool { return o == p })
	serves := false
	s.servers = slices.DeleteFunc(s.servers, func(v *server) bool {
		if v.process == p {
			serves = true
			v.stop()
			return true
		}
		return false
	})
	s.kernel.begin(s.clients, "undertaker", func() {
		s.kernel.sleep(s.kernel.between(100*time.Millisecond, 20*time.Second))
		if serves {
			s.startServer(p.name)
		} else {
			s.startWorker(p.name)
		}
	})
}

// askToStop has a process end by itself, as a signal does.
func (s *Simulation) askToStop(p *process) {
	if p == nil {
		return
	}
	s.note("%s is asked to stop", p)
	for _, v := range s.servers {
		if v.process == p {
			v.stop()
		}
	}
	if stop := s.stops[p]; stop != nil {
		stop()
	}
	s.kernel.begin(s.clients, "undertaker", func() {
		s.kernel.wait(context.Background(), s.kernel.now+time.Minute, func() bool { return p.dead })
		if slices.Contains(s.processes, p) {
			s.crash(p) // what is left of it
		}
	})
}

// heal ends all faults. Clocks go on to disagree.
func (s *Simulation) heal() {
	s.note("faults stop")
	s.quiet, s.quietAt, s.redis.away = true, s.kernel.now, 0
	for _, p := range s.processes {
		if p.paused > s.kernel.now {
			p.paused, p.woke = s.kernel.now, s.kernel.now
		}
	}
}

// calm tells whether there is nothing more to do: every run has ended or waits for people, everything is told.
func (s *Simulation) calm() bool {
	for _, row := range s.database.runs {
		if row.owner != nil || row.committed != nil && !settled(row.committed) {
			return false
		}
	}
	for _, row := range s.database.events {
		if row.committed != nil && row.committed.Position == nil {
			return false
		}
	}
	for _, sub := range s.subscribers {
		if sub.cursor == nil || *sub.cursor != int64(len(s.places)) {
			return false
		}
	}
	return true
}

// note writes a line of the history.
func (s *Simulation) note(format string, args ...any) {
	if !s.History {
		return
	}
	who := "-"
	if s.kernel.cur != nil {
		who = s.kernel.cur.process.name
	}
	s.Lines = append(s.Lines, fmt.Sprintf("%s %-9s %s", stamp(s.kernel.now), who, fmt.Sprintf(format, args...)))
}

// logger has what the engine logs in the history, when there is one.
func (s *Simulation) logger() *slog.Logger {
	if !s.History {
		return slog.New(slog.DiscardHandler)
	}
	return slog.New(slog.NewTextHandler(diary{s}, &slog.HandlerOptions{
		Level: slog.LevelWarn,
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey || a.Key == slog.LevelKey || a.Key == "worker" || a.Key == "stack" {
				return slog.Attr{}
			}
			return a
		},
	}))
}

type diary struct{ *Simulation }

// Write implements io.Writer.
func (d diary) Write(line []byte) (int, error) {
	d.note("%s", bytes.TrimSpace(line))
	return len(line), nil
}
