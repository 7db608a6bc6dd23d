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

// RunStep is one part of a run that people see.
type RunStep struct{ ent.Schema }

// Mixin gives the id and the times.
func (RunStep) Mixin() []ent.Mixin { return []ent.Mixin{identity{prefix: "stp"}} }

// Fields of RunStep.
func (RunStep) Fields() []ent.Field {
	return []ent.Field{
		field.String("run_id").Immutable(),
		field.Int64("lease").Immutable().Annotations(hidden()).Comment("The attempt that it belongs to."),
		field.Enum("phase").Values("PLAN", "APPLY").Immutable().Annotations(unfiltered()),
		field.String("name").Immutable().Validate(characters(80)).Annotations(unfiltered()),
		field.Enum("status").Values("RUNNING", "DONE", "FAILED", "CANCELED").Default("RUNNING").Annotations(unfiltered()),
		field.Int("done").Default(0).NonNegative().Annotations(unfiltered()).Comment("How many resources are finished."),
		field.Int("total").Default(0).NonNegative().Annotations(unfiltered()).Comment("How many there are; 0 when nothing is counted."),
		field.Time("started_at").Annotations(unfiltered()),
		field.Time("ended_at").Optional().Nillable().Annotations(unfiltered()),
	}
}

// Edges of RunStep.
func (RunStep) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("run", Run.Type).Ref("steps").Field("run_id").Unique().Required().Immutable().Annotations(hidden()),
	}
}

// Indexes of RunStep.
func (RunStep) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("run_id", "lease", "name").Unique(),
	}
}

// Policy says who may read and write.
func (RunStep) Policy() ent.Policy {
	return rule.Policy(rule.Read(rule.Where(ofVisibleRuns)), nil)
}

// ofVisibleRuns are the rows of runs that the viewer may see.
func ofVisibleRuns(v *access.Viewer) (func(*sql.Selector), bool) {
	condition, all := visibleRuns(v)
	return func(s *sql.Selector) {
		runs := sql.Table("runs")
		visible := sql.Select(runs.C("id")).From(runs)
		condition(visible)
		s.Where(sql.In(s.C("run_id"), visible))
	}, all
}

// Annotations say how GraphQL shows it.
func (RunStep) Annotations() []schema.Annotation { return nil }
