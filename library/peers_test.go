//go:build peers

package library_test

import (
	"context"
	"database/sql"
	"encoding/pem"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	_ "github.com/lib/pq"
	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/apptest/servers"
)

// TestMain builds the mirror, which takes minutes the first time and nothing afterwards.
func TestMain(m *testing.M) {
	build := exec.Command("../tools/providers/build")
	build.Stdout, build.Stderr = os.Stderr, os.Stderr
	if err := build.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "the mirror of providers:", err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

func TestRefusalsOfTemplatesWithProviders(t *testing.T) {
	t.Parallel()
	for _, template := range []string{"dns-zone-file", "postgresql-database", "random-password", "ssh-key"} {
		t.Run(template, func(t *testing.T) {
			t.Parallel()
			checkRefusals(t, template)
		})
	}
}

func TestRandomPassword(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	outputs := map[string]bool{"password": true, "bcrypt_hash": true, "rotation": false}
	w.module("robot", "random-password", map[string]any{"length": 40, "special_characters": "!-]"}, outputs)
	log := w.apply()
	first := w.text("robot_password")
	require.Regexp(t, `^[A-Za-z0-9!\-\]]{40}$`, first)
	require.Regexp(t, `^\$2a\$`, w.text("robot_bcrypt_hash"))
	require.NotContains(t, log, first)

	inputs := map[string]any{"length": 40, "special": false, "rotation": 2}
	w.module("robot", "random-password", inputs, outputs)
	w.apply()
	require.Regexp(t, "^[A-Za-z0-9]{40}$", w.text("robot_password"))
	require.NotEqual(t, first, w.text("robot_password"))
	w.remove("robot", "random-password", inputs)
	require.Empty(t, w.resources())
}

func TestSSHKey(t *testing.T) {
	t.Parallel()
	for algorithm, prefix := range map[string]string{"ECDSA-P384": "ecdsa-sha2-nistp384 ", "RSA-3072": "ssh-rsa "} {
		t.Run(algorithm, func(t *testing.T) {
			t.Parallel()
			w := newWorkspace(t)
			outputs := map[string]bool{"public_key": false, "private_key": true, "fingerprint": false}
			inputs := map[string]any{"project": "WRK1", "name": "deploy", "algorithm": algorithm}
			w.module("deploy", "ssh-key", inputs, outputs)
			w.apply()
			public, private := w.text("deploy_public_key"), w.text("deploy_private_key")
			require.True(t, strings.HasPrefix(public, prefix), public)
			require.True(t, strings.HasSuffix(public, " wrk1-deploy"), public)
			require.True(t, strings.HasPrefix(publicHalf(t, private), strings.TrimSuffix(public, " wrk1-deploy")))

			inputs["comment"] = "robot@example.org"
			w.module("deploy", "ssh-key", inputs, outputs)
			w.apply()
			require.Equal(t, private, w.text("deploy_private_key"), "another comment is no other key")
			require.True(t, strings.HasSuffix(w.text("deploy_public_key"), " robot@example.org"))
			w.remove("deploy", "ssh-key", inputs)
			require.Empty(t, w.resources())
		})
	}
}

// publicHalf has OpenSSH read a private key.
func publicHalf(t *testing.T, private string) string {
	t.Helper()
	block, _ := pem.Decode([]byte(private))
	require.NotNil(t, block)
	file := filepath.Join(t.TempDir(), "key")
	require.NoError(t, os.WriteFile(file, []byte(private), 0o600))
	output, err := exec.Command("ssh-keygen", "-y", "-f", file).CombinedOutput()
	require.NoError(t, err, string(output))
	return string(output)
}

func TestDNSZoneFile(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	inputs := map[string]any{
		"project": "WRK1", "storage_dir": w.storage, "zone": "example.org", "contact": "hostmaster@example.org",
		"name_servers": []string{"ns1.example.org", "ns2.example.net"},
		"records": []map[string]any{
			{"name": "@", "type": "A", "value": "192.0.2.10"},
			{"name": "www", "type": "AAAA", "value": "2001:db8::10", "ttl": 60},
			{"name": "@", "type": "MX", "value": "10 mail.example.org."},
			{"name": "@", "type": "TXT", "value": `v=spf1 "-all" \ $(touch pwned)`},
			{"name": "@", "type": "CAA", "value": "0 issue letsencrypt.org"},
		},
	}
	outputs := map[string]bool{"file": false, "serial": false, "records": false}
	w.module("zone", "dns-zone-file", inputs, outputs)
	w.apply()
	serial := w.text("zone_serial")
	require.Regexp(t, `^\d{10}$`, serial)
	require.Equal(t, `$ORIGIN example.org.
$TTL 3600
@ IN SOA ns1.example.org. hostmaster.example.org. ( `+serial+` 7200 3600 1209600 3600 )
@ IN NS ns1.example.org.
@ IN NS ns2.example.net.
@ 3600 IN A 192.0.2.10
www 60 IN AAAA 2001:db8::10
@ 3600 IN MX 10 mail.example.org.
@ 3600 IN TXT "v=spf1 \"-all\" \\ $(touch pwned)"
@ 3600 IN CAA 0 issue "letsencrypt.org"
`, read(t, w.text("zone_file")))

	inputs["records"], inputs["ttl"] = []any{}, 600
	w.module("zone", "dns-zone-file", inputs, outputs)
	w.apply()
	require.Contains(t, read(t, w.text("zone_file")), "$TTL 600\n")
	require.GreaterOrEqual(t, w.text("zone_serial"), serial)
	w.remove("zone", "dns-zone-file", inputs)
	require.Empty(t, w.left())
	w.unharmed()
}

func TestPostgreSQLDatabase(t *testing.T) {
	t.Parallel()
	port := startPostgreSQL(t)
	w := newWorkspace(t)
	w.provider("postgresql", "cyrilgdn/postgresql", map[string]any{
		"postgresql_host": "127.0.0.1", "postgresql_port": port, "postgresql_sslmode": "disable", "postgresql_password": "secret of the server",
	})
	inputs := map[string]any{
		"project": "WRK1", "name": "shop-data", "host": "127.0.0.1", "port": port, "extensions": []string{"pg_trgm"}, "reader": true,
	}
	outputs := map[string]bool{"database": false, "host": false, "password": true, "url": true, "reader_url": true}
	w.module("shop", "postgresql-database", inputs, outputs)
	log := w.apply()
	require.Equal(t, "wrk1_shop_data", w.text("shop_database"))
	require.NotContains(t, log, w.text("shop_password"))

	url := w.text("shop_url") + "?sslmode=disable"
	require.NoError(t, execute(t, url, "CREATE TABLE item (name text); INSERT INTO item VALUES ('chair'); SELECT similarity('a', 'b')"))
	reader := w.text("shop_reader_url") + "?sslmode=disable"
	require.NoError(t, execute(t, reader, "SELECT * FROM item"), "a table that was made later")
	require.ErrorContains(t, execute(t, reader, "DELETE FROM item"), "permission denied")

	inputs = with(inputs, map[string]any{"extensions": []string{}, "reader": false, "rotation": 2, "connection_limit": 5})
	w.module("shop", "postgresql-database", inputs, outputs)
	w.apply()
	require.ErrorContains(t, execute(t, url, "SELECT 1"), "password authentication failed")
	require.Error(t, execute(t, reader, "SELECT 1"))
	url = w.text("shop_url") + "?sslmode=disable"
	require.NoError(t, execute(t, url, "SELECT * FROM item"), "a change keeps the data")
	require.ErrorContains(t, execute(t, url, "SELECT similarity('a', 'b')"), "does not exist")

	w.remove("shop", "postgresql-database", inputs)
	require.Empty(t, w.resources())
	require.Error(t, execute(t, url, "SELECT 1"))
	admin := fmt.Sprintf("postgres://postgres:secret%%20of%%20the%%20server@127.0.0.1:%d/postgres?sslmode=disable", port)
	require.Zero(t, count(t, admin, "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'wrk1%'"))
	require.Zero(t, count(t, admin, "SELECT count(*) FROM pg_database WHERE datname LIKE 'wrk1%'"))
}

// provider copies a provider's configuration into the folder, says where the provider is from, and gives its variables.
func (w *workspace) provider(name, source string, inputs map[string]any) {
	w.t.Helper()
	content := read(w.t, repository(w.t, "library", "providers", name+".tf"))
	require.NoError(w.t, os.WriteFile(filepath.Join(w.dir, "provider-"+name+".tf"), []byte(content), 0o600))
	required := map[string]any{name: map[string]string{"source": source}}
	w.json("provider-"+name+"_override.tf.json", map[string]any{"terraform": map[string]any{"required_providers": required}})
	w.json("providers.auto.tfvars.json", inputs)
}

// resources lists what the state holds, besides the base.
func (w *workspace) resources() []string {
	w.t.Helper()
	var found []string
	for _, address := range strings.Fields(w.must("state", "list")) {
		if address != "terraform_data.project" {
			found = append(found, address)
		}
	}
	return found
}

func execute(t *testing.T, url, statement string) error {
	t.Helper()
	db, err := sql.Open("postgres", url)
	require.NoError(t, err)
	defer db.Close()
	_, err = db.ExecContext(t.Context(), statement)
	return err
}

func count(t *testing.T, url, query string) int {
	t.Helper()
	db, err := sql.Open("postgres", url)
	require.NoError(t, err)
	defer db.Close()
	var number int
	require.NoError(t, db.QueryRowContext(t.Context(), query).Scan(&number))
	return number
}

// startPostgreSQL starts a server of the test's own, whose only superuser has the password "secret of the server".
func startPostgreSQL(t *testing.T) int {
	t.Helper()
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	require.NoError(t, err)
	require.NotEmpty(t, found, "no PostgreSQL in /usr/lib/postgresql")
	bin := found[len(found)-1]
	dir, err := os.MkdirTemp("", "arpent-library-") //nolint:usetesting // the user postgres must reach it, and t.TempDir is private
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	account := serverAccount(t, dir)
	run := func(name string, arguments ...string) *exec.Cmd {
		command := exec.Command(filepath.Join(bin, name), arguments...)
		command.Dir, command.SysProcAttr = dir, account
		return command
	}
	password := filepath.Join(dir, "password")
	require.NoError(t, os.WriteFile(password, []byte("secret of the server"), 0o644))
	data := filepath.Join(dir, "data")
	output, err := run("initdb", "-D", data, "-U", "postgres", "-A", "scram-sha-256", "--pwfile", password, "-E", "UTF8", "--no-sync").CombinedOutput()
	require.NoError(t, err, string(output))

	port := freePort(t)
	server := run("postgres", "-D", data, "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off",
		"-p", strconv.Itoa(port), "-c", "unix_socket_directories="+dir)
	require.NoError(t, server.Start())
	t.Cleanup(func() {
		_ = server.Process.Signal(syscall.SIGINT)
		_ = server.Wait()
	})
	url := fmt.Sprintf("postgres://postgres:secret%%20of%%20the%%20server@127.0.0.1:%d/postgres?sslmode=disable", port)
	db, err := sql.Open("postgres", url)
	require.NoError(t, err)
	defer db.Close()
	require.Eventually(t, func() bool { return db.PingContext(context.Background()) == nil }, time.Minute, 50*time.Millisecond)
	return port
}

// serverAccount gives the folder to the account postgres, when the test is run by root: the server refuses to be.
func serverAccount(t *testing.T, dir string) *syscall.SysProcAttr {
	t.Helper()
	if os.Geteuid() != 0 {
		return nil
	}
	account, err := user.Lookup("postgres")
	require.NoError(t, err)
	uid, err := strconv.Atoi(account.Uid)
	require.NoError(t, err)
	gid, err := strconv.Atoi(account.Gid)
	require.NoError(t, err)
	require.NoError(t, os.Chown(dir, uid, gid))
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
}

func freePort(t *testing.T) int {
	t.Helper()
	port, err := servers.FreePort()
	require.NoError(t, err)
	return port
}
