package apptest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// Programs is the folder of our real programs, built once for all tests of a package. Whoever calls it has Main remove it after the last.
// The tests have to be in a folder below this one's.
var Programs = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "arpent-programs-")
	if err != nil {
		return "", err
	}
	build := exec.CommandContext(context.Background(), "go", "build", "-o", dir+"/", "../../../cmd/arpent", "../../../cmd/arpent-worker", "../../../cmd/terraform-provider-arpent")
	if text, err := build.CombinedOutput(); err != nil {
		return dir, fmt.Errorf("build: %w\n%s", err, text)
	}
	return dir, nil
})

// Main is the TestMain of a package whose tests need Programs.
func Main(m *testing.M) {
	status := m.Run()
	if dir, _ := Programs(); dir != "" {
		_ = os.RemoveAll(dir)
	}
	os.Exit(status)
}

// FindEngine is one of the engines, for what any of them does.
func FindEngine(tb testing.TB) string {
	tb.Helper()
	return FindEngines(tb)[0]
}

// FindEngines are OpenTofu and Terraform, as far as they are here: the one that make build compiles, and those of the PATH.
func FindEngines(tb testing.TB) (found []string) {
	tb.Helper()
	built, err := filepath.Abs("../../../bin/tofu")
	require.NoError(tb, err)
	kinds := map[string]bool{}
	for _, name := range []string{built, "tofu", "terraform"} {
		if path, err := exec.LookPath(name); err == nil && !kinds[filepath.Base(path)] {
			kinds[filepath.Base(path)] = true
			found = append(found, path)
		}
	}
	require.NotEmpty(tb, found, "no OpenTofu and no Terraform: make build compiles one")
	return found
}

// ProviderMirror is a filesystem mirror with the test provider, for both engines' registries.
func ProviderMirror(tb testing.TB) string {
	tb.Helper()
	root := tb.TempDir()
	binary := filepath.Join(root, "terraform-provider-fake_v0.1.0")
	build := exec.Command("go", "build", "-o", binary, ".")
	build.Dir = filepath.Join("..", "..", "..", "tools", "testprovider")
	out, err := build.CombinedOutput()
	require.NoError(tb, err, "%s", out)
	for _, registry := range []string{"registry.opentofu.org", "registry.terraform.io"} {
		folder := filepath.Join(root, "mirror", registry, "arpent", "fake", "0.1.0", runtime.GOOS+"_"+runtime.GOARCH)
		require.NoError(tb, os.MkdirAll(folder, 0o700))
		require.NoError(tb, os.Link(binary, filepath.Join(folder, filepath.Base(binary))))
	}
	return filepath.Join(root, "mirror")
}
