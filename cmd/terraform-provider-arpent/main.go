// Command terraform-provider-arpent lets OpenTofu and Terraform claim servers and addresses from Arpent's inventory.
// An engine starts it; nobody else does.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/arpent/arpent/internal/tfprovider"
)

// version is set by the build.
var version = "unknown"

func main() {
	debug := flag.Bool("debug", false, "serve for a debugger: print how an engine attaches")
	flag.Parse()
	options := providerserver.ServeOpts{Address: tfprovider.Source, Debug: *debug, ProtocolVersion: 6}
	if err := providerserver.Serve(context.Background(), tfprovider.New(version), options); err != nil {
		fmt.Fprintln(os.Stderr, "terraform-provider-arpent:", err)
		os.Exit(1)
	}
}
