package app

import (
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/arpent/arpent/ent"
	libraryrow "github.com/arpent/arpent/ent/library"
	"github.com/arpent/arpent/graph"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/auth"
	"github.com/arpent/arpent/internal/catalog"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/gitops"
	"github.com/arpent/arpent/internal/gitrepo"
	"github.com/arpent/arpent/internal/provision"
	"github.com/arpent/arpent/internal/runner"
	"github.com/arpent/arpent/internal/tfstate"
	"github.com/arpent/arpent/internal/worker"
	"github.com/arpent/arpent/library"
)

// openRepository opens the private repository: the one that is named, or a bare one in the data folder.
func (a *App) openRepository(ctx context.Context) error {
	remote := gitrepo.Remote{
		URL: cmp.Or(a.Config.RepositoryURL, filepath.Join(a.Config.DataDir, repositoryFolder)),
		Credential: gitrepo.Credential{
			Username: a.Config.RepositoryUser, Token: a.Config.RepositoryPassword,
		},
		Author: gitrepo.Signature{Name: "Arpent", Email: "arpent@" + a.public.Hostname(), When: time.Now().UTC()},
	}
	repository, err := gitrepo.Open(ctx, remote, filepath.Join(a.Config.DataDir, "repository-cache"))
	if err != nil {
		return err
	}
	a.later(repository.Close)
	a.gitops = gitops.New(gitops.Config{Repository: repository})
	return nil
}

// furnish sees to what every installation needs before it can be used: an organization, and the library that ships.
func (a *App) furnish(ctx context.Context) error {
	a.catalog = catalog.New(catalog.Config{
		DB: a.DB, Journal: a.Journal, Keyring: a.Keyring, Log: a.Log,
		Dir: filepath.Join(a.Config.DataDir, "libraries"), Builtin: library.FS, LocalDirs: a.Config.LibraryDirs,
	})
	return errors.Join(a.ensureOrganization(access.As(ctx, "start")), a.catalog.EnsureBuiltin(ctx))
}

func (a *App) ensureOrganization(ctx context.Context) error {
	name := a.Config.Organization
	if a.Config.Demo {
		name = demoOrganization
	}
	err := a.DB.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
		some, err := client.Organization.Query().Exist(ctx)
		if err != nil || some {
			return err
		}
		return client.Organization.Create().SetName(name).SetCode(organizationCode).Exec(ctx)
	})
	if fault.Is(err, fault.Conflict) {
		return nil // another replica was faster
	}
	return err
}

// organizationCode is the code of the organization that is made at the first start.
const organizationCode = "MAIN"

func (a *App) startEngine(ctx context.Context) error {
	tools, err := pairs(a.Config.ToolEnv, os.Getenv)
	if err != nil {
		return err
	}
	backend, err := pairs(a.Config.BackendEnv, nil)
	if err != nil {
		return err
	}
	bound, err := bindings(a.Config.Bindings)
	if err != nil {
		return err
	}
	a.state = tfstate.New(tfstate.Config{DB: a.DB, Journal: a.Journal, Keyring: a.Keyring, Viewer: a.viewerOfToken, Log: a.Log})
	a.engine = provision.New(provision.Config{
		DB: a.DB, Journal: a.Journal, Queue: a.queue, Broadcast: a.broadcast, Keyring: a.Keyring,
		Catalog: a.catalog, Gitops: a.gitops, State: a.state, Inventory: a.inventory, Allocation: a.allocation, Viewer: a.Auth.ViewerOf, Log: a.Log, Metrics: a.Metrics, Tracer: a.tracer,
		Name: a.name, PublicURL: a.URL(), BackendEnv: backend, ToolEnv: tools,
		Platform: catalog.PlatformFacts{URL: a.URL(), StorageDir: a.Config.StorageDir, SitesURL: a.URL() + "/sites", Bindings: bound},
		Limits:   runner.Limits{Time: a.Config.RunTimeout, Grace: a.Config.CancelGrace},
		Lease:    a.Config.Lease, DriftEvery: a.Config.DriftEvery, Alone: a.Config.embedded(),
	})
	a.later(a.engine.Close)
	a.recovered = make(chan struct{})
	a.actor("engine", a.runEngine)
	return a.syncBuiltin(access.As(ctx, "start"))
}

