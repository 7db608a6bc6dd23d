package simulation

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/ent/runlog"
	"github.com/arpent/arpent/internal/provision"
	"github.com/arpent/arpent/internal/worker"
)

var _ provision.Store = (*database)(nil)

// Get implements provision.Store.
func (d *database) Get(ctx context.Context, id string) (*ent.Run, error) {
	tx, err := d.read(ctx)
	if err != nil {
		return nil, err
	}
	return found(d.byID[id].visible(tx))
}

// Glance implements provision.Store.
func (d *database) Glance(ctx context.Context, id string) (*ent.Run, error) { return d.Get(ctx, id) }

func found[T any](row *T) (*T, error) {
	if row == nil {
		return nil, errNone
	}
	return row, nil
}

// Lock implements provision.Store.
func (d *database) Lock(ctx context.Context, id string) (*ent.Run, error) {
	tx, err := d.read(ctx)
	if err != nil {
		return nil, err
	}
	if d.byID[id].visible(tx) == nil {
		return nil, errNone
	}
	if err := d.hold(tx, d.byID[id]); err != nil {
		return nil, err
	}
	return found(d.byID[id].visible(tx))
}

// Insert implements provision.Store.
func (d *database) Insert(ctx context.Context, r *ent.Run) (*ent.Run, error) {
	made := *r
	err := d.write(ctx, func(tx *transaction) error {
		fresh := &row[ent.Run]{}
		if err := fresh.take(tx); err != nil {
			return err
		}
		fresh.pending = &made
		d.runs = append(d.runs, fresh)
		d.byID[r.ID] = fresh
		d.watchRun(tx, fresh)
		return nil
	})
	return &made, err
}

// Write implements provision.Store.
func (d *database) Write(ctx context.Context, guard provision.Guard, patch provision.Patch) (n int, err error) {
	guard, patch = d.Mutation.write(guard, patch)
	err = d.write(ctx, func(tx *transaction) error {
		row := d.byID[guard.ID]
		if r := row.visible(tx); r == nil || !guard.Meets(r) {
			return nil
		}
		tx.count()
		if err := d.hold(tx, row); err != nil {
			return err
		}
		if r := row.visible(tx); r == nil || !guard.Meets(r) {
			return nil
		}
		patched := patch.Apply(row.pending, d.time())
		if busy, ok := patch.Busy.Written(); ok && busy != nil {
			if err := d.unique(tx, row, *busy); err != nil {
				return err
			}
		}
		row.pending, n = patched, 1
		return nil
	})
	return n, err
}

// Keep implements provision.Store.
func (d *database) Keep(ctx context.Context, guard provision.Guard) (n int, err error) {
	tx, err := d.read(ctx)
	if err != nil {
		return 0, err
	}
	row := d.byID[guard.ID]
	if r := row.visible(tx); r == nil || !guard.Meets(r) {
		return 0, nil
	}
	if err := d.hold(tx, row); err != nil {
		return 0, err
	}
	if r := row.visible(tx); r == nil || !guard.Meets(r) {
		return 0, nil
	}
	return 1, nil
}

// hold takes the row of a run, and looks at it when it is committed.
func (d *database) hold(tx *transaction, row *row[ent.Run]) error {
	if row.owner == tx {
		return nil
	}
	if err := row.take(tx); err != nil {
		return err
	}
	d.watchRun(tx, row)
	return nil
}

// unique refuses a busy that another row has, after those who are about to write it or to give it up.
func (d *database) unique(tx *transaction, own *row[ent.Run], busy string) error {
	for i := 0; i < len(d.runs); i++ {
		other := d.runs[i]
		if other == own {
			continue
		}
		has := func(r *ent.Run) bool { return r != nil && r.Busy != nil && *r.Busy == busy }
		switch {
		case other.owner != nil && other.owner != tx && (has(other.pending) || has(other.committed)):
			if err := tx.waitFor(other.owner); err != nil {
				return err
			}
			i = -1 // and look again from the beginning
		case has(other.visible(tx)):
			return errTaken
		}
	}
	return nil
}

// time is the database's clock.
func (d *database) time() time.Time {
	if d.Mutation == LeaseByOwnClock {
		return wall{d.kernel.cur.process}.Now()
	}
	return epoch.Add(d.kernel.now)
}

// where lists the runs that a statement sees and wants.
func (d *database) where(ctx context.Context, wants func(*ent.Run) bool) ([]*ent.Run, error) {
	tx, err := d.read(ctx)
	if err != nil {
		return nil, err
	}
	var rows []*ent.Run
	for _, row := range d.runs {
		if r := row.visible(tx); r != nil && wants(r) {
			rows = append(rows, r)
		}
	}
	return rows, nil
}

