package runner_test

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/runner"
)

// engines lists the engines to test with: those of ARPENT_TEST_ENGINES, else bin/tofu and what is on PATH.
// None at all fails the test: a contract nobody was held to is not kept.
func engines(t testing.TB) map[string]string {
	candidates := []string{filepath.Join(repository(t), "bin", "tofu"), "tofu", "terraform"}
	if listed := os.Getenv("ARPENT_TEST_ENGINES"); listed != "" {
		candidates = strings.Split(listed, ",")
	}
	found := map[string]string{}
	for _, candidate := range candidates {
		if path, err := exec.LookPath(candidate); err == nil && found[filepath.Base(path)] == "" {
			found[filepath.Base(path)] = path
		}
	}
	require.NotEmpty(t, found, "no engine: run make build, or name some in ARPENT_TEST_ENGINES")
	return found
}

// onEveryEngine runs a test once for each engine.
func onEveryEngine(t *testing.T, test func(t *testing.T, h *house)) {
	for name, path := range engines(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, newHouse(t, runner.Config{Binary: path}))
		})
	}
}

// repository is where go test runs this package's tests, two folders up.
func repository(t testing.TB) string {
	path, err := filepath.Abs("../..")
	require.NoError(t, err)
	return path
}

// house is a runner with a state backend beside it.
type house struct {
	*runner.Terraform
	t       testing.TB
	workDir string
	binary  string
	states  *stateServer
}

func newHouse(t testing.TB, config runner.Config) *house {
	config.WorkDir, config.MirrorDir = t.TempDir(), mirror(t)
	terraform, err := runner.NewTerraform(config)
	require.NoError(t, err)
	h := &house{Terraform: terraform, t: t, workDir: config.WorkDir, binary: config.Binary, states: newStateServer(t)}
	t.Cleanup(func() {
		h.noLeftovers()
		require.NoError(t, terraform.Close())
	})
	return h
}

// noLeftovers fails when a task left a file or a process.
func (h *house) noLeftovers() {
	tasks, err := filepath.Glob(filepath.Join(h.workDir, "process-*", "task-*"))
	require.NoError(h.t, err)
	require.Empty(h.t, tasks, "a task left its folder")
	require.Empty(h.t, processesIn(h.t, h.workDir), "a task left processes")
}

// run carries a task out and returns its result with what was observed.
func (h *house) run(ctx context.Context, task runner.Task, watch ...func(log string)) (runner.Result, *observed) {
	seen := &observed{}
	if len(watch) > 0 {
		seen.watch = watch[0]
	}
	result, err := h.Run(ctx, task, seen)
	require.NoError(h.t, err)
	return result, seen
}

// plan and apply are what most tests do.
func (h *house) plan(files map[string]string) (runner.Result, *observed) {
	return h.run(h.t.Context(), h.task(runner.Plan, files))
}

func (h *house) apply(files map[string]string) (runner.Result, *observed) {
	planned, seen := h.plan(files)
	require.Equal(h.t, runner.Done, planned.Outcome, seen.log())
	return h.applyPlan(h.t.Context(), files, planned)
}

func (h *house) applyPlan(ctx context.Context, files map[string]string, planned runner.Result, watch ...func(string)) (runner.Result, *observed) {
	task := h.task(runner.Apply, files)
	task.Plan = planned.Plan
	return h.run(ctx, task, watch...)
}

func (h *house) task(mode runner.Mode, files map[string]string) runner.Task {
	return runner.Task{RunID: "run_test", Mode: mode, Files: pack(h.t, files), State: h.states.backend()}
}

func pack(t testing.TB, files map[string]string) []byte {
	folder := fstest.MapFS{}
	for name, content := range files {
		folder[name] = &fstest.MapFile{Data: []byte(content), Mode: 0o644}
	}
	archive, err := runner.Pack(folder)
	require.NoError(t, err)
	return archive
}

// observed remembers what a runner told.
type observed struct {
	mu    sync.Mutex
	text  bytes.Buffer
	steps []runner.Step
	watch func(log string)
}

func (o *observed) Log(p []byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.text.Write(p)
	if o.watch != nil {
		o.watch(o.text.String())
	}
}

func (o *observed) Step(step runner.Step) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.steps = append(o.steps, step)
}

func (o *observed) log() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// last is the last that was told of a step.
func (o *observed) last(name string) runner.Step {
	o.mu.Lock()
	defer o.mu.Unlock()
	var found runner.Step
	for _, step := range o.steps {
		if step.Name == name {
			found = step
		}
	}
	return found
}

// counts is how far a step was at last: what is done, of how much.
func (o *observed) counts(name string) [2]int {
	step := o.last(name)
	return [2]int{step.Done, step.Total}
}

// processesIn lists the processes whose environment names the folder, which is so for all that a task starts.
func processesIn(t testing.TB, folder string) []string {
	var found []string
	environments, err := filepath.Glob("/proc/[0-9]*/environ")
	require.NoError(t, err)
	for _, path := range environments {
		content, err := os.ReadFile(path)
		if err == nil && bytes.Contains(content, []byte(folder)) {
			command, _ := os.ReadFile(filepath.Join(filepath.Dir(path), "cmdline"))
			if len(command) > 0 {
				found = append(found, filepath.Base(filepath.Dir(path))+" "+strings.ReplaceAll(string(command), "\x00", " "))
			}
		}
	}
	return found
}

// mirror is a filesystem mirror with the test provider, for both engines' registries. It is built once.
func mirror(t testing.TB) string {
	path, err := builtMirror(repository(t))
	require.NoError(t, err)
	return path
}

var mirrorOnce struct {
	sync.Once
	path string
	err  error
}

func builtMirror(repository string) (string, error) {
	mirrorOnce.Do(func() {
		mirrorOnce.path, mirrorOnce.err = buildMirror(repository)
	})
	return mirrorOnce.path, mirrorOnce.err
}

func buildMirror(repository string) (string, error) {
	root, err := os.MkdirTemp("", "arpent-mirror-*")
	if err != nil {
		return "", err
	}
	binary := filepath.Join(root, "terraform-provider-fake_v0.1.0")
	build := exec.Command("go", "build", "-o", binary, ".")
	build.Dir = filepath.Join(repository, "tools", "testprovider")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return "", err
	}
	for _, registry := range []string{"registry.opentofu.org", "registry.terraform.io"} {
		folder := filepath.Join(root, "mirror", registry, "arpent", "fake", "0.1.0", runtime.GOOS+"_"+runtime.GOARCH)
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return "", err
		}
		if err := os.Link(binary, filepath.Join(folder, filepath.Base(binary))); err != nil {
			return "", err
		}
	}
	return filepath.Join(root, "mirror"), nil
}

func TestMain(m *testing.M) {
	if folder := os.Getenv("ARPENT_TEST_RUN_IN"); folder != "" {
		os.Exit(runUntilKilled(folder))
	}
	status := m.Run()
	if mirrorOnce.path != "" {
		_ = os.RemoveAll(filepath.Dir(mirrorOnce.path))
	}
	os.Exit(status)
}

// filesBelow lists all files below a folder with their content, for tests that look for secrets.
func filesBelow(t *testing.T, folder string) map[string]string {
	found := map[string]string{}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(path)
		found[path] = string(content)
		return err
	})
	require.NoError(t, err)
	return found
}
