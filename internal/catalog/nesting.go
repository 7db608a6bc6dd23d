package catalog

import (
	"bytes"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// maxNesting bounds how deep the parsers of Terraform and YAML have to recurse: a stack that overflows takes the
// whole server down, and nobody writes by hand what is refused here.
const maxNesting = 500

// nestedCode is the line where native syntax is nested too deep, 0 when there is none. Brackets nest, and so do
// operators that wait for their right side: "!!!!a" is four expressions in one another.
func nestedCode(name string, content []byte) int {
	tokens, _ := hclsyntax.LexConfig(content, name, hcl.InitialPos)
	n := &nesting{waiting: []int{0}}
	for _, token := range tokens {
		n.take(token.Type)
		if n.depth > maxNesting {
			return token.Range.Start.Line
		}
	}
	return 0
}

// nesting counts, for each open bracket, the operators since the last comma or line end in it.
type nesting struct {
	waiting []int
	lines   []bool // whether a line end separates things in the bracket
	depth   int    // how many brackets and operators are open
}

func (n *nesting) take(token hclsyntax.TokenType) {
	switch token {
	case hclsyntax.TokenOBrace:
		n.open(true)
	case hclsyntax.TokenOParen, hclsyntax.TokenOBrack, hclsyntax.TokenTemplateInterp, hclsyntax.TokenTemplateControl:
		if token == hclsyntax.TokenOBrack || token == hclsyntax.TokenTemplateControl { // what is indexed, what a condition spans
			n.operator()
		}
		n.open(false)
	case hclsyntax.TokenCBrace, hclsyntax.TokenCParen, hclsyntax.TokenCBrack, hclsyntax.TokenTemplateSeqEnd:
		n.shut()
	case hclsyntax.TokenComma:
		n.reset()
	case hclsyntax.TokenNewline:
		if len(n.lines) == 0 || n.lines[len(n.lines)-1] {
			n.reset()
		}
	default:
		if operators[token] {
			n.operator()
		}
	}
}

var operators = map[hclsyntax.TokenType]bool{
	hclsyntax.TokenBang: true, hclsyntax.TokenMinus: true, hclsyntax.TokenPlus: true, hclsyntax.TokenStar: true,
	hclsyntax.TokenSlash: true, hclsyntax.TokenPercent: true, hclsyntax.TokenQuestion: true, hclsyntax.TokenAnd: true,
	hclsyntax.TokenOr: true, hclsyntax.TokenEqualOp: true, hclsyntax.TokenNotEqual: true, hclsyntax.TokenLessThan: true,
	hclsyntax.TokenLessThanEq: true, hclsyntax.TokenGreaterThan: true, hclsyntax.TokenGreaterThanEq: true,
}

func (n *nesting) open(lines bool) {
	n.waiting, n.lines = append(n.waiting, 0), append(n.lines, lines)
	n.depth++
}

func (n *nesting) shut() {
	if len(n.lines) == 0 {
		return
	}
	last := len(n.waiting) - 1
	n.depth -= n.waiting[last] + 1
	n.waiting, n.lines = n.waiting[:last], n.lines[:last-1]
}

func (n *nesting) operator() {
	n.waiting[len(n.waiting)-1]++
	n.depth++
}

func (n *nesting) reset() {
	last := len(n.waiting) - 1
	n.depth -= n.waiting[last]
	n.waiting[last] = 0
}

// tooDeep is the line where brackets are nested too deep, 0 when there is none. Brackets within texts count too.
func tooDeep(content []byte) int {
	depth, line := 0, 1
	for _, c := range content {
		switch c {
		case '(', '[', '{':
			if depth++; depth > maxNesting {
				return line
			}
		case ')', ']', '}':
			depth = max(depth-1, 0)
		case '\n':
			line++
		}
	}
	return 0
}

// maxDashes bounds the lists that begin within one another on one line of YAML: its parser takes long over them.
const maxDashes = 20

// nestedYAML is the line where lists or keys are nested in one line too often, 0 when there is none.
func nestedYAML(content []byte) int {
	for i, line := range bytes.Split(content, []byte("\n")) {
		if bytes.Count(line, []byte("- "))+bytes.Count(line, []byte("? ")) > maxDashes && startsNested(line) {
			return i + 1
		}
	}
	return 0
}

// startsNested tells whether a line begins with more indicators than people write.
func startsNested(line []byte) bool {
	n := 0
	for _, field := range bytes.Fields(line) {
		if len(field) != 1 || field[0] != '-' && field[0] != '?' {
			break
		}
		n++
	}
	return n > maxDashes
}
