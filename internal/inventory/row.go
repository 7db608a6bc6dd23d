package inventory

import (
	"errors"
	"net/netip"
	"regexp"
	"strconv"
	"strings"

	"github.com/arpent/arpent/ent/schema"
	"github.com/arpent/arpent/internal/fault"
)

// mostProblems is how many problems of one file are told; all are counted.
const mostProblems = 10_000

// Problem is one thing that is wrong with a file, where it stands.
type Problem struct {
	Line   int
	Column string // header; empty for the whole row
	Value  string
	Reason fault.Text
}

// listed is a server as a row lists it.
type listed struct {
	line          int
	hostname      string // as it is kept: in small letters
	named         string // as it stands in the file
	externalID    string
	addresses     []netip.Addr
	bits          map[netip.Addr]int // of addresses that are written with their network's, as in 192.0.2.7/24
	specification schema.Specification
	labels        map[string]string
	given         map[string]bool // fields that have a column and a value
	problems      []Problem
	warnings      []Problem // what is odd, and refuses nothing
	cells         []string  // as they stand in the file
}

// parse reads a row. What is wrong is told for all its cells at once.
func (t *table) parse(r row) *listed {
	l := &listed{line: r.line, cells: r.cells, labels: map[string]string{}, given: map[string]bool{}, bits: map[netip.Addr]int{}}
	switch has, wants := len(r.cells), len(t.reading.Headers); {
	case has > wants:
		l.problems = append(l.problems, Problem{Line: r.line, Reason: fault.New(fault.Invalid, textMoreCells, has, wants).Text()})
	case has < wants:
		l.warnings = append(l.warnings, Problem{Line: r.line, Reason: fault.New(fault.Invalid, textFewerCells, has, wants).Text()})
	}
	for _, field := range t.order {
		column := t.index[field]
		if column >= len(r.cells) || r.cells[column] == "" {
			if field == fieldHostname {
				l.refuse(t, field, "", textHostname)
			}
			continue
		}
		l.given[field] = true
		if reason, ok := t.unreadable(r.cells[column]); ok {
			l.refuse(t, field, visible(r.cells[column]), reason, t.reading.Encoding)
			continue
		}
		t.parseCell(l, field, r.cells[column])
	}
	return l
}

func (l *listed) refuse(t *table, field, value string, reason fault.Text, args ...any) {
	if len(args) > 0 {
		reason = fault.New(fault.Invalid, reason, args...).Text()
	}
	l.problems = append(l.problems, Problem{Line: l.line, Column: t.header(t.index[field]), Value: value, Reason: reason})
}

func (t *table) parseCell(l *listed, field, value string) {
	switch field {
	case fieldHostname:
		l.named = value
		if l.hostname = strings.ToLower(strings.TrimSuffix(value, ".")); !validHostname(l.hostname) {
			l.refuse(t, field, value, textHostname)
		}
	case fieldExternalID:
		if l.externalID = value; len(value) > 100 {
			l.refuse(t, field, value, textTooLong, 100)
		}
	case fieldAddress:
		t.parseAddresses(l, value)
	case fieldCores, fieldMemory, fieldDisk:
		t.parseSize(l, field, value)
	case fieldArchitecture:
		l.specification.Architecture = architectureOf(value)
	case fieldSystem:
		l.specification.System = l.text(t, field, value)
	case fieldLocation:
		l.specification.Location = l.text(t, field, value)
	default:
		name := strings.TrimPrefix(field, labelPrefix)
		if l.labels[name] = value; !labelPattern.MatchString(value) {
			l.refuse(t, field, value, textLabelValue)
		}
	}
}

func (l *listed) text(t *table, field, value string) string {
	if !fits(value, maxName) {
		l.refuse(t, field, value, textTooLong, maxName)
	}
	return value
}

var hostLabel = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

// validHostname is RFC 1123's rule: labels of letters, digits and dashes; the last is not all digits.
func validHostname(name string) bool {
	if len(name) == 0 || len(name) > 253 {
		return false
	}
	labels := strings.Split(name, ".")
	for _, label := range labels {
		if !hostLabel.MatchString(label) {
			return false
		}
	}
	_, err := strconv.Atoi(labels[len(labels)-1])
	return err != nil
}

