package exchange_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent"
	_ "github.com/arpent/arpent/ent/runtime"
	"github.com/arpent/arpent/ent/server"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/database/databasetest"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/inventory"
	"github.com/arpent/arpent/internal/inventory/exchange"
	"github.com/arpent/arpent/internal/journal"
)

const hostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"

func system() context.Context { return access.As(context.Background(), "test") }

// house is an inventory with two projects: SHOP has web-1 and web-2, BANK has vault-1, and free-1 is nobody's.
type house struct {
	t         *testing.T
	inventory *inventory.Service
	client    *ent.Client
	mux       *http.ServeMux
	ids       map[string]string
}

func newHouse(t *testing.T, db *database.DB) *house {
	t.Helper()
	h := &house{t: t, inventory: inventory.New(db, journal.New(db), slog.New(slog.DiscardHandler)), client: db.Client(system()), mux: http.NewServeMux(), ids: map[string]string{}}
	tools := exchange.New(exchange.Config{DB: db, Report: h.inventory.ReportStates, Import: h.inventory.ImportServers})
	endpoints := tools.Endpoints()
	maps.Copy(endpoints, tools.Files())
	for pattern, endpoint := range endpoints {
		h.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			if err := endpoint(w, r); err != nil {
				http.Error(w, err.Error(), map[fault.Code]int{fault.Unauthenticated: 401, fault.Denied: 403, fault.NotFound: 404}[fault.CodeOf(err)]+400*map[bool]int{true: 1}[fault.Is(err, fault.Invalid) || fault.Is(err, fault.Limited)])
			}
		})
	}
	h.furnish()
	return h
}

func (h *house) furnish() {
	ctx, c := system(), h.client
	organization := c.Organization.Create().SetCode("ACME").SetName("Acme").SaveX(ctx)
	provider := c.HostingProvider.Create().SetCode("ACME").SetName("Acme hosting").SaveX(ctx)
	var first, last [16]byte
	network := c.Network.Create().SetName("n").SetCidr("203.0.113.0/24").SetFamily("IPV4").SetFirst(first[:]).SetLast(last[:]).SaveX(ctx)
	for _, acronym := range []string{"SHOP", "BANK"} {
		h.ids[acronym] = c.Project.Create().SetAcronym(acronym).SetName(acronym).SetOrganizationID(organization.ID).SaveX(ctx).ID
	}
	machine := func(name, project, ip string, stage server.Lifecycle, labels map[string]string) {
		create := c.Server.Create().SetHostname(name).SetProviderID(provider.ID).SetLifecycle(stage).SetCores(8).SetLabels(labels)
		if project != "" {
			create.SetProjectID(h.ids[project])
		}
		one := create.SaveX(ctx)
		h.ids[name] = one.ID
		for label, value := range labels {
			c.ServerLabel.Create().SetServerID(one.ID).SetName(label).SetValue(value).ExecX(ctx)
		}
		if ip == "" {
			return
		}
		value := netip.MustParseAddr(ip).As16()
		adr := c.Address.Create().SetNetworkID(network.ID).SetIP(ip).SetValue(value[:]).SetState("ASSIGNED").SetServerID(one.ID)
		if project != "" {
			adr.SetProjectID(h.ids[project])
		}
		adr.ExecX(ctx)
	}
	machine("web-1", "SHOP", "203.0.113.10", server.LifecycleASSIGNED, map[string]string{"role": "web"})
	machine("web-2", "SHOP", "203.0.113.11", server.LifecycleIN_SERVICE, map[string]string{"role": "web"})
	machine("vault-1", "BANK", "203.0.113.12", server.LifecycleASSIGNED, nil)
	machine("free-1", "", "", server.LifecycleAVAILABLE, nil)
	machine("gone-1", "SHOP", "", server.LifecycleRETIRED, nil)
}

// member is a token that reads SHOP and nothing else.
func (h *house) member() *access.Viewer {
	return &access.Viewer{
		Kind: access.Token, ID: "usr_m", Name: "M", Locale: "en", Scopes: access.NewSet(access.ProjectRead),
		Projects: map[string]access.Set{h.ids["SHOP"]: access.NewSet(access.ProjectRead)},
	}
}

