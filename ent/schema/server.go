package schema

import (
	"time"

	"entgo.io/contrib/entgql"
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/arpent/arpent/ent/schema/rule"
	"github.com/arpent/arpent/internal/access"
)

// Server is a machine, from the wish to its retirement. Its moves are those of internal/inventory/life.go.
type Server struct{ ent.Schema }

// Mixin gives the id and the times.
func (Server) Mixin() []ent.Mixin { return []ent.Mixin{identity{prefix: "srv"}, times{}} }

// Fields of Server.
func (Server) Fields() []ent.Field {
	return []ent.Field{
		field.String("hostname").Unique().NotEmpty().Validate(characters(253)).Annotations(entgql.OrderField("HOSTNAME")),
		field.String("external_id").Optional().Nillable().Validate(characters(100)).Comment("What the hosting provider calls it."),
		field.String("provider_id"),
		field.String("session_id").Optional().Nillable().Comment("The import that brought it."),
		field.String("order_line_id").Optional().Nillable().Annotations(hidden()).Comment("The line of an order that it answers."),
		field.String("project_id").Optional().Nillable().Comment("Who has it."),
		field.Enum("lifecycle").Values(
			"WISHED", "ORDERED", "DELIVERED", "INITIALIZING", "INIT_FAILED", "REJECTED",
			"AVAILABLE", "ASSIGNED", "IN_SERVICE", "MAINTENANCE", "RETIRED",
		).Default("DELIVERED"),
		field.Enum("health").Values("OK", "WARNING", "CRITICAL", "UNKNOWN").Default("UNKNOWN").Comment("The worst of its fresh checks."),
		field.Time("health_since").Optional().Nillable().Annotations(unfiltered()),
		field.Int("cores").Default(0).NonNegative().Annotations(unfiltered()),
		field.Int("memory_mib").Default(0).NonNegative().Annotations(unfiltered()),
		field.Int("disk_gib").Default(0).NonNegative().Annotations(unfiltered()),
		field.String("architecture").Default("").Validate(characters(20)).Annotations(unfiltered()),
		field.String("system").Default("").Validate(characters(100)).Annotations(unfiltered()),
		field.String("location").Default("").Validate(characters(100)).Annotations(entgql.Skip(entgql.SkipWhereInput)),
		field.JSON("labels", map[string]string{}).Optional().Annotations(entgql.Type("JSON"), unfiltered()).Comment("Kept in server_labels as well, by which they are found."),
		field.JSON("facts", map[string]Fact{}).Optional().Annotations(hidden()).Comment("What is known of it, from whom, since when."),
		field.String("reason").Default("").Validate(characters(500)).Annotations(unfiltered()).Comment("Why it is where it is in its life."),
		field.Time("last_report_at").Optional().Nillable().Annotations(unfiltered()),
		field.Time("lifecycle_since").Default(now).Annotations(unfiltered()),
	}
}

// Edges of Server.
func (Server) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("provider", HostingProvider.Type).Ref("servers").Field("provider_id").Unique().Required().Annotations(unfiltered()),
		edge.From("session", ImportSession.Type).Ref("servers").Field("session_id").Unique().Annotations(unfiltered()),
		edge.From("order_line", OrderLine.Type).Ref("servers").Field("order_line_id").Unique().Annotations(hidden()),
		edge.To("project", Project.Type).Field("project_id").Unique().Annotations(unfiltered()),
		edge.To("addresses", Address.Type).Annotations(unfiltered()),
		edge.To("accesses", SecureAccess.Type).Annotations(unfiltered(), cascade()),
		edge.To("claims", Claim.Type).Annotations(entgql.RelayConnection(), unfiltered()),
		edge.To("checks", Check.Type).Annotations(unfiltered(), cascade()),
		edge.To("label_rows", ServerLabel.Type).Annotations(hidden(), cascade()),
	}
}

// Indexes of Server.
func (Server) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("provider_id", "external_id").Unique(),
		// The servers' table is read by name, whatever it is filtered by: a filter and the name in one index make any page as fast as the first.
		index.Fields("session_id", "hostname", "id"),
		index.Fields("order_line_id", "hostname", "id"),
		index.Fields("project_id", "hostname", "id"),
		index.Fields("provider_id", "hostname", "id"),
		index.Fields("lifecycle", "hostname", "id"),
		index.Fields("health", "hostname", "id"),
		index.Fields("hostname", "id"),
		index.Fields("created_at", "id"),
		index.Fields("external_id"), // a text that is searched may be one, of whichever hosting provider
		// Claims take what is free in the order of ids.
		index.Fields("lifecycle", "id"),
		index.Fields("lifecycle", "provider_id", "id"),
	}
}

// Policy says who may read and write.
func (Server) Policy() ent.Policy {
	return rule.Policy(
		rule.Read(rule.InInventory("project_id")),
		rule.Write(rule.MayWrite(access.InventoryManage)),
	)
}

// Annotations say how GraphQL shows it.
func (Server) Annotations() []schema.Annotation { return listed() }

// Fact is one thing that is known of a server.
type Fact struct {
	Value  string    `json:"value"`
	Source string    `json:"source"` // who said so: a session, a run, a reporter
	At     time.Time `json:"at"`
}
