package app

import (
	"context"
	"net/http"
	"path/filepath"
	"time"

	"github.com/arpent/arpent/frontend"
	"github.com/arpent/arpent/graph"
	"github.com/arpent/arpent/internal/httpd"
	"github.com/arpent/arpent/internal/journal"
)

func (a *App) assembleWeb(context.Context) error {
	a.server = httpd.NewServer(a.Log)
	a.limiter = httpd.NewLimiter(a.Config.RateLimit)
	return nil
}

// web is everything that is answered over HTTP.
func (a *App) web() http.Handler {
	return httpd.New(httpd.Config{
		Auth: a.Auth, Limiter: a.limiter, Log: a.Log, PublicURL: a.public, TrustedProxies: a.Config.TrustedProxies,
		WithRequest: journal.WithRequest,
		Ready: map[string]func(context.Context) error{
			"database": a.DB.Ping, "queue": a.queue.Ping, "server": a.server.Ready,
		},
		Portal:  frontend.Files(),
		GraphQL: a.graphQL(),
		Sites:   filepath.Join(a.Config.StorageDir, "sites"),
	})
}

func (a *App) graphQL() http.Handler {
	return graph.NewHandler(graph.Config{
		DB: a.DB, Auth: a.Auth, Feed: a.feed, Rates: rates{a.limiter}, Log: a.Log,
		About:   graph.About{Version: Version, PublicURL: a.URL(), Embedded: a.Config.embedded(), Demo: a.Config.Demo},
		Origins: []string{a.public.Host}, Draining: a.server.Draining(),
	})
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
