package provision

import (
	"github.com/arpent/arpent/ent/run"
)

// State is where a run stands: its status and the phase that the status is about.
type State struct {
	Status run.Status
	Phase  run.Phase
}

// The states. Those without a phase of their own keep the one that they ended in.
var (
	planQueued    = State{run.StatusQUEUED, run.PhasePLAN}
	planning      = State{run.StatusRUNNING, run.PhasePLAN}
	planCanceling = State{run.StatusCANCELING, run.PhasePLAN}
	awaiting      = State{run.StatusAWAITING_APPROVAL, run.PhasePLAN}

	applyQueued    = State{run.StatusQUEUED, run.PhaseAPPLY}
	applying       = State{run.StatusRUNNING, run.PhaseAPPLY}
	applyCanceling = State{run.StatusCANCELING, run.PhaseAPPLY}

	planSucceeded  = State{run.StatusSUCCEEDED, run.PhasePLAN}
	applySucceeded = State{run.StatusSUCCEEDED, run.PhaseAPPLY}
	planFailed     = State{run.StatusFAILED, run.PhasePLAN}
	applyFailed    = State{run.StatusFAILED, run.PhaseAPPLY}
	planCanceled   = State{run.StatusCANCELED, run.PhasePLAN}
	applyCanceled  = State{run.StatusCANCELED, run.PhaseAPPLY}
	rejected       = State{run.StatusREJECTED, run.PhasePLAN}
)

// Initial is where every run begins.
var Initial = planQueued

// moves lists every allowed move, with what it means. Nothing else ever happens to a run's status.
var moves = map[State]map[State]string{
	planQueued: {
		planning:     "a worker claims it",
		planCanceled: "somebody cancels it before it began",
	},
	planning: {
		planSucceeded: "there is nothing to change, or it was only to look",
		awaiting:      "the plan waits for people",
		applyQueued:   "the plan needs nobody's approval, or has it already",
		planFailed:    "the plan fails",
		planCanceling: "somebody cancels it",
		planQueued:    "its lease is lost, or the folder has moved: plan again",
	},
	planCanceling: {
		planCanceled: "the tool has stopped, or its worker is gone",
		planFailed:   "the tool failed before it could stop",
	},
	awaiting: {
		applyQueued:  "enough people approve",
		rejected:     "somebody rejects it, or nobody answers in time",
		planCanceled: "somebody cancels it",
	},
	applyQueued: {
		applying:      "a worker claims it",
		applyCanceled: "somebody cancels it before it began",
	},
	applying: {
		applySucceeded: "everything is applied",
		applyFailed:    "something could not be applied",
		applyCanceling: "somebody cancels it",
		planQueued:     "its lease is lost, or the plan is stale: plan from the state as it is",
	},
	applyCanceling: {
		applyCanceled:  "the tool has stopped, or its worker is gone",
		applyFailed:    "the tool failed before it could stop",
		applySucceeded: "it was done before it could stop",
	},
}

// Allowed tells whether a run may move from one state to another.
func Allowed(from, to State) bool {
	_, ok := moves[from][to]
	return ok
}

// Final tells whether nothing can follow a state.
func (s State) Final() bool { return len(moves[s]) == 0 }

// Held tells whether an attempt holds a run in this state, by a lease.
func (s State) Held() bool {
	return s.Status == run.StatusRUNNING || s.Status == run.StatusCANCELING
}

// States lists every state.
func States() []State {
	return []State{
		planQueued, planning, planCanceling, awaiting, applyQueued, applying, applyCanceling, planSucceeded,
		applySucceeded, planFailed, applyFailed, planCanceled, applyCanceled, rejected,
	}
}

// Moves lists every allowed move with its meaning, for the tests and the docs.
func Moves() map[State]map[State]string { return moves }

// ended is the final state of a status in a phase.
func ended(status run.Status, phase run.Phase) State { return State{status, phase} }

func unfinished() []run.Status {
	return []run.Status{run.StatusQUEUED, run.StatusRUNNING, run.StatusAWAITING_APPROVAL, run.StatusCANCELING}
}
