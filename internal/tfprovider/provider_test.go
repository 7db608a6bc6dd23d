package tfprovider

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/stretchr/testify/require"
)

// Every schema is one that engines accept, and fits the model that is read into.
func TestSchemasFitTheirModels(t *testing.T) {
	t.Parallel()
	ctx, p := t.Context(), New("test")()
	var own provider.SchemaResponse
	p.Schema(ctx, provider.SchemaRequest{}, &own)
	require.False(t, own.Schema.ValidateImplementation(ctx).HasError())
	for _, made := range p.Resources(ctx) {
		var named resource.MetadataResponse
		made().Metadata(ctx, resource.MetadataRequest{}, &named)
		var written resource.SchemaResponse
		made().Schema(ctx, resource.SchemaRequest{}, &written)
		require.False(t, written.Schema.ValidateImplementation(ctx).HasError(), named.TypeName)
		for name, attribute := range written.Schema.Attributes {
			require.NotEmpty(t, attribute.GetDescription(), "%s.%s", named.TypeName, name)
		}
	}
	for _, made := range p.DataSources(ctx) {
		var named datasource.MetadataResponse
		made().Metadata(ctx, datasource.MetadataRequest{}, &named)
		var written datasource.SchemaResponse
		made().Schema(ctx, datasource.SchemaRequest{}, &written)
		require.False(t, written.Schema.ValidateImplementation(ctx).HasError(), named.TypeName)
	}
}

func TestAKeyIsTheNameAndWhatIsAskedFor(t *testing.T) {
	t.Parallel()
	ask := func(change func(*wish)) string {
		w := wish{Kind: "server", Name: "site/web", Selector: map[string]any{"labels": []string{"role=web"}}}
		if change != nil {
			change(&w)
		}
		key, err := keyOf(w.Kind, w.Name, w, "")
		require.NoError(t, err)
		return key
	}
	first := ask(nil)
	require.Equal(t, first, ask(nil))
	require.Regexp(t, `^terraform/server/site/web/[0-9a-f]{16}$`, first)
	for name, change := range map[string]func(*wish){
		"selector": func(w *wish) { w.Selector["networkId"] = "net_1" },
		"lifetime": func(w *wish) { w.Lifetime = 60 },
		"wait":     func(w *wish) { w.Wait = 60 },
		"server":   func(w *wish) { w.ServerID = "srv_1" },
		"name":     func(w *wish) { w.Name = "other" },
	} {
		require.NotEqual(t, first, ask(change), name)
	}
	long, err := keyOf("address", strings.Repeat("é", maxName), wish{}, "clm_01h455vb4pex5vsknk084sn02q")
	require.NoError(t, err)
	require.LessOrEqual(t, len([]rune(long)), 200, "what the server takes")
	for key, name := range map[string]string{
		first: "site/web", first + "/clm_01h455vb4pex5vsknk084sn02q": "site/web", "ci-1234": "ci-1234", "terraform/x": "terraform/x",
	} {
		require.Equal(t, name, nameIn(key))
	}
}

func TestAServerIsWishedForAsItIsWritten(t *testing.T) {
	t.Parallel()
	var problems diag.Diagnostics
	labels := setOf(t.Context(), []string{"role=web", "env=prod"}, &problems)
	m := serverModel{
		claimModel: claimModel{Name: types.StringValue("a"), Lifetime: types.Int64Value(60), Wait: types.Int64Null()},
		Labels:     labels, Among: types.SetNull(types.StringType), Cores: types.Int64Value(8), MemoryMiB: types.Int64Value(0),
		Location: types.StringValue("Lyon"), System: types.StringValue(""), ProviderID: types.StringValue("hsp_1"),
	}
	w := m.wish(t.Context(), &problems)
	require.False(t, problems.HasError())
	text, err := json.Marshal(w)
	require.NoError(t, err)
	require.JSONEq(t, `{"selector": {"labels": ["env=prod", "role=web"], "providerId": "hsp_1",
		"specification": {"cores": 8, "location": "Lyon"}}, "lifetime": 60}`, string(text))

	// An imported claim becomes the same wish.
	imported := serverModel{claimModel: claimModel{Name: m.Name}}
	selector, _ := json.Marshal(w.Selector)
	imported.selected(t.Context(), &claim{Key: "a", Selector: selector}, &problems)
	imported.Lifetime = m.Lifetime
	require.Equal(t, w, imported.wish(t.Context(), &problems))
}

