package schema

import (
	"entgo.io/contrib/entgql"
	"entgo.io/ent"
	"entgo.io/ent/dialect/sql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/arpent/arpent/ent/schema/rule"
	"github.com/arpent/arpent/internal/access"
)

// User is a person who signs in.
type User struct{ ent.Schema }

// Mixin gives the id and the times.
func (User) Mixin() []ent.Mixin { return []ent.Mixin{identity{prefix: "usr"}, times{}} }

// Fields of User.
func (User) Fields() []ent.Field {
	return []ent.Field{
		field.String("email").Unique().NotEmpty().Validate(characters(254)).Comment("In lower case."),
		field.String("subject").Optional().Nillable().Unique().MaxLen(255).Annotations(hidden()).
			Comment("The identity provider's name for the person; local accounts have none."),
		field.String("name").NotEmpty().Validate(characters(120)).Annotations(entgql.OrderField("NAME")),
		field.Enum("locale").Values("en", "fr").Default("en").Annotations(unfiltered()),
		field.String("avatar_url").Optional().Nillable().Validate(characters(500)).Annotations(unfiltered()),
		field.String("password_hash").Optional().Nillable().Sensitive().Annotations(hidden()),
		field.Enum("status").Values("ACTIVE", "DISABLED").Default("ACTIVE"),
		field.Time("last_seen_at").Optional().Nillable().Annotations(unfiltered()),
	}
}

// Edges of User.
func (User) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("memberships", Membership.Type).Annotations(entgql.RelayConnection(), unfiltered(), cascade()),
		edge.To("api_tokens", ApiToken.Type).Annotations(hidden(), cascade()),
		edge.To("sessions", Session.Type).Annotations(hidden(), cascade()),
	}
}

// Indexes of User.
func (User) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("name"),
	}
}

// Policy says who may read and write.
func (User) Policy() ent.Policy {
	return rule.Policy(
		rule.Read(rule.Where(visibleUsers)),
		rule.Write(rule.MayWriteOwn("id", access.UserManage)),
	)
}

// visibleUsers are oneself and the members of the projects whose members one may read. Who may bring people
// into some project, or manages them, sees everybody.
func visibleUsers(v *access.Viewer) (func(*sql.Selector), bool) {
	managed, all := v.ProjectsWith(access.MemberManage)
	if all || len(managed) > 0 || v.May(access.UserManage) {
		return nil, true
	}
	projects, all := v.ProjectsWith(access.MemberRead)
	return rule.Any(sql.FieldEQ("id", v.ID), func(s *sql.Selector) {
		m := sql.Table("memberships")
		members := sql.Select(m.C("user_id")).From(m)
		rule.In("project_id", projects)(members)
		s.Where(sql.In(s.C("id"), members))
	}), all
}

// Annotations say how GraphQL shows it.
func (User) Annotations() []schema.Annotation { return listed() }
