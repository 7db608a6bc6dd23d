package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/sql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/arpent/arpent/ent/schema/rule"
	"github.com/arpent/arpent/internal/access"
)

// Freeze is a time in which nothing is applied, in one project or everywhere.
type Freeze struct{ ent.Schema }

// Mixin gives the id and the times.
func (Freeze) Mixin() []ent.Mixin { return []ent.Mixin{identity{prefix: "frz"}, times{}} }

// Fields of Freeze.
func (Freeze) Fields() []ent.Field {
	return []ent.Field{
		field.String("project_id").Optional().Nillable().Immutable(),
		field.String("reason").NotEmpty().Validate(characters(300)).Annotations(unfiltered()),
		field.Time("starts_at").Annotations(unfiltered()),
		field.Time("ends_at").Annotations(unfiltered()),
		field.String("created_by").Immutable().Annotations(unfiltered()),
		field.Time("lifted_at").Optional().Nillable().Annotations(unfiltered()),
	}
}

// Edges of Freeze.
func (Freeze) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("project", Project.Type).Field("project_id").Unique().Immutable().Annotations(unfiltered()),
	}
}

// Indexes of Freeze.
func (Freeze) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("project_id"),
		index.Fields("ends_at"),
	}
}

// Policy says who may read and write.
func (Freeze) Policy() ent.Policy {
	return rule.Policy(
		rule.Read(rule.Where(func(v *access.Viewer) (func(*sql.Selector), bool) {
			projects, all := v.ProjectsWith(access.ProjectRead)
			return rule.Any(sql.FieldIsNull("project_id"), rule.In("project_id", projects)), all
		})),
		rule.Write(rule.MayWrite(access.FreezeManage)),
	)
}

// Annotations say how GraphQL shows it.
func (Freeze) Annotations() []schema.Annotation { return listed() }
