package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/runner"
	"github.com/arpent/arpent/internal/worker"
)

const (
	warm     = 20  // turns that are not counted
	bells    = 300 // requests that are followed to a worker: the 99th hundredth are three of them
	batch    = 100 // runs that are queued at once
	slots    = 4   // runs at once
	moves    = 5   // queued, planning, queued again, applying, succeeded: each is a commit at least
	runBatch = 3   // rounds: a batch takes seconds
)

// What a run can not do without, counted: each write of a request and of two attempts (claim, begin, step, end) is a commit,
// what they have to look at is read by its key, and its commit and its merge are files that are on the disk.
const (
	runWrites = 9
	runReads  = 20
	runFiles  = 10 // seven objects and a reference for the plan, one or three and a reference for the merge
)

// BenchmarkBell measures from a request to a worker that has it, beside a word through Redis and one commit.
func BenchmarkBell(b *testing.B) {
	h := newHouse(b, 10)
	bare := newBareBell(h)
	var ours, claimed, plain series
	for range warm { // connections are made and statements prepared, on both sides
		bare.turn()
		h.turn()
	}
	b.ResetTimer()
	for range bells {
		plain.took(bare.turn())
		whole, had := h.turn()
		ours.took(whole)
		claimed.took(had)
	}
	report := func(what string, ours series, aim string, most float64) {
		ratio := ours.at(.99) / plain.at(.99)
		found.add(row{
			what: what, ours: fmt.Sprintf("p50 %s, p99 %s", short(ours.median()), short(ours.at(.99))),
			bare: fmt.Sprintf("XADD → XREADGROUP + one commit: p50 %s, p99 %s", short(plain.median()), short(plain.at(.99))),
			is:   fmt.Sprintf("%.1f × (p50 %.1f ×)", ratio, ours.median()/plain.median()), aim: aim, holds: most == 0 || ratio <= most,
		})
	}
	report("request → a worker has it", claimed, "p99 ≤ 3 ×", 3)
	report("the same, with the project's folder rendered, committed and packed for the worker", ours, "", 0)
}

func short(nanoseconds float64) string {
	return duration(nanoseconds).Round(10 * time.Microsecond).String()
}

// turn requests a resource while a worker waits. It measures until the worker has the run with its task, and until the
// run is the worker's; then the run is got out of the way.
func (h *house) turn() (whole, claimed time.Duration) {
	type got struct {
		assignment *worker.Assignment
		at         time.Time
	}
	waits := make(chan got)
	go func() {
		a, err := h.Backend().Claim(h.system, worker.Claim{Worker: "bench", Wait: time.Minute})
		if err != nil {
			h.b.Error(err)
		}
		waits <- got{a, time.Now()}
	}()
	began := time.Now()
	h.request(h.system)
	requested := time.Since(began)
	g := <-waits
	require.NotNil(h.b, g.assignment)
	whole = g.at.Sub(began)
	held := h.db.Client(h.system).Run.GetX(h.system, g.assignment.Lease.RunID)
	require.NoError(h.b, h.Backend().Finish(h.system, g.assignment.Lease, worker.Rest{}, runner.Result{Outcome: runner.Failed}))
	// The run was claimed when its first renewal counts from: startedAt is written with the claim.
	return whole, max(requested, held.StartedAt.Sub(began))
}

// bareBell is the bare tool: a commit, a word through a stream, and who waits for it.
type bareBell struct {
	h   *house
	rdb *redis.Client
}

func newBareBell(h *house) *bareBell {
	h.b.Helper()
	options, err := redis.ParseURL(h.redisURL)
	require.NoError(h.b, err)
	rdb := redis.NewClient(options)
	h.b.Cleanup(func() { _ = rdb.Close() })
	require.NoError(h.b, rdb.XGroupCreateMkStream(h.b.Context(), "bare", "group", "0").Err())
	_, err = h.db.SQL().Exec(`CREATE TABLE bare (id bigserial PRIMARY KEY, word text, n int)`)
	require.NoError(h.b, err)
	return &bareBell{h, rdb}
}

func (l *bareBell) turn() time.Duration {
	heard := make(chan time.Time)
	go func() {
		err := l.rdb.XReadGroup(l.h.system, &redis.XReadGroupArgs{Group: "group", Consumer: "one", Streams: []string{"bare", ">"}, Count: 1, Block: time.Minute, NoAck: true}).Err()
		if err != nil {
			l.h.b.Error(err)
		}
		heard <- time.Now()
	}()
	began := time.Now()
	_, err := l.h.db.SQL().Exec(`INSERT INTO bare (word) VALUES ('run')`)
	require.NoError(l.h.b, err)
	require.NoError(l.h.b, l.rdb.XAdd(l.h.system, &redis.XAddArgs{Stream: "bare", Values: []string{"run", "x"}}).Err())
	return (<-heard).Sub(began)
}

