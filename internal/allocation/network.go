package allocation

import (
	"bytes"
	"context"
	"strings"
	"unicode/utf8"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/address"
	"github.com/arpent/arpent/ent/network"
	"github.com/arpent/arpent/ent/schema"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/journal"
)

// NetworkInput describes a network.
type NetworkInput struct {
	Name, CIDR, Scope     string
	ProviderID, ProjectID string // empty for none
	Gateway               string
	VLAN                  *int
	Claimable             *bool // true when nil
	Notes                 string
}

const (
	maxName  = 100
	maxNotes = 4000
	maxScope = 60
	maxNote  = 300
)

// CreateNetwork adds a network. One that overlaps another of its scope is refused.
func (s *Service) CreateNetwork(ctx context.Context, input NetworkInput) (*ent.Network, error) {
	if err := mayManage(ctx); err != nil {
		return nil, err
	}
	input.Name, input.Scope = strings.TrimSpace(input.Name), strings.TrimSpace(input.Scope)
	parsed, err := input.check()
	if err != nil {
		return nil, err
	}
	var made *ent.Network
	err = s.db.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
		if err := s.lock(ctx, "networks:"+input.Scope); err != nil {
			return err
		}
		if err := refuseOverlap(ctx, client, parsed, input.Scope); err != nil {
			return err
		}
		if made, err = insertNetwork(ctx, client, input, parsed); err != nil {
			return err
		}
		return s.journal.Write(ctx, networkEntry("network.created", made, nil, shownNetwork(made)))
	})
	return made, database.Fault(err)
}

// check reads the range of a new network, and refuses everything that is wrong at once.
func (i NetworkInput) check() (span, error) {
	parsed, list := i.read()
	if refused := refuseBarren(parsed); refused != nil {
		list = append(list, refused)
	}
	return parsed, list.OrNil()
}

// read reads the range, and lists everything that is wrong with a network, old ones too: they may have a range that is
// refused today, and go on.
func (i NetworkInput) read() (span, fault.List) {
	var list fault.List
	parsed, err := parseSpan(i.CIDR)
	if refused, ok := fault.As(err); ok {
		list = append(list, refused)
	}
	list = append(list, checkTexts(i.Name, i.Scope, i.Notes)...)
	if i.VLAN != nil && (*i.VLAN < 1 || *i.VLAN > 4094) {
		list = append(list, fault.New(fault.Invalid, textVLAN).At("vlan"))
	}
	if i.Gateway != "" && err == nil {
		if _, refused := gatewayIn(parsed, i.Gateway); refused != nil {
			list = append(list, refused)
		}
	}
	return parsed, list
}

// refuseBarren refuses a range that would hand out addresses that no machine can have.
func refuseBarren(s span) *fault.Error {
	if s.prefix.Bits() == 0 {
		return fault.New(fault.Invalid, textWholeFamily, s.prefix).At("cidr")
	}
	barren, found := schema.BarrenIn(s.prefix)
	switch {
	case !found:
		return nil
	case barren.Range.Bits() <= s.prefix.Bits():
		return fault.New(fault.Invalid, textBarren, barren.Range, barren.For).At("cidr")
	}
	return fault.New(fault.Invalid, textHoldsBarren, barren.Range, barren.For, s.prefix).At("cidr")
}

func checkTexts(name, scope, notes string) (list fault.List) {
	if n := utf8.RuneCountInString(name); n == 0 || n > maxName {
		list = append(list, fault.New(fault.Invalid, textName, maxName).At("name"))
	}
	if utf8.RuneCountInString(scope) > maxScope {
		list = append(list, fault.New(fault.Invalid, textTooLong, maxScope).At("scope"))
	}
	if utf8.RuneCountInString(notes) > maxNotes {
		list = append(list, fault.New(fault.Invalid, textTooLong, maxNotes).At("notes"))
	}
	return list
}

// gatewayIn is a gateway in its canonical form.
func gatewayIn(in span, text string) (string, *fault.Error) {
	addr, err := parseIP(text)
	if refused, ok := fault.As(err); ok {
		return "", refused.At("gateway")
	}
	if !in.prefix.Contains(addr) {
		return "", fault.New(fault.Invalid, textOutside, addr, in.prefix).At("gateway")
	}
	return addr.String(), nil
}

