package provision

import (
	"context"
	"time"

	"entgo.io/ent/dialect/sql"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/predicate"
	"github.com/arpent/arpent/ent/runstep"
	"github.com/arpent/arpent/ent/schema/typeid"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/runner"
)

// WriteSteps writes how far an attempt is, in one statement. ent's own asks for the id of each row, and could not wait.
func (e world) WriteSteps(ctx context.Context, r *ent.Run, steps []runner.Step) error {
	insert := sql.Dialect(e.DB.Dialect()).Insert(runstep.Table).Columns(
		runstep.FieldID, runstep.FieldRunID, runstep.FieldLease, runstep.FieldPhase, runstep.FieldName, runstep.FieldStatus,
		runstep.FieldDone, runstep.FieldTotal, runstep.FieldStartedAt, runstep.FieldEndedAt,
	)
	for _, step := range steps {
		status := runstep.Status(step.Status)
		if err := runstep.StatusValidator(status); err != nil {
			return err
		}
		if err := runstep.NameValidator(step.Name); err != nil {
			return err
		}
		insert.Values(
			typeid.New("stp"), r.ID, r.Lease, string(r.Phase), step.Name, string(status),
			max(step.Done, 0), max(step.Total, 0), step.StartedAt.UTC(), moment(step.EndedAt),
		)
	}
	insert.OnConflict(
		sql.ConflictColumns(runstep.FieldRunID, runstep.FieldLease, runstep.FieldName),
		sql.ResolveWith(func(u *sql.UpdateSet) {
			u.SetExcluded(runstep.FieldStatus).SetExcluded(runstep.FieldDone).SetExcluded(runstep.FieldTotal).SetExcluded(runstep.FieldEndedAt)
		}),
	)
	return e.write(database.Apart(ctx), insert)
}

// write carries out a statement that ent's models have no words for.
func (e world) write(ctx context.Context, statement sql.Querier) error {
	query, args := statement.Query()
	_, err := e.DB.Client(ctx).ExecContext(ctx, query, args...)
	return err
}

// moment is a time as a column takes it; null when there is none.
func moment(at *time.Time) any {
	if at == nil {
		return nil
	}
	return at.UTC()
}

// EndSteps writes the last words of an attempt, and closes its steps that ended without saying so.
func (e world) EndSteps(ctx context.Context, r *ent.Run, told []runner.Step, status runstep.Status, at time.Time) error {
	open := []predicate.RunStep{runstep.RunID(r.ID), runstep.StatusEQ(runstep.StatusRUNNING)}
	if len(told) > 0 {
		last, names := make([]runner.Step, len(told)), make([]string, len(told))
		for i, step := range told {
			if step.Status == runner.StepRunning {
				step.Status, step.EndedAt = runner.StepStatus(status), &at
			}
			last[i], names[i] = step, step.Name
		}
		if err := e.WriteSteps(ctx, r, last); err != nil {
			return err
		}
		open = append(open, runstep.Not(runstep.And(runstep.Lease(r.Lease), runstep.NameIn(names...))))
	}
	return e.DB.Client(ctx).RunStep.Update().Where(open...).SetStatus(status).SetEndedAt(at).Exec(database.Apart(ctx))
}
