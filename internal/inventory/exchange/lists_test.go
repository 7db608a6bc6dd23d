package exchange_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/database/databasetest"
)

// table reads an export as people do.
func (h *house) table(viewer *access.Viewer, path string) [][]string {
	h.t.Helper()
	rows, err := csv.NewReader(strings.NewReader(h.text(viewer, path))).ReadAll()
	require.NoError(h.t, err)
	return rows
}

// fill gives each list a row or more, with a formula in what people write.
func (h *house) fill() {
	ctx, c := system(), h.client
	provider := c.HostingProvider.Query().OnlyX(ctx)
	provider.Update().SetContact("@SUM(1)").ExecX(ctx)
	c.Network.Query().OnlyX(ctx).Update().SetNotes("=1").SetProviderID(provider.ID).ExecX(ctx)
	address := c.Address.Query().FirstX(ctx)
	address.Update().SetNote("-1").ExecX(ctx)
	order := c.PurchaseOrder.Create().SetNumber("B-1").SetTitle("+1").SetProviderID(provider.ID).SetProjectID(h.ids["SHOP"]).SetWishedBy("Ada").SaveX(ctx)
	for i, name := range []string{"=a.csv", "b.csv", "c.csv"} {
		c.ImportSession.Create().SetFileName(name).SetSha256("s").SetProviderID(provider.ID).SetOrderID(order.ID).SetAdded(i).SetChanged(0).SetUnchanged(0).
			SetCreatedBy("O").SetCreatedAt(time.Unix(int64(1000-i), 0)).ExecX(ctx)
	}
	c.Claim.Create().SetKind("SERVER").SetState("HELD").SetProjectID(h.ids["SHOP"]).SetKey("k").SetInputDigest("d").SetSelector([]byte("{}")).
		SetServerID(h.ids["web-1"]).SetRequestedByID("usr_a").SetRequestedBy("Ada").SetNote("=n").ExecX(ctx)
	check := c.Check.Create().SetSubjectID(h.ids["web-1"]).SetServerID(h.ids["web-1"]).SetName("load").SetStatus("OK").SetMessage("=m").SetSource("s").SetReporter("r").
		SetObservedAt(time.Unix(1, 0)).SetSince(time.Unix(1, 0)).SaveX(ctx)
	c.StateReport.Create().SetCheckID(check.ID).SetStatus("OK").SetMessage("=m").SetSource("s").SetReporter("r").SetObservedAt(time.Unix(1, 0)).ExecX(ctx)
}

// Every list of the inventory is there in both forms, filtered, with the names that people know, and without a formula.
func TestEachListIsExported(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		h := newHouse(t, db)
		h.fill()
		all := &access.Viewer{Kind: access.User, ID: "usr_o", Name: "O", Locale: "en", Platform: access.NewSet(access.InventoryRead, access.ProjectRead)}
		for _, one := range []struct {
			path   string
			filter string
			want   []string // of the first row
			none   string   // a filter that nothing meets
		}{
			{"providers.csv?columns=code,contact", `{"code":"ACME"}`, []string{"ACME", "'@SUM(1)"}, `{"code":"X"}`},
			{"networks.csv?columns=name,provider,notes", `{"name":"n"}`, []string{"n", "ACME", "'=1"}, `{"name":"x"}`},
			{"addresses.csv?columns=ip,network,server,project,note", `{"ip":"203.0.113.10"}`, []string{"203.0.113.10", "n", "web-1", "SHOP", "'-1"}, `{"state":"FREE"}`},
			{"orders.csv?columns=number,title,provider,project", `{"status":"WISHED"}`, []string{"B-1", "'+1", "ACME", "SHOP"}, `{"status":"CANCELED"}`},
			{"sessions.csv?columns=fileName,provider,added", `{}`, []string{"'=a.csv", "ACME", "0"}, `{"providerID":"x"}`},
			{"claims.csv?columns=project,server,address,note", `{"state":"HELD"}`, []string{"SHOP", "web-1", "", "'=n"}, `{"state":"WAITING"}`},
			{"checks.csv?columns=name,status,message", `{"status":"OK"}`, []string{"load", "OK", "'=m"}, `{"status":"CRITICAL"}`},
			{"reports.csv?columns=check,subjectId,message", `{}`, []string{"load", h.ids["web-1"], "'=m"}, `{"id":"srp_none"}`},
		} {
			where := func(filter string) string { return "/exports/" + one.path + "&where=" + url.QueryEscape(filter) }
			rows := h.table(all, where(one.filter))
			require.Greater(t, len(rows), 1, one.path)
			require.Equal(t, one.want, rows[1], one.path)
			require.Len(t, h.table(all, where(one.none)), 1, one.path)
			require.Equal(t, "[]\n", h.text(all, strings.Replace(where(one.none), ".csv", ".json", 1)))
			var objects []map[string]any
			require.NoError(t, json.Unmarshal([]byte(h.text(all, strings.Replace(where(one.filter), ".csv", ".json", 1))), &objects))
			require.Len(t, objects, len(rows)-1)
			require.Equal(t, http.StatusBadRequest, h.ask(all, where(`{"nothing":1}`), "").Code, one.path)
			require.Equal(t, http.StatusBadRequest, h.ask(all, where(`{}`)+"&orderBy="+url.QueryEscape(`{"field":"PASSWORD"}`), "").Code, one.path)
		}
	})
}

// An export has the order of the list on the screen, over all its pages, also where many rows are alike.
func TestExportsAreInTheOrderThatIsAskedFor(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		h := newHouse(t, db)
		h.fill()
		provider := h.client.HostingProvider.Query().OnlyX(system()).ID
		for part := range 5 {
			var rows []*ent.ServerCreate
			for i := range 500 {
				n := part*500 + i
				rows = append(rows, h.client.Server.Create().SetHostname(fmt.Sprintf("n-%04d", n*7919%2500)).SetProviderID(provider).SetCreatedAt(time.Unix(int64(n%3), 0)))
			}
			h.client.Server.CreateBulk(rows...).ExecX(system())
		}
		names := func(orderBy string) (all []string) {
			for _, row := range h.table(ops(), "/exports/servers.csv?columns=hostname&where="+url.QueryEscape(`{"hostnameHasPrefix":"n-"}`)+"&orderBy="+url.QueryEscape(orderBy))[1:] {
				all = append(all, row[0])
			}
			return all
		}
		up := names(`{"field":"HOSTNAME"}`)
		require.Len(t, slices.Compact(slices.Clone(up)), 2500)
		require.True(t, slices.IsSorted(up))
		down := names(`{"field":"HOSTNAME","direction":"DESC"}`)
		slices.Reverse(down)
		require.Equal(t, up, down)
		oldest := names(`{"field":"CREATED_AT","direction":"ASC"}`)
		require.NotEqual(t, up, oldest)
		slices.Sort(oldest)
		require.Equal(t, up, oldest, "each once")

		sessions := func(orderBy string) (first string) {
			return h.table(ops(), "/exports/sessions.csv?columns=fileName&orderBy="+url.QueryEscape(orderBy))[1][0]
		}
		require.Equal(t, "c.csv", sessions(`{"field":"CREATED_AT"}`))
		require.Equal(t, "'=a.csv", sessions(`{"field":"CREATED_AT","direction":"DESC"}`))
		for _, bad := range []string{`{`, `[]`, `{"field":"X"}`, `{"field":"HOSTNAME","direction":"SIDEWAYS"}`, `{}`} {
			require.Equal(t, http.StatusBadRequest, h.ask(ops(), "/exports/servers.csv?orderBy="+url.QueryEscape(bad), "").Code, bad)
		}
	})
}
