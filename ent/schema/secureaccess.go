package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/arpent/arpent/ent/schema/rule"
	"github.com/arpent/arpent/internal/access"
)

// SecureAccess is a way to reach a server, or all servers of a project. It holds no secret.
type SecureAccess struct{ ent.Schema }

// Mixin gives the id and the times.
func (SecureAccess) Mixin() []ent.Mixin { return []ent.Mixin{identity{prefix: "sac"}, times{}} }

// Fields of SecureAccess.
func (SecureAccess) Fields() []ent.Field {
	return []ent.Field{
		field.String("server_id").Optional().Nillable().Immutable(),
		field.String("project_id").Optional().Nillable().Immutable(),
		field.Enum("kind").Values("SSH_KEY", "VPN", "BASTION"),
		field.String("holder").NotEmpty().Validate(characters(200)).Annotations(unfiltered()).Comment("Who has it."),
		field.String("endpoint").Default("").Validate(characters(300)).Annotations(unfiltered()).Comment("Where one knocks: host and port, or an address."),
		field.String("public_key").Default("").Validate(characters(4000)).Annotations(unfiltered()).Comment("An OpenSSH or WireGuard public key."),
		field.String("fingerprint").Default("").Validate(characters(100)).Annotations(unfiltered()),
		field.Time("expires_at").Optional().Nillable().Annotations(unfiltered()),
		field.Time("revoked_at").Optional().Nillable().Annotations(unfiltered()),
	}
}

// Edges of SecureAccess.
func (SecureAccess) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("server", Server.Type).Ref("accesses").Field("server_id").Unique().Immutable().Annotations(unfiltered()),
		edge.To("project", Project.Type).Field("project_id").Unique().Immutable().Annotations(unfiltered()),
	}
}

// Indexes of SecureAccess.
func (SecureAccess) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("server_id"),
		index.Fields("project_id"),
	}
}

// Policy says who may read and write.
func (SecureAccess) Policy() ent.Policy {
	return rule.Policy(
		rule.Read(rule.InInventory("project_id")),
		rule.Write(rule.MayWrite(access.InventoryManage)),
	)
}

// Annotations say how GraphQL shows it.
func (SecureAccess) Annotations() []schema.Annotation { return listed() }