// parseAddresses reads the addresses of a cell. A slash stands between two, or before the size of the network that one is in.
func (t *table) parseAddresses(l *listed, value string) {
	for _, text := range strings.FieldsFunc(value, func(r rune) bool { return strings.ContainsRune(" ,;|\n", r) }) {
		if prefix, err := netip.ParsePrefix(text); err == nil {
			l.address(t, prefix.Addr(), value)
			l.bits[prefix.Addr()] = prefix.Bits()
			continue
		}
		for _, part := range strings.FieldsFunc(text, func(r rune) bool { return r == '/' }) {
			addr, err := netip.ParseAddr(strings.Trim(part, "[]"))
			switch {
			case err != nil && strings.Contains(value, "/"): // what is between slashes alone says nothing
				l.refuse(t, fieldAddress, value, textNoAddress)
			case err != nil:
				l.refuse(t, fieldAddress, text, textNoAddress)
			default:
				l.address(t, addr, part)
			}
		}
	}
}

func (l *listed) address(t *table, addr netip.Addr, shown string) {
	if !schema.CanBeOfMachine(addr) {
		l.refuse(t, fieldAddress, shown, textNoAddress)
		return
	}
	l.addresses = append(l.addresses, addr.Unmap())
}

// units are what sizes are written in, as factors of a MiB.
var units = map[string]float64{
	"m": 1, "mb": 1, "mib": 1, "mo": 1, "mio": 1, "g": 1 << 10, "gb": 1 << 10, "gib": 1 << 10, "go": 1 << 10, "gio": 1 << 10, "t": 1 << 20, "tb": 1 << 20, "tib": 1 << 20, "to": 1 << 20, "tio": 1 << 20,
}

var sizePattern = regexp.MustCompile(`(?i)^([0-9][0-9\s\x{a0}\x{202f}.,]*)\s*([a-z]*)$`)

// mostSize is the largest number of a size, in whichever unit.
const mostSize = 1e9

// noSize says why a text is no size.
func noSize(value string) fault.Text {
	if rest, minus := strings.CutPrefix(strings.Replace(value, "\u2212", "-", 1), "-"); minus && sizePattern.MatchString(strings.TrimSpace(rest)) {
		return textBelowZero
	}
	if n, err := strconv.ParseFloat(value, 64); n > mostSize || errors.Is(err, strconv.ErrRange) {
		return textLarge
	}
	return textNumber
}

func (t *table) parseSize(l *listed, field, value string) {
	match := sizePattern.FindStringSubmatch(value)
	if match == nil {
		l.refuse(t, field, value, noSize(value))
		return
	}
	number, err := t.number(match[1])
	switch {
	case err != nil:
		l.refuse(t, field, value, textNumber)
		return
	case number > mostSize:
		l.refuse(t, field, value, textLarge)
		return
	}
	if field == fieldCores {
		if match[2] != "" || number != float64(int(number)) {
			l.refuse(t, field, value, textWhole)
			return
		}
		l.specification.Cores = int(number)
		return
	}
	factor, ok := units[strings.ToLower(match[2])]
	if match[2] == "" {
		factor, ok = t.unitOf(field), true
	}
	if !ok {
		l.refuse(t, field, value, textUnit)
		return
	}
	if field == fieldMemory {
		l.specification.MemoryMiB = int(number * factor)
		return
	}
	l.specification.DiskGiB = int(number * factor / 1024)
}

// unitOf is the unit in a column's header, as in "RAM (Mo)"; without one it is GiB.
func (t *table) unitOf(field string) float64 {
	header := strings.ToLower(t.header(t.index[field]))
	for _, word := range strings.FieldsFunc(header, func(r rune) bool { return r < 'a' || r > 'z' }) {
		if factor, ok := units[word]; ok && len(word) > 1 {
			return factor
		}
	}
	return 1 << 10
}

// number reads a number with the file's decimal sign; spaces and the other sign group thousands.
func (t *table) number(text string) (float64, error) {
	group := map[string]string{",": ".", ".": ","}[t.reading.Decimal]
	text = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "").Replace(text)
	if strings.Count(text, t.reading.Decimal) == 0 && strings.Count(text, group) == 1 {
		// One sign alone, of the wrong kind: thousands only when three digits follow.
		if before, after, _ := strings.Cut(text, group); len(after) != 3 || before == "0" {
			return strconv.ParseFloat(before+"."+after, 64)
		}
	}
	text = strings.ReplaceAll(text, group, "")
	return strconv.ParseFloat(strings.Replace(text, t.reading.Decimal, ".", 1), 64)
}

// architectureOf writes the usual names of an architecture in one way.
func architectureOf(value string) string {
	switch folded := strings.ToLower(strings.NewReplacer("_", "", "-", "", " ", "").Replace(value)); folded {
	case "x8664", "x64", "amd64", "intel64", "em64t", "64bits", "64bit":
		return "amd64"
	case "aarch64", "arm64", "armv8":
		return "arm64"
	default:
		return strings.ToLower(value[:min(len(value), 20)])
	}
}
