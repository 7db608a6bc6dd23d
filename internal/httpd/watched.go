package httpd

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/arpent/arpent/internal/observe"
)

// numbers are what is counted of requests. Their labels come from the router's patterns, never from a path.
type numbers struct {
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
}

func newNumbers(r *observe.Registry) numbers {
	return numbers{
		requests: r.Counter("arpent_http_requests_total", "HTTP requests, by route and status.", "route", "method", "status"),
		seconds:  r.Histogram("arpent_http_request_seconds", "Time of HTTP requests that are no streams, by route.", observe.Quick, "route"),
	}
}

func (n numbers) count(r *http.Request, status int, took time.Duration) {
	route := routeOf(r)
	label := strconv.Itoa(status)
	if gone(r, status) {
		label = "gone"
	}
	n.requests.WithLabelValues(route, methodOf(r), label).Inc()
	if !streams(r) && !waits(r) {
		n.seconds.WithLabelValues(route).Observe(took.Seconds())
	}
}

// gone tells whether what looks like our failure is a caller that did not wait for the answer.
func gone(r *http.Request, status int) bool {
	return status >= http.StatusInternalServerError && r.Context().Err() != nil
}

// routeOf is the pattern that the request met, without its method.
func routeOf(r *http.Request) string {
	_, path, found := strings.Cut(r.Pattern, "/")
	if !found {
		return "none"
	}
	return "/" + path
}

// methodOf is one of those that we know; callers can invent others.
func methodOf(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions:
		return r.Method
	}
	return "other"
}

// streams tells whether a request lasts as long as its caller wants.
func streams(r *http.Request) bool {
	return r.Header.Get("Upgrade") != "" || strings.Contains(r.Header.Get("Accept"), "text/event-stream")
}

// waits tells whether a request waits for something to happen: a worker's for work, or for a wish to stop.
func waits(r *http.Request) bool {
	return r.URL.Path == "/worker/v1/claim" || strings.HasPrefix(r.URL.Path, "/worker/v1/") && strings.HasSuffix(r.URL.Path, "/watch")
}

// traced begins a span for what people and programs ask, and goes on with the trace that a caller is in. Streams and
// waits are no spans: what is done within them is.
func (h *handler) traced(next http.Handler) http.Handler {
	if h.Tracer == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := observe.Receive(r.Context(), r.Header)
		if !traceable(r) {
			next.ServeHTTP(w, r.WithContext(ctx))
			return
		}
		ctx, span := h.Tracer.Start(ctx, r.Method)
		seen, r := &observed{ResponseWriter: w}, r.WithContext(ctx)
		defer func() {
			span.Name(r.Method + " " + routeOf(r))
			span.Set("http.route", routeOf(r))
			span.Set("arpent.request", requestID(ctx))
			span.SetInt("http.response.status_code", seen.status)
			span.End(seen.status >= http.StatusInternalServerError)
		}()
		next.ServeHTTP(seen, r)
	})
}

// traceable leaves out pages, probes, and what machines ask every few seconds, unless it belongs to a trace.
func traceable(r *http.Request) bool {
	path := r.URL.Path
	switch {
	case streams(r), waits(r):
		return false
	case strings.HasPrefix(path, "/worker/v1/"), strings.HasPrefix(path, "/terraform/"):
		return r.Header.Get("Traceparent") != ""
	}
	for _, prefix := range []string{"/graphql", "/auth/", "/runs/", "/states/"} {
		if strings.HasPrefix(path, prefix) && !strings.HasPrefix(path, "/graphql/") {
			return true
		}
	}
	return false
}
