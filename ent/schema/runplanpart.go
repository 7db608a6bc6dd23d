package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/arpent/arpent/ent/schema/rule"
)

// RunPlanPart is a part of a plan that is too long for one row: numbered changes, without gaps.
type RunPlanPart struct{ ent.Schema }

// Mixin gives the id.
func (RunPlanPart) Mixin() []ent.Mixin { return []ent.Mixin{identity{prefix: "plp"}} }

// Fields of RunPlanPart.
func (RunPlanPart) Fields() []ent.Field {
	return []ent.Field{
		field.String("run_id").Immutable(),
		field.Int("position").Immutable().Positive().Comment("Changes of the plan before it."),
		field.Int("size").Immutable().Positive().Comment("Changes in it."),
		field.Bytes("changes").Immutable().Comment("A JSON list, compressed by zstd."),
	}
}

// Edges of RunPlanPart.
func (RunPlanPart) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("run", Run.Type).Ref("plan_parts").Field("run_id").Unique().Required().Immutable(),
	}
}

// Indexes of RunPlanPart.
func (RunPlanPart) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("run_id", "position").Unique(),
	}
}

// Policy says who may read and write.
func (RunPlanPart) Policy() ent.Policy { return rule.Policy(rule.Read(rule.Where(ofVisibleRuns)), nil) }

// Annotations say how GraphQL shows it.
func (RunPlanPart) Annotations() []schema.Annotation { return []schema.Annotation{hidden()} }
