package runner_test

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/runner"
)

// killedTask is what the process that is to be killed works on.
type killedTask struct {
	Config runner.Config
	Task   runner.Task
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
			planned, seen := h.plan(stubborn())
			require.Equal(t, runner.Done, planned.Outcome, seen.log())
			task := h.task(runner.Apply, stubborn())
			task.Plan = planned.Plan
			folder := t.TempDir()
			config := runner.Config{Binary: path, WorkDir: filepath.Join(folder, "work"), MirrorDir: mirror(t)}
			order, err := json.Marshal(killedTask{Config: config, Task: task})
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(filepath.Join(folder, killedTaskFile), order, 0o600))

			killWhenCreating(t, folder)
			require.Eventually(t, func() bool { return len(processesIn(t, config.WorkDir)) == 0 }, 20*time.Second,
				20*time.Millisecond, "engine and provider end with the process that started them")

			terraform, err := runner.NewTerraform(config)
			require.NoError(t, err)
			left, err := filepath.Glob(filepath.Join(config.WorkDir, "process-*"))
			require.NoError(t, err)
			require.Len(t, left, 1, "the next start removes what the dead process left")
			require.NoError(t, terraform.Close())
		})
	}
}

// killWhenCreating starts the process, waits until its provider is at work, and kills it without a warning.
func killWhenCreating(t *testing.T, folder string) {
	self, err := os.Executable()
	require.NoError(t, err)
	command := exec.Command(self)
	command.Env = append(os.Environ(), "ARPENT_TEST_RUN_IN="+folder)
	output, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	lines := bufio.NewScanner(output)
	creating := false
	for !creating && lines.Scan() {
		creating = lines.Text() == "fake_server.slow: Creating..."
	}
	require.True(t, creating)
	require.NotEmpty(t, processesIn(t, folder))
	require.NoError(t, command.Process.Kill())
	_ = command.Wait()
}
