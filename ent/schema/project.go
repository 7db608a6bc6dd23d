package schema

import (
	"encoding/json"

	"entgo.io/contrib/entgql"
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/arpent/arpent/ent/schema/rule"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/fault"
)

// Project is what a team works in: its members, resources and runs. Its acronym names its folder.
type Project struct{ ent.Schema }

// Mixin gives the id and the times.
func (Project) Mixin() []ent.Mixin { return []ent.Mixin{identity{prefix: "prj"}, times{}} }

// Fields of Project.
func (Project) Fields() []ent.Field {
	return []ent.Field{
		field.String("acronym").Unique().Immutable().NotEmpty().Validate(characters(10)).Annotations(entgql.OrderField("ACRONYM")),
		field.String("name").NotEmpty().Validate(characters(120)).Annotations(entgql.OrderField("NAME")),
		field.JSON("description", fault.Text{}).Default(fault.Text{}).Annotations(entgql.Type("Text"), unfiltered()),
		field.Enum("status").Values("ACTIVE", "ARCHIVED").Default("ACTIVE"),
		field.Float("budget").Optional().Nillable().Min(0).Annotations(unfiltered()).Comment("In the organization's currency."),
		field.String("organization_id"),
		field.String("base_template_id").Optional().Nillable().Annotations(hidden()).Comment("The version of the base that its folder holds."),
		field.JSON("variables", json.RawMessage{}).Optional().Annotations(entgql.Type("JSON"), unfiltered()).
			Comment("Values given once for the whole project, as a JSON object."),
		field.Bytes("sealed_variables").Optional().Sensitive().Annotations(hidden()).Comment("The secret ones, sealed JSON object."),
		field.JSON("secret_variable_names", []string{}).Optional().Annotations(unfiltered()),
		field.JSON("worker_labels", []string{}).Optional().Annotations(unfiltered()).Comment("What a worker must offer to work on it."),
		field.JSON("tags", map[string]string{}).Optional().Annotations(entgql.Type("JSON"), unfiltered()),
	}
}

// Edges of Project.
func (Project) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("organization", Organization.Type).Ref("projects").Field("organization_id").Unique().Required().Annotations(unfiltered()),
		edge.To("base_template", Template.Type).Field("base_template_id").Unique().Annotations(unfiltered()),
		edge.To("memberships", Membership.Type).Annotations(entgql.RelayConnection(), unfiltered(), cascade()),
		edge.To("resources", Resource.Type).Annotations(entgql.RelayConnection(), unfiltered(), cascade()),
		edge.To("runs", Run.Type).Annotations(entgql.RelayConnection(), unfiltered(), cascade()),
		edge.To("state_versions", StateVersion.Type).Annotations(entgql.RelayConnection(), unfiltered(), cascade()),
	}
}

// Indexes of Project.
func (Project) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("name"),
		index.Fields("organization_id"),
	}
}

// Policy says who may read and write.
func (Project) Policy() ent.Policy {
	return rule.Policy(
		rule.Read(rule.InProject("id", access.ProjectRead)),
		rule.Write(rule.MayWriteIn("id", access.ProjectCreate, access.ProjectUpdate, access.ProjectArchive)),
	)
}

// Annotations say how GraphQL shows it.
func (Project) Annotations() []schema.Annotation { return listed() }
