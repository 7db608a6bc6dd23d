package schema

import (
	"encoding/json"

	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/arpent/arpent/ent/schema/rule"
)

// IdempotencyKey remembers the answer to a request, so that the same request again gets it.
type IdempotencyKey struct{ ent.Schema }

// Mixin gives the id and the times.
func (IdempotencyKey) Mixin() []ent.Mixin { return []ent.Mixin{identity{prefix: "idk"}, times{}} }

// Fields of IdempotencyKey.
func (IdempotencyKey) Fields() []ent.Field {
	return []ent.Field{
		field.String("owner_id").Immutable(),
		field.String("operation").Immutable().MaxLen(60),
		field.String("key").Immutable().Validate(characters(200)),
		field.String("input_hash").Immutable().MaxLen(64),
		field.JSON("answer", json.RawMessage{}).Optional(),
		field.Time("expires_at").Immutable(),
	}
}

// Indexes of IdempotencyKey.
func (IdempotencyKey) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("owner_id", "operation", "key").Unique(),
		index.Fields("expires_at"),
	}
}

// Policy says who may read and write.
func (IdempotencyKey) Policy() ent.Policy {
	return rule.Policy(nil, nil)
}

// Annotations say how GraphQL shows it.
func (IdempotencyKey) Annotations() []schema.Annotation { return []schema.Annotation{hidden()} }
