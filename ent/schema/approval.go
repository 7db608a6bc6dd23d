package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/arpent/arpent/ent/schema/rule"
	"github.com/arpent/arpent/internal/access"
)

// Approval is one person's yes or no to a run's plan.
type Approval struct{ ent.Schema }

// Mixin gives the id and the times.
func (Approval) Mixin() []ent.Mixin { return []ent.Mixin{identity{prefix: "apv"}, times{}} }

// Fields of Approval.
func (Approval) Fields() []ent.Field {
	return []ent.Field{
		field.String("run_id").Immutable().Annotations(unfiltered()),
		field.String("user_id").Immutable().Annotations(hidden()),
		field.String("by").Immutable().Annotations(unfiltered()).Comment("Name of the person, as it was."),
		field.Enum("decision").Values("APPROVED", "REJECTED").Immutable().Annotations(unfiltered()),
		field.String("comment").Default("").Validate(characters(1000)).Immutable().Annotations(unfiltered()),
		field.String("digest").Default("").Immutable().Annotations(hidden()).Comment("Of the change that was looked at."),
	}
}

// Edges of Approval.
func (Approval) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("run", Run.Type).Ref("approvals").Field("run_id").Unique().Required().Immutable().Annotations(hidden()),
		edge.To("user", User.Type).Field("user_id").Unique().Required().Immutable().Annotations(unfiltered()),
	}
}

// Indexes of Approval.
func (Approval) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("run_id", "user_id", "digest").Unique(),
	}
}

// Policy says who may read and write.
func (Approval) Policy() ent.Policy {
	return rule.Policy(rule.Read(rule.Where(ofVisibleRuns)), rule.Write(rule.MayWriteOwn("user_id", access.UserManage)))
}

// Annotations say how GraphQL shows it.
func (Approval) Annotations() []schema.Annotation { return nil }
