package simulation

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/klauspost/compress/zstd"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/ent/runlog"
	"github.com/arpent/arpent/internal/provision"
)

// The invariants. Those about rows are looked at when a transaction commits, because nothing changes in between; those
// about the cloud, readers and subscribers when something is made or read.

// violated ends the simulation: a promise is broken.
func (s *Simulation) violated(format string, args ...any) {
	if s.Failure == "" {
		s.Failure = fmt.Sprintf(format, args...)
		s.note("BROKEN: %s", s.Failure)
	}
}

// move is one line of the table of states.
type move struct{ from, to provision.State }

// watchRun looks at a run's row when it is committed.
func (s *Simulation) watchRun(tx *transaction, row *row[ent.Run]) {
	var old *ent.Run
	tx.before = append(tx.before, func() {
		if old = row.committed; row.pending != old {
			s.checkRun(tx.task, old, row.pending)
		}
	})
	tx.after = append(tx.after, func() { s.noteRun(tx.task, old, row.committed) })
}

func (s *Simulation) checkRun(by *task, old, r *ent.Run) {
	state := stateOf(r)
	if (r.Busy != nil) != state.Held() {
		s.violated("%s is %v and busy is %v", r.ID, state, r.Busy)
	}
	if old == nil {
		return
	}
	from := stateOf(old)
	switch {
	case from != state && !provision.Allowed(from, state):
		s.violated("%s moves from %v to %v, which the table does not allow", r.ID, from, state)
	case from.Final():
		s.violated("%s has ended as %v and is changed", r.ID, from)
	case r.Lease < old.Lease || r.LogSize < old.LogSize:
		s.violated("%s goes back: lease %d to %d, log %d to %d", r.ID, old.Lease, r.Lease, old.LogSize, r.LogSize)
	}
	if l := by.lease; l.run != "" && (l.run != r.ID || l.number != old.Lease || !from.Held()) {
		s.violated("%s, which is lost, changes %s (%v under lease %d)", l, r.ID, from, old.Lease)
	}
	if r.LogSize != old.LogSize && by.lease.run == "" {
		s.violated("the log of %s grows in nobody's name", r.ID)
	}
	if from != state && state.Phase == run.PhaseAPPLY && (r.Status == run.StatusQUEUED || r.Status == run.StatusRUNNING) {
		s.checkApproved(r, r.ApprovedDigest)
	}
}

func (s *Simulation) noteRun(by *task, old, r *ent.Run) {
	if r == nil || old != nil && stateOf(old) == stateOf(r) {
		return
	}
	state := stateOf(r)
	s.story[r.ID] = append(s.story[r.ID], state)
	if old == nil {
		s.note("%s is %v", r.ID, state)
		return
	}
	s.Moves[move{stateOf(old), state}]++
	s.note("%s: %v → %v (lease %d) by %s", r.ID, stateOf(old), state, r.Lease, by.name)
	if !state.Held() {
		return
	}
	for _, row := range s.database.runs {
		if c := row.committed; c != nil && c.ID != r.ID && stateOf(c).Held() && *c.ProjectID == *r.ProjectID {
			s.violated("%s and %s work on %s at once", c.ID, r.ID, *r.ProjectID)
		}
	}
}

// approved notes that a person who saw a run's plan says yes to it. This ledger knows nothing of the engine.
func (s *Simulation) approved(r *ent.Run, person string) {
	key := r.ID + " " + *r.Digest
	if !slices.Contains(s.ledger[key], person) {
		s.ledger[key] = append(s.ledger[key], person)
	}
}

// checkApproved holds that enough people said yes to exactly this change.
func (s *Simulation) checkApproved(r *ent.Run, digest *string) {
	policy, err := provision.PolicyOf(r)
	if err != nil || policy.Auto {
		return
	}
	if digest == nil {
		s.violated("%s goes on to apply without an approved plan", r.ID)
		return
	}
	said := slices.Clone(s.ledger[r.ID+" "+*digest])
	if policy.NotSelf {
		said = slices.DeleteFunc(said, func(who string) bool { return who == *r.RequestedByID })
	}
	if len(said) < policy.Count {
		s.violated("%s is applied as %s, to which %v said yes, and %d have to", r.ID, *digest, said, policy.Count)
	}
}

// create makes an object in the cloud. Nobody can fence the cloud: the worker has to have its tool stop in time.
func (j *job) create(p planned, n int) {
	s := j.Simulation
	r := s.database.byID[j.task.RunID].committed
	digest := p.digest(r.ID)
	s.checkApproved(r, &digest)
	if s.database.states[p.Project].committed.version < p.Base {
		s.violated("%s applies a plan of a state that never was", j.lease)
	}
	s.note("%s makes object %d", j.lease, n)
	s.Objects++
	awake := s.kernel.now - j.process.woke
	if !s.held(j.lease) && awake > noticing {
		s.violated("%s is lost, and its tool makes object %d", j.lease, n)
	}
}

// noticing is how long a process that stood still may take to notice what it lost.
const noticing = 0

// checkMerge holds that the folder's main branch gets only what was planned, and approved where people are asked.
func (s *Simulation) checkMerge(r *ent.Run, commit string) {
	if r.Commit == nil || *r.Commit != commit {
		s.violated("%s under lease %d merges %s, which is not what it planned", r.ID, r.Lease, commit)
	}
}

// watchState looks at a state when it is committed.
func (s *Simulation) watchState(tx *transaction, by lease) {
	tx.before = append(tx.before, func() {
		if !s.held(by) {
			s.violated("%s, which is lost, writes the state", by)
		}
	})
}

