package bench

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"entgo.io/contrib/entgql"
	_ "github.com/lib/pq" // what the bare server reads with
	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/app"
)

const (
	pageRows  = 100_000
	pageQuery = `query($after: Cursor) { resources(first: 100, after: $after) {
		edges { node { id name status createdAt updatedAt project { id acronym name } template { id name version } } }
		pageInfo { hasNextPage endCursor } } }`
	stormLength = 1500 * time.Millisecond
)

// BenchmarkPage measures a page of 100 resources with project and template, out of 100,000, through HTTP over 32
// connections, beside the same SQL by database/sql and encoding/json; and page 900 beside page 1.
func BenchmarkPage(b *testing.B) {
	ours := startArpent(b, func(c *app.Config) { c.RateLimit = 0 })
	plantResources(b, ours.config.DatabaseURL, pageRows)
	bare := begin(b, "rows", ours.config.DatabaseURL)
	last := resourceID(90_000)
	deep := entgql.Cursor[string]{ID: last}
	var cursor strings.Builder
	deep.MarshalGQL(&cursor)
	first := newDuel(b, ours, bare, map[string]any{}, map[string]any{})
	far := newDuel(b, ours, bare, map[string]any{"after": strings.Trim(cursor.String(), `"`)}, map[string]any{"after": last})
	b.ResetTimer()
	for range rounds {
		first.round()
		far.round()
	}
	first.report("page of 100 of 100,000 resources with project and template, page 1")
	far.report("the same, page 900")
	found.add(row{
		what: "page 900 against page 1", ours: far.ours.rate(), bare: first.ours.rate(),
		is: fmt.Sprintf("%.2f ×", far.ours.rates.over(first.ours.rates)), aim: "≥ 0.8 ×", holds: far.ours.rates.over(first.ours.rates) >= .8,
	})
}

// duel is one question to two servers, in turns.
type duel struct {
	b          *testing.B
	ours, bare *side
}

// side is one of the two, with what was measured of it.
type side struct {
	*crowd
	server     *process
	rates, cpu series // requests a second, nanoseconds of CPU a request
}

func newDuel(b *testing.B, ours *arpent, bare *process, ourVariables, bareVariables map[string]any) *duel {
	b.Helper()
	d := &duel{
		b:    b,
		ours: &side{crowd: gather(b, ask(b, ours.url, ours.token, pageQuery, ourVariables)), server: ours.process},
		bare: &side{crowd: gather(b, ask(b, bare.address, "", "", bareVariables)), server: bare},
	}
	requireSameRows(b, d.ours.once(), d.bare.once())
	d.ours.storm(stormLength / 3)
	d.bare.storm(stormLength / 3)
	return d
}

// requireSameRows holds that both do the same work.
func requireSameRows(b *testing.B, ours, bare []byte) {
	b.Helper()
	edges := func(text []byte) string {
		var answer struct {
			Data struct {
				Resources struct{ Edges []json.RawMessage }
			}
		}
		require.NoError(b, json.Unmarshal(text, &answer), "%s", text)
		require.Len(b, answer.Data.Resources.Edges, 100)
		all, err := json.Marshal(answer.Data.Resources.Edges)
		require.NoError(b, err)
		return string(all)
	}
	require.JSONEq(b, edges(bare), edges(ours))
}

func (d *duel) round() {
	d.bare.round()
	d.ours.round()
}

func (s *side) round() {
	before := s.server.cpu(s.tb)
	n := float64(len(s.storm(stormLength)))
	s.rates = append(s.rates, n/stormLength.Seconds())
	s.cpu = append(s.cpu, float64(s.server.cpu(s.tb)-before)/n)
}

func (s *side) rate() string {
	return fmt.Sprintf("%.0f/s, %.2f ms CPU", s.rates.median(), s.cpu.median()/1e6)
}

func (d *duel) report(what string) {
	ratio := d.ours.rates.over(d.bare.rates)
	found.add(row{
		what: what, ours: d.ours.rate(), bare: "database/sql + encoding/json: " + d.bare.rate(),
		is: fmt.Sprintf("%.2f × its requests/s", ratio), aim: "≥ 0.35 × (0.5 × is the aim)", holds: ratio >= .35,
	})
}

func resourceID(n int) string { return fmt.Sprintf("res_%026d", n) }

