package app

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"github.com/arpent/arpent/internal/catalog"
	"github.com/arpent/arpent/internal/fault"
)

// Config is everything that can be set. Each field is a flag of the same name and, with ARPENT_ before it, an
// environment variable; the tags are what the command line reads. Without any of them Arpent runs alone: an SQLite
// file, an embedded queue and worker goroutines, all below DataDir.
type Config struct {
	DataDir     string `help:"Folder of everything that Arpent keeps in files." env:"ARPENT_DATA_DIR" default:"arpent-data" placeholder:"DIR"`
	DatabaseURL string `help:"PostgreSQL to use, as postgres://user:password@host/name. Without it, an SQLite file in the data folder." env:"ARPENT_DATABASE_URL" placeholder:"URL"`
	SecretKey   string `help:"Keys that seal secrets, in base64, the first one seals. Without it, a file in the data folder." env:"ARPENT_SECRET_KEY" placeholder:"KEYS"`

	Listen         string         `help:"Address to listen on." env:"ARPENT_LISTEN" default:"127.0.0.1:8080" placeholder:"HOST:PORT"`
	PublicURL      string         `help:"Where people and workers reach Arpent, as https://arpent.example.org. Without it, the address to listen on." env:"ARPENT_PUBLIC_URL" placeholder:"URL"`
	RedisURL       string         `help:"Redis to use, as redis://host:6379/0. Without it, one within this process." env:"ARPENT_REDIS_URL" placeholder:"URL"`
	TrustedProxies []netip.Prefix `help:"Networks of reverse proxies whose X-Forwarded-For is believed." env:"ARPENT_TRUSTED_PROXIES" placeholder:"CIDR"`
	RateLimit      int            `help:"Requests a minute that one viewer may make; 0 for any number." env:"ARPENT_RATE_LIMIT" default:"30000" placeholder:"N"`

	AdminEmail    string `help:"Address of the first administrator, made when there is no account at all." env:"ARPENT_ADMIN_EMAIL" default:"admin@example.org" placeholder:"EMAIL"`
	AdminPassword string `help:"Password of the first administrator. Without it, one is made and printed once." env:"ARPENT_ADMIN_PASSWORD" placeholder:"PASSWORD"`
	Organization  string `help:"Name of the organization that is made at the first start." env:"ARPENT_ORGANIZATION" default:"My organization" placeholder:"NAME"`
	Demo          bool   `help:"Fill an empty installation with a sample organization." env:"ARPENT_DEMO"`

	Workers        int           `help:"Runs that this process carries out at once; 0 for none." env:"ARPENT_WORKERS" default:"2" placeholder:"N"`
	WorkerLabels   []string      `help:"What these workers offer, for runs that ask for it." env:"ARPENT_WORKER_LABELS" placeholder:"LABEL"`
	WorkerToken    string        `help:"Secret that arpent-worker shows to this server. Without it, no remote worker is let in." env:"ARPENT_WORKER_TOKEN" placeholder:"TOKEN"`
	TerraformBin   string        `help:"OpenTofu or Terraform to run. Without it: tofu or terraform beside arpent, then on PATH." env:"ARPENT_TERRAFORM_BIN" type:"path" placeholder:"FILE"`
	ProviderMirror string        `help:"Folder of Terraform providers, as a filesystem mirror." env:"ARPENT_PROVIDER_MIRROR" type:"path" placeholder:"DIR"`
	ProviderBin    string        `help:"Arpent's own provider for Terraform. Empty looks for terraform-provider-arpent beside this program and on PATH." env:"ARPENT_PROVIDER_BIN" placeholder:"FILE"`
	ToolEnv        []string      `help:"Environment of every run, as NAME=VALUE: credentials of clouds. NAME alone takes this process's value." env:"ARPENT_TOOL_ENV" placeholder:"NAME=VALUE"`
	BackendEnv     []string      `help:"Settings for base templates that declare a backend of their own, as name=value." env:"ARPENT_BACKEND" name:"backend" placeholder:"NAME=VALUE"`
	Bindings       []string      `help:"Variables of templates that this installation fills, as name=expression: see docs/templates.md. One a line in the variable." env:"ARPENT_BINDINGS" name:"binding" sep:"\n" placeholder:"NAME=EXPRESSION"`
	RunTimeout     time.Duration `help:"Wall time of one phase of a run." env:"ARPENT_RUN_TIMEOUT" default:"2h" placeholder:"DURATION"`
	CancelGrace    time.Duration `help:"How long the tool of a canceled run may take to stop before it is killed. Without it, 30 seconds for a plan and 10 minutes for an apply." env:"ARPENT_CANCEL_GRACE" placeholder:"DURATION"`
	Lease          time.Duration `help:"How long a worker may be silent before its run is given to another one. A tool whose worker cannot reach the server is asked to stop at half of it." env:"ARPENT_LEASE" default:"30s" placeholder:"DURATION"`
	LibraryDirs    []string      `help:"Folders of this machine below which git repositories may be added as libraries." env:"ARPENT_LIBRARY_DIRS" name:"library-dir" default:"/" placeholder:"DIR"`
	DriftEvery     time.Duration `help:"How often projects are checked for drift; 0 for never." env:"ARPENT_DRIFT_EVERY" default:"24h" placeholder:"DURATION"`
	StorageDir     string        `help:"Folder where templates of the library that ships put repositories, databases and sites. Without it, storage in the data folder." env:"ARPENT_STORAGE_DIR" placeholder:"DIR"`

	RepositoryURL      string `help:"Private repository that holds the projects' folders. Without it, a bare one in the data folder." env:"ARPENT_REPOSITORY_URL" placeholder:"URL"`
	RepositoryUser     string `help:"User name at the private repository." env:"ARPENT_REPOSITORY_USER" placeholder:"NAME"`
	RepositoryPassword string `help:"Password or token at the private repository." env:"ARPENT_REPOSITORY_PASSWORD" placeholder:"TOKEN"`

	KeepEvents  time.Duration `help:"How long events, the audit trail, are kept; 0 for ever." env:"ARPENT_KEEP_EVENTS" default:"17520h" placeholder:"DURATION"`
	KeepLogs    time.Duration `help:"How long the logs of runs are kept after their end; 0 for ever." env:"ARPENT_KEEP_LOGS" default:"4320h" placeholder:"DURATION"`
	KeepPlans   time.Duration `help:"How long the plans of runs are kept after their end; 0 for ever." env:"ARPENT_KEEP_PLANS" default:"4320h" placeholder:"DURATION"`
	KeepStates  int           `help:"How many versions of each project's state are kept, the present one among them; 0 for all." env:"ARPENT_KEEP_STATES" default:"200" placeholder:"N"`
	KeepReports time.Duration `help:"How long reports of states are kept; 0 for ever." env:"ARPENT_KEEP_REPORTS" default:"720h" placeholder:"DURATION"`

	MetricsListen string `help:"Address on which /metrics is answered, to whoever reaches it, as 127.0.0.1:9464. Without it, nowhere." env:"ARPENT_METRICS_LISTEN" placeholder:"HOST:PORT"`
	OTLPEndpoint  string `help:"Where traces are sent by OTLP over HTTP, as http://collector:4318. Without it, nowhere." env:"ARPENT_OTLP_ENDPOINT" name:"otlp-endpoint" placeholder:"URL"`

	ShutdownGrace time.Duration `help:"How long a stop waits for requests and runs before it cuts them." env:"ARPENT_SHUTDOWN_GRACE" default:"20s" placeholder:"DURATION"`
}

