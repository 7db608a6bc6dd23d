package tfstate_test

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/database/databasetest"
	"github.com/arpent/arpent/internal/fault"
)

func TestARunReadsAndWritesUnderItsLock(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		h := open(t, db, 0)
		r, c := h.running(h.web)
		require.Equal(t, 204, c.get().status, "there is no state yet")
		require.Equal(t, 409, c.post("", state(1, "a")).status, "a run needs the lock")
		require.Equal(t, 200, c.lock("L1").status)
		require.Equal(t, 200, c.lock("L1").status, "the answer was lost: again")
		require.Equal(t, 423, c.lock("L2").status)
		require.Equal(t, 423, c.post("L2", state(1, "a")).status)
		require.Equal(t, 423, c.post("", state(1, "a")).status)
		require.Equal(t, 200, c.post("L1", state(1, "a")).status)
		require.Equal(t, 200, c.post("L1", state(1, "a")).status, "the same again changes nothing")
		require.Equal(t, 200, c.post("L1", state(2, "b")).status)
		require.Equal(t, 423, c.unlock("other").status)
		require.Equal(t, 200, c.unlock("L1").status)
		require.Equal(t, 200, c.unlock("L1").status, "the answer was lost: again")

		got := c.get()
		require.Equal(t, state(2, "b"), got.body)
		require.Equal(t, "application/json", got.header.Get("Content-Type"))
		c.project = h.web.ID
		require.Equal(t, state(2, "b"), c.get().body, "the project's id will do")

		versions := h.versions(h.web)
		require.Len(t, versions, 2)
		require.Equal(t, []int64{1, 2}, []int64{versions[0].Version, versions[1].Version})
		require.Equal(t, int64(2), versions[1].Serial)
		require.Equal(t, "line", versions[1].Lineage)
		require.Equal(t, len(state(2, "b")), versions[1].Size)
		require.Equal(t, 1, versions[1].ResourceCount, "data sources do not count")
		require.Equal(t, r.ID, *versions[1].RunID)
		require.Equal(t, "Grace", versions[1].CreatedBy)
		require.Equal(t, []string{"state.written", "state.written"}, h.events())
	})
}

func TestWhatMayNotFollowThePresentState(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		h := open(t, db, 0)
		ada := h.ada()
		require.Equal(t, 200, ada.post("", state(5, "a")).status, "people may write while nobody holds the lock")
		require.Equal(t, 409, ada.post("", state(5, "b")).status, "the same serial, another content")
		require.Equal(t, 409, ada.post("", state(4, "b")).status, "the serial goes back")
		other := strings.Replace(state(6, "b"), `"line"`, `"another line"`, 1)
		refused := ada.post("", other)
		require.Equal(t, 409, refused.status)
		require.Contains(t, refused.body, "another line")
		require.Equal(t, 409, ada.post("gone", state(6, "b")).status, "its lock was broken")

		_, c := h.running(h.web)
		require.Equal(t, 200, c.lock("L").status)
		require.Equal(t, 403, c.send("POST", "?ID=L&force=true", strings.NewReader(other)).status, "a run can not force")
		require.Equal(t, 200, c.unlock("L").status)
		require.Len(t, h.versions(h.web), 1)
		require.Equal(t, 200, ada.send("POST", "?force=true", strings.NewReader(other)).status)
		require.Equal(t, 200, ada.send("POST", "?force=true", strings.NewReader(state(3, "c"))).status)
		require.Equal(t, state(3, "c"), ada.get().body)
	})
}

