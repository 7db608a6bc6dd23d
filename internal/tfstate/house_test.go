package tfstate_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/ent/stateversion"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/journal"
	"github.com/arpent/arpent/internal/secret"
	"github.com/arpent/arpent/internal/tfstate"
)

// house is a service with projects, runs and people around it.
type house struct {
	*tfstate.Service
	t       *testing.T
	db      *database.DB
	keyring *secret.Keyring
	system  context.Context
	url     string
	people  map[string]*access.Viewer // by token
	org     *ent.Organization
	web     *ent.Project
}

func open(t *testing.T, db *database.DB, maxSize int64) *house {
	keyring, err := secret.NewKeyring(bytes.Repeat([]byte{7}, secret.KeySize))
	require.NoError(t, err)
	h := &house{t: t, db: db, keyring: keyring, system: access.As(t.Context(), "test"), people: map[string]*access.Viewer{}}
	h.Service = tfstate.New(tfstate.Config{
		DB: db, Journal: journal.New(db), Keyring: keyring, Viewer: h.viewer, MaxSize: maxSize, Log: slog.New(slog.DiscardHandler),
	})
	server := httptest.NewServer(h.Handler())
	t.Cleanup(server.Close)
	h.url = server.URL + "/terraform/state/"
	h.org, err = db.Client(h.system).Organization.Create().SetName("O").SetCode("O").Save(h.system)
	require.NoError(t, err)
	h.web = h.project("WEB")
	return h
}

func (h *house) viewer(_ context.Context, token string) (*access.Viewer, error) {
	if v := h.people[token]; v != nil {
		return v, nil
	}
	return nil, fault.New(fault.Unauthenticated, fault.Text{EN: "This token is not valid.", FR: "Ce jeton n’est pas valide."})
}

func (h *house) project(acronym string) *ent.Project {
	p, err := h.db.Client(h.system).Project.Create().SetAcronym(acronym).SetName(acronym).SetOrganizationID(h.org.ID).Save(h.system)
	require.NoError(h.t, err)
	return p
}

// person makes somebody who may do that in the project, and whose API token is their name.
func (h *house) person(name, locale string, p *ent.Project, may ...access.Permission) client {
	may = append(may, access.ProjectRead)
	v := &access.Viewer{Kind: access.Token, ID: "usr_" + name, Name: name, Locale: locale, Projects: map[string]access.Set{p.ID: access.NewSet(may...)}}
	h.people[name] = v
	return client{house: h, user: "anybody", password: name, viewer: v, project: p.Acronym}
}

// ada may do everything with WEB's state.
func (h *house) ada() client {
	return h.person("Ada", "en", h.web, access.StateRead, access.StateWrite)
}

// running makes a run that is being worked on under lease 1, and its client.
func (h *house) running(p *ent.Project) (*ent.Run, client) {
	r, err := h.db.Client(h.system).Run.Create().SetKind(run.KindPROVISION).SetStatus(run.StatusRUNNING).SetProjectID(p.ID).
		SetRequestedBy("Grace").SetLease(1).SetQueuedAt(time.Now()).Save(h.system)
	require.NoError(h.t, err)
	return r, h.under(r, 1)
}

// under is the client of a run under a lease.
func (h *house) under(r *ent.Run, lease int64) client {
	claims := map[string]any{"run": r.ID, "lease": lease, "project": *r.ProjectID}
	p, err := h.db.Client(h.system).Project.Get(h.system, *r.ProjectID)
	require.NoError(h.t, err)
	return client{house: h, user: "run", password: h.keyring.Signer().Sign("run-lease", claims, time.Time{}), project: p.Acronym}
}

func (h *house) set(r *ent.Run, change func(*ent.RunUpdateOne)) {
	update := h.db.Client(h.system).Run.UpdateOneID(r.ID)
	change(update)
	require.NoError(h.t, update.Exec(h.system))
}

func (h *house) loseLease(r *ent.Run) { h.set(r, func(u *ent.RunUpdateOne) { u.AddLease(1) }) }

func (h *house) end(r *ent.Run) {
	h.set(r, func(u *ent.RunUpdateOne) { u.SetStatus(run.StatusSUCCEEDED) })
}

func (h *house) as(c client) context.Context { return access.NewContext(h.t.Context(), c.viewer) }

// versions are the project's versions, the first one first.
func (h *house) versions(p *ent.Project) []*ent.StateVersion {
	list, err := h.db.Client(h.system).StateVersion.Query().Where(stateversion.ProjectID(p.ID)).
		Order(ent.Asc(stateversion.FieldVersion)).All(h.system)
	require.NoError(h.t, err)
	return list
}

// events are the types of all events so far.
func (h *house) events() []string {
	rows, err := h.db.Client(h.system).Event.Query().Order(ent.Asc("id")).All(h.system)
	require.NoError(h.t, err)
	types := make([]string, len(rows))
	for i, row := range rows {
		types[i] = row.Type
	}
	return types
}

// client speaks the backend's protocol with somebody's credentials.
type client struct {
	*house
	user, password string
	viewer         *access.Viewer
	project        string
}

type answer struct {
	status int
	body   string
	header http.Header
}

func (c client) send(method, query string, body io.Reader, headers ...string) answer {
	request, err := http.NewRequestWithContext(c.t.Context(), method, c.url+c.project+query, body)
	require.NoError(c.t, err)
	if c.user != "" {
		request.SetBasicAuth(c.user, c.password)
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	require.NoError(c.t, err)
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	require.NoError(c.t, err)
	return answer{response.StatusCode, string(content), response.Header}
}

func (c client) lock(id string) answer {
	return c.send("LOCK", "", bytes.NewBufferString(`{"ID":"`+id+`","Operation":"OperationTypeApply","Who":"me@host","Created":"2026-01-02T03:04:05Z"}`))
}

func (c client) unlock(id string) answer {
	return c.send("UNLOCK", "", bytes.NewBufferString(`{"ID":"`+id+`"}`))
}

func (c client) get() answer { return c.send("GET", "", nil) }

// post writes a state under a lock; without an id, under none.
func (c client) post(id, state string, headers ...string) answer {
	query := ""
	if id != "" {
		query = "?ID=" + id
	}
	return c.send("POST", query, bytes.NewBufferString(state), headers...)
}

// state makes a state of the lineage "line" with one resource that holds a value.
func state(serial int64, value string) string {
	return fmt.Sprintf(`{"version":4,"serial":%d,"lineage":"line","outputs":{},"resources":[
		{"mode":"managed","type":"t","name":"n","instances":[{"attributes":{"value":%q}}]},
		{"mode":"data","type":"t","name":"d","instances":[{}]}]}`, serial, value)
}

// holderIn is what a refusal of a lock says of its holder.
func holderIn(t *testing.T, a answer) (info struct{ ID, Who, Info string }) {
	t.Helper()
	require.Equal(t, "application/json", a.header.Get("Content-Type"), a.body)
	require.NoError(t, json.Unmarshal([]byte(a.body), &info))
	return info
}
