package app_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// exceptions are the keys of the linters' configuration below which each line lets something pass.
var exceptions = regexp.MustCompile(`^(exclude-functions|excludes|disable|disabled-checks|rules):$`)

// unexplained lists the exceptions that have no reason: neither behind them nor in the comment above them.
// One comment may stand for the lines that follow it without a gap.
func unexplained(config string) (found []string) {
	var within string // the indentation of the list that is being read
	explained := false
	for line := range strings.Lines(config) {
		indent := line[:len(line)-len(strings.TrimLeft(line, " "))]
		text := strings.TrimSpace(line)
		switch {
		case exceptions.MatchString(text):
			within, explained = indent+"  ", false
		case within == "" || text == "":
		case len(indent) < len(within):
			within = ""
		case strings.HasPrefix(text, "#"):
			explained = true
		case indent == within && strings.HasPrefix(text, "- ") && !strings.HasPrefix(text, "- name:"):
			if !explained && !strings.Contains(text, " # ") {
				found = append(found, text)
			}
		}
	}
	return found
}

func TestEveryExceptionOfTheLintersHasItsReason(t *testing.T) {
	t.Parallel()
	config, err := os.ReadFile("../../.golangci.yml")
	require.NoError(t, err)
	require.Empty(t, unexplained(string(config)))
	require.NotEmpty(t, unexplained(strings.ReplaceAll(string(config), "#", "")), "the test sees no exception at all")
	require.Len(t, unexplained("  excludes:\n    - G1 # why\n    - G2\n  other:\n    - G3\n"), 1)
}

// What the linters must forbid in any case: a rule that is taken out is a decision, not a convenience.
func TestTheLintersForbidWhatTheHouseForbids(t *testing.T) {
	t.Parallel()
	config, err := os.ReadFile("../../.golangci.yml")
	require.NoError(t, err)
	for _, rule := range []string{
		`pattern: ^privacy\.DecisionContext$`, `pattern: ^time\.Sleep$`, `.(Skip|SkipNow|Skipf)$`, "require-explanation: true",
	} {
		require.Contains(t, string(config), rule)
	}
}
