package simulation

import (
	"strconv"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/ent/runlog"
	"github.com/arpent/arpent/internal/provision"
)

// A Mutation is a bug that the simulation has to find: it shows that the invariants can fail. Each changes at a seam
// what the engine asks for, as a wrong line in the engine would.
type Mutation string

// The mutations.
const (
	None                    Mutation = ""
	MoveWithoutStatus       Mutation = "a move does not ask for the state it was read in"
	BusyStays               Mutation = "a run that is let go stays busy"
	ClaimWithoutBusy        Mutation = "a claim does not take the project"
	ClaimWithoutFence       Mutation = "a claim gives no new lease"
	SecondPlanUnasked       Mutation = "nobody is asked about a plan that differs from the approved one"
	ApproveUnseen           Mutation = "an approval does not say which plan was looked at"
	RenewAfterLoss          Mutation = "a renewal does not ask for the lease"
	MergeByBranch           Mutation = "a run merges whatever its branch holds by then"
	LeaseByOwnClock         Mutation = "a server counts leases by its own clock"
	LogWithoutOffset        Mutation = "a piece of log is stored wherever the log ends"
	LogWithoutLease         Mutation = "a piece of log is stored without the lease"
	RelayWithoutLock        Mutation = "two relays number events at once"
	EventOutsideTransaction Mutation = "an event is not written in the transaction of its move"
	EventsByClock           Mutation = "events are numbered by the clocks of those who wrote them"
	StateWithoutFence       Mutation = "a state is stored without the lease"
	CursorOneTooFar         Mutation = "a subscriber that comes back is given one event too few"
	SweepRingsNothing       Mutation = "the sweep rings no bells"
)

// Mutations lists them.
func Mutations() []Mutation {
	return []Mutation{
		MoveWithoutStatus, BusyStays, ClaimWithoutBusy, ClaimWithoutFence, SecondPlanUnasked,
		ApproveUnseen, RenewAfterLoss, MergeByBranch, LeaseByOwnClock, LogWithoutOffset, LogWithoutLease, RelayWithoutLock, EventOutsideTransaction, EventsByClock, StateWithoutFence,
		CursorOneTooFar, SweepRingsNothing,
	}
}

// write changes a write to the rows of runs.
func (m Mutation) write(guard provision.Guard, patch provision.Patch) (provision.Guard, provision.Patch) {
	renews := patch.LeaseFor > 0 && patch.To == nil
	_, busy := patch.Busy.Written()
	switch {
	case m == RenewAfterLoss && renews, m == LogWithoutLease && patch.LogSize > 0:
		guard.Lease = nil
	case m == MoveWithoutStatus && patch.To != nil:
		guard.Statuses, guard.Phase = nil, ""
	case m == BusyStays && busy && patch.To != nil && !patch.To.Held():
		patch.Busy = provision.Field[string]{}
	case m == ClaimWithoutBusy && busy && patch.To != nil && patch.To.Held():
		patch.Busy = provision.Field[string]{}
	case m == ClaimWithoutFence && patch.To != nil:
		patch.Lease = 0
	case m == SecondPlanUnasked && patch.To != nil && patch.To.Status == run.StatusAWAITING_APPROVAL:
		patch.To, patch.ApprovedDigest = &provision.State{Status: run.StatusQUEUED, Phase: run.PhaseAPPLY}, patch.Digest
	case m == LogWithoutOffset && patch.LogSize > 0:
		guard.LogSize = nil
	}
	return guard, patch
}

// position changes where a piece of a log is stored.
func (m Mutation) position(piece *ent.RunLog, r *ent.Run) *ent.RunLog {
	if m != LogWithoutOffset || piece.Codec != runlog.CodecRAW {
		return piece
	}
	moved := *piece
	moved.Position = r.LogSize - piece.Size
	return &moved
}

// looked changes what an approval says of the plan that was looked at.
func (m Mutation) looked(digest string) string {
	if m == ApproveUnseen {
		return ""
	}
	return digest
}

// cursor changes where a subscriber goes on.
func (m Mutation) cursor(position int64) string {
	if m == CursorOneTooFar {
		position++
	}
	return strconv.FormatInt(position, 10)
}
