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

// Role is a named set of permissions, for the platform or for one project.
type Role struct{ ent.Schema }

// Mixin gives the id and the times.
func (Role) Mixin() []ent.Mixin { return []ent.Mixin{identity{prefix: "rol"}, times{}} }

// Fields of Role.
func (Role) Fields() []ent.Field {
	return []ent.Field{
		field.String("key").Unique().NotEmpty().Validate(characters(40)),
		field.JSON("title", fault.Text{}).Annotations(entgql.Type("Text"), unfiltered()),
		field.Enum("scope").Values("PLATFORM", "PROJECT").Annotations(entgql.Type("RoleScope")),
		field.JSON("permissions", []string{}).Annotations(unfiltered()),
		field.Int("rank").Default(100).Annotations(entgql.OrderField("RANK"), unfiltered()).Comment("Stronger roles come first."),
		field.Bool("built_in").Default(false).Annotations(unfiltered()),
	}
}

// Edges of Role.
func (Role) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("memberships", Membership.Type).Annotations(hidden()),
	}
}

// Policy says who may read and write.
func (Role) Policy() ent.Policy {
	return rule.Policy(
		rule.Read(rule.SignedIn()),
		rule.Write(rule.MayWrite(access.RoleManage)),
	)
}

// Annotations say how GraphQL shows it.
func (Role) Annotations() []schema.Annotation { return listed() }
