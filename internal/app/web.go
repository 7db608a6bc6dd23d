package app

import (
	"context"
	"crypto/subtle"
	"net/http"
	"path/filepath"
	"time"

	"github.com/arpent/arpent/frontend"
	"github.com/arpent/arpent/graph"
	"github.com/arpent/arpent/internal/allocation"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/httpd"
	"github.com/arpent/arpent/internal/inventory/exchange"
	"github.com/arpent/arpent/internal/journal"
	"github.com/arpent/arpent/internal/worker"
)

func (a *App) assembleWeb(context.Context) error {
	a.server = httpd.NewServer(a.Log)
	a.limiter = httpd.NewLimiter(a.Config.RateLimit)
	a.handler = a.web()
	return nil
}

// Handler answers what the server is asked over HTTP.
func (a *App) Handler() http.Handler { return a.handler }

func (a *App) web() http.Handler {
	tools := exchange.New(exchange.Config{
		DB: a.DB, Report: a.inventory.ReportStates, Import: a.inventory.ImportServers, AtLeast: allocation.AtLeast,
	})
	return httpd.New(httpd.Config{
		Auth: a.Auth, Limiter: a.limiter, Log: a.Log, PublicURL: a.public, TrustedProxies: a.Config.TrustedProxies,
		WithRequest: journal.WithRequest,
		Ready:       a.readiness(), Metrics: a.Metrics, Tracer: a.tracer,
		Portal:    frontend.Files(),
		GraphQL:   a.graphQL(),
		State:     a.state.Handler(),
		Worker:    a.remoteWorkers(),
		RunLog:    a.readLog,
		StateFile: a.state.Download,
		Tools:     tools.Endpoints(),
		Files:     tools.Files(),
		Sites:     filepath.Join(a.Config.StorageDir, "sites"),
	})
}

func (a *App) graphQL() http.Handler {
	return graph.NewHandler(graph.Config{
		DB: a.DB, Auth: a.Auth, Feed: a.feed, Engine: a.engine, Catalog: a.catalog, State: a.state,
		Inventory: a.inventory, Allocation: a.allocation,
		Rates: rates{a.limiter}, Log: a.Log, Metrics: a.Metrics, Tracer: a.tracer,
		About:   graph.About{Version: Version, PublicURL: a.URL(), Embedded: a.Config.embedded(), Demo: a.Config.Demo},
		Origins: []string{a.public.Host}, Draining: a.server.Draining(),
	})
}

// remoteWorkers is what workers elsewhere speak to; nothing when no token lets them in.
func (a *App) remoteWorkers() http.Handler {
	if a.Config.WorkerToken == "" {
		return nil
	}
	return worker.NewHandler(a.engine.Backend(), func(_ context.Context, token string) (string, error) {
		if subtle.ConstantTimeCompare([]byte(token), []byte(a.Config.WorkerToken)) == 1 {
			return "remote", nil
		}
		return "", fault.New(fault.Unauthenticated, fault.Text{EN: "This is no worker's token.", FR: "Ce n’est pas le jeton d’un exécuteur."})
	})
}

// logPiece is how much of a log is read at once.
const logPiece = 1 << 20

func (a *App) readLog(ctx context.Context, runID string, after int64) (text string, next int64, err error) {
	piece, err := a.engine.ReadLog(ctx, runID, after, logPiece)
	return piece.Text, piece.Next, err
}

// rates lets the GraphQL edge count by the HTTP edge's limiter.
type rates struct{ limiter *httpd.Limiter }

func (r rates) Take(ctx context.Context) error {
	if rate, ok := r.limiter.Take(ctx); !ok {
		return httpd.ErrRate(rate)
	}
	return nil
}

func (r rates) Peek(ctx context.Context) (limit, remaining int, resetAt time.Time) {
	rate := r.limiter.Peek(ctx)
	return rate.Limit, rate.Remaining, rate.ResetAt
}
