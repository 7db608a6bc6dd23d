package provision

import (
	"context"
	"fmt"
	"sync"
	"time"

	"entgo.io/ent/dialect/sql"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/internal/clock"
	"github.com/arpent/arpent/internal/queue"
)

// followPoll is how long a bell that was lost can delay what followers see.
const followPoll = 2 * time.Second

// followGap is how soon a followed run is read again. A bell that rings when it was not read for a while is followed at once;
// of several that ring one after the other the first and the last count.
const followGap = 20 * time.Millisecond

func runChannel(runID string) string { return "run:" + runID }
func logChannel(runID string) string { return "log:" + runID }

// follows lets any number of followers share one reading of each run: ten thousand dashboards, one query. A follower is
// a place for one row and nothing else: it has no goroutine.
type follows struct {
	engine *Engine
	mutex  sync.Mutex
	runs   map[string]*followed
}

// followed is one run and those who follow it.
type followed struct {
	followers map[follower]struct{}
	latest    *ent.Run
	stop      context.CancelFunc
}

// follower is one who follows a run: a place for the newest row that it has not taken yet.
type follower chan *ent.Run

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
	return e.FollowRow(ctx, first), nil
}

// FollowRow is FollowRun for a run that the viewer has just read.
func (e *Engine) FollowRow(ctx context.Context, first *ent.Run) <-chan *ent.Run {
	w := make(follower, 1)
	e.follows.join(first, w)
	context.AfterFunc(ctx, func() { e.follows.leave(first.ID, w) })
	return w
}

// join offers a follower the newest row that is known, and has it follow what comes.
func (f *follows) join(r *ent.Run, w follower) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	known := f.runs[r.ID]
	if known != nil && !known.latest.UpdatedAt.Before(r.UpdatedAt) {
		r = known.latest // which all have in common
	}
	if !w.offer(r) {
		return
	}
	if known == nil {
		ctx, stop := context.WithCancel(asEngine(context.Background()))
		known = &followed{followers: map[follower]struct{}{}, latest: r, stop: stop}
		f.runs[r.ID] = known
		go f.watch(ctx, known, r.ID)
	}
	known.followers[w] = struct{}{}
}

// offer leaves a row for a follower, and tells whether there is more to come: otherwise its place is closed.
func (w follower) offer(r *ent.Run) (more bool) {
	select {
	case <-w:
	default:
	}
	w <- r
	if stateOf(r).Final() {
		close(w)
		return false
	}
	return true
}

// leave ends what a follower is told, if that has not ended by itself.
func (f *follows) leave(runID string, w follower) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	known := f.runs[runID]
	if known == nil {
		return
	}
	if _, there := known.followers[w]; there {
		close(w)
		f.forget(runID, known, w)
	}
}

// forget takes a follower off the list; with the last one goes the run. The caller holds the mutex.
func (f *follows) forget(runID string, run *followed, w follower) {
	delete(run.followers, w)
	if len(run.followers) == 0 {
		run.stop()
		delete(f.runs, runID)
	}
}

// watch reads a run whenever its bell rings, and now and then for bells that were lost.
func (f *follows) watch(ctx context.Context, run *followed, runID string) {
	listener := f.engine.Broadcast.Listen(runChannel(runID))
	defer listener.Close()
	seen := snapshot{updated: run.latest.UpdatedAt}
	for rang, open := false, true; open && ctx.Err() == nil; rang, open = heard(ctx, listener, followPoll) {
		now, err := f.engine.look(ctx, runID)
		switch {
		case err != nil && ctx.Err() == nil:
			f.engine.Log.Warn("a followed run could not be read", "run", runID, "error", err)
		case err == nil && (rang || now.differs(seen)):
			f.tell(ctx, run, now.run)
		}
		if err == nil {
			seen = now
		}
		clock.Real{}.Wait(ctx, followGap)
	}
}

// heard waits for a bell, or for word that one may have been missed, at most for a while. Bells that rang meanwhile are one:
// whoever hears looks once. It is no longer open when no bell will ring any more.
func heard(ctx context.Context, listener *queue.Listener, wait time.Duration) (rang, open bool) {
	waiting, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	note, err := listener.Next(waiting)
	more := err == nil && listener.Skip()
	return err == nil && !note.Gap || more, err == nil || waiting.Err() != nil
}

// snapshot is a run as followers see it, with what tells whether a bell was lost since.
type snapshot struct {
	run     *ent.Run
	updated time.Time
	marks   string // of its steps and of those who answered its question
}

func (s snapshot) differs(from snapshot) bool {
	return !s.updated.Equal(from.updated) || from.run != nil && s.marks != from.marks
}

// marks changes with every step that begins, goes on or ends, and with every answer. It is read with the run, in one
// statement.
const marks = `(SELECT CAST(count(*) AS text) || ' ' || CAST(count(ended_at) AS text) || ' ' || CAST(coalesce(sum(done), 0) AS text)
	FROM run_steps WHERE run_steps.run_id = runs.id) || ' ' || (SELECT CAST(count(*) AS text) FROM approvals WHERE approvals.run_id = runs.id)`

// look reads a run, how far its steps are and how many have answered its question.
func (e *Engine) look(ctx context.Context, runID string) (s snapshot, err error) {
	query := e.DB.Client(ctx).Run.Query().Where(run.ID(runID))
	query.Modify(func(s *sql.Selector) { s.AppendSelectExprAs(sql.Raw(marks), "marks") })
	if s.run, err = query.Only(ctx); err != nil {
		return s, err
	}
	s.updated = s.run.UpdatedAt
	found, err := s.run.Value("marks")
	s.marks = fmt.Sprintf("%s", found)
	return s, err
}

// tell offers a row to all who follow the run.
func (f *follows) tell(ctx context.Context, run *followed, r *ent.Run) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if ctx.Err() != nil {
		return // nobody follows it any more
	}
	run.latest = r
	for w := range run.followers {
		if !w.offer(r) {
			f.forget(r.ID, run, w)
		}
	}
}
