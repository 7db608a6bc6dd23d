package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"

	"github.com/arpent/arpent/ent/schema/rule"
)

// TemplateContent is the files of a template, apart from it so that lists stay light.
type TemplateContent struct{ ent.Schema }

// Mixin gives the id.
func (TemplateContent) Mixin() []ent.Mixin { return []ent.Mixin{identity{prefix: "tpc"}} }

// Fields of TemplateContent.
func (TemplateContent) Fields() []ent.Field {
	return []ent.Field{
		field.String("template_id").Unique().Immutable(),
		field.Bytes("files").Immutable().Comment("Its files and those of its providers: a compressed archive."),
	}
}

// Edges of TemplateContent.
func (TemplateContent) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("template", Template.Type).Ref("content").Field("template_id").Unique().Required().Immutable(),
	}
}

// Policy says who may read and write.
func (TemplateContent) Policy() ent.Policy { return rule.Policy(nil, nil) }

// Annotations say how GraphQL shows it.
func (TemplateContent) Annotations() []schema.Annotation { return []schema.Annotation{hidden()} }
