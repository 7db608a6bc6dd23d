package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/stretchr/testify/require"
)

// parse reads a command line as main does.
func parse(t *testing.T, args ...string) (cli, error) {
	t.Helper()
	var c cli
	parser, err := kong.New(&c, kong.Resolvers(kong.ResolverFunc(fromFiles)))
	require.NoError(t, err)
	_, err = parser.Parse(args)
	return c, err
}

func secretFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "secret")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func TestASecretComesFromItsFile(t *testing.T) {
	t.Setenv("ARPENT_DATABASE_URL_FILE", secretFile(t, "postgres://from.file/arpent\n"))
	c, err := parse(t, "serve")
	require.NoError(t, err)
	require.Equal(t, "postgres://from.file/arpent", c.Serve.DatabaseURL)

	c, err = parse(t, "serve", "--database-url=postgres://from.flag/arpent")
	require.NoError(t, err)
	require.Equal(t, "postgres://from.flag/arpent", c.Serve.DatabaseURL)

	t.Setenv("ARPENT_DATABASE_URL", "postgres://from.variable/arpent")
	c, err = parse(t, "serve")
	require.NoError(t, err)
	require.Equal(t, "postgres://from.variable/arpent", c.Serve.DatabaseURL)
}

func TestASecretFileThatIsAbsentStopsTheStart(t *testing.T) {
	t.Setenv("ARPENT_SECRET_KEY_FILE", filepath.Join(t.TempDir(), "absent"))
	_, err := parse(t, "serve")
	require.ErrorIs(t, err, os.ErrNotExist)
	require.ErrorContains(t, err, "ARPENT_SECRET_KEY_FILE")
}
