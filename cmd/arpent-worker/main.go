// Command arpent-worker carries out runs for an Arpent server somewhere else, in a network that only it can
// reach. It holds no credential but its own token.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/arpent/arpent/internal/observe"
)

// version is set by the build.
var version = "unknown"

func main() {
	var options options
	kong.Parse(&options,
		kong.Name("arpent-worker"),
		kong.Description("Carries out the runs of an Arpent server."),
		kong.Vars{"version": version},
	)
	logger := observe.Logger(os.Stderr, options.LogFormat, options.LogLevel)
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	err := work(ctx, options, logger)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "arpent-worker:", err)
		os.Exit(1)
	}
}