// watchStep looks at a step when it is committed.
func (s *Simulation) watchStep(tx *transaction, by lease) {
	tx.before = append(tx.before, func() {
		if !s.held(by) {
			s.violated("%s, which is lost, writes a step", by)
		}
	})
}

var unzip, _ = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1)) // fails only for bad options

// watchLog looks at a run's log when it is committed: it is one text without gaps, and only grows.
func (s *Simulation) watchLog(tx *transaction, runID string) {
	writer := tx.task.lease
	tx.after = append(tx.after, func() {
		before := len(s.logs[runID])
		s.checkLog(runID)
		if writer.run == "" {
			return
		}
		s.shipped[writer] = append(s.shipped[writer], s.logs[runID][before:]...)
		if !bytes.HasPrefix(s.emitted[writer], s.shipped[writer]) {
			s.violated("%s shipped a log that its tool did not write:\n%s", writer, s.shipped[writer])
		}
	})
}

// checkWhole holds that the log of an attempt that has told its end is all that its tool wrote.
func (s *Simulation) checkWhole(l lease) {
	if !bytes.Equal(s.shipped[l], s.emitted[l]) {
		s.violated("%s has ended, and its log lacks what its tool wrote:\n%s", l, s.emitted[l][len(s.shipped[l]):])
	}
}

func (s *Simulation) checkLog(runID string) {
	var pieces []*ent.RunLog
	for _, row := range s.database.pieces[runID] {
		if row.committed != nil {
			pieces = append(pieces, row.committed)
		}
	}
	slices.SortFunc(pieces, func(a, b *ent.RunLog) int { return cmp.Compare(a.Position, b.Position) })
	var text []byte
	for _, p := range pieces {
		if p.Position != int64(len(text)) {
			s.violated("the log of %s has a piece at %d, and %d bytes before it", runID, p.Position, len(text))
			return
		}
		if p.Codec == runlog.CodecRAW {
			text = append(text, p.Data...)
			continue
		}
		var err error
		if text, err = unzip.DecodeAll(p.Data, text); err != nil {
			s.violated("the log of %s is damaged: %v", runID, err)
		}
	}
	if !bytes.HasPrefix(text, s.logs[runID]) {
		s.violated("the log of %s is no longer what it was", runID)
	}
	if r := s.database.byID[runID].committed; r != nil && r.LogSize != int64(len(text)) {
		s.violated("the log of %s has %d bytes, the run says %d", runID, len(text), r.LogSize)
	}
	s.logs[runID] = text
}

// checkPiece holds that what somebody read is what the log holds there.
func (s *Simulation) checkPiece(runID string, after int64, p provision.Piece) {
	log := s.logs[runID]
	if p.Offset != after || p.Next > int64(len(log)) || string(log[after:p.Next]) != p.Text {
		s.violated("a reader of the log of %s gets other bytes at %d", runID, after)
	}
	if p.Complete && (p.Next != int64(len(log)) || !stateOf(s.database.byID[runID].committed).Final()) {
		s.violated("a reader of the log of %s is told that it is complete at %d", runID, p.Next)
	}
}

// watchPlaces looks at events that get their places: none twice, no gap, and those of a run in the order of its moves.
func (s *Simulation) watchPlaces(tx *transaction, rows []*row[ent.Event]) {
	tx.after = append(tx.after, func() {
		for _, row := range rows {
			e := row.committed
			if _, twice := s.placeOf[e.ID]; twice {
				s.violated("%s gets a second place", e.ID)
				return
			}
			if *e.Position != int64(len(s.places))+1 {
				s.violated("event %d follows event %d", *e.Position, len(s.places))
				return
			}
			s.placeOf[e.ID] = *e.Position
			s.places = append(s.places, e.ID)
			s.checkStory(e)
		}
	})
}

func (s *Simulation) checkStory(e *ent.Event) {
	if e.Type == "run.approved_by_one" {
		return
	}
	var told State
	if err := json.Unmarshal(e.After, &told); err != nil {
		s.violated("event %s: %v", e.ID, err)
	}
	n, story := s.told[e.SubjectID], s.story[e.SubjectID]
	if n >= len(story) {
		s.violated("event %s tells a move of %s that was not made: %v", e.ID, e.SubjectID, told)
		return
	}
	if want := story[n]; told.Status != want.Status || told.Phase != want.Phase {
		s.violated("the events of %s are out of order: %v is told before %v", e.SubjectID, told, want)
	}
	s.told[e.SubjectID]++
}

// checkEnd holds, once faults have stopped for long enough, that everything came to its end.
func (s *Simulation) checkEnd() {
	for _, row := range s.database.runs {
		if r := row.committed; r != nil && !settled(r) {
			s.violated("%s is still %v, %s after the last fault", r.ID, stateOf(r), s.kernel.now-s.quietAt)
		}
	}
	for id, story := range s.story {
		if s.told[id] != len(story) {
			s.violated("%d of the %d moves of %s were told", s.told[id], len(story), id)
		}
	}
	for _, sub := range s.subscribers {
		if sub.cursor != nil && *sub.cursor != int64(len(s.places)) {
			s.violated("%s stands at %d of %d events", sub.name, *sub.cursor, len(s.places))
		}
	}
}

// settled tells whether a run has ended or waits for people.
func settled(r *ent.Run) bool { return stateOf(r).Final() || r.Status == run.StatusAWAITING_APPROVAL }
