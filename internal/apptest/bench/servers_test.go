package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"entgo.io/contrib/entgql"
	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/app"
)

const (
	serverRows  = 100_000
	serverTurns = 20 // of each page
	// serverQuery is the portal's own.
	serverQuery = `query($where: ServerWhereInput, $orderBy: ServerOrder, $after: Cursor, $first: Int, $last: Int) {
		servers(first: $first, last: $last, after: $after, where: $where, orderBy: $orderBy) { pageInfo { hasNextPage endCursor } edges { node {
			id hostname externalID lifecycle lifecycleSince health lastReportAt createdAt cores memoryMib diskGib architecture system location labels viewerMoves
			provider { id name } project { id acronym name } session { id fileName } addresses { id ip } } } } }`
)

// serverPage is one page of the servers' table, and the least that a row of it must say.
type serverPage struct {
	what      string
	variables map[string]any
	rows      int
	asked     question
	took      series
}

// BenchmarkServers measures pages of the servers' table, as the portal asks for them by name, in turns: the first, the
// last, one by each filter and by search, beside the first one.
func BenchmarkServers(b *testing.B) {
	s := newStock(b, startArpent(b, func(c *app.Config) { c.RateLimit = 0 }))
	s.furnish(500)
	s.plantServers()
	pages := s.pages()
	one := connect(b, pages[0].asked.host)
	for i := range pages {
		s.requirePage(&pages[i])
	}
	b.ResetTimer()
	for range serverTurns {
		for i := range pages {
			began := time.Now()
			require.NoError(b, one.turn(pages[i].asked, io.Discard))
			pages[i].took.took(time.Since(began))
		}
	}
	first := pages[0]
	for _, p := range pages[1:] {
		ratio := p.took.over(first.took)
		found.add(row{
			what: "servers' table of 100,000: " + p.what, ours: short(p.took.median()), bare: "its first page: " + short(first.took.median()),
			is: fmt.Sprintf("%.2f × its time", ratio), aim: "≤ 1.5 ×", holds: ratio <= 1.5,
		})
	}
}

func (s *stock) pages() []serverPage {
	s.b.Helper()
	filter := func(what string, rows int, where map[string]any) serverPage {
		return serverPage{what: what, rows: rows, variables: map[string]any{"where": where}}
	}
	pages := []serverPage{
		{what: "first page", rows: 100},
		{what: "last page, by its cursor", rows: 99, variables: map[string]any{"after": s.cursorOf(serverRows - 100)}},
		{what: "last page, from behind", rows: 100, variables: map[string]any{"first": nil, "last": 100}},
		{what: "last page, newest first", rows: 99, variables: map[string]any{"after": s.cursorOfOldest(), "orderBy": map[string]any{"field": "CREATED_AT", "direction": "DESC"}}},
		filter("of one hosting provider", 100, map[string]any{"providerID": "hsp_2"}),
		filter("of one project", 100, map[string]any{"projectID": "prj_77"}),
		filter("of nobody", 100, map[string]any{"projectIDIsNil": true}),
		filter("at one stage of life", 100, map[string]any{"lifecycleIn": []string{"AVAILABLE"}}),
		filter("in maintenance, the last 300 by name", 100, map[string]any{"lifecycleIn": []string{"MAINTENANCE"}}),
		filter("unwell, one of a hundred", 100, map[string]any{"healthIn": []string{"CRITICAL", "WARNING"}}),
		filter("of one import", 100, map[string]any{"sessionID": "ims_7"}),
		filter("of one order", 100, map[string]any{"orderId": "ord_1"}),
		filter("of one network", 100, map[string]any{"networkId": "net_1"}),
		filter("with a label", 100, map[string]any{"labels": []string{"rack=r77"}}),
		filter("with two labels and a health", 100, map[string]any{"labels": []string{"env=prod", "tier"}, "healthIn": []string{"OK"}}),
		filter("search for a part of a name", 100, map[string]any{"search": "077"}),
		filter("search for the end of the last name", 1, map[string]any{"search": "99999.example"}),
		filter("search for the beginning of the last thousand names", 100, map[string]any{"search": "web-99"}),
		filter("search for a name that none has", 0, map[string]any{"search": "nowhere"}),
		filter("search for an address", 1, map[string]any{"search": "10.1.3.4"}),
	}
	for i, p := range pages {
		variables := map[string]any{"first": 100, "orderBy": map[string]any{"field": "HOSTNAME", "direction": "ASC"}}
		for name, value := range p.variables {
			variables[name] = value
		}
		pages[i].asked = ask(s.b, s.url, s.token, serverQuery, variables)
	}
	return pages
}

