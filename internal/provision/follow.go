package provision

import (
	"context"
	"sync"
	"time"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/internal/queue"
)

// followPoll is how long a bell that was lost can delay what followers see.
const followPoll = 2 * time.Second

func runChannel(runID string) string { return "run:" + runID }
func logChannel(runID string) string { return "log:" + runID }

// follows lets any number of followers share one reading of each run: ten thousand dashboards, one query.
type follows struct {
	engine *Engine
	mutex  sync.Mutex
	runs   map[string]*followed
}

// followed is one run and those who follow it.
type followed struct {
	followers map[chan *ent.Run]struct{}
	latest    *ent.Run
	stop      context.CancelFunc
}

func newFollows(e *Engine) *follows { return &follows{engine: e, runs: map[string]*followed{}} }

// ring tells every replica that a run has changed.
func (f *follows) ring(runID string) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if err := f.engine.Broadcast.Publish(ctx, runChannel(runID), nil); err != nil {
		f.engine.Log.Debug("a run's bell was not rung, followers poll", "run", runID, "error", err)
	}
}

// FollowRun returns the run as it is, then as it is after every change, until it has ended or ctx is done; then the
// channel is closed. A follower that is slow misses what lies between, never the last. The rows are shared: read
// them only. The viewer must see the run; whoever hands them on checks again for each.
func (e *Engine) FollowRun(ctx context.Context, runID string) (<-chan *ent.Run, error) {
	first, err := e.DB.Client(ctx).Run.Get(ctx, runID)
	if err != nil {
		return nil, at(err, "id")
	}
	out := make(chan *ent.Run)
	place := e.follows.join(first)
	go func() {
		defer close(out)
		defer e.follows.leave(runID, place)
		hand(ctx, first, place, out)
	}()
	return out, nil
}

// hand passes rows on until the run has ended. A row that is not newer than what was passed is not news.
func hand(ctx context.Context, r *ent.Run, place <-chan *ent.Run, out chan<- *ent.Run) {
	for {
		select {
		case <-ctx.Done():
			return
		case out <- r:
		}
		if stateOf(r).Final() {
			return
		}
		select {
		case <-ctx.Done():
			return
		case r = <-place:
		}
	}
}

func (f *follows) join(r *ent.Run) chan *ent.Run {
	place := make(chan *ent.Run, 1)
	f.mutex.Lock()
	defer f.mutex.Unlock()
	run := f.runs[r.ID]
	if run == nil {
		ctx, stop := context.WithCancel(asEngine(context.Background()))
		run = &followed{followers: map[chan *ent.Run]struct{}{}, latest: r, stop: stop}
		f.runs[r.ID] = run
		go f.watch(ctx, r.ID)
	}
	run.followers[place] = struct{}{}
	if run.latest != r {
		place <- run.latest
	}
	return place
}

func (f *follows) leave(runID string, place chan *ent.Run) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	run := f.runs[runID]
	delete(run.followers, place)
	if len(run.followers) == 0 {
		run.stop()
		delete(f.runs, runID)
	}
}

// watch reads a run whenever its bell rings, and now and then for bells that were lost.
func (f *follows) watch(ctx context.Context, runID string) {
	listener := f.engine.Broadcast.Listen(runChannel(runID))
	defer listener.Close()
	for ctx.Err() == nil {
		f.reread(ctx, runID)
		heard(ctx, listener, followPoll)
	}
}

// heard waits for a bell, at most for a while.
func heard(ctx context.Context, listener *queue.Listener, wait time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	_, _ = listener.Next(ctx) // whatever it is, look again
}

func (f *follows) reread(ctx context.Context, runID string) {
	r, err := f.engine.DB.Client(ctx).Run.Get(ctx, runID)
	if err != nil {
		if ctx.Err() == nil {
			f.engine.Log.Warn("a followed run could not be read", "run", runID, "error", err)
		}
		return
	}
	f.mutex.Lock()
	defer f.mutex.Unlock()
	run := f.runs[runID]
	if run == nil || ctx.Err() != nil {
		return
	}
	run.latest = r
	for place := range run.followers {
		replace(place, r)
	}
}

// replace puts the newest row where a follower will find it.
func replace(place chan *ent.Run, r *ent.Run) {
	select {
	case <-place:
	default:
	}
	place <- r
}
