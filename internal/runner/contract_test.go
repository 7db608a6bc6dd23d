package runner_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/runner"
)

// head is what every rendered folder has: a backend with an address that only people can reach.
const head = `terraform {
  backend "http" {
    address        = "http://192.0.2.1/terraform/state/WEB"
    lock_address   = "http://192.0.2.1/terraform/state/WEB"
    unlock_address = "http://192.0.2.1/terraform/state/WEB"
  }
}
`

const fakeHead = `terraform {
  required_providers {
    fake = { source = "arpent/fake" }
  }
}
`

func folder(body string) map[string]string {
	return map[string]string{"backend.tf": head, "main.tf": body}
}

func fakeFolder(body string) map[string]string {
	return map[string]string{"backend.tf": head, "versions.tf": fakeHead, "main.tf": body}
}

func TestPlanApplyChangeAndDestroy(t *testing.T) {
	t.Parallel()
	onEveryEngine(t, func(t *testing.T, h *house) {
		site := folder(`
resource "terraform_data" "site" {
  input = { title = "Bonjour", port = 80 }
}
output "title" { value = terraform_data.site.output.title }
output "key" {
  value     = "the-hidden-key"
  sensitive = true
}
`)
		planned, seen := h.plan(site)
		require.Equal(t, runner.Done, planned.Outcome, seen.log())
		require.True(t, planned.Changed)
		require.Equal(t, 1, planned.Summary.Add)
		require.Contains(t, seen.log(), "  + terraform_data.site\n")
		require.Contains(t, seen.log(), "Plan: 1 to add")
		require.Equal(t, runner.StepDone, seen.last("init").Status)
		require.Equal(t, runner.StepDone, seen.last("plan").Status)
		require.Empty(t, h.states.resources())

		applied, seen := h.applyPlan(t.Context(), site, planned)
		require.Equal(t, runner.Done, applied.Outcome, seen.log())
		require.True(t, applied.Changed)
		require.JSONEq(t, `"Bonjour"`, string(applied.Outputs["title"].Value))
		require.JSONEq(t, `"the-hidden-key"`, string(applied.Outputs["key"].Value))
		require.True(t, applied.Outputs["key"].Sensitive)
		require.NotContains(t, seen.log(), "the-hidden-key")
		require.Equal(t, [2]int{1, 1}, seen.counts("apply"))
		require.Equal(t, []string{"terraform_data.site"}, h.states.resources())

		again, seen := h.plan(site)
		require.Equal(t, runner.Done, again.Outcome, seen.log())
		require.False(t, again.Changed)
		require.Empty(t, again.Summary.Changes)

		gone, seen := h.plan(folder(""))
		require.Equal(t, runner.Done, gone.Outcome, seen.log())
		require.Equal(t, 1, gone.Summary.Destroy)
		destroyed, seen := h.applyPlan(t.Context(), folder(""), gone)
		require.Equal(t, runner.Done, destroyed.Outcome, seen.log())
		require.Empty(t, h.states.resources())
	})
}

func TestSummaryShowsEveryChange(t *testing.T) {
	t.Parallel()
	onEveryEngine(t, func(t *testing.T, h *house) {
		first := fakeFolder(`
resource "fake_server" "web" {
  name = "web-1"
  size = "small"
}
resource "fake_server" "db" { name = "db-1" }
`)
		applied, seen := h.apply(first)
		require.Equal(t, runner.Done, applied.Outcome, seen.log())

		planned, seen := h.plan(fakeFolder(`
resource "fake_server" "web" {
  name = "web-2"
  size = "small"
}
resource "fake_server" "db" {
  name = "db-1"
  size = "large"
}
`))
		require.Equal(t, runner.Done, planned.Outcome, seen.log())
		summary := planned.Summary
		require.Equal(t, []int{1, 1, 1}, []int{summary.Add, summary.Change, summary.Destroy})
		require.Equal(t, runner.Update, summary.Changes[0].Action)
		require.Equal(t, []runner.Attribute{{Path: "size", After: json.RawMessage(`"large"`)}}, summary.Changes[0].Attributes)
		replaced := summary.Changes[1]
		require.Equal(t, "fake_server.web", replaced.Address)
		require.Equal(t, runner.Replace, replaced.Action)
		require.Equal(t, "replace_because_cannot_update", replaced.Reason)
		paths := map[string]runner.Attribute{}
		for _, attribute := range replaced.Attributes {
			paths[attribute.Path] = attribute
		}
		require.True(t, paths["name"].Forces)
		require.JSONEq(t, `"web-1"`, string(paths["name"].Before))
		require.JSONEq(t, `"web-2"`, string(paths["name"].After))
		require.True(t, paths["id"].Unknown)
		require.True(t, paths["token"].Sensitive)
		require.Nil(t, paths["token"].Before, "a secret of the provider is hidden")
		require.NotContains(t, paths, "size", "what stays is not shown")
	})
}

