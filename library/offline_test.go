package library_test

import (
	"html"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// with gives the inputs with some of them changed.
func with(inputs, changes map[string]any) map[string]any {
	changed := maps.Clone(inputs)
	maps.Copy(changed, changes)
	return changed
}

func TestBase(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	w.apply()
	require.Equal(t, "wrk1", w.text("project_prefix"))

	w.flat("new-project-template", map[string]any{
		"project_acronym": "WRK1", "project_name": hostile, "project_organization": "DIGI", "project_budget": 1200.5,
		"project_tags": map[string]string{"owner": hostile, "project": "not mine to say"},
	})
	w.apply()
	require.Equal(t, map[string]any{
		"owner": hostile, "project": "WRK1", "organization": "DIGI", "environment": "production", "classification": "internal",
	}, w.output("project_tags"))

	w.must("apply", "-no-color", "-destroy", "-auto-approve")
	require.Empty(t, strings.TrimSpace(w.must("state", "list")))
}

func TestGitRepository(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	inputs := map[string]any{"project": "WRK1", "name": "website", "storage_dir": w.storage, "description": hostile}
	outputs := map[string]bool{"clone_path": false, "default_branch": false}
	w.module("website", "git-repository", inputs, outputs)
	w.apply()

	path := w.text("website_clone_path")
	clone := w.clone(path)
	readme, err := os.ReadFile(filepath.Join(clone, "README.md"))
	require.NoError(t, err)
	require.Equal(t, "# website\n\n"+hostile+"\n", string(readme))

	w.git(clone, true, "commit", "--allow-empty", "-m", "Forward")
	w.git(clone, true, "push", "origin", "main")
	w.git(clone, true, "push", "origin", "main:topic")
	w.git(clone, true, "commit", "--amend", "--allow-empty", "-m", "Rewritten")
	require.Contains(t, w.git(clone, false, "push", "--force", "origin", "main"), "history cannot be rewritten")
	require.Contains(t, w.git(clone, false, "push", "origin", ":main"), "deletion of the current branch prohibited")
	w.git(clone, true, "push", "--force", "origin", "main:topic")

	inputs = with(inputs, map[string]any{"default_branch": "trunk", "description": "Another one"})
	w.module("website", "git-repository", inputs, outputs)
	w.apply()
	other := w.clone(path)
	require.Contains(t, w.git(other, true, "log", "--oneline"), "Forward", "a change keeps what people pushed")
	require.Equal(t, "trunk\n", w.git(other, true, "branch", "--show-current"))
	require.Contains(t, w.git(other, false, "push", "origin", "+trunk~1:trunk"), "history cannot be rewritten")

	inputs = with(inputs, map[string]any{"protect_default_branch": false})
	w.module("website", "git-repository", inputs, outputs)
	w.apply()
	w.git(clone, true, "push", "--force", "origin", "main:trunk")

	w.remove("website", "git-repository", inputs)
	require.Empty(t, w.left())
	w.unharmed()
}

func TestGitRepositoryIsArchived(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	inputs := map[string]any{"project": "WRK1", "name": "website", "storage_dir": w.storage}
	w.module("website", "git-repository", inputs, nil)
	w.apply()
	inputs = with(inputs, map[string]any{"when_deleted": "archive"})
	w.module("website", "git-repository", inputs, nil)
	w.apply()
	w.remove("website", "git-repository", inputs)

	found, err := filepath.Glob(filepath.Join(strings.ReplaceAll(w.storage, `\`, `\\`), "archive", "git", "wrk1", "website-*.git"))
	require.NoError(t, err)
	require.Len(t, found, 1)
	w.clone(found[0])
	require.NoDirExists(t, filepath.Join(w.storage, "git", "wrk1", "website.git"))
}

// clone clones a repository into a new folder.
func (w *workspace) clone(path string) string {
	w.t.Helper()
	dir := w.t.TempDir()
	w.git(dir, true, "clone", "--quiet", path, ".")
	return dir
}

// git runs git as a user would and says what it printed.
func (w *workspace) git(dir string, good bool, arguments ...string) string {
	w.t.Helper()
	command := exec.Command("git", arguments...)
	command.Dir = dir
	command.Env = append([]string{"GIT_AUTHOR_NAME=A", "GIT_AUTHOR_EMAIL=a@example.org", "GIT_COMMITTER_NAME=A", "GIT_COMMITTER_EMAIL=a@example.org"}, w.env...)
	output, err := command.CombinedOutput()
	require.Equal(w.t, good, err == nil, "git %v\n%s", arguments, output)
	return string(output)
}

func TestPublishedSite(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	inputs := map[string]any{
		"project": "WRK1", "name": "welcome", "storage_dir": w.storage, "sites_url": "https://portal.example.org/sites",
		"title": strings.Repeat("é", 20) + ` <b>"T"</b> & 'x' $(touch pwned)`, "text": "First\nline.\n\n\n\n" + hostile,
		"links": []map[string]any{{"label": "A & <B>", "url": "https://example.org/?a=1&b=2"}},
	}
	outputs := map[string]bool{"url": false, "folder": false}
	w.module("welcome", "published-site", inputs, outputs)
	w.apply()
	require.Equal(t, "https://portal.example.org/sites/wrk1/welcome/", w.text("welcome_url"))
	require.Equal(t, filepath.Join(w.storage, "sites", "wrk1", "welcome"), w.text("welcome_folder"))

	page := w.page("welcome")
	require.Equal(t, inputs["title"], html.UnescapeString(between(page, "<h1>", "</h1>")))
	require.Contains(t, page, "<p>First\nline.</p>")
	require.Equal(t, hostile, html.UnescapeString(between(page, "</p>\n<p>", "</p>")))
	require.Contains(t, page, `<li><a href="https://example.org/?a=1&amp;b=2" rel="noopener noreferrer">A &amp; &lt;B&gt;</a></li>`)
	require.Contains(t, page, "noindex")
	require.NotContains(t, page, "<script")

	inputs = with(inputs, map[string]any{"accent": "#aa0044", "language": "fr", "listed": true, "links": []any{}})
	w.module("welcome", "published-site", inputs, outputs)
	w.apply()
	page = w.page("welcome")
	require.Contains(t, page, `<html lang="fr">`)
	require.Contains(t, page, "--accent: #aa0044")
	require.NotContains(t, page, "noindex")
	require.NotContains(t, page, "<li>")

	w.remove("welcome", "published-site", inputs)
	require.Empty(t, w.left())
	w.unharmed()
}

// TestPublishedSiteAtItsLargest fills every input: the page travels in one environment variable, whose size is limited.
func TestPublishedSiteAtItsLargest(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	links := make([]map[string]any, 20)
	for i := range links {
		links[i] = map[string]any{"label": strings.Repeat(`"`, 80), "url": "https://" + strings.Repeat("&", 292)}
	}
	w.module("large", "published-site", map[string]any{
		"project": "WRK1", "name": "large", "storage_dir": w.storage, "sites_url": "http://127.0.0.1:8080/sites",
		"title": strings.Repeat(`"`, 120), "text": strings.Repeat(`"`, 8000), "links": links,
	}, nil)
	w.apply()
	require.Contains(t, w.page("large"), strings.Repeat("&quot;", 8000))
}

func (w *workspace) page(name string) string {
	w.t.Helper()
	content, err := os.ReadFile(filepath.Join(w.storage, "sites", "wrk1", name, "index.html"))
	require.NoError(w.t, err)
	return string(content)
}

func between(text, begin, end string) string {
	_, rest, _ := strings.Cut(text, begin)
	found, _, _ := strings.Cut(rest, end)
	return found
}

func TestStorageFolder(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	inputs := map[string]any{
		"project": "WRK1", "name": "reports", "storage_dir": w.storage, "purpose": hostile, "quota_gb": 5,
		"subfolders": []string{"2026", "To do"},
		"members":    []map[string]any{{"email": hostile, "name": "A", "role": "ADMIN", "oid": "1"}},
	}
	outputs := map[string]bool{"path": false, "quota_gb": false}
	w.module("reports", "storage-folder", inputs, outputs)
	w.apply()
	path := w.text("reports_path")
	require.InDelta(t, 5, w.output("reports_quota_gb"), 0)
	require.Contains(t, read(t, path, "README.md"), hostile)
	require.JSONEq(t, `{"bytes": 5000000000}`, read(t, path, ".arpent/quota.json"))
	require.Contains(t, read(t, path, ".arpent/members.json"), `"role":"ADMIN"`)
	require.DirExists(t, filepath.Join(path, "To do"))

	require.NoError(t, os.WriteFile(filepath.Join(path, "2026", "mine"), nil, 0o600))
	inputs = with(inputs, map[string]any{"quota_gb": 6, "subfolders": []string{}, "members": []any{}, "when_deleted": "delete"})
	w.module("reports", "storage-folder", inputs, outputs)
	w.apply()
	require.JSONEq(t, `{"bytes": 6000000000}`, read(t, path, ".arpent/quota.json"))
	require.FileExists(t, filepath.Join(path, "2026", "mine"), "a change touches nothing that people put there")

	w.remove("reports", "storage-folder", inputs)
	require.Empty(t, w.left())
	w.unharmed()
}

func TestStorageFolderIsArchived(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	inputs := map[string]any{"project": "WRK1", "name": "reports", "storage_dir": w.storage}
	w.module("reports", "storage-folder", inputs, nil)
	w.apply()
	w.remove("reports", "storage-folder", inputs)
	require.Len(t, w.left(), 3)
	for _, file := range w.left() {
		require.Regexp(t, `^archive/folders/wrk1/reports-\d{8}T\d{6}Z-\d+/`, file)
	}
}

func read(t *testing.T, parts ...string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(parts...))
	require.NoError(t, err)
	return string(content)
}

func TestProjectSecret(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	w.flat("project-secret", map[string]any{})
	log := w.apply()
	first, fingerprint := w.text("project_secret"), w.text("project_secret_fingerprint")
	require.Regexp(t, "^[0-9a-f]{64}$", first)
	require.NotContains(t, log, first)

	w.flat("project-secret", map[string]any{"project_secret_length": 32})
	w.apply()
	require.Equal(t, first[:32], w.text("project_secret"))

	w.flat("project-secret", map[string]any{"project_secret_rotation": 2})
	log = w.apply()
	second := w.text("project_secret")
	require.NotEqual(t, first, second)
	require.NotEqual(t, fingerprint, w.text("project_secret_fingerprint"))
	require.NotContains(t, log, second)

	plan := w.must("plan", "-no-color", "-destroy")
	require.Contains(t, plan, "terraform_data.project_secret ")
	require.NotContains(t, plan, second, "a plan never shows the secret")

	for _, file := range []string{"project-secret.tf", "project-secret.variables.tf", "project-secret.auto.tfvars.json"} {
		require.NoError(t, os.Remove(filepath.Join(w.dir, file)))
	}
	require.Contains(t, w.apply(), "2 destroyed")
	require.NotContains(t, read(t, w.dir, "terraform.tfstate"), second)
}
