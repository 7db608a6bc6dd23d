package runner

import (
	"crypto/rand"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// The provider that comes with Arpent. Its source is in no registry, so it is taken from a mirror that the runner makes, or
// from nowhere. It is always of one version: it comes with the program that knows its server.
const (
	providerProgram = "terraform-provider-arpent"
	providerHost    = "arpent.internal"
	providerSource  = providerHost + "/arpent/arpent"
	providerVersion = "1.0.0"
)

// FindProvider returns the path of terraform-provider-arpent: the one named, else the one beside this program, else one on PATH.
// It is empty when there is none: templates that use it then fail in init.
func FindProvider(named string) (string, error) {
	if named != "" {
		path, err := exec.LookPath(named)
		if err != nil {
			return "", fmt.Errorf("the provider: %w", err)
		}
		return filepath.Abs(path)
	}
	if self, err := os.Executable(); err == nil {
		if path, err := exec.LookPath(filepath.Join(filepath.Dir(self), providerProgram)); err == nil {
			return path, nil
		}
	}
	if path, err := exec.LookPath(providerProgram); err == nil {
		return filepath.Abs(path)
	}
	return "", nil
}

// ownMirror makes a mirror that holds the provider alone, in the work folder: a link, which every process of the folder sets
// anew, so that it is there as long as anybody's cache leads to it. It returns the folder of the mirror.
func ownMirror(workDir, provider string) (string, error) {
	mirror := filepath.Join(workDir, "own")
	folder := filepath.Join(mirror, filepath.FromSlash(providerSource), providerVersion, runtime.GOOS+"_"+runtime.GOARCH)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", fmt.Errorf("mirror of the provider: %w", err)
	}
	fresh := filepath.Join(mirror, "link-"+rand.Text())
	if err := os.Symlink(provider, fresh); err != nil {
		return "", fmt.Errorf("mirror of the provider: %w", err)
	}
	if err := os.Rename(fresh, filepath.Join(folder, providerProgram+"_v"+providerVersion)); err != nil {
		return "", fmt.Errorf("mirror of the provider: %w", err)
	}
	return mirror, nil
}
