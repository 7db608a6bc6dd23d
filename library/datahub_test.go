package library_test

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestDatahubLibrary applies the library in Datahub's form that the catalog's tests read, rendered as
// docs/templates.md says, so that those tests are about something that works.
func TestDatahubLibrary(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	require.NoError(t, os.RemoveAll(w.dir))
	require.NoError(t, os.Mkdir(w.dir, 0o755))
	w.env = append(w.env, "GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=url.file://"+datahubRepository(t)+".insteadOf",
		"GIT_CONFIG_VALUE_0=https://modules.example.org/datahub.git")

	w.datahub("new-project-template", map[string]any{
		"project_cd": "WRK1", "budget_amount": 100, "common_tags": map[string]string{"owner": "A"}, "storage_size_limit_tb": 5, "datahub_app_sp_oid": "0",
	})
	w.apply()
	require.Equal(t, "fsdh_wrk1_dev_rg", w.text("resource_group_name"))
	require.Equal(t, "v1.2.0", w.text("version"))

	user := func(name string) map[string]string {
		return map[string]string{"email": name + "@example.org", "oid": "oid-" + name}
	}
	w.datahub("object-storage", map[string]any{
		"storage_contributor_users": []any{user("ann"), user("bob")}, "storage_guest_users": []any{user("eve")},
	})
	w.datahub("notebooks", map[string]any{"notebook_admin_users": []any{user("ann")}, "notebook_enterprise_oid": "1"})
	w.apply()
	require.Equal(t, []string{"ann@example.org", "bob@example.org", "eve@example.org"},
		slices.Sorted(maps.Keys(w.output("object_storage_grants").(map[string]any))))
	require.Equal(t, "completed", w.text("notebooks_status"))

	for _, file := range []string{"notebooks.tf", "notebooks-template.variables.tf.json", "notebooks.auto.tfvars.json"} {
		require.NoError(t, os.Remove(filepath.Join(w.dir, file)))
	}
	require.Contains(t, w.apply(), "1 destroyed")
}

// datahub copies a template with its placeholders filled and gives its variables.
func (w *workspace) datahub(template string, inputs map[string]any) {
	w.t.Helper()
	dir := repository(w.t, "internal", "catalog", "testdata", "datahub-library", "templates", template)
	entries, err := os.ReadDir(dir)
	require.NoError(w.t, err)
	fill := strings.NewReplacer("{{version}}", "v1.2.0", "{{branch}}", "?ref=main", "{{tag}}", "?ref=v1.2.0")
	for _, entry := range entries {
		if filepath.Ext(entry.Name()) != ".md" {
			content := fill.Replace(read(w.t, dir, entry.Name()))
			require.NoError(w.t, os.WriteFile(filepath.Join(w.dir, entry.Name()), []byte(content), 0o600))
		}
	}
	w.json(template+".auto.tfvars.json", inputs)
}

// datahubRepository makes a git repository of the library, as its modules are called from one.
func datahubRepository(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS(repository(t, "internal", "catalog", "testdata", "datahub-library"))))
	for _, arguments := range [][]string{{"init", "--quiet", "-b", "main"}, {"add", "."}, {"commit", "--quiet", "-m", "All"}, {"tag", "v1.2.0"}} {
		command := exec.Command("git", append([]string{"-c", "user.name=A", "-c", "user.email=a@example.org"}, arguments...)...)
		command.Dir = dir
		output, err := command.CombinedOutput()
		require.NoError(t, err, string(output))
	}
	return dir
}
