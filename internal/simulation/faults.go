package simulation

import "slices"

// A Fault is something that goes wrong.
type Fault string

// The faults.
const (
	Crash        Fault = "crash"         // a process is killed; another takes its place later
	Stop         Fault = "stop"          // a process is asked to stop, and started again
	Pause        Fault = "pause"         // a process stands still, often past its leases
	Skew         Fault = "skew"          // a server's clock jumps
	Slow         Fault = "slow"          // everything a process does takes a hundred times as long for a while
	CutStatement Fault = "cut-statement" // a connection to the database breaks at a statement
	CutCommit    Fault = "cut-commit"    // … at a commit, whose outcome nobody is told
	Restart      Fault = "restart"       // the database restarts: every open transaction is gone
	Flush        Fault = "flush"         // Redis is emptied
	Away         Fault = "away"          // Redis does not answer for a while
	LoseBell     Fault = "lose-bell"     // a ring is told to be heard, and is lost
	DoubleBell   Fault = "double-bell"   // a ring is heard twice
	LoseCall     Fault = "lose-call"     // a remote worker's call does not arrive
	LoseAnswer   Fault = "lose-answer"   // it arrives, its answer does not
	DoubleCall   Fault = "double-call"   // it arrives twice
	DelayCall    Fault = "delay-call"    // it takes long, or its answer does
	ToolFails    Fault = "tool-fails"
	ToolCrashes  Fault = "tool-crashes" // without a word, its last state unsaved
	SlowGit      Fault = "slow-git"     // the private repository takes longer than a lease
	FailGit      Fault = "fail-git"     // … is away
	Outsider     Fault = "outsider"     // a person changes the project's state
)

// Faults lists them.
func Faults() []Fault {
	return []Fault{
		Crash, Stop, Pause, Skew, Slow, CutStatement, CutCommit, Restart, Flush, Away, LoseBell, DoubleBell, LoseCall,
		LoseAnswer, DoubleCall, DelayCall, ToolFails, ToolCrashes, SlowGit, FailGit, Outsider,
	}
}

// rates is how often a fault happens: once in so many chances.
var rates = map[Fault]int{
	Crash: 5, Stop: 10, Pause: 5, Skew: 16, Slow: 16, Restart: 24, Flush: 12, Away: 16, // of a disaster
	CutStatement: 500, CutCommit: 60, LoseBell: 15, DoubleBell: 15, LoseCall: 60, LoseAnswer: 60, DoubleCall: 60, DelayCall: 40,
	ToolFails: 40, ToolCrashes: 60, SlowGit: 25, FailGit: 40, Outsider: 8,
}

// happens draws whether a fault happens now. It always draws, so that a fault that is left out changes nothing before
// the first one that is.
func (s *Simulation) happens(f Fault) bool {
	hit := s.kernel.chance(rates[f])
	if !hit || s.quiet || slices.Contains(s.Without, f) {
		return false
	}
	n := s.injected
	s.injected++
	if slices.Contains(s.Skip, n) {
		return false
	}
	s.counts[f]++
	if f != LoseBell && f != DoubleBell {
		s.note("fault #%d: %s", n, f)
	}
	return true
}
