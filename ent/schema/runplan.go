package schema

import (
	"encoding/json"

	"entgo.io/contrib/entgql"
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"

	"github.com/arpent/arpent/ent/schema/rule"
)

// RunPlan is what a run is going to change, for people. Secret values are masked.
type RunPlan struct{ ent.Schema }

// Mixin gives the id.
func (RunPlan) Mixin() []ent.Mixin { return []ent.Mixin{identity{prefix: "pln"}, times{}} }

// Fields of RunPlan.
func (RunPlan) Fields() []ent.Field {
	return []ent.Field{
		field.String("run_id").Unique().Immutable().Annotations(unfiltered()),
		field.Int("add").Annotations(unfiltered()),
		field.Int("change").Annotations(unfiltered()),
		field.Int("destroy").Annotations(unfiltered()),
		field.Int("listed").Default(0).Annotations(hidden()).Comment("How many changes are listed, in changes and in the parts; 0 when all are in changes."),
		field.Int("truncated").Default(0).Annotations(unfiltered()).Comment("How many changes are kept nowhere: the plan has too many."),
		field.JSON("changes", json.RawMessage{}).Annotations(hidden()).Comment("The first ones; the others are in parts."),
		field.JSON("outputs", json.RawMessage{}).Annotations(hidden()),
	}
}

// Edges of RunPlan.
func (RunPlan) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("run", Run.Type).Ref("plan").Field("run_id").Unique().Required().Immutable().Annotations(hidden()),
	}
}

// Policy says who may read and write.
func (RunPlan) Policy() ent.Policy { return rule.Policy(rule.Read(rule.Where(ofVisibleRuns)), nil) }

// Annotations say how GraphQL shows it.
func (RunPlan) Annotations() []schema.Annotation {
	return []schema.Annotation{entgql.Skip(entgql.SkipWhereInput, entgql.SkipOrderField)}
}
