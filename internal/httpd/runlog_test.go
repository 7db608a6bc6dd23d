package httpd

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/fault"
)

// logOf answers with pieces of three bytes of a log.
func logOf(text string) RunLogReader {
	return func(_ context.Context, _ string, after int64) (string, int64, error) {
		piece := text[min(after, int64(len(text))):]
		piece = piece[:min(3, len(piece))]
		return piece, after + int64(len(piece)), nil
	}
}

func askForLog(reader RunLogReader, query, encoding string) *httptest.ResponseRecorder {
	h := &handler{Config: Config{RunLog: reader, Log: slog.New(slog.DiscardHandler)}}
	request := httptest.NewRequest(http.MethodGet, "/runs/run_1/log"+query, nil)
	request.SetPathValue("id", "run_1")
	request.Header.Set("Accept-Encoding", encoding)
	answer := httptest.NewRecorder()
	h.runLog(answer, request.WithContext(access.NewContext(request.Context(), access.Actor("test"))))
	return answer
}

func TestRunLogIsSentWholeAndFromAPosition(t *testing.T) {
	t.Parallel()
	log := strings.Repeat("one line\n", 5)
	for query, want := range map[string]string{"": log, "?after=0": log, "?after=4": log[4:], "?after=45": "", "?after=99": ""} {
		answer := askForLog(logOf(log), query, "identity")
		require.Equal(t, http.StatusOK, answer.Code, query)
		require.Equal(t, want, answer.Body.String(), query)
		require.Equal(t, "text/plain; charset=utf-8", answer.Header().Get("Content-Type"))
	}
}

func TestRunLogIsPackedForWhoTakesThat(t *testing.T) {
	t.Parallel()
	log := strings.Repeat("one line\n", 5000)
	for query, want := range map[string]string{"": log, "?after=99999": ""} {
		answer := askForLog(logOf(log), query, "gzip, br")
		require.Equal(t, "gzip", answer.Header().Get("Content-Encoding"))
		unpacked, err := gzip.NewReader(answer.Body)
		require.NoError(t, err)
		text, err := io.ReadAll(unpacked)
		require.NoError(t, err, "the packed log has an end")
		require.Equal(t, want, string(text))
	}
}

func TestRunLogRefusesAPositionThatIsNone(t *testing.T) {
	t.Parallel()
	for _, query := range []string{"?after=x", "?after=-1", "?after=99999999999999999999"} {
		answer := askForLog(logOf("a"), query, "")
		require.Equal(t, http.StatusBadRequest, answer.Code, query)
		require.Contains(t, answer.Body.String(), "after")
	}
}

// Half a log must not look like a whole one, packed or not.
func TestRunLogThatBreaksOffHasNoEnd(t *testing.T) {
	t.Parallel()
	reader := func(ctx context.Context, id string, after int64) (string, int64, error) {
		if after > 2 {
			return "", 0, fault.New(fault.Unavailable, internal)
		}
		return logOf("abcdef")(ctx, id, after)
	}
	require.PanicsWithValue(t, http.ErrAbortHandler, func() { askForLog(reader, "", "gzip") })
	require.PanicsWithValue(t, http.ErrAbortHandler, func() { askForLog(reader, "", "") })
}
