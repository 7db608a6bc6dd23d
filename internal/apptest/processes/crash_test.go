package processes_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// eachHouse runs a test on SQLite, with one process, and on PostgreSQL and Redis, with two.
func eachHouse(t *testing.T, test func(t *testing.T, all []*installation)) {
	t.Helper()
	t.Run("embedded", func(t *testing.T) {
		t.Parallel()
		test(t, []*installation{install(t, "ARPENT_WORKERS=0", "ARPENT_LOG_LEVEL=warn")})
	})
	t.Run("shared", func(t *testing.T) {
		t.Parallel()
		test(t, replicas(t, 2, "ARPENT_LOG_LEVEL=warn"))
	})
}

// murderer stands between clients and a server: it passes requests on, and has the server killed when the first byte of an answer
// comes, which nobody gets.
func murderer(t *testing.T, in *installation) (url string) {
	t.Helper()
	door, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = door.Close() })
	victim := in.program
	go func() {
		client, err := door.Accept()
		if err != nil {
			return
		}
		defer client.Close()
		server, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(in.url, "http://"))
		if err != nil {
			return
		}
		defer server.Close()
		go func() { _, _ = io.Copy(server, client) }()
		if n, _ := server.Read(make([]byte, 1)); n > 0 {
			victim.kill(syscall.SIGKILL)
		}
	}()
	return "http://" + door.Addr().String()
}

// A server is killed when it has made a claim and before it tells: whoever asks again, another process or the same one that was
// started anew, gets the claim that was made.
func TestAClaimWhoseAnswerWasLostIsFoundAgain(t *testing.T) {
	t.Parallel()
	eachHouse(t, func(t *testing.T, all []*installation) {
		all[0].fill(3)
		r, victim, other := robotsOf(all[0], "LOST"), all[0], all[len(all)-1]
		input := map[string]any{"idempotencyKey": "once"}
		_, err := r.claim(t.Context(), murderer(t, victim), "Server", input)
		require.Error(t, err, "nobody is told")
		<-victim.gone
		if other == victim {
			victim.start()
		}
		require.Equal(t, 1, other.count("claims", "state: HELD"), "it was made")
		again, err := r.claim(t.Context(), other.url, "Server", input)
		require.NoError(t, err)
		require.Equal(t, "HELD", again.Claim.State)
		other.requireBalanced(1)
	})
}

// A server is killed in the midst of many claims, again and again: those that were not answered ask again. In the end every key has one
// claim, nothing was given twice, and nothing is taken by nobody.
func TestServersThatAreKilledAmongClaims(t *testing.T) {
	t.Parallel()
	const rounds, many = 4, 60
	eachHouse(t, func(t *testing.T, all []*installation) {
		all[0].fill(rounds*many + 10)
		r := robotsOf(all[0], "KILLS")
		answers, unheard := []claimed{}, 0
		for round := range rounds {
			victim, other := all[round%len(all)], all[(round+1)%len(all)]
			inputs := keyed(fmt.Sprint("round", round, "-"), many, nil)
			heard := r.untilKilled(t, victim, inputs, 1+rand.Int64N(many/2))
			if victim == other {
				victim.start()
			}
			for i, one := range r.atOnce(t, []*installation{other}, "Server", inputs) {
				require.NotEmpty(t, one.what(), one.short())
				if heard[i].Claim == nil {
					unheard++
				} else {
					require.Equal(t, heard[i], one, "who was answered gets the same again")
				}
				answers = append(answers, one)
			}
			if !victim.lives() {
				victim.start()
			}
		}
		require.Equal(t, rounds*many, requireOneEach(t, answers))
		all[0].requireBalanced(rounds * many)
		t.Logf("%d of %d claims were not answered at first", unheard, rounds*many)
	})
}

// untilKilled claims many at once from a server that is killed after so many answers. What was not answered is empty.
func (r *robots) untilKilled(t *testing.T, victim *installation, inputs []map[string]any, after int64) []claimed {
	t.Helper()
	answers, told, enough := make([]claimed, len(inputs)), atomic.Int64{}, make(chan struct{})
	var group sync.WaitGroup
	for i, input := range inputs {
		group.Go(func() {
			one, err := r.claim(t.Context(), victim.url, "Server", input)
			if err != nil {
				return
			}
			answers[i] = one
			if told.Add(1) == after {
				close(enough)
			}
		})
	}
	<-enough
	victim.kill(syscall.SIGKILL)
	group.Wait()
	return answers
}

