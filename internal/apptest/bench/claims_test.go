package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/allocation"
	"github.com/arpent/arpent/internal/app"
)

const (
	claimants   = 64
	claimRound  = 2000
	bareClaim   = `UPDATE servers SET lifecycle = 'ASSIGNED', lifecycle_since = $1, updated_at = $1, project_id = $2 WHERE id = (SELECT id FROM servers WHERE lifecycle = 'AVAILABLE' AND project_id IS NULL ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)`
	claimQuery  = `mutation($input: ClaimServerInput!) { claimServer(input: $input) { claim { id state server { id hostname } } userErrors { message } } }`
	claimWarmup = 200
)

// BenchmarkClaims measures 64 who claim servers at once, each claim with a key of its own, by the service and by HTTP, beside the bare
// statement that takes a server past those that others have locked, on the same table and as many connections.
func BenchmarkClaims(b *testing.B) {
	s := newStock(b, startArpent(b, func(c *app.Config) { c.RateLimit = 0 }))
	s.furnish(10)
	s.plantAvailable(3*(rounds*claimRound+claimWarmup) + 5000)
	robot := s.robot()
	byHTTP := s.claimByHTTP()
	ways := []func(worker, i int) error{
		func(_, i int) error {
			_, err := s.db.SQL().Exec(bareClaim, time.Now(), project(i))
			return err
		},
		func(_, i int) error {
			_, err := s.allocation.ClaimServer(robot, allocation.Terms{ProjectID: project(i), Key: key()}, allocation.ServerSelector{})
			return err
		},
		byHTTP,
	}
	var rates [3]series
	for _, way := range ways {
		s.atOnce(claimants, claimWarmup, way)
	}
	b.ResetTimer()
	for range rounds {
		for i, way := range ways {
			rates[i] = append(rates[i], perSecond(claimRound, s.atOnce(claimants, claimRound, way)))
		}
	}
	s.requireOneEach(2 * (rounds*claimRound + claimWarmup))
	bare := fmt.Sprintf("UPDATE … FOR UPDATE SKIP LOCKED: %.0f/s", rates[0].median())
	for i, what := range []string{"claims of a server, 64 at once, with key, claim and event", "the same by HTTP"} {
		ratio := rates[i+1].over(rates[0])
		found.add(row{what: what, ours: fmt.Sprintf("%.0f/s", rates[i+1].median()), bare: bare, is: fmt.Sprintf("%.2f ×", ratio), aim: "≥ 0.5 ×", holds: ratio >= .5})
	}
}

func project(i int) string { return fmt.Sprintf("prj_%d", 1+i%10) }

var keys atomic.Int64

// key is one that nobody has used.
func key() string { return fmt.Sprintf("key-%d", keys.Add(1)) }

// robot may claim in all projects.
func (s *stock) robot() context.Context {
	may := map[string]access.Set{}
	for i := range 10 {
		may[project(i)] = access.NewSet(access.ProjectRead, access.ServerClaim)
	}
	return access.NewContext(context.Background(), &access.Viewer{Kind: access.Token, ID: "usr_robot", Name: "Robot", Projects: may})
}

func (s *stock) claimByHTTP() func(worker, i int) error {
	s.b.Helper()
	lines := make([]*line, claimants)
	host := ask(s.b, s.url, s.token, claimQuery, nil).host
	for i := range lines {
		lines[i] = connect(s.b, host)
	}
	return func(worker, i int) error {
		return lines[worker].claim(ask(s.b, s.url, s.token, claimQuery, map[string]any{"input": map[string]any{"projectId": project(i), "idempotencyKey": key()}}))
	}
}

// claim asks for a server, and fails unless it gets one.
func (l *line) claim(q question) error {
	var text bytes.Buffer
	if err := l.turn(q, &text); err != nil {
		return err
	}
	var answer struct {
		Data struct {
			ClaimServer struct {
				Claim *struct{ State string }
			}
		}
	}
	if err := json.Unmarshal(text.Bytes(), &answer); err != nil {
		return err
	}
	if c := answer.Data.ClaimServer.Claim; c == nil || c.State != "HELD" {
		return fmt.Errorf("a claim was not held: %s", text.Bytes())
	}
	return nil
}

func (s *stock) plantAvailable(n int) {
	s.b.Helper()
	s.tell(
		fmt.Sprintf(`INSERT INTO servers (id, created_at, updated_at, hostname, provider_id, lifecycle, lifecycle_since, health, cores)
			SELECT 'srv_' || lpad(i::text, 26, '0'), now(), now(), 'web-' || i, 'hsp_' || 1 + i %% 3, 'AVAILABLE', now(), 'OK', 8 FROM generate_series(1, %d) i`, n),
		`VACUUM ANALYZE`, `CHECKPOINT`,
	)
}

// requireOneEach holds that every claim has a server that no other has, with its event.
func (s *stock) requireOneEach(n int) {
	s.b.Helper()
	require.Equal(s.b, n, s.count(`SELECT count(DISTINCT server_id) FROM claims WHERE state = 'HELD'`))
	require.Equal(s.b, n, s.count(`SELECT count(*) FROM claims JOIN servers ON servers.id = claims.server_id AND servers.project_id = claims.project_id AND lifecycle = 'ASSIGNED'`))
	require.Equal(s.b, n, s.count(`SELECT count(*) FROM events WHERE type = 'claim.held'`))
}
