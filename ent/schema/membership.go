package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/sql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/arpent/arpent/ent/schema/rule"
	"github.com/arpent/arpent/internal/access"
)

// Membership gives a user a role in a project, or on the platform when there is no project.
type Membership struct{ ent.Schema }

// Mixin gives the id and the times.
func (Membership) Mixin() []ent.Mixin { return []ent.Mixin{identity{prefix: "mem"}, times{}} }

// Fields of Membership.
func (Membership) Fields() []ent.Field {
	return []ent.Field{
		field.String("user_id").Immutable(),
		field.String("project_id").Optional().Nillable().Immutable(),
		field.String("role_id"),
		field.String("scope_key").Immutable().Annotations(hidden()).
			Comment("The project's id, or platform: what the one role per user and scope is unique by."),
	}
}

// Edges of Membership.
func (Membership) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("user", User.Type).Ref("memberships").Field("user_id").Unique().Required().Immutable().Annotations(unfiltered()),
		edge.From("project", Project.Type).Ref("memberships").Field("project_id").Unique().Immutable().Annotations(unfiltered()),
		edge.From("role", Role.Type).Ref("memberships").Field("role_id").Unique().Required().Annotations(unfiltered()),
	}
}

// Indexes of Membership.
func (Membership) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("user_id", "scope_key").Unique(),
		index.Fields("project_id"),
		index.Fields("role_id"),
	}
}

// Policy says who may read and write.
func (Membership) Policy() ent.Policy {
	return rule.Policy(
		rule.Read(rule.Where(func(v *access.Viewer) (func(*sql.Selector), bool) {
			projects, all := v.ProjectsWith(access.MemberRead)
			return rule.Any(sql.FieldEQ("user_id", v.ID), rule.In("project_id", projects)), all
		})),
		rule.Write(rule.MayWriteIn("project_id", access.MemberManage)),
	)
}

// Annotations say how GraphQL shows it.
func (Membership) Annotations() []schema.Annotation { return listed() }