// BenchmarkRuns measures runs through every state with a runner that does nothing, beside as many bare commits as they
// have changes of state; and counts what a run asks the database.
func BenchmarkRuns(b *testing.B) {
	h := newHouse(b, 20)
	_, err := h.db.SQL().Exec(`CREATE TABLE bare (id bigserial PRIMARY KEY, word text, n int)`)
	require.NoError(b, err)
	_, err = h.db.SQL().Exec(`INSERT INTO bare (word, n) SELECT 'run', 0 FROM generate_series(1, 100)`)
	require.NoError(b, err)
	statements := h.statements()
	h.hire(slots)
	var ours, bare, floor, cpu series
	b.ResetTimer()
	for range runBatch {
		bare = append(bare, batch/h.commits(batch*moves).Seconds())
		floor = append(floor, batch/h.floor(batch).Seconds())
		used := cpuOf(b, os.Getpid())
		ours = append(ours, batch/h.batch().Seconds())
		cpu.took((cpuOf(b, os.Getpid()) - used) / batch)
	}
	ratio := ours.over(bare)
	found.add(row{
		what: "runs through every state with a runner that does nothing", ours: fmt.Sprintf("%.0f/s", ours.median()),
		bare: fmt.Sprintf("five bare commits each, four at a time: %.0f/s", bare.median()), is: fmt.Sprintf("%.2f ×", ratio), aim: "≥ 0.3 ×", holds: ratio >= .3,
	})
	found.add(row{
		what: "the same, beside what a run can not do without", ours: fmt.Sprintf("%.0f/s", ours.median()),
		bare: fmt.Sprintf("%d bare commits, %d reads and %d files each, four at a time: %.0f/s", runWrites, runReads, runFiles, floor.median()),
		is:   fmt.Sprintf("%.2f × (the floor is %.2f × of five bare commits)", ours.over(floor), floor.over(bare)),
	})
	found.add(row{what: "100 runs queued at once, without a tool", ours: fmt.Sprintf("%.0f a minute", ours.median()*60), bare: "OTF, with tofu: 480 a minute", is: fmt.Sprintf("%.1f ×", ours.median()*60/480)})
	found.add(row{what: "CPU of a run, without the database's", ours: short(cpu.median()), bare: "OTF, server and database: 62ms", is: short(cpu.median())})
	found.add(row{what: "SQL statements of a run", ours: fmt.Sprint(statements), bare: "OTF: 322", is: fmt.Sprintf("%.2f ×", float64(statements)/322), aim: "< 1 ×", holds: statements < 322})
}

// batch queues runs and waits until all have succeeded.
func (h *house) batch() time.Duration {
	began := time.Now()
	var all sync.WaitGroup
	for range batch {
		started := h.request(h.system)
		states, err := h.FollowRun(h.system, started.ID)
		require.NoError(h.b, err)
		all.Go(func() {
			var last run.Status
			for r := range states {
				last = r.Status
			}
			if last != run.StatusSUCCEEDED {
				h.b.Error("a run has ended as ", last)
			}
		})
	}
	all.Wait()
	return time.Since(began)
}

// floor does what is left of a number of runs without any program of ours.
func (h *house) floor(n int) time.Duration {
	dir, began := h.b.TempDir(), time.Now()
	var all sync.WaitGroup
	for s := range slots {
		all.Go(func() {
			for i := s; i < n; i += slots {
				if err := h.bareRun(filepath.Join(dir, fmt.Sprint(i)), 1+i%100); err != nil {
					h.b.Error(err)
				}
			}
		})
	}
	all.Wait()
	return time.Since(began)
}

// bareRun writes and reads one row, and files whose names begin with a path.
func (h *house) bareRun(path string, id int) error {
	for range runWrites {
		if _, err := h.db.SQL().Exec(`UPDATE bare SET n = n + 1 WHERE id = $1`, id); err != nil {
			return err
		}
	}
	for range runReads {
		var word string
		if err := h.db.SQL().QueryRow(`SELECT word FROM bare WHERE id = $1`, id).Scan(&word); err != nil {
			return err
		}
	}
	for i := range runFiles {
		if err := bareFile(fmt.Sprint(path, "-", i)); err != nil {
			return err
		}
	}
	return nil
}

// bareFile brings some hundred bytes to the disk under a name.
func bareFile(path string) error {
	file, err := os.Create(path + ".tmp")
	if err != nil {
		return err
	}
	_, err = file.Write(make([]byte, 200))
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	return os.Rename(path+".tmp", path)
}

// commits is the bare tool.
func (h *house) commits(n int) time.Duration {
	began := time.Now()
	var all sync.WaitGroup
	for s := range slots {
		all.Go(func() {
			for i := range n / slots {
				if _, err := h.db.SQL().Exec(`UPDATE bare SET n = n + 1 WHERE id = $1`, 1+(i*slots+s)%100); err != nil {
					h.b.Error(err)
				}
			}
		})
	}
	all.Wait()
	return time.Since(began)
}

// statements counts what one run asks the database from its request to its end, by hand, so that all of it is counted.
func (h *house) statements() int {
	h.b.Helper()
	ctx, count := database.Counted(h.system)
	h.request(ctx)
	for range 2 {
		h.attempt(ctx)
	}
	return count()
}

func (h *house) attempt(ctx context.Context) {
	h.b.Helper()
	a, err := h.Backend().Claim(ctx, worker.Claim{Worker: "bench", Wait: time.Minute})
	require.NoError(h.b, err)
	require.NotNil(h.b, a)
	step := runner.Step{Name: string(a.Task.Mode), Status: runner.StepRunning, StartedAt: time.Now()}
	require.NoError(h.b, h.Backend().Step(ctx, a.Lease, step))
	_, err = h.Backend().Renew(ctx, a.Lease)
	require.NoError(h.b, err)
	step.Status = runner.StepDone
	rest := worker.Rest{Offset: a.LogOffset, Log: []byte("nothing is done\n"), Steps: []runner.Step{step}}
	require.NoError(h.b, h.Backend().Finish(ctx, a.Lease, rest, idleResult(a.Task.Mode)))
}