// syncBuiltin reads the library that ships when this program brings another one than the last.
func (a *App) syncBuiltin(ctx context.Context) error {
	snapshot, err := gitrepo.FromFS(ctx, library.FS, gitrepo.Limits{})
	if err != nil {
		return err
	}
	defer snapshot.Close()
	row, err := a.DB.Client(ctx).Library.Query().Where(libraryrow.URL(catalog.BuiltinURL)).First(ctx)
	if ent.IsNotFound(err) || row != nil && row.Commit != nil && *row.Commit == snapshot.Version {
		return nil
	}
	if err == nil {
		_, err = a.engine.SyncLibrary(ctx, row.ID)
	}
	return database.Fault(err)
}

func (a *App) viewerOfToken(ctx context.Context, token string) (*access.Viewer, error) {
	return a.Auth.Viewer(ctx, auth.Present(token))
}

// hireWorkers lets this process carry out runs, when it is to and an engine is there.
func (a *App) hireWorkers(context.Context) error {
	if a.Config.Workers == 0 {
		close(a.recovered)
		return nil
	}
	tool, err := runner.NewTerraform(a.runnerConfig())
	if fault.Is(err, fault.Unavailable) && a.Config.TerraformBin == "" {
		a.note("No OpenTofu or Terraform was found: runs wait for a worker elsewhere. Install one or name it with --terraform-bin.")
		close(a.recovered)
		return nil
	}
	if err != nil {
		return err
	}
	a.later(func() { _ = tool.Close() })
	hired, err := worker.New(worker.Config{
		Name: a.name, Labels: a.Config.WorkerLabels, Version: Version, Slots: a.Config.Workers,
		Grace: a.Config.ShutdownGrace, Backend: a.engine.Backend(), Runner: tool, Tool: tool.Tool, Logger: a.Log, Tracer: a.tracer,
	})
	if err != nil {
		return err
	}
	a.actor("recovery", func(ctx context.Context) error { return a.recover(ctx, tool) })
	a.workers = append(a.workers, actor{"worker", hired.Run})
	return nil
}

func (a *App) runnerConfig() runner.Config {
	config := runner.Config{
		Binary: a.Config.TerraformBin, WorkDir: filepath.Join(a.Config.DataDir, "work"), MirrorDir: a.Config.ProviderMirror, Provider: a.Config.ProviderBin,
		Limits: runner.Limits{Time: a.Config.RunTimeout},
	}
	if a.Config.embedded() {
		config.Retries = 2 // this process is the state backend, too
	}
	return config
}

// recover gives back what processes that died have left of their runs. The tools of the dead may be at work still, storing
// their states here: they end within their leases.
func (a *App) recover(ctx context.Context, tool *runner.Terraform) error {
	defer close(a.recovered)
	if err := tool.Recover(access.As(ctx, "recovery"), worker.GiveBack(a.engine.Backend())); err != nil && ctx.Err() == nil {
		a.Log.Error("not all that a killed process left could be used", "error", err)
	}
	return nil
}

// runEngine runs the engine. One that is alone takes all leases of a former life back when it begins, so it begins
// when what that life left is given back.
func (a *App) runEngine(ctx context.Context) error {
	if a.Config.embedded() {
		select {
		case <-a.recovered:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return a.engine.Run(ctx)
}

func (a *App) sweepKeys(ctx context.Context) error {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		if err := graph.SweepKeys(ctx, a.DB); err != nil && ctx.Err() == nil {
			a.Log.Warn("forget idempotency keys", "error", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// pairs reads NAME=VALUE; a NAME alone takes the value that otherwise has for it.
func pairs(texts []string, otherwise func(string) string) (map[string]string, error) {
	read := map[string]string{}
	for _, text := range texts {
		name, value, ok := strings.Cut(text, "=")
		switch {
		case name == "", !ok && otherwise == nil:
			return nil, fault.New(fault.Invalid, fault.Text{EN: "NAME=VALUE is wanted, not %q", FR: "NOM=VALEUR est attendu, pas « %s »"}, text)
		case !ok:
			value = otherwise(name)
		}
		read[name] = value
	}
	return read, nil
}
