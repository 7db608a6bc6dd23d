package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/arpent/arpent/ent/schema/rule"
)

// Session is a person signed in with a browser.
type Session struct{ ent.Schema }

// Mixin gives the id and the times.
func (Session) Mixin() []ent.Mixin { return []ent.Mixin{identity{prefix: "ses"}, times{}} }

// Fields of Session.
func (Session) Fields() []ent.Field {
	return []ent.Field{
		field.String("user_id").Immutable(),
		field.Bytes("hash").Unique().Immutable().Sensitive(),
		field.String("address").Default("").MaxLen(64),
		field.String("user_agent").Default("").Validate(characters(300)),
		field.Time("seen_at").Default(now),
		field.Time("expires_at"),
	}
}

// Edges of Session.
func (Session) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("user", User.Type).Ref("sessions").Field("user_id").Unique().Required().Immutable(),
	}
}

// Indexes of Session.
func (Session) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("user_id"),
		index.Fields("expires_at"),
	}
}

// Policy says who may read and write.
func (Session) Policy() ent.Policy {
	return rule.Policy(nil, nil)
}

// Annotations say how GraphQL shows it.
func (Session) Annotations() []schema.Annotation { return []schema.Annotation{hidden()} }
