//go:build peers

package processes_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// moment is a point in the life of a run at which something happens.
type moment struct {
	name string
	come func(c *chaos, w *wish) bool
}

// booked waits for a line of the ledger.
func booked(what, part string) func(*chaos, *wish) bool {
	return func(c *chaos, w *wish) bool {
		text, _ := os.ReadFile(c.ledger)
		return strings.Contains(string(text), fmt.Sprintf("%s %s-%s ", what, w.mark, part))
	}
}

func planning(c *chaos, _ *wish) bool {
	return slices.ContainsFunc(toolsBelow(c.dir), func(p toolProcess) bool { return p.engine("plan") })
}

// moments are the phases of an apply.
var moments = []moment{
	{"while it plans", planning},
	{"before anything is made", booked("begin", "a")},
	{"in the middle", booked("begin", "b")},
	{"when all is made", booked("create", "c")},
}

var middle = moments[2]

// trial is one fault at one moment.
type trial struct {
	name   string
	at     moment
	inputs map[string]any
	inject func(c *chaos, dice *rand.Rand) string
	ends   string // how the run ends
}

// TestAWorkerAndWhatItStandsOn breaks each thing by itself, in the middle of an apply: the run ends as it should, what it made is
// there once, nothing is left, and the project runs again.
func TestAWorkerAndWhatItStandsOn(t *testing.T) {
	trials := []trial{
		{"worker frozen past its lease", middle, nil, (*chaos).freezeLong, "SUCCEEDED"},
		{"Redis flushed", middle, nil, (*chaos).flushRedis, "SUCCEEDED"},
		{"Redis restarted", middle, nil, (*chaos).restartRedis, "SUCCEEDED"},
		{"PostgreSQL restarted", middle, nil, (*chaos).restartPostgres, "SUCCEEDED"},
		{"worker killed while PostgreSQL is restarted", middle, nil, (*chaos).killWorkerWithoutPostgres, "SUCCEEDED"},
		{"connections cut", middle, nil, (*chaos).cutConnections, "SUCCEEDED"},
		{"network cut", middle, nil, (*chaos).cutShortly, "SUCCEEDED"},
		{"network cut past the lease", middle, nil, (*chaos).cutLong, "SUCCEEDED"},
		{"canceled", middle, nil, (*chaos).cancelSome, "CANCELED"},
		{"canceled, and the provider does not listen", middle, map[string]any{"stubborn": true, "middle": 60_000}, (*chaos).cancelSome, "CANCELED"},
		{"engine killed", middle, map[string]any{"millis": 1500}, (*chaos).killEngineAnyTime, "FAILED"},
		{"engine killed when all is made", middle, map[string]any{"millis": 1500}, (*chaos).killEngineLate, "FAILED"},
	}
	for _, at := range moments {
		trials = append(trials, trial{"worker killed " + at.name, at, nil, (*chaos).killWorker, "SUCCEEDED"})
	}
	try(t, open(t, 1, build(t, 0, "south")), trials)
}

// TestAServerThatWorks kills servers with workers of their own at each phase; the other one goes on.
func TestAServerThatWorks(t *testing.T) {
	var trials []trial
	for _, at := range moments {
		trials = append(trials, trial{"server killed " + at.name, at, nil, (*chaos).killWhoWorks, "SUCCEEDED"})
	}
	try(t, open(t, 1, build(t, 1)), trials)
}

// TestAFullDisk fills the disk of the only worker: a run says so, and the worker takes no more until there is room.
func TestAFullDisk(t *testing.T) {
	c := open(t, 1, build(t, 0, "north"))
	w := c.wishFor(0, map[string]any{"millis": 1000})
	c.await(middle, w)
	free, filled := make(chan struct{}), make(chan struct{})
	go func() { c.fill(func() { close(filled); <-free }) }()
	<-filled
	require.True(t, c.ended(t.Context(), w), "what is at work ends, whatever becomes of it")
	next := c.wishFor(1, nil)
	c.workers[0].now.hears("is full: no run is taken until there is room")
	require.Equal(t, "QUEUED", c.statusOfRun(next.run))
	close(free)
	c.settleAll()
	c.count()
	require.Empty(t, c.violations)
}

func (c *chaos) statusOfRun(id string) string {
	status, _ := c.runStatus(id)
	return status
}

// killWhoWorks kills the server whose tool is at work.
func (c *chaos) killWhoWorks(dice *rand.Rand) string {
	for _, u := range c.servers {
		for _, tool := range toolsBelow(filepath.Join(c.dir, "data")) {
			if parentOf(tool.pid) == u.now.cmd.Process.Pid {
				return c.killUnit(u, filepath.Join(c.dir, "data"), upTo(dice, time.Second))
			}
		}
	}
	return "nobody works any more"
}

// killWorkerWithoutPostgres kills a worker and restarts PostgreSQL, where its tool would store what it made.
func (c *chaos) killWorkerWithoutPostgres(dice *rand.Rand) string {
	restarted := make(chan string)
	go func() { restarted <- c.restartPostgres(dice) }()
	return c.killWorker(dice) + "; PostgreSQL " + <-restarted
}

// parentOf is the parent of a process.
func parentOf(pid int) (parent int) {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, rest, _ := strings.Cut(string(text), ") ")
	fields := strings.Fields(rest)
	if len(fields) > 1 {
		_, _ = fmt.Sscan(fields[1], &parent)
	}
	return parent
}

func (c *chaos) wishFor(n int, inputs map[string]any) *wish {
	project := c.projects[0]
	w := &wish{project: project, mark: fmt.Sprintf("%s-%d", project, n)}
	all := map[string]any{"ledger": c.ledger, "mark": w.mark, "millis": 700}
	for name, value := range inputs {
		all[name] = value
	}
	c.request(w, fmt.Sprintf("thing-%d", n), all)
	return w
}

// await waits for a moment in the life of a wish.
func (c *chaos) await(at moment, w *wish) {
	c.t.Helper()
	require.Eventually(c.t, func() bool { return at.come(c, w) }, time.Minute, 5*time.Millisecond, at.name)
}

func try(t *testing.T, c *chaos, trials []trial) {
	t.Helper()
	dice := rand.New(rand.NewPCG(1, 2))
	for n, trial := range trials {
		t.Run(trial.name, func(t *testing.T) {
			w := c.wishFor(n, trial.inputs)
			c.await(trial.at, w)
			t.Log(trial.inject(c, dice))
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			require.True(t, c.ended(ctx, w), "the run never ended")
			require.Contains(t, c.told[w.run], trial.ends)
			c.nothingIsLeft()
			if trial.inputs["stubborn"] == true {
				c.give(w) // it would take a minute
			}
			c.fulfil(ctx, w)
			c.count()
			require.Empty(t, c.violations)
		})
	}
}
