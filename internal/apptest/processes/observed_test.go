package processes_test

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	common "go.opentelemetry.io/proto/otlp/common/v1"
	otlp "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// promised are the families of /metrics. The dashboard, the alerts and docs/operations.md use their names.
var promised = []string{
	"arpent_build_info", "go_goroutines", "process_resident_memory_bytes",
	"arpent_http_requests_total", "arpent_http_request_seconds",
	"arpent_graphql_operations_total", "arpent_graphql_operation_seconds", "arpent_graphql_subscriptions",
	"arpent_sql_seconds", "arpent_sql_errors_total", "arpent_sql_connections_open", "arpent_sql_connections_busy", "arpent_sql_connection_wait_seconds",
	"arpent_feed_subscribers", "arpent_feed_events_total", "arpent_feed_resyncs_total", "arpent_feed_lag_seconds",
	"arpent_queue_waiting", "arpent_queue_oldest_seconds", "arpent_queue_rings_failed_total",
	"arpent_runs", "arpent_runs_ended_total", "arpent_run_claim_seconds", "arpent_run_log_bytes_total",
	"arpent_leases_lost_total", "arpent_sweeps_total", "arpent_sweep_seconds", "arpent_workers", "arpent_survey_failures_total", "arpent_retention_forgotten_total",
}

var numberName = regexp.MustCompile(`\b(?:arpent|go|process)_[a-z_]+`)

// What the dashboard, the alerts and the documentation name is promised, and what is promised is documented.
func TestEveryNumberThatIsNamedIsThere(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"deploy/grafana/dashboards/arpent.json", "deploy/prometheus/alerts.yml", "docs/operations.md"} {
		text, err := os.ReadFile(filepath.Join("../../..", file))
		require.NoError(t, err)
		used := numberName.FindAllString(string(text), -1)
		require.NotEmpty(t, used, file)
		for _, name := range used {
			for _, suffix := range []string{"_bucket", "_count", "_sum"} {
				name = strings.TrimSuffix(name, suffix)
			}
			require.Contains(t, promised, name, file)
		}
		for _, name := range promised {
			if file == "docs/operations.md" && strings.HasPrefix(name, "arpent_") {
				require.Contains(t, string(text), "`"+name+"`")
			}
		}
	}
}

// scraped is what /metrics says, read as Prometheus reads it.
func scraped(t *testing.T, url string) map[string]*dto.MetricFamily {
	t.Helper()
	response, err := http.Get(url)
	require.NoError(t, err)
	defer response.Body.Close()
	require.Equal(t, http.StatusOK, response.StatusCode)
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(response.Body)
	require.NoError(t, err)
	return families
}

// sum adds up what a family counts where its labels are as wanted: pairs of name and value.
func sum(family *dto.MetricFamily, labels ...string) (total float64) {
	for _, metric := range family.GetMetric() {
		if !labeled(metric, labels) {
			continue
		}
		total += metric.GetCounter().GetValue() + metric.GetGauge().GetValue() + float64(metric.GetHistogram().GetSampleCount())
	}
	return total
}

func labeled(metric *dto.Metric, labels []string) bool {
	has := map[string]string{}
	for _, pair := range metric.GetLabel() {
		has[pair.GetName()] = pair.GetValue()
	}
	for i := 0; i < len(labels); i += 2 {
		if has[labels[i]] != labels[i+1] {
			return false
		}
	}
	return true
}

// receiver is a collector of traces.
type receiver struct {
	*httptest.Server
	mutex sync.Mutex
	spans []span
}

type span struct {
	*otlp.Span
	service string
}

func (s span) attribute(key string) string { return attributeIn(s.GetAttributes(), key) }