// plantResources writes projects, templates and resources past the models: a hundred thousand in some seconds.
func plantResources(tb testing.TB, databaseURL string, n int) {
	tb.Helper()
	db, err := sql.Open("postgres", databaseURL)
	require.NoError(tb, err)
	defer db.Close()
	for _, statement := range []string{
		`INSERT INTO projects (id, created_at, updated_at, acronym, name, description, organization_id)
			SELECT 'prj_' || lpad(i::text, 26, '0'), now(), now(), 'B' || i, 'Project ' || i, '{}', (SELECT id FROM organizations LIMIT 1)
			FROM generate_series(1, 1000) i`,
		`INSERT INTO libraries (id, created_at, updated_at, name, title, description, url) VALUES ('lib_bench', now(), now(), 'bench', '{}', '{}', '/nowhere')`,
		`INSERT INTO templates (id, created_at, updated_at, name, version, digest, kind, title, description, readme, library_id)
			SELECT 'tpl_' || lpad(i::text, 26, '0'), now(), now(), 'template-' || i, '1.' || i, 'd' || i, 'MODULE', '{}', '{}', '{}', 'lib_bench'
			FROM generate_series(1, 50) i`,
		fmt.Sprintf(`INSERT INTO resources (id, created_at, updated_at, name, status, project_id, template_id)
			SELECT 'res_' || lpad(i::text, 26, '0'), now(), now(), 'resource-' || i, 'READY',
				'prj_' || lpad((1 + i %% 1000)::text, 26, '0'), 'tpl_' || lpad((1 + i %% 50)::text, 26, '0')
			FROM generate_series(1, %d) i`, n),
		`VACUUM ANALYZE`,
	} {
		_, err := db.Exec(statement)
		require.NoError(tb, err, statement)
	}
}

const rowsQuery = `SELECT r.id, r.name, r.status, r.created_at, r.updated_at, p.id, p.acronym, p.name, t.id, t.name, t.version
	FROM resources r JOIN projects p ON p.id = r.project_id JOIN templates t ON t.id = r.template_id
	WHERE r.id > $1 ORDER BY r.id LIMIT 101`

type (
	rowsAnswer struct {
		Data struct {
			Resources struct {
				Edges    []rowsEdge `json:"edges"`
				PageInfo struct {
					HasNextPage bool   `json:"hasNextPage"`
					EndCursor   string `json:"endCursor"`
				} `json:"pageInfo"`
			} `json:"resources"`
		} `json:"data"`
	}
	rowsEdge struct {
		Node rowsNode `json:"node"`
	}
	rowsNode struct {
		ID        string       `json:"id"`
		Name      string       `json:"name"`
		Status    string       `json:"status"`
		CreatedAt time.Time    `json:"createdAt"`
		UpdatedAt time.Time    `json:"updatedAt"`
		Project   rowsProject  `json:"project"`
		Template  rowsTemplate `json:"template"`
	}
	rowsProject struct {
		ID      string `json:"id"`
		Acronym string `json:"acronym"`
		Name    string `json:"name"`
	}
	rowsTemplate struct {
		ID      string `json:"id"`
		Name    string `json:"name"`
		Version string `json:"version"`
	}
)

// serveRows is the bare tool: the same rows by database/sql and encoding/json, with as many connections to the database
// as Arpent has.
func serveRows(ctx context.Context, databaseURL string, ready func(string)) error {
	db, err := sql.Open("postgres", databaseURL)
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(20)
	db.SetMaxIdleConns(20)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer, err := readRows(r, db)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(answer) // who is gone needs no answer
	})}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	ready("http://" + listener.Addr().String())
	if err := server.Serve(listener); ctx.Err() == nil {
		return err
	}
	return nil
}

func readRows(r *http.Request, db *sql.DB) (answer rowsAnswer, err error) {
	var request struct {
		Variables struct{ After string }
	}
	if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
		return answer, err
	}
	rows, err := db.QueryContext(r.Context(), rowsQuery, request.Variables.After)
	if err != nil {
		return answer, err
	}
	defer rows.Close()
	page := &answer.Data.Resources
	for rows.Next() {
		var n rowsNode
		if err := rows.Scan(&n.ID, &n.Name, &n.Status, &n.CreatedAt, &n.UpdatedAt, &n.Project.ID, &n.Project.Acronym, &n.Project.Name,
			&n.Template.ID, &n.Template.Name, &n.Template.Version); err != nil {
			return answer, err
		}
		page.Edges = append(page.Edges, rowsEdge{n})
	}
	if len(page.Edges) > 100 {
		page.Edges, page.PageInfo.HasNextPage = page.Edges[:100], true
	}
	if n := len(page.Edges); n > 0 {
		page.PageInfo.EndCursor = page.Edges[n-1].Node.ID
	}
	return answer, rows.Err()
}
