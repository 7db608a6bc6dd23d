package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/arpent/arpent/ent/schema/rule"
	"github.com/arpent/arpent/internal/access"
)

// ApiToken lets a machine act for a person, within scopes.
type ApiToken struct{ ent.Schema }

// Mixin gives the id and the times.
func (ApiToken) Mixin() []ent.Mixin { return []ent.Mixin{identity{prefix: "tok"}, times{}} }

// Fields of ApiToken.
func (ApiToken) Fields() []ent.Field {
	return []ent.Field{
		field.String("user_id").Immutable(),
		field.String("name").NotEmpty().Validate(characters(80)).Annotations(unfiltered()),
		field.Bytes("hash").Unique().Immutable().Sensitive().Annotations(hidden()),
		field.String("hint").Immutable().Annotations(unfiltered()).Comment("The last characters, to tell tokens apart."),
		field.JSON("scopes", []string{}).Annotations(unfiltered()).Comment("Permissions it lets through; all lets everything through."),
		field.Time("expires_at").Optional().Nillable().Annotations(unfiltered()),
		field.Time("last_used_at").Optional().Nillable().Annotations(unfiltered()),
		field.Time("revoked_at").Optional().Nillable().Annotations(unfiltered()),
	}
}

// Edges of ApiToken.
func (ApiToken) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("user", User.Type).Ref("api_tokens").Field("user_id").Unique().Required().Immutable().Annotations(unfiltered()),
	}
}

// Indexes of ApiToken.
func (ApiToken) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("user_id"),
	}
}

// Policy says who may read and write.
func (ApiToken) Policy() ent.Policy {
	return rule.Policy(
		rule.Read(rule.Own("user_id", access.UserManage)),
		rule.Write(rule.MayWriteOwn("user_id", access.UserManage)),
	)
}

// Annotations say how GraphQL shows it.
func (ApiToken) Annotations() []schema.Annotation { return listed() }
