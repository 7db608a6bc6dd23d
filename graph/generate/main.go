// Command generate writes graph/generated and what belongs to it by gqlgen.yml, with gqlgen's templates cured: rows of a
// list, and fields that are there already, are made without a goroutine, a context and a panic handler each. See
// docs/adr/0007-cured-gqlgen.md. Run it from the module's root:
//
//	go run ./graph/generate
package main

import (
	"fmt"
	"os"

	"github.com/99designs/gqlgen/api"
	"github.com/99designs/gqlgen/codegen"
	"github.com/99designs/gqlgen/codegen/config"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run() error {
	configuration, err := config.LoadConfig("gqlgen.yml")
	if err != nil {
		return err
	}
	cured, err := curedTemplates()
	if err != nil {
		return err
	}
	seen := &witness{}
	if err := api.Generate(configuration, api.AddPlugin(seen)); err != nil {
		return err
	}
	return render(seen.data, cured)
}

// witness is a plugin that keeps what gqlgen found out about the schema and our code.
type witness struct{ data *codegen.Data }

// Name is the plugin's.
func (*witness) Name() string { return "witness" }

// GenerateCode is called when everything is known.
func (w *witness) GenerateCode(data *codegen.Data) error { //nolint:unparam // the interface of plugins
	w.data = data
	return nil
}
