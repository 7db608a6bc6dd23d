package bench

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/app"
	"github.com/arpent/arpent/internal/clock"
	"github.com/arpent/arpent/internal/queue"
)

const (
	watchers = 10_000
	watched  = "run_00000000000000000000000001"
	watching = `subscription { runChanged(id: "` + watched + `") { id status phase attempt } }`
)

// BenchmarkSubscribers measures a change of one run to 10,000 subscribers, until the last one is told, beside a bare
// WebSocket server that sends the same bytes to as many; and what a subscriber costs in memory.
func BenchmarkSubscribers(b *testing.B) {
	ours := startArpent(b, func(c *app.Config) { c.RateLimit = 0 })
	shout := plantRun(b, ours)
	bare := begin(b, "feed", "")
	told, each := weigh(b, ours.process, func() *process { return gatherAudience(b, ours.url, ours.token, watchers, watching) })
	ours.look()
	plain, bareEach := weigh(b, bare, func() *process { return gatherAudience(b, bare.address, "-", watchers, watching) })
	var ourTimes, bareTimes series
	b.ResetTimer()
	for range rounds {
		bareTimes.took(plain.hear(b, func() { post(b, bare.address+"/tell") }))
		ourTimes.took(told.hear(b, shout))
	}
	ratio := ourTimes.over(bareTimes)
	found.add(row{
		what: "10,000 subscribers on one run, last one told", ours: duration(ourTimes.median()).Round(time.Millisecond).String(),
		bare: "bare WebSocket broadcast: " + duration(bareTimes.median()).Round(time.Millisecond).String(),
		is:   fmt.Sprintf("%.2f ×", ratio), aim: "≤ 2 ×", holds: ratio <= 2,
	})
	found.add(row{
		what: "memory of a subscriber", ours: each.String(), bare: "bare WebSocket: " + bareEach.String(),
		is: fmt.Sprintf("%.1f KiB", each.rested), aim: "≤ 40 KiB", holds: each.rested <= 40,
	})
}

// weight is the memory of one subscriber in KiB: what it takes, and with what is left over from its coming.
type weight struct{ rested, fresh float64 }

func (w weight) String() string { return fmt.Sprintf("%.1f KiB, %.1f with garbage", w.rested, w.fresh) }

// weigh measures what each subscriber of an audience takes of a server.
func weigh(b *testing.B, server *process, gather func() *process) (*process, weight) {
	b.Helper()
	before := server.rested(b)
	told := gather()
	fresh := server.memory(b) - before
	return told, weight{rested: (server.rested(b) - before) * 1024 / watchers, fresh: fresh * 1024 / watchers}
}

// few is what OTF was measured with.
const few = 500

// BenchmarkWatchers measures a change of a run, and a line of its log, to one watcher and to 500.
func BenchmarkWatchers(b *testing.B) {
	ours := startArpent(b, func(c *app.Config) { c.RateLimit = 0 })
	shout := plantRun(b, ours)
	line := plantLog(b, ours)
	log := `subscription { runLog(id: "` + watched + `") { offset next text complete } }`
	line() // so that each has something to hear at first
	for _, c := range []struct {
		what, query, one, many string
		tell                   func()
	}{
		{"change of a run", watching, "3.6ms", "250–290ms", shout}, {"line of a log", log, "p50 2.8ms", "p99 20ms", line},
	} {
		one := measureTelling(b, gatherAudience(b, ours.url, ours.token, 1, c.query), c.tell)
		found.add(row{what: c.what + " to one watcher", ours: "p50 " + short(one.median()), bare: "OTF: " + c.one, is: "p50 " + short(one.median())})
		many := measureTelling(b, gatherAudience(b, ours.url, ours.token, few, c.query), c.tell)
		found.add(row{
			what: c.what + " to 500 watchers, last one told", ours: fmt.Sprintf("p50 %s, p99 %s", short(many.median()), short(many.at(.99))),
			bare: "OTF: " + c.many, is: "p50 " + short(many.median()),
		})
	}
}

// apart is the time between two changes: those of one run that come closer are told together, a fiftieth of a second later.
const apart = 50 * time.Millisecond

func measureTelling(b *testing.B, who *process, tell func()) (took series) {
	b.Helper()
	defer who.stop()
	for range 30 {
		clock.Real{}.Wait(b.Context(), apart)
		took.took(who.hear(b, tell))
	}
	return took
}

