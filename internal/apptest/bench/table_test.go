package bench

import (
	"fmt"
	"io"
	"sync"
)

// row is one line of the table.
type row struct {
	what  string
	ours  string
	bare  string // what it stands beside
	is    string // the ratio, or the figure itself
	aim   string
	holds bool
}

// table collects what the benchmarks found, in the order in which they ran.
type table struct {
	mutex sync.Mutex
	rows  []row
}

var found table

func (t *table) add(r row) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.rows = append(t.rows, r)
}

// write prints the table in Markdown.
func (t *table) write(w io.Writer) {
	if len(t.rows) == 0 {
		return
	}
	fmt.Fprintln(w, "\n| what | Arpent | beside it | is | aim | |\n| --- | --- | --- | --- | --- | --- |")
	for _, r := range t.rows {
		mark := "holds"
		if !r.holds {
			mark = "**misses**"
		}
		if r.aim == "" {
			mark = ""
		}
		fmt.Fprintf(w, "| %s | %s | %s | %s | %s | %s |\n", r.what, r.ours, r.bare, r.is, r.aim, mark)
	}
	fmt.Fprintln(w)
}
