package provision

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"entgo.io/ent/dialect/sql"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/planfile"
	"github.com/arpent/arpent/ent/runplan"
	"github.com/arpent/arpent/ent/runplanpart"
	"github.com/arpent/arpent/ent/schema/typeid"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/runner"
)

// A plan's changes are kept in pieces, so that a page of fifty thousand costs as much as a page of five: the first
// are in the plan's own row, the others in parts.
const (
	pieceChanges = 200
	pieceBytes   = 1 << 20
	partsAtOnce  = 50 // rows of one statement
)

// SavePlan keeps what a plan would change, for people, and the plan itself, sealed.
func (e world) SavePlan(ctx context.Context, r *ent.Run, result runner.Result) error {
	s := result.Summary
	pieces := piecesOf(s.Changes)
	err := e.replace(ctx, runplan.Table, "pln", runplan.FieldRunID, []column{
		{runplan.FieldRunID, r.ID}, {runplan.FieldAdd, s.Add}, {runplan.FieldChange, s.Change}, {runplan.FieldDestroy, s.Destroy},
		{runplan.FieldListed, len(s.Changes)}, {runplan.FieldTruncated, s.Truncated},
		{runplan.FieldChanges, toJSON(pieces[0])}, {runplan.FieldOutputs, toJSON(orNone(s.Outputs))},
		{runplan.FieldCreatedAt, e.now()}, {runplan.FieldUpdatedAt, e.now()},
	})
	if err != nil {
		return err
	}
	if err := e.saveParts(ctx, r, pieces); err != nil || len(result.Plan) == 0 {
		return err
	}
	return e.replace(ctx, planfile.Table, "plf", planfile.FieldRunID, []column{
		{planfile.FieldRunID, r.ID}, {planfile.FieldSealed, e.Keyring.Seal(result.Plan, planContext(r.ID))},
	})
}

// column is a value on its way to a row.
type column struct {
	name  string
	value any
}

// replace writes a row, in the place of the one that has the same key. ent's own asks for the row's id, and could not wait.
func (e world) replace(ctx context.Context, table, prefix, key string, row []column) error {
	names, values := []string{"id"}, []any{typeid.New(prefix)}
	for _, c := range row {
		names, values = append(names, c.name), append(values, c.value)
	}
	insert := sql.Dialect(e.DB.Dialect()).Insert(table).Columns(names...).Values(values...)
	insert.OnConflict(sql.ConflictColumns(key), sql.ResolveWith(func(u *sql.UpdateSet) {
		for _, c := range row {
			if c.name != key && c.name != runplan.FieldCreatedAt {
				u.SetExcluded(c.name)
			}
		}
	}))
	return e.write(database.Later(ctx), insert)
}

func orNone(changes []runner.Change) []runner.Change {
	if changes == nil {
		return []runner.Change{}
	}
	return changes
}

// piecesOf parts changes into lists that are short and small; there is always a first.
func piecesOf(changes []runner.Change) [][]json.RawMessage {
	pieces, size := [][]json.RawMessage{{}}, 0
	for _, c := range changes {
		text := toJSON(c)
		last := &pieces[len(pieces)-1]
		if len(*last) == pieceChanges || len(*last) > 0 && size+len(text) > pieceBytes {
			pieces, size = append(pieces, nil), 0
			last = &pieces[len(pieces)-1]
		}
		*last, size = append(*last, text), size+len(text)
	}
	return pieces
}

// saveParts writes the pieces that are not in the plan's own row, in the place of those of an earlier plan.
func (e world) saveParts(ctx context.Context, r *ent.Run, pieces [][]json.RawMessage) error {
	client := e.DB.Client(ctx)
	if _, err := client.RunPlanPart.Delete().Where(runplanpart.RunID(r.ID)).Exec(database.Later(ctx)); err != nil {
		return err
	}
	var rows []*ent.RunPlanPartCreate
	position := len(pieces[0])
	for _, piece := range pieces[1:] {
		rows = append(rows, client.RunPlanPart.Create().SetRunID(r.ID).SetPosition(position).SetSize(len(piece)).
			SetChanges(compressor.EncodeAll(toJSON(piece), nil)))
		position += len(piece)
	}
	for chunk := range slices.Chunk(rows, partsAtOnce) {
		if err := client.RunPlanPart.CreateBulk(chunk...).Exec(database.Later(ctx)); err != nil {
			return err
		}
	}
	return nil
}

