package provision

import (
	"context"
	"fmt"
	"slices"
	"time"

	"entgo.io/ent/dialect/sql"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/approval"
	"github.com/arpent/arpent/ent/freeze"
	"github.com/arpent/arpent/ent/membership"
	"github.com/arpent/arpent/ent/predicate"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/ent/runlog"
	entworker "github.com/arpent/arpent/ent/worker"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/worker"
)

// rows is the Store that stands on the database.
type rows struct{ db *database.DB }

// Rows is the Store of a database.
func Rows(db *database.DB) Store { return rows{db} }

// Tx implements Store.
func (s rows) Tx(ctx context.Context, work func(ctx context.Context) error) error {
	return s.db.LazyTx(ctx, func(ctx context.Context, _ *ent.Client) error { return work(ctx) })
}

// AfterCommit implements Store.
func (s rows) AfterCommit(ctx context.Context, f func()) { database.AfterCommit(ctx, f) }

// Detach implements Store.
func (s rows) Detach(ctx context.Context) context.Context { return database.Detach(ctx) }

// Get implements Store.
func (s rows) Get(ctx context.Context, id string) (*ent.Run, error) {
	return s.db.Client(ctx).Run.Get(ctx, id)
}

// Glance implements Store. A run has some fifty columns; most of what reads it is to read those.
func (s rows) Glance(ctx context.Context, id string) (*ent.Run, error) {
	query := s.db.Client(ctx).Run.Query().Where(run.ID(id))
	query.Select(run.FieldStatus, run.FieldPhase, run.FieldLease, run.FieldCancelRequestedAt)
	return query.Only(ctx)
}

// Lock implements Store. On SQLite a transaction has all others wait as it is.
func (s rows) Lock(ctx context.Context, id string) (*ent.Run, error) {
	query := s.db.Client(ctx).Run.Query().Where(run.ID(id))
	if s.db.Postgres() {
		query.ForUpdate()
	}
	return query.Only(ctx)
}

// Insert implements Store.
func (s rows) Insert(ctx context.Context, r *ent.Run) (*ent.Run, error) {
	create := s.db.Client(ctx).Run.Create().SetID(r.ID).SetKind(r.Kind).SetStatus(r.Status).SetPhase(r.Phase).
		SetQueuedAt(r.QueuedAt).SetRequestedBy(r.RequestedBy).SetChange(r.Change).SetPolicy(r.Policy).SetLabels(r.Labels).
		SetNillableRequestedByID(r.RequestedByID).SetNillableProjectID(r.ProjectID).SetNillableResourceID(r.ResourceID).
		SetNillableLibraryID(r.LibraryID).SetNillableRetryOfID(r.RetryOfID).SetNillableTrace(r.Trace)
	if r.SealedChange != nil {
		create.SetSealedChange(r.SealedChange)
	}
	return create.Save(access.As(database.Later(ctx), "engine"))
}

// Write implements Store.
func (s rows) Write(ctx context.Context, guard Guard, patch Patch) (int, error) {
	update := s.db.Client(ctx).Run.Update().Where(where(guard)...)
	writePatch(update, patch)
	s.writeLease(update, patch)
	return update.Save(access.As(ctx, "engine"))
}

// Keep implements Store. On SQLite a transaction has all others wait as it is.
func (s rows) Keep(ctx context.Context, guard Guard) (int, error) {
	if !s.db.Postgres() {
		return s.db.Client(ctx).Run.Query().Where(where(guard)...).Count(ctx)
	}
	table := sql.Table(run.Table)
	selector := sql.Dialect(s.db.Dialect()).Select(run.FieldID).From(table)
	for _, wanted := range where(guard) {
		wanted(selector)
	}
	query, args := selector.ForUpdate().Query()
	kept, err := s.db.Client(ctx).ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	n, err := kept.RowsAffected()
	return int(n), err
}

func where(g Guard) []predicate.Run {
	wanted := []predicate.Run{run.ID(g.ID)}
	if len(g.Statuses) > 0 {
		wanted = append(wanted, run.StatusIn(g.Statuses...))
	}
	if g.Phase != "" {
		wanted = append(wanted, run.PhaseEQ(g.Phase))
	}
	if g.Lease != nil {
		wanted = append(wanted, run.Lease(*g.Lease))
	}
	if g.LogSize != nil {
		wanted = append(wanted, run.LogSize(*g.LogSize))
	}
	return wanted
}

