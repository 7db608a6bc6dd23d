// Package apptest_test holds tests that need several domains at once.
package engines_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/apptest"
	"github.com/arpent/arpent/internal/catalog"
	"github.com/arpent/arpent/internal/gitops"
)

const (
	datahubLibrary = "../../catalog/testdata/datahub-library"
	datahubModules = "https://modules.example.org/datahub.git"
)

// A library written for Datahub becomes a project's folder unchanged, and each engine that is here applies it:
// placeholders filled, shared variables given once, members listed by role.
func TestDatahubLibraryApplies(t *testing.T) {
	t.Parallel()
	read, problems := catalog.ReadLibrary(os.DirFS(datahubLibrary))
	require.Empty(t, problems)
	for _, engine := range apptest.FindEngines(t) {
		t.Run(filepath.Base(engine), func(t *testing.T) {
			t.Parallel()
			w := newWorkshop(t, read)
			w.engine = engine
			w.requireApplied()
		})
	}
}

func (w *workshop) requireApplied() {
	t := w.t
	t.Helper()
	project := gitops.Project{Acronym: "WRK1", Name: "Work", Base: w.resource("new-project-template", nil)}
	for name, inputs := range map[string]map[string]any{
		"object-storage": {"container_names": []string{"raw", "it's ${odd}"}},
		"notebooks":      {"notebook_enterprise_oid": "n-1"},
	} {
		project.Resources = append(project.Resources, *w.resource(name, inputs))
	}
	folder, err := gitops.Render(project)
	require.NoError(t, err)
	require.Contains(t, string(folder.Files["main.tf"]), "//modules/v1.2.0/resource-group?ref=v1.2.0\"")
	require.NotContains(t, folder.Files, "datahub.readme.md")
	requireGivenOnce(t, folder)

	outputs := w.apply(folder)
	require.Equal(t, "v1.2.0", outputs["version"])
	require.Equal(t, "fsdh_wrk1_test_rg", outputs["resource_group_name"])
	require.Equal(t, "fsdhwrk1", outputs["object_storage_account_name"])
	require.Equal(t, map[string]any{"c@x.org": "contributor", "g@x.org": "reader"}, outputs["object_storage_grants"])
}

// A missing required variable is refused before any run, by name.
func TestDatahubMissingVariable(t *testing.T) {
	t.Parallel()
	read, problems := catalog.ReadLibrary(os.DirFS(datahubLibrary))
	require.Empty(t, problems)
	w := newWorkshop(t, read)
	_, err := catalog.Resolve(catalog.Request{Schema: w.template("notebooks").Schema(), Facts: w.facts})
	require.ErrorContains(t, err, "A value is required.")
}

// requireGivenOnce fails when two files give one variable a value.
func requireGivenOnce(t *testing.T, folder gitops.Folder) {
	t.Helper()
	given := map[string]string{}
	for name, content := range folder.Files {
		if !strings.HasSuffix(name, ".auto.tfvars.json") {
			continue
		}
		var values map[string]any
		require.NoError(t, json.Unmarshal(content, &values))
		for variable := range values {
			require.Empty(t, given[variable], variable)
			given[variable] = name
		}
	}
	require.Equal(t, "new-project-template.auto.tfvars.json", given["project_cd"])
	require.Equal(t, "object-storage.auto.tfvars.json", given["storage_contributor_users"])
}

// workshop makes resources of a library and applies folders.
type workshop struct {
	t       *testing.T
	library catalog.Library
	facts   catalog.Facts
	engine  string
	env     []string
}

func newWorkshop(t *testing.T, library catalog.Library) *workshop {
	t.Helper()
	bindings := map[string]string{}
	content, err := os.ReadFile("../../catalog/testdata/datahub-bindings.yaml")
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(content, &bindings))
	budget := 1200.0
	w := &workshop{t: t, library: library, facts: catalog.Facts{
		Project: catalog.ProjectFacts{Acronym: "WRK1", Name: "Work", Budget: &budget, Tags: map[string]string{"team": "x"}, Members: catalog.Known([]catalog.Member{
			{Email: "a@x.org", OID: "o1", Role: "ADMIN"}, {Email: "c@x.org", OID: "o2", Role: "CONTRIBUTOR"}, {Email: "g@x.org", OID: "o3", Role: "GUEST"},
		})},
		Platform: catalog.PlatformFacts{Bindings: bindings},
	}}
	home := t.TempDir()
	w.engine = apptest.FindEngine(t)
	w.env = []string{
		"PATH=/usr/local/bin:/usr/bin:/bin", "HOME=" + home, "TF_CLI_CONFIG_FILE=" + os.DevNull, "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1",
		"GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=url." + modulesRepository(t) + ".insteadOf", "GIT_CONFIG_VALUE_0=" + datahubModules,
	}
	return w
}

// modulesRepository is the library as a git repository with its tag.
func modulesRepository(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS(datahubLibrary)))
	for _, args := range [][]string{
		{"init", "--quiet", "--initial-branch", "main"}, {"add", "."},
		{"-c", "user.name=T", "-c", "user.email=t@x.org", "commit", "--quiet", "--message", "library"}, {"tag", "v1.2.0"},
	} {
		cmd := exec.CommandContext(t.Context(), "git", args...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s", out)
	}
	return dir
}

func (w *workshop) template(name string) catalog.Template {
	w.t.Helper()
	for _, found := range w.library.Templates {
		if found.Name == name {
			return found
		}
	}
	require.Fail(w.t, "no such template", name)
	return catalog.Template{}
}

// resource resolves one flat template of the library.
func (w *workshop) resource(name string, inputs map[string]any) *gitops.Resource {
	w.t.Helper()
	found := w.template(name)
	values, err := catalog.Resolve(catalog.Request{Schema: found.Schema(), Facts: w.facts, Inputs: inputs})
	require.NoError(w.t, err)
	t := gitops.Template{
		Library: "datahub", Name: name, Version: "v1.2.0", Branch: "v1.2.0", Style: gitops.Style(found.Style), Dir: found.Dir, Files: found.Files,
	}
	for _, v := range found.Variables {
		t.Variables = append(t.Variables, gitops.Variable{Name: v.Name, Type: v.TypeText})
	}
	for _, o := range found.Outputs {
		t.Outputs = append(t.Outputs, gitops.Output{Name: o.Name})
	}
	return &gitops.Resource{Name: name, Template: t, Values: gitops.Values(values)}
}

// apply applies a folder and returns its outputs.
func (w *workshop) apply(folder gitops.Folder) map[string]any {
	w.t.Helper()
	dir := w.t.TempDir()
	for name, content := range folder.Files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(w.t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(w.t, os.WriteFile(file, content, 0o644))
	}
	run := func(args ...string) []byte {
		cmd := exec.CommandContext(w.t.Context(), w.engine, args...)
		cmd.Dir, cmd.Env = dir, w.env
		out, err := cmd.Output()
		require.NoError(w.t, err, "%s %v: %s", w.engine, args, out)
		return out
	}
	run("init", "-no-color")
	run("apply", "-auto-approve", "-no-color")
	var outputs map[string]struct{ Value any }
	require.NoError(w.t, json.Unmarshal(run("output", "-json"), &outputs))
	values := map[string]any{}
	for name, out := range outputs {
		values[name] = out.Value
	}
	return values
}
