package inventory

import (
	"cmp"
	"context"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/address"
	"github.com/arpent/arpent/ent/check"
	"github.com/arpent/arpent/ent/schema/typeid"
	"github.com/arpent/arpent/ent/server"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/journal"
)

// Report is somebody's statement of a state.
type Report struct {
	Subject    string // id of a server, a project or a hosting provider, or a server's hostname or address
	Check      string // the aspect
	Status     check.Status
	Message    string
	Source     string    // the tool; the reporter when empty
	ObservedAt time.Time // now when zero
	Interval   time.Duration
}

// The rules of reports.
const (
	MostReports = 1000               // in one call
	ahead       = 5 * time.Minute    // how far a reporter's clock may be ahead of ours
	old         = 7 * 24 * time.Hour // what was seen longer ago says nothing of now
	longest     = 31 * 24 * time.Hour
	maxCheck    = 100
	maxMessage  = 1000
)

// Verdict is what became of one report: its row, or why it was refused.
type Verdict struct {
	Report *ent.StateReport
	Err    error
}

// about is what a report is about.
type about struct {
	id, name, projectID, serverID string
}

// ReportStates takes many reports at once. Each is judged by itself: those that are refused do not keep the others out.
func (s *Service) ReportStates(ctx context.Context, reports []Report) ([]Verdict, error) {
	if len(reports) == 0 || len(reports) > MostReports {
		return nil, fault.New(fault.Limited, textOneTo, MostReports).At("reports")
	}
	if !access.FromContext(ctx).SignedIn() {
		return nil, fault.New(fault.Denied, textMayNot, string(access.StateReport))
	}
	if len(reports) == 1 && !database.InTx(ctx) {
		verdict, err := s.reportOne(ctx, reports[0])
		return []Verdict{verdict}, err
	}
	all := make([]*heard, len(reports))
	for i, r := range reports {
		all[i] = hear(ctx, r)
	}
	if err := s.take(ctx, all, false); err != nil {
		return nil, err
	}
	verdicts := make([]Verdict, len(all))
	for i, h := range all {
		verdicts[i] = h.Verdict
	}
	return verdicts, nil
}

// mostTogether is how many reports of different reporters one transaction takes.
const mostTogether = 64

// heard is a report, who made it, and what became of it.
type heard struct {
	Report
	Verdict
	viewer *access.Viewer
	author journal.Author
	done   bool // there is a verdict
}

func hear(ctx context.Context, r Report) *heard {
	return &heard{Report: r, viewer: access.FromContext(ctx), author: journal.AuthorOf(ctx)}
}

// reportOne takes a report that comes by itself with those that come at the same time. When they can not be taken together, each goes alone:
// what is wrong with one is no reason to refuse another.
func (s *Service) reportOne(ctx context.Context, r Report) (Verdict, error) {
	h := hear(ctx, r)
	var failed error
	err := s.crowd.Serve(ctx, "", h, func(group []*heard) {
		if len(group) == 1 {
			failed = s.take(ctx, group, true)
			return
		}
		for len(group) > 0 {
			if err := s.take(context.WithoutCancel(ctx), group, true); err != nil {
				s.log.Debug("reports that were to be taken together go alone", "error", err)
				return
			}
			group = slices.DeleteFunc(group, func(h *heard) bool { return h.done })
		}
	})
	if err == nil && failed == nil && !h.done {
		failed = s.take(ctx, []*heard{h}, true)
	}
	return h.Verdict, cmp.Or(failed, database.Fault(err))
}

// take gives reports their verdicts, in one transaction. Apart means that of several about one subject only the first is taken, and
// the others have no verdict yet: each of them may change a health, which would be an event of its own.
func (s *Service) take(ctx context.Context, all []*heard, apart bool) error {
	verdicts := make([]Verdict, len(all))
	done := make([]bool, len(all))
	err := s.db.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
		subjects, err := subjectsOf(asInventory(ctx), client, all)
		if err != nil {
			return err
		}
		book, taken := &book{client: client, service: s, at: now()}, map[string]bool{}
		for i, h := range all {
			subject := called(subjects, h.Subject)
			verdicts[i].Err = judge(h, subject, book.at)
			done[i] = verdicts[i].Err != nil || !apart || !taken[subject.id]
			if verdicts[i].Err == nil && done[i] {
				taken[subject.id] = true
				book.take(i, h, subject)
			}
		}
		return book.write(ctx, verdicts)
	})
	if err != nil {
		return database.Fault(err)
	}
	for i, h := range all {
		h.Verdict, h.done = verdicts[i], done[i]
	}
	return nil
}

// called is what is called so; hostnames are compared without case, and kept in small letters.
func called(subjects map[string]about, name string) about {
	if subject, ok := subjects[name]; ok {
		return subject
	}
	return subjects[strings.ToLower(name)]
}

