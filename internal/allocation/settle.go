package allocation

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/claim"
	"github.com/arpent/arpent/internal/fault"
)

// settle writes into a wish which networks its name or its IP address means now, so that who waits in line goes on meaning them whatever
// networks are made meanwhile. Invalid when these are networks of several scopes: nobody can tell which one is meant.
func settle(ctx context.Context, client *ent.Client, w *wish) error {
	if w.kind != claim.KindADDRESS || w.address.NetworkID != "" || w.address.Network == "" && w.address.IP == "" {
		return nil
	}
	networks, err := networksFor(asAllocation(ctx), client, w.address, w.ProjectID)
	if err != nil {
		return err
	}
	if severalScopes(networks) {
		return w.address.ambiguous(networks)
	}
	settled := *w.address
	for _, n := range networks {
		settled.NetworkIDs = append(settled.NetworkIDs, n.ID)
	}
	w.address = &settled
	w.selector, err = json.Marshal(settled)
	return err
}

func severalScopes(networks []*ent.Network) bool {
	for _, n := range networks {
		if n.Scope != networks[0].Scope {
			return true
		}
	}
	return false
}

// ambiguous refuses a selector that means networks of several scopes, and names them.
func (s *AddressSelector) ambiguous(networks []*ent.Network) error {
	field, asked := "network", s.Network
	if asked == "" {
		field, asked = "ip", s.IP
	}
	shown := make([]string, len(networks))
	for i, n := range networks {
		shown[i] = n.Name + " " + n.Cidr
		if n.Scope != "" {
			shown[i] += " (" + n.Scope + ")"
		}
	}
	return fault.New(fault.Invalid, textAmbiguous, asked, strings.Join(shown, ", ")).At("selector", field)
}
