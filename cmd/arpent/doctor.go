package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/arpent/arpent/internal/app"
)

type doctor struct {
	app.Config
	JSON bool `help:"Tell it as JSON, in both languages." name:"json"`
}

// Run looks at every part and says how it is. A problem makes it fail; a warning does not.
func (d *doctor) Run(ctx context.Context) error {
	findings := app.Examine(ctx, d.Config)
	problems := 0
	for _, f := range findings {
		if f.Level == app.Problem {
			problems++
		}
	}
	if d.JSON {
		encoder := json.NewEncoder(os.Stdout)
		encoder.SetIndent("", "  ")
		if err := encoder.Encode(map[string]any{"ok": problems == 0, "findings": findings}); err != nil {
			return err
		}
	} else {
		tell(findings)
	}
	if problems > 0 {
		os.Exit(1)
	}
	return nil
}

func tell(findings []app.Finding) {
	locale := language()
	levels := map[app.Level]string{app.OK: "ok", app.Warning: "warning", app.Problem: "PROBLEM"}
	if len(locale) >= 2 && locale[:2] == "fr" {
		levels = map[app.Level]string{app.OK: "ok", app.Warning: "attention", app.Problem: "PROBLÈME"}
	}
	for _, f := range findings {
		fmt.Printf("%-10s %-11s %s\n", levels[f.Level], f.Part, f.What.In(locale))
		if remedy := f.Remedy.In(locale); remedy != "" && f.Level != app.OK {
			fmt.Printf("%-22s → %s\n", "", remedy)
		}
	}
}

// language is that of the terminal.
func language() string {
	return cmp.Or(os.Getenv("LC_ALL"), os.Getenv("LC_MESSAGES"), os.Getenv("LANG"))
}
