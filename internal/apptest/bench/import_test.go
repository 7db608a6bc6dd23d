package bench

import (
	"bytes"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/database/databasetest"
	"github.com/arpent/arpent/internal/inventory"
)

const (
	importRows   = 100_000
	importRounds = 2 // each takes seconds
)

// imported are the tables that an import of new servers writes its rows to.
var imported = []string{"servers", "server_labels", "addresses"}

// BenchmarkImport measures an import of new servers, from the text of the file to the commit of its session, beside COPY of the
// very rows that it wrote, from files that lie with PostgreSQL, into the same tables of another fresh database, in one transaction.
// Then the same file again, which changes nothing.
func BenchmarkImport(b *testing.B) {
	file := listing(importRows)
	var ours, bare, again series
	b.ResetTimer()
	for range importRounds {
		s, other := emptyStock(b), emptyStock(b)
		ours.took(s.load(file))
		bare.took(s.copyTo(other))
		began := time.Now()
		done, err := s.inventory.ImportServers(s.system, inventory.ImportInput{ProviderID: "hsp_1", FileName: "servers.csv", File: bytes.NewReader(file)})
		again.took(time.Since(began))
		require.NoError(b, err)
		require.Equal(b, importRows, done.Counts[inventory.Unchanged])
	}
	ratio := ours.over(bare)
	what := fmt.Sprintf("import of %d servers with an address and a label each", importRows)
	beside := "COPY of the same rows: " + seconds(bare.median())
	found.add(row{what: what + ": read, checked, committed", ours: seconds(ours.median()), bare: beside, is: fmt.Sprintf("%.2f ×", ratio), aim: "≤ 3 ×", holds: ratio <= 3})
	found.add(row{what: "the same file again, which changes nothing", ours: seconds(again.median()), bare: beside, is: fmt.Sprintf("%.2f ×", again.over(bare))})
}

// emptyStock is an inventory without servers on a fresh database.
func emptyStock(b *testing.B) *stock {
	b.Helper()
	s := stockOn(b, databasetest.Postgres(b))
	s.tell(`INSERT INTO organizations (id, created_at, updated_at, name, code) VALUES ('org_1', now(), now(), 'Bench', 'BENCH')`)
	s.furnish(1)
	s.tell(`CHECKPOINT`)
	return s
}

func seconds(nanoseconds float64) string {
	return duration(nanoseconds).Round(10 * time.Millisecond).String()
}

// load imports a file of new servers.
func (s *stock) load(file []byte) time.Duration {
	s.b.Helper()
	began := time.Now()
	done, err := s.inventory.ImportServers(s.system, inventory.ImportInput{ProviderID: "hsp_1", FileName: "servers.csv", File: bytes.NewReader(file)})
	took := time.Since(began)
	require.NoError(s.b, err)
	require.Equal(s.b, importRows, done.Counts[inventory.Added])
	for _, table := range imported {
		require.Equal(s.b, importRows, s.count(`SELECT count(*) FROM `+table), table)
	}
	return took
}

// copyTo is the bare tool: it puts the rows of one inventory into another.
func (s *stock) copyTo(other *stock) time.Duration {
	s.b.Helper()
	var folder string
	require.NoError(s.b, s.db.SQL().QueryRow(`SHOW data_directory`).Scan(&folder))
	for _, table := range append([]string{"import_sessions"}, imported...) {
		file := filepath.Join(folder, table+".copy")
		s.tell(fmt.Sprintf(`COPY %s TO '%s'`, table, file))
		s.b.Cleanup(func() { _ = os.Remove(file) }) // the folder goes as well, later
	}
	other.tell(fmt.Sprintf(`COPY import_sessions FROM '%s'`, filepath.Join(folder, "import_sessions.copy")), `CHECKPOINT`)
	began := time.Now()
	require.NoError(s.b, other.inTx(func(tx *sql.Tx) error {
		for _, table := range imported {
			if _, err := tx.Exec(fmt.Sprintf(`COPY %s FROM '%s'`, table, filepath.Join(folder, table+".copy"))); err != nil {
				return err
			}
		}
		return nil
	}))
	return time.Since(began)
}

// listing is a hosting provider's file.
func listing(rows int) []byte {
	var file bytes.Buffer
	file.WriteString("Hostname,Reference,IP address,Cores,RAM (GB),Disk (GB),OS,Datacenter,labels.rack\n")
	for i := range rows {
		fmt.Fprintf(&file, "web-%06d.example.org,R%06d,10.%d.%d.%d,%d,%d,%d,Debian 12,Paris %d,r%d\n", i, i, i/50_000, 1+i/250%200, 1+i%250, 4<<(i%3), 16<<(i%3), 480, 1+i%4, i%400)
	}
	return file.Bytes()
}