func limited[T any](rows []T, limit int) []T { return rows[:min(limit, len(rows))] }

// Holder implements provision.Store.
func (d *database) Holder(ctx context.Context, busy string) (*ent.Run, error) {
	rows, err := d.where(ctx, func(r *ent.Run) bool { return r.Busy != nil && *r.Busy == busy })
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return rows[0], nil
}

// Front implements provision.Store.
func (d *database) Front(ctx context.Context, projectID string) (*ent.Run, error) {
	return d.front(ctx, func() *string { return &projectID })
}

// FrontOf implements provision.Store.
func (d *database) FrontOf(ctx context.Context, runID string) (*ent.Run, error) {
	return d.front(ctx, func() *string {
		if r := d.byID[runID].visible(transactionIn(ctx)); r != nil {
			return r.ProjectID
		}
		return nil
	})
}

// front is one statement, which knows the project when it is carried out.
func (d *database) front(ctx context.Context, projectID func() *string) (*ent.Run, error) {
	rows, err := d.where(ctx, func(r *ent.Run) bool {
		id := projectID()
		return id != nil && *r.ProjectID == *id && (r.Status == run.StatusQUEUED || stateOf(r).Held())
	})
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return slices.MinFunc(rows, func(a, b *ent.Run) int {
		return cmp.Or(busyFirst(a)-busyFirst(b), cmp.Compare(a.Phase, b.Phase), cmp.Compare(a.ID, b.ID))
	}), nil
}

func busyFirst(r *ent.Run) int {
	if r.Busy != nil {
		return 0
	}
	return 1
}

// Untold implements provision.Store.
func (d *database) Untold(ctx context.Context, projectID string, limit int) ([]*ent.Run, error) {
	rows, err := d.Queued(ctx, projectID, len(d.runs))
	rows = slices.DeleteFunc(rows, func(r *ent.Run) bool { return r.BlockedReason != nil })
	return limited(rows, limit), err
}

// Queued implements provision.Store.
func (d *database) Queued(ctx context.Context, projectID string, limit int) ([]*ent.Run, error) {
	rows, err := d.where(ctx, func(r *ent.Run) bool {
		return r.Status == run.StatusQUEUED && r.ProjectID != nil && *r.ProjectID == projectID
	})
	slices.SortStableFunc(rows, func(a, b *ent.Run) int {
		return cmp.Or(cmp.Compare(a.Phase, b.Phase), cmp.Compare(a.ID, b.ID))
	})
	return limited(rows, limit), err
}

// Expired implements provision.Store.
func (d *database) Expired(ctx context.Context, limit int) ([]*ent.Run, error) {
	rows, err := d.where(ctx, func(r *ent.Run) bool {
		return (r.Status == run.StatusRUNNING || r.Status == run.StatusCANCELING) && before(r.LeaseExpiresAt, d.time())
	})
	slices.SortStableFunc(rows, func(a, b *ent.Run) int { return a.LeaseExpiresAt.Compare(*b.LeaseExpiresAt) })
	return limited(rows, limit), err
}

// Unheard implements provision.Store.
func (d *database) Unheard(ctx context.Context, at time.Time, limit int) ([]*ent.Run, error) {
	rows, err := d.where(ctx, func(r *ent.Run) bool { return r.Status == run.StatusQUEUED && r.QueuedAt.Before(at) })
	slices.SortStableFunc(rows, func(a, b *ent.Run) int { return a.QueuedAt.Compare(b.QueuedAt) })
	return limited(rows, limit), err
}

// Unanswered implements provision.Store.
func (d *database) Unanswered(ctx context.Context, at time.Time, limit int) ([]*ent.Run, error) {
	rows, err := d.where(ctx, func(r *ent.Run) bool {
		return r.Status == run.StatusAWAITING_APPROVAL && before(r.ApprovalExpiresAt, at)
	})
	slices.SortStableFunc(rows, func(a, b *ent.Run) int { return a.ApprovalExpiresAt.Compare(*b.ApprovalExpiresAt) })
	return limited(rows, limit), err
}

func before(t *time.Time, at time.Time) bool { return t != nil && t.Before(at) }

// Frozen implements provision.Store: nothing is.
func (d *database) Frozen(ctx context.Context, _ string, _ time.Time) (*ent.Freeze, error) {
	_, err := d.read(ctx)
	return nil, err
}

