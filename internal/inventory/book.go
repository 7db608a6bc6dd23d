package inventory

import (
	"context"
	"slices"
	"time"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/check"
	"github.com/arpent/arpent/ent/schema/typeid"
	"github.com/arpent/arpent/ent/server"
	"github.com/arpent/arpent/ent/statereport"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/journal"
)

// book writes reports that were taken: their history, the checks that they renew, and the health that follows.
type book struct {
	client  *ent.Client
	service *Service
	at      time.Time
	entries []entry
}

type entry struct {
	place   int // in the verdicts
	report  Report
	author  journal.Author
	subject about
	seen    time.Time
}

// source is the tool of a report, or who reports.
func (e entry) source() string { return e.report.sourceOr(e.author.Name) }

// name is what a check is known by.
type name struct{ subject, check string }

func (b *book) take(place int, h *heard, subject about) {
	seen := h.ObservedAt.UTC().Truncate(time.Microsecond)
	if h.ObservedAt.IsZero() {
		seen = b.at
	}
	b.entries = append(b.entries, entry{place, h.Report, h.author, subject, seen})
}

func (b *book) write(ctx context.Context, verdicts []Verdict) error {
	if len(b.entries) == 0 {
		return nil
	}
	system := asInventory(ctx)
	// In one order, so that two calls about the same subjects do not wait for each other.
	slices.SortStableFunc(b.entries, func(a, c entry) int {
		if a.subject.id != c.subject.id {
			return compareText(a.subject.id, c.subject.id)
		}
		return a.seen.Compare(c.seen)
	})
	checks, err := b.renew(system)
	if err != nil {
		return err
	}
	if err := b.remember(system, checks, verdicts); err != nil {
		return err
	}
	authors := map[string]journal.Author{}
	for _, e := range b.entries {
		authors[e.subject.serverID] = e.author
	}
	return b.service.derive(ctx, b.client, b.servers(), func(id string) journal.Author { return authors[id] })
}

