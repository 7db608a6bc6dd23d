package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/arpent/arpent/internal/app"
)

// store says where the data is, for the commands that need no more.
type store struct {
	DataDir     string `help:"Folder of everything that Arpent keeps in files." env:"ARPENT_DATA_DIR" default:"arpent-data" placeholder:"DIR"`
	DatabaseURL string `help:"PostgreSQL to use. Without it, the SQLite file in the data folder." env:"ARPENT_DATABASE_URL" placeholder:"URL"`
	SecretKey   string `help:"Keys that seal secrets. Without it, the file in the data folder." env:"ARPENT_SECRET_KEY" placeholder:"KEYS"`
}

func (s store) open(ctx context.Context, log *slog.Logger) (*app.Store, error) {
	return app.Open(ctx, app.Config{
		DataDir: s.DataDir, DatabaseURL: s.DatabaseURL, SecretKey: s.SecretKey, Listen: "127.0.0.1:0",
	}, log)
}

type migrate struct {
	store
}

// Run migrates the database.
func (m *migrate) Run(ctx context.Context, log *slog.Logger) error {
	opened, err := m.open(ctx, log)
	if err != nil {
		return err
	}
	opened.Close()
	fmt.Println("The database is at this version.")
	return nil
}

type token struct {
	Create createToken `cmd:"" help:"Make an API token for somebody and print it."`
}

type createToken struct {
	store
	User    string        `help:"Address of the person it acts for." required:"" placeholder:"EMAIL"`
	Scope   []string      `help:"Permissions it lets through, as project.read; all for everything." default:"all" placeholder:"PERMISSION"`
	Name    string        `help:"What it is for." default:"command line" placeholder:"NAME"`
	Expires time.Duration `help:"How long it is good for; 0 for ever." placeholder:"DURATION"`
}

// Run makes a token and prints nothing else, so that a script can take it.
func (c *createToken) Run(ctx context.Context, log *slog.Logger) error {
	opened, err := c.open(ctx, log)
	if err != nil {
		return err
	}
	defer opened.Close()
	plain, err := opened.CreateToken(ctx, c.User, c.Name, c.Scope, c.Expires)
	if err != nil {
		return err
	}
	fmt.Println(plain)
	return nil
}
