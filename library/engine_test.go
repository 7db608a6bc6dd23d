package library_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/library"
)

// hostile is a value that harms whoever forgets to quote it, in sh, HTML, HCL or JSON.
const hostile = `it's "quoted" $(touch pwned) ` + "`touch pwned`" + ` ${HOME} %{if} <script>alert(1)</script> \ & é; touch pwned #`

// workspace is a project's folder as Arpent renders it, with its state beside it.
type workspace struct {
	t       *testing.T
	dir     string
	storage string
	engine  string
	env     []string
}

// newWorkspace makes the folder of a project that has the base and nothing else.
func newWorkspace(t *testing.T) *workspace {
	t.Helper()
	root := t.TempDir()
	w := &workspace{t: t, dir: filepath.Join(root, "project"), storage: filepath.Join(root, "it's a $(disk)"), engine: findEngine(t)}
	for _, dir := range []string{w.dir, w.storage, filepath.Join(root, "home")} {
		require.NoError(t, os.Mkdir(dir, 0o755))
	}
	config := filepath.Join(root, "cli.tfrc")
	mirror := fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", repository(t, "bin", "providers"))
	require.NoError(t, os.WriteFile(config, []byte(mirror), 0o600))
	w.env = []string{
		"PATH=/usr/local/bin:/usr/bin:/bin", "HOME=" + filepath.Join(root, "home"), "TF_CLI_CONFIG_FILE=" + config,
		"TF_IN_AUTOMATION=1", "TF_INPUT=0", "CHECKPOINT_DISABLE=1",
	}
	w.flat("new-project-template", map[string]any{"project_acronym": "WRK1", "project_name": "First work"})
	return w
}

// repository gives the path of something in the repository.
func repository(t *testing.T, parts ...string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join(append([]string{".."}, parts...)...))
	require.NoError(t, err)
	return path
}

// findEngine finds the engine that Arpent itself would take.
func findEngine(t *testing.T) string {
	t.Helper()
	for _, name := range []string{repository(t, "bin", "tofu"), "tofu", "terraform"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	require.Fail(t, "no OpenTofu and no Terraform", "tools/opentofu/build compiles one")
	return ""
}

// flat copies a flat template into the folder and gives its variables.
func (w *workspace) flat(template string, inputs map[string]any) {
	w.t.Helper()
	w.copy(template, ".")
	w.json(template+".auto.tfvars.json", inputs)
}

// module writes the resource that calls a module template, with the given outputs of it.
func (w *workspace) module(resource, template string, inputs map[string]any, outputs map[string]bool) {
	w.t.Helper()
	w.copy(template, filepath.Join("modules", template))
	call := map[string]any{"source": "./modules/" + template}
	for name, value := range inputs {
		call[name] = w.literal(value)
	}
	root := map[string]any{"module": map[string]any{resource: call}}
	declared := map[string]any{}
	for name, sensitive := range outputs {
		declared[resource+"_"+name] = map[string]any{"value": fmt.Sprintf("${module.%s.%s}", resource, name), "sensitive": sensitive}
	}
	if len(declared) > 0 {
		root["output"] = declared
	}
	w.json("resource-"+resource+".tf.json", root)
}

// literal keeps the engine from reading a value of JSON syntax as a template.
func (w *workspace) literal(value any) json.RawMessage {
	content, err := json.Marshal(value)
	require.NoError(w.t, err)
	return json.RawMessage(strings.NewReplacer("${", "$${", "%{", "%%{").Replace(string(content)))
}

// remove deletes a module resource the way Arpent does: nothing of it first, then its file.
func (w *workspace) remove(resource, template string, inputs map[string]any) {
	w.t.Helper()
	none := map[string]any{"count": 0}
	for name, value := range inputs {
		none[name] = value
	}
	w.module(resource, template, none, nil)
	w.apply()
	require.NoError(w.t, os.Remove(filepath.Join(w.dir, "resource-"+resource+".tf.json")))
	require.NoError(w.t, os.RemoveAll(filepath.Join(w.dir, "modules", template)))
	w.unchanged()
}

func (w *workspace) copy(template, to string) {
	w.t.Helper()
	files, err := fs.Sub(library.FS, "templates/"+template)
	require.NoError(w.t, err)
	target := filepath.Join(w.dir, to)
	require.NoError(w.t, os.RemoveAll(filepath.Join(target, "scripts")))
	require.NoError(w.t, fs.WalkDir(files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path != "." && (filepath.Ext(path) == ".md" || path == "arpent.yaml") {
			return err
		}
		destination := filepath.Join(target, path)
		if entry.IsDir() {
			return os.MkdirAll(destination, 0o755)
		}
		content, err := fs.ReadFile(files, path)
		if err != nil {
			return err
		}
		return os.WriteFile(destination, content, 0o644)
	}))
}