func TestAClaimIsShownAsItIs(t *testing.T) {
	t.Parallel()
	var c claim
	require.NoError(t, json.Unmarshal([]byte(`{"id": "clm_1", "state": "HELD", "expiresAt": "2026-01-02T03:04:05.123Z",
		"server": {"id": "srv_1", "hostname": "web-1", "cores": 8, "memoryMib": 16384, "provider": {"code": "ACME"}, "addresses": [{"ip": "10.0.0.2"}]},
		"address": {"id": "adr_1", "ip": "10.0.0.9", "network": {"cidr": "10.0.0.0/24", "gateway": "10.0.0.1"}}}`), &c))
	var problems diag.Diagnostics
	var s serverModel
	s.fill(t.Context(), &c, &problems)
	require.False(t, problems.HasError())
	require.Equal(t, "2026-01-02T03:04:05Z", s.ExpiresAt.ValueString())
	require.Len(t, s.Addresses.Elements(), 1)
	require.Equal(t, int64(16384), s.Found.Attributes()["memory_mib"].(types.Int64).ValueInt64())
	require.Empty(t, s.Found.Attributes()["labels"].(types.Map).Elements())
	var a addressModel
	a.fill(t.Context(), &c, &problems)
	require.False(t, problems.HasError())
	require.Equal(t, "10.0.0.9", a.Held.ValueString())
	require.Equal(t, int64(24), a.Prefix.ValueInt64())
	for what, m := range map[string]interface {
		fill(ctx context.Context, c *claim, problems *diag.Diagnostics)
	}{"server": &s, "address": &a} {
		var hidden diag.Diagnostics
		m.fill(t.Context(), &claim{ID: "clm_2"}, &hidden)
		require.True(t, hidden.HasError(), "a %s that may not be seen", what)
	}
}

// house answers with the next of its answers, and repeats the last; it notes what it is asked.
type house struct {
	mutex   sync.Mutex
	answers []string // a status, a space, a body
	asked   []string
}

func (h *house) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	var body struct {
		Variables struct {
			Input map[string]any `json:"input"`
		} `json:"variables"`
	}
	_ = json.NewDecoder(r.Body).Decode(&body)
	key, _ := body.Variables.Input["idempotencyKey"].(string)
	h.asked = append(h.asked, key)
	status, text, _ := strings.Cut(h.answers[0], " ")
	if len(h.answers) > 1 {
		h.answers = h.answers[1:]
	}
	codes := map[string]int{"200": 200, "401": 401, "429": 429, "503": 503}
	w.Header().Set("Retry-After", "0")
	w.WriteHeader(codes[status])
	_, _ = w.Write([]byte(text))
}

// knock is a client of a house with these answers, which does not really wait.
func knock(t *testing.T, answers ...string) (*client, *house) {
	t.Helper()
	h := &house{answers: answers}
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	c, err := newClient(s.URL, "token", "WRK1", "test")
	require.NoError(t, err)
	c.wait = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	c.project = &project{ID: "prj_1"}
	return c, h
}

func answer(claim string) string {
	return `200 {"data": {"answer": {"claim": ` + claim + `, "userErrors": []}, "node": ` + claim + `}}`
}

func TestAServerThatRestartsIsInsistedOn(t *testing.T) {
	t.Parallel()
	c, h := knock(t, `503 `, `429 {}`, `200 {"errors": [{"message": "away", "extensions": {"code": "UNAVAILABLE"}}]}`, answer(`{"id": "clm_1", "state": "HELD"}`))
	made, err := c.obtain(t.Context(), wish{Kind: "server", Name: "a"})
	require.NoError(t, err)
	require.Equal(t, "clm_1", made.ID)
	require.Len(t, h.asked, 4)
	require.Equal(t, h.asked[0], h.asked[3], "the same key")

	c, h = knock(t, `503 `)
	c.insist = 0
	_, err = c.obtain(t.Context(), wish{Kind: "server", Name: "a"})
	require.ErrorContains(t, err, "503")
	require.Len(t, h.asked, 1)
}

func TestWhatIsRefusedIsNotRepeated(t *testing.T) {
	t.Parallel()
	for says, text := range map[string]string{
		"not signed in": `401 {"errors": [{"message": "You are not signed in", "extensions": {"code": "UNAUTHENTICATED"}}]}`,
		"is free":       `200 {"data": {"answer": {"claim": null, "userErrors": [{"message": "No server is free that fits: 8 cores."}]}}}`,
		"address right": `200 <html>`,
	} {
		c, h := knock(t, text)
		_, err := c.obtain(t.Context(), wish{Kind: "server", Name: "a"})
		require.ErrorContains(t, err, says)
		require.Len(t, h.asked, 1)
	}
}

func TestAClaimThatHasEndedIsMadeAnew(t *testing.T) {
	t.Parallel()
	c, h := knock(t, answer(`{"id": "clm_1", "state": "RELEASED"}`), answer(`{"id": "clm_2", "state": "EXPIRED"}`), answer(`{"id": "clm_3", "state": "HELD"}`))
	made, err := c.obtain(t.Context(), wish{Kind: "server", Name: "a"})
	require.NoError(t, err)
	require.Equal(t, "clm_3", made.ID)
	require.Equal(t, []string{h.asked[0], h.asked[0] + "/clm_1", h.asked[0] + "/clm_2"}, h.asked)
}

