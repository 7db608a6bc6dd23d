// Package rule holds the policies of the models: small named rules over a viewer. They are the only place
// where a query is narrowed to what its viewer may see, so node(id), lists, nested fields, mutations and
// subscriptions all share them. Denied unless a rule allows.
package rule

import (
	"context"

	"entgo.io/ent"
	"entgo.io/ent/dialect/sql"
	"entgo.io/ent/privacy"

	"github.com/arpent/arpent/internal/access"
)

// Policy is a model's rules: the first that allows or denies decides, and the last word is no.
func Policy(read []privacy.QueryRule, write []privacy.MutationRule) ent.Policy {
	query := append(privacy.QueryPolicy{allowSystemQuery}, read...)
	mutation := append(privacy.MutationPolicy{allowSystemMutation}, write...)
	return privacy.Policy{
		Query:    append(query, privacy.AlwaysDenyRule()),
		Mutation: append(mutation, privacy.AlwaysDenyRule()),
	}
}

// Read makes a list of query rules.
func Read(rules ...privacy.QueryRule) []privacy.QueryRule { return rules }

// Write makes a list of mutation rules.
func Write(rules ...privacy.MutationRule) []privacy.MutationRule { return rules }

var allowSystemQuery = query(func(v *access.Viewer, _ restrictor) error {
	if v.IsSystem() {
		return privacy.Allow
	}
	return privacy.Skip
})

var allowSystemMutation = privacy.MutationRuleFunc(func(ctx context.Context, _ ent.Mutation) error {
	if access.FromContext(ctx).IsSystem() {
		return privacy.Allow
	}
	return privacy.Skip
})

// SignedIn lets everybody who is somebody read all rows.
func SignedIn() privacy.QueryRule {
	return query(func(v *access.Viewer, _ restrictor) error {
		if v.SignedIn() {
			return privacy.Allow
		}
		return privacy.Skip
	})
}

// Everywhere lets those read all rows who have the permission on the platform.
func Everywhere(p access.Permission) privacy.QueryRule {
	return query(func(v *access.Viewer, _ restrictor) error {
		if v.May(p) {
			return privacy.Allow
		}
		return privacy.Skip
	})
}

// Reserved shows all rows to those who have the permission on the platform, and none to others. It is for rows that others
// come across: a server's import leads a member nowhere, where Everywhere would fail the whole answer about the server.
func Reserved(p access.Permission) privacy.QueryRule {
	return Where(func(v *access.Viewer) (func(*sql.Selector), bool) { return none, v.May(p) })
}

// InProject lets the rows be read whose project the viewer has the permission in; column names the project.
func InProject(column string, p access.Permission) privacy.QueryRule {
	return Where(func(v *access.Viewer) (func(*sql.Selector), bool) {
		ids, all := v.ProjectsWith(p)
		return In(column, ids), all
	})
}

// InInventory lets what a project has be read by those who may read the project, and everything by those who may read
// the whole inventory; column names the project.
func InInventory(column string) privacy.QueryRule { return Where(Inventory(column)) }

// Inventory is the condition of InInventory.
func Inventory(column string) func(*access.Viewer) (func(*sql.Selector), bool) {
	return func(v *access.Viewer) (func(*sql.Selector), bool) {
		ids, all := v.ProjectsWith(access.ProjectRead)
		if all {
			return sql.FieldNotNull(column), v.May(access.InventoryRead)
		}
		return In(column, ids), v.May(access.InventoryRead)
	}
}

// Within lets the rows be read that belong to a row of another table which a condition selects; column names that row.
func Within(column, table string, condition func(*access.Viewer) (func(*sql.Selector), bool)) privacy.QueryRule {
	return Where(func(v *access.Viewer) (func(*sql.Selector), bool) {
		rows, all := condition(v)
		return Of(column, table, rows), all
	})
}

// Of is a condition: the column names a row of a table that another condition selects.
func Of(column, table string, rows func(*sql.Selector)) func(*sql.Selector) {
	return func(s *sql.Selector) {
		of := sql.Dialect(s.Dialect()).Select("id").From(sql.Table(table))
		rows(of)
		s.Where(sql.In(s.C(column), of))
	}
}

// Own lets the viewer read the rows that are its own; column names the owner. Others see those with the permission everywhere.
func Own(column string, others access.Permission) privacy.QueryRule {
	return Where(func(v *access.Viewer) (func(*sql.Selector), bool) {
		return sql.FieldEQ(column, v.ID), v.May(others)
	})
}

