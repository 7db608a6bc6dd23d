package schema

import (
	"encoding/json"

	"entgo.io/contrib/entgql"
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/arpent/arpent/ent/schema/rule"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/fault"
)

// Resource is one provisioned template of a project, with its outputs.
type Resource struct{ ent.Schema }

// Mixin gives the id and the times.
func (Resource) Mixin() []ent.Mixin { return []ent.Mixin{identity{prefix: "res"}, times{}} }

// Fields of Resource.
func (Resource) Fields() []ent.Field {
	return []ent.Field{
		field.String("project_id").Immutable(),
		field.String("template_id").Comment("The version that the inputs are for."),
		field.String("name").Immutable().NotEmpty().Validate(characters(40)).Annotations(entgql.OrderField("NAME")),
		field.JSON("inputs", json.RawMessage{}).Optional().Annotations(entgql.Type("JSON"), unfiltered()).Comment("Without the secret ones."),
		field.Bytes("sealed_inputs").Optional().Sensitive().Annotations(hidden()).Comment("The secret ones, sealed JSON object."),
		field.JSON("secret_input_names", []string{}).Optional().Annotations(unfiltered()),
		field.JSON("outputs", json.RawMessage{}).Optional().Annotations(hidden()).Comment("By name: value, type, sensitive; sensitive values are null here."),
		field.Bytes("sealed_outputs").Optional().Sensitive().Annotations(hidden()).Comment("The sensitive values, sealed JSON object."),
		field.Enum("status").Values("REQUESTED", "PENDING_APPROVAL", "IN_PROGRESS", "READY", "ERROR", "DELETING", "DELETED").Default("REQUESTED"),
		field.JSON("error", &fault.Text{}).Optional().Annotations(entgql.Type("Text"), unfiltered()).Comment("Why its last run failed."),
		field.JSON("drift", json.RawMessage{}).Optional().Annotations(entgql.Type("JSON"), unfiltered()).Comment("What had changed in the world when it was last looked at."),
		field.String("singleton").Optional().Nillable().Annotations(hidden()).Comment("The template's name while it is flat and alive: one a project."),
		field.JSON("applied", json.RawMessage{}).Optional().Annotations(hidden()).Comment("What the project's folder holds of it: template and inputs; null until first applied."),
		field.Bytes("sealed_applied").Optional().Sensitive().Annotations(hidden()).Comment("The secret inputs of applied."),
		field.Time("ready_at").Optional().Nillable().Annotations(unfiltered()).Comment("When it last became READY."),
	}
}

// Edges of Resource.
func (Resource) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("project", Project.Type).Ref("resources").Field("project_id").Unique().Required().Immutable().Annotations(unfiltered()),
		edge.From("template", Template.Type).Ref("resources").Field("template_id").Unique().Required().Annotations(unfiltered()),
		edge.To("runs", Run.Type).Annotations(entgql.RelayConnection(), unfiltered(), cascade()),
	}
}

// Indexes of Resource.
func (Resource) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("project_id", "name").Unique().StorageKey("resource_live_name").Annotations(entsql.IndexWhere("status <> 'DELETED'")),
		index.Fields("project_id", "singleton").Unique(),
		index.Fields("project_id", "status"),
		index.Fields("template_id"),
	}
}

// Policy says who may read and write.
func (Resource) Policy() ent.Policy {
	return rule.Policy(
		rule.Read(rule.InProject("project_id", access.ProjectRead)),
		rule.Write(rule.MayWriteIn("project_id", access.ResourceRequest, access.ResourceDelete, access.RunApprove, access.RunCancel)),
	)
}

// Annotations say how GraphQL shows it.
func (Resource) Annotations() []schema.Annotation { return listed() }
