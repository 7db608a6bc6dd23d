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

// Check is what is known last of one aspect of a subject: the newest of its reports.
type Check struct{ ent.Schema }

// Mixin gives the id and the times.
func (Check) Mixin() []ent.Mixin { return []ent.Mixin{identity{prefix: "chk"}, times{}} }

// Fields of Check.
func (Check) Fields() []ent.Field {
	return []ent.Field{
		field.String("subject_id").Immutable().Validate(characters(64)).Comment("Of a server, project or hosting provider."),
		field.String("server_id").Optional().Nillable().Immutable(),
		field.String("project_id").Optional().Nillable(),
		field.String("name").Immutable().NotEmpty().Validate(characters(100)),
		field.Enum("status").Values("OK", "WARNING", "CRITICAL", "UNKNOWN"),
		field.String("message").Default("").Validate(characters(1000)).Annotations(unfiltered()),
		field.String("source").Validate(characters(100)).Annotations(unfiltered()).Comment("The tool, as in alertmanager."),
		field.String("reporter").Validate(characters(200)).Annotations(unfiltered()).Comment("The person or token."),
		field.Time("observed_at").Annotations(unfiltered()),
		field.Time("since").Annotations(unfiltered()).Comment("When the status last changed."),
		field.Time("fresh_until").Optional().Nillable().Annotations(unfiltered()).Comment("When it fades to UNKNOWN, unless reported again."),
	}
}

// Edges of Check.
func (Check) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("server", Server.Type).Ref("checks").Field("server_id").Unique().Immutable().Annotations(unfiltered()),
		edge.To("reports", StateReport.Type).Annotations(entgql.RelayConnection(), unfiltered(), cascade()),
	}
}

// Indexes of Check.
func (Check) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("subject_id", "name").Unique(),
		index.Fields("server_id"),
		index.Fields("project_id"),
		index.Fields("fresh_until"),
	}
}

// Policy says who may read and write.
func (Check) Policy() ent.Policy {
	return rule.Policy(
		rule.Read(rule.InInventory("project_id")),
		rule.Write(rule.MayWriteIn("project_id", access.StateReport)),
	)
}

// Annotations say how GraphQL shows it.
func (Check) Annotations() []schema.Annotation { return listed() }
