package database

import (
	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"
	"github.com/lib/pq"
)

// AnyOf are the rows whose column has one of many values. To PostgreSQL they go as one array: a statement with a thousand
// placeholders takes long to plan, is planned as if it meant most of the table, and compares each row with each of them.
func AnyOf(column string, values []string) func(*sql.Selector) {
	return func(s *sql.Selector) {
		if s.Dialect() != dialect.Postgres {
			s.Where(sql.In(s.C(column), asAny(values)...))
			return
		}
		s.Where(sql.P(func(b *sql.Builder) {
			b.Ident(s.C(column)).WriteString(" = ANY(").Arg(pq.Array(values)).WriteString(")")
		}))
	}
}

func asAny(values []string) []any {
	all := make([]any, len(values))
	for i, value := range values {
		all[i] = value
	}
	return all
}
