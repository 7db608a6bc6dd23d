//go:build !race

package apptest_test

// The matrices ask every field of every type and each mutation in every role, one after the other. The race detector has nothing to find
// in that and takes five times as long: they run without it.

import (
	"testing"

	"github.com/arpent/arpent/internal/apptest"
	"github.com/stretchr/testify/require"
)

// TestEachRoleDoesWhatItsPermissionsSay tries every mutation of the schema in every role: who may does it indeed, who
// may not is refused and changes nothing.
func TestEachRoleDoesWhatItsPermissionsSay(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, s *apptest.Server) {
		l, shape := newLand(t, s), newShape()
		holders := l.everyRole()
		for _, h := range holders { // first what changes nothing
			e := l.whole("refused", h)
			before := l.rows()
			for name, f := range shape.roots(shape.Mutation) {
				if !holds(rules[name].needs)(h) {
					answer := l.mutate(shape, h.Client, f, e)
					require.Contains(t, []string{"DENIED", "NOT_FOUND"}, answer.Refusal(t), "%s must not be able to %s: %s", h.key, name, answer.Data)
				}
			}
			require.Equal(t, before, l.rows(), "%s was refused and changed something", h.key)
		}
		for _, h := range holders {
			for name, f := range shape.roots(shape.Mutation) {
				if holds(rules[name].needs)(h) {
					e := l.whole("done", h)
					if prepare := before[f.Name]; prepare != nil {
						prepare(l, e)
					}
					l.requireDone(h.key+" must be able to "+name, l.mutate(shape, h.Client, f, e))
				}
			}
		}
	})
}

// TestEachRoleSeesWhatItsPermissionsSay tries every query of the schema, and every type with an id, in every role.
func TestEachRoleSeesWhatItsPermissionsSay(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, s *apptest.Server) {
		l, shape := newLand(t, s), newShape()
		for _, h := range l.everyRole() {
			e := l.whole("seen", h)
			for name, f := range shape.roots(shape.Query) {
				l.sees(shape, h, name, f, e)
			}
			for kind, may := range readers {
				answer := h.Ask(`query($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } }`, map[string]any{"id": e[kind]})
				l.requireSeen(h, "a "+kind, may(h), answer, e[kind])
			}
			l.deletes(e)
		}
	})
}

// TestEachRoleHearsWhatItsPermissionsSay tries every subscription of the schema in every role.
func TestEachRoleHearsWhatItsPermissionsSay(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, s *apptest.Server) {
		l, shape := newLand(t, s), newShape()
		for _, h := range l.everyRole() {
			e := l.whole("heard", h)
			e["mark"] = "heard"
			for name, f := range shape.roots(shape.Subscription) {
				l.hears(shape, h, name, f, e)
			}
		}
	})
}

// Whatever the schema offers is tried on a project by those who have nothing to do with it: they see and change
// nothing. A field that is added is tried as soon as it is there.
func TestStrangersGetNothing(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, s *apptest.Server) {
		l, shape := newLand(t, s), newShape()
		mine, theirs := l.common(l.estate("mine")), l.common(l.estate(marked))
		all := l.snapshot(shape, s.Admin(), theirs)
		for who, client := range l.strangers(mine["Project"]) {
			t.Run(who, func(t *testing.T) {
				v := visit{t: t, who: who, shape: shape, client: client, theirs: theirs, anonymous: who == "nobody"}
				v.nodes(all)
				v.queries()
				v.mutations(l)
			})
		}
	})
}

// TestALongerListCostsNoMoreStatements holds every list to it, with 5 rows of everything and with 500.
func TestALongerListCostsNoMoreStatements(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, s *apptest.Server) {
		l := newLand(t, s)
		token, e := s.TokenFor(apptest.AdminEmail), l.estate("crowd")
		l.crowd(e["Project"], 0, 5)
		few := l.costs(token, lists(8)) // among which are runs in every state
		l.crowd(e["Project"], 5, 501)
		queries := lists(12) // more would cost more than a query may
		many := l.costs(token, queries)
		for name, statements := range few {
			// Now and then the viewer is read anew besides: what matters is the least of some tries.
			for try := 0; try < 5 && many[name] > statements; try++ {
				many[name] = l.cost(token, queries[name])
			}
			if many[name] > statements || statements > 60 {
				t.Errorf("%s: %d statements for 500 rows, %d for 5: %s", name, many[name], statements, queries[name])
			}
		}
	})
}
