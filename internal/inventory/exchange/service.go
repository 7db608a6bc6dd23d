package exchange

import (
	"context"
	_ "embed"
	"encoding/json"
	"net/http"
	"time"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/predicate"
	"github.com/arpent/arpent/ent/schema"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/inventory"
)

// Config is what an exchange stands on.
type Config struct {
	DB     *database.DB
	Report func(context.Context, []inventory.Report) ([]inventory.Verdict, error)
	Import func(context.Context, inventory.ImportInput) (*inventory.Import, error)
	// AtLeast are the servers that have what is wanted.
	AtLeast func(schema.Specification) []predicate.Server
}

// Service answers other tools.
type Service struct {
	Config
	reading chan struct{} // files that are being read
}

// New makes the service.
func New(config Config) *Service { return &Service{config, make(chan struct{}, readAtOnce)} }

// Endpoint answers one request, or says why it does not: then nothing has been written.
type Endpoint func(http.ResponseWriter, *http.Request) error

// Endpoints are all that is answered, by the pattern of http.ServeMux, but what takes whole files.
func (s *Service) Endpoints() map[string]func(http.ResponseWriter, *http.Request) error {
	return signedIn(map[string]Endpoint{
		"GET /sources/ansible":          forReaders(s.ansible),
		"GET /sources/ansible/{host}":   forReaders(s.ansibleHost),
		"GET /sources/arpent-inventory": s.script,
		"GET /sources/prometheus":       forReaders(s.prometheus),
		"GET /sources/ssh_config":       forReaders(s.sshConfig),
		"GET /sources/known_hosts":      forReaders(s.knownHosts),
		"GET /exports/{file}":           forReaders(s.export),
		"POST /reports":                 s.reportJSON,
		"POST /reports/alertmanager":    s.reportAlerts,
		// A program that asks for what is not there is told so, and not shown the portal.
		"/sources":  nowhere,
		"/sources/": nowhere,
		"/exports":  nowhere,
		"/exports/": nowhere,
		"/reports/": nowhere,
	})
}

func nowhere(_ http.ResponseWriter, r *http.Request) error {
	return fault.New(fault.NotFound, textNowhere, r.URL.Path)
}

// Files are the endpoints that take a hosting provider's whole file.
func (s *Service) Files() map[string]func(http.ResponseWriter, *http.Request) error {
	return signedIn(map[string]Endpoint{"POST /exports/bad-rows.csv": s.badRows})
}

func signedIn(endpoints map[string]Endpoint) map[string]func(http.ResponseWriter, *http.Request) error {
	all := map[string]func(http.ResponseWriter, *http.Request) error{}
	for pattern, endpoint := range endpoints {
		all[pattern] = forSignedIn(endpoint)
	}
	return all
}

func forSignedIn(next Endpoint) Endpoint {
	return func(w http.ResponseWriter, r *http.Request) error {
		if !access.FromContext(r.Context()).SignedIn() {
			return fault.New(fault.Unauthenticated, textSignIn)
		}
		w.Header().Set("Cache-Control", "no-store")
		return next(w, r)
	}
}

// forReaders refuses a token that reads nothing of the inventory, so that its tool learns it: an empty answer would say that there are no servers.
func forReaders(next Endpoint) Endpoint {
	return func(w http.ResponseWriter, r *http.Request) error {
		viewer := access.FromContext(r.Context())
		if !viewer.InScope(access.InventoryRead) && !viewer.InScope(access.ProjectRead) {
			return fault.New(fault.Denied, textMayNot, string(access.InventoryRead))
		}
		return next(w, r)
	}
}

// page is how many rows are read at once, and patience how long a reader may take for each page.
const (
	page     = 1000
	patience = time.Minute
)

// patient gives a reader its time for another page.
func patient(w http.ResponseWriter) {
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(patience)) // not every writer has one
}

// broken ends an answer that can not be finished: half of one must not look like a whole one.
func broken(err error) {
	if err != nil {
		panic(http.ErrAbortHandler)
	}
}

func sendJSON(w http.ResponseWriter, body any) error {
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(body)
}

//go:embed arpent-inventory
var script []byte

// script is the program that Ansible runs: it asks this server.
func (s *Service) script(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "text/x-shellscript; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="arpent-inventory"`)
	_, _ = w.Write(script) // who went away needs no answer
	return nil
}

func (s *Service) client(ctx context.Context) *ent.Client { return s.DB.Client(ctx) }