// Approvals implements provision.Store.
func (d *database) Approvals(ctx context.Context, runID string) ([]*ent.Approval, error) {
	tx, err := d.read(ctx)
	if err != nil {
		return nil, err
	}
	var given []*ent.Approval
	for _, row := range d.approvals {
		if a := row.visible(tx); a != nil && a.RunID == runID {
			given = append(given, a)
		}
	}
	return given, nil
}

// AddApproval implements provision.Store.
func (d *database) AddApproval(ctx context.Context, a *ent.Approval) error {
	return d.write(ctx, func(tx *transaction) error {
		same := func(b *ent.Approval) bool {
			return b != nil && b.RunID == a.RunID && b.UserID == a.UserID && b.Digest == a.Digest
		}
		for i := 0; i < len(d.approvals); i++ {
			other := d.approvals[i]
			if other.owner != nil && other.owner != tx && same(other.pending) {
				if err := tx.waitFor(other.owner); err != nil {
					return err
				}
				i = -1
			} else if same(other.visible(tx)) {
				return errTaken
			}
		}
		d.approvals = append(d.approvals, inserted(tx, a))
		return nil
	})
}

// inserted is a new row of a transaction.
func inserted[T any](tx *transaction, value *T) *row[T] {
	fresh := &row[T]{}
	_ = fresh.take(tx) // nobody else knows it
	fresh.pending, fresh.number = value, tx.number
	return fresh
}

// RolesOf implements provision.Store: roles are not simulated.
func (d *database) RolesOf(ctx context.Context, _, _ string) ([]string, error) {
	_, err := d.read(ctx)
	return nil, err
}

// Seen implements provision.Store: nobody pauses workers here.
func (d *database) Seen(ctx context.Context, _ worker.Claim, _ time.Time) (bool, error) {
	_, err := d.read(ctx)
	return false, err
}

// AddPiece implements provision.Store. A position of a log is unique.
func (d *database) AddPiece(ctx context.Context, piece *ent.RunLog) error {
	return d.write(ctx, func(tx *transaction) error {
		return d.addPiece(tx, d.Mutation.position(piece, d.byID[piece.RunID].visible(tx)))
	})
}

func (d *database) addPiece(tx *transaction, piece *ent.RunLog) error {
	same := func(p *ent.RunLog) bool { return p != nil && p.Position == piece.Position }
	for i := 0; i < len(d.pieces[piece.RunID]); i++ {
		other := d.pieces[piece.RunID][i]
		if other.owner != nil && other.owner != tx && (same(other.pending) || same(other.committed)) {
			if err := tx.waitFor(other.owner); err != nil {
				return err
			}
			i = -1
		} else if same(other.visible(tx)) {
			return errTaken
		}
	}
	d.versions++
	made := *piece
	made.ID = fmt.Sprint("log_", d.versions)
	d.pieces[piece.RunID] = append(d.pieces[piece.RunID], inserted(tx, &made))
	d.watchLog(tx, piece.RunID)
	return nil
}

// PieceAt implements provision.Store.
func (d *database) PieceAt(ctx context.Context, runID string, position int64) (last *ent.RunLog, err error) {
	tx, err := d.read(ctx)
	for _, row := range d.pieces[runID] {
		if p := row.visible(tx); p != nil && p.Position <= position && (last == nil || p.Position > last.Position) {
			last = p
		}
	}
	return last, err
}

// RawPieces implements provision.Store.
func (d *database) RawPieces(ctx context.Context, runID string, limit int) ([]*ent.RunLog, error) {
	tx, err := d.read(ctx)
	var raw []*ent.RunLog
	for _, row := range d.pieces[runID] {
		if p := row.visible(tx); p != nil && p.Codec == runlog.CodecRAW {
			raw = append(raw, p)
		}
	}
	slices.SortFunc(raw, func(a, b *ent.RunLog) int { return cmp.Compare(a.Position, b.Position) })
	return limited(raw, limit), err
}

// ReplacePieces implements provision.Store: two statements.
func (d *database) ReplacePieces(ctx context.Context, old []*ent.RunLog, by *ent.RunLog) error {
	err := d.write(ctx, func(tx *transaction) error {
		for _, row := range d.pieces[by.RunID] {
			p := row.visible(tx)
			if p == nil || !slices.ContainsFunc(old, func(o *ent.RunLog) bool { return o.ID == p.ID }) {
				continue
			}
			if err := row.take(tx); err != nil {
				return err
			}
			row.pending = nil
		}
		return nil
	})
	if err != nil {
		return err
	}
	return d.AddPiece(ctx, by)
}
