package processes_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

// providerMirror is a filesystem mirror with the test provider, for both engines' registries.
func providerMirror(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	binary := filepath.Join(root, "terraform-provider-fake_v0.1.0")
	build := exec.Command("go", "build", "-o", binary, ".")
	build.Dir = filepath.Join("..", "..", "..", "tools", "testprovider")
	out, err := build.CombinedOutput()
	require.NoError(t, err, "%s", out)
	for _, registry := range []string{"registry.opentofu.org", "registry.terraform.io"} {
		folder := filepath.Join(root, "mirror", registry, "arpent", "fake", "0.1.0", runtime.GOOS+"_"+runtime.GOARCH)
		require.NoError(t, os.MkdirAll(folder, 0o700))
		require.NoError(t, os.Link(binary, filepath.Join(folder, filepath.Base(binary))))
	}
	return filepath.Join(root, "mirror")
}
