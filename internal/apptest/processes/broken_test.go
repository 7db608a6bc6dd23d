//go:build peers

package processes_test

import (
	"database/sql"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/app"
	"github.com/arpent/arpent/internal/apptest/servers"
)

// wrongClock is put before the C library of a program: it then lives an hour ahead of this machine.
const wrongClock = `#define _GNU_SOURCE
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t which, struct timespec *at) {
	int failed = syscall(SYS_clock_gettime, which, at);
	if (!failed && which == CLOCK_REALTIME) at->tv_sec += 3600;
	return failed;
}

int gettimeofday(struct timeval *at, void *zone) {
	struct timespec now;
	int failed = clock_gettime(CLOCK_REALTIME, &now);
	at->tv_sec = now.tv_sec;
	at->tv_usec = now.tv_nsec / 1000;
	return failed;
}

time_t time(time_t *at) {
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	if (at) *at = now.tv_sec;
	return now.tv_sec;
}
`

// anHourAhead is the environment in which a C program is.
func anHourAhead(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "arpent-clock-") //nolint:usetesting // the user postgres does not reach what is below a folder of the test
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	require.NoError(t, os.Chmod(dir, 0o755))
	source, library := filepath.Join(dir, "clock.c"), filepath.Join(dir, "clock.so")
	require.NoError(t, os.WriteFile(source, []byte(wrongClock), 0o600))
	text, err := exec.CommandContext(t.Context(), "gcc", "-shared", "-fPIC", "-o", library, source).CombinedOutput()
	require.NoError(t, err, "%s", text)
	require.NoError(t, os.Chmod(library, 0o755))
	return "LD_PRELOAD=" + library
}

// The clock of the database jumps ahead in the middle of an apply: every lease is over before its time. The doctor says
// whose clock is wrong; the run is begun again where a sweep sees its lease before the next renewal does, and goes
// on otherwise. Either way it ends, nothing lives on, and the project runs again.
func TestAClockThatJumps(t *testing.T) {
	t.Parallel()
	postgres := servers.OwnPostgres(t)
	in := install(t, "ARPENT_WORKERS=1", "ARPENT_LEASE=6s", "ARPENT_DATABASE_URL="+postgres.URL)
	project, dir := in.project("JUMPS"), t.TempDir()
	in.requireLevel("clock", app.OK)
	_, run := in.request(project, "once", dir)
	begun(t, dir, 1)

	postgres.Kill()
	require.NoError(t, postgres.Start(anHourAhead(t)))
	in.ready()
	findings, ok := in.examined()
	require.False(t, ok)
	for _, f := range findings {
		if f.Level == app.Problem {
			require.Equal(t, "clock", f.Part, f.What.EN)
			require.Regexp(t, `^This machine's clock and that of the database are (1h0m0|59m)`, f.What.EN)
			require.Contains(t, f.What.FR, "celle de la base de données")
		}
	}
	if !begunWithin(dir, 2, 20*time.Second) {
		require.True(t, in.keepsLease(postgres.URL, run, 2), "neither begun again nor renewed by the clock that jumped")
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go"), nil, 0o600))
	in.ends(run, "SUCCEEDED")

	again := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(again, "go"), nil, 0o600))
	_, later := in.request(project, "later", again)
	in.ends(later, "SUCCEEDED")
	require.Empty(t, processesThatName(dir))

	postgres.Kill()
	require.NoError(t, postgres.Start())
	in.requireLevel("clock", app.OK)
}

// keepsLease tells whether a run goes on under the lease that it had, renewed by the database's own clock.
func (in *installation) keepsLease(url, run string, lease int) (keeps bool) {
	in.t.Helper()
	db, err := sql.Open("postgres", url)
	require.NoError(in.t, err)
	defer db.Close()
	require.NoError(in.t, db.QueryRowContext(in.t.Context(),
		`SELECT status = 'RUNNING' AND lease = $2 AND lease_expires_at > now() FROM runs WHERE id = $1`, run, lease).Scan(&keeps))
	return keeps
}

// The disk of the data folder has no byte left: the server says so itself, and the doctor says it of the server. With room again it
// is ready again.
func TestADataFolderWithoutRoom(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	require.NoError(t, syscall.Mount("tmpfs", data, "tmpfs", 0, fmt.Sprintf("size=%d,mode=0700", 256<<20)), "a small disk needs root")
	t.Cleanup(func() { _ = syscall.Unmount(data, syscall.MNT_DETACH) })
	in := install(t, "ARPENT_WORKERS=0", "ARPENT_DATABASE_URL="+servers.OwnPostgres(t).URL, "ARPENT_DATA_DIR="+data)
	in.readyzSays(http.StatusOK)
	in.requireLevel("disk", app.Warning) // it is a small one

	filler := filepath.Join(data, "filler")
	require.NoError(t, fillDisk(filler))
	require.Contains(t, in.unready("disk"), "The data folder cannot be written: no space left on device.")
	_, french, _ := in.readiness("fr")
	require.Contains(t, french.Reasons["disk"], "Le dossier de données n’est pas accessible en écriture")
	in.requireLevel("disk", app.Problem)
	in.requireLevel("address", app.Problem)

	require.NoError(t, os.Remove(filler))
	in.unready()
	in.requireLevel("disk", app.Warning)
	in.requireLevel("address", app.OK)
}

// fillDisk writes a file until there is no room for another byte.
func fillDisk(path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer file.Close()
	block := make([]byte, 64<<10)
	for size := len(block); size > 0; {
		if _, err := file.Write(block[:size]); err != nil {
			size /= 2
		}
	}
	return nil
}
