package bench

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// clients is how many connections ask at once.
const clients = 32

// question is an HTTP request that is asked again and again, ready to be sent.
type question struct {
	host string
	text []byte
}

func ask(tb testing.TB, address, token, query string, variables map[string]any) question {
	tb.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	require.NoError(tb, err)
	target, err := url.Parse(address)
	require.NoError(tb, err)
	var text bytes.Buffer
	fmt.Fprintf(&text, "POST /graphql HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n%s",
		target.Host, token, len(body), body)
	return question{target.Host, text.Bytes()}
}

// line is one connection.
type line struct {
	conn   net.Conn
	reader *bufio.Reader
}

func connect(tb testing.TB, host string) *line {
	tb.Helper()
	conn, err := net.Dial("tcp", host)
	require.NoError(tb, err)
	tb.Cleanup(func() { _ = conn.Close() })
	return &line{conn, bufio.NewReaderSize(conn, 64<<10)}
}

// turn asks once. It is as cheap as can be: what it uses is taken from the server.
func (l *line) turn(q question, answer io.Writer) error {
	if _, err := l.conn.Write(q.text); err != nil {
		return err
	}
	response, err := http.ReadResponse(l.reader, nil)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d", response.StatusCode)
	}
	_, err = io.Copy(answer, response.Body)
	return err
}

// crowd is connections that ask together.
type crowd struct {
	tb    testing.TB
	q     question
	lines []*line
}

func gather(tb testing.TB, q question) *crowd {
	tb.Helper()
	c := &crowd{tb: tb, q: q}
	for range clients {
		c.lines = append(c.lines, connect(tb, q.host))
	}
	return c
}

// once is the answer of one request.
func (c *crowd) once() []byte {
	c.tb.Helper()
	var answer bytes.Buffer
	require.NoError(c.tb, c.lines[0].turn(c.q, &answer))
	return answer.Bytes()
}

// storm asks over all connections for a time and returns how long each request took.
func (c *crowd) storm(length time.Duration) (took series) {
	c.tb.Helper()
	var all sync.WaitGroup
	var mutex sync.Mutex
	end := time.Now().Add(length)
	for _, l := range c.lines {
		all.Go(func() {
			var mine series
			for began := time.Now(); began.Before(end); began = time.Now() {
				if err := l.turn(c.q, io.Discard); err != nil {
					c.tb.Error(err)
					return
				}
				mine.took(time.Since(began))
			}
			mutex.Lock()
			defer mutex.Unlock()
			took = append(took, mine...)
		})
	}
	all.Wait()
	return took
}
