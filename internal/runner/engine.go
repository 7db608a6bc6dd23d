package runner

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/arpent/arpent/internal/fault"
)

var noEngine = fault.Text{
	EN: "Neither OpenTofu nor Terraform was found: install one, or name it with --terraform-bin",
	FR: "Ni OpenTofu ni Terraform n’ont été trouvés : installez l’un des deux, ou indiquez-le avec --terraform-bin",
}

// FindEngine returns the path of the engine: the one named, else tofu or terraform on PATH, else the tofu
// that was built beside this program.
func FindEngine(named string) (string, error) {
	candidates := []string{named}
	if named == "" {
		candidates = []string{"tofu", "terraform"}
		if self, err := os.Executable(); err == nil {
			candidates = append(candidates, filepath.Join(filepath.Dir(self), "tofu"))
		}
	}
	for _, candidate := range candidates {
		if path, err := exec.LookPath(candidate); err == nil {
			return filepath.Abs(path)
		}
	}
	return "", fault.New(fault.Unavailable, noEngine)
}

// engine is the binary, and what it says about itself; it is asked once, and again when the file changes.
type engine struct {
	path string

	mu    sync.Mutex
	known engineVersion
	of    fileStamp
}

type engineVersion struct {
	Name    string // OpenTofu, Terraform
	Version string // 1.12.6
}

func (v engineVersion) String() string { return v.Name + " " + v.Version }

// cacheSafe tells whether parallel runs may share the provider cache without a lock.
func (v engineVersion) cacheSafe() bool { return v.Name == "OpenTofu" }

// answer is what the engine would print for "version -json", as far as terraform-exec reads it.
func (v engineVersion) answer() string {
	text, _ := json.Marshal(map[string]string{"terraform_version": v.Version})
	return string(text)
}

type fileStamp struct {
	size    int64
	changed time.Time
}

func (e *engine) version(ctx context.Context) (engineVersion, error) {
	info, err := os.Stat(e.path)
	if err != nil {
		return engineVersion{}, fault.New(fault.Unavailable, noEngine).Because(err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	stamp := fileStamp{size: info.Size(), changed: info.ModTime()}
	if e.of == stamp {
		return e.known, nil
	}
	if e.known, err = askVersion(ctx, e.path); err == nil {
		e.of = stamp
	}
	return e.known, err
}

// The first line of "version" is "OpenTofu v1.12.6" or "Terraform v1.11.4".
var versionLine = regexp.MustCompile(`(?m)^(OpenTofu|Terraform) v(\S+)`)

func askVersion(ctx context.Context, path string) (engineVersion, error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	command := exec.CommandContext(ctx, path, "version")
	command.Env = []string{"CHECKPOINT_DISABLE=1", "PATH=" + defaultPath, "TF_CLI_CONFIG_FILE=" + os.DevNull, "HOME=" + os.TempDir()}
	var complaint bytes.Buffer
	command.Stderr = &complaint
	answer, err := command.Output()
	if err != nil {
		return engineVersion{}, fmt.Errorf("ask %s for its version: %w: %s", path, err, strings.TrimSpace(complaint.String()))
	}
	found := versionLine.FindStringSubmatch(string(answer))
	if found == nil {
		return engineVersion{}, fmt.Errorf("%s is neither OpenTofu nor Terraform", path)
	}
	return engineVersion{Name: found[1], Version: found[2]}, nil
}
