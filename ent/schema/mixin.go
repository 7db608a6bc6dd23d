// Package schema describes the models, one a file, and who may read and write them.
package schema

import (
	"fmt"
	"time"
	"unicode/utf8"

	"entgo.io/contrib/entgql"
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/mixin"

	"github.com/arpent/arpent/ent/schema/typeid"
)

// Prefixes names the model of each id prefix: what node(id) goes by.
var Prefixes = map[string]string{
	"org": "organizations", "usr": "users", "rol": "roles", "mem": "memberships", "prj": "projects",
	"lib": "libraries", "tpl": "templates", "res": "resources", "run": "runs", "stp": "run_steps", "pln": "run_plans",
	"apv": "approvals", "stv": "state_versions", "evt": "events", "tok": "api_tokens", "frz": "freezes",
	"wrk": "workers",
	"hsp": "hosting_providers", "ord": "purchase_orders", "orl": "order_lines", "ims": "import_sessions", "srv": "servers",
	"net": "networks", "adr": "addresses", "sac": "secure_accesses", "clm": "claims", "chk": "checks", "rpt": "state_reports",
}

// identity gives a model its TypeID with a prefix of Prefixes.
type identity struct {
	mixin.Schema
	prefix string
}

func (m identity) Fields() []ent.Field {
	return []ent.Field{
		field.String("id").DefaultFunc(typeid.Maker(m.prefix)).Immutable().NotEmpty().MaxLen(64),
	}
}

// times gives a model its times of creation and last change.
type times struct{ mixin.Schema }

func (times) Fields() []ent.Field {
	return []ent.Field{
		field.Time("created_at").Default(now).Immutable().Annotations(entgql.OrderField("CREATED_AT")),
		field.Time("updated_at").Default(now).UpdateDefault(now).Annotations(hidden(entgql.SkipWhereInput)),
	}
}

// characters bounds what people write, as they count it: "é" is one. It is the last net only: the domain refuses what
// is longer with the field's own message before it comes here, so its limit is never above this one.
func characters(most int) func(string) error {
	return func(text string) error {
		if n := utf8.RuneCountInString(text); n > most {
			return fmt.Errorf("%d characters, %d are allowed", n, most)
		}
		return nil
	}
}

// now is the present in UTC, cut to what both databases keep.
func now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// hidden keeps a field or edge out of parts of the GraphQL schema; without an argument, out of all of it.
func hidden(modes ...entgql.SkipMode) schema.Annotation {
	if len(modes) == 0 {
		return entgql.Skip(entgql.SkipAll)
	}
	return entgql.Skip(modes...)
}

// unfiltered is for what GraphQL shows but cannot be filtered by: fields without an index, and all edges,
// since a filter through an edge would tell about rows that the viewer may not see.
func unfiltered() schema.Annotation { return entgql.Skip(entgql.SkipWhereInput) }

// listed makes a model a Relay connection of the query.
func listed() []schema.Annotation {
	return []schema.Annotation{entgql.RelayConnection(), entgql.QueryField()}
}

// cascade removes the rows with the row that they belong to.
func cascade() schema.Annotation { return entsql.OnDelete(entsql.Cascade) }
