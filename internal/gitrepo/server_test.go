package gitrepo_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"io"
	"net"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/ssh"

	"github.com/arpent/arpent/internal/apptest/servers"
	"github.com/arpent/arpent/internal/gitrepo"
)

const (
	botName  = "bot"
	botToken = "t0ken-of-the-bot"
)

// webServer serves the repositories of a folder with git's own http-backend, to the bot only.
type webServer struct {
	*httptest.Server
	received atomic.Int64 // bytes sent to clients
}

func serveHTTP(t testing.TB, root string) *webServer {
	t.Helper()
	core, err := exec.Command("git", "--exec-path").Output()
	require.NoError(t, err)
	backend := &cgi.Handler{
		Path: filepath.Join(strings.TrimSpace(string(core)), "git-http-backend"),
		Env:  append(gitEnv(t), "GIT_PROJECT_ROOT="+root, "GIT_HTTP_EXPORT_ALL=1", "REMOTE_USER="+botName),
	}
	require.FileExists(t, backend.Path, "git-http-backend comes with the Debian package git")
	server := &webServer{}
	server.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		name, token, _ := request.BasicAuth()
		if name != botName || token != botToken {
			w.Header().Set("WWW-Authenticate", "Basic")
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		backend.ServeHTTP(&counting{w, &server.received}, request)
	}))
	t.Cleanup(server.Close)
	return server
}

type counting struct {
	http.ResponseWriter
	bytes *atomic.Int64
}

func (c *counting) Write(p []byte) (int, error) {
	c.bytes.Add(int64(len(p)))
	return c.ResponseWriter.Write(p)
}

func bot() gitrepo.Credential { return gitrepo.Credential{Username: botName, Token: botToken} }

// bare makes an empty bare repository that takes pushes.
func bare(t testing.TB) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "x.git")
	git(t, "", "init", "-q", "--bare", "-b", "main", dir)
	git(t, dir, "config", "http.receivepack", "true")
	return dir
}

// sshServer is a real sshd on a free port, with its own keys.
type sshServer struct {
	address    string
	user       string
	knownHosts string // its line for a client's list
	clientKey  string // that it lets in
}

func serveSSH(t testing.TB) *sshServer {
	t.Helper()
	sshd := "/usr/sbin/sshd"
	require.FileExists(t, sshd, "this test needs a real SSH server: install the package openssh-server")
	dir := t.TempDir()
	require.NoError(t, os.Chmod(dir, 0o700))
	host, hostPEM := newKey(t)
	client, clientPEM := newKey(t)
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		return path
	}
	me, err := user.Current()
	require.NoError(t, err)
	port := freePort(t)
	ecdsa := filepath.Join(dir, "ecdsa") // a second key, of a kind that clients prefer, must not confuse them
	require.NoError(t, exec.Command("ssh-keygen", "-q", "-t", "ecdsa", "-N", "", "-f", ecdsa).Run())
	config := write("config", strings.Join([]string{
		"ListenAddress 127.0.0.1:" + port, "HostKey " + ecdsa, "HostKey " + write("host", hostPEM), "PidFile none", "UsePAM no",
		"PasswordAuthentication no", "KbdInteractiveAuthentication no", "StrictModes no", "PermitRootLogin yes",
		"AuthorizedKeysFile " + write("authorized", string(ssh.MarshalAuthorizedKey(client))),
		`SetEnv GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0=*`, "",
	}, "\n"))
	startSSH(t, sshd, config, "127.0.0.1:"+port)
	line := "[127.0.0.1]:" + port + " " + string(ssh.MarshalAuthorizedKey(host))
	return &sshServer{address: "127.0.0.1:" + port, user: me.Username, knownHosts: line, clientKey: clientPEM}
}

func startSSH(t testing.TB, sshd, config, address string) {
	t.Helper()
	_ = os.MkdirAll("/run/sshd", 0o755) // where a root sshd insists on separating its privileges
	var log bytes.Buffer
	cmd := exec.Command(sshd, "-D", "-e", "-f", config)
	cmd.Stderr = &log
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	require.Eventually(t, func() bool {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			_ = conn.Close()
		}
		return err == nil
	}, time.Minute, 20*time.Millisecond, "sshd did not start")
}

func (s *sshServer) url(path string) string { return "ssh://" + s.user + "@" + s.address + path }

func newKey(t testing.TB) (ssh.PublicKey, string) {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	block, err := ssh.MarshalPrivateKey(private, "test")
	require.NoError(t, err)
	key, err := ssh.NewPublicKey(public)
	require.NoError(t, err)
	return key, string(pem.EncodeToMemory(block))
}

func freePort(t testing.TB) string {
	t.Helper()
	port, err := servers.FreePort()
	require.NoError(t, err)
	return strconv.Itoa(port)
}

// forward hands a request on to another server.
func forward(w http.ResponseWriter, request *http.Request, to string) {
	target, err := url.Parse(to)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	httputil.NewSingleHostReverseProxy(target).ServeHTTP(w, request)
}

// relay stands between a client and a server, and can cut what goes through it.
type relay struct {
	address string
	mu      sync.Mutex
	open    []net.Conn
}

func relayTo(t testing.TB, to string) *relay {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	r := &relay{address: listener.Addr().String()}
	t.Cleanup(func() { _ = listener.Close(); r.cut() })
	go func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			if far, err := net.Dial("tcp", to); err == nil {
				r.join(near, far)
			}
		}
	}()
	return r
}

func (r *relay) join(near, far net.Conn) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.open = append(r.open, near, far)
	go func() { _, _ = io.Copy(near, far); _ = near.Close() }()
	go func() { _, _ = io.Copy(far, near); _ = far.Close() }()
}

func (r *relay) cut() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, conn := range r.open {
		_ = conn.Close()
	}
	r.open = nil
}
