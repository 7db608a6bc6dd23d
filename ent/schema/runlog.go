package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/arpent/arpent/ent/schema/rule"
)

// RunLog is a piece of a run's log: numbered bytes, without gaps.
type RunLog struct{ ent.Schema }

// Mixin gives the id and the times.
func (RunLog) Mixin() []ent.Mixin { return []ent.Mixin{identity{prefix: "log"}} }

// Fields of RunLog.
func (RunLog) Fields() []ent.Field {
	return []ent.Field{
		field.String("run_id").Immutable(),
		field.Int64("position").Immutable().NonNegative().Comment("Bytes of the run's log before it."),
		field.Int64("size").Immutable().Positive().Comment("Bytes of log in it."),
		field.Enum("codec").Values("RAW", "ZSTD").Default("RAW").Immutable(),
		field.Bytes("data").Immutable(),
	}
}

// Edges of RunLog.
func (RunLog) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("run", Run.Type).Ref("logs").Field("run_id").Unique().Required().Immutable(),
	}
}

// Indexes of RunLog.
func (RunLog) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("run_id", "position").Unique(),
	}
}

// Policy says who may read and write.
func (RunLog) Policy() ent.Policy {
	return rule.Policy(rule.Read(rule.Where(ofVisibleRuns)), nil)
}

// Annotations say how GraphQL shows it.
func (RunLog) Annotations() []schema.Annotation { return []schema.Annotation{hidden()} }
