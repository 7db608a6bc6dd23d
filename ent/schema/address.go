package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/sql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/arpent/arpent/ent/schema/rule"
	"github.com/arpent/arpent/internal/access"
)

// Address is one address of a network. One that has no row has never been touched.
type Address struct{ ent.Schema }

// Mixin gives the id and the times.
func (Address) Mixin() []ent.Mixin { return []ent.Mixin{identity{prefix: "adr"}, times{}} }

// Fields of Address.
func (Address) Fields() []ent.Field {
	return []ent.Field{
		field.String("network_id").Immutable(),
		field.String("ip").Immutable().NotEmpty().Validate(characters(45)).Comment("In its canonical form."),
		field.Bytes("value").Immutable().Annotations(hidden()).Comment("The address in 16 bytes: they sort as addresses do."),
		field.Enum("state").Values("FREE", "RESERVED", "CLAIMED", "ASSIGNED").Default("FREE"),
		field.String("project_id").Optional().Nillable().Comment("Who has it."),
		field.String("server_id").Optional().Nillable(),
		field.String("note").Default("").Validate(characters(300)).Annotations(unfiltered()),
		field.Time("state_since").Default(now).Annotations(unfiltered()),
	}
}

// Edges of Address.
func (Address) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("network", Network.Type).Ref("addresses").Field("network_id").Unique().Required().Immutable().Annotations(unfiltered()),
		edge.From("server", Server.Type).Ref("addresses").Field("server_id").Unique().Annotations(unfiltered()),
		edge.To("project", Project.Type).Field("project_id").Unique().Annotations(unfiltered()),
		edge.To("claims", Claim.Type).Annotations(hidden()),
	}
}

// Indexes of Address.
func (Address) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("network_id", "value").Unique(),
		index.Fields("network_id", "state", "value"),
		index.Fields("ip"),
		index.Fields("server_id"),
		index.Fields("project_id"),
	}
}

// Policy says who may read and write.
func (Address) Policy() ent.Policy {
	return rule.Policy(
		rule.Read(rule.Where(visibleAddresses)),
		rule.Write(rule.MayWrite(access.InventoryManage)),
	)
}

// visibleAddresses are those that a project has, and those of the servers that it has: whoever imported them gave them to no project.
// Only in networks that the viewer sees: an address without its network would fail the whole answer about the server.
func visibleAddresses(v *access.Viewer) (func(*sql.Selector), bool) {
	own, all := rule.Inventory("project_id")(v)
	ofServers := sql.AndPredicates(
		rule.Of("server_id", "servers", own),
		func(s *sql.Selector) {
			if networks, every := visibleNetworks(v); !every {
				rule.Of("network_id", "networks", networks)(s)
			}
		},
	)
	return rule.Any(own, ofServers), all
}

// Annotations say how GraphQL shows it.
func (Address) Annotations() []schema.Annotation { return listed() }
