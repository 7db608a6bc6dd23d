package tfprovider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// projectData is arpent_project: the project that the provider works for.
type projectData struct{ looking }

// serversData is arpent_servers: the servers that the project has.
type serversData struct{ looking }

// networkData is arpent_network: one network that the project may see.
type networkData struct{ looking }

var (
	_ datasource.DataSourceWithConfigure        = (*projectData)(nil)
	_ datasource.DataSourceWithConfigure        = (*serversData)(nil)
	_ datasource.DataSourceWithConfigure        = (*networkData)(nil)
	_ datasource.DataSourceWithConfigValidators = (*networkData)(nil)
)

// projectModel is what arpent_project gives.
type projectModel struct {
	ID               string            `tfsdk:"id"`
	Acronym          string            `tfsdk:"acronym"`
	Name             string            `tfsdk:"name"`
	DescriptionEN    string            `tfsdk:"description_en"`
	DescriptionFR    string            `tfsdk:"description_fr"`
	Status           string            `tfsdk:"status"`
	Budget           *float64          `tfsdk:"budget"`
	Tags             map[string]string `tfsdk:"tags"`
	Organization     string            `tfsdk:"organization"`
	OrganizationCode string            `tfsdk:"organization_code"`
}

// Metadata names the data source.
func (*projectData) Metadata(_ context.Context, _ datasource.MetadataRequest, response *datasource.MetadataResponse) {
	response.TypeName = "arpent_project"
}

// Schema says what it gives.
func (*projectData) Schema(_ context.Context, _ datasource.SchemaRequest, response *datasource.SchemaResponse) {
	response.Schema = schema.Schema{
		Description: "The project that the provider works for: in a run, the run's.",
		Attributes: map[string]schema.Attribute{
			"id": shown("Id of the project."), "acronym": shown("Its acronym."), "name": shown("Its name."),
			"description_en": shown("Its description in English."), "description_fr": shown("Its description in French."),
			"status":       shown("ACTIVE or ARCHIVED."),
			"budget":       schema.Float64Attribute{Computed: true, Description: "Its budget; null when it has none."},
			"tags":         schema.MapAttribute{Computed: true, ElementType: types.StringType, Description: "Its tags."},
			"organization": shown("Name of its organization."), "organization_code": shown("Code of its organization."),
		},
	}
}

// Read reads the project.
func (d *projectData) Read(ctx context.Context, _ datasource.ReadRequest, response *datasource.ReadResponse) {
	p, err := d.itsProject(ctx)
	if err != nil {
		response.Diagnostics.AddError("The project could not be read", err.Error())
		return
	}
	tags := p.Tags
	if tags == nil {
		tags = map[string]string{}
	}
	response.Diagnostics.Append(response.State.Set(ctx, &projectModel{
		p.ID, p.Acronym, p.Name, p.Description.En, p.Description.Fr, p.Status, p.Budget, tags, p.Organization.Name, p.Organization.Code,
	})...)
}

// serversModel is what arpent_servers takes and gives.
type serversModel struct {
	Labels  []string      `tfsdk:"labels"`
	Servers []serverShown `tfsdk:"servers"`
}

type serverShown struct {
	ID         string   `tfsdk:"id"`
	Hostname   string   `tfsdk:"hostname"`
	ExternalID string   `tfsdk:"external_id"`
	Lifecycle  string   `tfsdk:"lifecycle"`
	Health     string   `tfsdk:"health"`
	Addresses  []string `tfsdk:"addresses"`
	specification
}

// Metadata names the data source.
func (*serversData) Metadata(_ context.Context, _ datasource.MetadataRequest, response *datasource.MetadataResponse) {
	response.TypeName = "arpent_servers"
}

// Schema says what it takes and gives.
func (*serversData) Schema(_ context.Context, _ datasource.SchemaRequest, response *datasource.SchemaResponse) {
	response.Schema = schema.Schema{
		Description: "The servers that the project has.",
		Attributes: map[string]schema.Attribute{
			"labels": schema.SetAttribute{
				Optional: true, ElementType: types.StringType, Description: "Only those that have all of these labels, as name=value or the name alone.",
			},
			"servers": schema.ListNestedAttribute{
				Computed: true, Description: "The servers, in the order in which Arpent came to know them.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"id": shown("Id."), "hostname": shown("Name."), "external_id": shown("What its hosting provider calls it."),
					"lifecycle": shown("Where it is in its life."), "health": shown("How it is."),
					"addresses":        schema.ListAttribute{Computed: true, ElementType: types.StringType, Description: "Its IP addresses."},
					"hosting_provider": shown("Code of its hosting provider."),
					"cores":            schema.Int64Attribute{Computed: true, Description: "Its cores."},
					"memory_mib":       schema.Int64Attribute{Computed: true, Description: "Its memory, in MiB."},
					"disk_gib":         schema.Int64Attribute{Computed: true, Description: "Its disk, in GiB."},
					"architecture":     shown("Its architecture."), "system": shown("Its operating system."), "location": shown("Where it is."),
					"labels": schema.MapAttribute{Computed: true, ElementType: types.StringType, Description: "Its labels."},
				}},
			},
		},
	}
}

