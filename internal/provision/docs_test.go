package provision_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/provision"
)

const (
	runsDoc = "../../docs/runs.md"
	opening = "<!-- states -->\n"
	closing = "<!-- /states -->"
)

// The document's table is the code's. ARPENT_UPDATE_GOLDEN=1 writes it.
func TestTheDocumentShowsTheTable(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(runsDoc)
	require.NoError(t, err)
	before, rest, ok := strings.Cut(string(text), opening)
	require.True(t, ok)
	_, after, ok := strings.Cut(rest, closing)
	require.True(t, ok)
	want := before + opening + tableOfMoves() + closing + after
	if os.Getenv("ARPENT_UPDATE_GOLDEN") != "" {
		require.NoError(t, os.WriteFile(runsDoc, []byte(want), 0o600))
	}
	require.Equal(t, want, string(text))
}

func tableOfMoves() string {
	var table strings.Builder
	table.WriteString("| from | to | when |\n| --- | --- | --- |\n")
	for _, from := range provision.States() {
		for _, to := range provision.States() {
			if why, ok := provision.Moves()[from][to]; ok {
				fmt.Fprintf(&table, "| %s | %s | %s |\n", named(from), named(to), why)
			}
		}
	}
	return table.String()
}

func named(s provision.State) string { return fmt.Sprintf("%s (%s)", s.Status, s.Phase) }