// A server is killed at random points of an import of twenty thousand rows: afterwards all of it is there, or nothing, and the same
// file is imported as if nothing had happened.
func TestAnImportThatIsKilledLeavesAllOrNothing(t *testing.T) {
	t.Parallel()
	const rows, kills = 20_000, 4
	eachHouse(t, func(t *testing.T, all []*installation) {
		all[0].fill(1)
		var made struct {
			CreateNetwork struct{ Network struct{ ID string } }
		}
		all[0].client().Get(&made, `mutation { createNetwork(input: {name: "imports", cidr: "10.0.0.0/11"}) { network { id } userErrors { message } } }`, nil)
		provider, file, whole := all[0].anyProvider(), manyRows("file0-", rows), 0
		began := time.Now()
		require.Equal(t, imported{Added: rows}, all[0].imports(file, true))
		took := time.Since(began)
		for round := range kills {
			victim, other := all[round%len(all)], all[(round+1)%len(all)]
			if round == 0 {
				victim.sends(murderer(t, victim), provider, file) // killed when all is done and nobody was told
			} else {
				victim.killWithin(provider, file, rand.N(4*took)) // a whole import takes some times as long as a look
			}
			victim.start()
			switch seen := other.imports(file, true); seen {
			case imported{Added: rows}: // nothing
			case imported{Unchanged: rows}: // all of it: the next round has another file
				whole++
				file = manyRows(fmt.Sprint("file", round+1, "-"), rows)
			default:
				require.Fail(t, "a part of the file is there", "%+v", seen)
			}
			require.Equal(t, whole+1, other.count("importSessions", ""), "a session for what is there, and for nothing else")
		}
		require.Equal(t, imported{Added: rows}, all[0].imports(file, false))
		require.Equal(t, imported{Unchanged: rows}, all[len(all)-1].imports(file, false))
		t.Logf("killed %d times: %d left nothing, %d all of it", kills, kills-whole, whole)
	})
}

// imported is what an import did, or would do.
type imported struct{ Added, Changed, Unchanged, Refused int }

// manyRows is a file of servers with an address each; the mark has a digit, which chooses the network of the addresses.
func manyRows(mark string, count int) string {
	var file strings.Builder
	file.WriteString("hostname,ip,cores\n")
	for i := range count {
		fmt.Fprintf(&file, "%s%d,10.1%c.%d.%d,8\n", mark, i, mark[4], i/200, i%200+20)
	}
	return file.String()
}

const importMutation = `mutation($input: ImportServersInput!) { importServers(input: $input) { added changed unchanged refused userErrors { message } } }`

// imports imports a file of the first provider, or only looks at it.
func (in *installation) imports(file string, dry bool) imported {
	in.t.Helper()
	var done struct {
		ImportServers struct {
			imported
			UserErrors []struct{ Message string }
		}
	}
	in.client().Get(&done, importMutation, map[string]any{"input": map[string]any{"providerId": in.anyProvider(), "csv": file, "dryRun": dry}})
	require.Empty(in.t, done.ImportServers.UserErrors)
	return done.ImportServers.imported
}

// sends imports a file through an address, whatever comes of it.
func (in *installation) sends(url, provider, file string) {
	var ignored any
	input := map[string]any{"providerId": provider, "csv": file}
	_ = ask(in.t.Context(), &http.Client{Timeout: 2 * time.Minute}, url, in.token, &ignored, importMutation, map[string]any{"input": input})
}

// killWithin kills the server so long after it was sent a file, unless it has answered by then.
func (in *installation) killWithin(provider, file string, delay time.Duration) {
	in.t.Helper()
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		in.sends(in.url, provider, file)
	}()
	select {
	case <-answered:
	case <-time.After(delay):
	}
	in.kill(syscall.SIGKILL)
	<-answered
}
