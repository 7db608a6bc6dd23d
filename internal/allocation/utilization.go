package allocation

import (
	"bytes"
	"context"
	"math/big"
	"net/netip"

	"entgo.io/ent/dialect/sql"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/address"
	"github.com/arpent/arpent/ent/network"
	"github.com/arpent/arpent/internal/database"
)

// Utilization is how much of a network is used.
type Utilization struct {
	Total, Free                 *big.Int
	Reserved, Claimed, Assigned int
}

// Used is the part of a network that is not free, 0 to 1.
func (u Utilization) Used() float64 {
	if u.Total.Sign() == 0 {
		return 1
	}
	used := new(big.Int).Sub(u.Total, u.Free)
	part, _ := new(big.Rat).SetFrac(used, u.Total).Float64()
	return part
}

// Utilizations tells how much of networks is used, by id.
func (s *Service) Utilizations(ctx context.Context, ids []string) (map[string]Utilization, error) {
	networks, err := s.db.Client(ctx).Network.Query().Where(network.IDIn(ids...)).All(ctx)
	if err != nil {
		return nil, database.Fault(err)
	}
	var rows []struct {
		NetworkID string        `json:"network_id"`
		State     address.State `json:"state"`
		Count     int           `json:"count"`
	}
	err = s.db.Client(ctx).Address.Query().Where(address.NetworkIDIn(ids...), address.StateNEQ(address.StateFREE)).
		Modify(func(q *sql.Selector) {
			q.Select(q.C(address.FieldNetworkID), q.C(address.FieldState), sql.As(sql.Count("*"), "count")).
				GroupBy(q.C(address.FieldNetworkID), q.C(address.FieldState))
		}).Scan(asAllocation(ctx), &rows)
	if err != nil {
		return nil, database.Fault(err)
	}
	all := map[string]Utilization{}
	for _, n := range networks {
		u := Utilization{Total: totalOf(n)}
		for _, row := range rows {
			if row.NetworkID == n.ID {
				u.count(row.State, row.Count)
			}
		}
		u.Free = new(big.Int).Sub(u.Total, big.NewInt(int64(u.Reserved+u.Claimed+u.Assigned)))
		all[n.ID] = u
	}
	return all, nil
}

func (u *Utilization) count(state address.State, n int) {
	switch state {
	case address.StateRESERVED:
		u.Reserved += n
	case address.StateCLAIMED:
		u.Claimed += n
	case address.StateASSIGNED:
		u.Assigned += n
	}
}

// totalOf is how many addresses of a network machines can have.
func totalOf(n *ent.Network) *big.Int {
	in, err := parseSpan(n.Cidr)
	if err != nil {
		return new(big.Int)
	}
	first, last := in.usable()
	return available(n, first, last)
}

// available counts the addresses of a network from one to another that machines can have: its gateway is none.
func available(n *ent.Network, first, last netip.Addr) *big.Int {
	total := between(first, last)
	if gateway, err := parseIP(n.Gateway); err == nil && first.Compare(gateway) <= 0 && gateway.Compare(last) <= 0 {
		total.Sub(total, big.NewInt(1))
	}
	return total
}

// Block is a part of a network, and how many addresses of it are used.
type Block struct {
	CIDR  string
	Total *big.Int
	Used  int
}

// mostBlocks is how many parts a map has.
const mostBlocks = 256

// Maps cut networks into parts of one size each, by id. Used addresses are read in the order of their values, so that
// any number of networks takes two statements.
func (s *Service) Maps(ctx context.Context, ids []string) (map[string][]Block, error) {
	networks, err := s.db.Client(ctx).Network.Query().Where(network.IDIn(ids...)).All(ctx)
	if err != nil {
		return nil, database.Fault(err)
	}
	used, err := s.used(ctx, ids)
	if err != nil {
		return nil, database.Fault(err)
	}
	all := map[string][]Block{}
	for _, n := range networks {
		if all[n.ID], err = mapOf(n, used[n.ID]); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func mapOf(n *ent.Network, used [][]byte) ([]Block, error) {
	in, err := parseSpan(n.Cidr)
	if err != nil {
		return nil, err
	}
	var blocks []Block
	first, last := in.usable()
	for _, part := range in.blocks(mostBlocks) {
		b := Block{CIDR: part.prefix.String(), Total: available(n, later(part.first(), first), earlier(part.last(), last))}
		for len(used) > 0 && bytes.Compare(used[0], bytesOf(part.last())) <= 0 {
			b.Used++
			used = used[1:]
		}
		blocks = append(blocks, b)
	}
	return blocks, nil
}

func (s *Service) used(ctx context.Context, ids []string) (map[string][][]byte, error) {
	rows, err := s.db.Client(ctx).Address.Query().Where(address.NetworkIDIn(ids...), address.StateNEQ(address.StateFREE)).
		Order(ent.Asc(address.FieldValue)).Select(address.FieldNetworkID, address.FieldValue).All(asAllocation(ctx))
	used := map[string][][]byte{}
	for _, row := range rows {
		used[row.NetworkID] = append(used[row.NetworkID], row.Value)
	}
	return used, err
}