// minLease is the shortest lease that a busy machine can keep.
const minLease = 3 * time.Second

// databaseURL is where the data is.
func (c Config) databaseURL() string {
	if c.DatabaseURL != "" {
		return c.DatabaseURL
	}
	return "sqlite:" + filepath.Join(c.DataDir, "arpent.db")
}

func (c Config) storageDir() string {
	if c.StorageDir != "" {
		return c.StorageDir
	}
	return filepath.Join(c.DataDir, "storage")
}

// embedded tells whether this process is the whole installation.
func (c Config) embedded() bool { return c.DatabaseURL == "" && c.RedisURL == "" }

// Validate says what cannot be meant, all at once.
func (c Config) Validate() error {
	var list fault.List
	refuse := func(flag string, text fault.Text, args ...any) {
		list = append(list, fault.New(fault.Invalid, text, args...).At(flag))
	}
	if c.DataDir == "" {
		refuse("data-dir", fault.Text{EN: "--data-dir must name a folder", FR: "--data-dir doit désigner un dossier"})
	}
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		refuse("listen", fault.Text{EN: "--listen must be HOST:PORT, not %q", FR: "--listen doit être HÔTE:PORT, pas « %s »"}, c.Listen)
	}
	if _, _, err := net.SplitHostPort(c.MetricsListen); c.MetricsListen != "" && err != nil {
		refuse("metrics-listen", fault.Text{EN: "--metrics-listen must be HOST:PORT, not %q", FR: "--metrics-listen doit être HÔTE:PORT, pas « %s »"}, c.MetricsListen)
	}
	if u, err := url.Parse(c.OTLPEndpoint); c.OTLPEndpoint != "" && (err != nil || u.Host == "" || !strings.HasPrefix(u.Scheme, "http")) {
		refuse("otlp-endpoint", fault.Text{EN: "--otlp-endpoint must be an http(s) URL, not %q", FR: "--otlp-endpoint doit être une URL http(s), pas « %s »"}, c.OTLPEndpoint)
	}
	if u, err := url.Parse(c.PublicURL); c.PublicURL != "" && (err != nil || u.Host == "" || !strings.HasPrefix(u.Scheme, "http")) {
		refuse("public-url", fault.Text{EN: "--public-url must be an http(s) URL, not %q", FR: "--public-url doit être une URL http(s), pas « %s »"}, c.PublicURL)
	}
	if c.DatabaseURL == "" && c.RedisURL != "" {
		refuse("redis-url", fault.Text{
			EN: "--redis-url makes sense with --database-url only: replicas share both",
			FR: "--redis-url n’a de sens qu’avec --database-url : les répliques partagent les deux",
		})
	}
	for _, number := range []struct {
		flag  string
		value int64
	}{{"workers", int64(c.Workers)}, {"rate-limit", int64(c.RateLimit)}, {"drift-every", int64(c.DriftEvery)}, {"run-timeout", int64(c.RunTimeout)}, {"cancel-grace", int64(c.CancelGrace)},
		{"keep-events", int64(c.KeepEvents)}, {"keep-logs", int64(c.KeepLogs)}, {"keep-plans", int64(c.KeepPlans)}, {"keep-states", int64(c.KeepStates)}, {"keep-reports", int64(c.KeepReports)}} {
		if number.value < 0 {
			refuse(number.flag, fault.Text{EN: "--%s cannot be negative", FR: "--%s ne peut pas être négatif"}, number.flag)
		}
	}
	if c.Lease != 0 && c.Lease < minLease {
		refuse("lease", fault.Text{EN: "--lease cannot be shorter than %s", FR: "--lease ne peut pas être plus court que %s"}, minLease)
	}
	for flag, texts := range map[string][]string{"backend": c.BackendEnv, "tool-env": c.ToolEnv} {
		if _, err := pairs(texts, func(string) string { return "" }); err != nil {
			refuse(flag, fault.Text{EN: "--%s wants NAME=VALUE", FR: "--%s attend NOM=VALEUR"}, flag)
		}
	}
	if _, err := bindings(c.Bindings); err != nil {
		refused, _ := fault.As(err)
		refuse("binding", fault.Text{EN: "--binding: %[1]s", FR: "--binding : %[2]s"}, refused.Text().EN, refused.Text().FR)
	}
	return list.OrNil()
}

// bindings reads what the installation fills of templates: a variable and an expression each. An empty line and one
// that begins with # say nothing.
func bindings(texts []string) (map[string]string, error) {
	read := map[string]string{}
	for _, text := range texts {
		if text = strings.TrimSpace(text); text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		name, expression, ok := strings.Cut(text, "=")
		if name, expression = strings.TrimSpace(name), strings.TrimSpace(expression); !ok || name == "" {
			return nil, fault.New(fault.Invalid, fault.Text{EN: "name=expression is wanted, not %q", FR: "nom=expression est attendu, pas « %s »"}, text)
		}
		if err := catalog.CheckBinding(expression); err != nil {
			return nil, err
		}
		read[name] = expression
	}
	return read, nil
}

// publicURL is where people reach Arpent; listening is the address that it got.
func (c Config) publicURL(listening net.Addr) (*url.URL, error) {
	if c.PublicURL != "" {
		return url.Parse(strings.TrimRight(c.PublicURL, "/"))
	}
	host, port, err := net.SplitHostPort(listening.String())
	if err != nil {
		return nil, fmt.Errorf("read the address to listen on: %w", err)
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return &url.URL{Scheme: "http", Host: net.JoinHostPort(host, port)}, nil
}
