// Command arpent is the server and its tools. It only reads the command line, runs and waits.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/arpent/arpent/internal/app"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/observe"
)

type cli struct {
	LogLevel  slog.Level `help:"What is logged: debug, info, warn or error." env:"ARPENT_LOG_LEVEL" default:"info" placeholder:"LEVEL"`
	LogFormat string     `help:"How it is logged: text or json." enum:"text,json" env:"ARPENT_LOG_FORMAT" default:"text" placeholder:"FORMAT"`

	Serve   serve   `cmd:"" help:"Serve the portal, the API and the workers."`
	Migrate migrate `cmd:"" help:"Bring the database to this version."`
	Doctor  doctor  `cmd:"" help:"Look at every part of an installation, beside a server at work too, and say what to do."`
	Backup  backup  `cmd:"" help:"Write everything but the secret key into one file, while Arpent is at work."`
	Restore restore `cmd:"" help:"Fill an empty installation from a backup."`
	Token   token   `cmd:"" help:"API tokens."`
	Version version `cmd:"" help:"Print the version."`
}

func main() {
	var c cli
	parsed := kong.Parse(&c, kong.Name("arpent"), kong.UsageOnError(), kong.Resolvers(kong.ResolverFunc(fromFiles)),
		kong.Description("The self-service infrastructure portal. Every flag can be set in the environment as ARPENT_NAME, or by a file that ARPENT_NAME_FILE names."))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	parsed.BindTo(ctx, (*context.Context)(nil))
	if err := parsed.Run(c.logger()); err != nil {
		fmt.Fprintln(os.Stderr, "arpent:", inWords(err))
		os.Exit(1)
	}
}

func (c *cli) logger() *slog.Logger { return observe.Logger(os.Stderr, c.LogFormat, c.LogLevel) }

// inWords is an error in the language of the terminal.
func inWords(err error) string {
	list, ok := fault.AsList(err)
	if !ok {
		return err.Error()
	}
	var lines []string
	for _, e := range list {
		line := e.Message(language())
		if cause := errors.Unwrap(e); cause != nil {
			line += " (" + cause.Error() + ")"
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n        ")
}

type serve struct {
	app.Config
}

// Run serves until a signal.
func (s *serve) Run(ctx context.Context, log *slog.Logger) error {
	app.TuneMemory()
	a, err := app.New(ctx, s.Config, log, os.Stdout)
	if err != nil {
		return err
	}
	defer a.Close()
	return a.Run(ctx)
}

type version struct{}

// Run prints the version.
func (version) Run() error {
	fmt.Println(app.Version)
	return nil
}
