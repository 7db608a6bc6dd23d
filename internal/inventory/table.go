package inventory

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/arpent/arpent/internal/fault"
)

// The limits of a file. A file beyond one is refused with the limit named, in bounded memory.
const (
	maxFile    = 64 << 20 // bytes
	maxRows    = 200_000
	maxColumns = 100
	maxCell    = 4096 // bytes
	sniff      = 64 << 10
)

// Mapping says how a file is read. What is empty is recognized.
type Mapping struct {
	Columns   map[string]string `json:"columns,omitempty"` // header by field; an empty one: no column gives it
	Encoding  string            `json:"encoding,omitempty"`
	Delimiter string            `json:"delimiter,omitempty"`
	Decimal   string            `json:"decimal,omitempty"` // "." or ","
}

// Reading is how a file was read.
type Reading struct {
	Mapping
	Headers []string
	Rows    int
}

// table is a file as rows of cells, with the line that each begins at.
type table struct {
	reading    Reading
	remembered map[string]string // header by field, as somebody mapped the provider's files by hand
	headerLine int
	index      map[string]int // of the column by field
	order      []string       // the fields, in the order of their columns
	rows       []row
	broken     []broken // rows whose form is wrong
}

type row struct {
	line  int
	cells []string
}

// broken is a row that can not be read, with what is wrong with it. When even its cells can not be told apart, it stands in one.
type broken struct {
	Problem
	cells []string
}

var encodings = map[string]encoding.Encoding{
	"utf-8": unicode.UTF8BOM, "windows-1252": charmap.Windows1252, "iso-8859-1": charmap.ISO8859_1, "iso-8859-15": charmap.ISO8859_15,
	"utf-16": unicode.UTF16(unicode.LittleEndian, unicode.UseBOM),
}

// readTable reads a CSV file. An error refuses the file as a whole; what is wrong with single rows is in the table. When
// only the mapping of its columns is wrong, the table comes with the error: it says which columns there are.
func readTable(file io.Reader, mapping Mapping, remembered map[string]string) (*table, error) {
	limited := &limitedReader{from: file, left: maxFile}
	buffered := bufio.NewReaderSize(limited, sniff)
	head, err := buffered.Peek(sniff)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return nil, limited.or(err)
	}
	t := &table{reading: Reading{Mapping: mapping}, remembered: remembered}
	if err := t.recognize(head); err != nil {
		return nil, err
	}
	if t.reading.Encoding != "utf-8" && bytes.HasPrefix(head, byteOrderMark) {
		_, _ = buffered.Discard(len(byteOrderMark)) // it is there
	}
	decoded := encodings[t.reading.Encoding].NewDecoder().Reader(buffered)
	switch err := t.read(guardRows(decoded, t.reading.Delimiter)); {
	case err != nil && t.index != nil:
		return t, limited.or(err)
	case err != nil:
		return nil, limited.or(err)
	}
	return t, nil
}

// recognize finds encoding and delimiter in the beginning of a file, unless they are given.
func (t *table) recognize(head []byte) error {
	if len(bytes.TrimSpace(head)) == 0 {
		return fault.New(fault.Invalid, textEmptyFile).At("file")
	}
	if t.reading.Encoding == "" {
		t.reading.Encoding = encodingOf(head)
	}
	t.reading.Encoding = strings.ToLower(t.reading.Encoding)
	known, ok := encodings[t.reading.Encoding]
	if !ok {
		return fault.New(fault.Invalid, textEncoding, t.reading.Encoding).At("mapping", "encoding")
	}
	text, _, err := transform.Bytes(known.NewDecoder(), withoutMark(head))
	if err != nil && !errors.Is(err, transform.ErrShortSrc) || looksBinary(text) {
		return fault.New(fault.Invalid, textNotCSV).At("file")
	}
	t.begin(string(text))
	if utf8.RuneCountInString(t.reading.Delimiter) != 1 || strings.ContainsAny(t.reading.Delimiter, "\"\r\n") {
		return fault.New(fault.Invalid, textDelimiter).At("mapping", "delimiter")
	}
	if t.reading.Decimal == "" {
		t.reading.Decimal = map[bool]string{true: ",", false: "."}[t.reading.Delimiter == ";"]
	}
	if t.reading.Decimal != "," && t.reading.Decimal != "." {
		return fault.New(fault.Invalid, textDecimal).At("mapping", "decimal")
	}
	return nil
}

// encodingOf guesses: a byte order mark tells, what is valid UTF-8 is that, and the rest is what Excel writes in the West.
func encodingOf(head []byte) string {
	if bytes.HasPrefix(head, []byte{0xFF, 0xFE}) || bytes.HasPrefix(head, []byte{0xFE, 0xFF}) {
		return "utf-16"
	}
	for cut := 0; cut < utf8.UTFMax && cut <= len(head); cut++ { // the last character may be cut
		if utf8.Valid(head[:len(head)-cut]) {
			return "utf-8"
		}
	}
	return "windows-1252"
}

// looksBinary tells whether a text has characters that no table has: a ZIP renamed, a program, an image.
func looksBinary(text []byte) bool {
	if bytes.HasPrefix(text, []byte("PK\x03\x04")) || bytes.HasPrefix(text, []byte("%PDF")) {
		return true
	}
	return bytes.ContainsFunc(text, func(r rune) bool {
		return r < ' ' && r != '\t' && r != '\n' && r != '\r'
	})
}