func TestWhatIsNoState(t *testing.T) {
	t.Parallel()
	h := open(t, databasetest.SQLite(t), 0)
	ada := h.ada()
	for name, body := range map[string]string{
		"nothing":          ``,
		"no JSON":          `serial`,
		"a list":           `[1]`,
		"no serial":        `{"lineage":"l"}`,
		"no lineage":       `{"serial":1}`,
		"negative":         `{"serial":-1,"lineage":"l"}`,
		"broken serial":    `{"serial":1.5,"lineage":"l"}`,
		"endless serial":   `{"serial":18446744073709551615,"lineage":"l"}`,
		"lineage a number": `{"serial":1,"lineage":2}`,
		"endless lineage":  `{"serial":1,"lineage":"` + strings.Repeat("l", 300) + `"}`,
		"resources":        `{"serial":1,"lineage":"l","resources":{}}`,
		"cut":              state(1, "a")[:60],
		"more behind":      state(1, "a") + `{}`,
		"deep":             `{"serial":1,"lineage":"l","x":` + strings.Repeat("[", 1<<20),
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, 400, ada.post("", body).status)
		})
	}
	require.Empty(t, h.versions(h.web))
	require.Equal(t, 200, ada.post("", `{"serial":0,"lineage":"l","resources":null,"later":["versions"]}`+"\n").status)
}

func TestContentMD5(t *testing.T) {
	t.Parallel()
	h := open(t, databasetest.SQLite(t), 0)
	ada := h.ada()
	sum := md5.Sum([]byte(state(1, "a")))
	require.Equal(t, 400, ada.post("", state(1, "b"), "Content-MD5", base64.StdEncoding.EncodeToString(sum[:])).status)
	require.Equal(t, 400, ada.post("", state(1, "a"), "Content-MD5", "?").status)
	require.Equal(t, 200, ada.post("", state(1, "a"), "Content-MD5", base64.StdEncoding.EncodeToString(sum[:])).status)
}

func TestALockDiesWithItsLease(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		h := open(t, db, 0)
		r, first := h.running(h.web)
		_, other := h.running(h.web)
		ada := h.ada()
		require.Equal(t, 200, first.lock("L1").status)
		held := other.lock("L2")
		require.Equal(t, 423, held.status)
		require.Equal(t, "L1", holderIn(t, held).ID)
		require.Contains(t, holderIn(t, held).Who, r.ID+" (Grace)")
		require.Equal(t, 423, ada.lock("L3").status)
		require.Equal(t, 423, ada.unlock("L1").status, "nobody breaks the lock of a run at work")
		h.set(r, func(u *ent.RunUpdateOne) { u.SetStatus(run.StatusCANCELING) })
		require.Equal(t, 200, first.post("L1", state(1, "a")).status, "a run that is being canceled still saves its state")

		h.loseLease(r)
		for what, a := range map[string]answer{
			"lock": first.lock("L4"), "post": first.post("L1", state(2, "b")), "unlock": first.unlock("L1"), "get": first.get(),
		} {
			require.Equal(t, 409, a.status, what)
			require.Contains(t, a.body, "given to another worker", what)
		}
		lock, err := h.LockInfo(h.as(ada), h.web.ID)
		require.NoError(t, err)
		require.Nil(t, lock, "a dead lock does not show")

		second := h.under(r, 2)
		require.Equal(t, 200, second.lock("L5").status)
		require.Equal(t, 423, other.lock("L2").status)
		h.end(r)
		require.Equal(t, 409, second.post("L5", state(2, "b")).status)
		require.Equal(t, 200, other.lock("L2").status)
		require.Len(t, h.versions(h.web), 1)
	})
}

