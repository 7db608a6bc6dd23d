package journal

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/internal/observe"
)

// numbers are what is counted of the feed.
type numbers struct {
	events, resyncs prometheus.Counter
	lag             prometheus.Observer
}

func newNumbers(r *observe.Registry) numbers {
	return numbers{
		events:  r.Counter("arpent_feed_events_total", "Events that were handed to the subscribers of this server.").WithLabelValues(),
		resyncs: r.Counter("arpent_feed_resyncs_total", "Subscribers that were told to read everything again.").WithLabelValues(),
		lag:     r.Histogram("arpent_feed_lag_seconds", "Time from an event to when this server hands it out.", observe.Patient).WithLabelValues(),
	}
}

// handedOut counts a batch, and how late it is by the event that has waited longest.
func (n numbers) handedOut(events []*ent.Event) {
	n.events.Add(float64(len(events)))
	oldest := events[0].Time
	for _, e := range events[1:] {
		if e.Time.Before(oldest) {
			oldest = e.Time
		}
	}
	n.lag.Observe(max(0, time.Since(oldest).Seconds()))
}

// Observe counts what the feed does. Call it before Run.
func (f *Feed) Observe(registry *observe.Registry) {
	f.numbers = newNumbers(registry)
	registry.Watch("arpent_feed_subscribers", "Subscribers of events at this server.", f.audience)
}

func (f *Feed) audience() float64 {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return float64(len(f.subscribers))
}
