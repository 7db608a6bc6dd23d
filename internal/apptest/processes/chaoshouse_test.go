//go:build peers

package processes_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/apptest"
	"github.com/arpent/arpent/internal/apptest/servers"
)

// chaosLease is short, so that a lease that is lost costs seconds of the test.
const chaosLease = 6 * time.Second

// cloudTemplate makes three servers in the ledger's cloud, one after the other.
const cloudTemplate = `terraform {
  required_providers {
    fake = { source = "arpent/fake" }
  }
}
variable "ledger" { type = string }
variable "mark" { type = string }
variable "millis" {
  type    = number
  default = 250
}
variable "middle" {
  type    = number
  default = null
}
variable "stubborn" {
  type    = bool
  default = false
}
resource "fake_server" "a" {
  name   = "${var.mark}-a"
  ledger = var.ledger
  millis = var.millis
}
resource "fake_server" "b" {
  name       = "${var.mark}-b"
  ledger     = var.ledger
  millis     = coalesce(var.middle, var.millis)
  stubborn   = var.stubborn
  depends_on = [fake_server.a]
}
resource "fake_server" "c" {
  name       = "${var.mark}-c"
  ledger     = var.ledger
  millis     = var.millis
  depends_on = [fake_server.b]
}
output "ids" { value = [fake_server.a.id, fake_server.b.id, fake_server.c.id] }
`

// house is a whole installation of real processes that may all be broken.
type house struct {
	t        *testing.T
	dir      string
	postgres *servers.PostgresServer
	redis    *servers.RedisServer
	island   *island
	url      string // where the proxy is
	token    string
	ledger   string
	began    time.Time

	servers, workers []*unit
}

// unit is one of our programs: it can be killed, frozen, and started again.
type unit struct {
	house *house
	name  string
	begin func() *program

	busy sync.Mutex // held by the fault that it is in
	mu   sync.Mutex
	now  *program
	down bool // killed: whoever did it starts it again
}

func (u *unit) start() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.down = false
	u.now = u.begin()
	go u.watch(u.now)
}

// watch starts a process again that ends by itself, as the system's supervisor would.
func (u *unit) watch(p *program) {
	<-p.gone
	pass(500 * time.Millisecond)
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.down || u.now != p {
		return
	}
	u.now = u.begin()
	go u.watch(u.now)
}

// signal sends a signal to the process that there is now, and returns it. It may be ending by itself.
func (u *unit) signal(signal syscall.Signal) *program {
	u.mu.Lock()
	defer u.mu.Unlock()
	_ = u.now.cmd.Process.Signal(signal)
	return u.now
}

// kill ends the process as kill -9 does.
func (u *unit) kill() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.down = true
	u.now.kill(syscall.SIGKILL)
}

// build starts the house: PostgreSQL, Redis, two servers behind a proxy with that many workers each, and the workers
// elsewhere that are named: "south" is on an island, and "north" has a work folder that is a small disk of its own.
func build(t *testing.T, within int, elsewhere ...string) *house {
	t.Helper()
	h := &house{t: t, dir: t.TempDir(), postgres: servers.OwnPostgres(t), redis: servers.Redis(t), began: time.Now()}
	t.Cleanup(h.end)
	h.ledger = filepath.Join(h.dir, "ledger")
	require.NoError(t, os.WriteFile(h.ledger, nil, 0o600))
	mirror, library := apptest.ProviderMirror(t), cloudLibrary(t)
	addresses := []string{freeAddress(t), freeAddress(t)}
	public := h.proxy(addresses)
	h.url = "http://" + public
	h.island = settle(t, public)
	env := []string{
		"ARPENT_ADMIN_EMAIL=" + apptest.AdminEmail, "ARPENT_ADMIN_PASSWORD=" + apptest.AdminPassword, "ARPENT_PUBLIC_URL=" + h.url,
		"ARPENT_DATABASE_URL=" + h.postgres.URL, "ARPENT_REDIS_URL=" + h.redis.URL, "ARPENT_DATA_DIR=" + filepath.Join(h.dir, "data"),
		"ARPENT_TERRAFORM_BIN=" + apptest.FindEngine(t), "ARPENT_PROVIDER_MIRROR=" + mirror, "ARPENT_RATE_LIMIT=0", "ARPENT_WORKERS=" + strconv.Itoa(within),
		"ARPENT_LEASE=" + chaosLease.String(), "ARPENT_WORKER_TOKEN=" + "the token of the workers", "ARPENT_DRIFT_EVERY=0", "ARPENT_CANCEL_GRACE=5s", "ARPENT_LOG_LEVEL=warn",
	}
	for i, address := range addresses {
		h.serve(fmt.Sprintf("server-%d", i+1), append(env, "ARPENT_LISTEN="+address))
	}
	h.answers()
	h.token = strings.TrimSpace(h.command(env, "token", "create", "--user", apptest.AdminEmail))
	for _, name := range elsewhere {
		h.hire(name, []string{
			"ARPENT_SERVER_URL=" + h.url, "ARPENT_WORKER_TOKEN=the token of the workers", "ARPENT_TERRAFORM_BIN=" + apptest.FindEngine(t),
			"ARPENT_PROVIDER_MIRROR=" + mirror, "ARPENT_WORKER_NAME=" + name, "ARPENT_WORKER_SLOTS=1", "ARPENT_WORK_DIR=" + h.workDir(name),
		})
	}
	h.furnish(library)
	return h
}

