package database

import "entgo.io/ent/dialect/sql"

// way names what one way finds, in the statement. Its plan is made for the values that it is asked with (keeping.go).
const way = "way"

// FirstIDs modifies the query of a page: the ids of the page are found first, and its rows are read by them. Ids stand in the indexes, so
// that rows need not be read to be passed over.
//
// When there are ways, every row that the query selects must meet one of them. Each way is asked by itself for a page at most, in
// the page's order, and the page is what comes first of all of them: an index on what a way compares and the page's order finds
// that at once, where it could not for several ways together.
func FirstIDs(column string, ways ...func(*sql.Selector)) func(*sql.Selector) {
	return func(s *sql.Selector) {
		if s.P() == nil {
			return // nothing is passed over; or rows are only counted, for which ent modifies before it selects
		}
		if len(ways) == 0 {
			ways = []func(*sql.Selector){func(*sql.Selector) {}} // any
		}
		parts := make([]*sql.Selector, len(ways))
		for i, meets := range ways {
			ids := s.Clone().SetP(nil) // a clone of a condition forgets that it is one whole
			ids.Select(ids.C(column))
			meets(ids)
			if p := ids.P(); p != nil {
				ids.SetP(sql.And(s.P(), p))
			} else {
				ids.SetP(s.P())
			}
			parts[i] = sql.Dialect(s.Dialect()).Select(column).From(ids.As(way))
		}
		for _, part := range parts[1:] {
			parts[0].UnionAll(part)
		}
		s.SetP(sql.In(s.C(column), parts[0]))
	}
}
