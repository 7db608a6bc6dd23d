package simulation

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/journal"
	"github.com/arpent/arpent/internal/provision"
)

// person asks for things and answers questions, at any moment and often twice.
type person struct {
	*Simulation
	id     string
	viewer *access.Viewer
	opened *ent.Run // a page that was opened some time ago, and still shows what it showed then
}

func (s *Simulation) startPerson(n int) {
	id := fmt.Sprint("usr_", n)
	h := &person{Simulation: s, id: id, viewer: &access.Viewer{
		Kind: access.User, ID: id, Name: id, Locale: "en", Platform: access.NewSet(access.ProjectPermissions()...),
	}}
	s.kernel.begin(s.clients, id, func() {
		for {
			s.kernel.sleep(s.kernel.between(200*time.Millisecond, 12*time.Second))
			if s.quiet {
				return
			}
			h.act()
		}
	})
}

func (h *person) act() {
	switch h.kernel.random.IntN(10) {
	case 0, 1:
		h.request(nil)
	case 2, 3, 4, 5, 6:
		h.answer()
	case 7:
		if r := h.look(func(r *ent.Run) bool { return !stateOf(r).Final() }); r != nil {
			h.ask("cancels "+r.ID, func(ctx context.Context, to *server) error { _, err := to.life.Cancel(ctx, r.ID); return err })
		}
	case 8:
		if r := h.look(func(r *ent.Run) bool { return stateOf(r).Final() && r.Status != run.StatusSUCCEEDED }); r != nil {
			h.request(r)
		}
	case 9:
		h.meddle()
	}
}

func stateOf(r *ent.Run) provision.State { return provision.State{Status: r.Status, Phase: r.Phase} }

// look is a run that the person sees now: one of the newest.
func (h *person) look(wants func(*ent.Run) bool) *ent.Run {
	var seen []*ent.Run
	for _, row := range h.database.runs {
		if row.committed != nil && wants(row.committed) {
			seen = append(seen, row.committed)
		}
	}
	if len(seen) == 0 {
		return nil
	}
	return seen[len(seen)-1-h.kernel.random.IntN(min(len(seen), 6))]
}

// ask has a server do something in the person's name. The answer may be lost; people then often ask again.
func (h *person) ask(what string, do func(ctx context.Context, to *server) error) {
	for range 2 {
		_, err := call(context.Background(), h.Simulation, latest, func(ctx context.Context, to *server) (struct{}, error) {
			return struct{}{}, do(access.NewContext(ctx, h.viewer), to)
		})
		h.note("%s %s: %v", h.id, what, err)
		if !errors.Is(err, errUnreachable) || h.kernel.chance(2) {
			return
		}
	}
}

// request starts a run, or again one that came to nothing.
func (h *person) request(again *ent.Run) {
	wanted := wish{Op: "CREATE", Objects: h.kernel.random.IntN(5)}
	change, _ := json.Marshal(wanted)
	policy := provision.Policy{Count: 1 + h.kernel.random.IntN(2), NotSelf: h.kernel.chance(2)}
	switch h.kernel.random.IntN(8) {
	case 0, 1:
		policy = provision.Policy{Auto: true}
	case 2:
		policy.ExpiresIn = 20
	}
	terms, _ := json.Marshal(policy)
	kind := run.KindPROVISION
	if h.kernel.chance(12) {
		kind = run.KindDRIFT
	}
	project := h.projects[h.kernel.random.IntN(len(h.projects))]
	row := ent.Run{Kind: kind, ProjectID: &project, Change: change, Policy: terms}
	if again != nil {
		row.ProjectID, row.Change, row.Policy, row.RetryOfID = again.ProjectID, again.Change, again.Policy, &again.ID
	}
	h.ask("requests a run", func(ctx context.Context, to *server) error {
		return to.database.Tx(ctx, func(ctx context.Context) error {
			h.asked++
			mine := row
			mine.ID = fmt.Sprintf("run_%04d", h.asked)
			_, err := to.life.Start(ctx, &mine)
			return err
		})
	})
}

