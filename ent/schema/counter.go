package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"

	"github.com/arpent/arpent/ent/schema/rule"
)

// Counter is a number that only grows. Its row is the lock of who counts.
type Counter struct{ ent.Schema }

// Mixin gives the id and the times.
func (Counter) Mixin() []ent.Mixin { return []ent.Mixin{identity{prefix: "cnt"}} }

// Fields of Counter.
func (Counter) Fields() []ent.Field {
	return []ent.Field{
		field.String("name").Unique().Immutable(),
		field.Int64("value").Default(0),
	}
}

// Policy says who may read and write.
func (Counter) Policy() ent.Policy {
	return rule.Policy(nil, nil)
}

// Annotations say how GraphQL shows it.
func (Counter) Annotations() []schema.Annotation { return []schema.Annotation{hidden()} }
