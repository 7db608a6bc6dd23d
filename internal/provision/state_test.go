package provision_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/internal/provision"
)

func TestTheTableNamesOnlyKnownStates(t *testing.T) {
	known := map[provision.State]bool{}
	for _, s := range provision.States() {
		require.False(t, known[s], "%v is listed twice", s)
		known[s] = true
	}
	for from, targets := range provision.Moves() {
		require.True(t, known[from], "%v", from)
		for to, why := range targets {
			require.True(t, known[to], "%v", to)
			require.NotEqual(t, from, to)
			require.NotEmpty(t, why)
		}
	}
}

func TestEveryStateIsReachedAndLeadsToAnEnd(t *testing.T) {
	reached := reach(provision.Initial)
	for _, s := range provision.States() {
		require.True(t, reached[s], "%v is never reached", s)
		ends := false
		for end := range reach(s) {
			ends = ends || end.Final()
		}
		require.True(t, ends, "no path leads from %v to an end", s)
	}
}

func TestFinalStatesAreThoseThatPeopleCallSo(t *testing.T) {
	final := map[run.Status]bool{run.StatusSUCCEEDED: true, run.StatusFAILED: true, run.StatusCANCELED: true, run.StatusREJECTED: true}
	for _, s := range provision.States() {
		require.Equal(t, final[s.Status], s.Final(), "%v", s)
	}
}

// Whatever way a run takes: nothing leaves a final state, nothing is applied that did not come through the
// approved queue since its last plan, and only an attempt that holds the run can apply.
func TestNothingIsAppliedWithoutPassingTheApprovedQueue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at, approved := provision.Initial, false
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			to := rapid.SampledFrom(provision.States()).Draw(t, "to")
			if !provision.Allowed(at, to) {
				continue
			}
			require.False(t, at.Final(), "%v was left for %v", at, to)
			approved = passes(at, to, approved)
			if to.Phase == run.PhaseAPPLY {
				require.True(t, approved, "%v was reached from %v without approval", to, at)
			}
			at = to
		}
	})
}

// passes tells whether a run that makes this move has an approval for what it would apply: one is given on the way
// into the apply queue, and void as soon as it plans again.
func passes(from, to provision.State, approved bool) bool {
	switch {
	case to.Status == run.StatusQUEUED && to.Phase == run.PhaseAPPLY:
		return from.Status == run.StatusAWAITING_APPROVAL || from.Status == run.StatusRUNNING && from.Phase == run.PhasePLAN
	case to.Phase == run.PhasePLAN:
		return false
	}
	return approved
}

func reach(from provision.State) map[provision.State]bool {
	seen, todo := map[provision.State]bool{from: true}, []provision.State{from}
	for len(todo) > 0 {
		s := todo[0]
		todo = todo[1:]
		for to := range provision.Moves()[s] {
			if !seen[to] {
				seen[to] = true
				todo = append(todo, to)
			}
		}
	}
	return seen
}
