package apptest_test

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"entgo.io/ent/dialect/sql"
	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent/event"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/apptest"
)

// hearing is a subscription over either transport.
type hearing interface {
	Data(into any)
	Next() apptest.Message
	Close()
}

// transports begin a subscription over each transport that has some.
var transports = map[string]func(*apptest.Client, string, map[string]any) hearing{
	"socket": func(c *apptest.Client, query string, variables map[string]any) hearing {
		socket := c.Connect()
		socket.Subscribe("1", query, variables)
		return socket
	},
	"stream": func(c *apptest.Client, query string, variables map[string]any) hearing {
		return c.Stream(query, variables)
	},
}

// overEach runs a test over each transport on each kind of installation.
func overEach(t *testing.T, test func(l *land, hear func(*apptest.Client, string, map[string]any) hearing)) {
	t.Helper()
	apptest.Each(t, func(t *testing.T, s *apptest.Server) {
		l := newLand(t, s)
		for name, hear := range transports {
			l.count += 1000
			t.Run(name, func(t *testing.T) {
				here := *l
				here.t = t
				test(&here, hear)
			})
		}
	})
}

func TestASubscriberFollowsARunToItsEnd(t *testing.T) {
	t.Parallel()
	overEach(t, func(l *land, hear func(*apptest.Client, string, map[string]any) hearing) {
		e := l.estate("followed")
		h := hear(l.Admin(), apptest.HearRun, map[string]any{"id": e["Run"]})
		var data struct{ RunChanged struct{ Status string } }
		h.Data(&data)
		require.Equal(l.t, "AWAITING_APPROVAL", data.RunChanged.Status)
		l.cancel(e)
		for data.RunChanged.Status == "AWAITING_APPROVAL" {
			h.Data(&data)
		}
		require.Equal(l.t, "CANCELED", data.RunChanged.Status)
		require.Equal(l.t, "complete", h.Next().Type)
	})
}

func TestALogIsReadFromWhereItWasLeft(t *testing.T) {
	t.Parallel()
	overEach(t, func(l *land, hear func(*apptest.Client, string, map[string]any) hearing) {
		e := l.estate("h\u00e9llo, log")
		want := "h\u00e9llo, log"
		for after := range len(want) {
			if after == 2 {
				continue // within a letter
			}
			h := hear(l.Admin(), apptest.HearLog, map[string]any{"id": e["Run"], "after": after})
			var data struct {
				RunLog struct {
					Offset, Next int
					Text         string
				}
			}
			h.Data(&data)
			h.Close()
			require.Equal(l.t, want[after:], data.RunLog.Text)
			require.Equal(l.t, after, data.RunLog.Offset)
			require.Equal(l.t, len(want), data.RunLog.Next)
		}
	})
}

// rename changes a project and returns the id of the event that says so.
func (l *land) rename(e estate, name string) string {
	l.t.Helper()
	l.Admin().Ask(`mutation($id: ID!, $n: String!) { updateProject(input: {id: $id, name: $n}) { userErrors { code } } }`,
		map[string]any{"id": e["Project"], "n": name}).RequireDone(l.t)
	return l.client.Event.Query().Where(event.ProjectID(e["Project"])).Order(event.ByID(sql.OrderDesc())).FirstIDX(apptest.System())
}

// until waits for an event and returns it; none of those that must not come may come before.
func until(t testing.TB, h hearing, id string, never ...string) apptest.HeardEvent {
	t.Helper()
	for {
		var data apptest.HeardEvent
		h.Data(&data)
		require.NotContains(t, never, data.Events.ID)
		if data.Events.ID == id {
			return data
		}
	}
}

// journaled are the ids of a project's events after a position, in their order.
func (l *land) journaled(projectID string, after int64) []string {
	l.t.Helper()
	return l.client.Event.Query().Where(event.ProjectID(projectID), event.PositionGT(after)).Order(event.ByPosition()).IDsX(apptest.System())
}

func (l *land) cursor() string {
	l.t.Helper()
	var now struct{ EventCursor string }
	l.Admin().Get(&now, "{ eventCursor }", nil)
	return now.EventCursor
}