func refuseOverlap(ctx context.Context, client *ent.Client, s span, scope string) error {
	over, err := client.Network.Query().Where(
		network.Scope(scope), network.FamilyEQ(familyOf(s)),
		network.FirstLTE(bytesOf(s.last())), network.LastGTE(bytesOf(s.first())),
	).First(asAllocation(ctx))
	if ent.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	return fault.New(fault.Conflict, textOverlaps, over.Name, over.Cidr).At("cidr")
}

func familyOf(s span) network.Family {
	if s.v4() {
		return network.FamilyIPV4
	}
	return network.FamilyIPV6
}

func insertNetwork(ctx context.Context, client *ent.Client, input NetworkInput, s span) (*ent.Network, error) {
	create := client.Network.Create().SetName(input.Name).SetScope(input.Scope).SetCidr(s.prefix.String()).
		SetFamily(familyOf(s)).SetFirst(bytesOf(s.first())).SetLast(bytesOf(s.last())).
		SetNillableVlan(input.VLAN).SetNillableClaimable(input.Claimable).SetNotes(input.Notes)
	if input.Gateway != "" {
		gateway, _ := gatewayIn(s, input.Gateway)
		create.SetGateway(gateway)
	}
	if input.ProviderID != "" {
		if _, err := client.HostingProvider.Get(ctx, input.ProviderID); err != nil {
			return nil, at(err, "providerId")
		}
		create.SetProviderID(input.ProviderID)
	}
	if input.ProjectID != "" {
		if _, err := client.Project.Get(ctx, input.ProjectID); err != nil {
			return nil, at(err, "projectId")
		}
		create.SetProjectID(input.ProjectID)
	}
	return create.Save(ctx)
}

// NetworkUpdate changes what is not nil.
type NetworkUpdate struct {
	Name, Gateway, Notes *string
	VLAN                 *int
	Claimable            *bool
}

// UpdateNetwork changes a network. A new gateway must not be in use.
func (s *Service) UpdateNetwork(ctx context.Context, id string, update NetworkUpdate) (*ent.Network, error) {
	if err := mayManage(ctx); err != nil {
		return nil, err
	}
	var changed *ent.Network
	err := s.db.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
		present, err := client.Network.Get(ctx, id)
		if err != nil {
			return at(err, "id")
		}
		if changed, err = update.apply(ctx, client, present); err != nil {
			return err
		}
		return s.journal.Write(ctx, networkEntry("network.updated", changed, shownNetwork(present), shownNetwork(changed)))
	})
	return changed, database.Fault(err)
}

func (u NetworkUpdate) apply(ctx context.Context, client *ent.Client, present *ent.Network) (*ent.Network, error) {
	parsed, err := parseSpan(present.Cidr)
	if err != nil {
		return nil, err
	}
	input := NetworkInput{
		Name: strings.TrimSpace(or(u.Name, present.Name)), CIDR: present.Cidr, Scope: present.Scope,
		Gateway: or(u.Gateway, present.Gateway), VLAN: u.VLAN, Notes: or(u.Notes, present.Notes),
	}
	if _, list := input.read(); len(list) > 0 {
		return nil, list
	}
	if input.Gateway != "" {
		input.Gateway, _ = gatewayIn(parsed, input.Gateway)
	}
	if input.Gateway != present.Gateway && input.Gateway != "" {
		if err := refuseUsed(ctx, client, present.ID, input.Gateway); err != nil {
			return nil, err
		}
	}
	return client.Network.UpdateOneID(present.ID).SetName(input.Name).SetGateway(input.Gateway).SetNotes(input.Notes).
		SetNillableVlan(u.VLAN).SetNillableClaimable(u.Claimable).Save(ctx)
}

func or[T any](value *T, otherwise T) T {
	if value == nil {
		return otherwise
	}
	return *value
}

