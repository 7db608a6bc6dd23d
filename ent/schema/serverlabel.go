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

// ServerLabel is one label of a server, kept apart so that servers are found by it.
type ServerLabel struct{ ent.Schema }

// Mixin gives the id and the times.
func (ServerLabel) Mixin() []ent.Mixin { return []ent.Mixin{identity{prefix: "slb"}, times{}} }

// Fields of ServerLabel.
func (ServerLabel) Fields() []ent.Field {
	return []ent.Field{
		field.String("server_id").Immutable(),
		field.String("name").Immutable().NotEmpty().Validate(characters(63)),
		field.String("value").Validate(characters(63)),
	}
}

// Edges of ServerLabel.
func (ServerLabel) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("server", Server.Type).Ref("label_rows").Field("server_id").Unique().Required().Immutable(),
	}
}

// Indexes of ServerLabel.
func (ServerLabel) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("server_id", "name").Unique(),
		index.Fields("name", "value", "server_id"),
	}
}

// Policy says who may read and write.
func (ServerLabel) Policy() ent.Policy {
	return rule.Policy(
		rule.Read(rule.Everywhere(access.InventoryRead)),
		rule.Write(rule.MayWrite(access.InventoryManage)),
	)
}

// Annotations say how GraphQL shows it.
func (ServerLabel) Annotations() []schema.Annotation { return []schema.Annotation{hidden()} }