// Who comes back with a cursor hears each event once and in order: what came while they were away, and what comes.
func TestASubscriberWhoComesBackMissesNothing(t *testing.T) {
	t.Parallel()
	overEach(t, func(l *land, hear func(*apptest.Client, string, map[string]any) hearing) {
		e := l.estate("resumed")
		require.Eventually(l.t, func() bool { // what the estate wrote itself is placed
			return !l.client.Event.Query().Where(event.ProjectID(e["Project"]), event.PositionIsNil()).ExistX(apptest.System())
		}, apptest.Patience, 10*time.Millisecond)
		cursor := l.cursor()
		var begin int64
		_, err := fmt.Sscan(cursor, &begin)
		require.NoError(l.t, err)
		var heard []string
		for round := range 4 {
			for i := range 3 {
				l.rename(e, fmt.Sprint("round ", round, i))
			}
			h := hear(l.Admin(), apptest.HearEvents, map[string]any{"after": cursor, "project": e["Project"]})
			for range 2 + round%2*2 {
				if len(heard) == 3*(round+1) {
					break
				}
				var data apptest.HeardEvent
				h.Data(&data)
				heard, cursor = append(heard, data.Events.ID), data.Events.Cursor
			}
			h.Close()
		}
		h := hear(l.Admin(), apptest.HearEvents, map[string]any{"after": cursor, "project": e["Project"]})
		for len(heard) < 12 {
			var data apptest.HeardEvent
			h.Data(&data)
			heard = append(heard, data.Events.ID)
		}
		require.Equal(l.t, l.journaled(e["Project"], begin), heard)
	})
}

// A cursor that is of no use gets one RESYNC, whose own cursor is where to go on from.
func TestACursorThatIsOfNoUseGetsAResync(t *testing.T) {
	t.Parallel()
	overEach(t, func(l *land, hear func(*apptest.Client, string, map[string]any) hearing) {
		e := l.estate("resynced")
		l.rename(e, "old")
		for _, cursor := range []string{"999999999", "0"} {
			if cursor == "0" { // older than what is kept
				l.client.Event.Delete().Where(event.PositionLTE(1)).ExecX(apptest.System())
			}
			h := hear(l.Admin(), apptest.HearEvents, map[string]any{"after": cursor, "project": e["Project"]})
			var data apptest.HeardEvent
			h.Data(&data)
			require.Equal(l.t, "RESYNC", data.Events.Type)
			again := hear(l.Admin(), apptest.HearEvents, map[string]any{"after": data.Events.Cursor, "project": e["Project"]})
			id := l.rename(e, "after "+cursor)
			first, second := until(l.t, h, id), until(l.t, again, id)
			require.Equal(l.t, first, second)
		}
		require.Contains(l.t, string(hear(l.Admin(), apptest.HearEvents, map[string]any{"after": "nonsense"}).Next().Payload), "INVALID")
	})
}

// pair is two servers on one PostgreSQL and Redis.
func pair(t *testing.T) (first, second *land) {
	t.Helper()
	config := apptest.SharedConfig(t)
	first = newLand(t, apptest.Start(t, config))
	s := apptest.Start(t, config)
	return first, &land{Server: s, t: t, client: s.DB.Client(apptest.System()), base: first.base, author: first.author, count: 1000}
}

// guest has somebody join the project of an estate as a guest, and returns how they leave it on the other server.
func guest(here, there *land, e estate, email string) (member *apptest.Client, leave func()) {
	here.t.Helper()
	member = here.Person(email)
	id := access.FromContext(apptest.Must(here.Auth.InNameOf(apptest.System(), email))(here.t)).ID
	var joined struct {
		AddMember struct{ Membership struct{ ID string } }
	}
	there.Admin().Get(&joined, `mutation($p: ID!, $u: ID!, $r: ID!) { addMember(input: {projectId: $p, userId: $u, roleId: $r}) { membership { id } userErrors { code } } }`,
		map[string]any{"p": e["Project"], "u": id, "r": here.roleID(access.RoleGuest)})
	return member, func() {
		there.Admin().Ask(`mutation($id: ID!) { removeMember(input: {id: $id}) { userErrors { code } } }`, map[string]any{"id": joined.AddMember.Membership.ID}).RequireDone(here.t)
	}
}

// A role that is taken away in mid-subscription counts for the next event already, also when another server took it.
func TestARoleTakenAwayCountsForTheNextEvent(t *testing.T) {
	t.Parallel()
	here, there := pair(t)
	for name, hear := range transports {
		t.Run(name, func(t *testing.T) {
			e := here.estate("left")
			member, leave := guest(here, there, e, "leaves-"+name+"@example.org")
			events := hear(member, apptest.HearEvents, map[string]any{"after": here.cursor()})
			status := hear(member, apptest.HearRun, map[string]any{"id": e["Run"]})
			require.Equal(t, "next", status.Next().Type)
			until(t, events, there.rename(e, "heard"))
			leave()
			unheard := []string{there.rename(e, "unheard")}
			there.cancel(e)
			unheard = append(unheard, there.client.Event.Query().Where(event.SubjectID(e["Run"])).IDsX(apptest.System())...)
			require.Greater(t, len(unheard), 1)
			until(t, events, there.client.Event.Create().SetType("library.updated").SetAudience("EVERYBODY").SetActorID("system:test").SetActor("test").
				SetSubjectID("lib_x").SetSubject("for everybody").SaveX(apptest.System()).ID, unheard...)
			for m := status.Next(); m.Type != "complete"; m = status.Next() {
				require.NotContains(t, string(m.Payload), "CANCELED")
			}
		})
	}
}

