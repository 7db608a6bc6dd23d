package runner_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/runner"
)

// killedTask is what the process that is to be killed works on. Lasts is how long its lease lasts; zero for no lease.
type killedTask struct {
	Config runner.Config
	Task   runner.Task
	Mark   runner.Mark
	Lasts  time.Duration
}

const killedTaskFile = "task.json"

// runUntilKilled is another process of this test: it carries out the task that its folder holds.
func runUntilKilled(folder string) int {
	content, err := os.ReadFile(filepath.Join(folder, killedTaskFile))
	if err != nil {
		return 1
	}
	var order killedTask
	if json.Unmarshal(content, &order) != nil {
		return 1
	}
	terraform, err := runner.NewTerraform(order.Config)
	if err != nil {
		return 1
	}
	order.Task.Mark = order.Mark
	if order.Lasts > 0 {
		order.Task.Line = &runner.Lifeline{}
		_ = order.Task.Line.Extend(runner.Clock()+order.Lasts/2, runner.Clock()+order.Lasts)
	}
	_, _ = terraform.Run(context.Background(), order.Task, printer{})
	return 0
}

// printer tells the log to whoever reads our standard output.
type printer struct{}

func (printer) Log(p []byte)     { _, _ = os.Stdout.Write(p) }
func (printer) Step(runner.Step) {}

func TestNothingOutlivesItsParent(t *testing.T) {
	t.Parallel()
	for name, path := range engines(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, runner.Config{Binary: path})
			config := killWhenCreating(t, h, stubborn(), killedTask{})
			nothingLives(t, config, 30*time.Second)
			require.Empty(t, recovered(t, config)[0].State, "what was being made is not known to be there")
		})
	}
}

// halfway makes something, and is slow about the rest.
func halfway(stubborn bool) map[string]string {
	return fakeFolder(fmt.Sprintf(`
resource "fake_server" "quick" { name = "quick" }
resource "fake_server" "slow" {
  name       = "slow"
  seconds    = 600
  stubborn   = %t
  depends_on = [fake_server.quick]
}
`, stubborn))
}

func TestAnOrphanStoresItsState(t *testing.T) {
	t.Parallel()
	for name, path := range engines(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, runner.Config{Binary: path})
			config := killWhenCreating(t, h, halfway(false), killedTask{Lasts: time.Minute})
			nothingLives(t, config, 30*time.Second)
			require.Equal(t, []string{"fake_server.quick"}, h.states.resources())
			require.Empty(t, recovered(t, config)[0].State)
		})
	}
}

// An orphan whose state backend is gone leaves its state in its folder, and whoever comes next finds it.
func TestAnOrphansStateIsFound(t *testing.T) {
	t.Parallel()
	for name, path := range engines(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, runner.Config{Binary: path})
			mark := runner.Mark{RunID: "run_test", Attempt: 7, Token: "the token"}
			config := killWhenCreating(t, h, halfway(false), killedTask{Lasts: time.Minute, Mark: mark}, h.states.close)
			found := recovered(t, config)
			require.Len(t, found, 1)
			require.Equal(t, mark, found[0].Mark)
			require.Contains(t, string(found[0].State), `"quick"`)
			require.Empty(t, processesIn(t, config.WorkDir), "the tool's end was waited for")
		})
	}
}

func TestAStateThatNobodyTakesIsSetAside(t *testing.T) {
	t.Parallel()
	for name, path := range engines(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, runner.Config{Binary: path})
			mark := runner.Mark{RunID: "run_test", Attempt: 7}
			config := killWhenCreating(t, h, halfway(false), killedTask{Lasts: time.Minute, Mark: mark}, h.states.close)
			terraform, err := runner.NewTerraform(config)
			require.NoError(t, err)
			err = terraform.Recover(t.Context(), func(context.Context, runner.Left) error { return errors.New("too late") })
			path := filepath.Join(config.WorkDir, "set-aside", "run_test-7.tfstate")
			require.ErrorContains(t, err, "too late")
			require.ErrorContains(t, err, path)
			info, err := os.Stat(path)
			require.NoError(t, err)
			require.Equal(t, os.FileMode(0o600), info.Mode())
			require.NoError(t, terraform.Close())
			require.Empty(t, leftBehind(t, config), "the folder is gone all the same")
		})
	}
}

