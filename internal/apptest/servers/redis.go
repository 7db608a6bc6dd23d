package servers

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"
)

// A RedisServer is one redis-server process that keeps nothing on disk.
type RedisServer struct {
	URL string // redis://:password@127.0.0.1:port/0

	bin, password string
	port          int
	cmd           *exec.Cmd
	ended         chan struct{}
}

// Redis gives the test an empty Redis server of its own and stops it afterwards. The test may flush it, Kill
// it and Start it again.
func Redis(tb testing.TB) *RedisServer {
	tb.Helper()
	r, err := NewRedis()
	if err != nil {
		tb.Fatalf("Redis for tests: %v", err)
	}
	tb.Cleanup(r.Kill)
	return r
}

// NewRedis is Redis for programs that are not tests; they Kill it.
func NewRedis() (*RedisServer, error) {
	dir, err := redisPrograms()
	if err != nil {
		return nil, err
	}
	r := &RedisServer{bin: filepath.Join(dir, "redis-server"), password: randomName()}
	for range 3 { // somebody may take the free port first
		if r.port, err = FreePort(); err != nil {
			return nil, err
		}
		r.URL = fmt.Sprintf("redis://:%s@127.0.0.1:%d/0", r.password, r.port)
		if err = r.Start(); err == nil {
			return r, nil
		}
	}
	return nil, err
}

// Start starts a killed server again, empty, on the same port, and waits until it answers.
func (r *RedisServer) Start() error {
	r.cmd = exec.Command(r.bin, "--bind", "127.0.0.1", "--port", strconv.Itoa(r.port), "--requirepass", r.password,
		"--save", "", "--appendonly", "no", "--daemonize", "no", "--dir", os.TempDir())
	r.cmd.SysProcAttr = leash(syscall.SIGKILL)
	if err := startFromLastingThread(r.cmd); err != nil {
		return fmt.Errorf("start redis-server: %w", err)
	}
	ended := make(chan struct{})
	r.ended = ended
	go func(cmd *exec.Cmd) { _ = cmd.Wait(); close(ended) }(r.cmd)
	if err := await(30*time.Second, ended, r.ping); err != nil {
		r.Kill()
		return fmt.Errorf("redis-server does not answer: %w", err)
	}
	return nil
}

// Kill ends the server as kill -9 does, and waits until it is gone. A second Kill does nothing.
func (r *RedisServer) Kill() {
	_ = r.cmd.Process.Kill()
	<-r.ended
}

// ping speaks the protocol by hand: a client library logs every connection that is refused on the way.
func (r *RedisServer) ping() error {
	conn, err := net.DialTimeout("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(r.port)), time.Second)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(time.Second))
	if _, err := fmt.Fprintf(conn, "AUTH %s\r\nPING\r\n", r.password); err != nil {
		return err
	}
	want := "+OK\r\n+PONG\r\n"
	answer := make([]byte, len(want))
	if _, err := io.ReadFull(conn, answer); err != nil {
		return err
	}
	if string(answer) != want {
		return fmt.Errorf("it says %q", answer)
	}
	return nil
}

type starting struct {
	cmd    *exec.Cmd
	result chan error
}

// lastingThread starts processes from one thread that never ends, because a leash is held by the thread.
var lastingThread = sync.OnceValue(func() chan<- starting {
	requests := make(chan starting)
	go func() {
		runtime.LockOSThread()
		for request := range requests {
			request.result <- request.cmd.Start()
		}
	}()
	return requests
})

func startFromLastingThread(cmd *exec.Cmd) error {
	request := starting{cmd, make(chan error)}
	lastingThread() <- request
	return <-request.result
}
