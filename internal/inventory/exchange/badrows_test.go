package exchange_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/charmap"

	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/database/databasetest"
)

// keeper is somebody who imports.
func keeper(locale string) *access.Viewer {
	return &access.Viewer{Kind: access.User, ID: "usr_k", Name: "K", Locale: locale, Platform: access.NewSet(access.InventoryRead, access.InventoryManage)}
}

// badRows sends a file as the portal does; more are fields before it, in pairs.
func (h *house) badRows(viewer *access.Viewer, file []byte, more ...string) *httptest.ResponseRecorder {
	h.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for i := 0; i < len(more); i += 2 {
		require.NoError(h.t, form.WriteField(more[i], more[i+1]))
	}
	part, err := form.CreateFormFile("file", "Été 2026.csv")
	require.NoError(h.t, err)
	_, _ = part.Write(file)
	require.NoError(h.t, form.Close())
	r := httptest.NewRequest(http.MethodPost, "/exports/bad-rows.csv", &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	answer := httptest.NewRecorder()
	h.mux.ServeHTTP(answer, r.WithContext(access.NewContext(r.Context(), viewer)))
	return answer
}

// What comes back is the provider's own file with nothing but its bad rows, and why they are: it can be mended and sent again as it is.
func TestBadRowsGoBackAsTheyCame(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		h := newHouse(t, db)
		provider := h.client.HostingProvider.Query().OnlyX(system()).ID
		text := "Nom;Mémoire (Go);Contrat;ligne\r\n" +
			"bon-1;16;C-1;x\r\n" +
			"mauvais_1;seize;=cmd|'/c calc'!A1;\"é; \"\"2\"\"\"\r\n" +
			"bon-2;32;C-2;x;de trop\r\n" +
			"bon-1;16;+33 1\r\n" +
			"bon-3;un \"guillemet\" nu;C;x\r\n" +
			"bon-4;1,5;C;x\r\n"
		file, err := charmap.Windows1252.NewEncoder().String(text)
		require.NoError(t, err)
		answer := h.badRows(keeper("fr"), []byte(file), "providerId", provider, "mapping", `{"encoding":"windows-1252"}`)
		require.Equal(t, http.StatusOK, answer.Code, answer.Body.String())
		require.Contains(t, answer.Header().Get("Content-Disposition"), "lignes-refusees.csv")
		require.Equal(t, "\ufeffNom;Mémoire (Go);Contrat;ligne;ligne*;motif\r\n"+
			"mauvais_1;seize;'=cmd|'/c calc'!A1;\"é; \"\"2\"\"\";3;Nom : pas un nom d’hôte : lettres, chiffres, tirets et points attendus / Mémoire (Go) : pas un nombre\r\n"+
			"bon-2;32;C-2;x;4;plus de valeurs (5) que de colonnes (4) / … de trop\r\n"+
			"bon-1;16;'+33 1;;5;Nom : figure déjà à la ligne 2\r\n"+
			"\"bon-3;un \"\"guillemet\"\" nu;C;x\";;;;6;un guillemet dans une valeur sans guillemets\r\n", answer.Body.String())
		require.Equal(t, 5, h.client.Server.Query().CountX(system()), "nothing is imported")

		again := h.badRows(keeper("en"), answer.Body.Bytes(), "providerId", provider)
		require.Equal(t, http.StatusOK, again.Code, again.Body.String())
		require.Contains(t, again.Body.String(), "mauvais_1;seize;", "it can be read again as it is")
	})
}

// Ten thousand bad rows come, each once; who may not import gets none of them.
func TestManyBadRowsComeForThoseWhoImport(t *testing.T) {
	t.Parallel()
	h := newHouse(t, databasetest.SQLite(t))
	provider := h.client.HostingProvider.Query().OnlyX(system()).ID
	var file strings.Builder
	file.WriteString("hostname,cores,note\n")
	for i := range 10_500 {
		fmt.Fprintf(&file, "n%d,%s,%s\n", i, map[bool]string{true: "8", false: "many"}[i%21 == 0], strings.Repeat("x", 100))
	}
	answer := h.badRows(keeper("en"), []byte(file.String()), "providerId", provider)
	require.Equal(t, http.StatusOK, answer.Code)
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(answer.Body.String(), "\ufeff"))).ReadAll()
	require.NoError(t, err)
	require.Equal(t, []string{"hostname", "cores", "note", "line", "reason"}, rows[0])
	require.Len(t, rows, 10_001)
	last := 1
	for _, row := range rows[1:] {
		line, err := strconv.Atoi(row[3])
		require.NoError(t, err)
		require.Greater(t, line, last)
		require.Equal(t, fmt.Sprint("n", line-2), row[0])
		require.Equal(t, "cores: no number", row[4])
		last = line
	}

	part := h.badRows(keeper("en"), []byte("hostname,ip\nn1,203.0.113.20 nowhere\n"), "providerId", provider)
	require.Contains(t, part.Body.String(), "(nowhere)", "which of several values is meant")

	require.Equal(t, http.StatusForbidden, h.badRows(ops(), []byte("hostname\na b\n"), "providerId", provider).Code)
	require.Equal(t, http.StatusUnauthorized, h.badRows(access.Nobody(), []byte("hostname\na b\n"), "providerId", provider).Code)
	require.Equal(t, http.StatusNotFound, h.badRows(keeper("en"), []byte("hostname\na b\n"), "providerId", "hpr_none").Code)
	for name, wrong := range map[string]*httptest.ResponseRecorder{
		"mapping":   h.badRows(keeper("en"), []byte("hostname\na b\n"), "providerId", provider, "mapping", "{"),
		"no table":  h.badRows(keeper("en"), []byte("PK\x03\x04"), "providerId", provider),
		"no header": h.badRows(keeper("en"), []byte("a,b\n1,2\n"), "providerId", provider),
		"long":      h.badRows(keeper("en"), []byte("hostname\na b\n"), "providerId", strings.Repeat("x", 100_000)),
		"no form":   h.ask(keeper("en"), "/exports/bad-rows.csv", "hostname\n"),
	} {
		require.Equal(t, http.StatusBadRequest, wrong.Code, name)
	}
}

// A quote that is never closed takes the rest of a file with it, of which the answer shows the beginning.
func TestABrokenRestIsShownInPart(t *testing.T) {
	t.Parallel()
	h := newHouse(t, databasetest.SQLite(t))
	provider := h.client.HostingProvider.Query().OnlyX(system()).ID
	open := func(lines int) []byte {
		return []byte("hostname,cores\nn1,8\nn2,\"8\n" + strings.Repeat("n3,8\n", lines))
	}
	require.Equal(t, http.StatusBadRequest, h.badRows(keeper("en"), open(100_000), "providerId", provider).Code, "longer than a row may be")
	answer := h.badRows(keeper("en"), open(50_000), "providerId", provider)
	require.Equal(t, http.StatusOK, answer.Code)
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(answer.Body.String(), "\ufeff"))).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 2)
	require.True(t, strings.HasPrefix(rows[1][0], "n2,\"8\nn3,8\n"), rows[1][0][:40])
	require.Equal(t, "3", rows[1][2])
	require.Less(t, answer.Body.Len(), 10_000)
}
