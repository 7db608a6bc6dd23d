package processes_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/app"
	"github.com/arpent/arpent/internal/apptest"
	"github.com/arpent/arpent/internal/apptest/servers"
)

// examined is what arpent doctor says, and whether it is content.
func (in *installation) examined(args ...string) (findings []app.Finding, ok bool) {
	in.t.Helper()
	text, err := in.command(append([]string{"doctor", "--json"}, args...)...)
	var said struct {
		OK       bool
		Findings []app.Finding
	}
	require.NoError(in.t, json.Unmarshal([]byte(text), &said), "%s", text)
	require.Equal(in.t, said.OK, err == nil, "its status is what it says")
	for _, f := range said.Findings {
		require.NotEmpty(in.t, f.What.EN)
		require.NotEmpty(in.t, f.What.FR)
		if f.Level != app.OK {
			require.NotEmpty(in.t, f.Remedy.EN, f.What.EN)
			require.NotEmpty(in.t, f.Remedy.FR, f.What.EN)
		}
	}
	return said.Findings, said.OK
}

// requireLevel proves that the worst that is said of a part is of a level, and nothing else is a problem besides.
func (in *installation) requireLevel(part string, level app.Level, args ...string) {
	in.t.Helper()
	findings, _ := in.examined(args...)
	rank := map[app.Level]int{app.OK: 0, app.Warning: 1, app.Problem: 2}
	worst := app.OK
	for _, f := range findings {
		if f.Part == part && rank[f.Level] > rank[worst] {
			worst = f.Level
		}
	}
	require.Equal(in.t, level, worst, "%s: %v", part, findings)
}

// The doctor finds a server at work well, and then each part that is broken.
func TestTheDoctorFindsWhatIsBroken(t *testing.T) {
	t.Parallel()
	postgres, redis := servers.OwnPostgres(t), servers.Redis(t)
	in := install(t, "ARPENT_WORKERS=1", "ARPENT_DATABASE_URL="+postgres.URL, "ARPENT_REDIS_URL="+redis.URL)
	in.project("WELL")
	findings, ok := in.examined()
	require.True(t, ok, "%v", findings)
	parts := map[string]bool{}
	for _, f := range findings {
		parts[f.Part] = true
		require.NotEqual(t, app.Problem, f.Level, f.What.EN)
	}
	for _, part := range []string{"disk", "database", "migrations", "clock", "redis", "key", "git", "libraries", "engine", "workers", "address"} {
		require.True(t, parts[part], part)
	}
	french, err := in.command("doctor")
	require.NoError(t, err)
	require.Contains(t, french, "The private repository can be read and written.")
	in.env = append(in.env, "LC_ALL=fr_FR.UTF-8")
	french, err = in.command("doctor")
	require.NoError(t, err)
	require.Contains(t, french, "Le dépôt privé est accessible en lecture et en écriture.")

	in.requireLevel("engine", app.Problem, "--terraform-bin=/bin/false")
	in.requireLevel("address", app.Warning, "--public-url=http://127.0.0.1:1")
	in.requireLevel("git", app.Problem, "--repository-url=http://127.0.0.1:1/repository.git")
	refused, err := in.command("doctor", "--workers=-1")
	require.Error(t, err)
	require.Contains(t, refused, "--workers")

	key := filepath.Join(in.data, "secret.key")
	require.NoError(t, os.Rename(key, key+".away"))
	in.requireLevel("key", app.Problem)
	in.requireLevel("key", app.Problem, "--secret-key=MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=")
	require.NoFileExists(t, key, "it makes none")
	require.NoError(t, os.Rename(key+".away", key))

	require.NoError(t, os.RemoveAll(filepath.Join(in.data, "repository.git", "HEAD")))
	in.requireLevel("git", app.Problem)

	in.behind(postgres.URL, "UPDATE libraries SET url = 'http://127.0.0.1:1/nothing.git' WHERE name = 'slow'")
	in.requireLevel("libraries", app.Problem)
	in.behind(postgres.URL, "DELETE FROM goose_db_version WHERE version_id = (SELECT max(version_id) FROM goose_db_version)")
	in.requireLevel("migrations", app.Problem)
	in.readyzSays(http.StatusServiceUnavailable) // what it said a moment ago, it may say for a second
	in.requireLevel("address", app.Problem)

	in.kill(syscall.SIGTERM)
	in.requireLevel("address", app.Warning)
	in.behind(postgres.URL, "UPDATE workers SET seen_at = now() - interval '1 hour'")
	in.requireLevel("workers", app.Warning)
	redis.Kill()
	in.requireLevel("redis", app.Problem)
	postgres.Kill()
	in.requireLevel("database", app.Problem)
	text, _ := in.command("doctor")
	require.NotContains(t, text, postgres.URL, "it tells no password")
}

// Where there is nothing yet the doctor warns, and makes nothing.
func TestTheDoctorMakesNothing(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "none")
	in := &installation{t: t, data: dir, env: []string{"ARPENT_DATA_DIR=" + dir, "ARPENT_TERRAFORM_BIN=" + apptest.FindEngine(t)}}
	in.requireLevel("disk", app.Warning)
	in.requireLevel("database", app.Warning)
	in.requireLevel("key", app.Warning)
	require.NoDirExists(t, dir)
}
