package inventory

import (
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
	verdicts := make([]Verdict, len(reports))
	err := s.db.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
		subjects, err := subjectsOf(asInventory(ctx), client, reports)
		if err != nil {
			return err
		}
		book := &book{client: client, service: s, at: now(), reporter: access.FromContext(ctx).Name}
		for i, r := range reports {
			if verdicts[i].Err = judge(ctx, r, subjects[r.Subject], book.at); verdicts[i].Err == nil {
				book.take(i, r, subjects[r.Subject])
			}
		}
		return book.write(ctx, verdicts)
	})
	if err != nil {
		return nil, database.Fault(err)
	}
	return verdicts, nil
}

// subjectsOf finds what reports are about, by what they call it.
func subjectsOf(ctx context.Context, client *ent.Client, reports []Report) (map[string]about, error) {
	var names []string
	for _, r := range reports {
		if storable(r.Subject) { // otherwise it is nobody's name, and may not be asked for
			names = append(names, r.Subject)
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	found := map[string]about{}
	servers, err := client.Server.Query().Where(server.Or(database.AnyOf(server.FieldID, names), database.AnyOf(server.FieldHostname, names))).All(ctx)
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
func judge(ctx context.Context, r Report, subject about, at time.Time) error {
	if subject.id == "" || !mayReport(ctx, subject) {
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

func mayReport(ctx context.Context, subject about) bool {
	viewer := access.FromContext(ctx)
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
