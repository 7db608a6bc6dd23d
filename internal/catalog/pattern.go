package catalog

import (
	"regexp"
	"regexp/syntax"
	"strings"
)

// maxPattern bounds the regular expressions that are put into schemas.
const maxPattern = 1000

// ecmaPattern rewrites an RE2 pattern so that ECMAScript, with its u flag, matches exactly the same. It
// refuses what it is not sure of.
func ecmaPattern(pattern string) (string, bool) {
	if len(pattern) > maxPattern {
		return "", false
	}
	if _, err := syntax.Parse(pattern, syntax.Perl); err != nil {
		return "", false
	}
	t := &patternTranslator{rest: pattern}
	for t.rest != "" {
		if !t.next() {
			return "", false
		}
	}
	return t.out.String(), true
}

type patternTranslator struct {
	rest    string
	inClass bool
	opened  bool // the class was opened by the character before
	out     strings.Builder
}

var repetition = regexp.MustCompile(`^\{\d+(,\d*)?\}`)

// next takes one construct over.
func (t *patternTranslator) next() bool {
	c := t.rest[0]
	opened := t.opened
	t.opened = false
	switch {
	case c == '\\':
		return t.escape()
	case t.inClass:
		return t.classCharacter(c, opened)
	case c == '[':
		return t.openClass()
	case c == '(':
		if strings.HasPrefix(t.rest, "(?") && !strings.HasPrefix(t.rest, "(?:") {
			return false
		}
	case c == '.':
		return t.write(1, `[^\n]`)
	case c == '{':
		match := repetition.FindString(t.rest)
		return match != "" && t.write(len(match), match)
	case c == '}' || c == ']':
		return false
	}
	return t.write(1, t.rest[:1])
}

func (t *patternTranslator) openClass() bool {
	open := "["
	if strings.HasPrefix(t.rest, "[^") {
		open = "[^"
	}
	t.inClass, t.opened = true, true
	return t.write(len(open), open)
}

func (t *patternTranslator) classCharacter(c byte, opened bool) bool {
	if strings.HasPrefix(t.rest, "[:") || c == ']' && opened {
		return false
	}
	t.inClass = c != ']'
	return t.write(1, t.rest[:1])
}

// escape takes an escape over. White space means more in ECMAScript, and needless escapes are errors there.
func (t *patternTranslator) escape() bool {
	if len(t.rest) < 2 {
		return false
	}
	c := t.rest[1]
	switch {
	case strings.IndexByte(`dDwWnrtf\/^$*+?.()|[]{}`, c) >= 0:
		return t.write(2, t.rest[:2])
	case c == 'b' || c == 'B':
		return !t.inClass && t.write(2, t.rest[:2])
	case c == '-' && t.inClass:
		return t.write(2, `\-`)
	case c == 's' && t.inClass:
		return t.write(2, `\t\n\f\r `)
	case c == 's':
		return t.write(2, `[\t\n\f\r ]`)
	case c == 'S' && !t.inClass:
		return t.write(2, `[^\t\n\f\r ]`)
	case strings.IndexByte("-_ '\"#%&,:;<=>@~`!", c) >= 0:
		return t.write(2, string(c))
	}
	return false
}

// write replaces the next n bytes of the pattern by text.
func (t *patternTranslator) write(n int, text string) bool {
	t.out.WriteString(text)
	t.rest = t.rest[n:]
	return true
}