func writePatch(u *ent.RunUpdate, p Patch) {
	if p.To != nil {
		u.SetStatus(p.To.Status).SetPhase(p.To.Phase)
	}
	if p.Lease != 0 {
		u.AddLease(p.Lease)
	}
	if p.Attempt != 0 {
		u.AddAttempt(p.Attempt)
	}
	if p.LogSize != 0 {
		u.AddLogSize(p.LogSize)
	}
	put(p.Busy, u.SetBusy, u.ClearBusy)
	put(p.Worker, u.SetWorker, u.ClearWorker)
	put(p.Branch, u.SetBranch, u.ClearBranch)
	put(p.Commit, u.SetCommit, u.ClearCommit)
	put(p.Tool, u.SetTool, u.ClearTool)
	put(p.CanceledBy, u.SetCanceledBy, u.ClearCanceledBy)
	put(p.Digest, u.SetDigest, u.ClearDigest)
	put(p.ApprovedDigest, u.SetApprovedDigest, u.ClearApprovedDigest)
	put(p.ApprovedBy, u.SetApprovedBy, u.ClearApprovedBy)
	put(p.PlannedSerial, u.SetPlannedSerial, u.ClearPlannedSerial)
	put(p.ClaimedAt, u.SetClaimedAt, u.ClearClaimedAt)
	put(p.StartedAt, u.SetStartedAt, u.ClearStartedAt)
	put(p.PlannedAt, u.SetPlannedAt, u.ClearPlannedAt)
	put(p.ApprovedAt, u.SetApprovedAt, u.ClearApprovedAt)
	put(p.FinishedAt, u.SetFinishedAt, u.ClearFinishedAt)
	put(p.ApprovalExpiresAt, u.SetApprovalExpiresAt, u.ClearApprovalExpiresAt)
	put(p.CancelRequestedAt, u.SetCancelRequestedAt, u.ClearCancelRequestedAt)
	put(p.Diagnostics, u.SetDiagnostics, u.ClearDiagnostics)
	if text, ok := p.BlockedReason.Written(); ok {
		putText(text, u.SetBlockedReason, u.ClearBlockedReason)
	}
	if text, ok := p.Failure.Written(); ok {
		putText(text, u.SetFailure, u.ClearFailure)
	}
	if at, ok := p.QueuedAt.Written(); ok {
		u.SetQueuedAt(*at)
	}
}

// writeLease counts by the clock of PostgreSQL, which is one for all servers. Who uses SQLite is on one machine.
func (s rows) writeLease(u *ent.RunUpdate, p Patch) {
	switch {
	case p.NoLease:
		u.ClearLeaseExpiresAt()
	case p.LeaseFor == 0:
	case s.db.Postgres():
		u.Modify(func(b *sql.UpdateBuilder) {
			b.Set(run.FieldLeaseExpiresAt, sql.Expr(fmt.Sprintf("clock_timestamp() + interval '%d microseconds'", p.LeaseFor.Microseconds())))
		})
	default:
		u.SetLeaseExpiresAt(time.Now().UTC().Add(p.LeaseFor).Truncate(time.Microsecond))
	}
}

func put[T any](f Field[T], set func(T) *ent.RunUpdate, unset func() *ent.RunUpdate) {
	value, ok := f.Written()
	switch {
	case !ok:
	case value == nil:
		unset()
	default:
		set(*value)
	}
}

func putText[T any](text *T, set func(*T) *ent.RunUpdate, unset func() *ent.RunUpdate) {
	if text == nil {
		unset()
		return
	}
	set(text)
}

// Holder implements Store.
func (s rows) Holder(ctx context.Context, busy string) (*ent.Run, error) {
	holder, err := s.db.Client(ctx).Run.Query().Where(run.Busy(busy)).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, nil
	}
	return holder, err
}

// Front implements Store.
func (s rows) Front(ctx context.Context, projectID string) (*ent.Run, error) {
	return s.front(ctx, run.ProjectID(projectID))
}

