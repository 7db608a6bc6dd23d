package processes_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/apptest"
	"github.com/arpent/arpent/internal/apptest/servers"
	"github.com/arpent/arpent/internal/database"
)

// behind changes the database behind the server's back.
func (in *installation) behind(url, statement string) {
	in.t.Helper()
	db, err := sql.Open("postgres", url)
	require.NoError(in.t, err)
	defer db.Close()
	_, err = db.ExecContext(in.t.Context(), statement)
	require.NoError(in.t, err)
}

// command runs a command of the program and returns what it says.
func (in *installation) command(args ...string) (string, error) {
	in.t.Helper()
	dir, err := apptest.Programs()
	require.NoError(in.t, err)
	cmd := exec.CommandContext(in.t.Context(), filepath.Join(dir, "arpent"), args...)
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH")}, in.env...)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// rowsOf is every row of every table, in a form in which JSON that means the same is the same.
func rowsOf(t *testing.T, url string) map[string][]string {
	t.Helper()
	snapshot, err := database.OpenSnapshot(context.Background(), url)
	require.NoError(t, err)
	defer snapshot.Close()
	found := map[string][]string{}
	for _, table := range database.Tables() {
		require.NoError(t, snapshot.Dump(context.Background(), table, func(part []byte, _ int) error {
			for decoder := json.NewDecoder(bytes.NewReader(part)); decoder.More(); {
				decoder.UseNumber()
				var row any
				require.NoError(t, decoder.Decode(&row))
				text, err := json.Marshal(row)
				require.NoError(t, err)
				found[table.Name] = append(found[table.Name], string(text))
			}
			return nil
		}))
	}
	return found
}

// withKey gives the key file of one installation to another.
func withKey(t *testing.T, from, to string) {
	t.Helper()
	key, err := os.ReadFile(filepath.Join(from, "secret.key"))
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(to, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(to, "secret.key"), key, 0o600))
}

// at is the same installation with other data.
func (in *installation) at(dir, databaseURL string) *installation {
	moved := *in
	moved.data = dir
	moved.env = append(append([]string{}, in.env...), "ARPENT_DATA_DIR="+dir, "ARPENT_DATABASE_URL="+databaseURL)
	return &moved
}

// A backup of a server at work is restored on the other kind of database, goes on working there, and comes back.
func TestABackupGoesAcrossDatabasesAndGoesOnWorking(t *testing.T) {
	t.Parallel()
	in := install(t)
	project, dir := in.project("KEPT"), t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go"), nil, 0o600))
	resource, first := in.request(project, "one", dir)
	in.ends(first, "SUCCEEDED")
	file := filepath.Join(t.TempDir(), "arpent.backup")
	busy := t.TempDir()
	_, running := in.request(project, "two", busy)
	begun(t, busy, 1)

	said, err := in.command("backup", file) // while a run applies
	require.NoError(t, err, said)
	require.Contains(t, said, "The secret key is NOT in it")
	require.NoError(t, os.WriteFile(filepath.Join(busy, "go"), nil, 0o600))
	in.ends(running, "SUCCEEDED")
	in.kill(syscall.SIGTERM)

	moved := in.at(filepath.Join(t.TempDir(), "moved"), servers.Postgres(t))
	said, err = moved.command("restore", file)
	require.Error(t, err, "without its key")
	require.Contains(t, said, "which is not here")
	withKey(t, in.data, moved.data)
	said, err = moved.command("restore", "--check", file)
	require.NoError(t, err, said)
	require.NoDirExists(t, filepath.Join(moved.data, "repository.git"), "a check writes nothing")
	said, err = moved.command("restore", file)
	require.NoError(t, err, said)
	said, err = moved.command("restore", file)
	require.Error(t, err)
	require.Contains(t, said, "not empty")

	moved.start()
	require.JSONEq(t, `[{"name": "word", "value": "one-é"}]`, moved.outputs(resource))
	moved.ends(running, "SUCCEEDED") // taken up where the backup found it
	moved.requireFolderWhole(project)
	moved.kill(syscall.SIGTERM)

	back := filepath.Join(t.TempDir(), "back.backup")
	said, err = moved.command("backup", back)
	require.NoError(t, err, said)
	home := in.at(filepath.Join(t.TempDir(), "home"), "")
	withKey(t, in.data, home.data)
	said, err = home.command("restore", back)
	require.NoError(t, err, said)
	require.Equal(t, rowsOf(t, moved.databaseURL()), rowsOf(t, "sqlite:"+filepath.Join(home.data, "arpent.db")))
}

func (in *installation) databaseURL() (url string) {
	for _, pair := range in.env {
		if value, ok := strings.CutPrefix(pair, "ARPENT_DATABASE_URL="); ok {
			url = value
		}
	}
	return url
}

// requireFolderWhole clones the private repository and looks for the project's folder.
func (in *installation) requireFolderWhole(string) {
	in.t.Helper()
	dir := in.t.TempDir()
	out, err := exec.CommandContext(in.t.Context(), "git", "clone", "-q", filepath.Join(in.data, "repository.git"), dir).CombinedOutput()
	require.NoError(in.t, err, "%s", out)
	require.FileExists(in.t, filepath.Join(dir, "terraform", "KEPT", "resource-one.tf.json"))
	out, err = exec.CommandContext(in.t.Context(), "git", "-C", filepath.Join(in.data, "repository.git"), "fsck", "--full").CombinedOutput()
	require.NoError(in.t, err, "%s", out)
}

// What is no backup, cut, or changed by one byte is refused, and leaves nothing behind.
func TestADamagedBackupIsRefusedAndLeavesNothing(t *testing.T) {
	t.Parallel()
	in := install(t, "ARPENT_WORKERS=0")
	in.catalog()
	file := filepath.Join(t.TempDir(), "arpent.backup")
	said, err := in.command("backup", file)
	require.NoError(t, err, said)
	said, err = in.command("backup", file)
	require.Error(t, err, "a backup is not overwritten")
	require.Contains(t, said, "there already")
	whole, err := os.ReadFile(file)
	require.NoError(t, err)
	flipped := bytes.Clone(whole)
	flipped[len(flipped)/2] ^= 1
	for name, content := range map[string][]byte{
		"no backup": []byte("hello"), "cut": whole[:len(whole)*2/3], "changed": flipped, "empty": {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bad := filepath.Join(t.TempDir(), "bad")
			require.NoError(t, os.WriteFile(bad, content, 0o600))
			for kind, url := range map[string]string{"sqlite": "", "postgres": servers.Postgres(t)} {
				to := in.at(filepath.Join(t.TempDir(), "data"), url)
				withKey(t, in.data, to.data)
				said, err := to.command("restore", bad)
				require.Error(t, err, kind)
				require.NotContains(t, said, "panic")
				require.Contains(t, said, "arpent:")
				entries, err := os.ReadDir(to.data)
				require.NoError(t, err)
				require.Len(t, entries, 1, "the key alone: %v", entries)
				said, err = to.command("restore", file)
				require.NoError(t, err, "as empty as before: %s", said)
			}
		})
	}
}
