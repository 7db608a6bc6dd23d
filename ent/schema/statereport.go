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

// StateReport is one statement of a state, by a person, a robot or a monitoring tool.
type StateReport struct{ ent.Schema }

// Mixin gives the id and the times.
func (StateReport) Mixin() []ent.Mixin { return []ent.Mixin{identity{prefix: "rpt"}, times{}} }

// Fields of StateReport.
func (StateReport) Fields() []ent.Field {
	return []ent.Field{
		field.String("check_id").Immutable(),
		field.String("project_id").Optional().Nillable().Immutable(),
		field.Enum("status").Values("OK", "WARNING", "CRITICAL", "UNKNOWN").Immutable().Annotations(unfiltered()),
		field.String("message").Default("").Immutable().Validate(characters(1000)).Annotations(unfiltered()),
		field.String("source").Immutable().Validate(characters(100)).Annotations(unfiltered()),
		field.String("reporter").Immutable().Validate(characters(200)).Annotations(unfiltered()),
		field.Time("observed_at").Immutable().Annotations(unfiltered()),
	}
}

// Edges of StateReport.
func (StateReport) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("check", Check.Type).Ref("reports").Field("check_id").Unique().Required().Immutable().Annotations(unfiltered()),
	}
}

// Indexes of StateReport.
func (StateReport) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("check_id", "id"),
		index.Fields("created_at"),
	}
}

// Policy says who may read and write.
func (StateReport) Policy() ent.Policy {
	return rule.Policy(
		rule.Read(rule.InInventory("project_id")),
		rule.Write(rule.MayWriteIn("project_id", access.StateReport)),
	)
}

// Annotations say how GraphQL shows it.
func (StateReport) Annotations() []schema.Annotation {
	return []schema.Annotation{entgql.RelayConnection()}
}
