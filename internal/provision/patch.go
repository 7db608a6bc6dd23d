package provision

import (
	"encoding/json"
	"time"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/internal/fault"
)

// Guard says in which condition a run must be for a write to happen. It is what keeps two writers apart: the database
// looks at the row as it is when the write happens, not as it was when somebody read it.
type Guard struct {
	ID       string
	Statuses []run.Status
	Phase    run.Phase // any when empty
	Lease    *int64    // any when nil
	LogSize  *int64    // any when nil
}

// Meets tells whether a row is in the condition.
func (g Guard) Meets(r *ent.Run) bool {
	if r.ID != g.ID || g.Phase != "" && r.Phase != g.Phase {
		return false
	}
	if g.Lease != nil && r.Lease != *g.Lease || g.LogSize != nil && r.LogSize != *g.LogSize {
		return false
	}
	for _, status := range g.Statuses {
		if r.Status == status {
			return true
		}
	}
	return len(g.Statuses) == 0
}

// guardOf holds as long as a run is in the state and under the lease that it was read in.
func guardOf(r *ent.Run) Guard {
	return Guard{ID: r.ID, Statuses: []run.Status{r.Status}, Phase: r.Phase, Lease: &r.Lease}
}

// heldUnder holds as long as an attempt has its lease: the fence of every write of an attempt.
func heldUnder(runID string, lease int64) Guard {
	return Guard{ID: runID, Statuses: []run.Status{run.StatusRUNNING, run.StatusCANCELING}, Lease: &lease}
}

// Field is what a write does to a column: nothing when zero.
type Field[T any] struct {
	value *T
	write bool
}

// Set writes a value.
func Set[T any](value T) Field[T] { return Field[T]{&value, true} }

// Clear writes null.
func Clear[T any]() Field[T] { return Field[T]{nil, true} }

// setOrClear writes what is there, or null.
func setOrClear[T any](value *T) Field[T] { return Field[T]{value, true} }

// Written returns the value to write, nil for null, and whether anything is to be written.
func (f Field[T]) Written() (value *T, ok bool) { return f.value, f.write }

// Patch is what a write changes in a run's row.
type Patch struct {
	To *State // of moves only

	Lease, LogSize int64         // added
	Attempt        int           // added
	LeaseFor       time.Duration // the lease ends that long from now, by the database's clock
	NoLease        bool          // nobody holds it

	Busy, Worker, Branch, Commit, Tool, CanceledBy Field[string]
	Digest, ApprovedDigest, ApprovedBy             Field[string]
	PlannedSerial                                  Field[int64]
	QueuedAt, ClaimedAt                            Field[time.Time]
	StartedAt, PlannedAt, FinishedAt               Field[time.Time]
	ApprovalExpiresAt, ApprovedAt                  Field[time.Time]
	CancelRequestedAt                              Field[time.Time]
	BlockedReason, Failure                         Field[fault.Text]
	Diagnostics                                    Field[json.RawMessage]
}

// Apply is the row that a write makes of another. It is what the database does, but for the lease and the times that the
// database stamps itself: those are by the clock that says now.
func (p Patch) Apply(r *ent.Run, now time.Time) *ent.Run {
	patched := *r
	patched.UpdatedAt = now
	if p.To != nil {
		patched.Status, patched.Phase = p.To.Status, p.To.Phase
	}
	if p.NoLease {
		patched.LeaseExpiresAt = nil
	} else if p.LeaseFor > 0 {
		expires := now.Add(p.LeaseFor)
		patched.LeaseExpiresAt = &expires
	}
	patched.Lease += p.Lease
	patched.Attempt += p.Attempt
	patched.LogSize += p.LogSize
	assign(&patched.Busy, p.Busy)
	assign(&patched.Worker, p.Worker)
	assign(&patched.Branch, p.Branch)
	assign(&patched.Commit, p.Commit)
	assign(&patched.Tool, p.Tool)
	assign(&patched.CanceledBy, p.CanceledBy)
	assign(&patched.Digest, p.Digest)
	assign(&patched.ApprovedDigest, p.ApprovedDigest)
	assign(&patched.ApprovedBy, p.ApprovedBy)
	assign(&patched.PlannedSerial, p.PlannedSerial)
	assign(&patched.ClaimedAt, p.ClaimedAt)
	assign(&patched.StartedAt, p.StartedAt)
	assign(&patched.PlannedAt, p.PlannedAt)
	assign(&patched.ApprovedAt, p.ApprovedAt)
	assign(&patched.FinishedAt, p.FinishedAt)
	assign(&patched.ApprovalExpiresAt, p.ApprovalExpiresAt)
	assign(&patched.CancelRequestedAt, p.CancelRequestedAt)
	assign(&patched.BlockedReason, p.BlockedReason)
	assign(&patched.Failure, p.Failure)
	if text, ok := p.Diagnostics.Written(); ok {
		patched.Diagnostics = nil
		if text != nil {
			patched.Diagnostics = *text
		}
	}
	if at, ok := p.QueuedAt.Written(); ok {
		patched.QueuedAt = *at
	}
	return &patched
}

func assign[T any](column **T, field Field[T]) {
	if value, ok := field.Written(); ok {
		*column = value
	}
}
