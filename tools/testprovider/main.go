// The testprovider is a Terraform provider for the tests of the runner: its servers exist only in the state,
// take as long as they are told, fail when asked to, and do not stop when they are stubborn.
package main

import (
	"context"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

const version = "0.1.0"

type fake struct{}

func (fake) Metadata(_ context.Context, _ provider.MetadataRequest, response *provider.MetadataResponse) {
	response.TypeName, response.Version = "fake", version
}

func (fake) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}

func (fake) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}

func (fake) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return server{} }}
}

func (fake) DataSources(context.Context) []func() datasource.DataSource { return nil }

func main() {
	options := providerserver.ServeOpts{Address: "registry.opentofu.org/arpent/fake"}
	if err := providerserver.Serve(context.Background(), func() provider.Provider { return fake{} }, options); err != nil {
		log.Fatal(err)
	}
}