func ops() *access.Viewer {
	return &access.Viewer{Kind: access.User, ID: "usr_o", Name: "O", Locale: "en", Platform: access.NewSet(access.InventoryRead, access.ProjectRead, access.StateReport)}
}

// ask asks in somebody's name; a body makes it a POST.
func (h *house) ask(viewer *access.Viewer, path, body string) *httptest.ResponseRecorder {
	h.t.Helper()
	method, reader := http.MethodGet, io.Reader(nil)
	if body != "" {
		method, reader = http.MethodPost, strings.NewReader(body)
	}
	r := httptest.NewRequest(method, path, reader)
	answer := httptest.NewRecorder()
	h.mux.ServeHTTP(answer, r.WithContext(access.NewContext(r.Context(), viewer)))
	return answer
}

func (h *house) text(viewer *access.Viewer, path string) string {
	h.t.Helper()
	answer := h.ask(viewer, path, "")
	require.Equal(h.t, http.StatusOK, answer.Code, answer.Body.String())
	return answer.Body.String()
}

func TestStrangersAreToldNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t, databasetest.SQLite(t))
	for _, path := range []string{
		"/sources/ansible", "/sources/ansible/web-1", "/sources/prometheus", "/sources/ssh_config", "/sources/known_hosts", "/exports/servers.csv",
		"/exports/claims.json", "/sources/arpent-inventory",
	} {
		require.Equal(t, http.StatusUnauthorized, h.ask(access.Nobody(), path, "").Code, path)
	}
	for _, path := range []string{"/reports", "/reports/alertmanager"} {
		require.Equal(t, http.StatusUnauthorized, h.ask(access.Nobody(), path, "{}").Code, path)
		require.Equal(t, http.StatusForbidden, h.ask(h.member(), path, "{}").Code, path)
	}
}

// Each source shows what the viewer may see, and no more.
func TestSourcesShowWhatTheViewerSees(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		h := newHouse(t, db)
		for _, path := range []string{"/sources/ansible", "/sources/prometheus", "/sources/ssh_config", "/exports/servers.csv", "/exports/servers.json"} {
			seen := h.text(h.member(), path)
			require.Contains(t, seen, "web-1", path)
			require.NotContains(t, seen, "vault-1", path)
			require.NotContains(t, seen, "free-1", path)
			seen = h.text(ops(), path)
			require.Contains(t, seen, "vault-1", path)
			require.Contains(t, seen, "free-1", path)
		}
		require.Equal(t, http.StatusNotFound, h.ask(h.member(), "/sources/ansible/vault-1", "").Code)
		require.NotContains(t, h.text(ops(), "/sources/ansible"), "gone-1", "who is retired is no target")
		require.NotContains(t, h.text(ops(), "/sources/prometheus?project=SHOP"), "vault-1")
		require.NotContains(t, h.text(ops(), "/sources/prometheus?label=role%3Dweb"), "free-1")
	})
}

func TestAnsibleGetsGroupsAndVariables(t *testing.T) {
	t.Parallel()
	h := newHouse(t, databasetest.SQLite(t))
	h.client.Server.UpdateOneID(h.ids["web-1"]).SetSystem(`{{ lookup("pipe", "id") }}`).ExecX(system())
	var list struct {
		Meta struct {
			Hostvars map[string]map[string]any `json:"hostvars"`
		} `json:"_meta"`
		Web struct {
			Hosts []string `json:"hosts"`
		} `json:"label_role_web"`
		Shop struct {
			Hosts []string `json:"hosts"`
		} `json:"project_shop"`
	}
	require.NoError(t, json.Unmarshal([]byte(h.text(ops(), "/sources/ansible")), &list))
	require.Equal(t, []string{"web-1", "web-2"}, list.Web.Hosts)
	require.Equal(t, []string{"web-1", "web-2"}, list.Shop.Hosts)
	require.Equal(t, "203.0.113.10", list.Meta.Hostvars["web-1"]["ansible_host"])
	require.Equal(t, map[string]any{"__ansible_unsafe": `{{ lookup("pipe", "id") }}`}, list.Meta.Hostvars["web-1"]["arpent_system"])
	require.NotContains(t, list.Meta.Hostvars["free-1"], "ansible_host")
	var one map[string]any
	require.NoError(t, json.Unmarshal([]byte(h.text(ops(), "/sources/ansible/web-1")), &one))
	require.Equal(t, list.Meta.Hostvars["web-1"], one, "--host says what --list says")
}

