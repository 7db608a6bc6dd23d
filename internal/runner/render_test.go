package runner

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

// Tools give what concerns no line of a file an empty place: then none is shown.
func TestAPlaceIsShownAsFarAsItIsKnown(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		place, shown, file string
		line               int
	}{
		"none":       {place: `null`},
		"empty":      {place: `{"filename":"","start":{"line":0}}`},
		"whole file": {place: `{"filename":"main.tf","start":{"line":0}}`, shown: "  on main.tf\n", file: "main.tf"},
		"line":       {place: `{"filename":"main.tf","start":{"line":3}}`, shown: "  on main.tf line 3\n", file: "main.tf", line: 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var told toolDiagnostic
			require.NoError(t, json.Unmarshal([]byte(`{"severity":"error","summary":"No","range":`+c.place+`}`), &told))
			require.Equal(t, "\nError: No\n"+c.shown, told.render())
			kept := told.masked(NewMasker(nil))
			require.Equal(t, c.file, kept.File)
			require.Equal(t, c.line, kept.Line)
		})
	}
}
