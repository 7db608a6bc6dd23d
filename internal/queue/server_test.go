package queue_test

import (
	"context"
	"fmt"
	"net/url"
	"os/exec"
	"testing"
	"time"

	"github.com/arpent/arpent/internal/apptest/servers"
	"github.com/arpent/arpent/internal/queue"
	"github.com/stretchr/testify/require"
)

// server is a Redis that can die and come back at the same address, without its data.
type server interface {
	URL() string
	Crash(t testing.TB)
	Start(t testing.TB)
}

// everywhere runs a test on each kind of Redis, each time on a fresh one.
func everywhere(t *testing.T, test func(t *testing.T, s server)) {
	t.Parallel()
	for name, start := range kinds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, start(t))
		})
	}
}

var kinds = map[string]func(testing.TB) server{"redis": startRedis, "embedded": startEmbedded}

const patience = 20 * time.Second

// connect is a process: a client that is closed at the end of the test.
func connect(t testing.TB, s server) *queue.Client {
	t.Helper()
	client, err := queue.Connect(s.URL())
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Close() })
	return client
}

func newReader(t testing.TB, client *queue.Client, name string, claimAfter time.Duration) *queue.Reader {
	t.Helper()
	reader := client.NewReader(queue.ReaderConfig{Consumer: name, ClaimAfter: claimAfter})
	t.Cleanup(reader.Close)
	return reader
}

func newBroadcast(t testing.TB, client *queue.Client) *queue.Broadcast {
	t.Helper()
	broadcast := client.NewBroadcast()
	t.Cleanup(broadcast.Close)
	return broadcast
}

// realRedis is a redis-server of our own.
type realRedis struct {
	binary, folder string
	port           int
	process        *exec.Cmd
}

func startRedis(t testing.TB) server {
	t.Helper()
	binary, err := exec.LookPath("redis-server")
	require.NoError(t, err, "these tests need a real Redis: install the package redis-server")
	s := &realRedis{binary: binary, folder: t.TempDir(), port: freePort(t)}
	s.Start(t)
	t.Cleanup(func() { s.Crash(t) })
	return s
}

func freePort(t testing.TB) int {
	t.Helper()
	port, err := servers.FreePort()
	require.NoError(t, err)
	return port
}

func (s *realRedis) URL() string {
	u := url.URL{Scheme: "redis", User: url.UserPassword("", "s3cret"), Host: fmt.Sprintf("127.0.0.1:%d", s.port)}
	return u.String()
}

func (s *realRedis) Start(t testing.TB) {
	t.Helper()
	s.process = exec.Command(s.binary, "--port", fmt.Sprint(s.port), "--bind", "127.0.0.1", "--requirepass", "s3cret",
		"--save", "", "--appendonly", "no", "--dir", s.folder)
	require.NoError(t, s.process.Start())
	client := connect(t, s)
	require.Eventually(t, func() bool { return client.Ping(context.Background()) == nil }, patience, 5*time.Millisecond)
}

func (s *realRedis) Crash(t testing.TB) {
	t.Helper()
	if s.process == nil {
		return
	}
	require.NoError(t, s.process.Process.Kill())
	_ = s.process.Wait() // says that it was killed
	s.process = nil
}

// embeddedRedis is the one within the process.
type embeddedRedis struct {
	embedded          *queue.Embedded
	address, password string
}

func startEmbedded(t testing.TB) server {
	t.Helper()
	embedded, err := queue.StartEmbedded()
	require.NoError(t, err)
	s := &embeddedRedis{embedded, embedded.Address(), embedded.Password()}
	t.Cleanup(func() { s.Crash(t) })
	return s
}

func (s *embeddedRedis) URL() string {
	u := url.URL{Scheme: "redis", User: url.UserPassword("", s.password), Host: s.address}
	return u.String()
}

func (s *embeddedRedis) Start(t testing.TB) {
	t.Helper()
	embedded, err := queue.StartEmbeddedAt(s.address, s.password)
	require.NoError(t, err)
	s.embedded = embedded
}

func (s *embeddedRedis) Crash(testing.TB) { s.embedded.Close() }
