//go:build !race

package catalog

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/database/databasetest"
)

// A library of ten thousand templates, and one too many: all but that one are stored, soon and in little memory, and a
// sync that finds nothing new asks the database for little.
func TestTenThousandTemplates(t *testing.T) { // not beside others: it measures the process's memory
	dir := t.TempDir()
	for i := range maxTemplates + 1 {
		folder := filepath.Join(dir, "templates", fmt.Sprintf("t%05d", i))
		require.NoError(t, os.MkdirAll(folder, 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(folder, "main.tf"), fmt.Appendf(nil, "variable \"x%d\" {\n  type = string\n}\n", i), 0o600))
	}
	for name, open := range map[string]func(testing.TB) *database.DB{"sqlite": databasetest.SQLite, "postgres": databasetest.Postgres} {
		t.Run(name, func(t *testing.T) {
			s := newShelf(t, open(t))
			s.Builtin = os.DirFS(dir)
			tenThousand(t, s)
		})
	}
}

func tenThousand(t *testing.T, s *shelf) {
	t.Helper()
	runtime.GC()
	peak, began := heapPeak(), time.Now()
	require.NoError(t, s.Sync(s.ctx, s.library.ID, io.Discard))
	most := peak()
	t.Logf("%s: ten thousand templates in %s, heap at most %d MiB", s.DB.Dialect(), time.Since(began).Round(time.Millisecond), most>>20)
	require.Less(t, most>>20, uint64(400))

	row := s.DB.Client(s.ctx).Library.GetX(s.ctx, s.library.ID)
	require.Len(t, row.Problems, 1)
	require.Equal(t, "Only the first 10000 templates are read.", row.Problems[0].Message.EN)
	require.Equal(t, "Seuls les 10000 premiers modèles sont lus.", row.Problems[0].Message.FR)
	require.Equal(t, maxTemplates, s.DB.Client(s.ctx).Template.Query().CountX(s.ctx))
	require.NotEmpty(t, s.latest("t09999").Schema)
	content, err := s.Content(s.ctx, s.latest("t09999").ID)
	require.NoError(t, err)
	require.Contains(t, content.Template.Files, "templates/t09999/main.tf")

	published := s.events("template.published")
	require.Equal(t, maxTemplates, published)
	require.NoError(t, s.Sync(s.ctx, s.library.ID, io.Discard))
	require.Equal(t, published, s.events("template.published"), "nothing changed, nothing is said")
}

// heapPeak watches the heap until it is asked for the most that there was.
func heapPeak() func() uint64 {
	stop, most := make(chan struct{}), make(chan uint64)
	go func() {
		sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		peak := uint64(0)
		for {
			metrics.Read(sample)
			peak = max(peak, sample[0].Value.Uint64())
			select {
			case <-stop:
				most <- peak
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}()
	return func() uint64 { close(stop); return <-most }
}
