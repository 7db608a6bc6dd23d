package processes_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"entgo.io/ent/dialect/sql"
	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent/event"
	"github.com/arpent/arpent/internal/apptest"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/runner"
	"github.com/arpent/arpent/internal/worker"
)

// TestAStormOfSubscribers is a short one; storm_peers_test.go has one of a minute.
func TestAStormOfSubscribers(t *testing.T) {
	t.Parallel()
	storm(t, 40, 5*time.Second)
}

// weather is a storm: servers, what happens on them, and who listens while their sockets drop at random.
type weather struct {
	t        *testing.T
	servers  []*installation
	projects []string
	ends     context.Context // when it is over
	runs     sync.Map        // the logs that were assembled, by run
	readers  sync.WaitGroup  // of logs
	end      atomic.Int64    // position of the last event, once it is known
	talks    atomic.Int64    // runs that were carried out
	drops    atomic.Int64
	resyncs  atomic.Int64
}

// storm has subscribers listen on three server processes while projects change and runs write logs, and drops their
// sockets at random: what each has assembled in the end is what the journal and the logs hold.
func storm(t *testing.T, subscribers int, length time.Duration) {
	t.Helper()
	w := &weather{t: t, servers: replicas(t, 3)}
	w.servers[0].catalog()
	for i := range 6 {
		w.projects = append(w.projects, w.project(fmt.Sprintf("STORM%d", i)))
	}
	begin := w.position()
	ctx, cancel := context.WithTimeout(context.Background(), length)
	defer cancel()
	w.ends = ctx
	var load, listeners sync.WaitGroup
	load.Go(w.change)
	for i := range 3 {
		load.Go(func() { w.work(i) })
	}
	heard := make([][]stormEvent, subscribers)
	for i := range subscribers {
		listeners.Go(func() { heard[i] = w.listen(begin) })
	}
	load.Wait()
	w.settle()
	listeners.Wait()
	journal := w.journal(begin)
	for _, events := range heard {
		requireSame(t, journal, events)
	}
	logs := w.requireLogs()
	t.Logf("%d subscribers assembled %d events each over %d dropped sockets and %d resyncs; %d logs are whole", subscribers, len(journal), w.drops.Load(), w.resyncs.Load(), logs)
	require.Greater(t, len(journal), 20)
	require.Greater(t, w.drops.Load(), int64(subscribers))
}

type stormEvent struct{ id, cursor string }

// requireSame compares with the journal: after a resync, from its cursor on.
func requireSame(t *testing.T, journal, heard []stormEvent) {
	t.Helper()
	if len(heard) > 0 && heard[0].id == "" {
		for len(journal) > 0 && after(heard[0].cursor) >= after(journal[0].cursor) {
			journal = journal[1:]
		}
		heard = heard[1:]
	}
	require.Equal(t, journal, heard)
}

func after(cursor string) (position int64) {
	_, _ = fmt.Sscan(cursor, &position)
	return position
}

func (w *weather) any() *installation { return w.servers[rand.IntN(len(w.servers))] }

func (w *weather) project(acronym string) string {
	w.t.Helper()
	var made struct {
		CreateProject struct{ Project struct{ ID string } }
	}
	w.any().client().Get(&made, `mutation($a: String!) { createProject(input: {acronym: $a, name: $a}) { project { id } userErrors { message } } }`, map[string]any{"a": acronym})
	return made.CreateProject.Project.ID
}

func (w *weather) position() int64 {
	w.t.Helper()
	var now struct{ EventCursor string }
	w.servers[0].client().Get(&now, "{ eventCursor }", nil)
	return after(now.EventCursor)
}

