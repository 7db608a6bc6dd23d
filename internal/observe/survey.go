package observe

import (
	"context"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// patience is how long a survey may take before a scraper goes without it.
const patience = 5 * time.Second

// Survey is a set of gauges that are dear to measure, such as those that ask the database. It is measured at most once
// in a while, however often and by however many it is asked for, and only when somebody asks.
type Survey struct {
	Fresh   time.Duration // how long an answer is good for
	Measure func(ctx context.Context, tell Tell) error
}

// Tell reports one value; labels are in the order in which they were declared.
type Tell func(name string, value float64, labels ...string)

// Told declares a gauge of a survey.
type Told struct {
	Name, Help string
	Labels     []string
}

// Survey adds a survey and says what it tells. A measurement that fails tells nothing, and is counted.
func (r *Registry) Survey(s Survey, told ...Told) {
	c := &surveyor{Survey: s, descs: map[string]*prometheus.Desc{}, failures: prometheus.NewDesc(
		"arpent_survey_failures_total", "How often what is asked of the database for these numbers could not be read.", nil, nil,
	)}
	for _, t := range told {
		c.descs[t.Name] = prometheus.NewDesc(t.Name, t.Help, t.Labels, nil)
	}
	register(r, c)
}

type surveyor struct {
	Survey
	descs    map[string]*prometheus.Desc
	failures *prometheus.Desc

	mutex  sync.Mutex
	at     time.Time
	known  []prometheus.Metric
	failed int
}

// Describe implements prometheus.Collector.
func (s *surveyor) Describe(out chan<- *prometheus.Desc) {
	out <- s.failures
	for _, desc := range s.descs {
		out <- desc
	}
}

// Collect implements prometheus.Collector. Scrapers that come together wait for one measurement.
func (s *surveyor) Collect(out chan<- prometheus.Metric) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.at.IsZero() || time.Since(s.at) >= s.Fresh {
		s.measure()
		s.at = time.Now()
	}
	for _, metric := range s.known {
		out <- metric
	}
	out <- prometheus.MustNewConstMetric(s.failures, prometheus.CounterValue, float64(s.failed))
}

func (s *surveyor) measure() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	s.known = nil
	err := s.Measure(ctx, func(name string, value float64, labels ...string) {
		s.known = append(s.known, prometheus.MustNewConstMetric(s.descs[name], prometheus.GaugeValue, value, labels...))
	})
	if err != nil {
		s.known, s.failed = nil, s.failed+1
	}
}