// Where lets the rows be read that a condition of the viewer selects, or all.
func Where(condition func(*access.Viewer) (rows func(*sql.Selector), all bool)) privacy.QueryRule {
	return query(func(v *access.Viewer, q restrictor) error {
		if !v.SignedIn() {
			return privacy.Skip
		}
		rows, all := condition(v)
		if !all {
			q.Restrict(rows)
		}
		return privacy.Allow
	})
}

// In is a condition: the column is one of the ids, none when there are none.
func In(column string, ids []string) func(*sql.Selector) {
	return func(s *sql.Selector) {
		if len(ids) == 0 {
			none(s)
			return
		}
		s.Where(sql.In(s.C(column), anys(ids)...))
	}
}

// none is a condition that no row meets.
func none(s *sql.Selector) { s.Where(sql.False()) }

// Any is a condition: one of several holds.
func Any(conditions ...func(*sql.Selector)) func(*sql.Selector) {
	return sql.OrPredicates(conditions...)
}

// MayWrite lets those write who have one of the permissions on the platform.
func MayWrite(permissions ...access.Permission) privacy.MutationRule {
	return privacy.MutationRuleFunc(func(ctx context.Context, _ ent.Mutation) error {
		v := access.FromContext(ctx)
		for _, p := range permissions {
			if v.May(p) {
				return privacy.Allow
			}
		}
		return privacy.Skip
	})
}

// MayWriteIn lets those write a project's rows who have one of the permissions in it. A new row must name its
// project; a change or removal reaches only rows of such projects, so others are as if they were not there.
func MayWriteIn(column string, permissions ...access.Permission) privacy.MutationRule {
	return privacy.MutationRuleFunc(func(ctx context.Context, m ent.Mutation) error {
		v := access.FromContext(ctx)
		if m.Op().Is(ent.OpCreate) {
			return mayCreateIn(v, m, column, permissions)
		}
		return narrowTo(v, m, column, permissions)
	})
}

// MayWriteOwn lets the viewer write rows of its own; others' with the permission.
func MayWriteOwn(column string, others access.Permission) privacy.MutationRule {
	return privacy.MutationRuleFunc(func(ctx context.Context, m ent.Mutation) error {
		v := access.FromContext(ctx)
		switch {
		case !v.SignedIn():
			return privacy.Skip
		case v.May(others):
			return privacy.Allow
		case m.Op().Is(ent.OpCreate):
			if owner, ok := m.Field(column); ok && owner == v.ID {
				return privacy.Allow
			}
			return privacy.Skip
		}
		return narrow(m, sql.FieldEQ(column, v.ID))
	})
}

// MayCreate lets everybody who is somebody add rows, and nobody change them: an append-only model.
func MayCreate() privacy.MutationRule {
	return privacy.MutationRuleFunc(func(ctx context.Context, m ent.Mutation) error {
		if m.Op().Is(ent.OpCreate) && access.FromContext(ctx).SignedIn() {
			return privacy.Allow
		}
		return privacy.Skip
	})
}

func mayCreateIn(v *access.Viewer, m ent.Mutation, column string, permissions []access.Permission) error {
	value, _ := m.Field(column)
	id, _ := value.(string)
	for _, p := range permissions {
		if v.May(p) || id != "" && v.MayIn(id, p) {
			return privacy.Allow
		}
	}
	return privacy.Skip
}

func narrowTo(v *access.Viewer, m ent.Mutation, column string, permissions []access.Permission) error {
	var within []string
	for _, p := range permissions {
		ids, all := v.ProjectsWith(p)
		if all {
			return privacy.Allow
		}
		within = append(within, ids...)
	}
	if len(within) == 0 {
		return privacy.Skip
	}
	return narrow(m, In(column, within))
}

func narrow(m ent.Mutation, condition func(*sql.Selector)) error {
	w, ok := m.(interface{ WhereP(...func(*sql.Selector)) })
	if !ok {
		return privacy.Denyf("rule: %T can not be narrowed", m)
	}
	w.WhereP(condition)
	return privacy.Allow
}

// restrictor is every generated query, by our template ent/template/restrict.tmpl.
type restrictor interface {
	Restrict(...func(*sql.Selector))
}

type query func(*access.Viewer, restrictor) error

func (f query) EvalQuery(ctx context.Context, q ent.Query) error {
	r, ok := q.(restrictor)
	if !ok {
		return privacy.Denyf("rule: %T can not be narrowed", q)
	}
	return f(access.FromContext(ctx), r)
}

func anys(ids []string) []any {
	values := make([]any, len(ids))
	for i, id := range ids {
		values[i] = id
	}
	return values
}
