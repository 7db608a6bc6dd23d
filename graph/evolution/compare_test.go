package evolution_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/arpent/arpent/graph/evolution"
)

const base = `
type Query { project(id: ID!, deep: Boolean = false): Project  kinds: [Kind!] }
type Project { name: String!  note: String }
enum Kind { A B }
input Filter { name: String  size: Int! = 3 }
type Mutation { make(input: Filter!): Project }
`

func load(t *testing.T, text string) *ast.Schema {
	t.Helper()
	schema, err := gqlparser.LoadSchema(&ast.Source{Input: text})
	require.NoError(t, err)
	return schema
}

func TestEachChangeHasItsVerdict(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ from, to, want string }{
		"field removed":                {"  note: String }", " }", "breaking  Project.note: field removed"},
		"field added":                  {"note: String }", "note: String  more: Int }", "safe      Project.more: field added"},
		"promise given":                {"note: String }", "note: String! }", "safe      Project.note: was String, is String!"},
		"promise taken back":           {"name: String!  note", "name: String  note", "breaking  Project.name: was String!, is String"},
		"type changed":                 {"note: String }", "note: Int }", "breaking  Project.note: was String, is Int"},
		"list is no list":              {"kinds: [Kind!]", "kinds: Kind", "breaking  Query.kinds: was [Kind!], is Kind"},
		"value removed":                {"enum Kind { A B }", "enum Kind { A }", "breaking  Kind.B: value removed"},
		"value added":                  {"enum Kind { A B }", "enum Kind { A B C }", "dangerous Kind.C: value added"},
		"argument removed":             {", deep: Boolean = false", "", "breaking  Query.project(deep:): argument removed"},
		"required argument added":      {"(id: ID!,", "(id: ID!, at: Int!,", "breaking  Query.project(at:): required argument added"},
		"optional argument added":      {"(id: ID!,", "(id: ID!, at: Int,", "safe      Query.project(at:): optional argument added"},
		"argument becomes optional":    {"(id: ID!,", "(id: ID,", "safe      Query.project(id:): was ID!, is ID"},
		"default changed":              {"deep: Boolean = false", "deep: Boolean = true", "dangerous Query.project(deep:): default was false, is true"},
		"input field removed":          {"{ name: String  size", "{ size", "breaking  Filter.name: input field removed"},
		"input field becomes required": {"{ name: String  size", "{ name: String!  size", "breaking  Filter.name: was String, is String!"},
		"required with a default":      {"size: Int! = 3 }", "size: Int! = 3  more: Int! = 1 }", "safe      Filter.more: optional input field added"},
		"type removed":                 {"enum Kind { A B }", "", "breaking  Kind: type removed"},
		"deprecated":                   {"note: String }", `note: String @deprecated(reason: "since 2") }`, "safe      Project.note: deprecated"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			changed := replaceOnce(t, base, c.from, c.to)
			if name == "type removed" {
				changed = replaceOnce(t, changed, "  kinds: [Kind!]", "")
			}
			changes := evolution.Compare(load(t, base), load(t, changed))
			require.NotEmpty(t, changes)
			texts := make([]string, len(changes))
			for i, change := range changes {
				texts[i] = change.String()
			}
			require.Contains(t, texts, c.want)
		})
	}
}

func TestNoChangeIsNone(t *testing.T) {
	t.Parallel()
	require.Empty(t, evolution.Compare(load(t, base), load(t, base)))
}

func TestTheWorstComesFirst(t *testing.T) {
	t.Parallel()
	changed := replaceOnce(t, replaceOnce(t, base, "{ A B }", "{ A B C }"), "  note: String }", "  other: Int }")
	changes := evolution.Compare(load(t, base), load(t, changed))
	require.Equal(t, []evolution.Verdict{evolution.Breaking, evolution.Dangerous, evolution.Safe},
		[]evolution.Verdict{changes[0].Verdict, changes[1].Verdict, changes[2].Verdict})
}

func replaceOnce(t *testing.T, text, from, to string) string {
	t.Helper()
	require.Equal(t, 1, strings.Count(text, from), from)
	return strings.Replace(text, from, to, 1)
}