func TestAPersonsLockLasts(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		h := open(t, db, 0)
		ada, bob := h.ada(), h.person("Bob", "fr", h.web, access.StateRead, access.StateWrite)
		_, c := h.running(h.web)
		require.Equal(t, 200, ada.lock("A").status)
		for _, who := range []client{c, bob} {
			held := who.lock("X")
			require.Equal(t, 423, held.status)
			require.Equal(t, "Ada (me@host)", holderIn(t, held).Who)
			require.Equal(t, 423, who.post("", state(1, "a")).status)
		}
		require.Equal(t, 423, c.unlock("A").status, "a run breaks nobody's lock")
		lock, err := h.LockInfo(h.as(bob), h.web.ID)
		require.NoError(t, err)
		require.Equal(t, "Ada", lock.Holder)
		require.WithinDuration(t, time.Now(), lock.Since, time.Minute)
		require.Equal(t, 200, bob.unlock("A").status, "force-unlock sends only the ID")
		require.Equal(t, 409, ada.post("A", state(1, "a")).status, "and the breaking shows")
		require.Equal(t, 200, bob.lock("B").status)
		require.NoError(t, h.Unlock(h.as(ada), h.web.ID))
		require.Equal(t, fault.Conflict, fault.CodeOf(h.Unlock(h.as(ada), h.web.ID)), "there is none any more")
		require.Equal(t, []string{"state.locked", "state.unlocked", "state.locked", "state.unlocked"}, h.events())

		require.Equal(t, 200, c.lock("C").status)
		require.Equal(t, fault.Conflict, fault.CodeOf(h.Unlock(h.as(ada), h.web.ID)), "cancel the run instead")
		reader := h.person("Rita", "en", h.web, access.StateRead)
		require.Equal(t, fault.Denied, fault.CodeOf(h.Unlock(h.as(reader), h.web.ID)))
		stranger := h.person("Sam", "en", h.project("OTHER"), access.StateWrite)
		require.Equal(t, fault.NotFound, fault.CodeOf(h.Unlock(h.as(stranger), h.web.ID)))
		lock, err = h.LockInfo(h.as(stranger), h.web.ID)
		require.NoError(t, err)
		require.Nil(t, lock)
	})
}

func TestWhoMayCome(t *testing.T) {
	t.Parallel()
	h := open(t, databasetest.SQLite(t), 0)
	_, c := h.running(h.web)
	other := h.project("OTHER")
	_, foreign := h.running(other)
	foreign.project = "WEB"
	tampered, purpose := c, c
	middle := len(c.password) / 2
	tampered.password = c.password[:middle] + string(rune(c.password[middle]^1)) + c.password[middle+1:]
	purpose.password = h.keyring.Signer().Sign("something else", map[string]any{"run": "r"}, time.Time{})
	unknown := h.ada()
	unknown.project = "NONE"
	stranger := h.person("Sam", "en", other, access.StateRead, access.StateWrite)
	stranger.project = "WEB"
	session := h.person("Eve", "en", h.web, access.StateRead, access.StateWrite)
	session.viewer.Kind = access.User
	for name, want := range map[string]struct {
		client
		get, post, lock int
	}{
		"nobody":            {client{house: h, project: "WEB"}, 401, 401, 401},
		"a wrong token":     {client{house: h, project: "WEB", user: "x", password: "?"}, 401, 401, 401},
		"a tampered lease":  {tampered, 401, 401, 401},
		"another purpose":   {purpose, 401, 401, 401},
		"a foreign run":     {foreign, 403, 403, 403},
		"a stranger":        {stranger, 403, 403, 403},
		"a member":          {h.person("Max", "en", h.web), 403, 403, 403},
		"a reader":          {h.person("Rita", "en", h.web, access.StateRead), 204, 403, 403},
		"a writer only":     {h.person("Will", "en", h.web, access.StateWrite), 403, 400, 400},
		"no such project":   {unknown, 403, 403, 403},
		"a session's token": {session, 401, 401, 401},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, want.get, want.client.get().status)
			require.Equal(t, want.post, want.client.post("", "{}").status)
			require.Equal(t, want.lock, want.send("LOCK", "", strings.NewReader("{}")).status)
		})
	}
	require.Contains(t, (client{house: h, project: "WEB"}).get().header.Get("WWW-Authenticate"), "Basic")
	french := h.person("Max", "fr", h.web).get()
	require.Contains(t, french.body, "Ce projet n’existe pas")
}

func TestOtherMethods(t *testing.T) {
	t.Parallel()
	h := open(t, databasetest.SQLite(t), 0)
	ada := h.ada()
	require.Equal(t, 200, ada.post("", state(1, "a")).status)
	for _, method := range []string{"DELETE", "PUT", "PATCH", "HEAD"} {
		require.Equal(t, http.StatusMethodNotAllowed, ada.send(method, "", nil).status, method)
	}
	require.Equal(t, state(1, "a"), ada.get().body)
	for _, body := range []string{"", "null", "[]", `{"ID":1}`, `{"ID":"x","Created":"?"}`, `{"ID":"` + strings.Repeat("x", 20<<10) + `"}`} {
		require.Equal(t, 400, ada.send("LOCK", "", strings.NewReader(body)).status, body)
		require.Equal(t, 400, ada.send("UNLOCK", "", strings.NewReader(body+" ")).status, body)
	}
}

