package inventory

import (
	"context"
	stdsql "database/sql"
	"errors"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"time"

	"entgo.io/ent/dialect/sql"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/address"
	"github.com/arpent/arpent/ent/schema"
	"github.com/arpent/arpent/ent/schema/typeid"
	"github.com/arpent/arpent/ent/server"
	"github.com/arpent/arpent/ent/serverlabel"
	"github.com/arpent/arpent/internal/fault"
)

// batch is how many rows one statement writes: SQLite takes 32,766 values.
const batch = 1000

// writer writes what a session adds and changes.
type writer struct {
	client   *ent.Client
	postgres bool
	session  *ent.ImportSession
	at       time.Time
	places   int // addresses that were to be given
}

func (w *writer) writeAll(ctx context.Context, rows []*Row) error {
	ctx = asInventory(ctx)
	large := len(rows) > 10*batch
	for i, part := range slices.Collect(slices.Chunk(rows, batch)) {
		if err := w.add(ctx, part); err != nil {
			return err
		}
		if err := w.change(ctx, part); err != nil {
			return err
		}
		if err := w.address(ctx, part); err != nil {
			return err
		}
		if i == 0 && large {
			if err := w.survey(ctx); err != nil {
				return err
			}
		}
	}
	if large {
		if err := w.survey(ctx); err != nil {
			return err
		}
	}
	return w.holdAll(ctx)
}