// plantLog returns what adds a line to the log of the planted run and tells of it, as the engine does.
func plantLog(b *testing.B, of *arpent) (write func()) {
	b.Helper()
	db, err := sql.Open("postgres", of.config.DatabaseURL)
	require.NoError(b, err)
	client, err := queue.Connect(of.config.RedisURL)
	require.NoError(b, err)
	broadcast := client.NewBroadcast()
	b.Cleanup(func() { broadcast.Close(); _ = client.Close(); _ = db.Close() })
	text, n := []byte("null_resource.one: Creation complete after 0s [id=1234567890]\n"), int64(0)
	return func() {
		tx, err := db.Begin()
		require.NoError(b, err)
		_, err = tx.Exec(`UPDATE runs SET log_size = log_size + $1 WHERE id = $2`, len(text), watched)
		require.NoError(b, err)
		_, err = tx.Exec(`INSERT INTO run_logs (id, run_id, position, size, codec, data) VALUES ($1, $2, $3, $4, 'RAW', $5)`,
			fmt.Sprintf("log_%026d", n), watched, n, len(text), text)
		require.NoError(b, err)
		require.NoError(b, tx.Commit())
		require.NoError(b, broadcast.Publish(b.Context(), "log:"+watched, append(binary.BigEndian.AppendUint64(nil, uint64(n)), text...)))
		n += int64(len(text))
	}
}

// plantRun writes a run that waits, and returns what changes it and rings, as the engine does.
func plantRun(b *testing.B, of *arpent) (shout func()) {
	b.Helper()
	db, err := sql.Open("postgres", of.config.DatabaseURL)
	require.NoError(b, err)
	b.Cleanup(func() { _ = db.Close() })
	_, err = db.Exec(`INSERT INTO projects (id, created_at, updated_at, acronym, name, description, organization_id)
		SELECT 'prj_bench', now(), now(), 'BENCH', 'Bench', '{}', id FROM organizations LIMIT 1`)
	require.NoError(b, err)
	_, err = db.Exec(`INSERT INTO runs (id, created_at, updated_at, kind, status, requested_by, queued_at, project_id)
		VALUES ($1, now(), now(), 'PROVISION', 'AWAITING_APPROVAL', 'bench', now(), 'prj_bench')`, watched)
	require.NoError(b, err)
	client, err := queue.Connect(of.config.RedisURL)
	require.NoError(b, err)
	broadcast := client.NewBroadcast()
	b.Cleanup(func() { broadcast.Close(); _ = client.Close() })
	return func() {
		_, err := db.Exec(`UPDATE runs SET attempt = attempt + 1, updated_at = now() WHERE id = $1`, watched)
		require.NoError(b, err)
		require.NoError(b, broadcast.Publish(b.Context(), "run:"+watched, nil))
	}
}

func post(b *testing.B, url string) {
	response, err := http.Post(url, "text/plain", nil)
	require.NoError(b, err)
	require.NoError(b, response.Body.Close())
}

// gatherAudience starts a process whose connections all subscribe, and waits until each has heard the present state.
func gatherAudience(b *testing.B, address, token string, n int, query string) *process {
	b.Helper()
	return begin(b, "audience", fmt.Sprintf("%s %s %d %s", address, token, n, query))
}

// hear measures from a shout until the last of an audience has heard it.
func (p *process) hear(b *testing.B, shout func()) time.Duration {
	b.Helper()
	began := time.Now()
	shout()
	last, err := strconv.ParseInt(p.line(b), 10, 64)
	require.NoError(b, err)
	return time.Duration(last - began.UnixNano())
}

// audience is connections by graphql-transport-ws that count what they hear. Their client is as small as can be.
type audience struct {
	size  int64
	query string
	heard atomic.Int64
	all   chan int64 // when the last one heard, in Unix nanoseconds
	fails chan error
}

// attend is the part of the audience: it says each time when the last one has heard.
func attend(ctx context.Context, input string, ready func(string)) error {
	words := strings.SplitN(input, " ", 4)
	address, token, query := words[0], words[1], words[3]
	size, err := strconv.Atoi(words[2])
	if err != nil {
		return err
	}
	a := &audience{size: int64(size), query: query, all: make(chan int64, 1), fails: make(chan error, size)}
	places := make(chan struct{}, 64)
	for range size {
		places <- struct{}{}
		go func() {
			if err := a.sit(address, token, func() { <-places }); err != nil {
				a.fails <- err
			}
		}()
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-a.fails:
			return err
		case last := <-a.all:
			ready(strconv.FormatInt(last, 10))
		}
	}
}

