package runner

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
)

// Masked stands where a secret stood.
const Masked = "***"

// minDerived is the shortest piece of a secret (a line of a key, an encoded form) that is masked by itself:
// shorter ones would blank out ordinary words.
const minDerived = 6

// Masker hides secret values in texts and streams, in the forms in which tools print them: as they are, line
// by line, escaped for JSON or a URL, and in base64. It is safe for use by several goroutines.
type Masker struct {
	nodes []maskNode // an Aho-Corasick automaton; node 0 is the start
}

type maskNode struct {
	next  map[byte]int
	fail  int
	depth int // length of the longest secret's beginning that ends here
	match int // length of the longest secret that ends here
}

// NewMasker returns a masker of these values. Empty values are ignored.
func NewMasker(values []string) *Masker {
	m := &Masker{nodes: []maskNode{{next: map[byte]int{}}}}
	for _, value := range values {
		for _, form := range forms(value) {
			m.add(form)
		}
	}
	m.link()
	return m
}

// forms lists how a secret may be printed.
func forms(value string) []string {
	if value == "" {
		return nil
	}
	found := []string{value}
	derived := []string{
		strings.TrimSpace(value), quoted(value), hclQuoted(value), url.QueryEscape(value), url.PathEscape(value),
		base64.StdEncoding.EncodeToString([]byte(value)), base64.RawURLEncoding.EncodeToString([]byte(value)),
	}
	if strings.Contains(value, "\n") {
		for line := range strings.SplitSeq(value, "\n") {
			derived = append(derived, strings.TrimSpace(line))
		}
	}
	for _, form := range derived {
		if len(form) >= minDerived {
			found = append(found, form)
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

func quoted(value string) string {
	text, _ := json.Marshal(value)
	return string(text[1 : len(text)-1])
}

func hclQuoted(value string) string {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(value)
	text := strings.TrimSpace(buffer.String())
	return text[1 : len(text)-1]
}

func (m *Masker) add(form string) {
	at := 0
	for i := range len(form) {
		next, ok := m.nodes[at].next[form[i]]
		if !ok {
			next = len(m.nodes)
			m.nodes = append(m.nodes, maskNode{next: map[byte]int{}, depth: i + 1})
			m.nodes[at].next[form[i]] = next
		}
		at = next
	}
	m.nodes[at].match = len(form)
}

// link gives every node the longest shorter beginning that also ends there, breadth first.
func (m *Masker) link() {
	queue := []int{0}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		for c, next := range m.nodes[at].next {
			if at != 0 {
				m.nodes[next].fail = m.step(m.nodes[at].fail, c)
			}
			m.nodes[next].match = max(m.nodes[next].match, m.nodes[m.nodes[next].fail].match)
			queue = append(queue, next)
		}
	}
}

func (m *Masker) step(at int, c byte) int {
	for {
		if next, ok := m.nodes[at].next[c]; ok {
			return next
		}
		if at == 0 {
			return 0
		}
		at = m.nodes[at].fail
	}
}

func (m *Masker) empty() bool { return len(m.nodes) == 1 }

// Text returns a text without the secrets, and without zero bytes, which no database stores as text.
func (m *Masker) Text(text string) string {
	text = strings.ReplaceAll(text, "\x00", "\uFFFD")
	if m.empty() || text == "" {
		return text
	}
	stream := m.Stream()
	return string(append(stream.Mask([]byte(text)), stream.Rest()...))
}

// Stream returns a masker for one stream, which is given in pieces.
func (m *Masker) Stream() *MaskStream { return &MaskStream{masker: m} }

// MaskStream masks a stream: a secret is found wherever the stream is cut. It holds back only the bytes that
// may be the beginning of a secret.
type MaskStream struct {
	masker  *Masker
	at      int
	pending []byte // not given out yet
	covered []bool // which of the pending bytes belong to a secret
	hiding  bool   // the last byte given out belonged to a secret
}

// Mask takes the next piece and returns what can be shown by now.
func (s *MaskStream) Mask(piece []byte) []byte {
	if s.masker.empty() {
		return bytes.Clone(piece)
	}
	shown := make([]byte, 0, len(piece))
	for _, c := range piece {
		s.at = s.masker.step(s.at, c)
		s.pending, s.covered = append(s.pending, c), append(s.covered, false)
		node := &s.masker.nodes[s.at]
		for i := len(s.covered) - node.match; i < len(s.covered); i++ {
			s.covered[i] = true
		}
		shown = s.release(shown, len(s.pending)-node.depth)
	}
	return shown
}

// Rest returns what was held back; the stream ends.
func (s *MaskStream) Rest() []byte {
	s.at = 0
	return s.release(nil, len(s.pending))
}

func (s *MaskStream) release(shown []byte, count int) []byte {
	for i := range count {
		switch {
		case !s.covered[i]:
			shown = append(shown, s.pending[i])
		case !s.hiding:
			shown = append(shown, Masked...)
		}
		s.hiding = s.covered[i]
	}
	s.pending, s.covered = s.pending[count:], s.covered[count:]
	return shown
}

// Value returns a decoded JSON value without the secrets: in strings, keys and numbers.
func (m *Masker) Value(value any) any {
	switch v := value.(type) {
	case string:
		return m.Text(v)
	case json.Number:
		if text := m.Text(v.String()); text != v.String() {
			return text
		}
	case []any:
		masked := make([]any, len(v))
		for i, element := range v {
			masked[i] = m.Value(element)
		}
		return masked
	case map[string]any:
		masked := make(map[string]any, len(v))
		for key, element := range v {
			masked[m.Text(key)] = m.Value(element)
		}
		return masked
	}
	return value
}
