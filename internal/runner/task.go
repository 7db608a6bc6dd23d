// Package runner runs one tool over one folder: a Task goes in, a Result comes out. It knows no queue, no
// database and no other package of ours but fault, so a worker that links it holds no credential of the house.
package runner

import (
	"context"
	"encoding/json"
	"time"

	"github.com/arpent/arpent/internal/fault"
)

// Mode is what a task does with its folder.
type Mode string

// The modes of a Terraform task.
const (
	Plan  Mode = "PLAN"  // find out what would change and save the plan
	Apply Mode = "APPLY" // carry out the saved plan of the task
	Drift Mode = "DRIFT" // find out what has changed in the world (plan -refresh-only)
)

// Task is everything a tool needs. It travels as JSON to remote workers; []byte fields are base64 there.
type Task struct {
	RunID      string            `json:"runId"`
	Mode       Mode              `json:"mode"`
	Files      []byte            `json:"files"`                // tar.gz of the folder, paths relative to its root
	Plan       []byte            `json:"plan,omitempty"`       // the saved plan that Apply carries out
	State      *StateBackend     `json:"state,omitempty"`      // nil when the folder declares a backend of its own
	Backend    map[string]string `json:"backend,omitempty"`    // settings for such a backend, handed over in a file
	SecretVars map[string]any    `json:"secretVars,omitempty"` // variables that are in no file of the folder
	Env        map[string]string `json:"env,omitempty"`        // added to the scrubbed environment
	Masks      []string          `json:"masks,omitempty"`      // values that must not appear in log, plan or diagnostics
	Limits     Limits            `json:"limits"`
	Mark       Mark              `json:"-"` // set by the worker, like the line
	Line       *Lifeline         `json:"-"` // until when it may go on; nil for as long as it takes
}

// Mark is what whoever finds the folder of a process that died is told of its task: it is enough to give it back.
type Mark struct {
	RunID   string `json:"runId"`
	Attempt int64  `json:"attempt"`
	Token   string `json:"token"`
}

// StateBackend is where the http state backend of a task is, and its credentials.
type StateBackend struct {
	Address  string `json:"address"` // lock and unlock are the same address
	Username string `json:"username"`
	Password string `json:"password"`
}

// Limits bound what a task may use. Zero means the runner's default.
type Limits struct {
	Time   time.Duration `json:"time"`   // wall time of the whole task
	Grace  time.Duration `json:"grace"`  // between asking the tool to stop and killing its process group
	Output int64         `json:"output"` // bytes of log; what follows is dropped, and the log says so
	Disk   int64         `json:"disk"`   // bytes in the work folder
}

// Outcome is how a task ended.
type Outcome string

// The outcomes.
const (
	Done     Outcome = "DONE"
	Failed   Outcome = "FAILED"
	Canceled Outcome = "CANCELED"
	Stale    Outcome = "STALE" // the saved plan no longer fits the state: plan again
)

// Result is what a task came to.
type Result struct {
	Outcome     Outcome           `json:"outcome"`
	Changed     bool              `json:"changed"`               // a plan has something to do, or an apply did something
	Plan        []byte            `json:"plan,omitempty"`        // the saved plan, of Plan; it holds secrets: seal it
	Summary     *Summary          `json:"summary,omitempty"`     // of Plan and Drift
	Outputs     map[string]Output `json:"outputs,omitempty"`     // of Apply: the root module's outputs
	Diagnostics []Diagnostic      `json:"diagnostics,omitempty"` // the tool's own words, masked
	State       []byte            `json:"state,omitempty"`       // state that an apply could not store; it holds secrets: store it
	Reason      *fault.Text       `json:"reason,omitempty"`      // why it Failed or was Canceled, for people
	Tool        string            `json:"tool,omitempty"`        // name and version, as in "OpenTofu 1.12.6"
}

