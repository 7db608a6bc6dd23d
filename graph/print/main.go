// Command print writes the whole GraphQL schema to schema.graphql, or with -since tells how it has changed since a
// commit, and fails when that breaks clients:
//
//	go run ./graph/print
//	go run ./graph/print -since HEAD
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/arpent/arpent/graph"
	"github.com/arpent/arpent/graph/evolution"
)

const file = "schema.graphql"

func main() {
	since := flag.String("since", "", "commit to compare with")
	flag.Parse()
	if err := run(context.Background(), os.Stdout, *since); err != nil {
		fmt.Fprintln(os.Stderr, "print:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, since string) error {
	text := evolution.Print(graph.Schema(&graph.Resolver{}).Schema())
	if since == "" {
		return os.WriteFile(file, []byte(text), 0o644)
	}
	before, err := exec.CommandContext(ctx, "git", "show", since+":"+file).Output()
	if err != nil {
		return fmt.Errorf("read %s of %s: %w", file, since, err)
	}
	return compare(out, string(before), text)
}

func compare(out io.Writer, before, after string) error {
	old, err := gqlparser.LoadSchema(&ast.Source{Name: "before", Input: before})
	if err != nil {
		return err
	}
	now, err := gqlparser.LoadSchema(&ast.Source{Name: "after", Input: after})
	if err != nil {
		return err
	}
	broken := 0
	for _, change := range evolution.Compare(old, now) {
		fmt.Fprintln(out, change)
		if change.Verdict == evolution.Breaking {
			broken++
		}
	}
	if broken > 0 {
		return fmt.Errorf("%d changes break clients", broken)
	}
	return nil
}
