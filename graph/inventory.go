package graph

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/schema"
	"github.com/arpent/arpent/ent/server"
	"github.com/arpent/arpent/graph/model"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/allocation"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/inventory"
)

func specification(input *model.SpecificationInput) schema.Specification {
	if input == nil {
		return schema.Specification{}
	}
	return schema.Specification{
		Cores: orZero(input.Cores.Value()), MemoryMiB: orZero(input.MemoryMiB.Value()), DiskGiB: orZero(input.DiskGiB.Value()),
		Architecture: orZero(input.Architecture.Value()), System: orZero(input.System.Value()), Location: orZero(input.Location.Value()),
	}
}

// specificationUpdate tells what is not given, which stays, from null, which clears.
func specificationUpdate(input *model.SpecificationInput) inventory.SpecificationUpdate {
	if input == nil {
		return inventory.SpecificationUpdate{}
	}
	return inventory.SpecificationUpdate{
		Cores: lastSaid(input.Cores), MemoryMiB: lastSaid(input.MemoryMiB), DiskGiB: lastSaid(input.DiskGiB),
		Architecture: lastSaid(input.Architecture), System: lastSaid(input.System), Location: lastSaid(input.Location),
	}
}

// lastSaid is a value that was given, zero for null; nil for one that was not.
func lastSaid[T any](input graphql.Omittable[*T]) *T {
	value, set := input.ValueOK()
	if !set {
		return nil
	}
	read := orZero(value)
	return &read
}

// textsOf reads an object of texts.
func textsOf(input json.RawMessage, field ...string) (texts map[string]string, err error) {
	if len(input) == 0 {
		return nil, nil
	}
	if err := json.Unmarshal(input, &texts); err != nil {
		return nil, fault.New(fault.Invalid, fault.Text{EN: "An object of texts is wanted.", FR: "Un objet de textes est attendu."}).At(field...).Because(err)
	}
	return texts, nil
}

func healthCount(c inventory.HealthCount) *model.HealthCount {
	return &model.HealthCount{Health: c.Health, Count: c.Count}
}

func (r *Resolver) healthOfProviders(ctx context.Context, ids []string) (map[string][]inventory.HealthCount, error) {
	return r.Inventory.HealthBy(ctx, server.FieldProviderID, ids)
}

func (r *Resolver) healthOfProjects(ctx context.Context, ids []string) (map[string][]inventory.HealthCount, error) {
	return r.Inventory.HealthBy(ctx, server.FieldProjectID, ids)
}

func factsOf(facts map[string]schema.Fact) []*model.Fact {
	return each(slices.Sorted(maps.Keys(facts)), func(name string) *model.Fact {
		f := facts[name]
		return &model.Fact{Name: name, Value: f.Value, Source: f.Source, At: f.At}
	})
}

func (r *Resolver) createOrder(ctx context.Context, input model.CreateOrderInput) (*ent.PurchaseOrder, error) {
	lines, err := linesOf(input.Lines)
	if err != nil {
		return nil, err
	}
	made, err := r.once(ctx, "createOrder", input.IdempotencyKey, input, func(ctx context.Context) (m made, err error) {
		m.order, err = r.Inventory.CreateOrder(ctx, inventory.OrderInput{
			Number: input.Number, Title: input.Title, ProviderID: input.ProviderID, ProjectID: orZero(input.ProjectID),
			DueAt: input.DueAt, Notes: orZero(input.Notes), Lines: lines,
		})
		return m, err
	})
	return made.order, err
}

func (r *Resolver) updateOrder(ctx context.Context, input model.UpdateOrderInput) (*ent.PurchaseOrder, error) {
	update := inventory.OrderUpdate{Title: input.Title, Notes: input.Notes, DueAt: input.DueAt}
	if input.Lines != nil {
		lines, err := linesOf(input.Lines)
		if err != nil {
			return nil, err
		}
		update.Lines = lines
	}
	return r.Inventory.UpdateOrder(ctx, input.ID, update)
}

func linesOf(input []*model.OrderLineInput) ([]inventory.LineInput, error) {
	lines := make([]inventory.LineInput, len(input))
	for i, line := range input {
		labels, err := textsOf(line.Labels, "lines", "labels")
		if err != nil {
			return nil, err
		}
		lines[i] = inventory.LineInput{
			Kind: line.Kind, Count: line.Count, Title: line.Title, Specification: specification(line.Specification), Labels: labels,
		}
	}
	return lines, nil
}

