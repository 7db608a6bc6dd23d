package bench

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/app"
)

const (
	reported     = 10_000 // servers
	reportRound  = 20_000 // reports in batches
	reportBatch  = 500
	reportSingle = 2_000 // reports one by one
	reportRounds = 3
	senders      = 4  // robots that send batches
	lonely       = 16 // robots that send reports one by one

	reportsQuery = `mutation($input: ReportStatesInput!) { reportStates(input: $input) { accepted userErrors { message } } }`
	reportQuery  = `mutation($input: ReportStateInput!) { reportState(input: $input) { report { id } userErrors { message } } }`

	bareReport = `INSERT INTO state_reports (id, created_at, updated_at, check_id, status, source, reporter, observed_at) SELECT 'bare_' || $1::text || '_' || i, now(), now(), 'chk_' || 1 + ($2::int + i) % 10000, 'OK', 'bench', 'bench', now() FROM generate_series(1, $3::int) i`
	bareHealth = `UPDATE servers SET last_report_at = now() WHERE id IN (SELECT 'srv_' || 1 + ($1::int + i) % 10000 FROM generate_series(1, $2::int) i)`
)

// BenchmarkReports measures how many reports a server takes by HTTP, until the last of their events has its place in the feed: in
// batches, where each tenth or each report changes the health of its server, and one by one. Beside it the same rows of history are
// inserted, and the servers touched, one transaction for as many.
func BenchmarkReports(b *testing.B) {
	s := newStock(b, startArpent(b, func(c *app.Config) { c.RateLimit = 0 }))
	s.furnish(1)
	s.plantReported()
	r := &reporting{stock: s}
	r.round(10, true)
	kinds := []*reports{
		{what: "reports a minute in batches of 500, each tenth a change of health", each: 10, batch: true},
		{what: "reports a minute in batches of 500, each one a change of health", each: 1, batch: true},
		{what: "reports a minute one by one, 16 at once, each tenth a change of health", each: 10},
	}
	b.ResetTimer()
	for range reportRounds {
		for _, k := range kinds {
			k.bare = append(k.bare, 60*r.bareRound(k.batch))
			cpu := s.cpu(b)
			rate, n := r.round(k.each, k.batch)
			k.rate = append(k.rate, 60*rate)
			k.cpu = append(k.cpu, float64(s.cpu(b)-cpu)/float64(n))
		}
	}
	for _, k := range kinds {
		k.tell()
	}
}

// reports are one way to report.
type reports struct {
	what            string
	each            int // one of so many changes a health
	batch           bool
	rate, bare, cpu series
}

func (k *reports) tell() {
	found.add(row{
		what: k.what + ", until their events are in the feed", ours: fmt.Sprintf("%.0f, %.2f ms CPU each", k.rate.median(), k.cpu.median()/1e6),
		bare: fmt.Sprintf("INSERT of their rows, as many in a transaction: %.0f", k.bare.median()),
		is:   fmt.Sprintf("%.0f a minute, %.2f ×", k.rate.median(), k.rate.over(k.bare)), aim: "≥ 100,000 a minute", holds: k.rate.median() >= 100_000,
	})
}

type reporting struct {
	*stock
	sent  int
	ill   [reported]bool
	bares atomic.Int64
}

// round sends reports of the next servers in turn, and waits for their events.
func (r *reporting) round(each int, batch bool) (rate float64, n int) {
	r.b.Helper()
	const placed = `SELECT count(*) FROM events WHERE type = 'server.health' AND position IS NOT NULL`
	before, changes, workers, size := r.count(placed), 0, lonely, 1
	n = reportSingle
	if batch {
		n, workers, size = reportRound, senders, reportBatch
	}
	questions := make([]question, n/size)
	for i := range questions {
		list := make([]map[string]any, size)
		for j := range list {
			var changed bool
			list[j], changed = r.next(each)
			if changed {
				changes++
			}
		}
		questions[i] = r.question(list, batch)
	}
	lines := make([]*line, workers) // new ones: a server does not wait long for who says nothing
	for i := range lines {
		lines[i] = connect(r.b, questions[0].host)
	}
	began := time.Now()
	r.atOnce(workers, len(questions), func(worker, i int) error { return lines[worker].report(questions[i-1], batch, size) })
	require.Eventually(r.b, func() bool { return r.count(placed) >= before+changes }, time.Minute, 5*time.Millisecond)
	took := time.Since(began)
	require.Equal(r.b, before+changes, r.count(placed))
	return perSecond(n, took), n
}

// next is a report on the next server, and whether it changes its health.
func (r *reporting) next(each int) (report map[string]any, changed bool) {
	at := r.sent % reported
	changed = r.sent%each == 0
	if changed {
		r.ill[at] = !r.ill[at]
	}
	r.sent++
	status := map[bool]string{true: "CRITICAL", false: "OK"}[r.ill[at]]
	return map[string]any{"subjectId": fmt.Sprintf("srv_%d", at+1), "check": "ping", "status": status, "message": "as seen from outside", "interval": 3600}, changed
}

func (r *reporting) question(list []map[string]any, batch bool) question {
	r.b.Helper()
	if batch {
		return ask(r.b, r.url, r.token, reportsQuery, map[string]any{"input": map[string]any{"reports": list}})
	}
	return ask(r.b, r.url, r.token, reportQuery, map[string]any{"input": list[0]})
}

// report sends reports, and fails unless all are taken.
func (l *line) report(q question, batch bool, size int) error {
	var text bytes.Buffer
	if err := l.turn(q, &text); err != nil {
		return err
	}
	var answer struct {
		Data struct {
			ReportStates struct{ Accepted int }
			ReportState  struct{ Report *struct{ ID string } }
		}
	}
	if err := json.Unmarshal(text.Bytes(), &answer); err != nil {
		return err
	}
	if batch && answer.Data.ReportStates.Accepted != size || !batch && answer.Data.ReportState.Report == nil {
		return fmt.Errorf("a report was not taken: %.500s", text.Bytes())
	}
	return nil
}

// bareRound is the bare tool.
func (r *reporting) bareRound(batch bool) float64 {
	r.b.Helper()
	n, workers, size := reportSingle, lonely, 1
	if batch {
		n, workers, size = reportRound, senders, reportBatch
	}
	return perSecond(n, r.atOnce(workers, n/size, func(_, i int) error {
		return r.inTx(func(tx *sql.Tx) error {
			if _, err := tx.ExecContext(context.Background(), bareReport, fmt.Sprint(r.bares.Add(1)), i*size, size); err != nil {
				return err
			}
			_, err := tx.ExecContext(context.Background(), bareHealth, i*size, size)
			return err
		})
	}))
}

func (s *stock) plantReported() {
	s.b.Helper()
	s.tell(
		fmt.Sprintf(`INSERT INTO servers (id, created_at, updated_at, hostname, provider_id, lifecycle, lifecycle_since, health, cores)
			SELECT 'srv_' || i, now(), now(), 'web-' || i || '.example.org', 'hsp_1', 'IN_SERVICE', now(), 'OK', 8 FROM generate_series(1, %d) i`, reported),
		fmt.Sprintf(`INSERT INTO checks (id, created_at, updated_at, subject_id, server_id, name, status, source, reporter, observed_at, since)
			SELECT 'chk_' || i, now(), now(), 'srv_' || i, 'srv_' || i, 'ping', 'OK', 'bench', 'bench', now() - interval '1 minute', now() FROM generate_series(1, %d) i`, reported),
		`VACUUM ANALYZE`,
	)
}
