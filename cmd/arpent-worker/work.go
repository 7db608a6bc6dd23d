package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"github.com/arpent/arpent/internal/observe"
	"github.com/arpent/arpent/internal/runner"
	"github.com/arpent/arpent/internal/worker"
)

// options are the flags and the variables that stand for them.
type options struct {
	ServerURL      string           `env:"ARPENT_SERVER_URL" required:"" help:"Address of the server, as https://arpent.example.org."`
	TokenFile      string           `env:"ARPENT_WORKER_TOKEN_FILE" type:"existingfile" help:"File that holds the token of this worker."`
	Name           string           `env:"ARPENT_WORKER_NAME" help:"Name of this worker; the machine's name when empty."`
	Labels         []string         `env:"ARPENT_WORKER_LABELS" help:"What this worker offers; runs that want a label go only to workers that have it."`
	Slots          int              `env:"ARPENT_WORKER_SLOTS" default:"2" help:"Runs at once."`
	TerraformBin   string           `env:"ARPENT_TERRAFORM_BIN" help:"OpenTofu or Terraform; looked for on PATH when empty."`
	ProviderMirror string           `env:"ARPENT_PROVIDER_MIRROR" type:"existingdir" help:"Filesystem mirror of providers."`
	ProviderBin    string           `env:"ARPENT_PROVIDER_BIN" help:"Arpent's own provider for Terraform; looked for beside this program and on PATH when empty."`
	WorkDir        string           `env:"ARPENT_WORK_DIR" default:"arpent-work" help:"Where runs have their folders."`
	PassEnv        []string         `env:"ARPENT_PASS_ENV" help:"Variables of this process that tools get, such as HTTPS_PROXY."`
	StopGrace      time.Duration    `env:"ARPENT_STOP_GRACE" default:"5m" help:"How long runs may go on after this worker was asked to stop."`
	OTLPEndpoint   string           `env:"ARPENT_OTLP_ENDPOINT" name:"otlp-endpoint" help:"Where traces are sent by OTLP over HTTP, as http://collector:4318; nowhere when empty."`
	LogLevel       slog.Level       `env:"ARPENT_LOG_LEVEL" default:"info" help:"What is logged: debug, info, warn or error."`
	LogFormat      string           `env:"ARPENT_LOG_FORMAT" enum:"text,json" default:"json" help:"How it is logged: text or json."`
	Version        kong.VersionFlag `help:"Print the version and leave."`
}

// work runs a worker until the context is done.
func work(ctx context.Context, o options, logger *slog.Logger) error {
	token, err := o.token()
	if err != nil {
		return err
	}
	backend, err := worker.NewClient(o.ServerURL, token)
	if err != nil {
		return err
	}
	terraform, err := runner.NewTerraform(runner.Config{
		Binary: o.TerraformBin, WorkDir: o.WorkDir, MirrorDir: o.ProviderMirror, Provider: o.ProviderBin, Env: passed(o.PassEnv),
	})
	if err != nil {
		return err
	}
	name, err := o.name()
	if err != nil {
		return errors.Join(err, terraform.Close())
	}
	tracer, err := observe.NewTracer(ctx, observe.TracerConfig{
		Endpoint: o.OTLPEndpoint, Service: "arpent-worker", Version: version, Instance: name, Log: logger,
	})
	if err != nil {
		return errors.Join(err, terraform.Close())
	}
	defer closeTracer(tracer)
	w, err := worker.New(worker.Config{
		Name: name, Labels: o.Labels, Version: version, Slots: o.Slots, Grace: o.StopGrace,
		Backend: backend, Runner: terraform, Tool: terraform.Tool, Logger: logger, Tracer: tracer,
	})
	if err != nil {
		return errors.Join(err, terraform.Close())
	}
	logger.Info("worker begins", "name", name, "server", o.ServerURL, "slots", o.Slots, "labels", o.Labels)
	if err := terraform.Recover(ctx, worker.GiveBack(backend)); err != nil {
		logger.Error("not all that a killed worker left could be used", "error", err)
	}
	return errors.Join(w.Run(ctx), terraform.Close())
}

// closeTracer sends what is left, to a collector that answers.
func closeTracer(tracer *observe.Tracer) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	_ = tracer.Close(ctx) // a collector that is away was logged
}

func (o options) token() (string, error) {
	if o.TokenFile == "" {
		// There is no flag for the token itself: everybody on the machine sees arguments.
		if token := os.Getenv("ARPENT_WORKER_TOKEN"); token != "" {
			return token, nil
		}
		return "", errors.New("a token is needed: set ARPENT_WORKER_TOKEN or ARPENT_WORKER_TOKEN_FILE")
	}
	content, err := os.ReadFile(o.TokenFile)
	if err != nil {
		return "", fmt.Errorf("read the token: %w", err)
	}
	return strings.TrimSpace(string(content)), nil
}

func (o options) name() (string, error) {
	if o.Name != "" {
		return o.Name, nil
	}
	name, err := os.Hostname()
	if err != nil {
		return "", fmt.Errorf("name of the machine: %w", err)
	}
	return name, nil
}

// passed picks variables of our own environment.
func passed(names []string) map[string]string {
	env := map[string]string{}
	for _, name := range names {
		if value, ok := os.LookupEnv(name); ok {
			env[name] = value
		}
	}
	return env
}
