package schema

import (
	"entgo.io/contrib/entgql"
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/arpent/arpent/ent/schema/rule"
	"github.com/arpent/arpent/internal/access"
)

// PurchaseOrder is what somebody wishes or has ordered from a hosting provider, until it is delivered.
type PurchaseOrder struct{ ent.Schema }

// Mixin gives the id and the times.
func (PurchaseOrder) Mixin() []ent.Mixin { return []ent.Mixin{identity{prefix: "ord"}, times{}} }

// Fields of PurchaseOrder.
func (PurchaseOrder) Fields() []ent.Field {
	return []ent.Field{
		field.String("number").Unique().NotEmpty().Validate(characters(40)).Annotations(entgql.OrderField("NUMBER")).Comment("As both sides call it."),
		field.String("title").NotEmpty().Validate(characters(200)).Annotations(unfiltered()),
		field.String("provider_id"),
		field.String("project_id").Optional().Nillable().Comment("For whom."),
		field.Enum("status").Values("WISHED", "ORDERED", "PARTLY_DELIVERED", "DELIVERED", "CANCELED").Default("WISHED"),
		field.String("wished_by").Immutable().Annotations(unfiltered()),
		field.Time("due_at").Optional().Nillable().Annotations(entgql.OrderField("DUE_AT")),
		field.Time("ordered_at").Optional().Nillable().Annotations(unfiltered()),
		field.Time("closed_at").Optional().Nillable().Annotations(unfiltered()),
		field.String("notes").Default("").Validate(characters(4000)).Annotations(unfiltered()),
	}
}

// Edges of PurchaseOrder.
func (PurchaseOrder) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("provider", HostingProvider.Type).Ref("orders").Field("provider_id").Unique().Required().Annotations(unfiltered()),
		edge.To("project", Project.Type).Field("project_id").Unique().Annotations(unfiltered()),
		edge.To("lines", OrderLine.Type).Annotations(unfiltered(), cascade()),
		edge.To("sessions", ImportSession.Type).Annotations(entgql.RelayConnection(), unfiltered()),
	}
}

// Indexes of PurchaseOrder.
func (PurchaseOrder) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("provider_id"),
		index.Fields("project_id"),
		index.Fields("status", "id"),
	}
}

// Policy says who may read and write.
func (PurchaseOrder) Policy() ent.Policy {
	return rule.Policy(
		rule.Read(rule.InInventory("project_id")),
		rule.Write(rule.MayWrite(access.InventoryManage)),
	)
}

// Annotations say how GraphQL shows it.
func (PurchaseOrder) Annotations() []schema.Annotation { return listed() }