// Summary is a plan for people. Values that are secret are masked.
type Summary struct {
	Add       int      `json:"add"`
	Change    int      `json:"change"`
	Destroy   int      `json:"destroy"` // a replacement counts as one added and one destroyed
	Import    int      `json:"import"`
	Changes   []Change `json:"changes"`   // at most MaxChanges, by address
	Truncated int      `json:"truncated"` // how many changes are left out of Changes
	Outputs   []Change `json:"outputs"`   // changes of root outputs
	Digest    string   `json:"digest"`    // sha256 of the whole change, secrets included: equal digests, equal changes
}

// Action is what happens to one resource.
type Action string

// The actions.
const (
	Create  Action = "CREATE"
	Update  Action = "UPDATE"
	Replace Action = "REPLACE"
	Delete  Action = "DELETE"
	Read    Action = "READ"
	Forget  Action = "FORGET"
	NoOp    Action = "NO_OP"
)

// Change is one resource or output of a plan.
type Change struct {
	Address    string      `json:"address"`          // module.site.terraform_data.page["a"]
	Module     string      `json:"module,omitempty"` // module.site
	Type       string      `json:"type,omitempty"`   // terraform_data
	Name       string      `json:"name"`             // page
	Action     Action      `json:"action"`
	Reason     string      `json:"reason,omitempty"` // the tool's action_reason, such as replace_because_cannot_update
	Attributes []Attribute `json:"attributes,omitempty"`
	Omitted    int         `json:"omitted,omitempty"` // how many more attributes change: they are too many or too large
}

// Attribute is one value that changes. Before and After are JSON, absent when there is none.
type Attribute struct {
	Path      string          `json:"path"` // tags.owner, ports[0]
	Before    json.RawMessage `json:"before,omitempty"`
	After     json.RawMessage `json:"after,omitempty"`
	Unknown   bool            `json:"unknown,omitempty"`   // known after apply
	Sensitive bool            `json:"sensitive,omitempty"` // Before and After are absent
	Forces    bool            `json:"forces,omitempty"`    // forces the replacement
}

// Output is one output of a root module.
type Output struct {
	Value     json.RawMessage `json:"value"`
	Type      json.RawMessage `json:"type,omitempty"` // cty type as JSON
	Sensitive bool            `json:"sensitive"`
}

// Diagnostic is one error or warning of the tool.
type Diagnostic struct {
	Severity string `json:"severity"` // error, warning
	Summary  string `json:"summary"`
	Detail   string `json:"detail,omitempty"`
	Address  string `json:"address,omitempty"` // of the resource it is about
	File     string `json:"file,omitempty"`    // relative to the folder
	Line     int    `json:"line,omitempty"`
	Snippet  string `json:"snippet,omitempty"`
}

// StepStatus is where a step is.
type StepStatus string

// The states of a step.
const (
	StepRunning  StepStatus = "RUNNING"
	StepDone     StepStatus = "DONE"
	StepFailed   StepStatus = "FAILED"
	StepCanceled StepStatus = "CANCELED"
)

// Step is one part of a task that people see: "init", "plan", "apply". It says in numbers how far it is: words for
// them are the readers'.
type Step struct {
	Name      string     `json:"name"`
	Status    StepStatus `json:"status"`
	Done      int        `json:"done,omitempty"`  // resources that are finished
	Total     int        `json:"total,omitempty"` // resources there are; 0 when nothing is counted
	StartedAt time.Time  `json:"startedAt"`
	EndedAt   *time.Time `json:"endedAt,omitempty"`
}

// Observer is told what happens while a task runs. Its methods are called from one goroutine at a time and must be quick.
type Observer interface {
	Log(p []byte)   // bytes of the log, masked, cut anywhere
	Step(step Step) // a step began, moved on or ended
}

// Runner runs tasks of one tool. A done context asks the tool to stop (Limits.Grace) and yields Canceled.
// An error means that the runner itself could not work (no disk, no binary); a tool that fails is a Result.
type Runner interface {
	Run(ctx context.Context, task Task, observer Observer) (Result, error)
}
