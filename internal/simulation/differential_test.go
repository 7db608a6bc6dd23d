package simulation

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/approval"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/ent/runlog"
	"github.com/arpent/arpent/internal/access"
	real "github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/database/databasetest"
	"github.com/arpent/arpent/internal/provision"
)

// The model and both databases give the same rows and the same answers to the same operations, committed, rolled back
// and refused: what the simulation proves over the model holds for them.
func TestTheModelIsTrue(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *real.DB) {
		for seed := range uint64(3) {
			d := newDuel(t, db, seed)
			for range 150 {
				d.operate()
			}
			d.compare()
		}
	})
}

// duel gives each operation to the database and to the model.
type duel struct {
	t        *testing.T
	random   *rand.Rand
	real     provision.Store
	model    *Simulation
	projects []string
	person   string
	runs     []string
	n        int
}

func newDuel(t *testing.T, db *real.DB, seed uint64) *duel {
	t.Helper()
	s := furnish(Config{Seed: seed, Lease: time.Minute})
	s.kernel.stop() // nobody is there but the test
	s.quiet = true
	d := &duel{t: t, random: rand.New(rand.NewPCG(seed, 1)), real: provision.Rows(db), model: s}
	ctx, client := d.ctx(), db.Client(d.ctx())
	if client.Organization.Query().CountX(ctx) == 0 {
		client.Organization.Create().SetName("Town").SetCode("TOWN").SaveX(ctx)
	}
	owner := client.Organization.Query().OnlyX(ctx)
	for i := range 2 {
		p := client.Project.Create().SetAcronym(fmt.Sprintf("P%d%d", seed, i)).SetName("P").SetOrganizationID(owner.ID).SaveX(ctx)
		d.projects = append(d.projects, p.ID)
	}
	d.person = client.User.Create().SetName("Ada").SetEmail(fmt.Sprintf("ada%d@example.org", seed)).SaveX(ctx).ID
	return d
}

func (d *duel) ctx() context.Context { return access.As(context.Background(), "test") }

// both gives an operation to both, in a transaction that commits or not, and compares the answers.
func (d *duel) both(what string, do func(ctx context.Context, s provision.Store) (any, error)) {
	d.t.Helper()
	keep := d.random.IntN(5) > 0
	errUndo := errors.New("undo")
	ask := func(s provision.Store) (answer any, err error) {
		err = s.Tx(d.ctx(), func(ctx context.Context) error {
			if answer, err = do(ctx, s); err == nil && !keep {
				return errUndo
			}
			return err
		})
		return answer, err
	}
	answered, realErr := ask(d.real)
	var modelled any
	var modelErr error
	d.model.inside(func() { modelled, modelErr = ask(d.model.database) })
	require.Equal(d.t, outcome(realErr), outcome(modelErr), "%s: %v and %v", what, realErr, modelErr)
	if realErr == nil {
		require.Equal(d.t, plain(d.t, answered), plain(d.t, modelled), what)
	}
}

// inside runs something as a task of the simulation, to its end.
func (s *Simulation) inside(do func()) {
	p := &process{kernel: s.kernel, name: "test", woke: -time.Hour}
	done := false
	s.kernel.begin(p, "test", func() { do(); done = true })
	for !done {
		if !s.kernel.step() {
			panic("the model waits for nobody")
		}
	}
}

func outcome(err error) string {
	switch {
	case err == nil:
		return "done"
	case ent.IsNotFound(err):
		return "none"
	case real.IsTaken(err):
		return "taken"
	}
	return "refused"
}

// plain is an answer without what is of the database's own making: the times that it stamps, the ids that it gives.
func plain(t *testing.T, answer any) string {
	t.Helper()
	switch rows := answer.(type) {
	case *ent.Run:
		answer = stripped(rows)
	case []*ent.Run:
		all := make([]*ent.Run, len(rows))
		for i, r := range rows {
			all[i] = stripped(r)
		}
		answer = all
	case *ent.RunLog:
		answer = piece(rows)
	case []*ent.RunLog:
		all := make([]*ent.RunLog, len(rows))
		for i, p := range rows {
			all[i] = piece(p)
		}
		answer = all
	case []*ent.Approval:
		var all []string
		for _, a := range rows {
			all = append(all, a.RunID+a.UserID+a.Digest+string(a.Decision))
		}
		answer = all
	}
	text, err := json.Marshal(answer)
	require.NoError(t, err)
	return string(text)
}

func stripped(r *ent.Run) *ent.Run {
	if r == nil {
		return nil
	}
	same := *r
	same.CreatedAt, same.UpdatedAt, same.Edges = time.Time{}, time.Time{}, ent.RunEdges{}
	if same.LeaseExpiresAt != nil {
		same.LeaseExpiresAt = &time.Time{} // each by its own clock
	}
	return &same
}

