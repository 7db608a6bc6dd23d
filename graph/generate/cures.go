package main

import (
	"context"
	_ "embed"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing/fstest"
)

// cures are gqlgen's templates as we want them: those of the root file, and those of a schema file.
type cures struct{ root, schema fs.FS }

// cure is a change to one of gqlgen's templates. The stock text must stand there exactly once: a new gqlgen that
// writes it differently is looked at by somebody before it is used.
type cure struct{ file, stock, ours string }

var (
	//go:embed object.gotpl
	objectTemplate string
	//go:embed field.gotpl
	fieldTemplate string
)

const (
	imports   = `{{ reserveImport "context"  }}`
	ourImport = imports + "\n" + `{{ reserveImport "github.com/arpent/arpent/graph/answer" }}`
	rootOnly  = "{{- else }}\n\nfunc {{$.FuncReceiver}}_{{$object.Name}}(ctx context.Context, {{$.ECFuncParam}}sel ast.SelectionSet{{ if not $object.Root }}"
	buffer    = "var buf bytes.Buffer\n\t\t\tdata.MarshalGQL(&buf)\n\t\t\tresponse.Data = buf.Bytes()"
	ourBuffer = "buf := answer.Buffer()\n\t\t\tdata.MarshalGQL(buf)\n\t\t\tresponse.Data = buf.Bytes()"
	state     = "\t*graphql.ExecutionContextState[ResolverRoot, DirectiveRoot, ComplexityRoot]\n}"
)

func allCures() []cure {
	return []cure{
		{"api!.gotpl", imports, ourImport},
		{"generated!.gotpl", imports, ourImport},
		// The answer of a query is written into a buffer that is used again.
		{"internal!.gotpl", buffer, ourBuffer},
		{"internal!.gotpl", state, strings.TrimSuffix(state, "}") + "\tplans answer.Plans\n}"},
		// The rows of a list are made one after the other.
		{
			"type.gotpl",
			"graphql.MarshalSliceConcurrently(ctx, len(v), {{ $.Config.Exec.WorkerLimit }}, {{ $.Config.OmitPanicHandler }}, func",
			"answer.List(ctx, len(v), func",
		},
		// An object that is no root is made without what @defer would need, which no transport of ours can send.
		{"object.gotpl", rootOnly, "{{- else if not $object.Root }}\n" + objectTemplate + rootOnly},
		// A field that is there already, or an edge that was read with its row, needs no resolver around it.
		{"field.gotpl", "\t{{- if $field.TypeReference.IsRoot }}\n", fieldTemplate},
	}
}

// Which templates make which file: as in gqlgen's codegen/generate.go.
var (
	rootFiles   = []string{"api!.gotpl", "internal!.gotpl", "directives_.gotpl"}
	schemaFiles = []string{
		"args.gotpl", "field.gotpl", "input.gotpl", "interface.gotpl", "object.gotpl", "type.gotpl", "generated!.gotpl", "directives_.gotpl",
	}
)

// curedTemplates reads gqlgen's templates from its module and changes them.
func curedTemplates() (cured cures, err error) {
	out, err := exec.CommandContext(context.Background(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/99designs/gqlgen").Output()
	if err != nil {
		return cured, fmt.Errorf("find gqlgen: %w", err)
	}
	folder := filepath.Join(strings.TrimSpace(string(out)), "codegen")
	if cured.root, err = curedFiles(folder, rootFiles); err != nil {
		return cured, err
	}
	cured.schema, err = curedFiles(folder, schemaFiles)
	return cured, err
}

func curedFiles(folder string, names []string) (fs.FS, error) {
	files := fstest.MapFS{}
	for _, name := range names {
		content, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			return nil, err
		}
		text, err := curedText(name, string(content))
		if err != nil {
			return nil, err
		}
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return files, nil
}

func curedText(name, text string) (string, error) {
	for _, c := range allCures() {
		if c.file != name {
			continue
		}
		if n := strings.Count(text, c.stock); n != 1 {
			return "", fmt.Errorf("gqlgen's %s holds %q %d times, the cure wants it once", name, c.stock, n)
		}
		text = strings.Replace(text, c.stock, c.ours, 1)
	}
	return text, nil
}
