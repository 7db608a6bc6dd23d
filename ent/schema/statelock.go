package schema

import (
	"encoding/json"

	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"

	"github.com/arpent/arpent/ent/schema/rule"
)

// StateLock is who holds a project's Terraform state. A run's lock belongs to its lease and dies with it.
type StateLock struct{ ent.Schema }

// Mixin gives the id and the times.
func (StateLock) Mixin() []ent.Mixin { return []ent.Mixin{identity{prefix: "slk"}, times{}} }

// Fields of StateLock.
func (StateLock) Fields() []ent.Field {
	return []ent.Field{
		field.String("project_id").Unique().Immutable(),
		field.String("lock_id"),
		field.JSON("info", json.RawMessage{}),
		field.String("run_id").Optional().Nillable(),
		field.Int64("lease").Default(0),
		field.String("holder").Comment("Name of the person or run."),
	}
}

// Policy says who may read and write.
func (StateLock) Policy() ent.Policy {
	return rule.Policy(nil, nil)
}

// Annotations say how GraphQL shows it.
func (StateLock) Annotations() []schema.Annotation { return []schema.Annotation{hidden()} }