func attributeIn(pairs []*common.KeyValue, key string) string {
	for _, pair := range pairs {
		if pair.GetKey() == key {
			return pair.GetValue().GetStringValue()
		}
	}
	return ""
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{}
	r.Server = httptest.NewServer(r)
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	body, err := io.ReadAll(request.Body)
	var batch collector.ExportTraceServiceRequest
	if err != nil || request.URL.Path != "/v1/traces" || proto.Unmarshal(body, &batch) != nil {
		http.Error(w, "no traces", http.StatusBadRequest)
		return
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for _, source := range batch.GetResourceSpans() {
		service := attributeIn(source.GetResource().GetAttributes(), "service.name")
		for _, scope := range source.GetScopeSpans() {
			for _, s := range scope.GetSpans() {
				r.spans = append(r.spans, span{s, service})
			}
		}
	}
	w.Header().Set("Content-Type", "application/x-protobuf")
}

// named are the spans of a trace, by their names.
func (r *receiver) named(trace []byte) map[string]span {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	found := map[string]span{}
	for _, s := range r.spans {
		if bytes.Equal(s.GetTraceId(), trace) {
			found[s.service+": "+s.GetName()] = s
		}
	}
	return found
}

// names are those of a trace's spans so far, for who reads why a test has failed.
type names struct {
	receiver *receiver
	trace    []byte
}

func (n names) String() string {
	return strings.Join(slices.Sorted(maps.Keys(n.receiver.named(n.trace))), "\n")
}

func requestWithTrace(t *testing.T, in *installation, query string, variables map[string]any) (requestID string, data []byte) {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	require.NoError(t, err)
	request := in.client().Request(http.MethodPost, "/graphql", bytes.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Traceparent", "00-0123456789abcdef0123456789abcdef-00f067aa0ba902b7-01")
	response, text := in.client().Do(request)
	require.Equal(t, http.StatusOK, response.StatusCode)
	return response.Header.Get("X-Request-Id"), text
}

// One request, from its HTTP request to the steps of the tool in another process: its trace, its log lines and what is
// counted of it.
func TestARequestIsWatchedToItsEnd(t *testing.T) {
	t.Parallel()
	traces, metrics := newReceiver(t), freeAddress(t)
	in, env := remote(t, 20*time.Second, "ARPENT_OTLP_ENDPOINT="+traces.URL, "ARPENT_METRICS_LISTEN="+metrics, "ARPENT_LOG_FORMAT=json", "OTEL_BSP_SCHEDULE_DELAY=100")
	url := "http://" + metrics + "/metrics"
	worker := hire(t, append(env, "ARPENT_OTLP_ENDPOINT="+traces.URL, "OTEL_BSP_SCHEDULE_DELAY=100"), "north")
	project, dir := in.project("SEEN"), t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go"), nil, 0o600))
	before := scraped(t, url)
	for sum(before["arpent_runs_ended_total"], "kind", "provision") == 0 { // the base's end is counted a moment after it is told
		require.NoError(t, t.Context().Err())
		before = scraped(t, url)
	}
	for _, name := range promised {
		require.Contains(t, before, name)
	}

	requestID, text := requestWithTrace(t, in, `mutation($p: ID!, $i: JSON!) {
		requestResource(input: {projectId: $p, template: "slow", name: "seen", inputs: $i}) { run { id } userErrors { message } } }`,
		map[string]any{"p": project, "i": map[string]any{"dir": dir, "word": "secret-argument"}})
	var made struct {
		Data struct {
			RequestResource struct{ Run struct{ ID string } }
		}
	}
	require.NoError(t, json.Unmarshal(text, &made), "%s", text)
	runID := made.Data.RequestResource.Run.ID
	in.ends(runID, "SUCCEEDED")

	requireTraced(t, traces, runID, requestID)
	// Lines and numbers come a moment after what they are about.
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		requireLogged(c, in.said.String(), worker.said.String(), runID, requestID)
	}, 20*time.Second, 100*time.Millisecond)
	require.EventuallyWithT(t, func(c *assert.CollectT) { requireCounted(c, before, scraped(t, url)) }, 20*time.Second, 100*time.Millisecond)
	response, _ := in.client().Fetch("/metrics")
	require.NotContains(t, response.Header.Get("Content-Type"), "version=0.0.4", "the portal's address tells no numbers")
}