func comparison(c *inventory.Comparison) *model.OrderComparison {
	if c == nil {
		c = &inventory.Comparison{}
	}
	return &model.OrderComparison{
		Extra: each(c.Extra, func(one *ent.Server) *model.DeliveredServer {
			return &model.DeliveredServer{ID: one.ID, Hostname: one.Hostname}
		}),
		Lines: each(c.Lines, func(l inventory.LineComparison) *model.OrderLineComparison {
			return &model.OrderLineComparison{
				LineID: l.Line.ID, Kind: l.Line.Kind, Title: l.Line.Title, Ordered: l.Line.Count, Delivered: l.Delivered, Missing: l.Missing,
				Different: each(l.Different, difference),
			}
		}),
	}
}

func difference(d inventory.Difference) *model.ServerDifference {
	return &model.ServerDifference{ServerID: d.Server.ID, Hostname: d.Server.Hostname, What: d.What, Ordered: d.Ordered, Delivered: d.Delivered}
}

func reportOf(input *model.ReportStateInput) inventory.Report {
	return inventory.Report{
		Subject: input.SubjectID, Check: input.Check, Status: input.Status, Message: orZero(input.Message), Source: orZero(input.Source),
		ObservedAt: orZero(input.ObservedAt), Interval: time.Duration(orZero(input.Interval)) * time.Second,
	}
}

func utilization(u allocation.Utilization) *model.Utilization {
	return &model.Utilization{
		Total: u.Total.String(), Free: u.Free.String(), Reserved: u.Reserved, Claimed: u.Claimed, Assigned: u.Assigned, Used: u.Used(),
	}
}

func networkBlock(b allocation.Block) *model.NetworkBlock {
	return &model.NetworkBlock{Cidr: b.CIDR, Total: b.Total.String(), Used: b.Used}
}

// seconds is a duration given in seconds.
func seconds(input *int64) *time.Duration {
	if input == nil {
		return nil
	}
	d := time.Duration(min(max(*input, -1), 1<<32)) * time.Second
	return &d
}

func (r *Resolver) claimServer(ctx context.Context, input model.ClaimServerInput) (*ent.Claim, error) {
	var selector allocation.ServerSelector
	if s := input.Selector; s != nil {
		selector = allocation.ServerSelector{
			Labels: s.Labels, ProviderID: orZero(s.ProviderID), NetworkID: orZero(s.NetworkID), Specification: specification(s.Specification), IDs: s.Ids,
		}
	}
	key, err := keyOf(input.IdempotencyKey)
	if err != nil {
		return nil, err
	}
	return r.Allocation.ClaimServer(ctx, allocation.Terms{
		ProjectID: input.ProjectID, Key: key, Lifetime: seconds(input.Lifetime), Wait: input.Wait, Note: orZero(input.Note),
	}, selector)
}

func (r *Resolver) claimAddress(ctx context.Context, input model.ClaimAddressInput) (*ent.Claim, error) {
	key, err := keyOf(input.IdempotencyKey)
	if err != nil {
		return nil, err
	}
	return r.Allocation.ClaimAddress(ctx, allocation.Terms{
		ProjectID: input.ProjectID, Key: key, Lifetime: seconds(input.Lifetime), Wait: input.Wait, Note: orZero(input.Note),
	}, addressSelector(input.Selector), orZero(input.ServerID))
}

// keyOf is the key of a claim; empty when none was given. A robot whose key is empty by mistake would claim again at each retry.
func keyOf(key *string) (string, error) {
	if key != nil && *key == "" {
		return "", fault.New(fault.Invalid, badKey, maxKey).At("idempotencyKey")
	}
	return orZero(key), nil
}

func addressSelector(s *model.AddressSelector) allocation.AddressSelector {
	if s == nil {
		return allocation.AddressSelector{}
	}
	return allocation.AddressSelector{
		NetworkID: orZero(s.NetworkID), Network: orZero(s.Network), ProviderID: orZero(s.ProviderID), Scope: orZero(s.Scope),
		Family: string(orZero(s.Family)), IP: orZero(s.IP),
	}
}

