package app

import (
	"context"
	"time"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/counter"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/journal"
)

// How the sweep of what is old goes: in small steps, so that nobody waits for it, by one replica at a time.
const (
	retentionEvery = time.Hour
	retentionLook  = time.Minute // how often a replica looks whether it is its turn
	retentionTurn  = 10 * time.Minute
	retentionStep  = 200 // rows, or runs, of one step
	retentionName  = "retention"
)

// kept is one kind of what is kept for a while.
type kept struct {
	name   string
	forget func(ctx context.Context, limit int) (int, error) // nil: it is kept for ever
}

// keeping is what the configuration bounds.
func (a *App) keeping() []kept {
	byAge := func(age time.Duration, forget func(context.Context, time.Time, int) (int, error)) func(context.Context, int) (int, error) {
		if age == 0 {
			return nil
		}
		return func(ctx context.Context, limit int) (int, error) {
			return forget(ctx, time.Now().UTC().Add(-age), limit)
		}
	}
	states := func(ctx context.Context, limit int) (int, error) {
		return a.state.Forget(ctx, a.Config.KeepStates, limit)
	}
	if a.Config.KeepStates == 0 {
		states = nil
	}
	events := func(ctx context.Context, before time.Time, limit int) (int, error) {
		return journal.Forget(ctx, a.DB, before, limit)
	}
	return []kept{
		{"events", byAge(a.Config.KeepEvents, events)},
		{"logs", byAge(a.Config.KeepLogs, a.engine.ForgetLogs)},
		{"plans", byAge(a.Config.KeepPlans, a.engine.ForgetPlans)},
		{"states", states},
		{"reports", byAge(a.Config.KeepReports, a.inventory.ForgetReports)},
	}
}

// retain forgets what is older than it is kept, every hour, on one of the replicas.
func (a *App) retain(ctx context.Context) error {
	tick := time.NewTicker(retentionLook)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C: // a start has more important things to do
		}
		if err := a.retainInTurn(ctx); err != nil && ctx.Err() == nil {
			a.Log.Warn("forget what is old", "error", err)
		}
	}
}

// retainInTurn forgets what is old if it is this replica's turn. Until the round has ended nobody else has a turn, and
// for an hour after it; a replica that dies in it loses its turn after a while.
func (a *App) retainInTurn(ctx context.Context) error {
	mine, err := a.takeTurn(ctx, retentionTurn)
	if err != nil || !mine {
		return err
	}
	if err := a.Forget(ctx); err != nil {
		return err
	}
	return a.setTurn(ctx, time.Now().Add(retentionEvery))
}

// takeTurn takes the turn when it is free; the counter's value is until when it is not.
func (a *App) takeTurn(ctx context.Context, life time.Duration) (bool, error) {
	ctx = access.As(ctx, retentionName)
	client := a.DB.Client(ctx)
	err := client.Counter.Create().SetName(retentionName).OnConflictColumns(counter.FieldName).Ignore().Exec(ctx)
	if err != nil {
		return false, err
	}
	n, err := client.Counter.Update().Where(counter.Name(retentionName), counter.ValueLT(time.Now().Unix())).
		SetValue(time.Now().Add(life).Unix()).Save(ctx)
	return n == 1, err
}

func (a *App) setTurn(ctx context.Context, until time.Time) error {
	ctx = access.As(ctx, retentionName)
	return a.DB.Client(ctx).Counter.Update().Where(counter.Name(retentionName)).SetValue(until.Unix()).Exec(ctx)
}

// Forget removes everything that is older than it is kept, and writes down how much that was.
func (a *App) Forget(ctx context.Context) error {
	gone := map[string]int{}
	for _, k := range a.keeping() {
		for k.forget != nil {
			n, err := k.forget(ctx, retentionStep)
			if err != nil {
				return err
			}
			if n == 0 {
				break
			}
			gone[k.name] += n
			a.forgotten.WithLabelValues(k.name).Add(float64(n))
			if err := a.setTurn(ctx, time.Now().Add(retentionTurn)); err != nil {
				return err
			}
		}
	}
	if len(gone) == 0 {
		return nil
	}
	a.Log.Info("what is old was forgotten", "rows", gone)
	ctx = access.As(ctx, retentionName)
	return a.DB.Tx(ctx, func(ctx context.Context, _ *ent.Client) error {
		return a.Journal.Write(ctx, journal.Entry{
			Type: "retention.forgot", Audience: journal.Platform, SubjectID: retentionName, Subject: retentionName, After: gone,
		})
	})
}