// refuseUsed refuses an address that somebody has, and takes one that is free out of what is handed out.
func refuseUsed(ctx context.Context, client *ent.Client, networkID, ip string) error {
	used, err := client.Address.Query().Where(
		address.NetworkID(networkID), address.IP(ip), address.StateIn(address.StateCLAIMED, address.StateASSIGNED),
	).Exist(ctx)
	if err != nil {
		return err
	}
	if used {
		return fault.New(fault.Conflict, textTaken, ip).At("gateway")
	}
	_, err = client.Address.Delete().Where(address.NetworkID(networkID), address.IP(ip), address.StateEQ(address.StateFREE)).Exec(ctx)
	return err
}

// DeleteNetwork removes a network of which nobody has an address.
func (s *Service) DeleteNetwork(ctx context.Context, id string) error {
	if err := mayManage(ctx); err != nil {
		return err
	}
	return database.Fault(s.db.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
		present, err := s.lockedNetwork(ctx, client, id)
		if err != nil {
			return at(err, "id")
		}
		used, err := client.Address.Query().Where(
			address.NetworkID(id), address.StateIn(address.StateCLAIMED, address.StateASSIGNED),
		).Count(ctx)
		if err != nil {
			return err
		}
		if used > 0 {
			return fault.New(fault.Conflict, textInUse, used).At("id")
		}
		if err := client.Network.DeleteOne(present).Exec(ctx); err != nil {
			return err
		}
		return s.journal.Write(ctx, networkEntry("network.deleted", present, shownNetwork(present), nil))
	}))
}

// lockedNetwork reads a network and keeps others from growing or deleting it until the transaction ends.
func (s *Service) lockedNetwork(ctx context.Context, client *ent.Client, id string) (*ent.Network, error) {
	query := client.Network.Query().Where(network.ID(id))
	if s.db.Postgres() {
		query.ForUpdate()
	}
	return query.Only(ctx)
}

// mostReserved is how many addresses are reserved by one call.
const mostReserved = 4096

// Reserve keeps the addresses from first to last from being handed out, or lets them be handed out again. Those that
// somebody has are refused, all or nothing.
func (s *Service) Reserve(ctx context.Context, networkID, first, last string, reserved bool, note string) (*ent.Network, []*ent.Address, error) {
	if err := mayManage(ctx); err != nil {
		return nil, nil, err
	}
	if utf8.RuneCountInString(note) > maxNote {
		return nil, nil, fault.New(fault.Invalid, textTooLong, maxNote).At("note")
	}
	var rows []*ent.Address
	var present *ent.Network
	err := s.db.Tx(ctx, func(ctx context.Context, client *ent.Client) (err error) {
		if present, err = s.lockedNetwork(ctx, client, networkID); err != nil {
			return at(err, "networkId")
		}
		wanted, err := addressesOf(present, first, last)
		if err != nil {
			return err
		}
		if rows, err = setReserved(ctx, client, present, wanted, reserved, note); err != nil {
			return err
		}
		verb := map[bool]string{true: "network.reserved", false: "network.unreserved"}[reserved]
		after := map[string]any{"first": wanted[0].String(), "last": wanted[len(wanted)-1].String(), "note": note}
		return s.journal.Write(ctx, networkEntry(verb, present, nil, after))
	})
	if err == nil && !reserved {
		s.ring()
	}
	return present, rows, database.Fault(err)
}

func networkEntry(event string, n *ent.Network, before, after any) journal.Entry {
	entry := journal.Entry{
		Type: event, Audience: journal.Everybody, SubjectID: n.ID, Subject: n.Name + " " + n.Cidr, Before: before, After: after,
	}
	if n.ProjectID != nil {
		entry.Audience, entry.ProjectID = journal.Project, *n.ProjectID
	}
	return entry
}

func shownNetwork(n *ent.Network) map[string]any {
	return map[string]any{
		"name": n.Name, "cidr": n.Cidr, "scope": n.Scope, "gateway": n.Gateway, "vlan": n.Vlan, "claimable": n.Claimable,
	}
}

// reserves tells whether an address is never handed out in a network although machines can have it: its gateway.
func reserves(n *ent.Network, ip []byte) bool {
	gateway, err := parseIP(n.Gateway)
	return err == nil && bytes.Equal(bytesOf(gateway), ip)
}
