package catalog

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestARefusalNamesTheRowAndTheColumn(t *testing.T) {
	t.Parallel()
	list := "list(object({name = string, type = string, value = string}))"
	row := func(name, kind, value string) any { return object{"name": name, "type": kind, "value": value} }
	for title, c := range map[string]struct {
		condition string
		rows      []any
		want      [][]string
	}{
		"one column":  {`alltrue([for r in var.x : contains(["A", "MX"], r.type)])`, []any{row("a", "A", "1"), row("b", "Q", "2"), row("c", "R", "3")}, [][]string{{"inputs", "x", "1", "type"}, {"inputs", "x", "2", "type"}}},
		"two columns": {`alltrue([for r in var.x : r.type != "A" || r.value != ""])`, []any{row("a", "MX", ""), row("b", "A", "")}, [][]string{{"inputs", "x", "1"}}},
		"the whole":   {`length(var.x) <= 1`, []any{row("a", "A", "1"), row("b", "A", "1")}, [][]string{{"inputs", "x"}}},
		"each fits":   {`alltrue([for r in var.x : length(var.x) < 2 || r.name == ""])`, []any{row("a", "A", "1"), row("b", "A", "1")}, [][]string{{"inputs", "x"}}},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			f, err := readForm(schemaOf(t, "variable \"x\" {\n  type = "+list+"\n  validation {\n    condition     = "+c.condition+"\n    error_message = \"Wrong.\"\n  }\n}\n"))
			require.NoError(t, err)
			_, faults, err := f.check(map[string]any{"x": c.rows}, nil)
			require.NoError(t, err)
			var fields [][]string
			for _, e := range faults {
				require.Equal(t, "Wrong.", e.Message("en"))
				fields = append(fields, e.Field())
			}
			require.Equal(t, c.want, fields)
		})
	}
}