func TestDigestFollowsTheChange(t *testing.T) {
	t.Parallel()
	onEveryEngine(t, func(t *testing.T, h *house) {
		site := func(title string) map[string]string {
			return folder(fmt.Sprintf(`resource "terraform_data" "site" { input = sensitive(%q) }`, title))
		}
		first, _ := h.plan(site("one"))
		same, _ := h.plan(site("one"))
		other, _ := h.plan(site("two"))
		require.Equal(t, first.Summary.Digest, same.Summary.Digest)
		require.NotEqual(t, first.Summary.Digest, other.Summary.Digest, "secrets count")
	})
}

func TestFailureTellsWhere(t *testing.T) {
	t.Parallel()
	onEveryEngine(t, func(t *testing.T, h *house) {
		result, seen := h.plan(folder("\nresource \"terraform_data\" \"site\" {\n  input = var.missing\n}\n"))
		require.Equal(t, runner.Failed, result.Outcome)
		require.Contains(t, result.Reason.FR, "échoué")
		require.NotEmpty(t, result.Diagnostics)
		diagnostic := result.Diagnostics[0]
		require.Equal(t, "error", diagnostic.Severity)
		require.Equal(t, "main.tf", diagnostic.File)
		require.Equal(t, 3, diagnostic.Line)
		require.Contains(t, diagnostic.Snippet, "var.missing")
		require.Contains(t, seen.log(), "  on main.tf line 3, in resource \"terraform_data\" \"site\":\n     3:   input = var.missing\n")
		require.Equal(t, runner.StepFailed, seen.last("plan").Status)

		broken, _ := h.plan(folder("resource {"))
		require.Equal(t, runner.Failed, broken.Outcome)
		require.Equal(t, "main.tf", broken.Diagnostics[0].File)
	})
}

func TestFailingApplyKeepsWhatWasDone(t *testing.T) {
	t.Parallel()
	onEveryEngine(t, func(t *testing.T, h *house) {
		result, seen := h.apply(fakeFolder(`
resource "fake_server" "good" { name = "good" }
resource "fake_server" "bad" {
  name       = "bad"
  fail       = true
  depends_on = [fake_server.good]
}
`))
		require.Equal(t, runner.Failed, result.Outcome, seen.log())
		require.Equal(t, "Creation failed", result.Diagnostics[0].Summary)
		require.Equal(t, "fake_server.bad", result.Diagnostics[0].Address)
		require.Contains(t, result.Reason.EN, "Creation failed")
		require.Equal(t, [2]int{1, 2}, seen.counts("apply"))
		require.Contains(t, h.states.resources(), "fake_server.good")
	})
}

func TestPlanOfAnOlderStateIsStale(t *testing.T) {
	t.Parallel()
	onEveryEngine(t, func(t *testing.T, h *house) {
		site := folder(`resource "terraform_data" "site" { input = 1 }`)
		old, _ := h.plan(site)
		applied, seen := h.apply(site)
		require.Equal(t, runner.Done, applied.Outcome, seen.log())
		result, seen := h.applyPlan(t.Context(), site, old)
		require.Equal(t, runner.Stale, result.Outcome, seen.log())
	})
}

func TestPlanOfAnotherToolIsStale(t *testing.T) {
	t.Parallel()
	found := engines(t)
	if len(found) < 2 {
		return // with one engine there is no other tool
	}
	site := folder(`resource "terraform_data" "site" { input = 1 }`)
	var planned runner.Result
	for _, path := range found {
		h := newHouse(t, runner.Config{Binary: path})
		if planned.Plan == nil {
			planned, _ = h.plan(site)
			continue
		}
		result, _ := h.applyPlan(t.Context(), site, planned)
		require.Equal(t, runner.Stale, result.Outcome)
	}
}

