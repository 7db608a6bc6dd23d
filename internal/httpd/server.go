package httpd

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/arpent/arpent/internal/fault"
)

// Server listens for a handler. It stops in two steps: no new requests and no more subscriptions, then whatever
// outlasts the grace is cut.
type Server struct {
	http     *http.Server
	draining chan struct{}
	stopping atomic.Bool
	once     sync.Once
	cut      context.CancelFunc
}

// NewServer makes a server with limits on what a slow or hostile caller can hold.
func NewServer(log *slog.Logger) *Server {
	base, cut := context.WithCancel(context.Background())
	return &Server{draining: make(chan struct{}), cut: cut, http: &http.Server{
		BaseContext:       func(net.Listener) context.Context { return base },
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}}
}

// Serve answers with the handler until Stop.
func (s *Server) Serve(listener net.Listener, handler http.Handler) error {
	s.http.Handler = handler
	if err := s.http.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// Draining is closed when the server begins to stop: subscriptions end, their clients resume elsewhere.
func (s *Server) Draining() <-chan struct{} { return s.draining }

// Leave says that the server is about to stop: it is no longer ready, and still answers.
func (s *Server) Leave() { s.stopping.Store(true) }

// Ready fails once the server is about to stop, so that nobody sends it more.
func (s *Server) Ready(context.Context) error {
	if s.stopping.Load() {
		return fault.New(fault.Unavailable, fault.Text{EN: "The server is stopping.", FR: "Le serveur s’arrête."})
	}
	return nil
}

// Stop takes no new requests and waits for those that run until ctx is done; then it cuts them.
func (s *Server) Stop(ctx context.Context) error {
	s.Leave()
	s.once.Do(func() { close(s.draining) })
	err := s.http.Shutdown(ctx)
	s.cut()
	if err != nil {
		return errors.Join(err, s.http.Close())
	}
	return nil
}
