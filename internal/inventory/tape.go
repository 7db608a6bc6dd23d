package inventory

import (
	"io"
	"strings"
)

// mostTape is how much of a row is kept whose form is broken, in bytes: a quote that is never closed takes the rest of the file with it.
const mostTape = 64 << 10

// tape remembers what was read since it was last cut, so that a row whose form is broken can be shown as it stands in the file.
type tape struct {
	from  io.Reader
	kept  []byte
	start int64 // where kept begins in the file
	read  int64
	lost  bool // more was read than is kept
}

func (t *tape) Read(p []byte) (int, error) {
	n, err := t.from.Read(p)
	t.read += int64(n)
	room := mostTape - len(t.kept)
	if t.lost = t.lost || n > room; !t.lost {
		t.kept = append(t.kept, p[:n]...)
	}
	return n, err
}

// cut takes off what was read up to an offset, and returns it; only its beginning where it is long.
func (t *tape) cut(offset int64) string {
	n := min(max(offset-t.start, 0), int64(len(t.kept)))
	piece := strings.TrimSpace(string(t.kept[:min(n, maxCell)]))
	t.kept, t.start = t.kept[n:], t.start+n
	if t.lost { // what follows is not all there: the next rows are not shown
		t.kept, t.start, t.lost = nil, t.read, false
	}
	return strings.ToValidUTF8(piece, "")
}
