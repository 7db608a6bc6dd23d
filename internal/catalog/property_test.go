package catalog

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// translated are conditions that JSON Schema can say, with values to try them on.
var translated = []struct {
	typ, condition string
	values         *rapid.Generator[any]
}{
	{"string", `length(var.x) >= 2 && length(var.x) < 5`, texts("[a-c]{0,7}")},
	{"string", `can(regex("^[a-z][a-z0-9-]{0,3}$", var.x))`, texts("[a-zA-Z0-9-]{0,5}")},
	{"string", `can(regex("a.\\s?b", var.x))`, texts("[ab \n]{0,6}")},
	{"string", `!can(regex("[A-C]", var.x)) && var.x != ""`, texts("[a-cA-C]{0,2}")},
	{"string", `contains(["a", "b", ""], var.x)`, texts("[a-c]{0,1}")},
	{"string", `startswith(var.x, "a.") || endswith(var.x, "$")`, texts("[a.$]{0,4}")},
	{"number", `var.x >= 1 && 5 > var.x && floor(var.x) == var.x`, numbers()},
	{"number", `var.x == 0 || var.x > 3`, numbers()},
	{"number", `var.x % 2 == 0 && var.x != 4`, rapid.Map(rapid.IntRange(0, 9), func(n int) any { return n })},
	{"list(string)", `length(var.x) > 0 && alltrue([for e in var.x : length(e) <= 2 && can(regex("a", e))])`, rapid.Map(rapid.SliceOfN(rapid.StringMatching("[ab]{0,3}"), 0, 3), func(l []string) any { return l })},
	{"map(number)", `alltrue([for v in var.x : v > 0]) && length(var.x) <= 2`, rapid.Map(rapid.MapOfN(rapid.StringMatching("[ab]"), rapid.IntRange(-1, 3), 0, 3), func(m map[string]int) any { return m })},
}

func texts(pattern string) *rapid.Generator[any] {
	return rapid.Map(rapid.StringMatching(pattern), func(s string) any { return s })
}

func numbers() *rapid.Generator[any] {
	return rapid.Map(rapid.IntRange(-4, 24), func(n int) any { return float64(n) / 4 })
}

// What is translated says exactly what the condition says: the schema alone and the condition alone agree.
func TestTranslationsAreExact(t *testing.T) {
	t.Parallel()
	for _, c := range translated {
		t.Run(c.condition, func(t *testing.T) {
			t.Parallel()
			schema := schemaOf(t, fmt.Sprintf("variable \"x\" {\n  type = %s\n  validation {\n    condition     = %s\n    error_message = \"No.\"\n  }\n}\n", c.typ, c.condition))
			alone := compile(t, schema)
			rapid.Check(t, func(rt *rapid.T) {
				value := c.values.Draw(rt, "value")
				raw, err := json.Marshal(map[string]any{"x": value})
				require.NoError(rt, err)
				doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
				require.NoError(rt, err)
				faults, err := Check(withoutKeywords(t, schema), map[string]any{"x": value})
				require.NoError(rt, err)
				require.Equal(rt, len(faults) == 0, alone.Validate(doc) == nil, "%s", raw)
			})
		})
	}
}

func compile(t *testing.T, schema json.RawMessage) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	require.NoError(t, compiler.AddResource("schema.json", doc))
	compiled, err := compiler.Compile("schema.json")
	require.NoError(t, err)
	return compiled
}

// withoutKeywords leaves only the type and the conditions in a schema of one variable.
func withoutKeywords(t *testing.T, schema json.RawMessage) json.RawMessage {
	t.Helper()
	var root map[string]any
	require.NoError(t, json.Unmarshal(schema, &root))
	x, ok := root["properties"].(map[string]any)["x"].(map[string]any)
	require.True(t, ok)
	root["properties"] = map[string]any{"x": map[string]any{extension: x[extension]}}
	return encode(root)
}

// Whatever lies in a library, reading it ends, soon, without a panic.
func FuzzReadLibrary(f *testing.F) {
	f.Add("variable \"a\" {\n  type = object({ a = optional(list(string), []) })\n}\n", "title: {en: a}\nfields: {a: {choices: [{value: 1}]}}\n", "---\nicon: x\n---\n# English\n## Title\nx\n")
	f.Add("terraform {\n  required_providers {\n    a = { source = \"x/a\", configuration_aliases = [a.b] }\n  }\n}\n", "bindings: {a: '= 1'}\n", "")
	f.Add("output \"x\" {\n  value = [for a in b : a]\n}\n", "approval: {mode: auto, expires: 1h}\n# \n", "# Francais")
	f.Add("", "&a [*a]", "---")
	f.Fuzz(func(t *testing.T, code, manifest, readme string) {
		started := time.Now()
		library, _ := ReadLibrary(fstest.MapFS{
			"templates/a/main.tf":           {Data: []byte(code)},
			"templates/a/arpent.yaml":       {Data: []byte(manifest)},
			"templates/a/datahub.readme.md": {Data: []byte(readme)},
			"templates/a/b.tf.json":         {Data: []byte(strings.ReplaceAll(readme, "#", "{"))},
			"arpent.yaml":                   {Data: []byte(readme)},
		})
		for _, read := range library.Templates {
			_, err := readForm(read.Schema())
			require.NoError(t, err)
		}
		require.Less(t, time.Since(started), 30*time.Second)
	})
}
