package bench

import (
	"bytes"
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/inventory"
)

const (
	importRows   = 100_000
	importRounds = 2 // each takes seconds
)

// imported are the tables that an import of new servers writes its rows to.
var imported = []string{"servers", "server_labels", "addresses"}

// BenchmarkImport measures an import of new servers, from the text of the file to the commit of its session, beside COPY of the
// very rows that it wrote, from files that lie with PostgreSQL, into the same tables in one transaction.
func BenchmarkImport(b *testing.B) {
	s := newStock(b, startArpent(b))
	s.furnish(1)
	file := listing(importRows)
	var folder string
	require.NoError(b, s.db.SQL().QueryRow(`SHOW data_directory`).Scan(&folder))
	var ours, bare series
	b.ResetTimer()
	for round := range importRounds {
		ours.took(s.load(file))
		for _, table := range imported {
			s.tell(fmt.Sprintf(`COPY %s TO '%s'`, table, filepath.Join(folder, table+".copy")))
		}
		s.empty()
		bare.took(s.copy(folder))
		if round < importRounds-1 {
			s.empty()
		}
	}
	ratio := ours.over(bare)
	found.add(row{
		what: "import of 100,000 servers with an address and a label each: read, checked, committed", ours: seconds(ours.median()),
		bare: "COPY of the same rows: " + seconds(bare.median()), is: fmt.Sprintf("%.2f ×", ratio), aim: "≤ 3 ×", holds: ratio <= 3,
	})
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

// empty makes tables and disk as they were, so that no round pays for another.
func (s *stock) empty() {
	s.b.Helper()
	s.tell(`TRUNCATE servers, server_labels, addresses CASCADE`, `CHECKPOINT`)
}

// copy is the bare tool.
func (s *stock) copy(folder string) time.Duration {
	s.b.Helper()
	began := time.Now()
	require.NoError(s.b, s.inTx(func(tx *sql.Tx) error {
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