// end kills all programs of the house.
func (h *house) end() {
	for _, u := range slices.Concat(h.workers, h.servers) {
		u.kill()
	}
}

func (h *house) workDir(name string) string { return filepath.Join(h.dir, "work-"+name) }

func (h *house) serve(name string, env []string) {
	u := &unit{house: h, name: name, begin: func() *program { return launch(h.t, "arpent", env, "serve") }}
	h.servers = append(h.servers, u)
	u.start()
}

// smallDisk is what north has for its runs.
const smallDisk = 96 << 20

func (h *house) hire(name string, env []string) {
	dir := h.workDir(name)
	require.NoError(h.t, os.MkdirAll(dir, 0o700))
	begin := func() *program { return launch(h.t, "arpent-worker", env) }
	switch name {
	case "south":
		begin = func() *program { return launchIn(h.t, h.island.far, "arpent-worker", env) }
	case "north":
		require.NoError(h.t, syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%d,mode=0700", smallDisk)), "a small disk needs root")
		h.t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
	}
	u := &unit{house: h, name: name, begin: begin}
	h.workers = append(h.workers, u)
	u.start()
}

// command runs another command of the program.
func (h *house) command(env []string, args ...string) string {
	dir, err := apptest.Programs()
	require.NoError(h.t, err)
	cmd := exec.Command(filepath.Join(dir, "arpent"), args...)
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.Output()
	require.NoError(h.t, err)
	return string(out)
}

// proxy is what stands before the servers: it asks the other one when one cannot be reached.
func (h *house) proxy(addresses []string) string {
	h.t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(h.t, err)
	transport := &failover{addresses: addresses, to: &http.Transport{DialContext: (&net.Dialer{Timeout: time.Second}).DialContext}}
	server := &http.Server{
		Handler: &httputil.ReverseProxy{
			Rewrite: func(r *httputil.ProxyRequest) {
				r.SetURL(&url.URL{Scheme: "http", Host: addresses[0]})
				r.Out.Host = r.In.Host
			},
			Transport: transport, FlushInterval: -1, ErrorLog: nil,
			ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) },
		},
		ReadHeaderTimeout: time.Minute,
	}
	go func() { _ = server.Serve(listener) }()
	h.t.Cleanup(func() { _ = server.Close() })
	return listener.Addr().String()
}

// failover sends each request to the servers in turn, and to the next one when nobody listens. It repeats no request that
// a server has seen.
type failover struct {
	addresses []string
	to        http.RoundTripper

	mu   sync.Mutex
	turn int
}

// RoundTrip implements http.RoundTripper.
func (f *failover) RoundTrip(r *http.Request) (response *http.Response, err error) {
	f.mu.Lock()
	f.turn++
	first := f.turn
	f.mu.Unlock()
	var body []byte
	if r.Body != nil {
		if body, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
	}
	for i := range f.addresses {
		next := r.Clone(r.Context())
		next.URL.Host = f.addresses[(first+i)%len(f.addresses)]
		next.Body, next.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		response, err = f.to.RoundTrip(next)
		var dial *net.OpError
		if err == nil || !errors.As(err, &dial) || dial.Op != "dial" {
			return response, err
		}
	}
	return nil, err
}

