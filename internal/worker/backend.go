// Package worker is the loop that carries out runs, and the protocol it speaks with the server: Backend, as a
// Go interface within one process and as HTTPS between two. A worker holds nothing of the house but that.
package worker

import (
	"context"
	"errors"
	"time"

	"github.com/arpent/arpent/internal/runner"
)

// ErrLeaseLost says that the attempt is no longer the run's attempt: stop the tool, tell nobody, go on.
var ErrLeaseLost = errors.New("lease lost")

// Backend is all that a worker needs of the server. Every call after Claim carries the lease; a call of an
// attempt whose lease is gone returns ErrLeaseLost and has changed nothing. Calls may be repeated.
type Backend interface {
	// Claim waits up to claim.Wait for a run that this worker can carry out; nil when none came.
	Claim(ctx context.Context, claim Claim) (*Assignment, error)
	// Renew keeps the lease and says whether somebody wants the run to stop.
	Renew(ctx context.Context, lease Lease) (Renewal, error)
	// Watch waits up to wait for somebody to want the run to stop, and tells whether somebody does.
	Watch(ctx context.Context, lease Lease, wait time.Duration) (cancel bool, err error)
	// Log stores a piece of the log. Offset counts the bytes of the whole run before it; the same piece
	// again is ignored. The bytes are masked already.
	Log(ctx context.Context, lease Lease, offset int64, piece []byte) error
	// Step tells how far the attempt is.
	Step(ctx context.Context, lease Lease, step runner.Step) error
	// Finish ends the attempt with its result: a saved plan, outputs, or what went wrong; and with it, at once or not at
	// all, comes the rest of its log and steps.
	Finish(ctx context.Context, lease Lease, rest Rest, result runner.Result) error
}

// Rest is what was not told yet of an attempt that ends: the last piece of its log, as in Log, and steps, as in Step.
type Rest struct {
	Offset int64         `json:"offset,omitempty"`
	Log    []byte        `json:"log,omitempty"`
	Steps  []runner.Step `json:"steps,omitempty"`
}

// Claim is a worker that asks for work.
type Claim struct {
	Worker  string        `json:"worker"`          // its name, unique among the workers
	Labels  []string      `json:"labels"`          // what it offers; a run that wants a label goes only to a worker that has it
	Version string        `json:"version"`         // of the worker's program
	Slots   int           `json:"slots,omitempty"` // how many runs it takes at once
	Tool    string        `json:"tool"`            // of the engine, as in "OpenTofu 1.12.6"
	Remote  bool          `json:"-"`               // it speaks through HTTP; the handler says so
	Wait    time.Duration `json:"wait"`
}

// Lease is one attempt at a run. Number is the fence: it only grows.
type Lease struct {
	RunID  string `json:"runId"`
	Number int64  `json:"number"`
	Token  string `json:"token"` // proves the lease to the server; good for this attempt only
}

// Assignment is a run that a worker got.
type Assignment struct {
	Lease     Lease         `json:"lease"`
	ExpiresIn time.Duration `json:"expiresIn"` // of the lease, from now; renew at a third of it
	LogOffset int64         `json:"logOffset"` // where this attempt's log begins
	Task      runner.Task   `json:"task"`
	Trace     string        `json:"trace,omitempty"` // where the run is in its trace, as a traceparent
}

// Renewal is the server's answer to Renew.
type Renewal struct {
	ExpiresIn time.Duration `json:"expiresIn"`
	Cancel    bool          `json:"cancel"` // ask the tool to stop
}
