package allocation

import (
	"regexp"
	"sort"
	"strings"

	"entgo.io/ent/dialect/sql"

	"github.com/arpent/arpent/ent/address"
	"github.com/arpent/arpent/ent/network"
	"github.com/arpent/arpent/ent/predicate"
	"github.com/arpent/arpent/ent/schema"
	"github.com/arpent/arpent/ent/server"
	"github.com/arpent/arpent/ent/serverlabel"
	"github.com/arpent/arpent/internal/fault"
)

// ServerSelector says what a claimed server must be like; what is empty does not matter.
type ServerSelector struct {
	Labels        []string             `json:"labels,omitempty"` // name=value, or name alone
	ProviderID    string               `json:"providerId,omitempty"`
	NetworkID     string               `json:"networkId,omitempty"` // it has an address there
	Specification schema.Specification `json:"specification,omitzero"`
	IDs           []string             `json:"ids,omitempty"` // one of these
}

// AddressSelector says where a claimed address must be from; what is empty does not matter.
type AddressSelector struct {
	NetworkID  string `json:"networkId,omitempty"`
	Network    string `json:"network,omitempty"` // its name
	ProviderID string `json:"providerId,omitempty"`
	Scope      string `json:"scope,omitempty"`
	Family     string `json:"family,omitempty"` // IPV4 or IPV6
	IP         string `json:"ip,omitempty"`     // this very address

	NetworkIDs []string `json:"networkIds,omitempty"` // what Network or IP meant when the claim was made; nobody asks for them
}

// mostLabels and mostIDs bound a selector.
const (
	mostLabels = 20
	mostIDs    = 1000
)

// check refuses what can not be meant, and puts labels in one order, so that the same wish is the same input.
func (s *ServerSelector) check() error {
	if len(s.Labels) > mostLabels {
		return fault.New(fault.Limited, textTooMany, mostLabels).At("selector", "labels")
	}
	if len(s.IDs) > mostIDs {
		return fault.New(fault.Limited, textTooMany, mostIDs).At("selector", "ids")
	}
	if spec := s.Specification; min(spec.Cores, spec.MemoryMiB, spec.DiskGiB) < 0 {
		return fault.New(fault.Invalid, textNegative).At("selector", "specification")
	}
	for _, label := range s.Labels {
		if !canBeLabel(label) {
			return fault.New(fault.Invalid, textLabel, label).At("selector", "labels")
		}
	}
	sort.Strings(s.Labels)
	return nil
}

// labelPart is what the name and the value of a label are made of: no server has another one.
var labelPart = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9._/-]{0,61}[A-Za-z0-9])?$`)

func canBeLabel(label string) bool {
	name, value, _ := strings.Cut(label, "=")
	value = strings.TrimSpace(value)
	return labelPart.MatchString(strings.TrimSpace(name)) && (value == "" || labelPart.MatchString(value))
}

// where are the conditions of a selector on servers.
func (s *ServerSelector) where() (all []predicate.Server) {
	for _, label := range s.Labels {
		name, value, exact := strings.Cut(label, "=")
		with := []predicate.ServerLabel{serverlabel.Name(strings.TrimSpace(name))}
		if exact {
			with = append(with, serverlabel.Value(strings.TrimSpace(value)))
		}
		all = append(all, server.HasLabelRowsWith(with...))
	}
	if s.ProviderID != "" {
		all = append(all, server.ProviderID(s.ProviderID))
	}
	if s.NetworkID != "" {
		all = append(all, server.HasAddressesWith(address.NetworkID(s.NetworkID)))
	}
	if len(s.IDs) > 0 {
		all = append(all, server.IDIn(s.IDs...))
	}
	return append(all, AtLeast(s.Specification)...)
}

// AtLeast are the conditions that a server has what a specification asks for.
func AtLeast(want schema.Specification) (all []predicate.Server) {
	for column, n := range map[string]int{
		server.FieldCores: want.Cores, server.FieldMemoryMib: want.MemoryMiB, server.FieldDiskGib: want.DiskGiB,
	} {
		if n > 0 {
			all = append(all, sql.FieldGTE(column, n))
		}
	}
	for column, text := range map[string]string{
		server.FieldArchitecture: want.Architecture, server.FieldSystem: want.System, server.FieldLocation: want.Location,
	} {
		if text != "" {
			all = append(all, sql.FieldEqualFold(column, text))
		}
	}
	return all
}

// check refuses what can not be meant, and puts the address in its canonical form.
func (s *AddressSelector) check() error {
	if s.Family != "" && network.FamilyValidator(network.Family(s.Family)) != nil {
		return fault.New(fault.Invalid, textNoNetworkFits).At("selector", "family")
	}
	if s.IP == "" {
		return nil
	}
	ip, err := parseIP(s.IP)
	if refused, ok := fault.As(err); ok {
		return refused.At("selector", "ip")
	}
	s.IP = ip.String()
	return nil
}

// where are the conditions of a selector on networks that a project may claim from.
func (s *AddressSelector) where(projectID string) []predicate.Network {
	all := []predicate.Network{schema.ClaimableBy(projectID)}
	if s.NetworkID != "" {
		all = append(all, network.ID(s.NetworkID))
	}
	switch {
	case len(s.NetworkIDs) > 0: // a network may have got another name since
		all = append(all, network.IDIn(s.NetworkIDs...))
	case s.Network != "":
		all = append(all, network.Name(s.Network))
	}
	if s.ProviderID != "" {
		all = append(all, network.ProviderID(s.ProviderID))
	}
	if s.Scope != "" {
		all = append(all, network.Scope(s.Scope))
	}
	if s.Family != "" {
		all = append(all, network.FamilyEQ(network.Family(s.Family)))
	}
	if ip, err := parseIP(s.IP); err == nil {
		all = append(all, network.FirstLTE(bytesOf(ip)), network.LastGTE(bytesOf(ip)))
	}
	return all
}
