package simulation

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/runner"
)

// tool is a model of OpenTofu: it plans what a run wishes against the project's state, and applies a plan object by
// object in a cloud that nobody can fence. It dies with its worker, wherever it is.
type tool struct {
	*Simulation
	process *process
}

// planned is what a saved plan holds.
type planned struct {
	Project  string
	Base     int64 // version of the state
	From, To int   // objects of the run
}

func (p planned) digest(runID string) string { return fmt.Sprintf("%s:%d-%d", runID, p.From, p.To) }

// Run implements runner.Runner.
func (t *tool) Run(ctx context.Context, task runner.Task, observer runner.Observer) (runner.Result, error) {
	number, _ := strconv.ParseInt(task.State.Password, 10, 64)
	j := &job{tool: t, ctx: ctx, task: task, observer: observer, lease: lease{task.RunID, number}}
	j.say("%s begins", task.Mode)
	observer.Step(runner.Step{Name: string(task.Mode), Status: runner.StepRunning})
	j.rest(time.Second)
	if t.happens(ToolFails) {
		return runner.Result{Outcome: runner.Failed}, nil
	}
	var result runner.Result
	if task.Mode == runner.Apply {
		result = j.apply()
	} else {
		result = j.plan()
	}
	j.say("%s: %s", task.Mode, result.Outcome)
	return result, nil
}

// job is one task in the hands of the tool.
type job struct {
	*tool
	ctx      context.Context //nolint:containedctx // it is the life of the job
	task     runner.Task
	observer runner.Observer
	lease    lease
	lines    int
}

// say writes a line of the log, some of them with letters of two bytes.
func (j *job) say(format string, args ...any) {
	j.lines++
	line := fmt.Appendf(nil, "%s %d é ", j.lease, j.lines)
	line = append(fmt.Appendf(line, format, args...), '\n')
	j.emitted[j.lease] = append(j.emitted[j.lease], line...)
	j.observer.Log(line)
}

// rest lets the tool work for a while, also when it is asked to stop: it finishes what it does.
func (j *job) rest(most time.Duration) {
	if j.quiet {
		most /= 10
	}
	j.kernel.sleep(j.kernel.between(time.Millisecond, most))
}

// state locks the project's state and reads it, through some server.
func (j *job) state() (*state, bool) {
	for range 5 {
		got, err := call(j.ctx, j.Simulation, latest, func(ctx context.Context, to *server) (*state, error) {
			return to.lock(ctx, j.lease, j.task.State.Address)
		})
		if err == nil || errors.Is(err, errState) {
			return got, err == nil
		}
		j.kernel.sleep(time.Second)
	}
	return nil, false
}

func (j *job) plan() runner.Result {
	s, ok := j.state()
	if !ok {
		return runner.Result{Outcome: j.failed()}
	}
	j.rest(6 * time.Second)
	if j.ctx.Err() != nil {
		return runner.Result{Outcome: runner.Canceled}
	}
	wish := wishOf(j.task.Files)
	p := planned{Project: j.task.State.Address, Base: s.version, From: s.made[j.task.RunID] + 1, To: wish.Objects}
	content, _ := json.Marshal(p)
	return runner.Result{
		Outcome: runner.Done, Changed: p.From <= p.To, Plan: content,
		Summary: &runner.Summary{Add: max(0, p.To-p.From+1), Digest: p.digest(j.task.RunID)},
	}
}

// failed is the outcome of a job that came to nothing, by itself or because somebody asked it to stop.
func (j *job) failed() runner.Outcome {
	if j.ctx.Err() != nil {
		return runner.Canceled
	}
	return runner.Failed
}

func (j *job) apply() runner.Result {
	var p planned
	if err := json.Unmarshal(j.task.Plan, &p); err != nil {
		return runner.Result{Outcome: runner.Failed}
	}
	s, ok := j.state()
	switch {
	case !ok:
		return runner.Result{Outcome: j.failed()}
	case s.version != p.Base:
		return runner.Result{Outcome: runner.Stale}
	}
	made := p.From - 1
	for made < p.To && j.ctx.Err() == nil {
		j.create(p, made+1)
		made++
		j.rest(8 * time.Second)
		j.say("object %d", made)
		switch {
		case j.happens(ToolCrashes):
			return runner.Result{Outcome: runner.Failed, Reason: &fault.Text{EN: "crash", FR: "plantage"}}
		case j.happens(ToolFails):
			return j.saved(&p, made, runner.Result{Outcome: runner.Failed, Changed: true})
		case made < p.To && j.kernel.chance(4) && errors.Is(j.post(&p, made), errState):
			return runner.Result{Outcome: runner.Failed, Changed: true}
		}
	}
	result := runner.Result{Outcome: runner.Done, Changed: true}
	if made < p.To {
		result.Outcome = runner.Canceled
	}
	return j.saved(&p, made, result)
}

// saved stores the state at the end. One that could not be stored goes with the result.
func (j *job) saved(p *planned, made int, result runner.Result) runner.Result {
	var err error
	for range 2 {
		if err = j.post(p, made); err == nil || errors.Is(err, errState) {
			break
		}
		j.kernel.sleep(time.Second)
	}
	if err == nil {
		return result
	}
	if result.Outcome = j.failed(); !errors.Is(err, errState) {
		result.State, _ = json.Marshal(posted{Project: p.Project, Base: p.Base, Made: made})
	}
	return result
}

// post sends the state, as long as the tool lives: it does so even when it is asked to stop.
func (j *job) post(p *planned, made int) error {
	body := posted{Project: p.Project, Base: p.Base, Made: made}
	_, err := call(context.WithoutCancel(j.ctx), j.Simulation, 5*time.Second, func(ctx context.Context, to *server) (struct{}, error) {
		t := to.kernel.cur
		t.lease = j.lease
		return struct{}{}, to.post(ctx, j.lease, body)
	})
	if err == nil {
		p.Base++
	}
	return err
}
