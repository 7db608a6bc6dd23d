package httpd

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// hall is a listener that hands out one end of a pipe: a server on it lives in the time of the test.
type hall struct {
	guests chan net.Conn
	closed chan struct{}
}

func (h *hall) Accept() (net.Conn, error) {
	select {
	case one := <-h.guests:
		return one, nil
	case <-h.closed:
		return nil, net.ErrClosed
	}
}
func (h *hall) Close() error   { close(h.closed); return nil }
func (h *hall) Addr() net.Addr { return &net.TCPAddr{} }

// sent is what came of a body, and after how long.
type sent struct {
	bytes int
	err   error
	took  time.Duration
}

// dribble sends a head, and then a body of so many bytes at a speed, piece by piece; it tells what the server made of it.
func dribble(t *testing.T, length string, size, speed int) (came sent) {
	t.Helper()
	door, done := &hall{guests: make(chan net.Conn, 1), closed: make(chan struct{})}, make(chan sent, 1)
	server := &http.Server{Handler: (&handler{}).bounded(graphqlBody, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		began := time.Now()
		n, err := io.Copy(io.Discard, r.Body)
		done <- sent{int(n), err, time.Since(began)}
	}))}
	ended := make(chan struct{})
	go func() { defer close(ended); _ = server.Serve(door) }()
	here, there := net.Pipe()
	door.guests <- there
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		_, _ = io.Copy(io.Discard, here)
	}()
	_, err := fmt.Fprintf(here, "POST /graphql HTTP/1.1\r\nHost: x\r\n%s\r\n\r\n", length)
	require.NoError(t, err)
	told := make(chan struct{})
	go func() {
		defer close(told)
		for left := size; left > 0; left -= speed {
			if _, err := here.Write(make([]byte, min(left, speed))); err != nil {
				return
			}
			<-time.After(time.Second) // of the bubble
		}
	}()
	came = <-done
	require.NoError(t, here.Close())
	require.NoError(t, server.Close())
	for _, end := range []chan struct{}{ended, gone, told} {
		<-end
	}
	return came
}

// A large body may come as slowly as a poor line brings it; one that comes more slowly, or never ends, is given up by itself.
func TestABodyHasTheTimeThatItsSizeTakes(t *testing.T) {
	t.Parallel()
	const large = 60 << 20
	for what, c := range map[string]struct {
		length       string
		speed        int
		whole        bool
		least, until time.Duration
	}{
		"as fast as a poor line":    {fmt.Sprintf("Content-Length: %d", large), slowestLine, true, 4 * bodyTime, large/slowestLine*time.Second + bodyTime},
		"half as fast":              {fmt.Sprintf("Content-Length: %d", large), slowestLine / 2, false, 4 * bodyTime, large/slowestLine*time.Second + bodyTime},
		"nothing":                   {"Content-Length: 1000", 0, false, bodyTime, bodyTime},
		"an endless trickle":        {"Content-Length: 9000000000000", 1, false, bodyTime, graphqlBody/slowestLine*time.Second + bodyTime},
		"a length that is not said": {"Transfer-Encoding: chunked", 0, false, bodyTime, bodyTime},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				size := large
				if c.speed == 0 {
					size = 0
				}
				came := dribble(t, c.length, size, c.speed)
				require.Equal(t, c.whole, came.err == nil && came.bytes == large, "%+v", came)
				require.GreaterOrEqual(t, came.took, c.least)
				require.LessOrEqual(t, came.took, c.until)
			})
		})
	}
}
