package httpd

import (
	"context"
	"io/fs"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/arpent/arpent/internal/auth"
	"github.com/arpent/arpent/internal/observe"
)

// Config is what the router needs. Handlers and folders that are nil or empty are not mounted.
type Config struct {
	Auth      *auth.Authority
	Limiter   *Limiter
	Log       *slog.Logger
	PublicURL *url.URL
	// TrustedProxies are the networks whose X-Forwarded-For is believed.
	TrustedProxies []netip.Prefix
	// WithRequest puts a request's id and address into the context, for the journal.
	WithRequest func(ctx context.Context, id, address string) context.Context
	// Ready is what must work before requests can be served.
	Ready []Check
	// Metrics and Tracer watch the requests; nil ones do not.
	Metrics *observe.Registry
	Tracer  *observe.Tracer

	Portal    fs.FS           // the built portal; nil when this binary has none
	GraphQL   http.Handler    // /graphql
	State     http.Handler    // /terraform/state/{project}
	Worker    http.Handler    // /worker/v1/
	RunLog    RunLogReader    // /runs/{id}/log
	StateFile StateFileReader // /states/{id}
	// Tools are endpoints for other tools, by their patterns. Each answers in the name of who asks, or says why it does not.
	Tools map[string]func(http.ResponseWriter, *http.Request) error
	// Files are such endpoints that take a whole file, as large as GraphQL takes it.
	Files map[string]func(http.ResponseWriter, *http.Request) error
	Sites string // folder of /sites/{acronym}/{name}/
}

// New makes the whole HTTP side of Arpent.
func New(config Config) http.Handler {
	h := &handler{Config: config, origin: newOriginCheck(config.PublicURL), numbers: newNumbers(config.Metrics)}
	h.readiness = newReadiness(config.Ready, config.Log)
	mux := http.NewServeMux()
	h.pages(mux)
	h.session(mux)
	h.api(mux)
	h.machines(mux)
	return h.around(mux)
}

type handler struct {
	Config
	origin    *http.CrossOriginProtection
	numbers   numbers
	readiness *readiness
}

// around is what every request passes, outermost first.
func (h *handler) around(next http.Handler) http.Handler {
	next = h.secured(next)
	next = h.logged(next)
	next = h.recovered(next)
	next = h.traced(next)
	return h.identified(next)
}

func (h *handler) pages(mux *http.ServeMux) {
	mux.HandleFunc("GET /healthz", h.healthz)
	mux.HandleFunc("GET /readyz", h.readyz)
	mux.Handle("GET /graphiql/", graphiql())
	mux.Handle("GET /graphiql", http.RedirectHandler("/graphiql/", http.StatusFound))
	if h.Sites != "" {
		mux.Handle("GET /sites/{acronym}/{name}/{path...}", sites(h.Sites))
	}
	mux.Handle("/", newPortal(h.Portal))
}

func (h *handler) session(mux *http.ServeMux) {
	mux.Handle("POST /auth/login", h.bounded(smallBody, h.sameOrigin(http.HandlerFunc(h.login))))
	mux.Handle("POST /auth/logout", h.bounded(smallBody, h.sameOrigin(http.HandlerFunc(h.logout))))
	mux.Handle("GET /auth/session", h.known(http.HandlerFunc(h.showSession)))
	mux.HandleFunc("/auth/", h.notFound)
}

func (h *handler) api(mux *http.ServeMux) {
	if h.GraphQL != nil {
		mux.Handle("/graphql", h.bounded(graphqlBody, h.known(h.limited(compressed(h.GraphQL)))))
	}
	if h.RunLog != nil {
		mux.Handle("GET /runs/{id}/log", h.known(h.limited(http.HandlerFunc(h.runLog))))
	}
	if h.StateFile != nil {
		mux.Handle("GET /states/{id}", h.known(h.limited(http.HandlerFunc(h.stateFile))))
	}
	for pattern, endpoint := range h.Tools {
		handler := h.known(h.limited(h.telling(endpoint)))
		if strings.HasPrefix(pattern, http.MethodPost) { // what is only read may take longer than a body may
			handler = h.bounded(toolBody, handler)
		}
		mux.Handle(pattern, handler)
	}
	for pattern, endpoint := range h.Files {
		mux.Handle(pattern, h.bounded(graphqlBody, h.known(h.limited(h.telling(endpoint)))))
	}
}

func (h *handler) machines(mux *http.ServeMux) {
	if h.State != nil {
		mux.Handle("/terraform/state/{project}", h.State)
	}
	if h.Worker != nil {
		mux.Handle("/worker/v1/", h.Worker)
	}
}

// telling says in the reader's language why an endpoint does not answer.
func (h *handler) telling(endpoint func(http.ResponseWriter, *http.Request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := endpoint(w, r); err != nil {
			h.refuse(w, r, err)
		}
	})
}