// What reaches subscribers beside the feed is denied as well while the feed is behind: no event has its place yet, and the run's bell rings.
func TestARoleTakenAwayCountsWhileTheFeedIsBehind(t *testing.T) {
	t.Parallel()
	here, there := pair(t)
	for name, hear := range transports {
		t.Run(name, func(t *testing.T) {
			e := here.estate("behind")
			member, leave := guest(here, there, e, "behind-"+name+"@example.org")
			status := hear(member, apptest.HearRun, map[string]any{"id": e["Run"]})
			require.Equal(t, "next", status.Next().Type)
			relays := apptest.Must(here.DB.SQL().BeginTx(t.Context(), nil))(t)
			defer func() { _ = relays.Rollback() }()
			apptest.Must(relays.Exec(`UPDATE counters SET value = value WHERE name = 'events'`))(t)
			leave()
			there.cancel(e)
			for m := status.Next(); m.Type != "complete"; m = status.Next() {
				require.NotContains(t, string(m.Payload), "CANCELED")
			}
		})
	}
}

// A thousand subscribers that vanish leave nothing behind in the server.
func TestAbruptDisconnectsLeakNothing(t *testing.T) {
	s := apptest.Embedded(t)
	l := newLand(t, s)
	e := l.estate("abrupt")
	admin := s.Admin()
	vanish := func(i int) {
		for name, hear := range transports {
			if (name == "stream") == (i%4 == 0) {
				h := hear(admin, apptest.HearRun, map[string]any{"id": e["Run"]})
				h.Next()
				h.Close()
			}
		}
	}
	vanish(0)
	vanish(1)
	http.DefaultClient.CloseIdleConnections()
	before := runtime.NumGoroutine()
	var gate sync.WaitGroup
	slots := make(chan struct{}, 25)
	for i := range 1000 {
		slots <- struct{}{}
		gate.Go(func() { vanish(i); <-slots })
	}
	gate.Wait()
	require.Eventually(t, func() bool { return runtime.NumGoroutine() <= before+25 }, apptest.Patience, 50*time.Millisecond,
		"%d goroutines before", before)
	t.Logf("goroutines: %d before, %d after a thousand", before, runtime.NumGoroutine())
}

// A reader that stalls is dropped by the deadline of writes: its subscription and its connection end.
func TestAReaderThatStallsIsDropped(t *testing.T) {
	s := apptest.Embedded(t)
	l := newLand(t, s)
	e := l.estate("stalled")
	line, size := strings.Repeat("a line of a long log\n", 1<<12), int64(0)
	l.client.RunLog.Delete().ExecX(apptest.System())
	for range 400 {
		l.client.RunLog.Create().SetRunID(e["Run"]).SetPosition(size).SetSize(int64(len(line))).SetData([]byte(line)).ExecX(apptest.System())
		size += int64(len(line))
	}
	l.client.Run.UpdateOneID(e["Run"]).SetLogSize(size).ExecX(apptest.System())
	body := apptest.Must(json.Marshal(map[string]any{"query": apptest.HearLog, "variables": map[string]any{"id": e["Run"], "after": 0}}))(t)
	token := s.TokenFor(apptest.AdminEmail)
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.URL(), "http://"))
	require.NoError(t, err)
	defer conn.Close()
	require.NoError(t, conn.(*net.TCPConn).SetReadBuffer(4096))
	_, err = fmt.Fprintf(conn, "POST /graphql HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nAccept: text/event-stream\r\nContent-Length: %d\r\n\r\n%s",
		token, len(body), body)
	require.NoError(t, err)
	begun := time.Now()
	from, to := conn.RemoteAddr().(*net.TCPAddr).Port, conn.LocalAddr().(*net.TCPAddr).Port
	require.Eventually(t, func() bool { return established(t, from, to) }, apptest.Patience, time.Millisecond)
	require.Eventually(t, func() bool { return !established(t, from, to) }, time.Minute, 50*time.Millisecond, "the server keeps who does not read")
	t.Logf("dropped after %s", time.Since(begun).Round(time.Second))
}

// established tells whether the system has an open connection between two ports of this machine. It asks as this thread:
// the process's own list is that of its first thread, which another test may have left in a network of its own.
func established(t *testing.T, from, to int) bool {
	t.Helper()
	for _, line := range strings.Split(string(apptest.Must(os.ReadFile("/proc/thread-self/net/tcp"))(t)), "\n") {
		fields := strings.Fields(line)
		if len(fields) > 3 && strings.HasSuffix(fields[1], fmt.Sprintf(":%04X", from)) && strings.HasSuffix(fields[2], fmt.Sprintf(":%04X", to)) {
			return fields[3] == "01"
		}
	}
	return false
}
