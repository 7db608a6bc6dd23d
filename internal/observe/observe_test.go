package observe_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/observe"
)

func scrape(t *testing.T, r *observe.Registry) string {
	t.Helper()
	recorder := httptest.NewRecorder()
	r.Handler().ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	return recorder.Body.String()
}

func TestASurveyIsMeasuredOnceForAllScrapersOfAWhile(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		registry, asked := observe.NewRegistry("test"), 0
		registry.Survey(observe.Survey{Fresh: 10 * time.Second, Measure: func(_ context.Context, tell observe.Tell) error {
			asked++
			tell("arpent_things", float64(asked), "red")
			if asked == 3 {
				return errors.New("the database is away")
			}
			return nil
		}}, observe.Told{Name: "arpent_things", Help: "Things.", Labels: []string{"color"}})
		for range 5 {
			require.Contains(t, scrape(t, registry), `arpent_things{color="red"} 1`)
		}
		time.Sleep(10 * time.Second) //nolint:forbidigo // the bubble's clock jumps
		require.Contains(t, scrape(t, registry), `arpent_things{color="red"} 2`)
		time.Sleep(10 * time.Second) //nolint:forbidigo // the bubble's clock jumps
		failed := scrape(t, registry)
		require.NotContains(t, failed, "arpent_things{", "half an answer is none")
		require.Contains(t, failed, "arpent_survey_failures_total 1")
	})
}

func TestARegistryThatIsNotThereCountsForNobody(t *testing.T) {
	t.Parallel()
	var none *observe.Registry
	none.Counter("arpent_a_total", "A.", "kind").WithLabelValues("x").Inc()
	none.Histogram("arpent_b_seconds", "B.", observe.Quick).WithLabelValues().Observe(1)
	none.Watch("arpent_c", "C.", func() float64 { return 1 })
	none.Survey(observe.Survey{}, observe.Told{Name: "arpent_d"})
}

func TestALineTellsWhatItsContextKnows(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log := observe.Logger(&out, "json", slog.LevelInfo).With("part", "test")
	ctx := observe.Tag(observe.Tag(t.Context(), "request", "req_1"), "run", "run_1")
	log.InfoContext(ctx, "hello", "run", "run_2")
	var line map[string]any
	require.NoError(t, json.Unmarshal(out.Bytes(), &line))
	require.Equal(t, "req_1", line["request"])
	require.Equal(t, "run_2", line["run"], "what the line says itself")
	require.Equal(t, "test", line["part"])
	require.Equal(t, 1, strings.Count(out.String(), `"run"`))
	out.Reset()
	observe.Logger(&out, "text", slog.LevelWarn).InfoContext(ctx, "hello")
	require.Empty(t, out.String())
}

func TestAnEndpointThatIsNoneIsRefused(t *testing.T) {
	t.Parallel()
	for _, endpoint := range []string{"collector:4318", "ftp://collector", "http://"} {
		_, err := observe.NewTracer(t.Context(), observe.TracerConfig{Endpoint: endpoint, Log: slog.New(slog.DiscardHandler)})
		require.Error(t, err, endpoint)
	}
	tracer, err := observe.NewTracer(t.Context(), observe.TracerConfig{})
	require.NoError(t, err)
	require.Nil(t, tracer)
}

// traceNothing is what the hot path does when no tracer was made.
func traceNothing(ctx context.Context) {
	ctx, span := observe.Start(ctx, "SQL SELECT")
	span.Set("db.query.text", "SELECT 1")
	observe.Quiet(ctx)
	span.End(false)
}

func TestNoTracerCostsNothing(t *testing.T) {
	ctx := t.Context()
	require.Zero(t, testing.AllocsPerRun(1000, func() { traceNothing(ctx) }))
	var none *observe.Tracer
	require.Zero(t, testing.AllocsPerRun(1000, func() {
		_, span := none.Start(ctx, "GET")
		span.End(false)
	}))
	require.Empty(t, observe.Carry(ctx))
}

func BenchmarkNoTracer(b *testing.B) {
	ctx := b.Context()
	b.ReportAllocs()
	for b.Loop() {
		traceNothing(ctx)
	}
}
