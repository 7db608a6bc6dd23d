package schema

import (
	"encoding/json"

	"entgo.io/contrib/entgql"
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/arpent/arpent/ent/schema/rule"
	"github.com/arpent/arpent/internal/access"
)

// Claim is who holds, or waits for, a server or an address.
type Claim struct{ ent.Schema }

// Mixin gives the id and the times.
func (Claim) Mixin() []ent.Mixin { return []ent.Mixin{identity{prefix: "clm"}, times{}} }

// Fields of Claim.
func (Claim) Fields() []ent.Field {
	return []ent.Field{
		field.Enum("kind").Values("SERVER", "ADDRESS").Immutable(),
		field.Enum("state").Values("WAITING", "HELD", "RELEASED", "EXPIRED", "CANCELED"),
		field.String("project_id").Immutable(),
		field.String("key").Immutable().NotEmpty().Validate(characters(200)).Annotations(unfiltered()).Comment("What the claimant calls it: the same key gives the same answer."),
		field.String("input_digest").Immutable().Validate(characters(64)).Annotations(hidden()).Comment("Of the input that the key came with."),
		field.JSON("selector", json.RawMessage{}).Immutable().Annotations(entgql.Type("JSON"), unfiltered()),
		field.String("server_id").Optional().Nillable(),
		field.String("address_id").Optional().Nillable(),
		field.String("requested_by_id").Immutable().Annotations(hidden()),
		field.String("requested_by").Immutable().Annotations(unfiltered()),
		field.String("note").Default("").Immutable().Validate(characters(300)).Annotations(unfiltered()),
		field.Int64("lifetime").Optional().Nillable().Immutable().Annotations(hidden()).Comment("Seconds that it lasts once it is held."),
		field.Time("held_at").Optional().Nillable().Annotations(unfiltered()),
		field.Time("expires_at").Optional().Nillable().Annotations(unfiltered()),
		field.Time("ended_at").Optional().Nillable().Annotations(unfiltered()),
	}
}

// Edges of Claim.
func (Claim) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("project", Project.Type).Field("project_id").Unique().Required().Immutable().Annotations(unfiltered()),
		edge.From("server", Server.Type).Ref("claims").Field("server_id").Unique().Annotations(unfiltered()),
		edge.From("address", Address.Type).Ref("claims").Field("address_id").Unique().Annotations(unfiltered()),
	}
}

// Indexes of Claim.
func (Claim) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("project_id", "key").Unique(),
		index.Fields("server_id").Unique().StorageKey("claim_held_server").Annotations(entsql.IndexWhere("state = 'HELD' AND kind = 'SERVER'")),
		index.Fields("address_id").Unique().StorageKey("claim_held_address").Annotations(entsql.IndexWhere("state = 'HELD'")),
		index.Fields("server_id", "id"),
		index.Fields("address_id", "id"),
		index.Fields("state", "id"),
		index.Fields("state", "expires_at"),
	}
}

// Policy says who may read and write.
func (Claim) Policy() ent.Policy {
	return rule.Policy(
		rule.Read(rule.InProject("project_id", access.ProjectRead)),
		rule.Write(rule.MayWriteIn("project_id", access.ServerClaim)),
	)
}

// Annotations say how GraphQL shows it.
func (Claim) Annotations() []schema.Annotation { return listed() }