func TestDriftIsSeen(t *testing.T) {
	t.Parallel()
	onEveryEngine(t, func(t *testing.T, h *house) {
		site := folder(`resource "terraform_data" "site" { input = 1 }`)
		applied, seen := h.apply(site)
		require.Equal(t, runner.Done, applied.Outcome, seen.log())
		result, seen := h.run(t.Context(), h.task(runner.Drift, site))
		require.Equal(t, runner.Done, result.Outcome, seen.log())
		require.False(t, result.Changed)
		require.Empty(t, result.Plan)
		require.Empty(t, result.Summary.Changes)
	})
}

func TestPlanOutlivesTheServersAddress(t *testing.T) {
	t.Parallel()
	onEveryEngine(t, func(t *testing.T, h *house) {
		site := folder(`resource "terraform_data" "site" { input = 1 }`)
		planned, _ := h.plan(site)
		h.states = newStateServer(t)
		result, seen := h.applyPlan(t.Context(), site, planned)
		require.Equal(t, runner.Done, result.Outcome, seen.log())
		require.NotEmpty(t, h.states.resources())
	})
}

func TestBackendOfItsOwn(t *testing.T) {
	t.Parallel()
	onEveryEngine(t, func(t *testing.T, h *house) {
		state := t.TempDir() + "/its-own-$${state}.tfstate"
		files := map[string]string{"main.tf": `
terraform {
  backend "local" {}
}
resource "terraform_data" "site" { input = 1 }
`}
		task := runner.Task{Mode: runner.Plan, Files: pack(t, files), Backend: map[string]string{"path": state}}
		planned, seen := h.run(t.Context(), task)
		require.Equal(t, runner.Done, planned.Outcome, seen.log())
		task.Mode, task.Plan = runner.Apply, planned.Plan
		applied, seen := h.run(t.Context(), task)
		require.Equal(t, runner.Done, applied.Outcome, seen.log())
		require.FileExists(t, state)
	})
}

func TestStateThatCannotBeStoredIsHandedBack(t *testing.T) {
	t.Parallel()
	onEveryEngine(t, func(t *testing.T, h *house) {
		site := folder(`resource "terraform_data" "site" { input = 1 }`)
		planned, _ := h.plan(site)
		h.states.refuse = true
		result, seen := h.applyPlan(t.Context(), site, planned)
		require.Equal(t, runner.Failed, result.Outcome, seen.log())
		require.Contains(t, string(result.State), `"terraform_data"`)
	})
}

func TestTwoHundredResources(t *testing.T) {
	t.Parallel()
	onEveryEngine(t, func(t *testing.T, h *house) {
		result, seen := h.apply(fakeFolder(`
resource "fake_server" "many" {
  count = 200
  name  = "server-${count.index}"
}
`))
		require.Equal(t, runner.Done, result.Outcome, seen.log())
		require.Equal(t, [2]int{200, 200}, seen.counts("apply"))
		planned, _ := h.plan(folder(""))
		require.Len(t, planned.Summary.Changes, 200)
		require.Equal(t, 200, planned.Summary.Destroy)
	})
}

func TestParallelRunsShareTheProviders(t *testing.T) {
	t.Parallel()
	onEveryEngine(t, func(t *testing.T, h *house) {
		outcomes := make(chan runner.Result, 4)
		for i := range cap(outcomes) {
			site := fakeFolder(fmt.Sprintf("resource \"fake_server\" \"s\" { name = \"s-%d\" }", i))
			task := h.task(runner.Plan, site)
			task.State = newStateServer(t).backend()
			go func() {
				result, err := h.Run(context.WithoutCancel(t.Context()), task, &observed{})
				if err != nil {
					result.Outcome = runner.Outcome(err.Error())
				}
				outcomes <- result
			}()
		}
		for range cap(outcomes) {
			require.Equal(t, runner.Done, (<-outcomes).Outcome)
		}
	})
}

