package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"

	"github.com/arpent/arpent/ent/schema/rule"
)

// StateBody is a state itself, sealed; apart from its version so that lists stay light.
type StateBody struct{ ent.Schema }

// Mixin gives the id.
func (StateBody) Mixin() []ent.Mixin { return []ent.Mixin{identity{prefix: "stb"}} }

// Fields of StateBody.
func (StateBody) Fields() []ent.Field {
	return []ent.Field{
		field.String("state_version_id").Unique().Immutable(),
		field.Bytes("sealed").Sensitive().Immutable(),
	}
}

// Edges of StateBody.
func (StateBody) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("state_version", StateVersion.Type).Ref("body").Field("state_version_id").Unique().Required().Immutable(),
	}
}

// Policy says who may read and write.
func (StateBody) Policy() ent.Policy { return rule.Policy(nil, nil) }

// Annotations say how GraphQL shows it.
func (StateBody) Annotations() []schema.Annotation { return []schema.Annotation{hidden()} }
