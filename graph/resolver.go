// Package graph is the GraphQL edge: thin resolvers that read the input, call one domain function or one ent
// expression, and return its result.
//
// # Tour
//
// [NewHandler] assembles the server: transports, limits ([limits]: size, depth, cost, aliases, time), and the one
// place where errors become answers (errors.go). Resolvers are one file a subject, beside schema/<subject>.graphql.
// What belongs to no field stands apart: pages (page.go), idempotency keys (once.go), lookups for all rows of an
// answer at once (rows.go), and our own graphql-transport-ws (package socket).
package graph

import (
	"context"
	"log/slog"
	"time"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/internal/allocation"
	"github.com/arpent/arpent/internal/auth"
	"github.com/arpent/arpent/internal/catalog"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/inventory"
	"github.com/arpent/arpent/internal/journal"
	"github.com/arpent/arpent/internal/observe"
	"github.com/arpent/arpent/internal/provision"
	"github.com/arpent/arpent/internal/tfstate"
)

// Config is what the GraphQL edge calls.
type Config struct {
	DB      *database.DB
	Auth    *auth.Authority
	Feed    *journal.Feed
	Engine  *provision.Engine
	Catalog *catalog.Service

	Inventory  *inventory.Service
	Allocation *allocation.Service

	State    *tfstate.Service
	Rates    Rates
	Log      *slog.Logger
	Metrics  *observe.Registry // nil counts for nobody
	Tracer   *observe.Tracer   // nil traces nothing
	About    About
	Origins  []string        // hosts beside our own whose pages may open a WebSocket
	Draining <-chan struct{} // closed when the server begins to stop
}

// Rates counts requests; how is the HTTP edge's business.
type Rates interface {
	// Take counts one request of who looks in ctx; the error says when to come back.
	Take(ctx context.Context) error
	// Peek tells what is left.
	Peek(ctx context.Context) (limit, remaining int, resetAt time.Time)
}

// About describes this installation.
type About struct {
	Version   string
	PublicURL string
	Embedded  bool
	Demo      bool
}

// Resolver is the root of all resolvers.
type Resolver struct {
	Config
	numbers numbers
}

// client is what to read with in ctx. It notes the rows of each answer, see rows.go.
func (r *Resolver) client(ctx context.Context) *ent.Client { return r.DB.Client(ctx) }
