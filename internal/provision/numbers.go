package provision

import (
	"context"
	"strings"
	"time"

	"entgo.io/ent/dialect/sql"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/predicate"
	"github.com/arpent/arpent/ent/run"
	entworker "github.com/arpent/arpent/ent/worker"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/observe"
)

// numbers are what this process counts of the life of runs.
type numbers struct {
	claim      *prometheus.HistogramVec
	ended      *prometheus.CounterVec
	leasesLost prometheus.Counter
	unheard    prometheus.Counter
	logBytes   prometheus.Counter
	sweeps     *prometheus.CounterVec
	sweepTime  *prometheus.HistogramVec
}

func newNumbers(r *observe.Registry) numbers {
	return numbers{
		claim:      r.Histogram("arpent_run_claim_seconds", "Time from when a run was queued to when a worker got it.", observe.Patient, "priority"),
		ended:      r.Counter("arpent_runs_ended_total", "Runs that this server has seen end.", "kind", "status"),
		leasesLost: r.Counter("arpent_leases_lost_total", "Attempts that were taken from workers that had fallen silent.").WithLabelValues(),
		unheard:    r.Counter("arpent_queue_rings_failed_total", "Bells that could not be rung because the queue was away.").WithLabelValues(),
		logBytes:   r.Counter("arpent_run_log_bytes_total", "Bytes of log that workers have sent.").WithLabelValues(),
		sweeps:     r.Counter("arpent_sweeps_total", "Chores of the sweep that were done: ok or failed.", "chore", "outcome"),
		sweepTime:  r.Histogram("arpent_sweep_seconds", "Time of the sweep's chores.", observe.Quick, "chore"),
	}
}

// swept counts a chore.
func (n numbers) swept(chore string, took time.Duration, err error) {
	outcome := "ok"
	if err != nil {
		outcome = "failed"
	}
	n.sweeps.WithLabelValues(chore, outcome).Inc()
	n.sweepTime.WithLabelValues(chore).Observe(took.Seconds())
}

// censusFresh is how old what the database is asked for may be.
const censusFresh = 10 * time.Second

// survey adds what has to be asked of the database.
func (e *Engine) survey(r *observe.Registry) {
	r.Survey(observe.Survey{Fresh: censusFresh, Measure: e.census},
		observe.Told{Name: "arpent_queue_waiting", Help: "Runs that wait for a worker.", Labels: []string{"priority"}},
		observe.Told{Name: "arpent_queue_oldest_seconds", Help: "How long the run has waited that was queued first.", Labels: []string{"priority"}},
		observe.Told{Name: "arpent_runs", Help: "Runs that have not ended, by status.", Labels: []string{"status"}},
		observe.Told{Name: "arpent_workers", Help: "Workers, by whether they are alive, drained or gone.", Labels: []string{"state"}},
	)
}

// census asks for what is the same on every replica.
func (e *Engine) census(ctx context.Context, tell observe.Tell) error {
	ctx = access.As(ctx, "metrics")
	backlogs, err := e.Backlogs(ctx)
	if err != nil {
		return err
	}
	for _, b := range backlogs {
		tell("arpent_queue_waiting", float64(b.Waiting), string(b.Priority))
		age := 0.0
		if !b.Oldest.IsZero() {
			age = max(0, e.now().Sub(b.Oldest).Seconds())
		}
		tell("arpent_queue_oldest_seconds", age, string(b.Priority))
	}
	if err := e.countRuns(ctx, tell); err != nil {
		return err
	}
	return e.countWorkers(ctx, tell)
}

// countRuns counts by the index of unfinished runs; those that have ended are counted as they end.
func (e *Engine) countRuns(ctx context.Context, tell observe.Tell) error {
	var groups []struct {
		Status run.Status `json:"status"`
		Count  int        `json:"count"`
	}
	err := e.DB.Client(ctx).Run.Query().Where(run.StatusIn(unfinished()...)).GroupBy(run.FieldStatus).Aggregate(ent.Count()).Scan(ctx, &groups)
	counts := map[run.Status]int{}
	for _, g := range groups {
		counts[g.Status] = g.Count
	}
	for _, status := range unfinished() {
		tell("arpent_runs", float64(counts[status]), strings.ToLower(string(status)))
	}
	return err
}

// WorkerSilence is how long a worker may say nothing and still count as alive.
const WorkerSilence = time.Minute

// WorkerAlive picks the workers that are alive at a time: heard of lately, or keeping the lease of a run. One whose
// slots are all busy asks for nothing.
func WorkerAlive(now time.Time) predicate.Worker {
	return entworker.Or(entworker.SeenAtGT(now.Add(-WorkerSilence)), func(s *sql.Selector) {
		held := sql.Table(run.Table)
		s.Where(sql.In(s.C(entworker.FieldName), sql.Select(held.C(run.FieldWorker)).From(held).Where(sql.And(
			sql.In(held.C(run.FieldStatus), run.StatusRUNNING, run.StatusCANCELING), sql.GT(held.C(run.FieldLeaseExpiresAt), now)))))
	})
}

func (e *Engine) countWorkers(ctx context.Context, tell observe.Tell) error {
	alive := WorkerAlive(e.now())
	query := func() *ent.WorkerQuery { return e.DB.Client(ctx).Worker.Query() }
	for state, q := range map[string]*ent.WorkerQuery{
		"alive":   query().Where(alive, entworker.Paused(false)),
		"drained": query().Where(alive, entworker.Paused(true)),
		"gone":    query().Where(entworker.Not(alive)),
	} {
		n, err := q.Count(ctx)
		if err != nil {
			return err
		}
		tell("arpent_workers", float64(n), state)
	}
	return nil
}
