package composecheck

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// instructions are the Dockerfile's lines, continued ones joined, as words.
func instructions(t *testing.T) (all [][]string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "deploy", "Dockerfile"))
	require.NoError(t, err)
	for line := range strings.Lines(strings.ReplaceAll(string(text), "\\\n", " ")) {
		if words := strings.Fields(line); len(words) > 0 && words[0] != "#" {
			all = append(all, words)
		}
	}
	return all
}

func TestTheImageRunsAsNobodySpecial(t *testing.T) {
	t.Parallel()
	var user string
	for _, words := range instructions(t) {
		switch words[0] {
		case "FROM":
			user = ""
		case "USER":
			user = words[1]
		}
	}
	require.Regexp(t, `^[1-9]\d*:[1-9]\d*$`, user, "a number, so that an orchestrator can prove that it is not root")
}

func TestWhatTheImageCopiesIsThere(t *testing.T) {
	t.Parallel()
	for _, words := range instructions(t) {
		if words[0] != "COPY" || strings.HasPrefix(words[1], "--from=") {
			continue
		}
		for _, source := range words[1 : len(words)-1] {
			_, err := os.Stat(filepath.Join(root, source))
			require.NoError(t, err)
		}
	}
}

func TestTheImagesToolchainIsTheModules(t *testing.T) {
	t.Parallel()
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	require.NoError(t, err)
	for _, words := range instructions(t) {
		if version, ok := strings.CutPrefix(words[1], "golang:"); ok && words[0] == "FROM" {
			version, _, _ = strings.Cut(version, "-")
			require.Contains(t, string(mod), "\ngo "+version+".", "%v", words)
		}
	}
}