func piece(p *ent.RunLog) *ent.RunLog {
	if p == nil {
		return nil
	}
	return &ent.RunLog{RunID: p.RunID, Position: p.Position, Size: p.Size, Codec: p.Codec, Data: p.Data}
}

func pick[T any](d *duel, from ...T) T { return from[d.random.IntN(len(from))] }

// operate is one random operation.
func (d *duel) operate() {
	d.n++
	at := epoch.Add(time.Duration(d.random.IntN(1000)) * time.Second)
	project := pick(d, d.projects...)
	if len(d.runs) == 0 || d.random.IntN(8) == 0 {
		d.insert(project, at)
		return
	}
	id, limit := pick(d, d.runs...), 1+d.random.IntN(5)
	operations := []func(){
		func() { d.write(id, project, at) }, func() { d.write(id, project, at) }, func() { d.write(id, project, at) },
		func() {
			d.both("get", func(ctx context.Context, s provision.Store) (any, error) { return s.Get(ctx, id) })
		},
		func() {
			d.both("glance", func(ctx context.Context, s provision.Store) (any, error) {
				r, err := s.Glance(ctx, id)
				if err != nil {
					return nil, err
				}
				return []any{r.ID, r.Status, r.Phase, r.Lease, r.CancelRequestedAt}, nil
			})
		},
		func() {
			d.both("lock", func(ctx context.Context, s provision.Store) (any, error) { return s.Lock(ctx, id) })
		},
		func() {
			d.both("get none", func(ctx context.Context, s provision.Store) (any, error) { return s.Get(ctx, "run_none") })
		},
		func() {
			d.both("holder", func(ctx context.Context, s provision.Store) (any, error) { return s.Holder(ctx, project) })
		},
		func() {
			d.both("queued", func(ctx context.Context, s provision.Store) (any, error) { return s.Queued(ctx, project, limit) })
		},
		func() {
			d.both("front", func(ctx context.Context, s provision.Store) (any, error) { return s.Front(ctx, project) })
		},
		func() {
			whose := pick(d, id, id, "run_none")
			d.both("front of", func(ctx context.Context, s provision.Store) (any, error) { return s.FrontOf(ctx, whose) })
		},
		func() {
			d.both("untold", func(ctx context.Context, s provision.Store) (any, error) { return s.Untold(ctx, project, limit) })
		},
		func() {
			d.both("expired", func(ctx context.Context, s provision.Store) (any, error) { return s.Expired(ctx, limit) })
		},
		func() { d.piece(id) }, func() { d.piece(id) }, func() { d.join(id) }, func() { d.must(id) }, func() { d.must(id) },
		func() {
			guard := d.guard(id)
			d.both("keep", func(ctx context.Context, s provision.Store) (any, error) { return s.Keep(ctx, guard) })
		},
		func() {
			d.both("piece", func(ctx context.Context, s provision.Store) (any, error) {
				return s.PieceAt(ctx, id, 0)
			})
		},
		func() {
			digest := pick(d, "a", "b")
			d.both("approve", func(ctx context.Context, s provision.Store) (any, error) {
				return nil, s.AddApproval(ctx, &ent.Approval{RunID: id, UserID: d.person, By: "Ada", Decision: approval.DecisionAPPROVED, Digest: digest})
			})
		},
		func() {
			d.both("approvals", func(ctx context.Context, s provision.Store) (any, error) { return s.Approvals(ctx, id) })
		},
	}
	operations[d.random.IntN(len(operations))]()
}

func (d *duel) insert(project string, at time.Time) {
	id := fmt.Sprintf("run_%s_%04d", project[len(project)-6:], d.n)
	d.both("insert", func(ctx context.Context, s provision.Store) (any, error) {
		return s.Insert(ctx, &ent.Run{
			ID: id, Kind: run.KindPROVISION, Status: run.StatusQUEUED, Phase: run.PhasePLAN, ProjectID: &project, QueuedAt: at,
			RequestedBy: "Ada", Change: json.RawMessage(`{"op":"create"}`), Policy: json.RawMessage(`{"auto":true}`),
		})
	})
	if _, err := d.real.Get(d.ctx(), id); err == nil {
		d.runs = append(d.runs, id)
	}
}

// guard holds or does not.
func (d *duel) guard(id string) provision.Guard {
	lease, size := int64(d.random.IntN(3)), int64(d.random.IntN(2)*3)
	guard := provision.Guard{ID: id, Statuses: pick(d, nil, []run.Status{run.StatusQUEUED}, []run.Status{run.StatusRUNNING, run.StatusCANCELING})}
	guard.Phase = pick(d, "", run.PhasePLAN, run.PhaseAPPLY)
	guard.Lease, guard.LogSize = pick(d, nil, &lease), pick(d, nil, nil, &size)
	return guard
}

