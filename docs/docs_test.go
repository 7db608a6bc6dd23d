// Package docs holds the tests of what is written for people: what it names must be there.
package docs

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const root = ".."

// pages are the documents written for people, by path from the root.
func pages(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, top := range []string{"README.md", "CHANGELOG.md", "docs", "library", "deploy", "frontend/README.md"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || filepath.Ext(path) != ".md" {
				return err
			}
			text, err := os.ReadFile(path)
			found[strings.TrimPrefix(path, root+"/")] = string(text)
			return err
		})
		require.NoError(t, err)
	}
	require.Contains(t, found, "README.md")
	return found
}

var (
	quoted = regexp.MustCompile("`([^`\n]+)`")
	link   = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	place  = regexp.MustCompile(`^[\w.-]+(/[\w.-]+)*/?$`)
	fence  = regexp.MustCompile("(?ms)^```.*?^```$")
	target = regexp.MustCompile(`\bmake ([a-z][a-z-]*)`)
)

// made is what a build or a start makes: documents name it, the repository does not hold it.
var made = []string{"bin", "data", "arpent-data", "deploy/secrets", "frontend/dist"}

// isPath tells whether a quoted text means a path of this repository: its first part is one of ours.
func isPath(text string) bool {
	first, rest, _ := strings.Cut(text, "/")
	if rest == "" || !place.MatchString(text) {
		return false
	}
	info, err := os.Stat(filepath.Join(root, first))
	return err == nil && info.IsDir()
}

func exists(path string) bool {
	if slices.ContainsFunc(made, func(m string) bool { return path == m || strings.HasPrefix(path, m+"/") }) {
		return true
	}
	_, err := os.Stat(filepath.Join(root, path))
	return err == nil
}

func TestThePathsThatDocumentsNameAreThere(t *testing.T) {
	t.Parallel()
	for page, text := range pages(t) {
		for _, match := range quoted.FindAllStringSubmatch(text, -1) {
			if isPath(match[1]) {
				require.True(t, exists(match[1]) || exists(filepath.Join(filepath.Dir(page), match[1])), "%s names %s", page, match[1])
			}
		}
	}
}

func TestTheLinksOfDocumentsLead(t *testing.T) {
	t.Parallel()
	for page, text := range pages(t) {
		for _, match := range link.FindAllStringSubmatch(fence.ReplaceAllString(text, ""), -1) {
			path, anchor, _ := strings.Cut(match[1], "#")
			if strings.Contains(path, ":") {
				continue // somebody else's
			}
			if path == "" {
				path = filepath.Base(page)
			}
			path = filepath.Join(filepath.Dir(page), path)
			require.True(t, exists(path), "%s links to %s", page, match[1])
			if anchor != "" {
				require.Contains(t, anchors(t, path), anchor, "%s links to %s", page, match[1])
			}
		}
	}
}

var notInAnchor = regexp.MustCompile(`[^\p{L}\p{N} _-]`)

// anchors are the headings of a page as their links name them.
func anchors(t *testing.T, path string) (found []string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, path))
	require.NoError(t, err)
	for line := range strings.Lines(string(text)) {
		if heading, ok := strings.CutPrefix(strings.TrimLeft(line, "#"), " "); ok && line[0] == '#' {
			plain := notInAnchor.ReplaceAllString(strings.ToLower(strings.TrimSpace(heading)), "")
			found = append(found, strings.ReplaceAll(plain, " ", "-"))
		}
	}
	return found
}

func TestTheTargetsThatDocumentsNameAreInTheMakefile(t *testing.T) {
	t.Parallel()
	makefile, err := os.ReadFile(filepath.Join(root, "Makefile"))
	require.NoError(t, err)
	for page, text := range pages(t) {
		for _, match := range target.FindAllStringSubmatch(code(text), -1) {
			require.True(t, strings.Contains(string(makefile), "\n"+match[1]+":"), "%s names make %s", page, match[1])
		}
	}
}

var (
	declared = regexp.MustCompile(`env:"(ARPENT_[A-Z_]+)"|Getenv\("(ARPENT_[A-Z_]+)"\)`)
	variable = regexp.MustCompile(`\bARPENT_[A-Z_]+\b`)
)

