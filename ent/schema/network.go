package schema

import (
	"entgo.io/contrib/entgql"
	"entgo.io/ent"
	"entgo.io/ent/dialect/sql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/arpent/arpent/ent/schema/rule"
	"github.com/arpent/arpent/internal/access"
)

// Network is a range of addresses.
type Network struct{ ent.Schema }

// Mixin gives the id and the times.
func (Network) Mixin() []ent.Mixin { return []ent.Mixin{identity{prefix: "net"}, times{}} }

// Fields of Network.
func (Network) Fields() []ent.Field {
	return []ent.Field{
		field.String("name").NotEmpty().Validate(characters(100)).Annotations(entgql.OrderField("NAME")),
		field.String("scope").Default("").Validate(characters(60)).Comment("Ranges of one scope do not overlap; private ranges of two hosting providers may."),
		field.String("cidr").Immutable().NotEmpty().Validate(characters(50)).Comment("As in 10.0.0.0/24 or 2001:db8::/64."),
		field.Enum("family").Values("IPV4", "IPV6").Immutable(),
		field.Bytes("first").Immutable().Annotations(hidden()).Comment("The first address of the range in 16 bytes."),
		field.Bytes("last").Immutable().Annotations(hidden()).Comment("The last one."),
		field.String("provider_id").Optional().Nillable(),
		field.String("project_id").Optional().Nillable().Comment("Who alone may claim from it; none for everybody."),
		field.String("gateway").Default("").Validate(characters(50)).Annotations(unfiltered()).Comment("Never handed out."),
		field.Int("vlan").Optional().Nillable().Min(1).Max(4094).Annotations(unfiltered()),
		field.Bool("claimable").Default(true).Comment("Whether addresses are handed out from it."),
		field.Bytes("frontier").Optional().Annotations(hidden()).Comment("The last address that got a row in its turn."),
		field.String("notes").Default("").Validate(characters(4000)).Annotations(unfiltered()),
	}
}

// Edges of Network.
func (Network) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("provider", HostingProvider.Type).Ref("networks").Field("provider_id").Unique().Annotations(unfiltered()),
		edge.To("project", Project.Type).Field("project_id").Unique().Annotations(unfiltered()),
		edge.To("addresses", Address.Type).Annotations(entgql.RelayConnection(), unfiltered(), cascade()),
	}
}

// Indexes of Network.
func (Network) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("scope", "cidr").Unique(),
		index.Fields("scope", "first"),
		index.Fields("provider_id"),
		index.Fields("project_id"),
	}
}

// Policy says who may read and write.
func (Network) Policy() ent.Policy {
	return rule.Policy(
		rule.Read(rule.Where(visibleNetworks)),
		rule.Write(rule.MayWrite(access.InventoryManage)),
	)
}

// Annotations say how GraphQL shows it.
func (Network) Annotations() []schema.Annotation { return listed() }

// visibleNetworks are those that everybody may claim from, and those of the viewer's projects.
func visibleNetworks(v *access.Viewer) (func(*sql.Selector), bool) {
	projects, all := v.ProjectsWith(access.ProjectRead)
	return rule.Any(sql.FieldIsNull("project_id"), rule.In("project_id", projects)), all || v.May(access.InventoryRead)
}

// ClaimableBy are the networks that hand out addresses to a project: everybody's, and its own.
func ClaimableBy(projectID string) func(*sql.Selector) {
	return sql.AndPredicates(
		sql.FieldEQ("claimable", true),
		rule.Any(sql.FieldIsNull("project_id"), sql.FieldEQ("project_id", projectID)),
	)
}
