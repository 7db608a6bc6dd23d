package tfprovider

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// serverResource is arpent_server: a claim of a server.
func serverResource() resource.Resource {
	return &claimResource[serverModel, *serverModel]{kind: "server", schema: serverSchema}
}

// serverModel is the state of an arpent_server.
type serverModel struct {
	claimModel
	Labels       types.Set    `tfsdk:"labels"`
	ProviderID   types.String `tfsdk:"hosting_provider_id"`
	NetworkID    types.String `tfsdk:"network_id"`
	Cores        types.Int64  `tfsdk:"min_cores"`
	MemoryMiB    types.Int64  `tfsdk:"min_memory_mib"`
	DiskGiB      types.Int64  `tfsdk:"min_disk_gib"`
	Architecture types.String `tfsdk:"architecture"`
	System       types.String `tfsdk:"system"`
	Location     types.String `tfsdk:"location"`
	Among        types.Set    `tfsdk:"among"`

	ServerID  types.String `tfsdk:"server_id"`
	Hostname  types.String `tfsdk:"hostname"`
	Addresses types.List   `tfsdk:"addresses"`
	Found     types.Object `tfsdk:"found"`
}

func serverSchema() schema.Schema {
	return schema.Schema{
		Description: "A server of the inventory that the project has as long as this resource is there.",
		Attributes: withClaim(map[string]schema.Attribute{
			"labels":              fixedTexts("Labels that it must have, as name=value or the name alone."),
			"hosting_provider_id": fixedText("Hosting provider that it must be from."),
			"network_id":          fixedText("Network in which it must have an address."),
			"min_cores":           fixedNumber("Cores that it must have at least."),
			"min_memory_mib":      fixedNumber("Memory that it must have at least, in MiB."),
			"min_disk_gib":        fixedNumber("Disk that it must have at least, in GiB."),
			"architecture":        fixedText("Architecture that it must have, as in amd64."),
			"system":              fixedText("Operating system that it must have."),
			"location":            fixedText("Where it must be."),
			"among":               fixedTexts("Ids of the servers of which it must be one."),
			"server_id":           settled("Id of the server."),
			"hostname":            settled("Name of the server."),
			"addresses": schema.ListAttribute{
				Computed: true, ElementType: types.StringType, Description: "IP addresses of the server.", PlanModifiers: settledList(),
			},
			"found": schema.SingleNestedAttribute{
				Computed: true, Description: "What the server has.", PlanModifiers: settledObject(),
				Attributes: map[string]schema.Attribute{
					"hosting_provider": found("Code of its hosting provider."),
					"cores":            schema.Int64Attribute{Computed: true, Description: "Its cores."},
					"memory_mib":       schema.Int64Attribute{Computed: true, Description: "Its memory, in MiB."},
					"disk_gib":         schema.Int64Attribute{Computed: true, Description: "Its disk, in GiB."},
					"architecture":     found("Its architecture."),
					"system":           found("Its operating system."),
					"location":         found("Where it is."),
					"labels":           schema.MapAttribute{Computed: true, ElementType: types.StringType, Description: "Its labels."},
				},
			},
		}),
	}
}

// wish is what the model claims.
func (m *serverModel) wish(ctx context.Context, problems *diag.Diagnostics) wish {
	w := m.claimModel.wish("server")
	put(w.Selector, "providerId", m.ProviderID)
	put(w.Selector, "networkId", m.NetworkID)
	putTexts(ctx, w.Selector, "labels", m.Labels, problems)
	putTexts(ctx, w.Selector, "ids", m.Among, problems)
	wanted := map[string]any{}
	putNumber(wanted, "cores", m.Cores)
	putNumber(wanted, "memoryMiB", m.MemoryMiB)
	putNumber(wanted, "diskGiB", m.DiskGiB)
	put(wanted, "architecture", m.Architecture)
	put(wanted, "system", m.System)
	put(wanted, "location", m.Location)
	if len(wanted) > 0 {
		w.Selector["specification"] = wanted
	}
	return w
}

// fill writes what Arpent tells of the claim into the model.
func (m *serverModel) fill(ctx context.Context, c *claim, problems *diag.Diagnostics) {
	m.claimModel.fill(c)
	s := c.Server
	if s == nil {
		problems.AddError("The server of the claim can not be seen", "The claim "+c.ID+" holds a server that the token may not see.")
		return
	}
	m.ServerID, m.Hostname = types.StringValue(s.ID), types.StringValue(s.Hostname)
	m.Addresses = texts(ctx, s.ips(), problems)
	m.Found = object(ctx, specificationOf(s), problems)
}

// selected writes into the model what an imported claim was made with.
func (m *serverModel) selected(ctx context.Context, c *claim, problems *diag.Diagnostics) {
	var selector struct {
		Labels, IDs           []string
		ProviderID, NetworkID string
		Specification         struct {
			Cores, MemoryMiB, DiskGiB      int64
			Architecture, System, Location string
		}
	}
	_ = json.Unmarshal(c.Selector, &selector) // what can not be read is not said
	s := selector.Specification
	m.Labels, m.Among = setOf(ctx, selector.Labels, problems), setOf(ctx, selector.IDs, problems)
	m.ProviderID, m.NetworkID = said(selector.ProviderID), said(selector.NetworkID)
	m.Cores, m.MemoryMiB, m.DiskGiB = number(s.Cores), number(s.MemoryMiB), number(s.DiskGiB)
	m.Architecture, m.System, m.Location = said(s.Architecture), said(s.System), said(s.Location)
}

// specification is what a server has, as the state keeps it.
type specification struct {
	Provider     string            `tfsdk:"hosting_provider"`
	Cores        int64             `tfsdk:"cores"`
	MemoryMiB    int64             `tfsdk:"memory_mib"`
	DiskGiB      int64             `tfsdk:"disk_gib"`
	Architecture string            `tfsdk:"architecture"`
	System       string            `tfsdk:"system"`
	Location     string            `tfsdk:"location"`
	Labels       map[string]string `tfsdk:"labels"`
}

func specificationOf(s *server) specification {
	return specification{s.Provider.Code, s.Cores, s.MemoryMiB, s.DiskGiB, s.Architecture, s.System, s.Location, orNone(s.Labels)}
}

// orNone is a map that is empty, not null, when there is nothing in it.
func orNone(of map[string]string) map[string]string {
	if of == nil {
		return map[string]string{}
	}
	return of
}

// sorted puts texts in one order, so that the same wish is the same key.
func sorted(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}