func TestNothingOfOurEnvironment(t *testing.T) {
	t.Setenv("ARPENT_TEST_SECRET", "of-the-server")
	for name, path := range engines(t) {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, runner.Config{Binary: path, Env: map[string]string{"OPERATOR": "gave-this"}})
			site := folder(`
resource "terraform_data" "site" {
  provisioner "local-exec" { command = "env" }
}`)
			planned, _ := h.plan(site)
			task := h.task(runner.Apply, site)
			task.Plan, task.Env = planned.Plan, map[string]string{"PROJECT": "WEB"}
			result, seen := h.run(t.Context(), task)
			require.Equal(t, runner.Done, result.Outcome, seen.log())
			require.Contains(t, seen.log(), "OPERATOR=gave-this")
			require.Contains(t, seen.log(), "PROJECT=WEB")
			require.Contains(t, seen.log(), "HOME="+h.workDir)
			for _, hidden := range []string{"of-the-server", "ARPENT_", statePassword} {
				require.NotContains(t, seen.log(), hidden)
			}
		})
	}
}

func TestSecretsAreNowhere(t *testing.T) {
	t.Parallel()
	onEveryEngine(t, func(t *testing.T, h *house) {
		const secret, key = `pa"ss&word`, "-----BEGIN KEY-----\nMIIEabcdefgh\n-----END KEY-----"
		site := folder(`
variable "secret" {}
variable "key" {}
resource "terraform_data" "site" {
  input = { secret = var.secret, key = var.key, open = "name" }
  provisioner "local-exec" {
    command = "printf '%s' \"$S\" | cut -c1-5 | tr -d '\\n'; printf '%s\\n' \"$S\" | cut -c6-; echo \"$K\"; tr '\\0' ' ' < /proc/$PPID/cmdline"
    environment = { S = var.secret, K = var.key }
  }
}
output "secret" { value = var.secret }
`)
		task := h.task(runner.Plan, site)
		task.SecretVars = map[string]any{"secret": secret, "key": key}
		planned, seen := h.run(t.Context(), task)
		require.Equal(t, runner.Done, planned.Outcome, seen.log())
		task.Mode, task.Plan = runner.Apply, planned.Plan
		applied, seenApply := h.run(t.Context(), task)
		require.Equal(t, runner.Done, applied.Outcome, seenApply.log())

		summary, err := json.Marshal(planned.Summary)
		require.NoError(t, err)
		require.Contains(t, string(summary), `"name"`)
		for _, text := range []string{string(summary), seen.log(), seenApply.log()} {
			for _, hidden := range []string{secret, `pa\"ss`, "pa\\u0022", "MIIEabcdefgh", statePassword} {
				require.NotContains(t, text, hidden)
			}
		}
		for path, content := range filesBelow(t, h.workDir) {
			require.NotContains(t, content, secret, path)
			require.NotContains(t, content, "MIIEabcdefgh", path)
		}
	})
}

func TestCancelInMidApplyKeepsTheState(t *testing.T) {
	t.Parallel()
	onEveryEngine(t, func(t *testing.T, h *house) {
		started := filepath.Join(t.TempDir(), "started")
		site := fakeFolder(fmt.Sprintf(`
resource "fake_server" "first" { name = "first" }
resource "fake_server" "slow" {
  name       = "slow"
  seconds    = 600
  started    = %q
  depends_on = [fake_server.first]
}
`, started))
		planned, seen := h.plan(site)
		require.Equal(t, runner.Done, planned.Outcome, seen.log())
		ctx, cancel := context.WithCancel(t.Context())
		go func() { // a provider that is asked to stop before it began would not hear it
			assert.Eventually(t, func() bool { _, err := os.Stat(started); return err == nil }, time.Minute, 5*time.Millisecond)
			cancel()
		}()
		result, seen := h.applyPlan(ctx, site, planned)
		require.Equal(t, runner.Canceled, result.Outcome, seen.log())
		require.Contains(t, h.states.resources(), "fake_server.first")
		require.Nil(t, h.states.locked, "the lock is given back")
		require.Equal(t, runner.StepCanceled, seen.last("apply").Status)
		require.NotNil(t, seen.last("apply").EndedAt)
	})
}

