package observe

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// tracing is set once a tracer was made. As long as it is not, nothing looks for a trace anywhere.
var tracing atomic.Bool

// scope names us among the makers of spans.
const scope = "github.com/arpent/arpent"

// Tracer begins traces and sends them away. Nil begins none.
type Tracer struct {
	provider *sdk.TracerProvider
	tracer   trace.Tracer
}

// TracerConfig says where spans go and who sends them. Headers, timeouts, certificates and sampling are set by
// OpenTelemetry's own variables, such as OTEL_EXPORTER_OTLP_HEADERS and OTEL_TRACES_SAMPLER.
type TracerConfig struct {
	Endpoint string // of OTLP over HTTP, as http://collector:4318; empty for no tracer
	Service  string
	Version  string
	Instance string
	Log      *slog.Logger
}

// NewTracer makes a tracer, nil when there is no endpoint. A collector that is away costs spans, nothing else.
func NewTracer(ctx context.Context, config TracerConfig) (*Tracer, error) {
	if config.Endpoint == "" {
		return nil, nil
	}
	address, err := url.Parse(config.Endpoint)
	if err != nil || address.Host == "" || !strings.HasPrefix(address.Scheme, "http") {
		return nil, fmt.Errorf("the OTLP endpoint must be an http(s) URL, not %q", config.Endpoint)
	}
	if strings.Trim(address.Path, "/") == "" {
		address.Path = "/v1/traces"
	}
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(address.String()))
	if err != nil {
		return nil, fmt.Errorf("send traces: %w", err)
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { config.Log.Warn("traces", "error", err) }))
	provider := sdk.NewTracerProvider(sdk.WithBatcher(exporter), sdk.WithResource(resource.NewSchemaless(
		attribute.String("service.name", config.Service),
		attribute.String("service.version", config.Version),
		attribute.String("service.instance.id", config.Instance),
	)))
	tracing.Store(true)
	return &Tracer{provider: provider, tracer: provider.Tracer(scope)}, nil
}

// Close sends what is left.
func (t *Tracer) Close(ctx context.Context) error {
	if t == nil {
		return nil
	}
	return t.provider.Shutdown(ctx)
}

// Start begins a span: below the one that ctx carries, perhaps from another process, else one of a new trace.
func (t *Tracer) Start(ctx context.Context, name string) (context.Context, Span) {
	if t == nil {
		return ctx, Span{}
	}
	ctx, span := t.tracer.Start(ctx, name)
	return ctx, Span{span}
}

// Start begins a span below the one of ctx; none where there is none.
func Start(ctx context.Context, name string) (context.Context, Span) {
	tracer := tracerIn(ctx)
	if tracer == nil {
		return ctx, Span{}
	}
	ctx, span := tracer.Start(ctx, name)
	return ctx, Span{span}
}

// Quiet is ctx without its trace, for what is done so often that a trace would drown in it.
func Quiet(ctx context.Context) context.Context {
	if !tracing.Load() {
		return ctx
	}
	return trace.ContextWithSpan(ctx, nil)
}

// Past tells of something that has been, below the span of ctx.
func Past(ctx context.Context, name string, began, ended time.Time, failed bool) {
	tracer := tracerIn(ctx)
	if tracer == nil {
		return
	}
	_, span := tracer.Start(ctx, name, trace.WithTimestamp(began))
	if failed {
		span.SetStatus(codes.Error, "")
	}
	span.End(trace.WithTimestamp(ended))
}

// tracerIn is the tracer of the span that is recorded in ctx; nil when none is.
func tracerIn(ctx context.Context) trace.Tracer {
	if !tracing.Load() {
		return nil
	}
	span := trace.SpanFromContext(ctx)
	if !span.IsRecording() {
		return nil
	}
	return span.TracerProvider().Tracer(scope)
}

// Span is something that takes time. The zero one takes everything and tells nothing.
type Span struct{ span trace.Span }

// Set says something about it. Neither keys nor values may hold secrets.
func (s Span) Set(key, value string) {
	if s.span != nil {
		s.span.SetAttributes(attribute.String(key, value))
	}
}

// SetInt is Set for numbers.
func (s Span) SetInt(key string, value int) {
	if s.span != nil {
		s.span.SetAttributes(attribute.Int(key, value))
	}
}

// Name gives it a better name.
func (s Span) Name(name string) {
	if s.span != nil {
		s.span.SetName(name)
	}
}

// End ends it. Of an error only that there was one is told: its text may quote what is secret.
func (s Span) End(failed bool) {
	if s.span == nil {
		return
	}
	if failed {
		s.span.SetStatus(codes.Error, "")
	}
	s.span.End()
}

var wire = propagation.TraceContext{}

// Carry writes down where ctx is in its trace, for another process to resume; empty when it is in none.
func Carry(ctx context.Context) string {
	if !tracing.Load() {
		return ""
	}
	carrier := propagation.MapCarrier{}
	wire.Inject(ctx, carrier)
	return carrier["traceparent"]
}

// Resume puts ctx where another process was in its trace. What cannot be read is nowhere.
func Resume(ctx context.Context, parent string) context.Context {
	if !tracing.Load() || parent == "" {
		return ctx
	}
	return wire.Extract(ctx, propagation.MapCarrier{"traceparent": parent})
}

// Send puts where ctx is in its trace into the header of a request.
func Send(ctx context.Context, header http.Header) {
	if tracing.Load() {
		wire.Inject(ctx, propagation.HeaderCarrier(header))
	}
}

// Receive takes it from there.
func Receive(ctx context.Context, header http.Header) context.Context {
	return Resume(ctx, header.Get("Traceparent"))
}

// TraceID names the trace of ctx; empty when it is in none.
func TraceID(ctx context.Context) string {
	if !tracing.Load() {
		return ""
	}
	if at := trace.SpanContextFromContext(ctx); at.HasTraceID() {
		return at.TraceID().String()
	}
	return ""
}
