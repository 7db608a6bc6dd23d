package schema

import (
	"encoding/json"

	"entgo.io/contrib/entgql"
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/arpent/arpent/ent/schema/rule"
	"github.com/arpent/arpent/internal/access"
)

// ImportSession is what one file of a hosting provider has added and changed on a date.
type ImportSession struct{ ent.Schema }

// Mixin gives the id and the times.
func (ImportSession) Mixin() []ent.Mixin { return []ent.Mixin{identity{prefix: "ims"}, times{}} }

// Fields of ImportSession.
func (ImportSession) Fields() []ent.Field {
	return []ent.Field{
		field.String("provider_id").Immutable(),
		field.String("order_id").Optional().Nillable().Comment("The order that it answers."),
		field.String("file_name").Immutable().Validate(characters(255)),
		field.String("sha256").Immutable().Validate(characters(64)).Annotations(unfiltered()).Comment("Of the file."),
		field.JSON("mapping", json.RawMessage{}).Optional().Immutable().Annotations(entgql.Type("JSON"), unfiltered()).Comment("How its columns were read."),
		field.Int("added").Immutable().Annotations(unfiltered()),
		field.Int("changed").Immutable().Annotations(unfiltered()),
		field.Int("unchanged").Immutable().Annotations(unfiltered()),
		field.String("created_by").Immutable().Annotations(unfiltered()),
	}
}

// Edges of ImportSession.
func (ImportSession) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("provider", HostingProvider.Type).Ref("sessions").Field("provider_id").Unique().Required().Immutable().Annotations(unfiltered()),
		edge.From("order", PurchaseOrder.Type).Ref("sessions").Field("order_id").Unique().Annotations(unfiltered()),
		edge.To("servers", Server.Type).Annotations(hidden()),
	}
}

// Indexes of ImportSession.
func (ImportSession) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("provider_id", "id"),
		index.Fields("order_id"),
	}
}

// Policy says who may read and write.
func (ImportSession) Policy() ent.Policy {
	return rule.Policy(
		rule.Read(rule.Reserved(access.InventoryRead)),
		rule.Write(rule.MayWrite(access.InventoryManage)),
	)
}

// Annotations say how GraphQL shows it.
func (ImportSession) Annotations() []schema.Annotation { return listed() }