// survey has PostgreSQL look at the tables that a large import fills. By itself it may look while the rows of this transaction are
// invisible to it, and then believes that there are none: each check of a foreign key reads a whole index. After the
// first batch it plans those checks well, and is kept from looking by itself; after the last, everybody's lists.
func (w *writer) survey(ctx context.Context) error {
	if !w.postgres {
		return nil
	}
	for _, table := range []string{server.Table, serverlabel.Table, address.Table} {
		if _, err := w.client.ExecContext(ctx, "ANALYZE "+table); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) add(ctx context.Context, rows []*Row) error {
	var creates []*ent.ServerCreate
	var labels []*ent.ServerLabelCreate
	for _, r := range rows {
		if r.Outcome != Added {
			continue
		}
		id, spec, names := typeid.New("srv"), r.merged(), r.labels()
		create := w.client.Server.Create().SetID(id).SetHostname(r.listed.hostname).SetProviderID(w.session.ProviderID).
			SetSessionID(w.session.ID).SetLifecycle(server.LifecycleDELIVERED).SetLifecycleSince(w.at).
			SetCores(spec.Cores).SetMemoryMib(spec.MemoryMiB).SetDiskGib(spec.DiskGiB).SetArchitecture(spec.Architecture).
			SetSystem(spec.System).SetLocation(spec.Location).SetLabels(names).SetFacts(w.facts(r, nil))
		if r.listed.externalID != "" {
			create.SetExternalID(r.listed.externalID)
		}
		if r.line != nil {
			create.SetOrderLineID(r.line.ID)
		}
		creates = append(creates, create)
		for name, value := range names {
			labels = append(labels, w.client.ServerLabel.Create().SetServerID(id).SetName(name).SetValue(value))
		}
		r.known = &ent.Server{ID: id}
	}
	if err := w.client.Server.CreateBulk(creates...).Exec(ctx); err != nil {
		return err
	}
	return w.client.ServerLabel.CreateBulk(labels...).Exec(ctx)
}

// facts are what a server is known by, with what a row says, from this session.
func (w *writer) facts(r *Row, before map[string]schema.Fact) map[string]schema.Fact {
	facts := maps.Clone(before)
	if facts == nil {
		facts = map[string]schema.Fact{}
	}
	say := func(name, value string) {
		if value != "" && facts[name].Value != value {
			facts[name] = schema.Fact{Value: value, Source: w.session.ID, At: w.at}
		}
	}
	spec := r.listed.specification
	for name, n := range map[string]int{fieldCores: spec.Cores, fieldMemory: spec.MemoryMiB, fieldDisk: spec.DiskGiB} {
		if n > 0 {
			say(name, strconv.Itoa(n))
		}
	}
	say(fieldArchitecture, spec.Architecture)
	say(fieldSystem, spec.System)
	say(fieldLocation, spec.Location)
	for i, addr := range r.listed.addresses {
		say(fieldAddress+map[bool]string{true: "", false: strconv.Itoa(i + 1)}[i == 0], addr.String())
	}
	return facts
}

func (w *writer) change(ctx context.Context, rows []*Row) error {
	for _, r := range rows {
		if r.Outcome != Changed {
			continue
		}
		spec, labels := r.merged(), maps.Clone(r.known.Labels)
		if labels == nil {
			labels = map[string]string{}
		}
		maps.Copy(labels, r.listed.labels)
		update := w.client.Server.UpdateOneID(r.known.ID).SetHostname(r.listed.hostname).SetSessionID(w.session.ID).
			SetCores(spec.Cores).SetMemoryMib(spec.MemoryMiB).SetDiskGib(spec.DiskGiB).SetArchitecture(spec.Architecture).
			SetSystem(spec.System).SetLocation(spec.Location).SetFacts(w.facts(r, r.known.Facts))
		if r.listed.externalID != "" {
			update.SetExternalID(r.listed.externalID)
		}
		if r.known.Lifecycle == server.LifecycleWISHED || r.known.Lifecycle == server.LifecycleORDERED {
			update.SetLifecycle(server.LifecycleDELIVERED).SetLifecycleSince(w.at)
		}
		changed, err := update.Save(ctx)
		if err != nil {
			return err
		}
		if len(r.listed.labels) > 0 {
			if _, err := setLabels(ctx, w.client, changed, labels); err != nil {
				return err
			}
		}
	}
	return nil
}

// address gives servers their new addresses: those that were free, and those that had no row.
func (w *writer) address(ctx context.Context, rows []*Row) error {
	var creates []*ent.AddressCreate
	for _, r := range rows {
		if r.Outcome == Refused {
			continue
		}
		for _, p := range r.places {
			create := w.client.Address.Create().SetNetworkID(p.network.ID).SetIP(p.addr.String()).SetValue(bytesOf(p.addr)).
				SetState(address.StateASSIGNED).SetStateSince(w.at).SetServerID(r.known.ID)
			if r.known.ProjectID != nil {
				create.SetProjectID(*r.known.ProjectID)
			}
			creates = append(creates, create)
		}
	}
	w.places += len(creates)
	for part := range slices.Chunk(creates, batch) {
		if err := w.assign(ctx, part); err != nil {
			return err
		}
	}
	return nil
}

// assign writes addresses, over free ones only.
func (w *writer) assign(ctx context.Context, part []*ent.AddressCreate) error {
	err := w.client.Address.CreateBulk(part...).OnConflict(
		sql.ConflictColumns(address.FieldNetworkID, address.FieldValue),
		sql.ResolveWith(func(u *sql.UpdateSet) {
			for _, column := range []string{address.FieldState, address.FieldStateSince, address.FieldServerID, address.FieldProjectID} {
				u.SetExcluded(column)
			}
		}),
		sql.UpdateWhere(sql.EQ(address.FieldState, string(address.StateFREE))),
	).Exec(ctx)
	if errors.Is(err, stdsql.ErrNoRows) {
		return nil // all that are missing are counted at the end
	}
	return err
}

// holdAll refuses an import of which somebody has claimed an address since it was looked at. It counts once for all
// batches, past the indexes: the table may have grown by all of them in this transaction, of which no planner knows.
func (w *writer) holdAll(ctx context.Context) error {
	if w.places == 0 {
		return nil
	}
	written, err := w.client.Address.Query().Where(
		address.StateEQ(address.StateASSIGNED), address.StateSince(w.at), address.HasServerWith(server.SessionID(w.session.ID)),
	).Count(ctx)
	if err == nil && written != w.places {
		err = fault.New(fault.Conflict, textOvertaken).At("file")
	}
	return err
}

// bytesOf is an address in 16 bytes, which sort as addresses do.
func bytesOf(addr netip.Addr) []byte {
	b := addr.As16()
	return b[:]
}