// must is what all that an attempt does is made of: what must be written or kept, and what else is written then. The real one
// may say only at the end that nothing is.
func (d *duel) must(id string) {
	guard, refusal, keeps := d.guard(id), errors.New("not met"), d.random.IntN(2) == 0
	digest, asks := fmt.Sprint("must", d.n), d.random.IntN(2) == 0
	d.both("must", func(ctx context.Context, s provision.Store) (any, error) {
		certain := real.Certain(ctx, refusal)
		n, err := s.Write(certain, guard, provision.Patch{Digest: provision.Set(digest), LeaseFor: time.Hour})
		if keeps {
			n, err = s.Keep(certain, guard)
		}
		if err == nil && n == 0 {
			err = refusal
		}
		if err != nil {
			return nil, err
		}
		if err := s.AddApproval(real.Later(ctx), &ent.Approval{RunID: id, UserID: d.person, By: "Ada", Decision: approval.DecisionAPPROVED, Digest: digest}); err != nil || !asks {
			return nil, err
		}
		return s.Approvals(ctx, id) // which has to see it
	})
}

// write is a move, a claim, a renewal or a note, under a guard that holds or does not.
func (d *duel) write(id, project string, at time.Time) {
	guard := d.guard(id)
	patch := pick(d,
		provision.Patch{To: &provision.State{Status: run.StatusRUNNING, Phase: run.PhasePLAN}, Lease: 1, Attempt: 1, Busy: provision.Set(project), Worker: provision.Set("w"), LeaseFor: time.Hour},
		provision.Patch{To: &provision.State{Status: run.StatusQUEUED, Phase: run.PhaseAPPLY}, Busy: provision.Clear[string](), NoLease: true, QueuedAt: provision.Set(at), Digest: provision.Set("a")},
		provision.Patch{To: &provision.State{Status: run.StatusCANCELING, Phase: run.PhasePLAN}, CanceledBy: provision.Set("Ada"), CancelRequestedAt: provision.Set(at)},
		provision.Patch{To: &provision.State{Status: run.StatusAWAITING_APPROVAL, Phase: run.PhasePLAN}, ApprovalExpiresAt: provision.Set(at), ApprovedDigest: provision.Clear[string]()},
		provision.Patch{LeaseFor: time.Hour}, provision.Patch{LogSize: 3},
		provision.Patch{Branch: provision.Set("b"), Commit: provision.Set("c"), PlannedSerial: provision.Set(int64(d.n)), Tool: provision.Clear[string]()},
	)
	d.both("write", func(ctx context.Context, s provision.Store) (any, error) { return s.Write(ctx, guard, patch) })
}

func (d *duel) piece(id string) {
	position := int64(d.random.IntN(3) * 3)
	d.both("piece", func(ctx context.Context, s provision.Store) (any, error) {
		return nil, s.AddPiece(ctx, &ent.RunLog{RunID: id, Position: position, Size: 3, Codec: runlog.CodecRAW, Data: []byte("abc")})
	})
}

// join puts the pieces of a log together that are there.
func (d *duel) join(id string) {
	d.both("join", func(ctx context.Context, s provision.Store) (any, error) {
		raw, err := s.RawPieces(ctx, id, 9)
		if err != nil || len(raw) == 0 {
			return raw, err
		}
		whole := &ent.RunLog{RunID: id, Position: raw[0].Position, Size: 3, Codec: runlog.CodecZSTD, Data: []byte("zip")}
		return raw, s.ReplacePieces(ctx, raw[:1], whole)
	})
}

// compare holds every row of both against each other.
func (d *duel) compare() {
	for _, id := range d.runs {
		d.both("get", func(ctx context.Context, s provision.Store) (any, error) { return s.Get(ctx, id) })
		d.both("raw", func(ctx context.Context, s provision.Store) (any, error) { return s.RawPieces(ctx, id, 99) })
		d.both("approvals", func(ctx context.Context, s provision.Store) (any, error) { return s.Approvals(ctx, id) })
	}
	for _, project := range d.projects {
		d.both("queued", func(ctx context.Context, s provision.Store) (any, error) { return s.Queued(ctx, project, 99) })
		d.both("holder", func(ctx context.Context, s provision.Store) (any, error) { return s.Holder(ctx, project) })
		d.both("front", func(ctx context.Context, s provision.Store) (any, error) { return s.Front(ctx, project) })
	}
}