// when calls back once, as soon as the log has a text.
func when(text string, call func()) func(string) {
	called := false
	return func(log string) {
		if !called && strings.Contains(log, text) {
			called = true
			call()
		}
	}
}

func TestStubbornProviderDiesAfterItsGrace(t *testing.T) {
	t.Parallel()
	onEveryEngine(t, func(t *testing.T, h *house) {
		site := stubborn()
		planned, _ := h.plan(site)
		task := h.task(runner.Apply, site)
		task.Plan, task.Limits.Grace = planned.Plan, time.Second
		ctx, cancel := context.WithCancel(t.Context())
		started := time.Now()
		result, seen := h.run(ctx, task, when("fake_server.slow: Creating", cancel))
		require.Equal(t, runner.Canceled, result.Outcome, seen.log())
		require.Less(t, time.Since(started), 5*time.Minute, "its 600 seconds are not waited for")
		require.Empty(t, processesIn(t, h.workDir), "the provider is gone as well")
	})
}

func stubborn() map[string]string {
	return fakeFolder(`
resource "fake_server" "slow" {
  name     = "slow"
  seconds  = 600
  stubborn = true
}
`)
}

func TestWhatAProvisionerLeavesBehindDies(t *testing.T) {
	t.Parallel()
	onEveryEngine(t, func(t *testing.T, h *house) {
		result, seen := h.apply(folder(`
resource "terraform_data" "site" {
  provisioner "local-exec" {
    command = "setsid sleep 600 >/dev/null 2>&1 </dev/null & echo started"
  }
}`))
		require.Equal(t, runner.Done, result.Outcome, seen.log())
		require.Empty(t, processesIn(t, h.workDir))
	})
}

func TestLimits(t *testing.T) {
	t.Parallel()
	provisioned := func(h *house, command string, limits runner.Limits) (runner.Result, *observed) {
		site := folder(fmt.Sprintf(`
resource "terraform_data" "site" {
  provisioner "local-exec" { command = %q }
}`, command))
		planned, seen := h.plan(site)
		require.Equal(h.t, runner.Done, planned.Outcome, seen.log())
		task := h.task(runner.Apply, site)
		task.Plan, task.Limits = planned.Plan, limits
		return h.run(h.t.Context(), task)
	}
	t.Run("time", func(t *testing.T) {
		t.Parallel()
		onEveryEngine(t, func(t *testing.T, h *house) {
			result, seen := provisioned(h, "sleep 600", runner.Limits{Time: 2 * time.Second, Grace: time.Second})
			require.Equal(t, runner.Failed, result.Outcome, seen.log())
			require.Contains(t, result.Reason.EN, "2s")
		})
	})
	t.Run("output", func(t *testing.T) {
		t.Parallel()
		onEveryEngine(t, func(t *testing.T, h *house) {
			command := "yes 'a line of the log that never ends' | head -n 20000"
			result, seen := provisioned(h, command, runner.Limits{Output: 10_000})
			require.Equal(t, runner.Done, result.Outcome)
			require.Less(t, len(seen.log()), 10_200)
			require.Contains(t, seen.log(), "the log is longer than its limit")
		})
	})
	t.Run("disk", func(t *testing.T) {
		t.Parallel()
		onEveryEngine(t, func(t *testing.T, h *house) {
			limits := runner.Limits{Disk: 10 << 20, Grace: 10 * time.Minute}
			command := "trap '' INT; setsid sh -c 'head -c 50M /dev/zero > filler; sleep 600'"
			result, seen := provisioned(h, command, limits)
			require.Equal(t, runner.Failed, result.Outcome, seen.log())
			require.Contains(t, result.Reason.EN, "10 MiB")
		})
	})
}

func TestHostileArchives(t *testing.T) {
	t.Parallel()
	onEveryEngine(t, func(t *testing.T, h *house) {
		for name, archive := range hostileArchives(t) {
			task := h.task(runner.Plan, nil)
			task.Files, task.Limits.Disk = archive, 1<<20
			result, _ := h.run(t.Context(), task)
			require.Equal(t, runner.Failed, result.Outcome, name)
			require.Contains(t, result.Reason.FR, "dossier", name)
		}
		require.NoFileExists(t, h.workDir+"/escaped")
	})
}
