package simulation

import (
	"flag"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/provision"
)

var (
	seed     = flag.Uint64("seed", 1, "the first seed to simulate")
	steps    = flag.Int("steps", 1_000, "how many steps with faults, over all seeds")
	without  = flag.String("without", "", "kinds of faults that never happen, with commas between them")
	skip     = flag.String("skip", "", "numbers of faults that do not happen")
	small    = flag.Bool("small", false, "a small world")
	mutation = flag.String("mutation", "", "a bug to find")
)

// budget is how many steps with faults every run of the tests makes.
const budget = 2_400_000 / slowdown

// A tally is what many simulations came to.
type tally struct {
	mutex          sync.Mutex
	moves          map[move]int
	faults         map[Fault]int
	worlds, steps  int
	runs, objects  int
	events, resync int
}

func newTally() *tally { return &tally{moves: map[move]int{}, faults: map[Fault]int{}} }

func (y *tally) add(s *Simulation) {
	y.mutex.Lock()
	defer y.mutex.Unlock()
	for m, n := range s.Moves {
		y.moves[m] += n
	}
	for f, n := range s.counts {
		y.faults[f] += n
	}
	y.worlds++
	y.steps += s.StepsMade()
	y.runs += len(s.database.runs)
	y.objects += s.Objects
	y.events += len(s.places)
	y.resync += s.resyncs
}

// missing lists moves and faults that never happened: what is not tried is not proved.
func (y *tally) missing() (never []string) {
	for from, targets := range provision.Moves() {
		for to := range targets {
			if y.moves[move{from, to}] == 0 {
				never = append(never, fmt.Sprintf("%v → %v", from, to))
			}
		}
	}
	for _, f := range Faults() {
		if y.faults[f] == 0 {
			never = append(never, string(f))
		}
	}
	slices.Sort(never)
	return never
}

func (y *tally) report(took time.Duration) string {
	rate := float64(y.steps) / took.Seconds()
	text := fmt.Sprintf("%d steps in %s: %.0f a second, %.1f million a minute\n%d worlds, %d runs, %d objects made, %d events, %d resyncs\n",
		y.steps, took.Round(time.Millisecond), rate, rate*60/1e6, y.worlds, y.runs, y.objects, y.events, y.resync)
	var names []string
	for _, f := range Faults() {
		names = append(names, fmt.Sprintf("%s %d", f, y.faults[f]))
	}
	return text + "faults: " + strings.Join(names, ", ")
}

// fail shows a failure by a short history that replays.
func fail(t *testing.T, s *Simulation) {
	t.Helper()
	least := Shrink(s.Config)
	least.History = true
	shown := Run(least)
	t.Errorf("%s\nseed %d, step %d. See it again: %s\nA short history of it: %s\n%s\n%s", s.Failure, s.Seed, s.StepsMade(),
		(Config{Seed: s.Seed, Steps: min(s.Steps, s.StepsMade()), Without: s.Without, Skip: s.Skip, Mutation: s.Mutation}).Command(),
		least.Command(), shown.Story(), shown.Failure)
}

// TestSimulate is `make simulate`; unasked it looks at the beginning of one world.
func TestSimulate(t *testing.T) {
	config := Config{Seed: *seed, Small: *small, Mutation: Mutation(*mutation)}
	for _, name := range strings.FieldsFunc(*without, isComma) {
		require.Contains(t, Faults(), Fault(name))
		config.Without = append(config.Without, Fault(name))
	}
	for _, text := range strings.FieldsFunc(*skip, isComma) {
		n, err := strconv.Atoi(text)
		require.NoError(t, err)
		config.Skip = append(config.Skip, n)
	}
	y, began := newTally(), time.Now()
	for left := *steps; left > 0; left -= defaultSteps {
		config.Steps = min(left, defaultSteps)
		s := Run(config)
		y.add(s)
		if s.Failure != "" {
			fail(t, s)
			break
		}
		config.Seed++
	}
	t.Log(y.report(time.Since(began)))
	if *steps >= budget && !t.Failed() {
		require.Empty(t, y.missing(), "these never happened")
	}
}

func isComma(r rune) bool { return r == ',' }

// The promises 1 to 4 hold after every step of a fixed number of worlds, in which every move and every fault happens.
func TestPromises(t *testing.T) {
	t.Parallel()
	const shards = 4
	y, began := newTally(), time.Now()
	t.Run("worlds", func(t *testing.T) {
		for shard := range shards {
			t.Run(strconv.Itoa(shard), func(t *testing.T) {
				t.Parallel()
				for n := range budget / defaultSteps / shards {
					s := Run(Config{Seed: uint64(1_000*shard + n)})
					y.add(s)
					if s.Failure != "" {
						fail(t, s)
						return
					}
				}
			})
		}
	})
	t.Log(y.report(time.Since(began)))
	if !t.Failed() && slowdown == 1 {
		require.Empty(t, y.missing(), "these never happened")
	}
}

// The same seed is the same history, to the byte.
func TestASeedReplays(t *testing.T) {
	t.Parallel()
	config := Config{Seed: 5, Steps: 5_000, History: true}
	first := Run(config)
	require.NotEmpty(t, first.Lines)
	require.Equal(t, first.Lines, Run(config).Lines)
	other := config
	other.Seed++
	require.NotEqual(t, first.Lines, Run(other).Lines)
}

// Every mutation breaks a promise in one of a few worlds, within the budget. What is found shrinks to a short history.
func TestEveryMutationIsFound(t *testing.T) {
	t.Parallel()
	const worlds = 120 // the rarest, a late piece of log that joins on by chance, is found in the 95th
	for _, m := range Mutations() {
		t.Run(string(m), func(t *testing.T) {
			t.Parallel()
			for n := range uint64(worlds) {
				if s := Run(Config{Seed: n, Mutation: m}); s.Failure != "" {
					t.Logf("seed %d, step %d: %s", n, s.StepsMade(), firstLine(s.Failure))
					return
				}
			}
			t.Errorf("not found in %d worlds", worlds)
		})
	}
}

func TestAFailureShrinks(t *testing.T) {
	t.Parallel()
	s := Run(Config{Seed: 0, Mutation: BusyStays})
	require.NotEmpty(t, s.Failure)
	least := Shrink(s.Config)
	least.History = true
	again := Run(least)
	require.Equal(t, signature(s.Failure), signature(again.Failure))
	require.LessOrEqual(t, again.StepsMade(), s.StepsMade())
	require.Less(t, strings.Count(again.Story(), "\n"), 61)
	t.Log(least.Command() + "\n" + again.Story())
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}
