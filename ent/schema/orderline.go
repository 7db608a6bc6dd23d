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

// OrderLine is one line of an order: so many of one kind.
type OrderLine struct{ ent.Schema }

// Mixin gives the id and the times.
func (OrderLine) Mixin() []ent.Mixin { return []ent.Mixin{identity{prefix: "orl"}, times{}} }

// Fields of OrderLine.
func (OrderLine) Fields() []ent.Field {
	return []ent.Field{
		field.String("order_id").Immutable(),
		field.Int("position").NonNegative().Annotations(unfiltered()),
		field.Enum("kind").Values("SERVER", "NETWORK", "ACCESS").Annotations(unfiltered()),
		field.Int("count").Positive().Max(100_000).Annotations(unfiltered()),
		field.String("title").NotEmpty().Validate(characters(200)).Annotations(unfiltered()),
		field.JSON("specification", Specification{}).Optional().Annotations(entgql.Type("Specification"), unfiltered()).Comment("What each must have at least."),
		field.JSON("labels", map[string]string{}).Optional().Annotations(entgql.Type("JSON"), unfiltered()).Comment("What each server gets when it is delivered."),
	}
}

// Edges of OrderLine.
func (OrderLine) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("order", PurchaseOrder.Type).Ref("lines").Field("order_id").Unique().Required().Immutable().Annotations(hidden()),
		edge.To("servers", Server.Type).Annotations(hidden()),
	}
}

// Indexes of OrderLine.
func (OrderLine) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("order_id", "position").Unique(),
	}
}

// Policy says who may read and write.
func (OrderLine) Policy() ent.Policy {
	return rule.Policy(
		rule.Read(rule.Within("order_id", "purchase_orders", rule.Inventory("project_id"))),
		rule.Write(rule.MayWrite(access.InventoryManage)),
	)
}

// Annotations say how GraphQL shows it.
func (OrderLine) Annotations() []schema.Annotation { return nil }

// Specification is what a server has, or must have at least. A zero says nothing.
type Specification struct {
	Cores        int    `json:"cores,omitempty"`
	MemoryMiB    int    `json:"memoryMiB,omitempty"`
	DiskGiB      int    `json:"diskGiB,omitempty"`
	Architecture string `json:"architecture,omitempty"` // as Go and Debian call it: amd64, arm64
	System       string `json:"system,omitempty"`       // operating system, as in Debian 12
	Location     string `json:"location,omitempty"`     // as the hosting provider calls it
}
