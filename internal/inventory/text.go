package inventory

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"

	"github.com/arpent/arpent/internal/fault"
)

// unreadable says why a cell is no text: its bytes are none in the file's encoding, or are those of UTF-8 in a file of another one.
func (t *table) unreadable(cell string) (fault.Text, bool) {
	switch {
	case strings.ContainsFunc(cell, isNoText):
		return textBroken, true
	case t.reading.Encoding != "utf-8" && t.reading.Encoding != "utf-16" && hasUTF8(encodings[t.reading.Encoding], cell):
		return textMixed, true
	}
	return fault.Text{}, false
}

// isNoText tells whether a character is none that people write: a control character, or what stands for bytes that could not be read.
func isNoText(r rune) bool {
	return r == utf8.RuneError || unicode.IsControl(r) && r != '\t' && r != '\n' && r != '\r'
}

// visible shows what is no text as what could not be read.
func visible(cell string) string {
	return strings.Map(func(r rune) rune {
		if isNoText(r) {
			return utf8.RuneError
		}
		return r
	}, shortened(cell, 100))
}

// hasUTF8 tells whether a text of an encoding of single bytes is, in those bytes, UTF-8 as people write it in the West: a letter with an
// accent, a typographic sign, a currency. Any other sequence of UTF-8 may be meant: "é »" has the bytes of one.
func hasUTF8(of encoding.Encoding, cell string) bool {
	raw, err := of.NewEncoder().String(cell)
	if err != nil {
		return false
	}
	for i := range len(raw) - 1 {
		switch lead, next := raw[i], raw[i+1]; {
		case lead >= 0xC2 && lead <= 0xC5 && follows(next):
			return true
		case lead == 0xE2 && next >= 0x80 && next <= 0x84 && i+2 < len(raw) && follows(raw[i+2]):
			return true
		}
	}
	return false
}

// follows tells whether a byte goes on with a character of UTF-8.
func follows(b byte) bool { return b&0xC0 == 0x80 }