// launchIn is launch within a network namespace.
func launchIn(t *testing.T, namespace, name string, env []string) *program {
	t.Helper()
	dir, err := apptest.Programs()
	require.NoError(t, err)
	return launchCommand(t, name, exec.Command("ip", "netns", "exec", namespace, filepath.Join(dir, name)), env)
}

// answers waits until the house does.
func (h *house) answers() {
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); pass(50 * time.Millisecond) {
		response, err := http.Get(h.url + "/readyz")
		if err == nil && response.Body.Close() == nil && response.StatusCode == http.StatusOK {
			return
		}
	}
	h.t.Error("the house does not answer")
}

// furnish adds the library, once the one that ships is there.
func (h *house) furnish(url string) {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), 2*time.Minute)
	defer cancel()
	require.Eventually(h.t, func() bool {
		var found struct{ Templates struct{ TotalCount int } }
		err := h.ask(ctx, &found, `{ templates(where: {isBase: true}) { totalCount } }`, nil)
		return err == nil && found.Templates.TotalCount > 0
	}, 2*time.Minute, 100*time.Millisecond)
	var made struct {
		CreateLibrary struct{ Run struct{ ID string } }
	}
	require.NoError(h.t, h.ask(ctx, &made, `mutation($u: String!) { createLibrary(input: {name: "cloud", url: $u}) { run { id } userErrors { message } } }`, map[string]any{"u": url}))
	h.succeeds(ctx, made.CreateLibrary.Run.ID)
}

// found makes a project and waits for its base.
func (h *house) found(acronym string) string {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), 2*time.Minute)
	defer cancel()
	var made struct {
		CreateProject struct{ Project, Run struct{ ID string } }
	}
	require.NoError(h.t, h.ask(ctx, &made, `mutation($a: String!) { createProject(input: {acronym: $a, name: $a}) { project { id } run { id } userErrors { message } } }`, map[string]any{"a": acronym}))
	h.succeeds(ctx, made.CreateProject.Run.ID)
	return made.CreateProject.Project.ID
}

func (h *house) succeeds(ctx context.Context, runID string) {
	h.t.Helper()
	require.Eventually(h.t, func() bool {
		var found struct{ Node struct{ Status string } }
		err := h.ask(ctx, &found, `query($id: ID!) { node(id: $id) { ... on Run { status } } }`, map[string]any{"id": runID})
		require.NotEqual(h.t, "FAILED", found.Node.Status)
		return err == nil && found.Node.Status == "SUCCEEDED"
	}, 2*time.Minute, 100*time.Millisecond)
}

// cloudLibrary is a git repository with the template.
func cloudLibrary(t *testing.T) string {
	t.Helper()
	return apptest.Repository(t, map[string]string{
		"templates/cloud/main.tf":     cloudTemplate,
		"templates/cloud/arpent.yaml": "style: module\ntitle: {en: Cloud, fr: Nuage}\napproval: {mode: auto}\n",
	})
}

// ask sends an operation until a server answers it, whatever breaks meanwhile. The operations of these tests may be
// repeated: mutations carry a key.
func (h *house) ask(ctx context.Context, into any, query string, variables map[string]any) error {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		return err
	}
	for {
		refusal, err := h.askOnce(ctx, into, body)
		if err == nil {
			return refusal
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("nobody answers: %w", err)
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// askOnce tells a refusal from a failure: what may be better next time.
func (h *house) askOnce(ctx context.Context, into any, body []byte) (refusal, failure error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, h.url+"/graphql", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+h.token)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	var answer apptest.Answer
	text, err := io.ReadAll(response.Body)
	if err != nil || json.Unmarshal(text, &answer) != nil {
		return nil, fmt.Errorf("%d %s %w", response.StatusCode, text, err)
	}
	if len(answer.Errors) > 0 {
		e := answer.Errors[0]
		if e.Extensions.Code == "INTERNAL" || e.Extensions.Code == "UNAVAILABLE" {
			return nil, errors.New(e.Message)
		}
		return fmt.Errorf("%s: %s", e.Extensions.Code, e.Message), nil
	}
	return json.Unmarshal(answer.Data, into), nil
}
