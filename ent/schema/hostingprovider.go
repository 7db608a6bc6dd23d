package schema

import (
	"encoding/json"

	"entgo.io/contrib/entgql"
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"

	"github.com/arpent/arpent/ent/schema/rule"
	"github.com/arpent/arpent/internal/access"
)

// HostingProvider is who delivers servers: a company, or a room of our own.
type HostingProvider struct{ ent.Schema }

// Mixin gives the id and the times.
func (HostingProvider) Mixin() []ent.Mixin { return []ent.Mixin{identity{prefix: "hsp"}, times{}} }

// Fields of HostingProvider.
func (HostingProvider) Fields() []ent.Field {
	return []ent.Field{
		field.String("code").Unique().NotEmpty().Validate(characters(20)).Annotations(entgql.OrderField("CODE")).Comment("Short name, as in OVH."),
		field.String("name").NotEmpty().Validate(characters(100)).Annotations(entgql.OrderField("NAME")),
		field.String("url").Default("").Validate(characters(300)).Annotations(unfiltered()),
		field.String("contact").Default("").Validate(characters(300)).Annotations(unfiltered()).Comment("Whom to write to."),
		field.String("notes").Default("").Validate(characters(4000)).Annotations(unfiltered()),
		field.JSON("import_mapping", json.RawMessage{}).Optional().Annotations(entgql.Type("JSON"), unfiltered()).Comment("How the columns of its last file were read, by column."),
		field.Time("retired_at").Optional().Nillable().Comment("When nothing more was ordered from it."),
	}
}

// Edges of HostingProvider.
func (HostingProvider) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("servers", Server.Type).Annotations(hidden()),
		edge.To("networks", Network.Type).Annotations(hidden()),
		edge.To("orders", PurchaseOrder.Type).Annotations(hidden()),
		edge.To("sessions", ImportSession.Type).Annotations(hidden()),
	}
}

// Policy says who may read and write.
func (HostingProvider) Policy() ent.Policy {
	return rule.Policy(
		rule.Read(rule.SignedIn()),
		rule.Write(rule.MayWrite(access.InventoryManage)),
	)
}

// Annotations say how GraphQL shows it.
func (HostingProvider) Annotations() []schema.Annotation { return listed() }
