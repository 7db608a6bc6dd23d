package schema

import (
	"entgo.io/contrib/entgql"
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/arpent/arpent/ent/schema/rule"
	"github.com/arpent/arpent/internal/access"
)

// StateVersion is one version of a project's Terraform state, sealed.
type StateVersion struct{ ent.Schema }

// Mixin gives the id and the times.
func (StateVersion) Mixin() []ent.Mixin { return []ent.Mixin{identity{prefix: "stv"}, times{}} }

// Fields of StateVersion.
func (StateVersion) Fields() []ent.Field {
	return []ent.Field{
		field.String("project_id").Immutable(),
		field.Int64("version").Immutable().Annotations(entgql.OrderField("VERSION"), unfiltered()).Comment("Counts the project's versions from 1; the largest is the present."),
		field.Int64("serial").Immutable().Annotations(unfiltered()).Comment("Terraform's own."),
		field.String("lineage").Immutable().Annotations(unfiltered()),
		field.String("sha256").Immutable().Annotations(unfiltered()),
		field.Int("size").Immutable().Annotations(unfiltered()),
		field.Int("resource_count").Default(0).Immutable().Annotations(unfiltered()),
		field.String("run_id").Optional().Nillable().Immutable().Annotations(hidden()),
		field.String("created_by").Default("").Immutable().Annotations(unfiltered()),
	}
}

// Edges of StateVersion.
func (StateVersion) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("project", Project.Type).Ref("state_versions").Field("project_id").Unique().Required().Immutable().Annotations(unfiltered()),
		edge.To("body", StateBody.Type).Unique().Annotations(hidden(), cascade()),
		edge.To("run", Run.Type).Field("run_id").Unique().Immutable().Annotations(unfiltered()),
	}
}

// Indexes of StateVersion.
func (StateVersion) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("project_id", "version").Unique(),
		index.Fields("run_id"),
	}
}

// Policy says who may read and write.
func (StateVersion) Policy() ent.Policy {
	return rule.Policy(
		rule.Read(rule.InProject("project_id", access.StateRead)),
		rule.Write(rule.MayWriteIn("project_id", access.StateWrite)),
	)
}

// Annotations say how GraphQL shows it.
func (StateVersion) Annotations() []schema.Annotation {
	return []schema.Annotation{entgql.RelayConnection()}
}