func TestOneOfManyGetsTheLock(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		h := open(t, db, 0)
		dead, c := h.running(h.web)
		require.Equal(t, 200, c.lock("dead").status)
		h.loseLease(dead)
		clients := make([]client, 8)
		for i := range clients {
			_, clients[i] = h.running(h.web)
		}
		statuses := together(len(clients), func(i int) int { return clients[i].lock(fmt.Sprint("L", i)).status })
		require.Equal(t, map[int]int{200: 1, 423: 7}, statuses, "the dead lock is taken over once")
	})
}

func TestOneOfManyWritesASerial(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		h := open(t, db, 0)
		ada := h.ada()
		statuses := together(8, func(i int) int { return ada.post("", state(1, fmt.Sprint(i))).status })
		require.Equal(t, map[int]int{200: 1, 409: 7}, statuses)
		require.Len(t, h.versions(h.web), 1)
		statuses = together(8, func(int) int { return ada.post("", state(2, "same")).status })
		require.Equal(t, map[int]int{200: 8}, statuses)
		require.Len(t, h.versions(h.web), 2)
	})
}

// together does something n times at once and counts how it went.
func together(n int, do func(i int) int) map[int]int {
	var mu sync.Mutex
	var all sync.WaitGroup
	counts := map[int]int{}
	for i := range n {
		all.Go(func() {
			outcome := do(i)
			mu.Lock()
			defer mu.Unlock()
			counts[outcome]++
		})
	}
	all.Wait()
	return counts
}

func TestAWriteAndTheLossOfItsLeaseAreOneAfterTheOther(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		h := open(t, db, 0)
		r, c := h.running(h.web)
		require.Equal(t, 200, c.lock("L").status)
		statuses := make(chan int, 1)
		err := db.Tx(h.system, func(ctx context.Context, client *ent.Client) error {
			if err := client.Run.UpdateOneID(r.ID).AddLease(1).Exec(ctx); err != nil {
				return err
			}
			go func() { statuses <- c.post("L", state(1, "late")).status }()
			return h.waitsFor(db)
		})
		require.NoError(t, err)
		require.Equal(t, 409, <-statuses)
		require.Empty(t, h.versions(h.web))
	})
}

// waitsFor waits until somebody waits for a row of the transaction that is open. On SQLite nobody can tell: there the
// write comes before or after, and is refused all the same.
func (h *house) waitsFor(db *database.DB) error {
	if !db.Postgres() {
		return nil
	}
	require.Eventually(h.t, func() bool {
		var waiting int
		err := db.SQL().QueryRowContext(h.system, `SELECT count(*) FROM pg_stat_activity
			WHERE datname = current_database() AND wait_event_type = 'Lock'`).Scan(&waiting)
		return err == nil && waiting > 0
	}, 20*time.Second, 10*time.Millisecond)
	return nil
}

