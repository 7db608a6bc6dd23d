package runner

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/hashicorp/terraform-exec/tfexec"

	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/runner/launch"
)

// run carries the task out, phase by phase. A phase that does not succeed gives the task's result.
func (j *job) run(ctx context.Context) (Result, error) {
	if reason := j.refuse(); reason != nil {
		return Result{Outcome: Failed, Reason: reason}, nil
	}
	var saved bundle
	if j.task.Mode == Apply {
		var err error
		if saved, err = openBundle(j.task.Plan); err != nil {
			return Result{Outcome: Failed, Reason: &unreadablePlan}, nil //nolint:nilerr // what was sent is at fault, not the runner
		}
		if saved.Tool != j.version.String() {
			return Result{Outcome: Stale, Reason: reason(otherTool, saved.Tool, j.version.String())}, nil
		}
	}
	if err := j.fill(saved); err != nil {
		return Result{}, err
	}
	if result, err := j.init(ctx); result != nil || err != nil {
		return deref(result), err
	}
	if j.task.Mode == Apply {
		return j.apply(ctx, saved)
	}
	return j.plan(ctx)
}

func deref(result *Result) Result {
	if result == nil {
		return Result{}
	}
	return *result
}

// refuse checks what the task brings and unpacks its folder; a reason says what is wrong with it.
func (j *job) refuse() *fault.Text {
	if prohibited := tfexec.ProhibitedEnv(j.task.Env); len(prohibited) > 0 {
		return reason(badEnv, strings.Join(prohibited, ", "))
	}
	if err := unpack(j.task.Files, j.work, j.limits.Disk); err != nil {
		return reason(badFolder, err.Error())
	}
	return nil
}

// fill adds to the unpacked folder what the task brings beside it.
func (j *job) fill(saved bundle) error {
	if err := j.writeSettings(); err != nil {
		return err
	}
	if j.task.Mode != Apply {
		return j.tool.SetEnv(j.env())
	}
	if len(saved.Lock) > 0 {
		if err := os.WriteFile(filepath.Join(j.work, lockFileName), saved.Lock, 0o600); err != nil {
			return fmt.Errorf("task folder: %w", err)
		}
	}
	return errors.Join(j.write(planFile, saved.Plan), j.tool.SetEnv(j.env()))
}

// init prepares the folder, from the cache when an equal one was prepared before. It returns nothing when it succeeded.
func (j *job) init(ctx context.Context) (*Result, error) {
	key, required, err := j.initKey()
	if err != nil {
		return nil, err
	}
	j.locked = readLock(j.work) != nil
	if key != "" && j.runner.inits.take(key, j.work) && (required == nil || required.writeManifest() == nil) {
		j.reused = true
		j.sink.begin("init", 0).end(StepDone)
		return nil, nil
	}
	return j.initNow(ctx, key)
}

// initNow lets the tool prepare the folder, and keeps what it made under the key, if there is one.
func (j *job) initNow(ctx context.Context, key string) (*Result, error) {
	unlock, err := j.lockCache()
	if err != nil {
		return nil, err
	}
	defer unlock()
	out, err := j.command(ctx, "init", 0, j.initOptions()...)
	if err != nil {
		result, err := j.ended(ctx, out, err, initFailed)
		return &result, err
	}
	out.stage.end(StepDone)
	if key != "" {
		j.runner.inits.keep(key, j.work)
	}
	return nil, nil
}

// initKey is under what the prepared folder is kept: what init has to look for, if that is all in the folder;
// else the folder and its project. It is empty for a folder in which init leaves settings of a backend.
func (j *job) initKey() (string, *requirements, error) {
	if len(j.task.Backend) > 0 {
		return "", nil, nil
	}
	if required, err := requirementsOf(j.work); err == nil {
		return required.key(j.version.String()), required, nil
	}
	address := ""
	if j.task.State != nil {
		address = j.task.State.Address
	}
	key, err := initKey(j.work, j.version.String(), address)
	return key, nil, err
}

