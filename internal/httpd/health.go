package httpd

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/fault"
)

// Check is one thing that must work before requests can be served.
type Check struct {
	Name string
	// Do tells what stands in the way. The words of a fault are shown to whoever asks; those of other errors, which
	// may name hosts and users, only to the log.
	Do func(context.Context) error
	// Always has it done for every request: it is free, and its answer must not be old.
	Always bool
}

const (
	checkTime  = 2 * time.Second // that all checks together may take
	checkFresh = time.Second     // how long their answers are good for: anybody may ask
)

// healthz says that the process answers, and nothing else.
func (h *handler) healthz(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, map[string]string{"status": "ok"})
}

// readyz says whether requests can be served, and what stands in the way.
func (h *handler) readyz(w http.ResponseWriter, r *http.Request) {
	status, checks, reasons := http.StatusOK, map[string]string{}, map[string]string{}
	for name, err := range h.readiness.look(r.Context()) {
		if checks[name] = "ok"; err == nil {
			continue
		}
		status, checks[name] = http.StatusServiceUnavailable, "unavailable"
		if known, ok := fault.As(err); ok {
			reasons[name] = known.Message(localeOf(r, access.FromContext(r.Context())))
		}
	}
	answer(w, status, map[string]any{"ready": status == http.StatusOK, "checks": checks, "reasons": reasons})
}

// readiness does the checks, all at once, and remembers their answers for a moment.
type readiness struct {
	checks []Check
	log    *slog.Logger

	mutex sync.Mutex
	at    time.Time
	known map[string]error
}

func newReadiness(checks []Check, log *slog.Logger) *readiness {
	return &readiness{checks: checks, log: log, known: map[string]error{}}
}

func (c *readiness) look(ctx context.Context) map[string]error {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	stale := time.Since(c.at) >= checkFresh
	found, tasks := make([]error, len(c.checks)), sync.WaitGroup{}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), checkTime)
	defer cancel()
	for i, check := range c.checks {
		if found[i] = c.known[check.Name]; stale || check.Always {
			tasks.Go(func() { found[i] = inTime(ctx, check) })
		}
	}
	tasks.Wait()
	if stale {
		c.at = time.Now()
	}
	out := map[string]error{}
	for i, check := range c.checks {
		out[check.Name] = found[i]
		c.tell(check.Name, found[i])
	}
	c.known = out
	return out
}

// inTime gives a check up that does not heed its context, as reading from a dead disk does not.
func inTime(ctx context.Context, check Check) error {
	done := make(chan error, 1)
	go func() { done <- check.Do(ctx) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// tell logs what has changed: probes come every few seconds.
func (c *readiness) tell(name string, err error) {
	switch before := c.known[name]; {
	case err != nil && before == nil:
		c.log.Warn("not ready", "part", name, "error", err)
	case err == nil && before != nil:
		c.log.Info("ready again", "part", name)
	}
}
