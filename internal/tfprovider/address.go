package tfprovider

import (
	"context"
	"encoding/json"
	"net/netip"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// addressResource is arpent_address: a claim of an address.
func addressResource() resource.Resource {
	return &claimResource[addressModel, *addressModel]{kind: "address", schema: addressSchema}
}

// addressModel is the state of an arpent_address.
type addressModel struct {
	claimModel
	NetworkID  types.String `tfsdk:"network_id"`
	Network    types.String `tfsdk:"network"`
	ProviderID types.String `tfsdk:"hosting_provider_id"`
	Scope      types.String `tfsdk:"scope"`
	Family     types.String `tfsdk:"family"`
	IP         types.String `tfsdk:"requested_ip"`
	ServerID   types.String `tfsdk:"server_id"`

	AddressID types.String `tfsdk:"address_id"`
	Held      types.String `tfsdk:"ip"`
	CIDR      types.String `tfsdk:"cidr"`
	Prefix    types.Int64  `tfsdk:"prefix_length"`
	Gateway   types.String `tfsdk:"gateway"`
}

func addressSchema() schema.Schema {
	family := fixedText("IPV4 or IPV6.")
	family.Validators = []validator.String{stringvalidator.OneOf("IPV4", "IPV6")}
	return schema.Schema{
		Description: "An IP address of the inventory that the project has as long as this resource is there.",
		Attributes: withClaim(map[string]schema.Attribute{
			"network_id":          fixedText("Network that it must be of, by id."),
			"network":             fixedText("Network that it must be of, by name."),
			"hosting_provider_id": fixedText("Hosting provider whose network it must be of."),
			"scope":               fixedText("Scope whose network it must be of."),
			"family":              family,
			"requested_ip":        fixedText("This very address."),
			"server_id":           fixedText("Server of the project that it is for, as in arpent_server.web.server_id."),
			"address_id":          settled("Id of the address."),
			"ip":                  settled("The address."),
			"cidr":                settled("Its network, as in 10.0.0.0/24."),
			"prefix_length": schema.Int64Attribute{
				Computed: true, Description: "How many bits of it are the network.", PlanModifiers: settledNumber(),
			},
			"gateway": settled("Gateway of its network; empty when there is none."),
		}),
	}
}

// wish is what the model claims.
func (m *addressModel) wish(context.Context, *diag.Diagnostics) wish {
	w := m.claimModel.wish("address")
	w.ServerID = m.ServerID.ValueString()
	put(w.Selector, "networkId", m.NetworkID)
	put(w.Selector, "network", m.Network)
	put(w.Selector, "providerId", m.ProviderID)
	put(w.Selector, "scope", m.Scope)
	put(w.Selector, "family", m.Family)
	put(w.Selector, "ip", m.IP)
	return w
}

// fill writes what Arpent tells of the claim into the model.
func (m *addressModel) fill(_ context.Context, c *claim, problems *diag.Diagnostics) {
	m.claimModel.fill(c)
	a := c.Address
	if a == nil {
		problems.AddError("The address of the claim can not be seen", "The claim "+c.ID+" holds an address that the token may not see.")
		return
	}
	m.AddressID, m.Held = types.StringValue(a.ID), types.StringValue(a.IP)
	m.CIDR, m.Gateway, m.Prefix = types.StringValue(a.Network.CIDR), types.StringValue(a.Network.Gateway), types.Int64Value(0)
	if prefix, err := netip.ParsePrefix(a.Network.CIDR); err == nil {
		m.Prefix = types.Int64Value(int64(prefix.Bits()))
	}
}

// selected writes into the model what an imported claim was made with.
func (m *addressModel) selected(_ context.Context, c *claim, _ *diag.Diagnostics) {
	var selector struct{ NetworkID, Network, ProviderID, Scope, Family, IP string }
	_ = json.Unmarshal(c.Selector, &selector) // what can not be read is not said
	m.NetworkID, m.Network, m.ProviderID = said(selector.NetworkID), said(selector.Network), said(selector.ProviderID)
	m.Scope, m.Family, m.IP = said(selector.Scope), said(selector.Family), said(selector.IP)
	if c.Server != nil {
		m.ServerID = types.StringValue(c.Server.ID)
	}
}
