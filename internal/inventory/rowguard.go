package inventory

import (
	"bytes"
	"io"

	"github.com/arpent/arpent/internal/fault"
)

// maxRow is how long a row may be, in bytes: as long as its columns and their cells may be, with what stands between them.
const maxRow = maxColumns * (maxCell + 4)

// cellPlace is where in a table a byte stands.
type cellPlace int

const (
	cellBegins cellPlace = iota
	cellBare             // within a value that is not quoted
	cellQuoted           // within a value that is quoted
	cellCloses           // behind a quotation mark in one: the end of it, or the first of two that mean one
	rowBroken            // behind what is no CSV: the reader of the table goes on in the next line
)

// rowGuard hands a table on, and fails at a row that is too long. Whoever reads a row holds all of its cells, and a file may be
// one row of millions of them, or a quotation that is never closed.
type rowGuard struct {
	from        io.Reader
	delimiter   byte // the last byte of it
	at          cellPlace
	size        int // of the row so far
	line, begun int // the line, and that in which the row begins
}

func guardRows(from io.Reader, delimiter string) *rowGuard {
	return &rowGuard{from: from, delimiter: delimiter[len(delimiter)-1], line: 1, begun: 1}
}

func (g *rowGuard) Read(p []byte) (int, error) {
	n, err := g.from.Read(p)
	for _, c := range p[:n] {
		if g.pass(c); g.size > maxRow {
			return 0, fault.New(fault.Limited, textLongRow, g.begun, maxRow>>10).At("file")
		}
	}
	return n, err
}

// pass follows one byte, as the reader of the table will.
func (g *rowGuard) pass(c byte) {
	g.size++
	if c == '\n' {
		g.line++
		if g.at != cellQuoted {
			g.at, g.size, g.begun = cellBegins, 0, g.line
		}
		return
	}
	switch g.at {
	case cellBegins, cellBare:
		g.at = g.within(c)
	case cellQuoted:
		if c == '"' {
			g.at = cellCloses
		}
	case cellCloses:
		g.at = g.behind(c)
	case rowBroken:
	}
}

// within is where a byte leads in a value that is not quoted.
func (g *rowGuard) within(c byte) cellPlace {
	switch {
	case c == g.delimiter:
		return cellBegins
	case c == '"' && g.at == cellBegins:
		return cellQuoted
	case c == '"':
		return rowBroken
	case g.at == cellBegins && bytes.IndexByte([]byte(" \t"), c) >= 0:
		return cellBegins // spaces before a value are not of it
	}
	return cellBare
}

// behind is where a byte leads behind a quotation mark in a quoted value.
func (g *rowGuard) behind(c byte) cellPlace {
	switch c {
	case '"':
		return cellQuoted
	case g.delimiter:
		return cellBegins
	case '\r':
		return cellCloses
	}
	return rowBroken
}