// FrontOf implements Store.
func (s rows) FrontOf(ctx context.Context, runID string) (*ent.Run, error) {
	return s.front(ctx, func(at *sql.Selector) {
		own := sql.Table(run.Table).As("own")
		at.Where(sql.EQ(at.C(run.FieldProjectID), sql.Select(own.C(run.FieldProjectID)).From(own).Where(sql.EQ(own.C(run.FieldID), runID))))
	})
}

// front reads one row: whoever is busy comes first, then as in Queued.
func (s rows) front(ctx context.Context, of predicate.Run) (*ent.Run, error) {
	busyFirst := func(at *sql.Selector) { at.OrderExpr(sql.Expr(at.C(run.FieldBusy) + " IS NULL")) }
	found, err := s.db.Client(ctx).Run.Query().
		Where(of, run.StatusIn(run.StatusQUEUED, run.StatusRUNNING, run.StatusCANCELING)).
		Order(busyFirst, run.ByPhase(), run.ByID()).First(ctx)
	if ent.IsNotFound(err) {
		return nil, nil
	}
	return found, err
}

// Queued implements Store.
func (s rows) Queued(ctx context.Context, projectID string, limit int) ([]*ent.Run, error) {
	return s.queued(ctx, projectID, limit).All(ctx)
}

// Untold implements Store.
func (s rows) Untold(ctx context.Context, projectID string, limit int) ([]*ent.Run, error) {
	return s.queued(ctx, projectID, limit).Where(run.BlockedReasonIsNil()).All(ctx)
}

func (s rows) queued(ctx context.Context, projectID string, limit int) *ent.RunQuery {
	return s.db.Client(ctx).Run.Query().Where(run.ProjectID(projectID), run.StatusEQ(run.StatusQUEUED)).
		Order(run.ByPhase(), run.ByID()).Limit(limit) // APPLY sorts before PLAN
}

// Expired implements Store.
func (s rows) Expired(ctx context.Context, limit int) ([]*ent.Run, error) {
	return s.db.Client(ctx).Run.Query().Where(run.StatusIn(run.StatusRUNNING, run.StatusCANCELING), s.expired).
		Order(run.ByLeaseExpiresAt()).Limit(limit).All(ctx)
}

// expired selects runs whose lease has ended.
func (s rows) expired(selector *sql.Selector) {
	column := selector.C(run.FieldLeaseExpiresAt)
	if s.db.Postgres() {
		selector.Where(sql.ExprP(column + " < clock_timestamp()"))
		return
	}
	selector.Where(sql.LT(column, time.Now().UTC()))
}

// Unheard implements Store.
func (s rows) Unheard(ctx context.Context, before time.Time, limit int) ([]*ent.Run, error) {
	return s.db.Client(ctx).Run.Query().Where(run.StatusEQ(run.StatusQUEUED), run.QueuedAtLT(before)).
		Order(run.ByQueuedAt()).Limit(limit).All(ctx)
}

// Unanswered implements Store.
func (s rows) Unanswered(ctx context.Context, before time.Time, limit int) ([]*ent.Run, error) {
	return s.db.Client(ctx).Run.Query().Where(
		run.StatusEQ(run.StatusAWAITING_APPROVAL), run.ApprovalExpiresAtLT(before),
	).Order(run.ByApprovalExpiresAt()).Limit(limit).All(ctx)
}

// Frozen implements Store: of several, the freeze that lasts longest.
func (s rows) Frozen(ctx context.Context, projectID string, at time.Time) (*ent.Freeze, error) {
	found, err := s.db.Client(ctx).Freeze.Query().Where(
		freeze.Or(freeze.ProjectIDIsNil(), freeze.ProjectID(projectID)),
		freeze.StartsAtLTE(at), freeze.EndsAtGT(at), freeze.LiftedAtIsNil(),
	).Order(freeze.ByEndsAt(sql.OrderDesc())).First(ctx)
	if ent.IsNotFound(err) {
		return nil, nil
	}
	return found, err
}

// Approvals implements Store.
func (s rows) Approvals(ctx context.Context, runID string) ([]*ent.Approval, error) {
	return s.db.Client(ctx).Approval.Query().Where(approval.RunID(runID)).Order(approval.ByID()).All(asEngine(ctx))
}

