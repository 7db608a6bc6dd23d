package runner

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/arpent/arpent/internal/fault"
)

// Config says how a Terraform runner works.
type Config struct {
	Binary    string            // of OpenTofu or Terraform; empty looks for one, see FindEngine
	WorkDir   string            // where tasks have their folders; several processes may share it
	MirrorDir string            // optional filesystem mirror of providers, unpacked or packed
	Provider  string            // Arpent's own provider; empty looks for it, see FindProvider
	Env       map[string]string // what tools get of the operator's environment, such as a proxy; nothing else is passed on
	Limits    Limits            // for tasks that name none; zero values have defaults

	// Retries is how often the engine repeats a request that its state backend did not answer, at growing intervals;
	// zero means long enough for a server that restarts. A server that is its own workers' state backend takes few:
	// when it does not answer it is dead, and the engine has to write its state into the task's folder in time.
	Retries int
}

// The limits of a task that names none.
const (
	defaultTime       = time.Hour
	defaultApplyGrace = 10 * time.Minute // an apply that is killed loses what it did since its last state
	defaultGrace      = 30 * time.Second
	defaultOutput     = 16 << 20
	defaultDisk       = 4 << 30
)

const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// Terraform runs OpenTofu or Terraform. It runs any number of tasks at once.
type Terraform struct {
	config Config
	engine *engine
	folder *processFolder
	cache  string // provider cache, shared by all processes of the work folder
	own    string // mirror of our own provider; empty when there is none
	inits  *initCache

	mu   sync.Mutex
	dead []deadProcess // whose folders are ours to clear
}

var _ Runner = (*Terraform)(nil)

// NewTerraform finds the engine and prepares the work folder. What dead processes left there is for Recover. Close it
// when no task runs any more.
func NewTerraform(config Config) (*Terraform, error) {
	path, err := FindEngine(config.Binary)
	if err != nil {
		return nil, err
	}
	if config.WorkDir, err = filepath.Abs(config.WorkDir); err != nil {
		return nil, err
	}
	if config.MirrorDir != "" {
		if config.MirrorDir, err = filepath.Abs(config.MirrorDir); err != nil {
			return nil, err
		}
	}
	if config.Provider, err = FindProvider(config.Provider); err != nil {
		return nil, err
	}
	return openTerraform(config, &engine{path: path})
}

func openTerraform(config Config, engine *engine) (*Terraform, error) {
	folder, err := openProcessFolder(config.WorkDir)
	if err != nil {
		return nil, err
	}
	cache := filepath.Join(config.WorkDir, "providers")
	if err := os.MkdirAll(cache, 0o700); err != nil {
		return nil, fmt.Errorf("provider cache: %w", err)
	}
	inits, err := newInitCache(filepath.Join(folder.path, "inits"))
	if err != nil {
		return nil, fmt.Errorf("work folder: %w", err)
	}
	t := &Terraform{config: config, engine: engine, folder: folder, cache: cache, inits: inits, dead: findDead(config.WorkDir)}
	if config.Provider != "" {
		t.own, err = ownMirror(config.WorkDir, config.Provider)
	}
	return t, err
}

// Close removes all that this process wrote but the providers it downloaded.
func (t *Terraform) Close() error {
	t.release()
	return t.folder.close()
}

// Tool is the engine's name and version, as in "OpenTofu 1.12.6". It is Unavailable while the disk is full: whoever asks before
// each run begins none that could not be carried out.
func (t *Terraform) Tool(ctx context.Context) (string, error) {
	if full(t.folder.path) {
		return "", fault.New(fault.Unavailable, fullDisk, t.config.WorkDir)
	}
	version, err := t.engine.version(ctx)
	if err != nil {
		return "", err
	}
	return version.String(), nil
}

// Run carries out a task; see Runner.
func (t *Terraform) Run(ctx context.Context, task Task, observer Observer) (Result, error) {
	version, err := t.engine.version(ctx)
	if err != nil {
		return Result{}, err
	}
	j, err := t.open(task, version, observer)
	if errors.Is(err, syscall.ENOSPC) {
		return Result{Outcome: Failed, Reason: &noRoom}, nil
	}
	if err != nil {
		return Result{}, err
	}
	defer j.close()
	ctx, stop := j.limited(ctx)
	defer stop()
	result, err := j.run(ctx)
	if errors.Is(err, syscall.ENOSPC) {
		result, err = Result{Outcome: Failed, Reason: &noRoom}, nil
	}
	result.Tool = version.String()
	return result, err
}

func (t *Terraform) limits(task Task) Limits {
	grace := defaultGrace
	if task.Mode == Apply {
		grace = defaultApplyGrace
	}
	asked, house := task.Limits, t.config.Limits
	return Limits{
		Time:   first(asked.Time, house.Time, defaultTime),
		Grace:  first(asked.Grace, house.Grace, grace),
		Output: first(asked.Output, house.Output, defaultOutput),
		Disk:   first(asked.Disk, house.Disk, defaultDisk),
	}
}

func first[N int64 | time.Duration](values ...N) N {
	for _, value := range values {
		if value > 0 {
			return value
		}
	}
	return 0
}