// change renames projects and asks for looks at drift, through whichever server.
func (w *weather) change() {
	for n := 0; w.ends.Err() == nil || n < 25; n++ { // a machine may be too busy for much in that time
		project := w.projects[n%len(w.projects)]
		w.any().client().Ask(`mutation($id: ID!, $n: String!) { updateProject(input: {id: $id, name: $n}) { userErrors { code } } }`, map[string]any{"id": project, "n": fmt.Sprint("name ", n)})
		if n%5 == 0 {
			w.any().client().Ask(`mutation($id: ID!) { detectDrift(input: {projectId: $id}) { userErrors { code } } }`, map[string]any{"id": project})
		}
		select {
		case <-w.ends.Done():
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// work carries out runs as a worker elsewhere does, whose tool only talks.
func (w *weather) work(n int) {
	client, err := worker.NewClient(w.servers[n].url, workerSecret)
	if err != nil {
		w.t.Error(err)
		return
	}
	for w.ends.Err() == nil || w.talks.Load() == 0 {
		got, err := client.Claim(context.Background(), worker.Claim{Worker: fmt.Sprint("talker-", n), Version: "test", Tool: "talker", Wait: time.Second})
		if err == nil && got != nil {
			w.talk(client, got)
		}
	}
}

func (w *weather) talk(client *worker.Client, got *worker.Assignment) {
	ctx, offset := context.Background(), got.LogOffset
	w.readers.Add(1)
	go w.read(got.Lease.RunID)
	for i := range 20 {
		piece := []byte(strings.Repeat(fmt.Sprintf("línea %d ⏱ of a talk\n", i), 1+rand.IntN(20)))
		if err := client.Log(ctx, got.Lease, offset, piece); err != nil {
			w.t.Errorf("log: %v", err)
			w.talks.Add(1)
			return
		}
		offset += int64(len(piece))
	}
	if err := client.Finish(ctx, got.Lease, worker.Rest{}, runner.Result{Outcome: runner.Done, Summary: &runner.Summary{}}); err != nil {
		w.t.Errorf("finish: %v", err)
	}
	w.talks.Add(1)
}

// dial opens a connection that is introduced; nil when the time for it is over.
func (w *weather) dial(ctx context.Context) *websocket.Conn {
	in := w.any()
	conn, _, err := websocket.Dial(ctx, strings.Replace(in.url, "http", "ws", 1)+"/graphql", &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
	if err != nil {
		return nil
	}
	conn.SetReadLimit(1 << 20)
	var m apptest.Message
	payload, _ := json.Marshal(map[string]string{"token": in.token})
	if wsjson.Write(ctx, conn, apptest.Message{Type: "connection_init", Payload: payload}) != nil || wsjson.Read(ctx, conn, &m) != nil {
		_ = conn.CloseNow()
		return nil
	}
	return conn
}

// drop listens on one socket for a random while, and then breaks it off in the middle of whatever comes. Each answer
// goes to take, which says whether to go on.
func (w *weather) drop(query string, variables map[string]any, take func(data json.RawMessage) bool) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(100+rand.IntN(1400))*time.Millisecond)
	defer cancel()
	w.drops.Add(1)
	conn := w.dial(ctx)
	if conn == nil {
		return
	}
	defer func() { _ = conn.CloseNow() }()
	payload, _ := json.Marshal(map[string]any{"query": query, "variables": variables})
	if wsjson.Write(ctx, conn, apptest.Message{ID: "1", Type: "subscribe", Payload: payload}) != nil {
		return
	}
	for {
		var m apptest.Message
		var answer apptest.Answer
		if wsjson.Read(ctx, conn, &m) != nil || m.Type == "next" && json.Unmarshal(m.Payload, &answer) != nil {
			return
		}
		if m.Type == "complete" || m.Type == "next" && (len(answer.Errors) > 0 || !take(answer.Data)) {
			return
		}
	}
}

// listen assembles events from a position on until the storm has settled. After a resync it begins anew.
func (w *weather) listen(begin int64) (heard []stormEvent) {
	cursor := fmt.Sprint(begin)
	for end := w.end.Load(); end == 0 || after(cursor) < end; end = w.end.Load() {
		w.drop(apptest.HearEvents, map[string]any{"after": cursor}, func(data json.RawMessage) bool {
			var e apptest.HeardEvent
			if json.Unmarshal(data, &e) != nil {
				return false
			}
			cursor = e.Events.Cursor
			if e.Events.Type == "RESYNC" {
				w.resyncs.Add(1)
				heard = []stormEvent{{cursor: cursor}}
				return true
			}
			heard = append(heard, stormEvent{e.Events.ID, cursor})
			return true
		})
	}
	for len(heard) > 0 && after(heard[len(heard)-1].cursor) > w.end.Load() {
		heard = heard[:len(heard)-1]
	}
	return heard
}

// read assembles a log until it is complete.
func (w *weather) read(runID string) {
	defer w.readers.Done()
	var text strings.Builder
	for complete := false; !complete; {
		w.drop(apptest.HearLog, map[string]any{"id": runID, "after": text.Len()}, func(data json.RawMessage) bool {
			var piece struct {
				RunLog struct {
					Offset   int
					Text     string
					Complete bool
				}
			}
			if json.Unmarshal(data, &piece) != nil || piece.RunLog.Offset != text.Len() {
				w.t.Errorf("a piece of %s at %d: %s", runID, text.Len(), data)
				return false
			}
			text.WriteString(piece.RunLog.Text)
			complete = piece.RunLog.Complete
			return !complete
		})
	}
	w.runs.Store(runID, text.String())
}

// settle waits until nothing more happens, and tells the listeners where the journal ends.
func (w *weather) settle() {
	w.t.Helper()
	w.readers.Wait()
	client := w.database().Client(context.Background())
	last := int64(-1)
	require.Eventually(w.t, func() bool {
		unplaced := client.Event.Query().Where(event.PositionIsNil()).ExistX(apptest.System())
		before := last
		last = *client.Event.Query().Where(event.PositionNotNil()).Order(event.ByPosition(sql.OrderDesc())).FirstX(apptest.System()).Position
		return !unplaced && before == last
	}, time.Minute, time.Second)
	w.end.Store(last)
}

// database is that of the servers.
func (w *weather) database() *database.DB {
	w.t.Helper()
	for _, setting := range w.servers[0].env {
		if url, ok := strings.CutPrefix(setting, "ARPENT_DATABASE_URL="); ok {
			db, err := database.Open(context.Background(), url)
			require.NoError(w.t, err)
			w.t.Cleanup(func() { _ = db.Close() })
			return db
		}
	}
	return nil
}

// journal is what was written from a position on.
func (w *weather) journal(begin int64) (events []stormEvent) {
	w.t.Helper()
	for _, e := range w.database().Client(context.Background()).Event.Query().
		Where(event.PositionGT(begin), event.PositionLTE(w.end.Load())).Order(event.ByPosition()).AllX(apptest.System()) {
		events = append(events, stormEvent{e.ID, fmt.Sprint(*e.Position)})
	}
	return events
}

// requireLogs compares each log that somebody assembled with what is stored, and returns how many there are.
func (w *weather) requireLogs() (count int) {
	w.t.Helper()
	w.runs.Range(func(id, text any) bool {
		count++
		var stored strings.Builder
		for complete := false; !complete; {
			var data struct {
				Node struct {
					Log struct {
						Text     string
						Complete bool
					}
				}
			}
			w.servers[0].client().Get(&data, `query($id: ID!, $after: Long!) { node(id: $id) { ... on Run { log(after: $after) { text complete } } } }`,
				map[string]any{"id": id, "after": stored.Len()})
			stored.WriteString(data.Node.Log.Text)
			complete = data.Node.Log.Complete
		}
		require.Equal(w.t, stored.String(), text, "%s", id)
		return true
	})
	require.Positive(w.t, count)
	return count
}