func compareText(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// renew writes the newest report of each check, unless a newer one is known, and returns the checks by name.
func (b *book) renew(ctx context.Context) (map[name]*ent.Check, error) {
	known, err := b.known(ctx)
	if err != nil {
		return nil, err
	}
	newest := map[name]entry{}
	var order []name
	for _, e := range b.entries {
		n := name{e.subject.id, e.report.Check}
		if present := known[n]; present != nil && present.ObservedAt.After(e.seen) {
			continue
		}
		if _, seen := newest[n]; !seen {
			order = append(order, n)
		}
		newest[n] = e
	}
	var creates []*ent.CheckCreate
	for _, n := range order {
		creates = append(creates, b.check(newest[n], known[n]))
	}
	if len(creates) > 0 {
		err := b.client.Check.CreateBulk(creates...).OnConflictColumns(check.FieldSubjectID, check.FieldName).
			Update(func(u *ent.CheckUpsert) {
				u.UpdateStatus().UpdateMessage().UpdateSource().UpdateReporter().UpdateObservedAt().UpdateSince().
					UpdateFreshUntil().UpdateProjectID().UpdateUpdatedAt()
			}).Exec(ctx)
		if err != nil {
			return nil, err
		}
	}
	for _, n := range order {
		if known[n] == nil {
			return b.known(ctx) // somebody may have made it meanwhile, under another id
		}
	}
	return known, nil
}

func (b *book) known(ctx context.Context) (map[name]*ent.Check, error) {
	var subjects, names []string
	for _, e := range b.entries {
		subjects, names = append(subjects, e.subject.id), append(names, e.report.Check)
	}
	slices.Sort(names)
	found, err := b.client.Check.Query().
		Where(database.AnyOf(check.FieldSubjectID, slices.Compact(subjects)), database.AnyOf(check.FieldName, slices.Compact(names))).All(ctx)
	byName := map[name]*ent.Check{}
	for _, c := range found {
		byName[name{c.SubjectID, c.Name}] = c
	}
	return byName, err
}

func (b *book) check(e entry, known *ent.Check) *ent.CheckCreate {
	since := e.seen
	if known != nil && known.Status == e.report.Status {
		since = known.Since
	}
	create := b.client.Check.Create().SetID(typeid.New("chk")).SetSubjectID(e.subject.id).SetName(e.report.Check).
		SetStatus(e.report.Status).SetMessage(e.report.Message).SetSource(e.source()).SetReporter(e.author.Name).
		SetObservedAt(e.seen).SetSince(since)
	if e.subject.serverID != "" {
		create.SetServerID(e.subject.serverID)
	}
	if e.subject.projectID != "" {
		create.SetProjectID(e.subject.projectID)
	}
	if e.report.Interval > 0 {
		create.SetFreshUntil(e.seen.Add(e.report.Interval))
	}
	return create
}

// remember keeps every report, also one that came too late to change its check.
func (b *book) remember(ctx context.Context, checks map[name]*ent.Check, verdicts []Verdict) error {
	creates := make([]*ent.StateReportCreate, len(b.entries))
	for i, e := range b.entries {
		create := b.client.StateReport.Create().SetCheckID(checks[name{e.subject.id, e.report.Check}].ID).
			SetStatus(statereport.Status(e.report.Status)).SetMessage(e.report.Message).SetSource(e.source()).
			SetReporter(e.author.Name).SetObservedAt(e.seen)
		if e.subject.projectID != "" {
			create.SetProjectID(e.subject.projectID)
		}
		creates[i] = create
	}
	rows, err := b.client.StateReport.CreateBulk(creates...).Save(ctx)
	if err != nil {
		return err
	}
	for i, e := range b.entries {
		verdicts[e.place].Report = rows[i]
	}
	return nil
}

func (b *book) servers() (ids []string) {
	for _, e := range b.entries {
		if e.subject.serverID != "" {
			ids = append(ids, e.subject.serverID)
		}
	}
	return slices.Compact(ids) // they are sorted
}

// rank orders states from well to unwell; what nobody knows is better than what is known to be bad.
var rank = map[check.Status]int{check.StatusOK: 1, check.StatusUNKNOWN: 2, check.StatusWARNING: 3, check.StatusCRITICAL: 4}

// derive gives servers the health that follows from their fresh checks. A change of health is an event, of whoever brought it about.
func (s *Service) derive(ctx context.Context, client *ent.Client, ids []string, by func(id string) journal.Author) error {
	if len(ids) == 0 {
		return nil
	}
	system, at := asInventory(ctx), now()
	servers, err := client.Server.Query().Where(database.AnyOf(server.FieldID, ids)).Order(server.ByID()).
		Select(server.FieldID, server.FieldHostname, server.FieldProjectID, server.FieldHealth).All(system)
	if err != nil {
		return err
	}
	checks, err := checksOf(system, client, ids)
	if err != nil {
		return err
	}
	if err := client.Server.Update().Where(database.AnyOf(server.FieldID, ids)).SetLastReportAt(at).Exec(system); err != nil {
		return err
	}
	turned := map[server.Health][]string{}
	var notes []journal.Note
	for _, one := range servers {
		health := healthOf(checks[one.ID], at)
		if health == one.Health {
			continue
		}
		turned[health] = append(turned[health], one.ID)
		note, err := by(one.ID).Note(entryOf(one, "server.health", map[string]any{"health": one.Health}, map[string]any{"health": health}))
		if err != nil {
			return err
		}
		notes = append(notes, note)
	}
	for health, ids := range turned {
		update := client.Server.Update().Where(database.AnyOf(server.FieldID, ids)).SetHealth(health).SetHealthSince(at)
		if err := update.Exec(system); err != nil {
			return err
		}
	}
	return s.journal.Add(ctx, notes...)
}

func checksOf(ctx context.Context, client *ent.Client, servers []string) (map[string][]*ent.Check, error) {
	all, err := client.Check.Query().Where(database.AnyOf(check.FieldServerID, servers)).All(ctx)
	byServer := map[string][]*ent.Check{}
	for _, c := range all {
		byServer[*c.ServerID] = append(byServer[*c.ServerID], c)
	}
	return byServer, err
}

// healthOf is the worst of checks. One that was not repeated in time says nothing any more; without any nothing is known.
func healthOf(checks []*ent.Check, at time.Time) server.Health {
	worst := check.Status("")
	for _, c := range checks {
		status := c.Status
		if c.FreshUntil != nil && c.FreshUntil.Before(at) {
			status = check.StatusUNKNOWN
		}
		if rank[status] > rank[worst] {
			worst = status
		}
	}
	if worst == "" {
		worst = check.StatusUNKNOWN
	}
	return server.Health(worst)
}
