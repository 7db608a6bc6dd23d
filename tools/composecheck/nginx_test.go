//go:build peers

package composecheck

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// nginx starts nginx with our configuration in front of the handler and returns its address. Only what names the
// containers' world is changed: the port, the servers, and where nginx keeps its files.
func nginx(t *testing.T, handler http.Handler) (address string) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	text, err := os.ReadFile(filepath.Join(root, "deploy", "nginx", "nginx.conf"))
	require.NoError(t, err)
	dir, err := os.MkdirTemp("", "arpent-nginx-")
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	require.NoError(t, os.Chmod(dir, 0o755)) // nginx's workers are another user
	address = freeAddress(t)
	config := string(text)
	for _, change := range [][2]string{
		{"listen 8080;", "listen " + address + ";"},
		{"http://arpent:8080", server.URL},
		{" /tmp/nginx", " " + dir + "/nginx"},
		{"access_log /dev/stdout combined;", "access_log off;"},
	} {
		require.Contains(t, config, change[0])
		config = strings.ReplaceAll(config, change[0], change[1])
	}
	path := filepath.Join(dir, "nginx.conf")
	require.NoError(t, os.WriteFile(path, []byte(config), 0o644))
	checked, err := exec.Command(program(t), "-t", "-p", dir, "-c", path).CombinedOutput()
	require.NoError(t, err, "%s", checked)
	start(t, exec.Command(program(t), "-p", dir, "-c", path, "-g", "daemon off;"))
	require.Eventually(t, func() bool {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			_ = conn.Close()
		}
		return err == nil
	}, time.Minute, 20*time.Millisecond)
	return address
}

func program(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"nginx", "/usr/sbin/nginx"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	require.FailNow(t, "install nginx: the package is called so")
	return ""
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

func start(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	cmd.Stderr = os.Stderr
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
	})
}

func TestASubscriptionIsTunneled(t *testing.T) {
	t.Parallel()
	address := nginx(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Upgrade") != "websocket" || !strings.EqualFold(r.Header.Get("Connection"), "upgrade") {
			http.Error(w, "no upgrade arrived", http.StatusBadRequest)
			return
		}
		conn, stream, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		defer func() { _ = conn.Close() }()
		_, _ = stream.WriteString("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
		_ = stream.Flush()
		_, _ = io.Copy(conn, stream)
	}))
	conn, err := net.Dial("tcp", address)
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	require.NoError(t, conn.SetDeadline(time.Now().Add(time.Minute)))
	_, err = fmt.Fprintf(conn, "GET /graphql HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
	require.NoError(t, err)
	reader := bufio.NewReader(conn)
	response, err := http.ReadResponse(reader, nil)
	require.NoError(t, err)
	require.Equal(t, http.StatusSwitchingProtocols, response.StatusCode)
	_, err = io.WriteString(conn, "ping")
	require.NoError(t, err)
	echo := make([]byte, 4)
	_, err = io.ReadFull(reader, echo)
	require.NoError(t, err)
	require.Equal(t, "ping", string(echo))
}

func TestAnEventIsNotBuffered(t *testing.T) {
	t.Parallel()
	done := make(chan struct{})
	address := nginx(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(w, "event: next\n")
		w.(http.Flusher).Flush()
		<-done // the answer goes on: only what is not buffered has arrived by now
	}))
	response, err := http.Post("http://"+address+"/graphql", "application/json", strings.NewReader("{}"))
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	line, err := bufio.NewReader(response.Body).ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "event: next\n", line)
	close(done)
}

func TestBodiesHaveTheirLimits(t *testing.T) {
	t.Parallel()
	address := nginx(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
	}))
	for _, c := range []struct {
		path string
		size int
		want int
	}{
		{"/auth/login", 2 << 20, http.StatusRequestEntityTooLarge},
		{"/graphql", 2 << 20, http.StatusOK},
		{"/graphql", 65 << 20, http.StatusOK}, // a file of 64 MiB, with what is sent beside it
		{"/graphql", 67 << 20, http.StatusRequestEntityTooLarge},
		{"/terraform/state/prj", 40 << 20, http.StatusOK},
		{"/metrics", 0, http.StatusNotFound},
	} {
		response, err := http.Post("http://"+address+c.path, "application/octet-stream", bytes.NewReader(make([]byte, c.size)))
		require.NoError(t, err, c.path)
		_ = response.Body.Close()
		require.Equal(t, c.want, response.StatusCode, "%s with %d bytes", c.path, c.size)
	}
}

func TestAClientCannotClaimAnotherAddress(t *testing.T) {
	t.Parallel()
	address := nginx(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.Header.Get("X-Forwarded-For"))
	}))
	request, err := http.NewRequest(http.MethodGet, "http://"+address+"/", nil)
	require.NoError(t, err)
	request.Header.Set("X-Forwarded-For", "203.0.113.7")
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	seen, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.Equal(t, "127.0.0.1", string(seen))
}
