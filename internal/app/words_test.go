package app_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestTextsAreWrittenAlikeInBothLanguages holds every text of the server to the house's rules: the same arguments in
// both languages, a capital where the other one has one, typographic apostrophes and spaced marks in French.
func TestTextsAreWrittenAlikeInBothLanguages(t *testing.T) {
	t.Parallel()
	count := 0
	for _, root := range []string{"../../internal", "../../graph", "../../cmd", "../../ent/schema"} {
		require.NoError(t, filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if en, fr, ok := bothTexts(n); ok {
					count++
					assert.Empty(t, wrong(en, fr), "%s: %q / %q", path, en, fr)
				}
				return true
			})
			return nil
		}))
	}
	require.Greater(t, count, 300, "the texts are not found")
}

// bothTexts are the literals of a text in two languages.
func bothTexts(n ast.Node) (en, fr string, ok bool) {
	literal, isLiteral := n.(*ast.CompositeLit)
	if !isLiteral {
		return "", "", false
	}
	found := map[string]string{}
	for _, element := range literal.Elts {
		pair, _ := element.(*ast.KeyValueExpr)
		if pair == nil {
			continue
		}
		key, _ := pair.Key.(*ast.Ident)
		if text, ok := literalOf(pair.Value); ok && key != nil {
			found[key.Name] = text
		}
	}
	return found["EN"], found["FR"], found["EN"] != "" && found["FR"] != ""
}

// literalOf is a string literal, alone or as the format of fmt.Sprintf.
func literalOf(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, err == nil
	case *ast.CallExpr:
		if f, ok := e.Fun.(*ast.SelectorExpr); ok && f.Sel.Name == "Sprintf" {
			return literalOf(e.Args[0])
		}
	}
	return "", false
}

var (
	straight = regexp.MustCompile(`\pL'\pL`)
	unspaced = regexp.MustCompile(`[^\s\x{00a0}\x{202f}:;?!%0-9][;?!](\s|$)|\pL:(\s|$)`)
	verb     = regexp.MustCompile(`%[-+# 0-9.]*[a-z]`)
)

// wrong says what is not as it should be; empty when all is well.
func wrong(en, fr string) string {
	switch {
	case straight.MatchString(fr):
		return "a straight apostrophe"
	case unspaced.MatchString(headers.ReplaceAllString(fr, "")):
		return "no space before a mark"
	case capital(en) && !acronym(en) && !capital(fr) && unicode.IsLetter(first(fr)) && !slices.Contains(nouns, fr):
		return "no capital in French"
	case !capital(en) && unicode.IsLetter(first(en)) && capital(fr):
		return "a capital in French only"
	case fmt.Sprint(verbs(en)) != fmt.Sprint(verbs(fr)):
		return "other arguments"
	}
	return ""
}

// headers are names of HTTP headers, which are English in any language.
var headers = regexp.MustCompile(`(Authorization|Content-Type|Host): \S+`)

// nouns stand within a sentence in French and begin it in English.
var nouns = []string{"un texte", "un nombre", "vrai ou faux", "une liste", "un objet"}

// acronym tells whether a text begins with a word in capitals.
func acronym(text string) bool { return len(text) > 1 && text[1] >= 'A' && text[1] <= 'Z' }

func first(text string) rune   { r, _ := utf8.DecodeRuneInString(text); return r }
func capital(text string) bool { return unicode.IsUpper(first(text)) }
func verbs(text string) (v []string) {
	for _, found := range verb.FindAllString(strings.ReplaceAll(text, "%%", ""), -1) {
		v = append(v, strings.ReplaceAll(found, "q", "s"))
	}
	return v
}
