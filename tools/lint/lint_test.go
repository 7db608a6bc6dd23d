// Package lint pins the linters and proves that the rules of the house bite.
package lint

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const folder = "internal/app/testdata/forbidden"

// wanted reads what the comments of the bad example expect, as file:line:linter.
func wanted(t *testing.T) (all []string) {
	t.Helper()
	files, err := filepath.Glob("../../" + folder + "/*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("no bad example: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		number := 0
		for line := range strings.Lines(string(text)) {
			number++
			if _, linter, ok := strings.Cut(line, "// want "); ok {
				all = append(all, fmt.Sprintf("%s:%d:%s", filepath.Base(file), number, strings.TrimSpace(linter)))
			}
		}
	}
	return all
}

var finding = regexp.MustCompile(`(?m)^\S*?(\w+\.go):(\d+):\d+: .* \((\w+)\)$`)

// found runs the linters over the bad example, as make lint runs them.
func found(t *testing.T) (all []string) {
	t.Helper()
	cmd := exec.Command("go", "tool", "-modfile=tools/lint/go.mod", "golangci-lint", "run",
		"--output.text.print-issued-lines=false", "--output.text.colors=false", "./"+folder)
	cmd.Dir = "../.."
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, _ := cmd.Output() // a failure is what we want; what it says counts
	for _, match := range finding.FindAllStringSubmatch(string(out), -1) {
		all = append(all, match[1]+":"+match[2]+":"+match[3])
	}
	if len(all) == 0 {
		t.Fatalf("the linters found nothing:\n%s%s", out, &complaint)
	}
	return all
}

func TestTheRulesBite(t *testing.T) {
	t.Parallel()
	have := found(t)
	for _, want := range wanted(t) {
		if !slices.Contains(have, want) {
			t.Errorf("no linter said %s; they said:\n  %s", want, strings.Join(have, "\n  "))
		}
	}
}
