package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/arpent/arpent/ent/schema/rule"
	"github.com/arpent/arpent/internal/fault"
)

// RunServer is one server that a run of kind BULK is to change, and what became of that. It is written down before the
// run begins, so that nothing that happens meanwhile adds servers to what somebody has chosen.
type RunServer struct{ ent.Schema }

// Mixin gives the id; its order is that in which servers are worked on.
func (RunServer) Mixin() []ent.Mixin { return []ent.Mixin{identity{prefix: "rsv"}} }

// Fields of RunServer.
func (RunServer) Fields() []ent.Field {
	return []ent.Field{
		field.String("run_id").Immutable(),
		field.String("server_id").Immutable(),
		field.Enum("status").Values("PENDING", "DONE", "REFUSED").Default("PENDING"),
		field.String("hostname").Default("").Comment("Of a server that was refused, as it was; empty when its requester may not see it."),
		field.JSON("reason", &fault.Text{}).Optional().Comment("Why it was refused."),
	}
}

// Edges of RunServer.
func (RunServer) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("run", Run.Type).Ref("servers").Field("run_id").Unique().Required().Immutable(),
	}
}

// Indexes of RunServer.
func (RunServer) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("run_id", "server_id").Unique(),
		index.Fields("run_id", "status", "id"),
	}
}

// Policy says who may read and write: who sees the run.
func (RunServer) Policy() ent.Policy { return rule.Policy(rule.Read(rule.Where(ofVisibleRuns)), nil) }

// Annotations say how GraphQL shows it.
func (RunServer) Annotations() []schema.Annotation { return []schema.Annotation{hidden()} }