func (w *workspace) json(name string, value any) {
	w.t.Helper()
	content, err := json.MarshalIndent(value, "", "  ")
	require.NoError(w.t, err)
	require.NoError(w.t, os.WriteFile(filepath.Join(w.dir, name), content, 0o644))
}

// run calls the engine and gives what it printed and its exit code.
func (w *workspace) run(arguments ...string) (string, int) {
	w.t.Helper()
	command := exec.Command(w.engine, arguments...)
	command.Dir, command.Env = w.dir, w.env
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	if err := command.Run(); err != nil {
		var failed *exec.ExitError
		require.ErrorAs(w.t, err, &failed)
	}
	return output.String(), command.ProcessState.ExitCode()
}

func (w *workspace) must(arguments ...string) string {
	w.t.Helper()
	output, code := w.run(arguments...)
	require.Zero(w.t, code, "%v\n%s", arguments, output)
	return output
}

// apply plans, applies the plan and makes sure that nothing is left to do.
func (w *workspace) apply() string {
	w.t.Helper()
	w.must("init", "-no-color")
	w.must("plan", "-no-color", "-out=plan")
	log := w.must("apply", "-no-color", "plan")
	w.unchanged()
	return log
}

// unchanged makes sure that the engine sees nothing to do.
func (w *workspace) unchanged() {
	w.t.Helper()
	w.must("init", "-no-color")
	output, code := w.run("plan", "-no-color", "-detailed-exitcode")
	require.Zero(w.t, code, output)
}

// output gives one output of the project's state.
func (w *workspace) output(name string) any {
	w.t.Helper()
	var value any
	require.NoError(w.t, json.Unmarshal([]byte(w.must("output", "-no-color", "-json", name)), &value))
	return value
}

// text gives one output that is a string.
func (w *workspace) text(name string) string {
	w.t.Helper()
	require.IsType(w.t, "", w.output(name))
	return w.output(name).(string)
}

// left lists the files of the storage, so that a test can tell what a resource left behind.
func (w *workspace) left() []string {
	w.t.Helper()
	var files []string
	require.NoError(w.t, filepath.WalkDir(w.storage, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			files = append(files, strings.TrimPrefix(path, w.storage+"/"))
		}
		return err
	}))
	return files
}

// unharmed makes sure that no value was taken for a command.
func (w *workspace) unharmed() {
	w.t.Helper()
	require.NoError(w.t, filepath.WalkDir(filepath.Dir(w.dir), func(path string, _ fs.DirEntry, err error) error {
		require.NotEqual(w.t, "pwned", filepath.Base(path))
		return err
	}))
}

// refusals plans the folder and gives the errors, by the file that they are about.
func (w *workspace) refusals() map[string][]string {
	w.t.Helper()
	w.must("init", "-no-color")
	output, _ := w.run("plan", "-json")
	found := map[string][]string{}
	lines := bufio.NewScanner(strings.NewReader(output))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var line struct {
			Diagnostic *struct {
				Severity, Summary, Detail string
				Range                     struct{ Filename string }
			}
		}
		if json.Unmarshal(lines.Bytes(), &line) == nil && line.Diagnostic != nil && line.Diagnostic.Severity == "error" {
			file := filepath.Base(line.Diagnostic.Range.Filename)
			found[file] = append(found[file], line.Diagnostic.Summary+": "+line.Diagnostic.Detail)
		}
	}
	require.NoError(w.t, lines.Err())
	return found
}
