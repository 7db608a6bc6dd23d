package queue_test

import (
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// proxy stands before a server, and can swallow all that it answers.
type proxy struct {
	url      string
	target   string
	mu       sync.Mutex
	swallows []*atomic.Bool
	hungry   bool // new connections are swallowed too
}

func startProxy(t *testing.T, s server) *proxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	credentials, target, _ := strings.Cut(s.URL(), "@")
	p := &proxy{url: credentials + "@" + listener.Addr().String(), target: target}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			p.serve(t, conn)
		}
	}()
	return p
}

func (p *proxy) serve(t *testing.T, conn net.Conn) {
	upstream, err := net.Dial("tcp", p.target)
	if err != nil {
		_ = conn.Close()
		return
	}
	t.Cleanup(func() { _, _ = conn.Close(), upstream.Close() })
	var swallow atomic.Bool
	p.mu.Lock()
	p.swallows = append(p.swallows, &swallow)
	swallow.Store(p.hungry)
	p.mu.Unlock()
	go func() { _, _ = io.Copy(upstream, conn) }()
	go func() { _, _ = io.Copy(valve{conn, &swallow}, upstream) }()
}

// swallow swallows what the present connections carry; new ones work.
func (p *proxy) swallow() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, swallow := range p.swallows {
		swallow.Store(true)
	}
}

// swallowAll swallows everything from now on.
func (p *proxy) swallowAll() {
	p.mu.Lock()
	p.hungry = true
	p.mu.Unlock()
	p.swallow()
}

// valve lets bytes through until it is shut; then they vanish.
type valve struct {
	io.Writer
	shut *atomic.Bool
}

func (v valve) Write(p []byte) (int, error) {
	if v.shut.Load() {
		return len(p), nil
	}
	return v.Writer.Write(p)
}
