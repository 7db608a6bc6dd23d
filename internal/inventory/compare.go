package inventory

import (
	"context"
	"net/netip"
	"slices"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/address"
	"github.com/arpent/arpent/ent/schema"
	"github.com/arpent/arpent/ent/server"
	"github.com/arpent/arpent/internal/database"
)

// Outcome is what an import does with a row.
type Outcome string

// The outcomes.
const (
	Added     Outcome = "ADDED"
	Changed   Outcome = "CHANGED"
	Unchanged Outcome = "UNCHANGED"
	Refused   Outcome = "REFUSED"
)

// Change is one value that an import replaces.
type Change struct {
	Before any `json:"before"`
	After  any `json:"after"`
}

// Row is what an import does, or would do, with one row.
type Row struct {
	Line     int
	Outcome  Outcome
	Hostname string
	Problems []Problem
	Warnings []Problem // what is odd in it, and refuses nothing
	Cells    []string  // of a row that is refused, as the file has them

	changes map[string]Change // of a server that is known
	listed  *listed
	known   *ent.Server
	line    *ent.OrderLine // of an order, that a new server answers
	places  []place        // of its new addresses
}

// place is an address in its network.
type place struct {
	network *ent.Network
	addr    netip.Addr
}

// lookup is how many values one statement asks for.
const lookup = 1000

// known is what the inventory holds of what a file lists.
type known struct {
	provider  *ent.HostingProvider
	providers map[string]string // names by id
	byName    map[string]*ent.Server
	byID      map[string]*ent.Server // external id
	networks  []span
	addresses map[netip.Addr][]*ent.Address
}

// span is a network with its range read.
type span struct {
	*ent.Network
	prefix netip.Prefix
}