// sit opens a connection, subscribes, and listens; there is called when it has heard the present state.
func (a *audience) sit(address, token string, there func()) error {
	host := strings.TrimPrefix(address, "http://")
	conn, err := net.Dial("tcp", host)
	if err != nil {
		return err
	}
	fmt.Fprintf(conn, "GET /graphql HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n", host)
	reader := bufio.NewReaderSize(conn, 512)
	response, err := http.ReadResponse(reader, nil)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusSwitchingProtocols {
		return fmt.Errorf("no WebSocket: %s", response.Status)
	}
	hello, _ := json.Marshal(map[string]any{"type": "connection_init", "payload": map[string]string{"token": token}})
	wish, _ := json.Marshal(map[string]any{"id": "1", "type": "subscribe", "payload": map[string]string{"query": a.query}})
	if _, err = conn.Write(append(frame(hello), frame(wish)...)); err != nil {
		return err
	}
	return fmt.Errorf("a connection ended: %w", a.listen(conn, reader, there))
}

// listen counts data, and answers everything else, which is pings and the acknowledgement before them, with a pong.
func (a *audience) listen(conn net.Conn, reader *bufio.Reader, there func()) error {
	once := sync.OnceFunc(there)
	pong := frame([]byte(`{"type":"pong"}`))
	for {
		var head [4]byte
		if _, err := io.ReadFull(reader, head[:2]); err != nil {
			return err
		}
		length := int(head[1])
		if head[0] != 0x81 {
			why, _ := reader.Peek(length)
			return fmt.Errorf("closed: %q", why)
		}
		if length == 126 {
			if _, err := io.ReadFull(reader, head[2:]); err != nil {
				return err
			}
			length = int(head[2])<<8 | int(head[3])
		}
		if _, err := reader.Discard(length); err != nil {
			return err
		}
		if length < 60 {
			if _, err := conn.Write(pong); err != nil {
				return err
			}
			continue
		}
		once()
		if a.heard.Add(1)%a.size == 0 {
			a.all <- time.Now().UnixNano()
		}
	}
}

// frame is a text frame of a client; the mask of zeroes is one.
func frame(text []byte) []byte {
	head := []byte{0x81, 0x80 | byte(len(text))}
	if len(text) > 125 {
		head = []byte{0x81, 0x80 | 126, byte(len(text) >> 8), byte(len(text))}
	}
	return append(append(head, 0, 0, 0, 0), text...)
}

// serveFeed is the bare tool: a WebSocket server that sends the same bytes to everybody.
func serveFeed(ctx context.Context, _ string, ready func(string)) error {
	message := []byte(`{"id":"1","type":"next","payload":{"data":{"runChanged":{"id":"` + watched + `","status":"AWAITING_APPROVAL","phase":"PLAN","attempt":1}}}}`)
	var mutex sync.Mutex
	bells := map[chan struct{}]struct{}{}
	mux := http.NewServeMux()
	mux.HandleFunc("/graphql", func(w http.ResponseWriter, r *http.Request) {
		socket, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{"graphql-transport-ws"}, CompressionMode: websocket.CompressionDisabled})
		if err != nil {
			return
		}
		defer func() { _ = socket.CloseNow() }() // it is torn down anyway
		bell := make(chan struct{}, 1)
		bell <- struct{}{}
		mutex.Lock()
		bells[bell] = struct{}{}
		mutex.Unlock()
		go func() {
			for range bell {
				if socket.Write(ctx, websocket.MessageText, message) != nil {
					return
				}
			}
		}()
		for {
			if _, _, err := socket.Read(ctx); err != nil {
				return
			}
		}
	})
	mux.HandleFunc("/tell", func(http.ResponseWriter, *http.Request) {
		mutex.Lock()
		defer mutex.Unlock()
		for bell := range bells {
			bell <- struct{}{}
		}
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{ReadHeaderTimeout: time.Minute, Handler: mux}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	ready("http://" + listener.Addr().String())
	if err := server.Serve(listener); ctx.Err() == nil {
		return err
	}
	return nil
}
