package inventory

import (
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/fault"
)

// begins is where the reader of the table finds the beginnings of rows, by their lines; of those that are broken, too.
func begins(text string) (lines []int) {
	reader := csv.NewReader(strings.NewReader(text))
	reader.FieldsPerRecord, reader.TrimLeadingSpace = -1, true
	for {
		cells, err := reader.Read()
		var broken *csv.ParseError
		switch {
		case errors.As(err, &broken):
			lines = append(lines, broken.StartLine)
		case err != nil:
			return lines
		case len(cells) > 0:
			line, _ := reader.FieldPos(0)
			lines = append(lines, line)
		}
	}
}

// guarded is where the guard finds them.
func guarded(text string) (lines []int) {
	g, fresh := guardRows(nil, ","), true
	for _, c := range []byte(text) {
		if fresh && c != '\n' && c != '\r' { // a line with nothing in it is no row
			lines = append(lines, g.line)
		}
		g.pass(c)
		fresh = g.size == 0
	}
	return lines
}

// The guard tells rows apart as the reader of the table does, also behind what is broken.
func TestTheGuardSeesTheRowsOfTheReader(t *testing.T) {
	t.Parallel()
	for _, text := range rowTexts {
		require.Equal(t, begins(text), guarded(text), "%q", text)
	}
}

var rowTexts = []string{
	"a,b\nc,d\n", "a,\"b\nc\",d\ne\n", "a,\"b\"\"\nc\",d\ne\n", "a\"b,\"c\nd,e\nf\n", "\"a\"b,\"c\nd\",e\nf\n", "a, \"b\nc\",d\ne\n", "\"\"\nb\n", "\"a\"\r\nb\r\n",
	"a,\"\"\"\n\"\"\",b\nc\n", "\n\na\n", "\"a\nb\nc", ",,\n,\"\n\"\n,", "\"é\nè\",ü\nx\n",
}

func FuzzRowGuard(f *testing.F) {
	for _, text := range rowTexts {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.ContainsAny(text, "\r\v\f\u0085\u00a0") || strings.ContainsFunc(text, func(r rune) bool { return r > 0x1000 }) {
			return // the reader has its own ways with these
		}
		require.Equal(t, begins(text), guarded(text), "%q", text)
	})
}

// A row that is as long as one may be passes; one that is longer is refused by the line in which it begins, however it comes.
func TestARowThatIsTooLongIsRefused(t *testing.T) {
	t.Parallel()
	read := func(text string) error {
		_, err := io.Copy(io.Discard, guardRows(iotest.HalfReader(strings.NewReader(text)), ","))
		return err
	}
	longest := "a," + strings.Repeat("x", maxRow-2)
	require.NoError(t, read("h\n"+longest+"\n"+longest+"\n"+longest))
	for text, line := range map[string]string{
		"h\nb\n" + longest + "x": "line 3", "h\n\"" + strings.Repeat("x\n", maxRow): "line 2", strings.Repeat(",", 2*maxRow): "line 1",
	} {
		err := read(text)
		require.True(t, fault.Is(err, fault.Limited), "%v", err)
		require.ErrorContains(t, err, line+" ")
	}
}
