package simulation

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/internal/fault"
)

// database is a model of PostgreSQL at READ COMMITTED, or of SQLite behind its one writer. A statement is one step:
// it sees what is committed then, and what its own transaction wrote. A write waits for whoever has the row, and looks
// again when it has it. A unique value that somebody else is about to write is waited for as well. What a transaction
// wrote is there at once when it commits, and the client may never be told.
type database struct {
	*Simulation
	oneWriter bool
	writer    *transaction // of SQLite

	runs      []*row[ent.Run]
	byID      map[string]*row[ent.Run]
	pieces    map[string][]*row[ent.RunLog] // by run
	approvals []*row[ent.Approval]
	events    []*row[ent.Event]
	counter   *row[int64]
	plans     map[string]*row[[]byte]
	states    map[string]*row[state] // by project
	versions  int                    // of all rows, to name pieces

	open    []*transaction
	numbers int // of transactions, in the order of their first write
}

// row is what a table holds: a committed version, and that of whoever has the row.
type row[T any] struct {
	committed *T
	pending   *T // of owner
	owner     *transaction
	sharers   []*transaction // who keep it from being written
	number    int            // of the transaction that inserted it
}

// transaction is one that is open, or that ended.
type transaction struct {
	database    *database
	process     *process
	task        *task
	number      int // given with the first write, as PostgreSQL does
	done        bool
	broken      bool // it can only be rolled back
	waits       *transaction
	commits     []func() // makes what is pending committed
	rollbacks   []func()
	before      []func() // looks at what is about to be committed
	after       []func() // looks at what is committed
	afterCommit []func() // the client's
}

var (
	errAway  = fault.New(fault.Unavailable, fault.Text{EN: "the database is away", FR: "la base de données est absente"})
	errTaken = errors.New("violates unique constraint") // as ent knows it
	errNone  = &ent.NotFoundError{}
)

type transactionKey struct{}

func transactionIn(ctx context.Context) *transaction {
	tx, _ := ctx.Value(transactionKey{}).(*transaction)
	return tx
}

// visible is the version of a row that a transaction sees; nil when it sees none.
func (r *row[T]) visible(tx *transaction) *T {
	if r == nil {
		return nil
	}
	if r.owner == tx && tx != nil {
		return r.pending
	}
	return r.committed
}

// take gives a row to a transaction, after those who have it.
func (r *row[T]) take(tx *transaction) error {
	for {
		switch {
		case r.owner != nil && r.owner != tx:
			if err := tx.waitFor(r.owner); err != nil {
				return err
			}
			continue
		case r.sharedByOther(tx) != nil:
			if err := tx.waitFor(r.sharedByOther(tx)); err != nil {
				return err
			}
			continue
		case r.owner == tx:
			return nil
		}
		tx.count()
		r.owner, r.pending = tx, r.committed
		tx.commits = append(tx.commits, func() { r.committed, r.pending, r.owner = r.pending, nil, nil })
		tx.rollbacks = append(tx.rollbacks, func() { r.pending, r.owner = nil, nil })
		return nil
	}
}

// count gives a transaction its number: an UPDATE before it waits for a row, a SELECT FOR UPDATE when it has it.
func (tx *transaction) count() {
	if tx.number == 0 {
		tx.database.numbers++
		tx.number = tx.database.numbers
	}
}

// share keeps others from writing a row until the transaction ends.
func (r *row[T]) share(tx *transaction) error {
	for r.owner != nil && r.owner != tx {
		if err := tx.waitFor(r.owner); err != nil {
			return err
		}
	}
	if !slices.Contains(r.sharers, tx) {
		r.sharers = append(r.sharers, tx)
		leave := func() { r.sharers = slices.DeleteFunc(r.sharers, func(t *transaction) bool { return t == tx }) }
		tx.commits, tx.rollbacks = append(tx.commits, leave), append(tx.rollbacks, leave)
	}
	return nil
}

func (r *row[T]) sharedByOther(tx *transaction) *transaction {
	for _, t := range r.sharers {
		if t != tx {
			return t
		}
	}
	return nil
}

// waitFor waits until another transaction has ended. Two that wait for each other: the later one is refused.
func (tx *transaction) waitFor(other *transaction) error {
	for t := other; t != nil; t = t.waits {
		if t == tx {
			tx.broken = true
			tx.database.note("deadlock: refused")
			return errAway
		}
	}
	tx.waits = other
	tx.database.kernel.wait(context.Background(), -1, func() bool { return other.done || tx.broken })
	tx.waits = nil
	if tx.broken || tx.done {
		return errAway
	}
	return nil
}