func TestWhoWaitsGetsItOrLeavesTheLine(t *testing.T) {
	t.Parallel()
	waiting := answer(`{"id": "clm_1", "state": "WAITING", "place": 2}`)
	c, _ := knock(t, waiting, waiting, answer(`{"id": "clm_1", "state": "HELD"}`))
	made, err := c.obtain(t.Context(), wish{Kind: "server", Name: "a", Wait: 60})
	require.NoError(t, err)
	require.True(t, made.held())

	c, h := knock(t, waiting)
	_, err = c.obtain(t.Context(), wish{Kind: "server", Name: "a", Wait: 2})
	require.ErrorContains(t, err, "nothing became free within 2s; the claim was number 2")
	require.Greater(t, len(h.asked), 3, "it looked, and left the line")

	c, _ = knock(t, waiting, answer(`{"id": "clm_1", "state": "CANCELED"}`))
	_, err = c.obtain(t.Context(), wish{Kind: "server", Name: "a", Wait: 60})
	require.ErrorContains(t, err, "out of the line")
}

func TestWhatIsGoneIsReleased(t *testing.T) {
	t.Parallel()
	gone := `200 {"data": {"answer": {"claim": null, "userErrors": [{"message": "There is no such claim."}]}, "node": null}}`
	c, _ := knock(t, gone)
	require.NoError(t, c.release(t.Context(), "clm_1"))
	c, _ = knock(t, `200 {"data": {"answer": {"claim": null, "userErrors": [{"message": "Another attempt"}]}}}`, answer(`{"id": "clm_1", "state": "HELD"}`))
	require.ErrorContains(t, c.release(t.Context(), "clm_1"), "Another attempt")
}

// stateOf is the state of an arpent_server with nothing but an id.
func stateOf(t *testing.T, r *claimResource[serverModel, *serverModel], id string) tfsdk.State {
	t.Helper()
	state := tfsdk.State{Schema: r.schema(), Raw: tftypes.NewValue(r.schema().Type().TerraformType(t.Context()), nil)}
	require.False(t, state.SetAttribute(t.Context(), path.Root("id"), id).HasError())
	require.False(t, state.SetAttribute(t.Context(), path.Root("name"), "web").HasError())
	return state
}

// To delete what is gone already is no error; what can not be released stays in the state.
func TestDeletingGivesBackWhatIsThere(t *testing.T) {
	t.Parallel()
	const denied = `200 {"data": {"answer": {"claim": null, "userErrors": [{"message": "No."}]}, "node": `
	for what, c := range map[string]struct {
		answers []string
		problem string
	}{
		"held":        {[]string{answer(`{"id": "clm_1", "state": "RELEASED"}`)}, ""},
		"gone":        {[]string{denied + `null}}`}, ""},
		"not allowed": {[]string{denied + `{"id": "clm_1", "state": "HELD"}}}`}, "No."},
	} {
		asking, house := knock(t, c.answers...)
		r := serverResource().(*claimResource[serverModel, *serverModel])
		r.connect(asking)
		response := resource.DeleteResponse{State: stateOf(t, r, "clm_1")}
		r.Delete(t.Context(), resource.DeleteRequest{State: response.State}, &response)
		require.NotEmpty(t, house.asked, what)
		require.Equal(t, c.problem != "", response.Diagnostics.HasError(), what)
		for _, problem := range response.Diagnostics {
			require.Contains(t, problem.Detail(), c.problem, what)
		}
	}
}

// A server that was claimed but may not be seen is an error, and is in the state all the same: destroying gives it back.
func TestWhatWasClaimedIsInTheState(t *testing.T) {
	t.Parallel()
	asking, _ := knock(t, answer(`{"id": "clm_1", "state": "HELD"}`))
	r := serverResource().(*claimResource[serverModel, *serverModel])
	r.connect(asking)
	empty := tfsdk.State{Schema: r.schema(), Raw: tftypes.NewValue(r.schema().Type().TerraformType(t.Context()), nil)}
	plan := tfsdk.Plan(stateOf(t, r, ""))
	response := resource.CreateResponse{State: empty}
	r.Create(t.Context(), resource.CreateRequest{Plan: plan}, &response)
	require.True(t, response.Diagnostics.HasError())
	var m serverModel
	require.False(t, response.State.Get(t.Context(), &m).HasError())
	require.Equal(t, "clm_1", m.ID.ValueString())
}

func TestAnAddressThatIsNoneIsRefused(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"", "arpent.example.org", "ftp://x", "http://", "://"} {
		_, err := newClient(address, "token", "WRK1", "test")
		require.Error(t, err, address)
	}
}
