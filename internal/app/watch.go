package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/httpd"
	"github.com/arpent/arpent/internal/observe"
)

// startTraces sends traces where the configuration says, and at the end what is left of them.
func (a *App) startTraces(ctx context.Context) (err error) {
	a.forgotten = a.Metrics.Counter("arpent_retention_forgotten_total", "What was removed because it was older than it is kept, by kind.", "kind")
	for _, kind := range []string{"events", "logs", "plans", "states", "reports"} {
		a.forgotten.WithLabelValues(kind)
	}
	a.tracer, err = observe.NewTracer(ctx, observe.TracerConfig{
		Endpoint: a.Config.OTLPEndpoint, Service: "arpent", Version: Version, Instance: a.name, Log: a.Log,
	})
	a.later(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := a.tracer.Close(ctx); err != nil {
			a.Log.Warn("some traces were not sent", "error", err)
		}
	})
	return err
}

// answerScrapers answers /metrics on an address of its own, which only those reach who are meant to: what it tells
// is no secret, but how much an organization does is nobody else's business either.
func (a *App) answerScrapers(ctx context.Context) error {
	if a.Config.MetricsListen == "" {
		return nil
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", a.Config.MetricsListen)
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", a.Metrics.Handler())
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, WriteTimeout: 30 * time.Second}
	a.later(func() { _ = server.Close() })
	a.actor("metrics", func(ctx context.Context) error {
		defer context.AfterFunc(ctx, func() { _ = server.Close() })()
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	a.metrics = listener.Addr()
	return nil
}

// MetricsURL is where scrapers are answered; empty when they are not.
func (a *App) MetricsURL() string {
	if a.metrics == nil {
		return ""
	}
	return "http://" + a.metrics.String() + "/metrics"
}

// readiness is what must work before requests can be served.
func (a *App) readiness() []httpd.Check {
	return []httpd.Check{
		{Name: "server", Do: a.server.Ready, Always: true},
		{Name: "database", Do: a.DB.Ping},
		{Name: "migrations", Do: a.migrated},
		{Name: "queue", Do: a.queue.Ping},
		{Name: "disk", Do: func(context.Context) error { return writable(a.Config.DataDir) }},
	}
}

// migrated fails while the database is behind this program. One that is ahead serves the version before as well.
func (a *App) migrated(ctx context.Context) error {
	have, want, err := a.DB.Version(ctx)
	if err == nil && have < want {
		err = fault.New(fault.Unavailable, fault.Text{
			EN: "The database is at version %d, this program needs %d: run arpent migrate.",
			FR: "La base de données est à la version %d, ce programme demande la %d : lancez arpent migrate.",
		}, have, want)
	}
	return err
}

// leastFree is the space below which a folder counts as full: a run's folder and a git pack have to fit.
const leastFree = 64 << 20

// writable tries to write a file in a folder, and looks at the space that is left.
func writable(dir string) error {
	file, err := os.CreateTemp(dir, ".ready-*")
	if err == nil {
		_, err = file.WriteString("ready")
		err = errors.Join(err, file.Close(), os.Remove(file.Name()))
	}
	if err != nil {
		return fault.New(fault.Unavailable, fault.Text{
			EN: "The data folder cannot be written: %s.", FR: "Le dossier de données n’est pas accessible en écriture : %s.",
		}, cause(err)).Because(err)
	}
	free, err := freeSpace(dir)
	if err != nil {
		return err
	}
	if free < leastFree {
		return fault.New(fault.Unavailable, fault.Text{
			EN: "The disk of the data folder is full: %d MiB are left.", FR: "Le disque du dossier de données est plein : il reste %d Mio.",
		}, free>>20)
	}
	return nil
}

// cause is what the system says, without the path.
func cause(err error) string {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err.Error()
	}
	return "it failed"
}

// freeSpace is what is left for us on the disk of a folder, in bytes.
func freeSpace(dir string) (uint64, error) {
	var stat unix.Statfs_t
	if err := unix.Statfs(filepath.Clean(dir), &stat); err != nil {
		return 0, fmt.Errorf("look at the disk of %s: %w", dir, err)
	}
	return stat.Bavail * uint64(stat.Bsize), nil
}
