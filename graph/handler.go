package graph

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/transport"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/arpent/arpent/graph/generated"
	"github.com/arpent/arpent/graph/socket"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/auth"
	"github.com/arpent/arpent/internal/fault"
)

// Limits of what carries operations.
const (
	maxBody          = 1 << 20 // bytes of a request that uploads nothing
	maxSubscriptions = 50      // of one connection at once
	initTimeout      = 10 * time.Second
	writeTimeout     = 10 * time.Second
	pingEvery        = 15 * time.Second
)

// NewHandler makes the handler of /graphql: POST, GET for queries, multipart uploads, graphql-transport-ws and
// server-sent events. The context of a request names who looks.
func NewHandler(config Config) http.Handler {
	config.DB.Client(context.Background()).Intercept(SeeRows)
	r := &Resolver{Config: config, numbers: newNumbers(config.Metrics)}
	server := handler.New(Schema(r))
	r.transports(server)
	server.SetQueryCache(newQueries())
	server.SetParserTokenLimit(MaxTokens)
	server.SetErrorPresenter(presenter(config.Log))
	server.SetRecoverFunc(recoverer(config.Log))
	server.Use(limits{})
	server.AroundOperations(r.observed)
	server.AroundOperations(r.counted)
	server.AroundOperations(withWhile)
	server.AroundResponses(asked)
	server.AroundResponses(withRows)
	return r.bounded(server)
}

// Schema is the executable schema, for the handler and for what prints or walks it.
func Schema(r *Resolver) graphql.ExecutableSchema {
	return generated.NewExecutableSchema(generated.Config{Resolvers: r})
}

// transports are asked in this order: a stream is a POST as well.
func (r *Resolver) transports(server *handler.Server) {
	server.AddTransport(socket.Transport{
		Origins: r.Origins, InitTimeout: initTimeout, WriteTimeout: writeTimeout, PingEvery: pingEvery,
		MaxMessage: maxBody, MaxSubscriptions: maxSubscriptions,
		Init: r.connect, Alive: r.alive, Draining: r.draining(),
		Recover: func(ctx context.Context, p any) *gqlerror.Error {
			return presenter(r.Log)(ctx, recoverer(r.Log)(ctx, p))
		},
	})
	server.AddTransport(transport.SSE{KeepAlivePingInterval: pingEvery})
	server.AddTransport(transport.Options{AllowedMethods: []string{http.MethodGet, http.MethodPost, http.MethodOptions}})
	server.AddTransport(transport.GET{})
	server.AddTransport(transport.MultipartForm{MaxUploadSize: maxUpload, MaxMemory: maxUpload + 1})
	server.AddTransport(post{})
}

// draining is done when the server begins to stop.
func (r *Resolver) draining() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		<-r.Draining
		cancel()
	}()
	return ctx
}

// connect finds out who opens a WebSocket: by the token of connection_init, else by what came with the request.
func (r *Resolver) connect(ctx context.Context, payload json.RawMessage) (context.Context, error) {
	if token := tokenIn(payload); token != "" {
		credential := auth.Present(token)
		viewer, err := r.Auth.Viewer(ctx, credential)
		if err != nil {
			return ctx, err
		}
		return access.NewContext(auth.NewContext(ctx, credential), viewer), nil
	}
	if !access.FromContext(ctx).SignedIn() {
		return ctx, fault.New(fault.Unauthenticated, signIn)
	}
	return ctx, nil
}

// tokenIn reads {"token": "…"} or {"authorization": "Bearer …"} in any spelling of the name.
func tokenIn(payload json.RawMessage) string {
	var fields map[string]any
	if json.Unmarshal(payload, &fields) != nil {
		return ""
	}
	for name, value := range fields {
		text, _ := value.(string)
		switch strings.ToLower(name) {
		case "token":
			return text
		case "authorization":
			_, token, _ := strings.Cut(text, " ")
			return token
		}
	}
	return ""
}

func (r *Resolver) alive(ctx context.Context) bool { return r.Auth.Current(ctx).SignedIn() }

// counted counts operations of WebSockets towards the rate limit, and has their viewer be who it is at each moment.
// The HTTP edge has done both for other requests. But a subscription outlives what it knew, and a mutation changes it:
// who has made a project may see it in the answer.
func (r *Resolver) counted(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	operation := graphql.GetOperationContext(ctx)
	overSocket := operation.Headers.Get("Upgrade") != ""
	if overSocket || operation.Operation.Operation != ast.Query {
		asked := ctx
		ctx = access.Following(ctx, func() *access.Viewer { return r.Auth.Current(asked) })
	}
	if !overSocket {
		return next(ctx)
	}
	if err := r.Rates.Take(ctx); err != nil {
		ctx = graphql.WithResponseContext(ctx, presenter(r.Log), recoverer(r.Log))
		graphql.AddError(ctx, err)
		return graphql.OneShot(&graphql.Response{Errors: graphql.GetErrors(ctx)})
	}
	return next(ctx)
}

// bounded limits bodies, and gives streams a deadline for each write and an end when the server stops.
func (r *Resolver) bounded(next http.Handler) http.Handler {
	uploads := newUploads()
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if isUpload(req) {
			leave, err := uploads.enter(req)
			if err != nil {
				r.refuse(w, req, err)
				return
			}
			defer leave()
		}
		if err := bound(req); err != nil {
			r.refuse(w, req, err)
			return
		}
		if strings.Contains(req.Header.Get("Accept"), "text/event-stream") {
			ctx, cancel := context.WithCancel(req.Context())
			defer cancel()
			go func() {
				select {
				case <-r.Draining:
					cancel()
				case <-ctx.Done():
				}
			}()
			w, req = &stream{ResponseWriter: w}, req.WithContext(ctx)
		}
		next.ServeHTTP(w, req)
	})
}

// stream is a response whose reader must take each piece in time.
type stream struct{ http.ResponseWriter }

func (s *stream) Write(p []byte) (int, error) {
	_ = http.NewResponseController(s.ResponseWriter).SetWriteDeadline(time.Now().Add(writeTimeout)) // not every writer has one
	return s.ResponseWriter.Write(p)
}

// Flush sends what was written.
func (s *stream) Flush() {
	_ = http.NewResponseController(s.ResponseWriter).Flush() // a reader who is gone ends the request anyway
}
