package catalog

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
)

// Each testdata/variables/*.tf (or .tf.json) is one file of variables. Beside it lies what it becomes: a
// schema, or the problems that it has. ARPENT_UPDATE_GOLDEN=1 writes them anew.
func TestVariablesToSchema(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/variables/*.tf*")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 30)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			content, err := os.ReadFile(file)
			require.NoError(t, err)
			golden(t, strings.TrimSuffix(strings.TrimSuffix(file, ".json"), ".tf")+".golden", schemaOrProblems(t, file, content))
		})
	}
}

func schemaOrProblems(t *testing.T, file string, content []byte) []byte {
	t.Helper()
	name := filepath.Base(file)
	declared, problems := readCode(".", map[string][]byte{name: content})
	if len(problems) > 0 {
		var out bytes.Buffer
		for _, p := range problems {
			fmt.Fprintln(&out, p)
		}
		return out.Bytes()
	}
	schema := Template{Variables: declared.variables}.Schema()
	requireValidSchema(t, schema)
	var out bytes.Buffer
	require.NoError(t, json.Indent(&out, schema, "", "  "))
	return append(out.Bytes(), '\n')
}

func requireValidSchema(t *testing.T, schema json.RawMessage) {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	require.NoError(t, compiler.AddResource("schema.json", doc))
	_, err = compiler.Compile("schema.json")
	require.NoError(t, err)
}

func golden(t *testing.T, file string, got []byte) {
	t.Helper()
	if os.Getenv("ARPENT_UPDATE_GOLDEN") != "" {
		require.NoError(t, os.WriteFile(file, got, 0o644))
		return
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), string(got))
}
