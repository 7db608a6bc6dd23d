package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"

	"github.com/arpent/arpent/ent/schema/rule"
)

// PlanFile is the saved plan of a run, sealed: it holds every value in clear.
type PlanFile struct{ ent.Schema }

// Mixin gives the id.
func (PlanFile) Mixin() []ent.Mixin { return []ent.Mixin{identity{prefix: "plf"}} }

// Fields of PlanFile.
func (PlanFile) Fields() []ent.Field {
	return []ent.Field{
		field.String("run_id").Unique().Immutable(),
		field.Bytes("sealed").Sensitive(),
	}
}

// Edges of PlanFile.
func (PlanFile) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("run", Run.Type).Ref("plan_file").Field("run_id").Unique().Required().Immutable(),
	}
}

// Policy says who may read and write.
func (PlanFile) Policy() ent.Policy { return rule.Policy(nil, nil) }

// Annotations say how GraphQL shows it.
func (PlanFile) Annotations() []schema.Annotation { return []schema.Annotation{hidden()} }