// Every variable and every label tells its own thing.
func TestToolsAreToldEachThingByItsName(t *testing.T) {
	t.Parallel()
	h := newHouse(t, databasetest.SQLite(t))
	h.client.Server.UpdateOneID(h.ids["web-1"]).SetCores(8).SetMemoryMib(16384).SetDiskGib(500).SetArchitecture("amd64").SetSystem("Debian 12").
		SetLocation("Lyon").ExecX(system())
	var variables map[string]any
	require.NoError(t, json.Unmarshal([]byte(h.text(ops(), "/sources/ansible/web-1")), &variables))
	require.Equal(t, map[string]any{
		"arpent_id": h.ids["web-1"], "arpent_lifecycle": "ASSIGNED", "arpent_health": "UNKNOWN", "arpent_labels": map[string]any{"role": "web"},
		"arpent_project": "SHOP", "arpent_provider": "ACME", "arpent_addresses": []any{"203.0.113.10"}, "ansible_host": "203.0.113.10",
		"arpent_cores": 8.0, "arpent_memory_mib": 16384.0, "arpent_disk_gib": 500.0,
		"arpent_architecture": "amd64", "arpent_system": "Debian 12", "arpent_location": "Lyon",
	}, variables)
	var targets []struct {
		Targets []string          `json:"targets"`
		Labels  map[string]string `json:"labels"`
	}
	require.NoError(t, json.Unmarshal([]byte(h.text(ops(), "/sources/prometheus?search=web-1")), &targets))
	require.Len(t, targets, 1)
	require.Equal(t, map[string]string{
		"__meta_arpent_id": h.ids["web-1"], "__meta_arpent_hostname": "web-1", "__meta_arpent_project": "SHOP", "__meta_arpent_provider": "ACME",
		"__meta_arpent_lifecycle": "ASSIGNED", "__meta_arpent_location": "Lyon", "__meta_arpent_label_role": "web",
	}, targets[0].Labels)
}

func TestNoCellIsAFormula(t *testing.T) {
	t.Parallel()
	h := newHouse(t, databasetest.SQLite(t))
	for _, start := range []string{"=", "+", "-", "@", "|", "＝", "＋", "－", "＠"} {
		h.client.Server.UpdateOneID(h.ids["web-1"]).SetLocation(start + "1+1").ExecX(system())
		rows, err := csv.NewReader(strings.NewReader(h.text(ops(), "/exports/servers.csv?columns=location&where="+url.QueryEscape(`{"hostname":"web-1"}`)))).ReadAll()
		require.NoError(t, err)
		require.Equal(t, [][]string{{"location"}, {"'" + start + "1+1"}}, rows)
	}
}

func TestPrometheusGetsTargets(t *testing.T) {
	t.Parallel()
	h := newHouse(t, databasetest.SQLite(t))
	var targets []struct {
		Targets []string          `json:"targets"`
		Labels  map[string]string `json:"labels"`
	}
	answer := h.ask(h.member(), "/sources/prometheus?port=9200", "")
	require.Equal(t, "application/json", answer.Header().Get("Content-Type"))
	require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &targets))
	require.Len(t, targets, 2)
	require.Equal(t, []string{"203.0.113.10:9200"}, targets[0].Targets)
	require.Equal(t, "web", targets[0].Labels["__meta_arpent_label_role"])
	require.Equal(t, http.StatusBadRequest, h.ask(h.member(), "/sources/prometheus?port=0", "").Code)
}

