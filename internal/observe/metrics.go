package observe

import (
	"net/http"
	"runtime"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Registry is a process's numbers. Those of nil count as well, and nobody reads them.
type Registry struct{ numbers *prometheus.Registry }

// NewRegistry makes a registry that tells the program's version and how Go and the process are.
func NewRegistry(version string) *Registry {
	r := &Registry{numbers: prometheus.NewRegistry()}
	r.numbers.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	r.Gauge("arpent_build_info", "The version that runs; always 1.", "version", "go").WithLabelValues(version, runtime.Version()).Set(1)
	return r
}

// Quick are the buckets of what ought to take milliseconds, Patient those of what may take minutes; in seconds.
var (
	Quick   = []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10}
	Patient = []float64{.01, .05, .1, .25, .5, 1, 2.5, 5, 15, 60, 300, 1800}
)

// Counter makes what only grows. The values of labels must come from a set that we know.
func (r *Registry) Counter(name, help string, labels ...string) *prometheus.CounterVec {
	return register(r, prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels))
}

// Gauge makes what goes up and down.
func (r *Registry) Gauge(name, help string, labels ...string) *prometheus.GaugeVec {
	return register(r, prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: help}, labels))
}

// Histogram makes what is measured in seconds.
func (r *Registry) Histogram(name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
	return register(r, prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets}, labels))
}

// Watch makes a gauge that is read when it is asked for; reading must be quick.
func (r *Registry) Watch(name, help string, read func() float64) {
	register(r, prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, read))
}

// Handler answers a scraper.
func (r *Registry) Handler() http.Handler {
	return promhttp.HandlerFor(r.numbers, promhttp.HandlerOpts{
		// What cannot be read now is left out; the rest is told all the same.
		ErrorHandling: promhttp.ContinueOnError, MaxRequestsInFlight: 4,
	})
}

// register panics when two things have one name: that is a mistake of ours, which every start shows.
func register[C prometheus.Collector](r *Registry, c C) C {
	if r != nil {
		r.numbers.MustRegister(c)
	}
	return c
}