// answer approves or rejects what a run waits with, a while after the person has looked at it.
func (h *person) answer() {
	r := h.look(func(r *ent.Run) bool { return r.Status == run.StatusAWAITING_APPROVAL })
	if h.opened != nil && h.kernel.chance(3) {
		r = h.opened
	}
	if r == nil {
		return
	}
	h.opened = r
	h.kernel.sleep(h.kernel.between(time.Millisecond, 20*time.Second))
	if h.kernel.chance(12) {
		h.ask("rejects "+r.ID, func(ctx context.Context, to *server) error { _, err := to.life.Reject(ctx, r.ID, ""); return err })
		return
	}
	h.approved(r, h.id)
	h.ask("approves "+*r.Digest, func(ctx context.Context, to *server) error {
		_, err := to.life.ApprovePlan(ctx, r.ID, h.Mutation.looked(*r.Digest), "")
		return err
	})
}

// meddle changes a project's state by hand.
func (h *person) meddle() {
	if !h.happens(Outsider) {
		return
	}
	project := h.projects[h.kernel.random.IntN(len(h.projects))]
	h.ask("changes the state of "+project, func(ctx context.Context, to *server) error {
		d := to.database
		return d.write(ctx, func(tx *transaction) error {
			row := d.states[project]
			if err := row.take(tx); err != nil {
				return err
			}
			if h.held(h.locks[project]) {
				return errState
			}
			row.pending = row.pending.with("", 0)
			return nil
		})
	})
}

// startSubscriber follows all events from server to server, and holds that it gets each once and in order.
func (s *Simulation) startSubscriber(n int) {
	sub := &subscriber{Simulation: s, name: fmt.Sprint("subscriber ", n)}
	s.subscribers = append(s.subscribers, sub)
	s.kernel.begin(s.clients, sub.name, func() {
		for {
			sub.connect()
			s.kernel.sleep(s.kernel.between(10*time.Millisecond, 3*time.Second))
		}
	})
}

type subscriber struct {
	*Simulation
	name   string
	cursor *int64
}

func (s *subscriber) connect() {
	to := s.anyServer()
	if to == nil || !to.hears {
		return
	}
	filter := journal.Filter{Viewer: func() *access.Viewer { return access.Actor("test") }}
	if s.cursor != nil {
		filter.After = s.Mutation.cursor(*s.cursor)
	}
	ctx, cancel := context.WithCancel(to.ctx)
	defer cancel()
	var box []*ent.Event
	s.kernel.begin(to.process, "subscription", func() {
		place, err := to.feed.Open(filter)
		if err != nil {
			s.violated("%s is refused with its cursor: %v", s.name, err)
			return
		}
		defer place.Close()
		if s.cursor == nil {
			at, _ := strconv.ParseInt(to.feed.Cursor(), 10, 64)
			s.cursor = &at
		}
		for e := place.Next(ctx); e != nil; e = place.Next(ctx) {
			box = append(box, e)
		}
	})
	until := s.kernel.now + s.kernel.between(time.Second, 60*time.Second)
	for s.kernel.now < until && !to.process.dead && ctx.Err() == nil {
		s.kernel.wait(ctx, until, func() bool { return len(box) > 0 || to.process.dead })
		for len(box) > 0 {
			e := box[0]
			box = box[1:]
			s.got(e)
		}
	}
}

func (s *subscriber) got(e *ent.Event) {
	at := *e.Position
	switch {
	case isResync(e.Type):
		s.resyncs++
	case at != *s.cursor+1:
		s.violated("%s stood at %d and gets event %d", s.name, *s.cursor, at)
	case s.places[at-1] != e.ID:
		s.violated("%s gets %s as event %d, which is %s", s.name, e.ID, at, s.places[at-1])
	}
	s.cursor = &at
}

// startReader reads logs in pieces, from server to server.
func (s *Simulation) startReader(n int) {
	s.kernel.begin(s.clients, fmt.Sprint("reader ", n), func() {
		for {
			s.kernel.sleep(s.kernel.between(10*time.Millisecond, 5*time.Second))
			if len(s.database.runs) > 0 {
				if row := s.database.runs[s.kernel.random.IntN(len(s.database.runs))].committed; row != nil {
					s.readLog(row.ID)
				}
			}
		}
	})
}

// readLog reads one log for a while. What is read must be what the log holds, now and for ever.
func (s *Simulation) readLog(runID string) {
	var after int64
	for range 8 {
		piece, err := call(context.Background(), s, latest, func(ctx context.Context, to *server) (provision.Piece, error) {
			return to.life.ReadLog(access.As(ctx, "test"), runID, after, 1+int64(s.kernel.random.IntN(400)))
		})
		if err != nil {
			return
		}
		s.checkPiece(runID, after, piece)
		if after = piece.Next; piece.Complete {
			return
		}
		s.kernel.sleep(s.kernel.between(time.Millisecond, 3*time.Second))
	}
}