// settings are the variables that the programs read.
func settings(t *testing.T) (names []string) {
	t.Helper()
	for _, pattern := range []string{"internal/app/*.go", "cmd/*/*.go"} {
		files, err := filepath.Glob(filepath.Join(root, pattern))
		require.NoError(t, err)
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			for _, match := range declared.FindAllStringSubmatch(string(text), -1) {
				names = append(names, match[1]+match[2])
			}
		}
	}
	return names
}

func TestOperationsKnowEverySetting(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("operations.md")
	require.NoError(t, err)
	for _, name := range settings(t) {
		name = strings.TrimSuffix(name, "_FILE")
		require.True(t, strings.Contains(string(page), "`"+name+"`"), "docs/operations.md does not tell what %s is", name)
	}
}

func TestTheSettingsThatDocumentsNameAreThere(t *testing.T) {
	t.Parallel()
	known := append(settings(t), "ARPENT_VERSION", "ARPENT_PORT") // these two are docker-compose.yml's own
	for _, file := range []string{"README.md", "docs/operations.md", "docker-compose.yml", "deploy/Dockerfile"} {
		text, err := os.ReadFile(filepath.Join(root, file))
		require.NoError(t, err)
		for _, name := range variable.FindAllString(string(text), -1) {
			name = strings.TrimSuffix(name, "_FILE")
			require.True(t, slices.Contains(known, name) || slices.Contains(known, name+"_FILE"), "%s names %s", file, name)
		}
	}
}

// code is what a page shows as code.
func code(text string) string {
	parts := fence.FindAllString(text, -1)
	for _, match := range quoted.FindAllStringSubmatch(fence.ReplaceAllString(text, ""), -1) {
		parts = append(parts, match[1])
	}
	return strings.Join(parts, "\n")
}

func TestTheGlossaryHasEveryWord(t *testing.T) {
	t.Parallel()
	glossary, err := os.ReadFile("glossary.md")
	require.NoError(t, err)
	for _, word := range []string{
		"Organization", "Project", "Role", "Membership", "Library", "Template", "Workspace", "Resource", "Run",
		"HostingProvider", "PurchaseOrder", "ImportSession", "Server", "Network", "Address", "SecureAccess",
		"ServerProfile", "Application", "Deployment", "StateReport", "Event", "Notification",
	} {
		require.Regexp(t, `(?m)^\| `+word+` \| \S[^|]* \| \S[^|]* \|`, string(glossary), "in English and French")
	}
}

// The house is drawn from what is there: every package of internal/ stands in the page on architecture.
func TestTheArchitectureNamesEveryPackage(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("architecture.md")
	require.NoError(t, err)
	entries, err := os.ReadDir(filepath.Join(root, "internal"))
	require.NoError(t, err)
	for _, entry := range entries {
		require.Regexp(t, `\b`+entry.Name()+`\b`, string(page))
	}
}

var record = regexp.MustCompile(`^(\d{4})-[a-z0-9-]+\.md$`)

func TestDecisionRecordsAreWholeAndListed(t *testing.T) {
	t.Parallel()
	list, err := os.ReadFile("adr/README.md")
	require.NoError(t, err)
	entries, err := os.ReadDir("adr")
	require.NoError(t, err)
	numbers := map[string]string{}
	for _, entry := range entries {
		match := record.FindStringSubmatch(entry.Name())
		if match == nil {
			require.Equal(t, "README.md", entry.Name())
			continue
		}
		require.Empty(t, numbers[match[1]], "two records have the number of %s", entry.Name())
		numbers[match[1]] = entry.Name()
		require.Contains(t, string(list), "]("+entry.Name()+")")
		text, err := os.ReadFile(filepath.Join("adr", entry.Name()))
		require.NoError(t, err)
		require.True(t, strings.HasPrefix(string(text), "# "+match[1]+" "), entry.Name())
		for _, heading := range []string{"## Options", "## Decision", "## Consequences"} {
			require.Contains(t, string(text), heading, entry.Name())
		}
	}
}

// Nothing that a program makes may be committed by mistake.
func TestNothingThatIsMadeIsCommitted(t *testing.T) {
	t.Parallel()
	out, err := exec.Command("git", append([]string{"-C", root, "ls-files", "--"}, made...)...).Output()
	require.NoError(t, err)
	require.Empty(t, string(out))
}
