package servers

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
)

// helperVariable makes this test binary a second user of a meeting: it acquires the cluster, prints the URL
// and waits to be killed.
const helperVariable = "ARPENT_TEST_HELPER"

func TestMain(m *testing.M) {
	if dir := os.Getenv(helperVariable); dir != "" {
		found, user, err := meeting{dir}.acquire()
		if err == nil {
			user.keepUntilExit()
		}
		fmt.Fprintln(os.Stdout, found.URL, err)
		_, _ = os.Stdin.Read(make([]byte, 1))
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func open(t *testing.T, url string) *sql.DB {
	t.Helper()
	db, err := sql.Open("postgres", url)
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func TestEveryDatabaseIsFresh(t *testing.T) {
	t.Parallel()
	for range 2 {
		db := open(t, Postgres(t))
		_, err := db.Exec("CREATE TABLE plot (id text)")
		require.NoError(t, err)
	}
}

func TestTheDatabaseGoesWithTheTest(t *testing.T) {
	t.Parallel()
	var url string
	t.Run("user", func(t *testing.T) { url = Postgres(t) })
	require.Error(t, ping(url))
}

func TestATemplateIsPreparedOnceAndCopied(t *testing.T) {
	t.Parallel()
	var prepared atomic.Int32
	template := Template{Key: randomName(), Prepare: func(url string) error {
		prepared.Add(1)
		db, err := sql.Open("postgres", url)
		if err != nil {
			return err
		}
		_, err = db.Exec("CREATE TABLE plot (id text); INSERT INTO plot VALUES ('one')")
		return errors.Join(err, db.Close())
	}}
	t.Run("copies", func(t *testing.T) {
		for range 4 {
			t.Run("copy", func(t *testing.T) {
				t.Parallel()
				db := open(t, Postgres(t, template))
				var count int
				require.NoError(t, db.QueryRow("SELECT count(*) FROM plot").Scan(&count))
				require.Equal(t, 1, count)
				_, err := db.Exec("DELETE FROM plot")
				require.NoError(t, err)
			})
		}
	})
	require.EqualValues(t, 1, prepared.Load())
}

func TestAFailedTemplateIsNoTemplate(t *testing.T) {
	t.Parallel()
	fail := true
	template := Template{Key: randomName(), Prepare: func(string) error {
		if fail {
			return os.ErrInvalid
		}
		return nil
	}}
	_, _, err := NewDatabase(template)
	require.ErrorIs(t, err, os.ErrInvalid)
	fail = false
	Postgres(t, template)
}

// helper starts another user of the meeting and returns the cluster it found and how to kill it.
func helper(t *testing.T, dir string) (url string, kill func()) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), helperVariable+"="+dir)
	cmd.SysProcAttr = leash(9)
	_, err := cmd.StdinPipe()
	require.NoError(t, err)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, startFromLastingThread(cmd))
	kill = func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }
	t.Cleanup(kill)
	var failure string
	_, err = fmt.Fscanln(out, &url, &failure)
	require.NoError(t, err)
	require.Equal(t, "<nil>", failure)
	return url, kill
}

func privateMeeting(t *testing.T) meeting {
	t.Helper()
	dir, err := os.MkdirTemp("", "arpent-meeting-") //nolint:usetesting // the user postgres must reach it, and t.TempDir is private
	require.NoError(t, err)
	require.NoError(t, os.Chmod(dir, 0o711))
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return meeting{dir}
}

func TestUsersShareOneClusterThatGoesWithTheLastOfThem(t *testing.T) {
	t.Parallel()
	m := privateMeeting(t)
	first, killFirst := helper(t, m.dir)
	second, killSecond := helper(t, m.dir)
	require.Equal(t, first, second)

	killFirst()
	require.NoError(t, ping(first), "a user is left")
	killSecond()
	require.Eventually(t, func() bool { return ping(first) != nil }, 20*time.Second, 50*time.Millisecond)
	require.Eventually(t, func() bool {
		left, _ := filepath.Glob(filepath.Join(m.dir, "postgres-*"))
		return len(left) == 0
	}, 20*time.Second, 50*time.Millisecond)
}

func TestRedisIsAloneAndComesBackEmpty(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	one, two := Redis(t), Redis(t)
	connect := func(r *RedisServer) *redis.Client {
		options, err := redis.ParseURL(r.URL)
		require.NoError(t, err)
		client := redis.NewClient(options)
		t.Cleanup(func() { _ = client.Close() })
		return client
	}
	require.NoError(t, connect(one).Set(ctx, "plot", "mine", 0).Err())
	require.Zero(t, connect(two).Exists(ctx, "plot").Val())

	one.Kill()
	require.Error(t, one.ping())
	require.NoError(t, one.Start())
	require.Zero(t, connect(one).Exists(ctx, "plot").Val())
}
