package tfprovider

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// dataSource is a data source whose model is M: it is given what the configuration says, and answers with what Arpent tells.
type dataSource[M any] struct {
	connected
	what   string // as in arpent_project
	schema schema.Schema
	oneOf  []path.Expression // what of it has to be said; empty when nothing has to
	find   func(ctx context.Context, c *client, asked M) (M, error)
}

var (
	_ datasource.DataSourceWithConfigure        = (*dataSource[projectModel])(nil)
	_ datasource.DataSourceWithConfigValidators = (*dataSource[projectModel])(nil)
)

// Metadata names the data source.
func (d *dataSource[M]) Metadata(_ context.Context, _ datasource.MetadataRequest, response *datasource.MetadataResponse) {
	response.TypeName = "arpent_" + d.what
}

// Schema says what it takes and gives.
func (d *dataSource[M]) Schema(_ context.Context, _ datasource.SchemaRequest, response *datasource.SchemaResponse) {
	response.Schema = d.schema
}

// Configure gives it the client.
func (d *dataSource[M]) Configure(_ context.Context, request datasource.ConfigureRequest, _ *datasource.ConfigureResponse) {
	d.connect(request.ProviderData)
}

// ConfigValidators want to be told which one.
func (d *dataSource[M]) ConfigValidators(context.Context) []datasource.ConfigValidator {
	if len(d.oneOf) == 0 {
		return nil
	}
	return []datasource.ConfigValidator{datasourcevalidator.AtLeastOneOf(d.oneOf...)}
}

// Read asks Arpent.
func (d *dataSource[M]) Read(ctx context.Context, request datasource.ReadRequest, response *datasource.ReadResponse) {
	var asked M
	response.Diagnostics.Append(request.Config.Get(ctx, &asked)...)
	if response.Diagnostics.HasError() {
		return
	}
	found, err := d.find(ctx, d.client, asked)
	if err != nil {
		response.Diagnostics.AddError("The data source arpent_"+d.what+" could not be read", err.Error())
		return
	}
	response.Diagnostics.Append(response.State.Set(ctx, &found)...)
}

// projectModel is what arpent_project gives; pointers, because nothing of it stands in the configuration.
type projectModel struct {
	ID               *string           `tfsdk:"id"`
	Acronym          *string           `tfsdk:"acronym"`
	Name             *string           `tfsdk:"name"`
	DescriptionEN    *string           `tfsdk:"description_en"`
	DescriptionFR    *string           `tfsdk:"description_fr"`
	Status           *string           `tfsdk:"status"`
	Budget           *float64          `tfsdk:"budget"`
	Tags             map[string]string `tfsdk:"tags"`
	Organization     *string           `tfsdk:"organization"`
	OrganizationCode *string           `tfsdk:"organization_code"`
}

// projectData is arpent_project: the project that the provider works for.
func projectData() datasource.DataSource {
	return &dataSource[projectModel]{what: "project", schema: schema.Schema{
		Description: "The project that the provider works for: in a run, the run's.",
		Attributes: map[string]schema.Attribute{
			"id": shown("Id of the project."), "acronym": shown("Its acronym."), "name": shown("Its name."),
			"description_en": shown("Its description in English."), "description_fr": shown("Its description in French."),
			"status":       shown("ACTIVE or ARCHIVED."),
			"budget":       schema.Float64Attribute{Computed: true, Description: "Its budget; null when it has none."},
			"tags":         schema.MapAttribute{Computed: true, ElementType: types.StringType, Description: "Its tags."},
			"organization": shown("Name of its organization."), "organization_code": shown("Code of its organization."),
		},
	}, find: func(ctx context.Context, c *client, _ projectModel) (projectModel, error) {
		p, err := c.itsProject(ctx)
		if err != nil {
			return projectModel{}, err
		}
		return projectModel{
			&p.ID, &p.Acronym, &p.Name, &p.Description.En, &p.Description.Fr, &p.Status, p.Budget, orNone(p.Tags), &p.Organization.Name, &p.Organization.Code,
		}, nil
	}}
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

// serversData is arpent_servers: the servers that the project has.
func serversData() datasource.DataSource {
	return &dataSource[serversModel]{what: "servers", schema: schema.Schema{
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
	}, find: func(ctx context.Context, c *client, asked serversModel) (serversModel, error) {
		all, err := c.serversOf(ctx, sorted(slices.Clone(asked.Labels)))
		asked.Servers = make([]serverShown, len(all))
		for i := range all {
			s := &all[i]
			asked.Servers[i] = serverShown{s.ID, s.Hostname, s.ExternalID, s.Lifecycle, s.Health, s.ips(), specificationOf(s)}
		}
		return asked, err
	}}
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

// networkData is arpent_network: one network that the project may see.
func networkData() datasource.DataSource {
	asked := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Optional: true, Computed: true, Description: description}
	}
	return &dataSource[networkModel]{what: "network", schema: schema.Schema{
		Description: "One network that the project may see.",
		Attributes: map[string]schema.Attribute{
			"id": asked("Id of the network."), "name": asked("Its name."), "scope": asked("Its scope; empty for public addresses."),
			"cidr": asked("The network, as in 10.0.0.0/24."), "family": shown("IPV4 or IPV6."), "gateway": shown("Its gateway; empty when there is none."),
			"vlan":      schema.Int64Attribute{Computed: true, Description: "Its VLAN; null when there is none."},
			"claimable": schema.BoolAttribute{Computed: true, Description: "Whether addresses of it may be claimed."},
			"total":     shown("How many addresses can be handed out, in digits."),
			"free":      shown("How many of them are free, in digits."),
		},
	}, oneOf: []path.Expression{path.MatchRoot("id"), path.MatchRoot("name"), path.MatchRoot("cidr")},
		find: func(ctx context.Context, c *client, asked networkModel) (networkModel, error) {
			n, err := c.networkLike(ctx, asked.where())
			if err != nil {
				return networkModel{}, err
			}
			return n.shown(), nil
		}}
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

func (n *network) shown() networkModel {
	return networkModel{
		ID: types.StringValue(n.ID), Name: types.StringValue(n.Name), Scope: types.StringValue(n.Scope), CIDR: types.StringValue(n.CIDR),
		Family: types.StringValue(n.Family), Gateway: types.StringValue(n.Gateway), VLAN: types.Int64PointerValue(n.VLAN),
		Claimable: types.BoolValue(n.Claimable), Total: types.StringValue(n.Utilization.Total), Free: types.StringValue(n.Utilization.Free),
	}
}

// shown is a text that is only read.
func shown(description string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, Description: description}
}
