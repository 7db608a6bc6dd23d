package httpd

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/access"
)

func TestStateFileIsSentToWhoIsSignedIn(t *testing.T) {
	t.Parallel()
	h := &handler{Config: Config{StateFile: func(_ context.Context, id string) (string, []byte, error) {
		require.Equal(t, "stv_1", id)
		return "SHOP-v3.tfstate", []byte(`{"serial":3}`), nil
	}}}
	request := httptest.NewRequest(http.MethodGet, "/states/stv_1", nil)
	request.SetPathValue("id", "stv_1")
	answer := httptest.NewRecorder()
	h.stateFile(answer, request.WithContext(access.NewContext(request.Context(), access.Actor("test"))))
	require.Equal(t, http.StatusOK, answer.Code)
	require.JSONEq(t, `{"serial":3}`, answer.Body.String())
	require.Equal(t, "attachment; filename=SHOP-v3.tfstate", answer.Header().Get("Content-Disposition"))
	require.Equal(t, "no-store", answer.Header().Get("Cache-Control"))
}