func (t *table) read(text io.Reader) error {
	seen := &tape{from: text}
	reader := csv.NewReader(seen)
	reader.Comma, _ = utf8.DecodeRuneInString(t.reading.Delimiter)
	reader.FieldsPerRecord = -1
	reader.TrimLeadingSpace = true
	header, err := t.skipTo(reader)
	if err != nil {
		return asProblem(err)
	}
	if err := t.readHeader(header); err != nil {
		return err
	}
	for {
		seen.cut(reader.InputOffset())
		cells, err := reader.Read()
		switch {
		case errors.Is(err, io.EOF):
			if len(t.rows) == 0 && len(t.broken) == 0 {
				return fault.New(fault.Invalid, textHeaderOnly).At("file")
			}
			t.reading.Rows = len(t.rows)
			return nil
		case err != nil:
			if refused := t.note(err, seen.cut(reader.InputOffset())); refused != nil {
				return refused
			}
			continue
		}
		line, _ := reader.FieldPos(0)
		if err := t.add(row{line, cells}); err != nil {
			return err
		}
	}
}

// skipTo passes over what stands above the header, and reads it. What is above may have any form.
func (t *table) skipTo(reader *csv.Reader) (header []string, err error) {
	for {
		header, err = reader.Read()
		var wrong *csv.ParseError
		if errors.As(err, &wrong) && wrong.StartLine < t.headerLine {
			continue
		}
		if err != nil {
			return nil, err
		}
		if line, _ := reader.FieldPos(0); line >= t.headerLine {
			return header, nil
		}
	}
}

// note keeps what is wrong with the form of a row, and the row as it stands there; an error of another kind ends the reading.
func (t *table) note(err error, text string) error {
	var wrong *csv.ParseError
	if !errors.As(err, &wrong) {
		return err
	}
	reason := textBareQuote
	if errors.Is(wrong.Err, csv.ErrQuote) {
		reason = textOpenQuote
	}
	begins, _, _ := strings.Cut(text, "\n")
	t.broken = append(t.broken, broken{Problem{Line: wrong.StartLine, Value: shortened(strings.TrimSpace(begins), 40), Reason: reason}, []string{text}})
	if len(t.broken) > mostProblems {
		return fault.New(fault.Invalid, textNotCSV).At("file")
	}
	return nil
}

func asProblem(err error) error {
	if errors.Is(err, io.EOF) {
		return fault.New(fault.Invalid, textEmptyFile).At("file").Because(err)
	}
	if wrong := new(csv.ParseError); errors.As(err, &wrong) {
		return fault.New(fault.Invalid, textNotCSV).At("file").Because(err)
	}
	return err
}

// add keeps a row, unless it is blank. Of one with more cells than any table has columns, so many are kept.
func (t *table) add(r row) error {
	if len(r.cells) > maxColumns {
		reason := fault.New(fault.Invalid, textMoreCells, len(r.cells), len(t.reading.Headers)).Text()
		t.broken = append(t.broken, broken{Problem{Line: r.line, Reason: reason}, shortenedAll(r.cells[:maxColumns])})
		return nil
	}
	blank := true
	for i, cell := range r.cells {
		r.cells[i] = strings.TrimSpace(cell)
		blank = blank && r.cells[i] == ""
		if len(cell) > maxCell {
			t.broken = append(t.broken, broken{Problem{Line: r.line, Column: t.header(i), Value: shortened(cell, 40), Reason: textCell}, shortenedAll(r.cells)})
			return nil
		}
	}
	if blank {
		return nil
	}
	if len(t.rows) == maxRows {
		return fault.New(fault.Limited, textTooManyRows, maxRows).At("file")
	}
	t.rows = append(t.rows, r)
	return nil
}

// shortened is the beginning of a cell that is too long, whole characters of at most so many bytes.
func shortened(cell string, most int) string {
	if len(cell) <= most {
		return cell
	}
	return strings.ToValidUTF8(cell[:most], "") + "…"
}

func shortenedAll(cells []string) []string {
	short := make([]string, len(cells))
	for i, cell := range cells {
		short[i] = shortened(cell, maxCell)
	}
	return short
}

func (t *table) header(column int) string {
	if column < len(t.reading.Headers) {
		return t.reading.Headers[column]
	}
	return ""
}

// limitedReader fails, rather than ends, when a file is too large.
type limitedReader struct {
	from    io.Reader
	left    int64
	tooMuch bool
}

func (l *limitedReader) Read(p []byte) (int, error) {
	if l.left <= 0 {
		l.tooMuch = true
		return 0, errTooLarge
	}
	n, err := l.from.Read(p[:min(int64(len(p)), l.left)])
	l.left -= int64(n)
	return n, err
}

var errTooLarge = errors.New("the file is too large")

// or is the refusal of a file that is too large, or another error.
func (l *limitedReader) or(err error) error {
	if l.tooMuch {
		return fault.New(fault.Limited, textTooLarge, maxFile>>20).At("file")
	}
	return err
}
