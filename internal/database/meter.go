package database

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/arpent/arpent/internal/observe"
)

// kinds are what statements are told apart by; their texts are too many.
var kinds = []string{"SELECT", "INSERT", "UPDATE", "DELETE", "BEGIN", "COMMIT", togetherKind, "OTHER"}

// spanNames are made once, so that a statement costs nothing for a trace that is not there.
var spanNames = func() map[string]string {
	names := map[string]string{}
	for _, kind := range kinds {
		names[kind] = "SQL " + kind
	}
	return names
}()

// meter measures statements, from when they are sent to when their first row is there.
type meter struct {
	system  string
	seconds map[string]prometheus.Observer
	errors  map[string]prometheus.Counter
}

func newMeter(system string, numbers *observe.Registry) *meter {
	m := &meter{system: system, seconds: map[string]prometheus.Observer{}, errors: map[string]prometheus.Counter{}}
	seconds := numbers.Histogram("arpent_sql_seconds", "Time of SQL statements, by what they do.", observe.Quick, "kind")
	failed := numbers.Counter("arpent_sql_errors_total", "SQL statements that failed, by what they do.", "kind")
	for _, kind := range kinds {
		label := strings.ToLower(kind)
		m.seconds[kind], m.errors[kind] = seconds.WithLabelValues(label), failed.WithLabelValues(label)
	}
	return m
}

// measured is a statement that runs.
type measured struct {
	meter *meter
	kind  string
	began time.Time
	span  observe.Span
}

// begin tells the trace of ctx the statement's text, which holds no values: those are arguments.
func (m *meter) begin(ctx context.Context, query string) measured {
	kind := kindOf(query)
	_, span := observe.Start(ctx, spanNames[kind])
	span.Set("db.system.name", m.system)
	span.Set("db.query.text", query)
	return measured{m, kind, time.Now(), span}
}

// end notes how it went. A caller that went away is no failure of the database.
func (s measured) end(err error) {
	s.meter.seconds[s.kind].Observe(time.Since(s.began).Seconds())
	failed := err != nil && !errors.Is(err, context.Canceled)
	if failed {
		s.meter.errors[s.kind].Inc()
	}
	s.span.End(failed)
}

// kindOf is the first word of a statement, if it is one of kinds.
func kindOf(query string) string {
	for _, kind := range kinds {
		if len(query) >= len(kind) && strings.EqualFold(query[:len(kind)], kind) {
			return kind
		}
	}
	if strings.HasPrefix(query, togetherPrefix) {
		return togetherKind
	}
	if len(query) >= 4 && strings.EqualFold(query[:4], "WITH") {
		return "SELECT"
	}
	return "OTHER"
}

// watch tells how the pool is used.
func (db *DB) watch(numbers *observe.Registry) {
	numbers.Watch("arpent_sql_connections_open", "Connections to the database.", func() float64 { return float64(db.sql.Stats().OpenConnections) })
	numbers.Watch("arpent_sql_connections_busy", "Connections to the database that are at work.", func() float64 { return float64(db.sql.Stats().InUse) })
	numbers.Watch("arpent_sql_connection_wait_seconds", "How long statements have waited for a connection, altogether.", func() float64 {
		return db.sql.Stats().WaitDuration.Seconds()
	})
}
