package inventory

import (
	"github.com/arpent/arpent/ent/server"
)

// Move is a step in the life of a server that somebody makes by hand.
type Move string

// The moves. What claims, imports and initializations do is not among them.
const (
	Order            Move = "ORDER"
	Deliver          Move = "DELIVER"
	Accept           Move = "ACCEPT"
	Reject           Move = "REJECT"
	PutInService     Move = "PUT_IN_SERVICE"
	TakeOutOfService Move = "TAKE_OUT_OF_SERVICE"
	Maintain         Move = "MAINTAIN"
	Resume           Move = "RESUME"
	Retire           Move = "RETIRE"
)

// Moves lists every move.
func Moves() []Move {
	return []Move{Order, Deliver, Accept, Reject, PutInService, TakeOutOfService, Maintain, Resume, Retire}
}

// step is where a move leads from a stage of life, and who may make it: those who manage the inventory, and where
// holder is set, those who may claim in the server's project as well.
type step struct {
	to     server.Lifecycle
	holder bool
	means  string
}

// life is the table of what may happen to a server. A server that a project has goes back through its claim alone.
var life = map[server.Lifecycle]map[Move]step{
	server.LifecycleWISHED: {
		Order:  {server.LifecycleORDERED, false, "it is ordered"},
		Retire: {server.LifecycleRETIRED, false, "nobody wishes it any more"},
	},
	server.LifecycleORDERED: {
		Deliver: {server.LifecycleDELIVERED, false, "it is there"},
		Retire:  {server.LifecycleRETIRED, false, "the order is withdrawn"},
	},
	server.LifecycleDELIVERED: {
		Accept: {server.LifecycleAVAILABLE, false, "it is as ordered"},
		Reject: {server.LifecycleREJECTED, false, "it is not what was ordered"},
		Retire: {server.LifecycleRETIRED, false, "it is given back"},
	},
	server.LifecycleREJECTED: {
		Deliver: {server.LifecycleDELIVERED, false, "it was mended"},
		Retire:  {server.LifecycleRETIRED, false, "it is given back"},
	},
	server.LifecycleINITIALIZING: {},
	server.LifecycleINIT_FAILED: {
		Accept: {server.LifecycleAVAILABLE, false, "it was prepared by hand"},
		Reject: {server.LifecycleREJECTED, false, "it can not be prepared"},
		Retire: {server.LifecycleRETIRED, false, "it is given back"},
	},
	server.LifecycleAVAILABLE: {
		Maintain: {server.LifecycleMAINTENANCE, false, "it needs work"},
		Retire:   {server.LifecycleRETIRED, false, "it is given back"},
	},
	server.LifecycleASSIGNED: {
		PutInService: {server.LifecycleIN_SERVICE, true, "people depend on it"},
		Maintain:     {server.LifecycleMAINTENANCE, false, "it needs work"},
	},
	server.LifecycleIN_SERVICE: {
		TakeOutOfService: {server.LifecycleASSIGNED, true, "nobody depends on it any more"},
		Maintain:         {server.LifecycleMAINTENANCE, false, "it needs work"},
	},
	server.LifecycleMAINTENANCE: {
		Resume: {server.LifecycleAVAILABLE, false, "it is well again: back to who has it, or to those who are free"},
		Retire: {server.LifecycleRETIRED, false, "it can not be mended"},
	},
	server.LifecycleRETIRED: {},
}

// next is where a move leads a server; false when it may not be made now. What a project has resumes with it, and
// is not retired.
func next(from server.Lifecycle, move Move, held bool) (step, bool) {
	s, ok := life[from][move]
	switch {
	case held && move == Retire:
		return step{}, false
	case held && move == Resume:
		s.to = server.LifecycleASSIGNED
	}
	return s, ok
}
