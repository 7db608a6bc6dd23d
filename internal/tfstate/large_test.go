//go:build peers

// It moves half a gigabyte, which takes minutes under the race detector; the peers' tests run without it.

package tfstate_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"runtime"
	"runtime/metrics"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/database/databasetest"
)

const mebibyte = 1 << 20

// bulk streams a state of that many resources of one MiB each, which hardly compress, without holding it.
func bulk(serial int64, mebibytes int) io.Reader {
	noise := rand.NewChaCha8(sha256.Sum256(fmt.Append(nil, serial)))
	parts := []io.Reader{bytes.NewBufferString(fmt.Sprintf(`{"version":4,"serial":%d,"lineage":"line","resources":[`, serial))}
	for i := range mebibytes {
		between := ","
		if i == 0 {
			between = ""
		}
		parts = append(parts,
			bytes.NewBufferString(between+`{"mode":"managed","instances":[{"attributes":{"value":"`),
			&encoded{from: noise, left: mebibyte}, bytes.NewBufferString(`"}}]}`))
	}
	return io.MultiReader(append(parts, bytes.NewBufferString("]}"))...)
}

// encoded is so many letters of base64 over noise.
type encoded struct {
	from io.Reader
	left int
}

func (e *encoded) Read(p []byte) (int, error) {
	if e.left == 0 {
		return 0, io.EOF
	}
	raw := make([]byte, 768)
	_, _ = e.from.Read(raw)
	n := copy(p[:min(len(p), e.left)], base64.RawStdEncoding.EncodeToString(raw))
	e.left -= n
	return n, nil
}

func TestLargeStates(t *testing.T) { // not beside others: it measures the process's memory
	for name, open := range map[string]func(testing.TB) *database.DB{"sqlite": databasetest.SQLite, "postgres": databasetest.Postgres} {
		t.Run(name, func(t *testing.T) { largeStates(t, open(t)) })
	}
}

func largeStates(t *testing.T, db *database.DB) {
	h := open(t, db, 64*mebibyte)
	ada := h.ada()
	runtime.GC()
	peak := watchHeap()
	require.Equal(t, 200, ada.send("POST", "", bulk(1, 63)).status)
	statuses := together(4, func(i int) int { return ada.send("POST", "", bulk(int64(2+i), 60)).status })
	require.Positive(t, statuses[200])
	sum := sha256.New()
	size := ada.stream(sum)
	t.Logf("%s: heap at most %d MiB for five states of about 64 MiB, four at once", db.Dialect(), peak()/mebibyte)
	require.Less(t, peak()/mebibyte, uint64(800))

	versions := h.versions(h.web)
	last := versions[len(versions)-1]
	require.Equal(t, 63, versions[0].ResourceCount)
	require.Equal(t, int64(last.Size), size)
	require.Equal(t, last.Sha256, fmt.Sprintf("%x", sum.Sum(nil)))

	for what, body := range map[string]io.Reader{"chunked": bulk(9, 65), "announced": bytes.NewReader(all(t, bulk(9, 65)))} {
		refused := ada.send("POST", "", body)
		require.Equal(t, http.StatusRequestEntityTooLarge, refused.status, what)
		require.Contains(t, refused.body, "64 MiB", what)
	}
	require.Len(t, h.versions(h.web), len(versions))
}

func all(t *testing.T, r io.Reader) []byte {
	content, err := io.ReadAll(r)
	require.NoError(t, err)
	return content
}

// stream reads the state without holding it.
func (c client) stream(to io.Writer) int64 {
	request, err := http.NewRequestWithContext(c.t.Context(), http.MethodGet, c.url+c.project, nil)
	require.NoError(c.t, err)
	request.SetBasicAuth(c.user, c.password)
	response, err := http.DefaultClient.Do(request)
	require.NoError(c.t, err)
	defer response.Body.Close()
	n, err := io.Copy(to, response.Body)
	require.NoError(c.t, err)
	return n
}

// watchHeap looks at the heap until its result is called, which says how large it was at most.
func watchHeap() (peak func() uint64) {
	largest := make(chan uint64)
	go func() {
		sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		tick, most := time.NewTicker(5*time.Millisecond), uint64(0)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				metrics.Read(sample)
				most = max(most, sample[0].Value.Uint64())
			case largest <- most:
			}
		}
	}()
	return func() uint64 { return <-largest }
}