func TestRollBack(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		h := open(t, db, 0)
		ada := h.ada()
		for i, value := range []string{"one", "two", "three"} {
			require.Equal(t, 200, ada.post("", state(int64(10+i), value)).status)
		}
		first := h.versions(h.web)[0]
		require.Equal(t, 200, ada.lock("A").status)
		_, err := h.RollBack(h.as(ada), first.ID)
		require.Equal(t, fault.Conflict, fault.CodeOf(err), "somebody holds the state")
		require.Equal(t, 200, ada.unlock("A").status)
		r, _ := h.running(h.web)
		_, err = h.RollBack(h.as(ada), first.ID)
		require.Equal(t, fault.Conflict, fault.CodeOf(err), "a run is at work")
		h.end(r)

		made, err := h.RollBack(h.as(ada), first.ID)
		require.NoError(t, err)
		require.Equal(t, int64(4), made.Version)
		require.Equal(t, int64(13), made.Serial)
		require.Equal(t, "Ada", made.CreatedBy)
		require.Equal(t, state(13, "one"), strings.Replace(ada.get().body, `"serial": 13`, `"serial":13`, 1))
		_, err = h.RollBack(h.as(ada), made.ID)
		require.Equal(t, fault.Conflict, fault.CodeOf(err), "it is the present one")
		require.Contains(t, h.events(), "state.rolled_back")

		reader := h.person("Rita", "en", h.web, access.StateRead)
		_, err = h.RollBack(h.as(reader), first.ID)
		require.Equal(t, fault.Denied, fault.CodeOf(err))
		stranger := h.person("Sam", "en", h.project("OTHER"), access.StateRead, access.StateWrite)
		_, err = h.RollBack(h.as(stranger), first.ID)
		require.Equal(t, fault.NotFound, fault.CodeOf(err))
	})
}

func TestDownload(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		h := open(t, db, 0)
		ada := h.ada()
		require.Equal(t, 200, ada.post("", state(1, "a")).status)
		require.Equal(t, 200, ada.post("", state(2, "b")).status)
		first := h.versions(h.web)[0]
		name, body, err := h.Download(h.as(h.person("Rita", "en", h.web, access.StateRead)), first.ID)
		require.NoError(t, err)
		require.Equal(t, "WEB-v1.tfstate", name)
		require.Equal(t, state(1, "a"), string(body))
		require.Contains(t, h.events(), "state.downloaded")
		_, _, err = h.Download(h.as(h.person("Max", "en", h.web)), first.ID)
		require.Equal(t, fault.NotFound, fault.CodeOf(err))
		_, _, err = h.Download(h.as(ada), "stv_none")
		require.Equal(t, fault.NotFound, fault.CodeOf(err))
	})
}

func TestKeepStoresWhatAnApplyCouldNotDeliver(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		h := open(t, db, 0)
		r, c := h.running(h.web)
		require.Equal(t, 200, c.lock("L").status)
		require.Equal(t, 200, c.post("L", state(1, "a")).status)
		made, err := h.Keep(h.system, r.ID, 1, []byte(state(2, "b")))
		require.NoError(t, err)
		require.Equal(t, int64(2), made.Version)
		again, err := h.Keep(h.system, r.ID, 1, []byte(state(2, "b")))
		require.NoError(t, err)
		require.Equal(t, made.ID, again.ID)
		_, err = h.Keep(h.system, r.ID, 1, []byte(state(1, "c")))
		require.Equal(t, fault.Conflict, fault.CodeOf(err))
		h.loseLease(r)
		_, err = h.Keep(h.system, r.ID, 1, []byte(state(3, "c")))
		require.Equal(t, fault.Conflict, fault.CodeOf(err))
		_, other := h.running(h.web)
		require.Equal(t, 200, other.lock("O").status)
		_, err = h.Keep(h.system, r.ID, 2, []byte(state(3, "c")))
		require.Equal(t, fault.Conflict, fault.CodeOf(err), "somebody else holds the lock")
		require.Len(t, h.versions(h.web), 2)
	})
}

func TestASealedBodyBelongsToItsRow(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		h := open(t, db, 0)
		ada := h.ada()
		require.Equal(t, 200, ada.post("", state(1, "first")).status)
		require.Equal(t, 200, ada.post("", state(2, "second")).status)
		bodies, err := db.Client(h.system).StateBody.Query().Order(ent.Asc("id")).All(h.system)
		require.NoError(t, err)
		require.False(t, bytes.Contains(bodies[0].Sealed, []byte("first")))
		_, err = db.SQL().ExecContext(h.system, "UPDATE state_bodies SET sealed = $1 WHERE id = $2", bodies[0].Sealed, bodies[1].ID)
		require.NoError(t, err)
		refused := ada.get()
		require.Equal(t, 500, refused.status, "the old state put in the new one's place does not open")
		require.NotContains(t, refused.body, "sealed")
	})
}
