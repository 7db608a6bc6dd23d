package tfprovider

import (
	"context"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Source is what a template names as the source of this provider. The domain is one that is never given to anybody, so no
// registry can be asked for it: the provider comes with the worker, or not at all.
const Source = "arpent.internal/arpent/arpent"

// The environment in which a run's tool starts the provider.
const (
	URLVariable     = "ARPENT_URL"
	TokenVariable   = "ARPENT_TOKEN"
	ProjectVariable = "ARPENT_PROJECT" // the id or the acronym
)

type arpent struct{ version string }

// New makes providers of a version.
func New(version string) func() provider.Provider {
	return func() provider.Provider { return &arpent{version: version} }
}

func (p *arpent) Metadata(_ context.Context, _ provider.MetadataRequest, response *provider.MetadataResponse) {
	response.TypeName, response.Version = "arpent", p.version
}

func (p *arpent) Schema(_ context.Context, _ provider.SchemaRequest, response *provider.SchemaResponse) {
	response.Schema = schema.Schema{
		Description: "Claims servers and addresses from Arpent's inventory. In a run it needs no configuration.",
		Attributes: map[string]schema.Attribute{
			"url":     schema.StringAttribute{Optional: true, Description: "Address of Arpent; without it, " + URLVariable + "."},
			"token":   schema.StringAttribute{Optional: true, Sensitive: true, Description: "Token; without it, " + TokenVariable + "."},
			"project": schema.StringAttribute{Optional: true, Description: "Acronym or id of the project; without it, " + ProjectVariable + "."},
		},
	}
}

// settings are what the provider is configured with.
type settings struct {
	URL     types.String `tfsdk:"url"`
	Token   types.String `tfsdk:"token"`
	Project types.String `tfsdk:"project"`
}

func (p *arpent) Configure(ctx context.Context, request provider.ConfigureRequest, response *provider.ConfigureResponse) {
	var given settings
	response.Diagnostics.Append(request.Config.Get(ctx, &given)...)
	url := p.setting("url", given.URL, URLVariable, &response.Diagnostics)
	token := p.setting("token", given.Token, TokenVariable, &response.Diagnostics)
	project := p.setting("project", given.Project, ProjectVariable, &response.Diagnostics)
	if response.Diagnostics.HasError() {
		return
	}
	c, err := newClient(url, token, project, p.version)
	if err != nil {
		response.Diagnostics.AddAttributeError(path.Root("url"), "This is no address of Arpent", err.Error())
		return
	}
	response.ResourceData, response.DataSourceData = c, c
}

// setting is a value of the configuration, or of the environment.
func (p *arpent) setting(name string, given types.String, variable string, problems *diag.Diagnostics) string {
	value := given.ValueString()
	if value == "" {
		value = os.Getenv(variable)
	}
	if value == "" {
		problems.AddAttributeError(path.Root(name), "The provider does not know its "+name,
			"A run gives it in "+variable+". Outside of a run, set that variable, or "+name+" in the provider block.")
	}
	return value
}

func (p *arpent) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{serverResource, addressResource, func() resource.Resource { return &reportResource{} }}
}

func (p *arpent) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{projectData, serversData, networkData}
}

// connected is what every resource and data source has: the client, once the provider is configured.
type connected struct{ *client }

func (c *connected) connect(data any) {
	if made, ok := data.(*client); ok { // nil while the engine only validates
		c.client = made
	}
}

// Configure of a resource.
func (c *connected) Configure(_ context.Context, request resource.ConfigureRequest, _ *resource.ConfigureResponse) {
	c.connect(request.ProviderData)
}