// What somebody wrote into an access must not become a line of the configuration of ssh.
func TestSSHFilesAreOfOneForm(t *testing.T) {
	t.Parallel()
	h := newHouse(t, databasetest.SQLite(t))
	bastion := func(endpoint string) {
		h.client.SecureAccess.Create().SetProjectID(h.ids["SHOP"]).SetKind("BASTION").SetHolder("x").SetEndpoint(endpoint).ExecX(system())
	}
	bastion("jump@bastion.example:2222")
	bastion("x\n  ProxyCommand id")
	bastion("-oProxyCommand=id")
	require.Equal(t, "Host web-1\n  HostName 203.0.113.10\n  HostKeyAlias web-1\n  User root\n  ProxyJump jump@bastion.example:2222\n\n"+
		"Host web-2\n  HostName 203.0.113.11\n  HostKeyAlias web-2\n  User root\n  ProxyJump jump@bastion.example:2222\n\n",
		h.text(h.member(), "/sources/ssh_config?user=root"))
	require.Equal(t, http.StatusBadRequest, h.ask(h.member(), "/sources/ssh_config?user=a%0Ab", "").Code)

	manager := access.NewContext(context.Background(), &access.Viewer{
		Kind: access.User, ID: "usr_o", Name: "O", Platform: access.NewSet(access.InventoryRead, access.InventoryManage),
	})
	_, err := h.inventory.UpdateServer(manager, h.ids["web-1"], inventory.ServerUpdate{HostKeys: []string{hostKey + " root@web-1"}})
	require.NoError(t, err)
	require.Equal(t, "web-1,203.0.113.10 "+hostKey+"\n", h.text(h.member(), "/sources/known_hosts"))
	_, err = h.inventory.UpdateServer(manager, h.ids["web-1"], inventory.ServerUpdate{HostKeys: []string{"no key"}})
	require.True(t, fault.Is(err, fault.Invalid))
}

func TestExportsAreFilteredAndHarmless(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		h := newHouse(t, db)
		h.client.Server.UpdateOneID(h.ids["web-1"]).SetSystem(`=cmd|'/c calc'!A1`).SetLocation("Orléans; 2").ExecX(system())
		where := func(filter string) string { return "?where=" + url.QueryEscape(filter) }
		rows, err := csv.NewReader(strings.NewReader(h.text(ops(), "/exports/servers.csv"+where(`{"search":"web-1"}`)+"&columns=hostname,system,labels,addresses,cores"))).ReadAll()
		require.NoError(t, err)
		require.Equal(t, [][]string{
			{"hostname", "system", "labels", "addresses", "cores"}, {"web-1", `'=cmd|'/c calc'!A1`, "role=web", "203.0.113.10", "8"},
		}, rows)
		excel := h.text(ops(), "/exports/servers.csv?for=excel&columns=hostname,location&where="+url.QueryEscape(`{"hostname":"web-1"}`))
		require.Equal(t, "\ufeffhostname;location\r\nweb-1;\"Orléans; 2\"\r\n", excel)

		names := func(filter string) (all []string) {
			var found []struct{ Hostname string }
			require.NoError(t, json.Unmarshal([]byte(h.text(ops(), "/exports/servers.json"+where(filter)+"&columns=hostname")), &found))
			for _, one := range found {
				all = append(all, one.Hostname)
			}
			return all
		}
		require.Equal(t, []string{"web-1", "web-2"}, names(`{"labels":["role=web"]}`))
		require.Equal(t, []string{"web-2"}, names(`{"lifecycle":"IN_SERVICE"}`))
		require.Equal(t, []string{"web-1", "free-1"}, names(`{"or":[{"search":"web-1"},{"lifecycleIn":["AVAILABLE"]}]}`))
		require.Equal(t, []string{"vault-1", "free-1"}, names(`{"not":{"labels":["role"]},"lifecycleNotIn":["RETIRED"]}`))
		require.Empty(t, names(`{"hostname":"nobody"}`))
		network := h.client.Network.Query().OnlyX(system()).ID
		require.Equal(t, []string{"web-1", "web-2", "vault-1"}, names(`{"networkId":"`+network+`"}`))
		require.Empty(t, names(`{"orderId":"por_none"}`))
		require.Len(t, names(`{}`), 5)
		for _, bad := range []string{`{"lifecycle":"FINE"}`, `{"secret":1}`, `{`, `[]`, `{"or":[{}]}`, `{"search":1}`} {
			require.Equal(t, http.StatusBadRequest, h.ask(ops(), "/exports/servers.json"+where(bad), "").Code, bad)
		}
		for _, bad := range []string{"/exports/users.csv", "/exports/servers.xls", "/exports/servers"} {
			require.Equal(t, http.StatusNotFound, h.ask(ops(), bad, "").Code, bad)
		}
		require.Equal(t, http.StatusBadRequest, h.ask(ops(), "/exports/servers.csv?columns=password", "").Code)
	})
}

