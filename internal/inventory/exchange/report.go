package exchange

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/arpent/arpent/ent/check"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/inventory"
)

// mostBody bounds what a tool sends at once.
const mostBody = 4 << 20

// answered tells a tool what became of its reports.
type answered struct {
	Accepted int       `json:"accepted"`
	Refused  []refused `json:"refused"`
}

// refused is a report that was not taken, by its place in the call.
type refused struct {
	Place   int        `json:"place"`
	Code    fault.Code `json:"code"`
	Field   string     `json:"field,omitempty"`
	Message string     `json:"message"`
}

// take reports what a tool has sent, each from its place in the call, and answers what was refused and why. A call is taken as far as it is good: tools
// send one that failed again as it was, and would never come to an end with a bad report in it.
func (s *Service) take(w http.ResponseWriter, r *http.Request, reports []inventory.Report, places []int, bad []refused) error {
	locale := access.FromContext(r.Context()).Locale
	for i := inventory.MostReports; i < len(reports); i++ {
		bad = append(bad, refusedAt(places[i], fault.New(fault.Limited, textTooMany, inventory.MostReports), locale))
	}
	reports = reports[:min(len(reports), inventory.MostReports)]
	verdicts, err := s.Report(r.Context(), reports)
	if err != nil {
		return err
	}
	done := answered{Refused: bad}
	for i, verdict := range verdicts {
		if verdict.Err == nil {
			done.Accepted++
			continue
		}
		why, ok := fault.As(verdict.Err)
		if !ok {
			return verdict.Err
		}
		done.Refused = append(done.Refused, refusedAt(places[i], why, locale))
	}
	if done.Refused == nil {
		done.Refused = []refused{}
	}
	slices.SortStableFunc(done.Refused, func(a, b refused) int { return a.Place - b.Place })
	return sendJSON(w, done)
}

func refusedAt(place int, why *fault.Error, locale string) refused {
	return refused{place, why.Code(), strings.Join(why.Field(), "."), why.Message(locale)}
}

// mayReport refuses who may report nothing at all, so that its tool learns it.
func mayReport(r *http.Request) error {
	viewer := access.FromContext(r.Context())
	if some, all := viewer.ProjectsWith(access.StateReport); all || len(some) > 0 || viewer.May(access.StateReport) {
		return nil
	}
	return fault.New(fault.Denied, textMayNot, string(access.StateReport))
}

// readBody reads what a tool has sent into a value.
func readBody(w http.ResponseWriter, r *http.Request, into any) error {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostBody))
	var long *http.MaxBytesError
	switch {
	case errors.As(err, &long):
		return fault.New(fault.Limited, textBodyLong, mostBody).Because(err)
	case err != nil:
		return fault.New(fault.Invalid, textBody, err.Error()).Because(err)
	}
	if err := json.Unmarshal(body, into); err != nil {
		return fault.New(fault.Invalid, textBody, err.Error()).Because(err)
	}
	return nil
}

func intervalOf(r *http.Request) (time.Duration, error) {
	text := r.URL.Query().Get("interval")
	if text == "" {
		return 0, nil
	}
	seconds, err := strconv.ParseInt(text, 10, 32)
	if err != nil || seconds < 0 {
		return 0, fault.New(fault.Invalid, textSeconds).At("interval")
	}
	return time.Duration(seconds) * time.Second, nil
}

// statuses are the words that tools have for how something is.
var statuses = map[string]check.Status{}

func init() { //nolint:gochecknoinits // a table that is written the other way round
	for status, words := range map[check.Status]string{
		check.StatusOK:       "ok up healthy passing pass success succeeded resolved normal good green true 0",
		check.StatusWARNING:  "warning warn degraded minor yellow 1",
		check.StatusCRITICAL: "critical crit down error failing failed failure alerting firing unhealthy major red false 2",
		check.StatusUNKNOWN:  "unknown nodata no_data pending none 3",
	} {
		for _, word := range strings.Fields(words) {
			statuses[word] = status
		}
	}
}

func statusOf(word string) check.Status {
	if status, ok := statuses[strings.ToLower(strings.TrimSpace(word))]; ok {
		return status
	}
	return check.Status(word) // which is refused with a reason
}

// alerts is what Alertmanager sends (version 4).
type alerts struct {
	Alerts []alert `json:"alerts"`
}

type alert struct {
	Status      string            `json:"status"`
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
}

// reportAlerts takes what Alertmanager sends. An alert is about the server that its labels name: arpent_id, hostname, or
// instance without its port; ?subject= names another label. It is seen now: Alertmanager repeats what is still so.
func (s *Service) reportAlerts(w http.ResponseWriter, r *http.Request) error {
	if err := mayReport(r); err != nil {
		return err
	}
	interval, err := intervalOf(r)
	if err != nil {
		return err
	}
	var sent alerts
	if err := readBody(w, r, &sent); err != nil {
		return err
	}
	if len(sent.Alerts) == 0 {
		return fault.New(fault.Invalid, textNoReport).At("alerts")
	}
	names := []string{"arpent_id", "hostname", "instance"}
	if name := r.URL.Query().Get("subject"); name != "" {
		names = []string{name}
	}
	reports, places := make([]inventory.Report, len(sent.Alerts)), make([]int, len(sent.Alerts))
	for i, a := range sent.Alerts {
		reports[i], places[i] = a.report(names, interval), i
	}
	return s.take(w, r, reports, places, nil)
}

func (a alert) report(subjects []string, interval time.Duration) inventory.Report {
	report := inventory.Report{
		Check: a.check(subjects), Status: check.StatusOK, Source: "alertmanager", Interval: interval,
		Message: cut(first(a.Annotations["summary"], a.Annotations["description"], a.Annotations["message"]), 1000),
	}
	for _, name := range subjects {
		if value := a.Labels[name]; value != "" {
			report.Subject = hostOf(value)
			break
		}
	}
	if a.Status != "resolved" {
		report.Status = severityOf(a.Labels["severity"])
	} else {
		report.Interval = 0 // it is not repeated
	}
	return report
}

// check names what an alert is about: two of one name, as of two disks, are two checks.
func (a alert) check(subjects []string) string {
	name := []string{first(a.Labels["alertname"], "alert")}
	for _, label := range slices.Sorted(maps.Keys(a.Labels)) {
		if !slices.Contains(subjects, label) && !slices.Contains([]string{"alertname", "arpent_id", "hostname", "instance", "job"}, label) {
			name = append(name, label+"="+a.Labels[label])
		}
	}
	return cut(strings.Join(name, " "), 100)
}

func severityOf(severity string) check.Status {
	switch strings.ToLower(severity) {
	case "critical", "crit", "page", "error", "emergency", "disaster", "high", "major":
		return check.StatusCRITICAL
	case "info", "none", "ok":
		return check.StatusOK
	}
	return check.StatusWARNING
}

// hostOf is a name or an address without its port, as it is known here.
func hostOf(text string) string {
	if host, _, err := net.SplitHostPort(text); err == nil {
		text = host
	}
	text = strings.Trim(text, "[]")
	if strings.Contains(text, "_") { // an id, whose capitals are none
		return text
	}
	return strings.ToLower(text)
}

func first(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

func cut(text string, most int) string {
	if letters := []rune(text); len(letters) > most {
		return string(letters[:most-1]) + "…"
	}
	return text
}