// importServers reads a file, and shows a page of its rows, those that were refused first.
func (r *Resolver) importServers(ctx context.Context, input model.ImportServersInput) (*model.ImportServersPayload, error) {
	file, name, err := fileOf(input)
	var done *inventory.Import
	if err == nil {
		var mapping *inventory.Mapping
		if mapping, err = mappingOf(input.Mapping); err == nil {
			done, err = r.Inventory.ImportServers(ctx, inventory.ImportInput{
				ProviderID: input.ProviderID, OrderID: orZero(input.OrderID), FileName: name, File: file,
				Mapping: mapping, DryRun: input.DryRun, SkipBadRows: input.SkipBadRows,
			})
		}
	}
	refused, err := refusals(ctx, err)
	payload := &model.ImportServersPayload{Rows: []*model.ImportRow{}, UserErrors: refused}
	if done == nil || err != nil {
		return payload, err
	}
	return payload, showImport(ctx, payload, done, input.First, input.After)
}

func fileOf(input model.ImportServersInput) (io.Reader, string, error) {
	switch {
	case (input.File == nil) == (input.CSV == nil):
		return nil, "", fault.New(fault.Invalid, fault.Text{
			EN: "Give a file or its text, and not both.", FR: "Donnez un fichier ou son texte, pas les deux.",
		}).At("file")
	case input.File != nil:
		return input.File.File, input.File.Filename, nil
	}
	return strings.NewReader(*input.CSV), orZero(input.FileName), nil
}

func mappingOf(input *model.ImportMappingInput) (*inventory.Mapping, error) {
	if input == nil {
		return nil, nil
	}
	columns, err := textsOf(input.Columns, "mapping", "columns")
	return &inventory.Mapping{
		Columns: columns, Encoding: orZero(input.Encoding), Delimiter: orZero(input.Delimiter), Decimal: orZero(input.Decimal),
	}, err
}

func showImport(ctx context.Context, payload *model.ImportServersPayload, done *inventory.Import, first, after int) error {
	columns, err := json.Marshal(done.Reading.Columns)
	if err != nil {
		return err
	}
	payload.Session = done.Session
	payload.Reading = &model.ImportReading{
		Encoding: done.Reading.Encoding, Delimiter: done.Reading.Delimiter, Decimal: done.Reading.Decimal,
		Headers: done.Reading.Headers, Columns: columns, Rows: len(done.Rows),
	}
	payload.Added, payload.Changed = done.Counts[inventory.Added], done.Counts[inventory.Changed]
	payload.Unchanged, payload.Refused = done.Counts[inventory.Unchanged], done.Counts[inventory.Refused]
	locale := access.FromContext(ctx).Locale
	for _, row := range pageOf(done.Rows, first, after) {
		shown := &model.ImportRow{
			Line: row.Line, Outcome: model.ImportOutcome(row.Outcome), Hostname: row.Hostname,
			Problems: problemsIn(locale, row.Problems), Warnings: problemsIn(locale, row.Warnings),
		}
		if changes := row.Changes(); len(changes) > 0 {
			if shown.Changes, err = json.Marshal(changes); err != nil {
				return err
			}
		}
		payload.Rows = append(payload.Rows, shown)
	}
	return nil
}

func problemsIn(locale string, problems []inventory.Problem) []*model.ImportProblem {
	return each(problems, func(p inventory.Problem) *model.ImportProblem {
		return &model.ImportProblem{Line: p.Line, Column: p.Column, Value: p.Value, Reason: p.Reason.In(locale)}
	})
}

// pageOf is a page of an import's rows, those that were refused first, then those with warnings.
func pageOf(rows []*inventory.Row, first, after int) []*inventory.Row {
	sorted := slices.Clone(rows)
	slices.SortStableFunc(sorted, func(a, b *inventory.Row) int { return rankOf(a) - rankOf(b) })
	from := min(max(after, 0), len(sorted))
	return sorted[from:min(from+min(max(first, 0), 1000), len(sorted))]
}

func rankOf(r *inventory.Row) int {
	const refused, warned, others = 0, 1, 2
	switch {
	case r.Outcome == inventory.Refused:
		return refused
	case len(r.Warnings) > 0:
		return warned
	}
	return others + slices.Index([]inventory.Outcome{inventory.Changed, inventory.Added, inventory.Unchanged}, r.Outcome)
}