func requireTraced(t *testing.T, traces *receiver, runID, requestID string) {
	t.Helper()
	trace := []byte{0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef}
	wanted := []string{
		"arpent: POST /graphql", "arpent: mutation requestResource", "arpent: SQL SELECT", "arpent: SQL TOGETHER", "arpent: run queued", "arpent: run prepare",
		"arpent-worker: run plan", "arpent-worker: step init", "arpent-worker: step plan", "arpent-worker: run apply", "arpent-worker: step apply",
	}
	require.Eventually(t, func() bool {
		found := traces.named(trace)
		for _, name := range wanted {
			if _, there := found[name]; !there {
				return false
			}
		}
		return true
	}, 20*time.Second, 100*time.Millisecond, "%v in %v", wanted, names{traces, trace})
	found := traces.named(trace)
	request, apply := found["arpent: POST /graphql"], found["arpent-worker: run apply"]
	require.Equal(t, requestID, request.attribute("arpent.request"))
	require.Equal(t, []byte{0x00, 0xf0, 0x67, 0xaa, 0x0b, 0xa9, 0x02, 0xb7}, request.GetParentSpanId(), "it goes on with the caller's trace")
	require.Equal(t, runID, apply.attribute("arpent.run"))
	require.Equal(t, apply.GetSpanId(), found["arpent-worker: step apply"].GetParentSpanId())
	for name, s := range found {
		require.NotContains(t, s.String(), "secret-argument", "%s tells a value", name)
	}
}

// requireLogged proves that the id that the caller sees stands in the server's lines, and the run's in the worker's.
func requireLogged(t require.TestingT, server, worker, runID, requestID string) {
	var seen bool
	for line := range strings.Lines(server) {
		var said struct{ Msg, Request, Trace, Path string }
		if json.Unmarshal([]byte(line), &said) == nil && said.Request == requestID && said.Path == "/graphql" {
			seen = true
			require.Equal(t, "0123456789abcdef0123456789abcdef", said.Trace)
		}
	}
	require.True(t, seen, "no line of request %s:\n%s", requestID, server)
	require.Contains(t, worker, runID)
	require.Contains(t, worker, `"trace":"0123456789abcdef0123456789abcdef"`)
}

func requireCounted(t require.TestingT, before, after map[string]*dto.MetricFamily) {
	more := func(name string, labels ...string) float64 {
		return sum(after[name], labels...) - sum(before[name], labels...)
	}
	require.Positive(t, more("arpent_http_requests_total", "route", "/graphql", "status", "200"))
	require.Positive(t, more("arpent_http_request_seconds", "route", "/graphql"))
	require.InDelta(t, 1, more("arpent_graphql_operations_total", "kind", "mutation", "field", "requestResource", "outcome", "ok"), 0)
	require.Positive(t, more("arpent_graphql_operation_seconds", "kind", "query"))
	for _, kind := range []string{"select", "insert", "update", "begin", "commit"} {
		require.Positive(t, more("arpent_sql_seconds", "kind", kind), kind)
	}
	require.InDelta(t, 1, more("arpent_runs_ended_total", "kind", "provision", "status", "succeeded"), 0)
	require.InDelta(t, 1, more("arpent_run_claim_seconds", "priority", "plan"), 0)
	require.InDelta(t, 1, more("arpent_run_claim_seconds", "priority", "apply"), 0)
	require.Positive(t, more("arpent_feed_events_total"))
	require.Positive(t, more("arpent_feed_lag_seconds"))
	require.Positive(t, more("arpent_run_log_bytes_total"))
	require.Positive(t, sum(after["arpent_sweeps_total"], "chore", "expired leases", "outcome", "ok"))
	require.InDelta(t, 1, sum(after["arpent_workers"], "state", "alive"), 0)
	require.InDelta(t, 0, sum(after["arpent_survey_failures_total"]), 0)
}