// cursorOf is the cursor of the nth server by name.
func (s *stock) cursorOf(n int) string {
	s.b.Helper()
	var id, hostname string
	require.NoError(s.b, s.db.SQL().QueryRow(`SELECT id, hostname FROM servers ORDER BY hostname OFFSET $1 LIMIT 1`, n).Scan(&id, &hostname))
	return s.cursor(entgql.Cursor[string]{ID: id, Value: hostname})
}

// cursorOfOldest is that of the server before the ninety-nine oldest.
func (s *stock) cursorOfOldest() string {
	s.b.Helper()
	var id string
	var at time.Time
	require.NoError(s.b, s.db.SQL().QueryRow(`SELECT id, created_at FROM servers ORDER BY created_at, id OFFSET 99 LIMIT 1`).Scan(&id, &at))
	return s.cursor(entgql.Cursor[string]{ID: id, Value: at})
}

func (s *stock) cursor(c entgql.Cursor[string]) string {
	var text strings.Builder
	c.MarshalGQL(&text)
	return strings.Trim(text.String(), `"`)
}

// requirePage holds that a page is full.
func (s *stock) requirePage(p *serverPage) {
	s.b.Helper()
	var answer struct {
		Data struct {
			Servers struct{ Edges []json.RawMessage }
		}
	}
	text := gather(s.b, p.asked).once()
	require.NoError(s.b, json.Unmarshal(text, &answer))
	require.Len(s.b, answer.Data.Servers.Edges, p.rows, "%s: %.300s", p.what, text)
}

// plantServers writes servers past the models: names are in another order than ids, and all stages, healths, labels
// and owners are spread among them.
func (s *stock) plantServers() {
	s.b.Helper()
	s.tell(
		`INSERT INTO purchase_orders (id, created_at, updated_at, number, title, provider_id, wished_by) VALUES ('ord_1', now(), now(), 'O1', 'Order', 'hsp_1', 'bench')`,
		`INSERT INTO import_sessions (id, created_at, updated_at, provider_id, order_id, file_name, sha256, added, changed, unchanged, created_by)
			SELECT 'ims_' || i, now(), now(), 'hsp_1', CASE WHEN i = 3 THEN 'ord_1' END, 'servers.csv', '', 1000, 0, 0, 'bench' FROM generate_series(1, 100) i`,
		fmt.Sprintf(`INSERT INTO servers (id, created_at, updated_at, hostname, external_id, provider_id, session_id, project_id, lifecycle, lifecycle_since, health, cores, memory_mib, disk_gib, architecture, system, location, labels, facts)
			SELECT 'srv_' || lpad(i::text, 26, '0'), now() - interval '1 second' * (100000 - i), now(), 'web-' || lpad(n::text, 5, '0') || '.example.org', 'R' || i, 'hsp_' || 1 + i %% 3, 'ims_' || 1 + i %% 100,
				CASE WHEN i %% 2 = 0 THEN 'prj_' || 1 + i / 2 %% 500 END,
				CASE WHEN n >= 99700 THEN 'MAINTENANCE' WHEN i %% 2 = 0 THEN 'IN_SERVICE' WHEN i %% 20 = 1 THEN 'AVAILABLE' ELSE 'DELIVERED' END, now(),
				CASE WHEN i %% 200 = 7 THEN 'CRITICAL' WHEN i %% 200 = 107 THEN 'WARNING' WHEN i %% 3 = 0 THEN 'UNKNOWN' ELSE 'OK' END,
				8, 32768, 480, 'amd64', 'Debian 12', 'Paris ' || i %% 4,
				json_build_object('rack', 'r' || i %% 400, 'env', CASE WHEN i %% 5 = 0 THEN 'prod' ELSE 'test' END, 'tier', 'web'),
				json_build_object('cores', json_build_object('value', '8', 'source', 'ims_' || 1 + i %% 100, 'at', '2026-11-01T00:00:00Z'))
			FROM (SELECT i, (i::bigint * 7919) %% %[1]d AS n FROM generate_series(1, %[1]d) i) AS numbered`, serverRows),
		`INSERT INTO server_labels (id, created_at, updated_at, server_id, name, value) SELECT 'slb_' || id || key, now(), now(), id, key, value #>> '{}' FROM servers, json_each(labels::json)`,
		fmt.Sprintf(`INSERT INTO addresses (id, created_at, updated_at, network_id, ip, value, state, state_since, server_id)
			SELECT 'adr_' || i, now(), now(), 'net_' || i / 50000, '10.' || i / 50000 || '.' || i / 250 %% 200 || '.' || 1 + i %% 250,
				decode('00000000000000000000ffff0a' || lpad(to_hex(i / 50000), 2, '0') || lpad(to_hex(i / 250 %% 200), 2, '0') || lpad(to_hex(1 + i %% 250), 2, '0'), 'hex'),
				'ASSIGNED', now(), 'srv_' || lpad((1 + i)::text, 26, '0') FROM generate_series(0, %d) i`, serverRows-1),
		`VACUUM ANALYZE`,
	)
}