// An export of many pages has every row once.
func TestExportsGoOnToTheEnd(t *testing.T) {
	t.Parallel()
	h := newHouse(t, databasetest.SQLite(t))
	provider := h.client.HostingProvider.Query().OnlyX(system()).ID
	for part := range 5 {
		var rows []*ent.ServerCreate
		for i := range 500 {
			rows = append(rows, h.client.Server.Create().SetHostname(fmt.Sprintf("n-%d", part*500+i)).SetProviderID(provider))
		}
		h.client.Server.CreateBulk(rows...).ExecX(system())
	}
	text := h.text(ops(), "/exports/servers.csv?columns=hostname")
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	require.NoError(t, err)
	seen := map[string]bool{}
	for _, row := range rows[1:] {
		seen[row[0]] = true
	}
	require.Len(t, rows, 1+2505)
	require.Len(t, seen, 2505)
}

type outcome struct {
	Accepted int
	Refused  []struct {
		Place                int
		Code, Field, Message string
	}
}

func (h *house) report(path, body string) (told outcome) {
	h.t.Helper()
	answer := h.ask(ops(), path, body)
	require.Equal(h.t, http.StatusOK, answer.Code, answer.Body.String())
	require.NoError(h.t, json.Unmarshal(answer.Body.Bytes(), &told))
	return told
}

func (h *house) health(name string) server.Health {
	return h.client.Server.GetX(system(), h.ids[name]).Health
}

func TestAlertmanagerReports(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		h := newHouse(t, db)
		firing, err := os.ReadFile("testdata/alertmanager.json")
		require.NoError(t, err)
		told := h.report("/reports/alertmanager", string(firing))
		require.Equal(t, 3, told.Accepted)
		require.Len(t, told.Refused, 1)
		require.Equal(t, 3, told.Refused[0].Place)
		require.Equal(t, "NOT_FOUND", told.Refused[0].Code)
		require.Equal(t, server.HealthCRITICAL, h.health("web-1"), "found by its address")
		require.Equal(t, server.HealthWARNING, h.health("web-2"), "found by its name")

		h.report("/reports/alertmanager", strings.Replace(string(firing), `"firing"`, `"resolved"`, 2))
		require.Equal(t, server.HealthWARNING, h.health("web-1"), "the other disk is full still")
		h.report("/reports/alertmanager", strings.ReplaceAll(string(firing), `"firing"`, `"resolved"`))
		require.Equal(t, server.HealthOK, h.health("web-1"))
		require.Equal(t, server.HealthOK, h.health("web-2"))
		require.Equal(t, http.StatusBadRequest, h.ask(ops(), "/reports/alertmanager", `{"alerts":[]}`).Code)
		require.Equal(t, http.StatusBadRequest, h.ask(ops(), "/reports/alertmanager", `{"alerts":`).Code)
		require.Equal(t, http.StatusBadRequest, h.ask(ops(), "/reports/alertmanager?interval=soon", string(firing)).Code)
	})
}