// subjectsOf finds what reports are about, by what they call it.
func subjectsOf(ctx context.Context, client *ent.Client, all []*heard) (map[string]about, error) {
	var names []string
	for _, r := range all {
		if storable(r.Subject) { // otherwise it is nobody's name, and may not be asked for
			names = append(names, r.Subject, strings.ToLower(r.Subject))
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	found := map[string]about{}
	servers, err := client.Server.Query().Where(server.Or(database.AnyOf(server.FieldID, names), database.AnyOf(server.FieldHostname, names))).
		Select(server.FieldID, server.FieldHostname, server.FieldProjectID).All(ctx)
	if err != nil {
		return nil, err
	}
	for _, one := range servers {
		a := about{id: one.ID, name: one.Hostname, projectID: or(one.ProjectID, ""), serverID: one.ID}
		found[one.ID], found[one.Hostname] = a, a
	}
	if err := byAddress(ctx, client, names, found); err != nil {
		return nil, err
	}
	return found, othersOf(ctx, client, names, found)
}

// byAddress finds servers by their addresses. One that several servers have, each in a scope of its own, names none of them.
func byAddress(ctx context.Context, client *ent.Client, names []string, found map[string]about) error {
	ips := map[string]string{}
	for _, name := range names {
		if addr, err := netip.ParseAddr(name); err == nil {
			ips[addr.Unmap().String()] = name
		}
	}
	if len(ips) == 0 {
		return nil
	}
	rows, err := client.Address.Query().Where(database.AnyOf(address.FieldIP, slices.Collect(maps.Keys(ips))), address.ServerIDNotNil()).WithServer().All(ctx)
	if err != nil {
		return err
	}
	for _, row := range rows {
		name, one := ips[row.IP], row.Edges.Server
		if _, twice := found[name]; twice {
			found[name] = about{}
			continue
		}
		found[name] = about{id: one.ID, name: one.Hostname, projectID: or(one.ProjectID, ""), serverID: one.ID}
	}
	return nil
}

// othersOf finds projects and hosting providers among the names that are ids.
func othersOf(ctx context.Context, client *ent.Client, names []string, found map[string]about) error {
	for _, name := range names {
		switch typeid.Prefix(name) {
		case "prj":
			p, err := client.Project.Get(ctx, name)
			if ent.IsNotFound(err) {
				continue
			}
			if err != nil {
				return err
			}
			found[name] = about{id: p.ID, name: p.Acronym, projectID: p.ID}
		case "hsp":
			p, err := client.HostingProvider.Get(ctx, name)
			if ent.IsNotFound(err) {
				continue
			}
			if err != nil {
				return err
			}
			found[name] = about{id: p.ID, name: p.Name}
		}
	}
	return nil
}

// judge tells why a report is refused; nil when it is taken.
func judge(r *heard, subject about, at time.Time) error {
	if subject.id == "" || !mayReport(r.viewer, subject) {
		return fault.New(fault.NotFound, textNoSubject).At("subjectId")
	}
	switch {
	case !fits(r.Check, maxCheck):
		return fault.New(fault.Invalid, textName, maxCheck).At("check")
	case check.StatusValidator(r.Status) != nil:
		return fault.New(fault.Invalid, textStatus).At("status")
	case len([]rune(r.Message)) > maxMessage:
		return fault.New(fault.Invalid, textTooLong, maxMessage).At("message")
	case len([]rune(r.Source)) > maxCheck:
		return fault.New(fault.Invalid, textTooLong, maxCheck).At("source")
	case !storable(r.Message):
		return fault.New(fault.Invalid, textUnstorable).At("message")
	case !storable(r.Source):
		return fault.New(fault.Invalid, textUnstorable).At("source")
	case r.ObservedAt.After(at.Add(ahead)):
		return fault.New(fault.Invalid, textFuture, r.ObservedAt.Format(time.RFC3339)).At("observedAt")
	case !r.ObservedAt.IsZero() && r.ObservedAt.Before(at.Add(-old)):
		return fault.New(fault.Invalid, textOld, r.ObservedAt.Format(time.RFC3339)).At("observedAt")
	case r.Interval < 0 || r.Interval > longest:
		return fault.New(fault.Invalid, textInterval, int(longest/time.Second)).At("interval")
	}
	return nil
}

func mayReport(viewer *access.Viewer, subject about) bool {
	return viewer.May(access.StateReport) || subject.projectID != "" && viewer.MayIn(subject.projectID, access.StateReport)
}

// refusalOf points a refusal at a report's place in the input.
func refusalOf(err error, place int) *fault.Error {
	refused, ok := fault.As(err)
	if !ok {
		return fault.New(fault.Internal, textNoSubject).Because(err)
	}
	return refused.At(append([]string{"reports", strconv.Itoa(place)}, refused.Field()...)...)
}

// Refusals are those of verdicts, each at its place.
func Refusals(verdicts []Verdict) (list fault.List) {
	for i, v := range verdicts {
		if v.Err != nil {
			list = append(list, refusalOf(v.Err, i))
		}
	}
	return list
}

// sourceOr is the tool of a report, or who reports: people may have longer names than tools.
func (r Report) sourceOr(reporter string) string {
	if source := strings.TrimSpace(r.Source); source != "" {
		return source
	}
	letters := []rune(reporter)
	return string(letters[:min(len(letters), maxCheck)])
}
