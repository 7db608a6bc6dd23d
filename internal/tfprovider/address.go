package tfprovider

import (
	"context"
	"encoding/json"
	"net/netip"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// addressResource is arpent_address: a claim of an address.
type addressResource struct{ connected }

var (
	_ resource.ResourceWithConfigure   = (*addressResource)(nil)
	_ resource.ResourceWithImportState = (*addressResource)(nil)
)

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

func (*addressResource) Metadata(_ context.Context, _ resource.MetadataRequest, response *resource.MetadataResponse) {
	response.TypeName = "arpent_address"
}

func (*addressResource) Schema(_ context.Context, _ resource.SchemaRequest, response *resource.SchemaResponse) {
	family := fixedText("IPV4 or IPV6.")
	family.Validators = []validator.String{stringvalidator.OneOf("IPV4", "IPV6")}
	response.Schema = schema.Schema{
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
			"gateway": schema.StringAttribute{
				Computed: true, Description: "Gateway of its network; empty when there is none.",
				PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
		}),
	}
}

// wish is what the model claims.
func (m *addressModel) wish() wish {
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

// fill writes what Arpent tells of the claim into the model; false when the token may not see the address.
func (m *addressModel) fill(c *claim) bool {
	m.claimModel.fill(c)
	if c.Address == nil {
		return false
	}
	a := c.Address
	m.AddressID, m.Held = types.StringValue(a.ID), types.StringValue(a.IP)
	m.CIDR, m.Gateway, m.Prefix = types.StringValue(a.Network.CIDR), types.StringValue(a.Network.Gateway), types.Int64Value(0)
	if prefix, err := netip.ParsePrefix(a.Network.CIDR); err == nil {
		m.Prefix = types.Int64Value(int64(prefix.Bits()))
	}
	return true
}

// selected writes into the model what an imported claim was made with.
func (m *addressModel) selected(c *claim) {
	var selector struct{ NetworkID, Network, ProviderID, Scope, Family, IP string }
	_ = json.Unmarshal(c.Selector, &selector) // what can not be read is not said
	m.Name = types.StringValue(nameIn(c.Key))
	m.NetworkID, m.Network, m.ProviderID = said(selector.NetworkID), said(selector.Network), said(selector.ProviderID)
	m.Scope, m.Family, m.IP = said(selector.Scope), said(selector.Family), said(selector.IP)
	if c.Server != nil {
		m.ServerID = types.StringValue(c.Server.ID)
	}
}

const (
	hiddenAddress = "The address of the claim can not be seen"
	hiddenDetail  = "The claim holds an address that the token may not see."
)

// Create claims.
func (r *addressResource) Create(ctx context.Context, request resource.CreateRequest, response *resource.CreateResponse) {
	var m addressModel
	response.Diagnostics.Append(request.Plan.Get(ctx, &m)...)
	if response.Diagnostics.HasError() {
		return
	}
	made, err := r.obtain(ctx, m.wish())
	if err != nil {
		response.Diagnostics.AddError("No address could be claimed for "+m.Name.ValueString(), err.Error())
		return
	}
	if !m.fill(made) {
		response.Diagnostics.AddError(hiddenAddress, hiddenDetail)
		return
	}
	response.Diagnostics.Append(response.State.Set(ctx, &m)...)
}

// Read looks whether the claim is still held.
func (r *addressResource) Read(ctx context.Context, request resource.ReadRequest, response *resource.ReadResponse) {
	var m addressModel
	response.Diagnostics.Append(request.State.Get(ctx, &m)...)
	held := r.look(ctx, m.ID, "ADDRESS", response)
	if held == nil {
		return
	}
	if m.Name.IsNull() {
		m.selected(held)
	}
	if !m.fill(held) {
		response.Diagnostics.AddError(hiddenAddress, hiddenDetail)
		return
	}
	response.Diagnostics.Append(response.State.Set(ctx, &m)...)
}

// Update changes how long the claim lasts; all else is another claim.
func (r *addressResource) Update(ctx context.Context, request resource.UpdateRequest, response *resource.UpdateResponse) {
	var m, before addressModel
	response.Diagnostics.Append(request.Plan.Get(ctx, &m)...)
	response.Diagnostics.Append(request.State.Get(ctx, &before)...)
	now := r.lasting(ctx, &before.claimModel, &m.claimModel, &response.Diagnostics)
	if now == nil {
		return
	}
	if !m.fill(now) {
		response.Diagnostics.AddError(hiddenAddress, hiddenDetail)
		return
	}
	response.Diagnostics.Append(response.State.Set(ctx, &m)...)
}

// Delete gives the address back.
func (r *addressResource) Delete(ctx context.Context, request resource.DeleteRequest, response *resource.DeleteResponse) {
	var m addressModel
	response.Diagnostics.Append(request.State.Get(ctx, &m)...)
	r.giveBack(ctx, m.ID, &response.Diagnostics)
}

// ImportState takes over a claim by its id.
func (r *addressResource) ImportState(ctx context.Context, request resource.ImportStateRequest, response *resource.ImportStateResponse) {
	resource.ImportStatePassthroughID(ctx, path.Root("id"), request, response)
}