// needsInit are the tool's words for a folder that is not prepared as it should be.
var needsInit = []string{
	"Backend initialization required", "Initialization required", "Module not installed", "Module source has changed",
	"Module version requirements have changed", "Inconsistent dependency lock file", "Required plugins are not installed",
	"Missing required provider", "there is no package for", "Could not load plugin", "Failed to load plugin schemas",
}

// again tells whether a command failed only because the reused folder did not fit; then the tool has prepared
// it by now, and the command can be repeated: it has done nothing yet.
func (j *job) again(ctx context.Context, out *stream) bool {
	if !j.reused || ctx.Err() != nil || !slices.ContainsFunc(needsInit, out.says) {
		return false
	}
	j.reused = false
	out.stage.end(StepFailed)
	_ = removeAll(filepath.Join(j.work, dataDir))
	if !j.locked {
		_ = os.Remove(filepath.Join(j.work, lockFileName))
	}
	result, err := j.initNow(ctx, "")
	return result == nil && err == nil
}

// lockCache keeps other tasks, of any process, from filling the provider cache at the same time.
func (j *job) lockCache() (unlock func(), err error) {
	if j.version.cacheSafe() {
		return func() {}, nil
	}
	file, err := lockFile(filepath.Join(j.runner.cache, lockName), syscall.LOCK_EX)
	if err != nil {
		return nil, fmt.Errorf("provider cache: %w", err)
	}
	return func() { _ = file.Close() }, nil
}

func (j *job) initOptions() []string {
	if len(j.task.Backend) == 0 {
		return nil
	}
	return []string{"-backend-config=" + j.path(backendFile)}
}

func (j *job) plan(ctx context.Context) (Result, error) {
	out, err := j.command(ctx, "plan", 0, j.planOptions()...)
	if err != nil && !differs(err) && j.again(ctx, out) {
		out, err = j.command(ctx, "plan", 0, j.planOptions()...)
	}
	changed := differs(err)
	if err != nil && !changed {
		return j.ended(ctx, out, err, planFailed)
	}
	summary, err := j.show(ctx)
	if err != nil {
		return j.ended(ctx, out, err, planFailed)
	}
	out.stage.end(StepDone)
	result := Result{Outcome: Done, Changed: changed, Summary: summary, Diagnostics: out.diagnostics}
	if j.task.Mode == Drift {
		return result, nil
	}
	result.Plan, err = j.savedPlan(summary)
	return result, err
}

// differs tells whether a plan ended with the status that says that something is to be changed.
func differs(err error) bool {
	var exit *exec.ExitError
	return errors.As(err, &exit) && exit.ExitCode() == 2
}

func (j *job) planOptions() []string {
	options := []string{"-detailed-exitcode", "-out=" + j.path(planFile)}
	if j.task.Mode == Drift {
		options = append(options, "-refresh-only")
	}
	if len(j.task.SecretVars) > 0 {
		options = append(options, "-var-file="+j.path(secretFile))
	}
	return options
}

// show reads the saved plan as the tool explains it, while the tool writes it.
func (j *job) show(ctx context.Context) (*Summary, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	show := j.launch(ctx, "show", "-json", "-no-color", j.path(planFile))
	out, err := show.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := show.Start(); err != nil {
		return nil, err
	}
	summary, err := summarize(out, j.task.Mode, j.mask)
	if err != nil {
		stop()
	}
	failed := show.Wait()
	_ = os.Remove(j.path(pidFile))
	return summary, unread(err, failed)
}

// unread is why a plan was not read: it is too large, or the tool did not write it to its end.
func unread(err, failed error) error {
	var large errMember
	if errors.As(err, &large) || failed == nil {
		return err
	}
	return failed
}

