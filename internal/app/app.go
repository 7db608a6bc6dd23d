package app

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/arpent/arpent/internal/allocation"
	"github.com/arpent/arpent/internal/catalog"
	"github.com/arpent/arpent/internal/gitops"
	"github.com/arpent/arpent/internal/httpd"
	"github.com/arpent/arpent/internal/inventory"
	"github.com/arpent/arpent/internal/journal"
	"github.com/arpent/arpent/internal/observe"
	"github.com/arpent/arpent/internal/provision"
	"github.com/arpent/arpent/internal/queue"
	"github.com/arpent/arpent/internal/tfstate"
)

// Version is this program's, set when it is built.
var Version = "dev"

// App is a whole server.
type App struct {
	*Store
	Out io.Writer // where people are told what they need once: addresses, first passwords

	listener  net.Listener
	public    *url.URL
	forgotten *prometheus.CounterVec // rows that were older than they are kept
	metrics   net.Addr               // where scrapers are answered
	name      string                 // of this process among the replicas
	queue     *queue.Client
	tracer    *observe.Tracer
	broadcast *queue.Broadcast
	feed      *journal.Feed
	catalog   *catalog.Service
	gitops    *gitops.Service
	state     *tfstate.Service

	inventory  *inventory.Service
	allocation *allocation.Service

	engine    *provision.Engine
	server    *httpd.Server
	limiter   *httpd.Limiter
	handler   http.Handler
	actors    []actor
	workers   []actor // stopped first: they take no more work while others still answer
	notes     []string
	recovered chan struct{} // closed when what processes that died left is given back
}

// New assembles a server that listens already and answers once it Runs. Close it.
func New(ctx context.Context, config Config, log *slog.Logger, out io.Writer) (_ *App, err error) {
	store, err := Open(ctx, config, log)
	if err != nil {
		return nil, err
	}
	a := &App{Store: store, Out: out}
	defer func() {
		if err != nil {
			a.Close()
		}
	}()
	for _, step := range []step{
		{"reserve the data folder", a.reserve},
		{"listen", a.listen},
		{"start traces", a.startTraces},
		{"answer scrapers", a.answerScrapers},
		{"make the first administrator", a.makeAdministrator},
		{"connect the queue", a.connectQueue},
		{"start the feed", a.startFeed},
		{"open the private repository", a.openRepository},
		{"keep the inventory", a.keepInventory},
		{"fill the empty house", a.furnish},
		{"start the engine", a.startEngine},
		{"hire the workers", a.hireWorkers},
		{"furnish the sample organization", a.furnishDemo},
		{"put the web together", a.assembleWeb},
	} {
		if err := step.take(ctx); err != nil {
			return nil, fmt.Errorf("%s: %w", step.name, err)
		}
	}
	return a, nil
}

// URL is where people reach this server.
func (a *App) URL() string { return a.public.String() }

// listen comes first, because others are told the address.
func (a *App) listen(ctx context.Context) (err error) {
	if a.listener, err = (&net.ListenConfig{}).Listen(ctx, "tcp", a.Config.Listen); err != nil {
		return err
	}
	a.later(func() { _ = a.listener.Close() })
	if a.public, err = a.Config.publicURL(a.listener.Addr()); err != nil {
		return err
	}
	host, err := os.Hostname()
	if err != nil {
		return err
	}
	a.name = fmt.Sprintf("%s-%d", host, os.Getpid())
	return nil
}

func (a *App) makeAdministrator(ctx context.Context) error {
	made, err := a.Auth.EnsureFirstAdministrator(ctx, a.Config.AdminEmail, a.Config.AdminPassword)
	if made != "" {
		a.note("The first administrator is %s with the password %s (shown this once).", a.Config.AdminEmail, made)
	}
	return err
}

// connectQueue connects Redis, or the one within this process.
func (a *App) connectQueue(context.Context) error {
	address := a.Config.RedisURL
	if address == "" {
		embedded, err := queue.StartEmbedded()
		if err != nil {
			return err
		}
		a.later(embedded.Close)
		address = embedded.URL()
	}
	client, err := queue.Connect(address)
	if err != nil {
		return err
	}
	a.later(func() { _ = client.Close() })
	a.queue, a.broadcast = client, client.NewBroadcast()
	a.later(a.broadcast.Close)
	return nil
}

func (a *App) startFeed(ctx context.Context) error {
	a.feed = journal.NewFeed(a.Journal, a.broadcast, a.Log)
	a.feed.Observe(a.Metrics)
	a.actor("feed", a.feed.Run)
	a.actor("auth", a.Auth.Run)
	a.actor("idempotency keys", a.sweepKeys)
	a.actor("retention", a.retain)
	return a.feed.Start(ctx)
}

// keepInventory starts what keeps servers, networks and claims.
func (a *App) keepInventory(context.Context) error {
	a.inventory, a.allocation = inventory.New(a.DB, a.Journal, a.Log), allocation.New(a.DB, a.Journal, a.Log)
	a.actor("inventory", a.inventory.Run)
	a.actor("allocation", a.allocation.Run)
	return nil
}

// note keeps a line for people until the server answers.
func (a *App) note(format string, args ...any) {
	a.notes = append(a.notes, fmt.Sprintf(format, args...))
}
