package inventory

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"
	"unicode/utf8"
)

// mostAbove is how many lines may stand above the header of a table.
const mostAbove = 10

// byteOrderMark is what Windows writes before UTF-8, and some programs before anything.
var byteOrderMark = []byte("\xEF\xBB\xBF")

// delimiters are what tables are separated by, the likeliest first.
var delimiters = []string{";", "\t", ",", "|"}

// begin finds the line of the header, and the delimiter unless it is given, in the beginning of a file. A first line such as sep=; is Excel's own
// and names the delimiter. Titles, lines with one value at most, are passed over when the header below them names a hostname; otherwise the
// header is what comes first.
func (t *table) begin(text string) {
	lines := strings.SplitN(text, "\n", mostAbove+2)
	lines = lines[:min(len(lines), mostAbove+1)]
	first := 0
	if hinted, ok := hint(lines[0]); ok {
		first = 1
		t.reading.Delimiter = orElse(t.reading.Delimiter, hinted)
	}
	for i := first; i < len(lines); i++ {
		for _, delimiter := range t.likely(lines[i]) {
			if t.namesHost(cellsOf(lines[i], delimiter)) && titles(lines[first:i], delimiter) {
				t.headerLine, t.reading.Delimiter = i+1, delimiter
				return
			}
		}
	}
	t.headerLine = first + 1
	for _, line := range lines[first:] {
		if strings.TrimSpace(line) != "" {
			t.reading.Delimiter = t.likely(line)[0]
			return
		}
	}
}

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

// hint is the delimiter that a line names, as in sep=; which some programs fill up to the width of the table.
func hint(line string) (delimiter string, ok bool) {
	rest, ok := strings.CutPrefix(strings.ToLower(strings.Trim(strings.TrimRight(line, "\r"), `"`)), "sep=")
	if !ok || rest == "" {
		return "", false
	}
	_, size := utf8.DecodeRuneInString(rest)
	return rest[:size], slices.Contains(delimiters, rest[:size]) && strings.Trim(rest, rest[:size]) == ""
}

// likely are the delimiters that a line may have: the one that is given, or those that cut it into the most columns first.
func (t *table) likely(line string) []string {
	if t.reading.Delimiter != "" {
		return []string{t.reading.Delimiter}
	}
	if !strings.ContainsAny(line, strings.Join(delimiters, "")) {
		return []string{","}
	}
	found := slices.Clone(delimiters)
	slices.SortStableFunc(found, func(a, b string) int { return strings.Count(line, b) - strings.Count(line, a) })
	return found
}

// cellsOf cuts a line, which may be one of several of its row.
func cellsOf(line, delimiter string) []string {
	reader := csv.NewReader(strings.NewReader(line))
	reader.Comma, _ = utf8.DecodeRuneInString(delimiter)
	reader.TrimLeadingSpace, reader.LazyQuotes = true, true
	cells, err := reader.Read()
	if err != nil {
		return nil // blank
	}
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	return cells
}

// namesHost tells whether the cells of a header have the column of the hostname, as far as that is known.
func (t *table) namesHost(header []string) bool {
	if name := t.reading.Columns[fieldHostname]; name != "" {
		return slices.Contains(header, name)
	}
	if name := t.remembered[fieldHostname]; name != "" && slices.Contains(header, name) {
		return true
	}
	return recognized(header)[fieldHostname] != ""
}

func titles(lines []string, delimiter string) bool {
	return !slices.ContainsFunc(lines, func(line string) bool {
		filled := 0
		for _, cell := range cellsOf(line, delimiter) {
			if cell != "" {
				filled++
			}
		}
		return filled > 1
	})
}

// withoutMark is the beginning of a file behind its byte order mark. The mark tells UTF-8 only where UTF-8 follows.
func withoutMark(head []byte) []byte { return bytes.TrimPrefix(head, byteOrderMark) }