func (j *job) savedPlan(summary *Summary) ([]byte, error) {
	plan, err := os.ReadFile(j.path(planFile))
	if err != nil {
		return nil, fmt.Errorf("read the plan: %w", err)
	}
	return bundle{Tool: j.version.String(), Total: summary.operations(), Lock: readLock(j.work), Plan: plan}.pack()
}

func (j *job) apply(ctx context.Context, saved bundle) (Result, error) {
	out, err := j.command(ctx, "apply", saved.Total, "-auto-approve", j.path(planFile))
	if err != nil && j.again(ctx, out) {
		out, err = j.command(ctx, "apply", saved.Total, "-auto-approve", j.path(planFile))
	}
	// Asked to stop, a tool that was already done says so: its change_summary comes last, and only on success.
	if err != nil && out.counts == nil {
		result, err := j.ended(ctx, out, err, applyFailed)
		result.State, _ = os.ReadFile(filepath.Join(j.work, erroredFile))
		return result, err
	}
	out.stage.end(StepDone)
	result := Result{Outcome: Done, Changed: out.counts != nil && out.counts.any(), Diagnostics: out.diagnostics}
	j.addOutputs(ctx, &result, out)
	return result, nil
}

func (c *changeCounts) any() bool { return c.Add+c.Change+c.Remove+c.Import+c.Forget > 0 }

// command runs one command of the tool as a stage. The stage goes on when the command succeeded.
func (j *job) command(ctx context.Context, name string, total int, options ...string) (*stream, error) {
	out := &stream{sink: j.sink, mask: j.mask, stage: j.sink.begin(name, total)}
	cmd := j.launch(ctx, append([]string{name, "-json", "-no-color", "-input=false"}, options...)...)
	cmd.Stdout = out
	err := cmd.Run()
	_ = os.Remove(j.path(pidFile))
	out.close()
	return out, err
}

// launch prepares one command of the tool. What it says is read while it says it, in pieces: terraform-exec would hold
// each line whole, however long it is, and twice.
func (j *job) launch(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, launch.Path, args...)
	cmd.Dir, cmd.Env, cmd.Stderr = j.work, j.environ(), logWriter{j.sink}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = j.limits.Grace + time.Minute // the launcher keeps the grace, and must not be killed before it has killed the rest
	return cmd
}

// outdated are the tool's words for a plan that was made of another state.
var outdated = []string{"Saved plan is stale", "Saved plan does not match the given state"}

// ended says what a command that did not succeed means. A command that could not run is an error of ours.
func (j *job) ended(ctx context.Context, out *stream, err error, failed fault.Text) (Result, error) {
	result := Result{Outcome: Failed, Diagnostics: out.diagnostics}
	var exit *exec.ExitError
	var large errMember
	switch cause := context.Cause(ctx); {
	case errors.Is(cause, errTimeOver):
		result.Reason = reason(timeOver, j.limits.Time.String())
	case errors.Is(cause, errDiskFull):
		result.Reason = reason(diskFull, j.limits.Disk>>20)
	case cause != nil:
		result.Outcome, result.Reason = Canceled, &canceled
	case slices.ContainsFunc(outdated, out.says):
		result.Outcome, result.Reason = Stale, &stale
	case errors.As(err, &large):
		result.Reason = reason(planTooLarge, maxMember>>20)
	case !errors.As(err, &exit):
		out.stage.end(StepFailed)
		return Result{}, fmt.Errorf("run %s: %w", j.version, err)
	case exit.ExitCode() == launch.Silent:
		result.Outcome, result.Reason = Canceled, &canceled
	case exit.ExitCode() == launch.Killed:
		result.Reason = &killed
	case full(j.dir):
		result.Reason = &noRoom
	default:
		result.Reason = reason(failed, cmp.Or(out.firstError(), exit.Error()))
	}
	out.stage.end(stepStatus(result.Outcome))
	return result, nil
}

func stepStatus(outcome Outcome) StepStatus {
	if outcome == Canceled {
		return StepCanceled
	}
	return StepFailed
}