// begin opens a transaction of the running task.
func (d *database) begin() (*transaction, error) {
	tx := &transaction{database: d, process: d.kernel.cur.process, task: d.kernel.cur}
	if d.happens(CutStatement) {
		return nil, errAway
	}
	if d.oneWriter {
		d.kernel.wait(context.Background(), -1, func() bool { return d.writer == nil })
		d.writer = tx
	}
	d.open = append(d.open, tx)
	return tx, nil
}

// Tx runs work in a transaction, or in the one of ctx.
func (d *database) Tx(ctx context.Context, work func(context.Context) error) error {
	if transactionIn(ctx) != nil {
		return work(ctx)
	}
	tx, err := d.begin()
	if err != nil {
		return err
	}
	defer tx.rollback() // also when the task is killed
	if err := work(context.WithValue(ctx, transactionKey{}, tx)); err != nil {
		return err
	}
	if err := tx.commit(); err != nil {
		return err
	}
	for _, f := range tx.afterCommit {
		f()
	}
	return nil
}

func (tx *transaction) rollback() {
	if !tx.done {
		tx.end(tx.rollbacks)
	}
}

// commit takes time before and after; nobody but the database knows in between which it is.
func (tx *transaction) commit() error {
	d := tx.database
	d.latency()
	cut := d.happens(CutCommit)
	if tx.broken || cut && d.kernel.chance(2) {
		return errAway
	}
	for _, look := range tx.before {
		look()
	}
	after := tx.after
	tx.end(tx.commits)
	for _, look := range after {
		look()
	}
	d.latency()
	if cut {
		return errAway
	}
	return nil
}

func (tx *transaction) end(how []func()) {
	for _, f := range how {
		f()
	}
	tx.done = true
	d := tx.database
	if d.writer == tx {
		d.writer = nil
	}
	d.open = slices.DeleteFunc(d.open, func(t *transaction) bool { return t == tx })
}

// restart breaks every transaction that is open.
func (d *database) restart() {
	for _, tx := range slices.Clone(d.open) {
		tx.broken = true
		for _, f := range tx.rollbacks {
			f()
		}
		tx.commits, tx.rollbacks, tx.before, tx.after = nil, nil, nil, nil
		tx.done = true
		if d.writer == tx {
			d.writer = nil
		}
	}
	d.open = nil
}

// abandon rolls back what a crashed process left open. Its connections are closed with it.
func (d *database) abandon(p *process) {
	for _, tx := range slices.Clone(d.open) {
		if tx.process == p {
			tx.rollback()
		}
	}
}

// read is one statement that reads.
func (d *database) read(ctx context.Context) (*transaction, error) {
	tx := transactionIn(ctx)
	d.latency()
	if ctx.Err() != nil {
		return tx, ctx.Err()
	}
	if tx != nil && tx.broken {
		return tx, errAway
	}
	if d.happens(CutStatement) {
		if tx != nil {
			tx.broken = true
		}
		return tx, errAway
	}
	return tx, nil
}

// write is one statement that writes, in the transaction of ctx or in one of its own.
func (d *database) write(ctx context.Context, do func(tx *transaction) error) error {
	if transactionIn(ctx) == nil {
		return d.Tx(ctx, func(ctx context.Context) error { return d.write(ctx, do) })
	}
	tx, err := d.read(ctx)
	if err != nil {
		return err
	}
	if err := do(tx); err != nil {
		tx.broken = true // as PostgreSQL has it: nothing but a rollback is possible
		return err
	}
	return nil
}

// AfterCommit calls f after the commit, or at once.
func (d *database) AfterCommit(ctx context.Context, f func()) {
	if tx := transactionIn(ctx); tx != nil {
		tx.afterCommit = append(tx.afterCommit, f)
		return
	}
	f()
}

// Detach is ctx without its transaction.
func (d *database) Detach(ctx context.Context) context.Context {
	return context.WithValue(context.WithoutCancel(ctx), transactionKey{}, (*transaction)(nil))
}

// slowest is how long a call takes at most, one way: longer ones are given up by their clients, by their contexts.
const slowest = time.Second

// latency is how long a call takes one way.
func (s *Simulation) latency() {
	d := s.kernel.between(50*time.Microsecond, 2*time.Millisecond)
	if s.kernel.chance(200) {
		d = s.kernel.between(10*time.Millisecond, time.Second)
	}
	if slow := s.kernel.cur.process.slow; slow > 0 && !s.quiet {
		d = min(d*time.Duration(slow), slowest)
	}
	s.kernel.sleep(d)
}
