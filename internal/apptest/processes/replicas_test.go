package processes_test

import (
	"net/http"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/apptest"
	"github.com/arpent/arpent/internal/apptest/servers"
)

// workerSecret is what the tests' own workers show.
const workerSecret = "a secret of the workers of this test"

// replicas starts several servers at once, as processes of their own, on a Redis and a PostgreSQL that holds nothing
// yet.
func replicas(t *testing.T, count int, more ...string) (all []*installation) {
	t.Helper()
	env := append([]string{
		"ARPENT_ADMIN_EMAIL=" + apptest.AdminEmail, "ARPENT_ADMIN_PASSWORD=" + apptest.AdminPassword, "ARPENT_RATE_LIMIT=0", "ARPENT_WORKERS=0",
		"ARPENT_DATABASE_URL=" + servers.Postgres(t), "ARPENT_REDIS_URL=" + servers.Redis(t).URL, "ARPENT_WORKER_TOKEN=" + workerSecret,
		"ARPENT_DATA_DIR=" + filepath.Join(t.TempDir(), "data"),
	}, more...)
	for range count {
		address := freeAddress(t)
		in := &installation{t: t, url: "http://" + address, env: append([]string{"ARPENT_LISTEN=" + address}, env...)}
		in.program = launch(t, "arpent", in.env, "serve")
		all = append(all, in)
	}
	for _, in := range all {
		in.hears(`Arpent \S+ is at (\S+)`)
		in.ready()
	}
	token := all[0].tokenFor(apptest.AdminEmail)
	for _, in := range all {
		in.token = token
	}
	return all
}

// Servers that start at once on an empty database share it: one administrator, one library that ships, one feed.
func TestServersStartTogetherOnAnEmptyDatabase(t *testing.T) {
	t.Parallel()
	all := replicas(t, 3)
	for _, in := range all {
		in.catalog()
		var found struct{ Users, Libraries, Organizations struct{ TotalCount int } }
		in.client().Get(&found, `{ users { totalCount } libraries { totalCount } organizations { totalCount } }`, nil)
		require.Equal(t, 1, found.Users.TotalCount)
		require.Equal(t, 1, found.Libraries.TotalCount)
		require.Equal(t, 1, found.Organizations.TotalCount)
	}
}

// An SQLite folder has one server: the second says so and ends. The folder is free again when the first has died.
func TestASecondServerOnOneFolderSaysSo(t *testing.T) {
	t.Parallel()
	first := install(t, "ARPENT_WORKERS=0")
	second := launch(t, "arpent", append(first.env, "ARPENT_LISTEN="+freeAddress(t)), "serve")
	second.hears(`Another server uses the data folder \S+ \(process \d+\)`)
	select {
	case <-second.gone:
		require.Equal(t, 1, second.cmd.ProcessState.ExitCode())
	case <-time.After(apptest.Patience):
		require.Fail(t, "the second server stays", "%s", second.said)
	}
	response, err := http.Get(first.url + "/readyz")
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusOK, response.StatusCode, "the first goes on")
	first.kill(syscall.SIGKILL)
	first.start()
}