// learn reads what is known of everything that a file lists, in statements that do not grow with each row.
func learn(ctx context.Context, client *ent.Client, provider *ent.HostingProvider, list []*listed) (*known, error) {
	k := &known{
		provider: provider, providers: map[string]string{}, byName: map[string]*ent.Server{}, byID: map[string]*ent.Server{},
		addresses: map[netip.Addr][]*ent.Address{},
	}
	all, err := client.HostingProvider.Query().All(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range all {
		k.providers[p.ID] = p.Name
	}
	if err := k.learnNetworks(ctx, client); err != nil {
		return nil, err
	}
	for part := range slices.Chunk(list, lookup) {
		if err := k.learnServers(ctx, client, part); err != nil {
			return nil, err
		}
		if err := k.learnAddresses(ctx, client, part); err != nil {
			return nil, err
		}
	}
	return k, nil
}

func (k *known) learnNetworks(ctx context.Context, client *ent.Client) error {
	networks, err := client.Network.Query().All(ctx)
	for _, n := range networks {
		if n.ProviderID != nil && *n.ProviderID != k.provider.ID {
			continue
		}
		if prefix, err := netip.ParsePrefix(n.Cidr); err == nil {
			k.networks = append(k.networks, span{n, prefix})
		}
	}
	// The narrowest first: it is the one that an address belongs to.
	slices.SortFunc(k.networks, func(a, b span) int { return b.prefix.Bits() - a.prefix.Bits() })
	return err
}

func (k *known) learnServers(ctx context.Context, client *ent.Client, part []*listed) error {
	var names, ids []string
	for _, l := range part {
		names = append(names, l.hostname)
		if l.externalID != "" {
			ids = append(ids, l.externalID)
		}
	}
	found, err := client.Server.Query().Where(server.Or(
		database.AnyOf(server.FieldHostname, names), server.And(server.ProviderID(k.provider.ID), database.AnyOf(server.FieldExternalID, ids)),
	)).All(ctx)
	for _, s := range found {
		k.byName[s.Hostname] = s
		if s.ExternalID != nil && s.ProviderID == k.provider.ID {
			k.byID[*s.ExternalID] = s
		}
	}
	return err
}

func (k *known) learnAddresses(ctx context.Context, client *ent.Client, part []*listed) error {
	var ips []string
	for _, l := range part {
		for _, addr := range l.addresses {
			ips = append(ips, addr.String())
		}
	}
	for some := range slices.Chunk(ips, lookup) {
		found, err := client.Address.Query().Where(database.AnyOf(address.FieldIP, some)).All(ctx)
		if err != nil {
			return err
		}
		for _, a := range found {
			if addr, err := netip.ParseAddr(a.IP); err == nil {
				k.addresses[addr] = append(k.addresses[addr], a)
			}
		}
	}
	return nil
}

// compare says what an import does with each row of a file.
func compare(t *table, k *known, list []*listed) []*Row {
	names, ids, addresses := map[string]int{}, map[string]int{}, map[netip.Addr]int{}
	rows := make([]*Row, len(list))
	for i, l := range list {
		again(t, l, fieldHostname, l.hostname, l.named, names)
		again(t, l, fieldExternalID, l.externalID, l.externalID, ids)
		for _, addr := range l.addresses {
			if line, seen := addresses[addr]; seen {
				l.refuse(t, fieldAddress, addr.String(), textAgain, line)
				continue
			}
			addresses[addr] = l.line
		}
		rows[i] = k.judge(t, l)
	}
	return rows
}

// again refuses what stands in the file twice.
func again(t *table, l *listed, field, value, shown string, seen map[string]int) {
	if value == "" {
		return
	}
	if line, ok := seen[value]; ok {
		l.refuse(t, field, shown, textAgain, line)
		return
	}
	seen[value] = l.line
}

func (k *known) judge(t *table, l *listed) *Row {
	r := &Row{Line: l.line, Hostname: l.hostname, Warnings: l.warnings, listed: l}
	r.known = k.find(t, l)
	r.places = k.placesOf(t, l, r.known)
	switch {
	case len(l.problems) > 0:
		r.Outcome, r.Problems, r.Cells, r.Hostname = Refused, l.problems, l.cells, l.named
	case r.known == nil:
		r.Outcome = Added
	default:
		if r.changes = k.changes(r); len(r.changes) == 0 {
			r.Outcome = Unchanged
		} else {
			r.Outcome = Changed
		}
	}
	return r
}

// find is the server that a row is about, nil for a new one.
func (k *known) find(t *table, l *listed) *ent.Server {
	byName, byID := k.byName[l.hostname], k.byID[l.externalID]
	if l.externalID == "" {
		byID = nil
	}
	found := byName
	if byID != nil {
		found = byID
	}
	switch {
	case byName != nil && byName.ProviderID != k.provider.ID:
		l.refuse(t, fieldHostname, l.named, textElsewhere, k.providers[byName.ProviderID])
	case byName != nil && byID != nil && byName.ID != byID.ID:
		l.refuse(t, fieldHostname, l.named, textTwoServers)
	case found != nil && found.Lifecycle == server.LifecycleRETIRED:
		l.refuse(t, fieldHostname, l.named, textRetired)
	}
	return found
}

// placesOf finds the networks of a row's addresses, and leaves out those that its server has already.
func (k *known) placesOf(t *table, l *listed, of *ent.Server) (places []place) {
	for _, addr := range l.addresses {
		n, inside := k.networkOf(addr)
		switch {
		case !inside && len(k.networks) > 0:
			l.refuse(t, fieldAddress, addr.String(), textOutside)
		case !inside: // no network is known: the address is a fact and no more
		case !l.fitsIn(n, addr):
			l.refuse(t, fieldAddress, netip.PrefixFrom(addr, l.bits[addr]).String(), textOtherNetwork, n.Cidr)
		case !usable(n, addr):
			l.refuse(t, fieldAddress, addr.String(), textNotUsable, n.Cidr)
		default:
			if free, mine := k.stands(n, addr, of); mine {
				continue
			} else if !free {
				l.refuse(t, fieldAddress, addr.String(), textHeld)
				continue
			}
			places = append(places, place{n.Network, addr})
		}
	}
	return places
}

// fitsIn tells whether an address is written without a network, as a single one, or with the network that it is in.
func (l *listed) fitsIn(n span, addr netip.Addr) bool {
	bits, given := l.bits[addr]
	return !given || bits == n.prefix.Bits() || bits == addr.BitLen()
}

func (k *known) networkOf(addr netip.Addr) (span, bool) {
	for _, n := range k.networks {
		if n.prefix.Contains(addr) {
			return n, true
		}
	}
	return span{}, false
}

// usable tells whether a machine can have an address of a network: not its first, its last in IPv4, nor its gateway.
func usable(n span, addr netip.Addr) bool {
	if gateway, err := netip.ParseAddr(n.Gateway); err == nil && gateway.Unmap() == addr {
		return false
	}
	hostBits := n.prefix.Addr().BitLen() - n.prefix.Bits()
	if hostBits < 2 {
		return true
	}
	return addr != n.prefix.Addr() && (addr.Is6() || n.prefix.Contains(addr.Next()))
}

// stands tells whether an address is free, or is the server's already.
func (k *known) stands(n span, addr netip.Addr, of *ent.Server) (free, mine bool) {
	for _, a := range k.addresses[addr] {
		if a.NetworkID != n.ID {
			continue
		}
		mine = of != nil && a.ServerID != nil && *a.ServerID == of.ID
		return a.State == address.StateFREE, mine
	}
	return true, false
}

// changes is what a row replaces of what is known. An empty cell says nothing.
func (k *known) changes(r *Row) map[string]Change {
	all, l, s := map[string]Change{}, r.listed, r.known
	note := func(field string, before, after any) {
		if l.given[field] && before != after {
			all[field] = Change{before, after}
		}
	}
	note(fieldHostname, s.Hostname, l.hostname)
	note(fieldExternalID, or(s.ExternalID, ""), l.externalID)
	note(fieldCores, s.Cores, l.specification.Cores)
	note(fieldMemory, s.MemoryMib, l.specification.MemoryMiB)
	note(fieldDisk, s.DiskGib, l.specification.DiskGiB)
	note(fieldArchitecture, s.Architecture, l.specification.Architecture)
	note(fieldSystem, s.System, l.specification.System)
	note(fieldLocation, s.Location, l.specification.Location)
	for name, value := range l.labels {
		note(labelPrefix+name, s.Labels[name], value)
	}
	for _, p := range r.places {
		all[fieldAddress] = Change{nil, append(texts(all[fieldAddress].After), p.addr.String())}
	}
	if s.Lifecycle == server.LifecycleWISHED || s.Lifecycle == server.LifecycleORDERED {
		all["lifecycle"] = Change{s.Lifecycle, server.LifecycleDELIVERED}
	}
	return all
}

func texts(value any) []string { list, _ := value.([]string); return list }

// Changes is what a row does to what is known of its server, by field: what it replaces; of a new server, everything that it would
// hold, before which there was nothing. Those of new servers are made when somebody looks: a large file has many.
func (r *Row) Changes() map[string]Change {
	if r.Outcome != Added {
		return r.changes
	}
	all, l := map[string]Change{}, r.listed
	for field, value := range map[string]any{
		fieldExternalID: l.externalID, fieldCores: l.specification.Cores, fieldMemory: l.specification.MemoryMiB, fieldDisk: l.specification.DiskGiB,
		fieldArchitecture: l.specification.Architecture, fieldSystem: l.specification.System, fieldLocation: l.specification.Location,
	} {
		if l.given[field] {
			all[field] = Change{nil, value}
		}
	}
	for name, value := range l.labels {
		all[labelPrefix+name] = Change{nil, value}
	}
	for _, addr := range l.addresses {
		all[fieldAddress] = Change{nil, append(texts(all[fieldAddress].After), addr.String())}
	}
	return all
}

// merged is a server's specification with what a row gives.
func (r *Row) merged() schema.Specification {
	if r.known == nil {
		return r.listed.specification
	}
	l, s := r.listed, r.known
	pick := func(field string, now, before int) int {
		if l.given[field] {
			return now
		}
		return before
	}
	word := func(field, now, before string) string {
		if l.given[field] {
			return now
		}
		return before
	}
	return schema.Specification{
		Cores:        pick(fieldCores, l.specification.Cores, s.Cores),
		MemoryMiB:    pick(fieldMemory, l.specification.MemoryMiB, s.MemoryMib),
		DiskGiB:      pick(fieldDisk, l.specification.DiskGiB, s.DiskGib),
		Architecture: word(fieldArchitecture, l.specification.Architecture, s.Architecture),
		System:       word(fieldSystem, l.specification.System, s.System),
		Location:     word(fieldLocation, l.specification.Location, s.Location),
	}
}
