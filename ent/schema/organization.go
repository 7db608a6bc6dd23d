package schema

import (
	"entgo.io/contrib/entgql"
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"

	"github.com/arpent/arpent/ent/schema/rule"
	"github.com/arpent/arpent/internal/access"
)

// Organization owns projects and infrastructure.
type Organization struct{ ent.Schema }

// Mixin gives the id and the times.
func (Organization) Mixin() []ent.Mixin { return []ent.Mixin{identity{prefix: "org"}, times{}} }

// Fields of Organization.
func (Organization) Fields() []ent.Field {
	return []ent.Field{
		field.String("name").NotEmpty().Validate(characters(120)).Annotations(entgql.OrderField("NAME"), unfiltered()),
		field.String("code").Unique().NotEmpty().Validate(characters(20)),
	}
}

// Edges of Organization.
func (Organization) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("projects", Project.Type).Annotations(entgql.RelayConnection(), unfiltered()),
	}
}

// Policy says who may read and write.
func (Organization) Policy() ent.Policy {
	return rule.Policy(
		rule.Read(rule.SignedIn()),
		rule.Write(rule.MayWrite(access.OrganizationEdit)),
	)
}

// Annotations say how GraphQL shows it.
func (Organization) Annotations() []schema.Annotation { return listed() }