func TestAnyToolReports(t *testing.T) {
	t.Parallel()
	h := newHouse(t, databasetest.SQLite(t))
	require.Equal(t, 1, h.report("/reports", `{"hostname":"web-1","status":"down","message":"no answer"}`).Accepted)
	require.Equal(t, server.HealthCRITICAL, h.health("web-1"))
	require.Equal(t, 2, h.report("/reports", `[{"subjectId":"WEB-1","check":"state","status":"OK"},{"subjectId":"`+h.ids["web-2"]+`","check":"disk","status":1}]`).Accepted)
	require.Equal(t, server.HealthOK, h.health("web-1"))
	require.Equal(t, server.HealthWARNING, h.health("web-2"))
	path := "/reports?items=data.alerts&subject=host.name&check=service&status=state&message=output"
	told := h.report(path, `{"data":{"alerts":[{"host":{"name":"203.0.113.12:9100"},"service":"ssh","state":"CRITICAL","output":"x"},"text",{"host":1},{"host":{"name":"web-1"},"service":"s","state":"splendid"}]}}`)
	require.Equal(t, 1, told.Accepted)
	require.Len(t, told.Refused, 3)
	for i, refused := range told.Refused {
		require.Equal(t, i+1, refused.Place)
	}
	require.Equal(t, server.HealthCRITICAL, h.health("vault-1"))
	told = h.report("/reports", `{"subject":"web-1","status":"ok","observedAt":"2019-01-01T00:00:00Z"}`)
	require.Equal(t, "observedAt", told.Refused[0].Field)
	require.Equal(t, http.StatusBadRequest, h.ask(ops(), "/reports", `"x"`).Code)
	require.Equal(t, http.StatusBadRequest, h.ask(ops(), "/reports", `{"x":"`+strings.Repeat("y", 5<<20)+`"}`).Code)
}

// At ten times the limit, what the rule allows is taken, and each of the others is refused with the reason.
func TestTooManyReportsAreRefusedAndTheRestAccepted(t *testing.T) {
	t.Parallel()
	h := newHouse(t, databasetest.SQLite(t))
	var body bytes.Buffer
	body.WriteByte('[')
	for i := range 10 * inventory.MostReports {
		fmt.Fprintf(&body, `%s{"subject":"web-1","check":"c%d","status":"ok"}`, map[bool]string{true: ",", false: ""}[i > 0], i)
	}
	body.WriteByte(']')
	told := h.report("/reports", body.String())
	require.Equal(t, inventory.MostReports, told.Accepted)
	require.Len(t, told.Refused, 9*inventory.MostReports)
	require.Equal(t, "LIMITED", told.Refused[0].Code)
	require.Equal(t, inventory.MostReports, h.client.StateReport.Query().CountX(system()))
}

// A tool that asks for what is not there must not take it for an empty inventory.
func TestWhatIsNotThereIsNotFound(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		h := newHouse(t, db)
		status := func(viewer *access.Viewer, address string) int {
			answer := httptest.NewRecorder()
			request := httptest.NewRequest(http.MethodGet, address, nil)
			h.mux.ServeHTTP(answer, request.WithContext(access.NewContext(request.Context(), viewer)))
			return answer.Code
		}
		for _, address := range []string{
			"/sources/ansible?project=NOPE", "/sources/prometheus?project=NOPE", "/sources/ssh_config?project=prj_nope", "/sources/known_hosts?project=NOPE",
			"/sources", "/sources/typo", "/sources/ansible/a/b", "/exports", "/exports/servers.csv/more", "/reports/typo",
		} {
			require.Equal(t, http.StatusNotFound, status(ops(), address), address)
		}
		require.Equal(t, http.StatusNotFound, status(h.member(), "/sources/ansible?project=BANK"), "what the viewer may not see is not there")
		require.Equal(t, http.StatusOK, status(h.member(), "/sources/ansible?project=SHOP"))
		require.Equal(t, http.StatusOK, status(ops(), "/sources/ansible?project="+h.ids["BANK"]))
		inventoryOnly := &access.Viewer{Kind: access.Token, ID: "usr_i", Platform: access.NewSet(access.InventoryRead)}
		require.Equal(t, http.StatusOK, status(inventoryOnly, "/sources/ansible?project=BANK"), "who sees the servers knows of the project")
	})
}
