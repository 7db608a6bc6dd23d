package app

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/auth"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/journal"
	"github.com/arpent/arpent/internal/observe"
	"github.com/arpent/arpent/internal/secret"
)

// Store is the data and who may touch it: what commands beside serve work on.
type Store struct {
	Config  Config
	Log     *slog.Logger
	DB      *database.DB
	Metrics *observe.Registry
	Keyring *secret.Keyring
	Journal *journal.Journal
	Auth    *auth.Authority
	undo    []func()
}

// Open opens the data, migrated to this version. Close it.
func Open(ctx context.Context, config Config, log *slog.Logger) (_ *Store, err error) {
	if err := config.Validate(); err != nil {
		return nil, err
	}
	s := &Store{Config: config, Log: log, Metrics: observe.NewRegistry(Version)}
	defer func() {
		if err != nil {
			s.Close()
		}
	}()
	for _, step := range []step{
		{"make the data folder", s.makeFolders},
		{"read the secret key", s.readKeys},
		{"open the database", s.openDatabase},
		{"write the built-in roles", s.writeRoles},
	} {
		if err := step.take(ctx); err != nil {
			return nil, fmt.Errorf("%s: %w", step.name, err)
		}
	}
	return s, nil
}

// step is one part of the assembly.
type step struct {
	name string
	take func(context.Context) error
}

// Close undoes what was done, the last first.
func (s *Store) Close() {
	for i := len(s.undo) - 1; i >= 0; i-- {
		s.undo[i]()
	}
	s.undo = nil
}

func (s *Store) later(undo func()) { s.undo = append(s.undo, undo) }

// makeFolders makes the data folder its owner's alone, and its path absolute: tools run elsewhere.
func (s *Store) makeFolders(context.Context) (err error) {
	if s.Config.DataDir, err = filepath.Abs(s.Config.DataDir); err != nil {
		return err
	}
	if err := os.MkdirAll(s.Config.DataDir, 0o700); err != nil {
		return err
	}
	if s.Config.StorageDir, err = filepath.Abs(s.Config.storageDir()); err != nil {
		return err
	}
	return os.MkdirAll(s.Config.StorageDir, 0o755) // sites and repositories are read by others
}

// Names within the data folder.
const (
	keyFile          = "secret.key"
	repositoryFolder = "repository.git"
)

func (s *Store) readKeys(context.Context) (err error) {
	if s.Config.SecretKey != "" {
		s.Keyring, err = secret.ParseKeyring(s.Config.SecretKey)
		return err
	}
	s.Keyring, err = secret.LoadKeyring(filepath.Join(s.Config.DataDir, keyFile))
	return err
}

func (s *Store) openDatabase(ctx context.Context) (err error) {
	url := s.Config.databaseURL()
	if err := database.Migrate(ctx, url); err != nil {
		return err
	}
	if s.DB, err = database.Open(ctx, url, database.Observed(s.Metrics)); err != nil {
		return err
	}
	s.later(func() { _ = s.DB.Close() })
	s.Journal = journal.New(s.DB)
	s.Auth = auth.New(s.DB, s.Journal, s.Log)
	s.Auth.LetRunsIn(s.Keyring.Signer())
	return nil
}

func (s *Store) writeRoles(ctx context.Context) error { return s.Auth.EnsureBuiltInRoles(ctx) }

// CreateToken makes an API token for the account with an address. A lifetime of zero is for ever.
func (s *Store) CreateToken(ctx context.Context, email, name string, scopes []string, lifetime time.Duration) (string, error) {
	input := auth.TokenInput{Name: name, Scopes: scopes}
	if lifetime != 0 {
		ends := time.Now().UTC().Add(lifetime)
		input.ExpiresAt = &ends
	}
	_, plain, err := s.Auth.CreateTokenFor(access.As(ctx, "command"), email, input)
	return plain, err
}
