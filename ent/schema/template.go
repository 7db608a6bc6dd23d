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

// Template is one version of one template of a library. Its content never changes.
type Template struct{ ent.Schema }

// Mixin gives the id and the times.
func (Template) Mixin() []ent.Mixin { return []ent.Mixin{identity{prefix: "tpl"}, times{}} }

// Fields of Template.
func (Template) Fields() []ent.Field {
	return []ent.Field{
		field.String("library_id").Immutable(),
		field.String("name").Immutable().NotEmpty().Validate(characters(80)).Annotations(entgql.OrderField("NAME")),
		field.String("version").Immutable().NotEmpty().Validate(characters(80)).Annotations(unfiltered()).Comment("A tag, or the short commit that brought this content."),
		field.String("digest").Immutable().NotEmpty().MaxLen(64).Annotations(hidden()).Comment("sha256 of the content."),
		field.Bool("latest").Default(true).Comment("The newest version, which new requests get."),
		field.Enum("kind").Values("FLAT", "MODULE").Immutable(),
		field.Bool("is_base").Default(false).Immutable(),
		field.Enum("status").Values("READY", "BROKEN", "GONE").Default("READY"),
		field.JSON("title", fault.Text{}).Annotations(entgql.Type("Text"), unfiltered()),
		field.JSON("description", fault.Text{}).Default(fault.Text{}).Annotations(entgql.Type("Text"), unfiltered()),
		field.JSON("about", fault.Text{}).Default(fault.Text{}).Annotations(entgql.Type("Text"), unfiltered(), entsql.Default("{}")).Comment("What it is for, in Markdown: the long description, where there is one."),
		field.JSON("readme", fault.Text{}).Default(fault.Text{}).Annotations(entgql.Type("Text"), unfiltered()).Comment("What its readme says, in Markdown."),
		field.String("icon").Default("").Annotations(unfiltered()).Comment("Name of a Tabler icon."),
		field.String("category").Default("").Annotations(entgql.OrderField("CATEGORY")),
		field.JSON("schema", json.RawMessage{}).Optional().Annotations(entgql.Type("JSON"), unfiltered()).Comment("JSON Schema of the inputs, x-arpent extended."),
		field.JSON("outputs", json.RawMessage{}).Optional().Annotations(entgql.Type("JSON"), unfiltered()).Comment("What it gives back, with texts."),
		field.JSON("spec", json.RawMessage{}).Optional().Annotations(hidden()).Comment("The rest of arpent.yaml: approval, request, bindings, providers."),
		field.JSON("problems", []Problem{}).Optional().Annotations(entgql.Type("[Problem!]"), unfiltered()),
	}
}

// Edges of Template.
func (Template) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("library", Library.Type).Ref("templates").Field("library_id").Unique().Required().Immutable().Annotations(unfiltered()),
		edge.To("resources", Resource.Type).Annotations(hidden()),
		edge.To("content", TemplateContent.Type).Unique().Annotations(hidden(), cascade()),
	}
}

// Indexes of Template.
func (Template) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("library_id", "name", "version").Unique(),
		index.Fields("library_id", "name").Unique().StorageKey("template_latest").Annotations(entsql.IndexWhere("latest")),
		index.Fields("name"),
		index.Fields("category"),
	}
}

// Policy says who may read and write.
func (Template) Policy() ent.Policy {
	return rule.Policy(
		rule.Read(rule.SignedIn()),
		rule.Write(rule.MayWrite(access.LibraryManage)),
	)
}

// Annotations say how GraphQL shows it.
func (Template) Annotations() []schema.Annotation { return listed() }