// A process that freezes prolongs nothing: its tool is asked to stop, and killed if it does not, before the lease ends.
func TestATaskEndsWithItsLine(t *testing.T) {
	t.Parallel()
	for name, path := range engines(t) {
		for _, stubborn := range []bool{false, true} {
			t.Run(fmt.Sprint(name, " stubborn=", stubborn), func(t *testing.T) {
				t.Parallel()
				h := newHouse(t, runner.Config{Binary: path})
				frozen := startCreating(t, h, halfway(stubborn), &killedTask{Lasts: 12 * time.Second})
				require.NoError(t, frozen.Process.Signal(syscall.SIGSTOP))
				tool := filepath.Join(frozen.Dir, "work")
				require.Eventually(t, func() bool { return len(toolsIn(t, tool)) == 0 }, time.Minute, 20*time.Millisecond)
				require.Equal(t, []string{"fake_server.quick"}, h.states.resources(), "what was made is stored")
				require.NoError(t, frozen.Process.Kill())
				_ = frozen.Wait()
			})
		}
	}
}

// toolsIn lists the engines and providers that live below a folder.
func toolsIn(t *testing.T, folder string) (found []string) {
	for _, process := range processesIn(t, folder) {
		if !strings.Contains(process, "/exe") && !strings.Contains(process, "runner.test") {
			found = append(found, process)
		}
	}
	return found
}

func nothingLives(t *testing.T, config runner.Config, within time.Duration) {
	t.Helper()
	require.Eventually(t, func() bool { return len(processesIn(t, config.WorkDir)) == 0 }, within,
		20*time.Millisecond, "engine and provider end with the process that started them")
}

// recovered is what the next process finds. It leaves nothing of it.
func recovered(t *testing.T, config runner.Config) (found []runner.Left) {
	t.Helper()
	terraform, err := runner.NewTerraform(config)
	require.NoError(t, err)
	require.Len(t, leftBehind(t, config), 2)
	require.NoError(t, terraform.Recover(t.Context(), func(_ context.Context, left runner.Left) error {
		found = append(found, left)
		return nil
	}))
	require.Len(t, leftBehind(t, config), 1, "the next start removes what the dead process left")
	require.NoError(t, terraform.Close())
	require.NotEmpty(t, found)
	return found
}

func leftBehind(t *testing.T, config runner.Config) []string {
	t.Helper()
	left, err := filepath.Glob(filepath.Join(config.WorkDir, "process-*"))
	require.NoError(t, err)
	return left
}

// killWhenCreating kills a process in mid-apply without a warning; before it does what comes first. It returns the
// configuration that the process had.
func killWhenCreating(t *testing.T, h *house, files map[string]string, order killedTask, before ...func()) runner.Config {
	t.Helper()
	command := startCreating(t, h, files, &order)
	for _, f := range before {
		f()
	}
	require.NoError(t, command.Process.Kill())
	_ = command.Wait()
	return order.Config
}

// startCreating starts a process that applies a folder, and waits until its slow server is being made.
func startCreating(t *testing.T, h *house, files map[string]string, order *killedTask) *exec.Cmd {
	t.Helper()
	planned, seen := h.plan(files)
	require.Equal(t, runner.Done, planned.Outcome, seen.log())
	folder := t.TempDir()
	order.Task = h.task(runner.Apply, files)
	order.Task.Plan = planned.Plan
	if order.Mark.RunID == "" {
		order.Mark.RunID = order.Task.RunID
	}
	order.Config = runner.Config{Binary: h.binary, WorkDir: filepath.Join(folder, "work"), MirrorDir: mirror(t), Retries: 1}
	text, err := json.Marshal(order)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(folder, killedTaskFile), text, 0o600))
	self, err := os.Executable()
	require.NoError(t, err)
	command := exec.Command(self)
	command.Dir = folder
	command.Env = append(os.Environ(), "ARPENT_TEST_RUN_IN="+folder)
	output, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	t.Cleanup(func() { _ = command.Process.Kill() })
	lines := bufio.NewScanner(output)
	creating := false
	for !creating && lines.Scan() {
		creating = lines.Text() == "fake_server.slow: Creating..."
	}
	require.True(t, creating)
	require.NotEmpty(t, processesIn(t, folder))
	return command
}
