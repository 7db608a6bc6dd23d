package runner

// plain takes out of a stream what a terminal would obey rather than show: colours, movements, titles, bells.
// What is left is text for every reader, and a secret is found although somebody coloured a part of it. A sequence
// that does not end, which would swallow all that follows, ends with its line or at maxSequence.
type plain struct {
	state  plainState
	length int // of the sequence so far
}

type plainState int

const (
	showing plainState = iota
	escaped            // after ESC
	control            // CSI: parameters, until a final byte
	command            // OSC, DCS and their like: text, until BEL or ESC \
)

const (
	maxSequence = 4 << 10
	escape      = 0x1b
	bell        = 0x07
	deleted     = 0x7f
)

// strip returns what is left of a piece; the piece itself is used for it.
func (p *plain) strip(piece []byte) []byte {
	kept := piece[:0]
	for _, c := range piece {
		if p.shows(c) {
			kept = append(kept, c)
		}
	}
	return kept
}

func (p *plain) shows(c byte) bool {
	if p.state != showing {
		if p.length++; c == '\n' || p.length > maxSequence {
			p.state = showing
		}
	}
	switch {
	case c == escape:
		p.state, p.length = escaped, 0
		return false
	case p.state == showing:
		return c >= ' ' && c != deleted || c == '\n' || c == '\t' || c == '\r'
	case p.state == escaped:
		p.state = afterEscape(c)
	case p.state == control && c >= '@' && c <= '~', p.state == command && c == bell:
		p.state = showing
	}
	return false
}

// afterEscape is what the byte after ESC begins.
func afterEscape(c byte) plainState {
	switch {
	case c == '[':
		return control
	case c == ']', c == 'P', c == 'X', c == '^', c == '_':
		return command
	case c >= ' ' && c <= '/':
		return escaped // one more byte follows, as in ESC ( B
	}
	return showing
}
