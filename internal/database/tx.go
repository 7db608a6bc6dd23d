package database

import (
	"context"
	"errors"
	"fmt"

	"github.com/arpent/arpent/ent"
)

// transaction is what a context carries while one is open.
type transaction struct {
	client      *ent.Client
	afterCommit []func()
}

type transactionKey struct{}

func transactionIn(ctx context.Context) *transaction {
	tx, _ := ctx.Value(transactionKey{}).(*transaction)
	return tx
}

// Tx runs work in a transaction and commits when it returns nil. Within another Tx it joins that one. The
// context that work gets carries the transaction; everything it reads and writes must use that context. A
// refusal of the database comes back as a fault.
func (db *DB) Tx(ctx context.Context, work func(ctx context.Context, client *ent.Client) error) error {
	return db.tx(ctx, false, work)
}

func (db *DB) tx(ctx context.Context, lazy bool, work func(ctx context.Context, client *ent.Client) error) error {
	if open := transactionIn(ctx); open != nil {
		return work(ctx, open.client)
	}
	began := ctx
	if lazy {
		began = context.WithValue(ctx, lazyKey{}, true)
	}
	tx, err := db.client.Tx(began)
	if err != nil {
		return Fault(fmt.Errorf("begin: %w", err))
	}
	open := &transaction{client: tx.Client()}
	if err := run(context.WithValue(ctx, transactionKey{}, open), tx, open, work); err != nil {
		return Fault(err)
	}
	for _, f := range open.afterCommit {
		f()
	}
	return nil
}

// run does the work and ends the transaction, also when work panics.
func run(ctx context.Context, tx *ent.Tx, open *transaction, work func(context.Context, *ent.Client) error) (err error) {
	committed := false
	defer func() {
		if !committed {
			err = errors.Join(err, ignoreDone(tx.Rollback()))
		}
	}()
	if err := work(ctx, open.client); err != nil {
		return err
	}
	committed = true
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// AfterCommit has f called once the transaction of ctx is committed, never when it is rolled back; at once when
// there is none. It is where bells are rung: f must be quick, and may fail only in ways that a sweep repairs.
func AfterCommit(ctx context.Context, f func()) {
	if open := transactionIn(ctx); open != nil {
		open.afterCommit = append(open.afterCommit, f)
		return
	}
	f()
}

// InTx tells whether ctx carries a transaction.
func InTx(ctx context.Context) bool { return transactionIn(ctx) != nil }

// Detach returns a context without the transaction of ctx, for work that outlives it.
func Detach(ctx context.Context) context.Context {
	return context.WithValue(context.WithoutCancel(ctx), transactionKey{}, (*transaction)(nil))
}
