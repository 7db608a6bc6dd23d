package schema

import (
	"entgo.io/contrib/entgql"
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"

	"github.com/arpent/arpent/ent/schema/rule"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/fault"
)

// Library is a git repository of templates.
type Library struct{ ent.Schema }

// Mixin gives the id and the times.
func (Library) Mixin() []ent.Mixin { return []ent.Mixin{identity{prefix: "lib"}, times{}} }

// Fields of Library. What may name hosts of an internal network is hidden here, and shown to those who manage libraries
// by resolvers of graph/schema/catalog.graphql.
func (Library) Fields() []ent.Field {
	return []ent.Field{
		field.String("name").Unique().NotEmpty().Validate(characters(80)).Annotations(entgql.OrderField("NAME")),
		field.String("url").NotEmpty().Validate(characters(500)).Annotations(hidden()).Comment("https, ssh, a local path, or builtin: for the one that ships."),
		field.String("ref").Default("").Validate(characters(200)).Annotations(hidden()).Comment("Branch or tag; empty for the default branch."),
		field.String("path").Default("").Validate(characters(200)).Annotations(hidden()).Comment("Folder within the repository."),
		field.Bytes("sealed_credential").Optional().Sensitive().Annotations(hidden()),
		field.JSON("title", fault.Text{}).Default(fault.Text{}).Annotations(entgql.Type("Text"), unfiltered()),
		field.JSON("description", fault.Text{}).Default(fault.Text{}).Annotations(entgql.Type("Text"), unfiltered()),
		field.Enum("status").Values("NEW", "SYNCING", "READY", "ERROR").Default("NEW").Annotations(unfiltered()),
		field.String("commit").Optional().Nillable().Annotations(unfiltered()).Comment("What the last sync read."),
		field.Time("synced_at").Optional().Nillable().Annotations(unfiltered()),
		field.JSON("problems", []Problem{}).Optional().Annotations(hidden()),
		field.JSON("error", &fault.Text{}).Optional().Annotations(hidden()).Comment("Why the last sync failed."),
	}
}

// Edges of Library.
func (Library) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("templates", Template.Type).Annotations(entgql.RelayConnection(), unfiltered(), cascade()),
		edge.To("runs", Run.Type).Annotations(hidden(), cascade()),
	}
}

// Policy says who may read and write.
func (Library) Policy() ent.Policy {
	return rule.Policy(
		rule.Read(rule.SignedIn()),
		rule.Write(rule.MayWrite(access.LibraryManage)),
	)
}

// Problem is something wrong in a library, at a place.
type Problem struct {
	File    string     `json:"file"`
	Line    int        `json:"line"`
	Message fault.Text `json:"message"`
}

// Annotations say how GraphQL shows it.
func (Library) Annotations() []schema.Annotation { return listed() }