// PlanFilter picks changes of a plan; its zero value picks all.
type PlanFilter struct {
	Actions  []string // as in CREATE
	Contains string   // in the address, whatever its case
}

func (f PlanFilter) picks(change json.RawMessage) bool {
	if len(f.Actions) == 0 && f.Contains == "" {
		return true
	}
	var c struct{ Address, Action string }
	return json.Unmarshal(change, &c) == nil && (len(f.Actions) == 0 || slices.Contains(f.Actions, c.Action)) &&
		strings.Contains(strings.ToLower(c.Address), strings.ToLower(f.Contains))
}

// PlanChange is one change of a plan, a runner.Change as JSON, and how many come before it.
type PlanChange struct {
	Position int
	Change   json.RawMessage
}

// PlanTotal is how many changes a plan has, listed or not.
func PlanTotal(p *ent.RunPlan) (int, error) {
	if p.Listed > 0 {
		return p.Listed + p.Truncated, nil
	}
	changes, err := readChanges(p.Changes) // of a plan that was stored whole
	return len(changes) + p.Truncated, err
}

// CountPlanChanges is how many of the changes that are listed a filter picks.
func (e *Engine) CountPlanChanges(ctx context.Context, p *ent.RunPlan, filter PlanFilter) (count int, err error) {
	if filter.Contains == "" && len(filter.Actions) == 0 && p.Listed > 0 {
		return p.Listed, nil
	}
	tally := func(_ int, changes []json.RawMessage) bool {
		for _, c := range changes {
			if filter.picks(c) {
				count++
			}
		}
		return true
	}
	first, err := readChanges(p.Changes)
	if err == nil {
		tally(0, first)
		err = e.eachPart(ctx, p, len(first), tally)
	}
	return count, database.Fault(err)
}

// page collects what is asked for of a plan.
type page struct {
	from, most int
	filter     PlanFilter
	changes    []PlanChange
	more       bool
}

// take adds changes that begin at a position, and tells whether it wants others.
func (g *page) take(position int, changes []json.RawMessage) bool {
	for i, c := range changes {
		if position+i < g.from || !g.filter.picks(c) {
			continue
		}
		if len(g.changes) == g.most {
			g.more = true
			return false
		}
		g.changes = append(g.changes, PlanChange{position + i, c})
	}
	return true
}

// PlanChanges is a page of a plan's changes: those that the filter picks, from a position on, at most so many. It
// tells whether more follow.
func (e *Engine) PlanChanges(ctx context.Context, p *ent.RunPlan, from, most int, filter PlanFilter) ([]PlanChange, bool, error) {
	asked := page{from: from, most: most, filter: filter}
	first, err := readChanges(p.Changes)
	if err == nil && (from >= len(first) || asked.take(0, first)) {
		err = e.eachPart(ctx, p, max(from, len(first)), asked.take)
	}
	return asked.changes, asked.more, database.Fault(err)
}

// eachPart reads the parts that hold changes from a position on, until it is told to stop.
func (e *Engine) eachPart(ctx context.Context, p *ent.RunPlan, from int, take func(int, []json.RawMessage) bool) error {
	for from < p.Listed {
		part, err := e.DB.Client(ctx).RunPlanPart.Query().
			Where(runplanpart.RunID(p.RunID), runplanpart.PositionLTE(from)).Order(ent.Desc(runplanpart.FieldPosition)).First(ctx)
		if err != nil {
			return err
		}
		text, err := decompressor.DecodeAll(part.Changes, nil)
		if err != nil {
			return fmt.Errorf("part %d of the plan of run %s: %w", part.Position, p.RunID, err)
		}
		changes, err := readChanges(text)
		if err != nil || !take(part.Position, changes) {
			return err
		}
		from = part.Position + part.Size
	}
	return nil
}

func readChanges(stored json.RawMessage) ([]json.RawMessage, error) {
	if len(stored) == 0 {
		return nil, nil
	}
	var changes []json.RawMessage
	if err := json.Unmarshal(stored, &changes); err != nil {
		return nil, fmt.Errorf("read a plan: %w", err)
	}
	return changes, nil
}
