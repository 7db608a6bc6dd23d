package schema

import (
	"encoding/json"

	"entgo.io/contrib/entgql"
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/dialect/sql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/arpent/arpent/ent/schema/rule"
	"github.com/arpent/arpent/internal/access"
)

// Event is what happened, by whom, to what. It is written in the transaction of the change, and never changed.
type Event struct{ ent.Schema }

// Mixin gives the id and the times.
func (Event) Mixin() []ent.Mixin { return []ent.Mixin{identity{prefix: "evt"}} }

// Fields of Event.
func (Event) Fields() []ent.Field {
	return []ent.Field{
		field.String("type").Immutable().NotEmpty().MaxLen(60).Comment("subject.verb, as in run.finished"),
		field.Enum("audience").Values("PROJECT", "PLATFORM", "EVERYBODY").Immutable().Annotations(hidden()).Comment("Who may see it."),
		field.String("actor_id").Immutable().MaxLen(64),
		field.String("actor").Immutable().Annotations(unfiltered()).Comment("Name of the actor, as it was."),
		field.String("subject_id").Immutable().MaxLen(64),
		field.String("subject").Default("").Immutable().Annotations(unfiltered()).Comment("Name of the subject, as it was."),
		field.String("project_id").Optional().Nillable().Immutable().MaxLen(64),
		field.JSON("before", json.RawMessage{}).Optional().Immutable().Annotations(hidden()),
		field.JSON("after", json.RawMessage{}).Optional().Immutable().Annotations(hidden()),
		field.String("request_id").Default("").Immutable().Annotations(hidden()),
		field.String("address").Default("").Immutable().Annotations(hidden()),
		field.Time("time").Default(now).Immutable().Annotations(entgql.OrderField("TIME")),
		field.Int64("position").Optional().Nillable().Unique().Annotations(hidden()).Comment("Its place in the order of commits; null until the relay has seen it."),
	}
}

// Indexes of Event.
func (Event) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("project_id", "id"),
		index.Fields("subject_id", "id"),
		index.Fields("actor_id", "id"),
		index.Fields("type", "id"),
		index.Fields("time"),
		index.Fields("id").StorageKey("event_unplaced").Annotations(entsql.IndexWhere("position IS NULL")),
	}
}

// Policy says who may read and write.
func (Event) Policy() ent.Policy {
	return rule.Policy(
		rule.Read(rule.Where(visibleEvents)),
		rule.Write(rule.MayCreate()),
	)
}

// visibleEvents are those of projects that the viewer may read, those for everybody, its own, and the platform's for auditors.
func visibleEvents(v *access.Viewer) (func(*sql.Selector), bool) {
	projects, all := v.ProjectsWith(access.ProjectRead)
	own := []func(*sql.Selector){rule.In("project_id", projects), sql.FieldEQ("audience", "EVERYBODY"), sql.FieldEQ("actor_id", v.ID)}
	if all {
		own[0] = sql.FieldEQ("audience", "PROJECT")
	}
	return rule.Any(own...), v.May(access.EventRead)
}

// Annotations say how GraphQL shows it.
func (Event) Annotations() []schema.Annotation { return listed() }
