package processes_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/apptest/servers"
)

// readiness is what /readyz says.
type readiness struct {
	Ready   bool
	Checks  map[string]string
	Reasons map[string]string
}

func (in *installation) readiness(language string) (status int, said readiness, text string) {
	in.t.Helper()
	request := in.client().Request(http.MethodGet, "/readyz", nil)
	request.Header.Set("Accept-Language", language)
	response, body := in.client().Do(request)
	require.NoError(in.t, json.Unmarshal(body, &said), "%s", body)
	return response.StatusCode, said, string(body)
}

// unready waits until exactly these parts are away, and that the process lives all the same.
func (in *installation) unready(parts ...string) (text string) {
	in.t.Helper()
	require.Eventually(in.t, func() bool {
		status, said, body := in.readiness("en")
		away := 0
		for _, check := range said.Checks {
			if check != "ok" {
				away++
			}
		}
		for _, part := range parts {
			if said.Checks[part] != "unavailable" {
				return false
			}
		}
		text = body
		return away == len(parts) && said.Ready == (away == 0) && (status == http.StatusOK) == said.Ready
	}, 30*time.Second, 100*time.Millisecond, "%v", parts)
	response, _ := in.client().Fetch("/healthz")
	require.Equal(in.t, http.StatusOK, response.StatusCode, "alive is not ready")
	return text
}

// /readyz tells the truth about each part, in words, and nothing that is nobody's business.
func TestReadinessTellsTheTruth(t *testing.T) {
	t.Parallel()
	postgres, redis := servers.OwnPostgres(t), servers.Redis(t)
	in := install(t, "ARPENT_WORKERS=0", "ARPENT_DATABASE_URL="+postgres.URL, "ARPENT_REDIS_URL="+redis.URL)
	in.unready()

	redis.Kill()
	said := in.unready("queue")
	require.NotContains(t, said, "127.0.0.1")
	require.NoError(t, redis.Start())
	in.unready()

	postgres.Kill()
	said = in.unready("database", "migrations")
	require.NotContains(t, said, "postgres", "who the database is, is nobody's business")
	require.NoError(t, postgres.Start())
	in.unready()

	in.behind(postgres.URL, "UPDATE goose_db_version SET is_applied = false WHERE version_id = (SELECT max(version_id) FROM goose_db_version)")
	in.unready("migrations")
	_, french, _ := in.readiness("fr")
	require.Contains(t, french.Reasons["migrations"], "lancez arpent migrate")
	in.behind(postgres.URL, "UPDATE goose_db_version SET is_applied = true")
	in.unready()

	in.kill(syscall.SIGTERM)
}

// A server that was asked to stop is not ready at once, and goes on answering until its runs have ended.
func TestAServerThatStopsIsNotReady(t *testing.T) {
	t.Parallel()
	in := install(t, "ARPENT_SHUTDOWN_GRACE=1m")
	project, dir := in.project("STOPS"), t.TempDir()
	in.request(project, "last", dir)
	begun(t, dir, 1)
	require.NoError(t, in.cmd.Process.Signal(syscall.SIGTERM))
	require.Contains(t, in.unready("server"), "The server is stopping.")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go"), nil, 0o600))
	<-in.gone
	require.False(t, strings.Contains(in.said.String(), "panic"))
}