// Read lists the servers.
func (d *serversData) Read(ctx context.Context, request datasource.ReadRequest, response *datasource.ReadResponse) {
	var m serversModel
	response.Diagnostics.Append(request.Config.Get(ctx, &m)...)
	if response.Diagnostics.HasError() {
		return
	}
	all, err := d.serversOf(ctx, sorted(append([]string(nil), m.Labels...)))
	if err != nil {
		response.Diagnostics.AddError("The servers of the project could not be read", err.Error())
		return
	}
	m.Servers = make([]serverShown, len(all))
	for i := range all {
		s := &all[i]
		m.Servers[i] = serverShown{s.ID, s.Hostname, s.ExternalID, s.Lifecycle, s.Health, s.ips(), specificationOf(s)}
	}
	response.Diagnostics.Append(response.State.Set(ctx, &m)...)
}

// networkModel is what arpent_network takes and gives.
type networkModel struct {
	ID        types.String `tfsdk:"id"`
	Name      types.String `tfsdk:"name"`
	Scope     types.String `tfsdk:"scope"`
	CIDR      types.String `tfsdk:"cidr"`
	Family    types.String `tfsdk:"family"`
	Gateway   types.String `tfsdk:"gateway"`
	VLAN      types.Int64  `tfsdk:"vlan"`
	Claimable types.Bool   `tfsdk:"claimable"`
	Total     types.String `tfsdk:"total"`
	Free      types.String `tfsdk:"free"`
}

// Metadata names the data source.
func (*networkData) Metadata(_ context.Context, _ datasource.MetadataRequest, response *datasource.MetadataResponse) {
	response.TypeName = "arpent_network"
}

// Schema says what it takes and gives.
func (*networkData) Schema(_ context.Context, _ datasource.SchemaRequest, response *datasource.SchemaResponse) {
	asked := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Optional: true, Computed: true, Description: description}
	}
	response.Schema = schema.Schema{
		Description: "One network that the project may see.",
		Attributes: map[string]schema.Attribute{
			"id": asked("Id of the network."), "name": asked("Its name."), "scope": asked("Its scope; empty for public addresses."),
			"cidr": asked("The network, as in 10.0.0.0/24."), "family": shown("IPV4 or IPV6."), "gateway": shown("Its gateway; empty when there is none."),
			"vlan":      schema.Int64Attribute{Computed: true, Description: "Its VLAN; null when there is none."},
			"claimable": schema.BoolAttribute{Computed: true, Description: "Whether addresses of it may be claimed."},
			"total":     shown("How many addresses can be handed out, in digits."),
			"free":      shown("How many of them are free, in digits."),
		},
	}
}

// ConfigValidators want to be told which network.
func (*networkData) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{datasourcevalidator.AtLeastOneOf(path.MatchRoot("id"), path.MatchRoot("name"), path.MatchRoot("cidr"))}
}

// Read finds the network.
func (d *networkData) Read(ctx context.Context, request datasource.ReadRequest, response *datasource.ReadResponse) {
	var m networkModel
	response.Diagnostics.Append(request.Config.Get(ctx, &m)...)
	if response.Diagnostics.HasError() {
		return
	}
	n, err := d.networkLike(ctx, m.where())
	if err != nil {
		response.Diagnostics.AddError("The network could not be read", err.Error())
		return
	}
	response.Diagnostics.Append(response.State.Set(ctx, n.shown())...)
}

// where is the condition that the configuration says. An empty scope is a scope, too: that of public addresses.
func (m *networkModel) where() map[string]any {
	where := map[string]any{}
	put(where, "id", m.ID)
	put(where, "name", m.Name)
	put(where, "cidr", m.CIDR)
	if !m.Scope.IsNull() {
		where["scope"] = m.Scope.ValueString()
	}
	return where
}

func (n *network) shown() *networkModel {
	return &networkModel{
		ID: types.StringValue(n.ID), Name: types.StringValue(n.Name), Scope: types.StringValue(n.Scope), CIDR: types.StringValue(n.CIDR),
		Family: types.StringValue(n.Family), Gateway: types.StringValue(n.Gateway), VLAN: types.Int64PointerValue(n.VLAN),
		Claimable: types.BoolValue(n.Claimable), Total: types.StringValue(n.Utilization.Total), Free: types.StringValue(n.Utilization.Free),
	}
}

// shown is a text that is only read.
func shown(description string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, Description: description}
}
