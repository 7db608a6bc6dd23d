package schema

import (
	"entgo.io/contrib/entgql"
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/arpent/arpent/ent/schema/rule"
	"github.com/arpent/arpent/internal/access"
)

// Worker is a program that carries out runs.
type Worker struct{ ent.Schema }

// Mixin gives the id and the times.
func (Worker) Mixin() []ent.Mixin { return []ent.Mixin{identity{prefix: "wrk"}, times{}} }

// Fields of Worker.
func (Worker) Fields() []ent.Field {
	return []ent.Field{
		field.String("name").Unique().Immutable().NotEmpty().Validate(characters(120)).Annotations(entgql.OrderField("NAME")),
		field.JSON("labels", []string{}).Optional().Annotations(unfiltered()),
		field.String("version").Default("").Annotations(unfiltered()),
		field.String("tool").Default("").Annotations(unfiltered()),
		field.Int("slots").Default(0).NonNegative().Annotations(unfiltered()).Comment("How many runs it takes at once; 0 when it has not said."),
		field.Bool("remote").Default(false).Annotations(unfiltered()),
		field.Bool("paused").Default(false).Annotations(unfiltered()).Comment("It finishes what it has and gets nothing new."),
		field.Time("seen_at").Default(now).Annotations(entgql.OrderField("SEEN_AT")),
	}
}

// Indexes of Worker.
func (Worker) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("seen_at"),
	}
}

// Policy says who may read and write.
func (Worker) Policy() ent.Policy {
	return rule.Policy(
		rule.Read(rule.Everywhere(access.WorkerManage)),
		rule.Write(rule.MayWrite(access.WorkerManage)),
	)
}

// Annotations say how GraphQL shows it.
func (Worker) Annotations() []schema.Annotation { return listed() }
