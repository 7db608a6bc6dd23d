package exchange

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/inventory"
)

// reportJSON takes what any tool sends: a report, or a list of them. Its parts are found by the names of reportState's input;
// a tool that calls them otherwise says where they are, as in ?subject=host.name&check=service&status=state&items=alerts.
func (s *Service) reportJSON(w http.ResponseWriter, r *http.Request) error {
	if err := mayReport(r); err != nil {
		return err
	}
	interval, err := intervalOf(r)
	if err != nil {
		return err
	}
	var body any
	if err := readBody(w, r, &body); err != nil {
		return err
	}
	items := itemsOf(body, r.URL.Query().Get("items"))
	if len(items) == 0 {
		return fault.New(fault.Invalid, textNoReport).At("reports")
	}
	locale := access.FromContext(r.Context()).Locale
	var reports []inventory.Report
	var places []int
	var bad []refused
	paths := pathsOf(r)
	for place, item := range items {
		object, ok := item.(map[string]any)
		if !ok {
			bad = append(bad, refusedAt(place, fault.New(fault.Invalid, textIsObject), locale))
			continue
		}
		reports, places = append(reports, paths.report(object, interval)), append(places, place)
	}
	if len(reports) == 0 {
		return sendJSON(w, answered{Refused: bad})
	}
	return s.take(w, r, reports, places, bad)
}

// itemsOf are the reports of a body: the list at the path, the body itself when it is one, its "reports", or it alone.
func itemsOf(body any, path string) []any {
	if path != "" {
		body = at(body, path)
	} else if object, ok := body.(map[string]any); ok && object["reports"] != nil {
		body = object["reports"]
	}
	switch found := body.(type) {
	case []any:
		return found
	case map[string]any:
		return []any{found}
	}
	return nil
}

// paths are where the parts of a report are, each with the names that are tried.
type paths map[string][]string

func pathsOf(r *http.Request) paths {
	found := paths{
		"subject": {"subjectId", "subject", "hostname", "host"}, "check": {"check"}, "status": {"status"}, "message": {"message"},
		"source": {"source"}, "observedAt": {"observedAt"}, "interval": {"interval"},
	}
	for part := range found {
		if path := r.URL.Query().Get(part); path != "" && part != "interval" {
			found[part] = []string{path}
		}
	}
	return found
}

func (p paths) text(object any, part string) string {
	for _, path := range p[part] {
		switch value := at(object, path).(type) {
		case nil:
		case string:
			return value
		case map[string]any, []any: // no text
		default:
			return fmt.Sprint(value)
		}
	}
	return ""
}

func (p paths) report(object map[string]any, interval time.Duration) inventory.Report {
	report := inventory.Report{
		Subject: hostOf(p.text(object, "subject")), Check: first(p.text(object, "check"), "state"), Status: statusOf(p.text(object, "status")),
		Message: cut(p.text(object, "message"), 1000), Source: p.text(object, "source"), Interval: interval,
	}
	if seconds, ok := at(object, "interval").(float64); ok {
		report.Interval = time.Duration(min(max(seconds, -1), 1e9)) * time.Second
	}
	if text := p.text(object, "observedAt"); text != "" {
		report.ObservedAt = timeOf(text)
	}
	return report
}

// timeOf reads a time as RFC 3339 or in seconds since 1970; one that is none is as old as none can be, and refused for it.
func timeOf(text string) time.Time {
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t
	}
	var seconds float64
	if err := json.Unmarshal([]byte(text), &seconds); err == nil && seconds > 0 && seconds < 1e11 {
		return time.Unix(int64(seconds), 0)
	}
	return time.Unix(0, 0)
}

// at is what stands at a path of names, as in host.name.
func at(value any, path string) any {
	for _, name := range strings.Split(path, ".") {
		object, ok := value.(map[string]any)
		if !ok {
			return nil
		}
		value = object[name]
	}
	return value
}
