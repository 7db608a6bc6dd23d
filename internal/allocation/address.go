package allocation

import (
	"context"
	stdsql "database/sql"
	"errors"
	"math/big"
	"net/netip"

	"entgo.io/ent/dialect/sql"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/address"
	"github.com/arpent/arpent/ent/network"
	"github.com/arpent/arpent/internal/fault"
)

// addressesOf are the addresses from first to last in a network; last may be empty for one.
func addressesOf(n *ent.Network, first, last string) ([]netip.Addr, error) {
	in, err := parseSpan(n.Cidr)
	if err != nil {
		return nil, err
	}
	if last == "" {
		last = first
	}
	from, err := parseIP(first)
	if err != nil {
		return nil, at(err, "first")
	}
	to, err := parseIP(last)
	if err != nil {
		return nil, at(err, "last")
	}
	for addr, field := range map[netip.Addr]string{from: "first", to: "last"} {
		if !in.holds(addr) {
			return nil, fault.New(fault.Invalid, textOutside, addr, n.Cidr).At(field)
		}
	}
	if to.Less(from) {
		return nil, fault.New(fault.Invalid, textBackward, to, from).At("last")
	}
	count := between(from, to)
	if count.Sign() == 0 || count.Cmp(big.NewInt(mostReserved)) > 0 {
		return nil, fault.New(fault.Limited, textTooMany, mostReserved).At("last")
	}
	var all []netip.Addr
	for addr := from; addr.Compare(to) <= 0; addr = addr.Next() {
		all = append(all, addr)
	}
	return all, nil
}

// setReserved gives addresses their rows and their state.
func setReserved(ctx context.Context, client *ent.Client, n *ent.Network, all []netip.Addr, reserved bool, note string) ([]*ent.Address, error) {
	if err := touch(ctx, client, n, all); err != nil {
		return nil, err
	}
	within := []func(*sql.Selector){
		sql.FieldEQ(address.FieldNetworkID, n.ID),
		sql.FieldGTE(address.FieldValue, bytesOf(all[0])), sql.FieldLTE(address.FieldValue, bytesOf(all[len(all)-1])),
	}
	rows := func(q *ent.AddressQuery) *ent.AddressQuery {
		return q.Where(func(s *sql.Selector) {
			for _, condition := range within {
				condition(s)
			}
		})
	}
	used, err := rows(client.Address.Query()).Where(address.StateIn(address.StateCLAIMED, address.StateASSIGNED)).
		Order(ent.Asc(address.FieldValue)).First(ctx)
	if err == nil {
		return nil, fault.New(fault.Conflict, textTaken, used.IP).At("first")
	}
	if !ent.IsNotFound(err) {
		return nil, err
	}
	state := address.StateFREE
	if reserved {
		state = address.StateRESERVED
	}
	update := client.Address.Update().SetState(state).SetStateSince(now()).SetNote(note)
	if _, err := update.Where(func(s *sql.Selector) {
		for _, condition := range within {
			condition(s)
		}
	}).Save(ctx); err != nil {
		return nil, err
	}
	return rows(client.Address.Query()).Order(ent.Asc(address.FieldValue)).All(ctx)
}

// touch gives addresses rows, free ones, where they have none.
func touch(ctx context.Context, client *ent.Client, n *ent.Network, all []netip.Addr) error {
	const batch = 500
	for from := 0; from < len(all); from += batch {
		part := all[from:min(from+batch, len(all))]
		creates := make([]*ent.AddressCreate, len(part))
		for i, addr := range part {
			creates[i] = client.Address.Create().SetNetworkID(n.ID).SetIP(addr.String()).SetValue(bytesOf(addr))
		}
		err := client.Address.CreateBulk(creates...).
			OnConflictColumns(address.FieldNetworkID, address.FieldValue).DoNothing().Exec(ctx)
		if err != nil && !errors.Is(err, stdsql.ErrNoRows) { // nothing was missing
			return err
		}
	}
	return nil
}

// growth is how many free rows a network grows at once.
const growth = 64

// grow gives a network that is locked free rows in front of its frontier, and tells whether it got any.
func (s *Service) grow(ctx context.Context, client *ent.Client, n *ent.Network) (bool, error) {
	in, err := parseSpan(n.Cidr)
	if err != nil {
		return false, err
	}
	addr, last := in.usable()
	if len(n.Frontier) > 0 {
		addr = addrOf(n.Frontier).Next()
	}
	var fresh []netip.Addr
	for ; len(fresh) < growth && addr.IsValid() && addr.Compare(last) <= 0; addr = addr.Next() {
		if !reserves(n, bytesOf(addr)) {
			fresh = append(fresh, addr)
		}
	}
	if len(fresh) == 0 {
		return false, nil
	}
	if err := touch(ctx, client, n, fresh); err != nil {
		return false, err
	}
	n.Frontier = bytesOf(fresh[len(fresh)-1])
	return true, client.Network.Update().Where(network.ID(n.ID)).SetFrontier(n.Frontier).Exec(ctx)
}