// AddApproval implements Store.
func (s rows) AddApproval(ctx context.Context, a *ent.Approval) error {
	return s.db.Client(ctx).Approval.Create().SetRunID(a.RunID).SetUserID(a.UserID).SetBy(a.By).
		SetDecision(a.Decision).SetComment(a.Comment).SetDigest(a.Digest).Exec(ctx)
}

// RolesOf implements Store.
func (s rows) RolesOf(ctx context.Context, userID, projectID string) ([]string, error) {
	held, err := s.db.Client(ctx).Membership.Query().Where(
		membership.UserID(userID), membership.Or(membership.ProjectIDIsNil(), membership.ProjectID(projectID)),
	).WithRole().All(asEngine(ctx))
	keys := make([]string, len(held))
	for i, m := range held {
		keys[i] = m.Edges.Role.Key
	}
	return keys, err
}

// seenEvery is how often a worker that goes on asking for work is noted: far more often than WorkerSilence.
const seenEvery = 5 * time.Second

// Seen implements Store.
func (s rows) Seen(ctx context.Context, claim worker.Claim, at time.Time) (paused bool, err error) {
	client := s.db.Client(ctx)
	known, err := client.Worker.Query().Where(entworker.Name(claim.Worker)).Only(ctx)
	if err == nil && !news(known, claim, at) || err != nil && !ent.IsNotFound(err) {
		return err == nil && known.Paused, err
	}
	err = client.Worker.Create().SetName(claim.Worker).SetLabels(claim.Labels).SetVersion(claim.Version).
		SetTool(claim.Tool).SetSlots(max(claim.Slots, 0)).SetRemote(claim.Remote).SetSeenAt(at).
		OnConflictColumns(entworker.FieldName).Update(func(u *ent.WorkerUpsert) {
		u.UpdateLabels().UpdateVersion().UpdateTool().UpdateSlots().UpdateRemote().UpdateSeenAt().UpdateUpdatedAt()
	}).Exec(ctx)
	return err == nil && known != nil && known.Paused, err
}

// news tells whether a worker is to be noted: it says something new of itself, or was not noted for a while.
func news(known *ent.Worker, claim worker.Claim, at time.Time) bool {
	same := slices.Equal(known.Labels, claim.Labels) && known.Version == claim.Version && known.Tool == claim.Tool && known.Remote == claim.Remote
	return !same || at.Sub(known.SeenAt).Abs() > seenEvery
}

// AddPiece implements Store.
func (s rows) AddPiece(ctx context.Context, piece *ent.RunLog) error {
	return s.db.Client(ctx).RunLog.Create().SetRunID(piece.RunID).SetPosition(piece.Position).SetSize(piece.Size).
		SetCodec(piece.Codec).SetData(piece.Data).Exec(database.Later(ctx))
}

// PieceAt implements Store.
func (s rows) PieceAt(ctx context.Context, runID string, position int64) (*ent.RunLog, error) {
	piece, err := s.db.Client(ctx).RunLog.Query().Where(runlog.RunID(runID), runlog.PositionLTE(position)).
		Order(ent.Desc(runlog.FieldPosition)).First(ctx)
	if ent.IsNotFound(err) {
		return nil, nil
	}
	return piece, err
}

// RawPieces implements Store.
func (s rows) RawPieces(ctx context.Context, runID string, limit int) ([]*ent.RunLog, error) {
	return s.db.Client(ctx).RunLog.Query().Where(runlog.RunID(runID), runlog.CodecEQ(runlog.CodecRAW)).
		Order(runlog.ByPosition()).Limit(limit).All(ctx)
}

// ReplacePieces implements Store.
func (s rows) ReplacePieces(ctx context.Context, old []*ent.RunLog, by *ent.RunLog) error {
	ids := make([]string, len(old))
	for i, piece := range old {
		ids[i] = piece.ID
	}
	if _, err := s.db.Client(ctx).RunLog.Delete().Where(runlog.IDIn(ids...)).Exec(ctx); err != nil {
		return err
	}
	return s.AddPiece(ctx, by)
}
