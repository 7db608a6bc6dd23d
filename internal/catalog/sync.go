package catalog

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/library"
	"github.com/arpent/arpent/ent/schema"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/gitrepo"
	"github.com/arpent/arpent/internal/journal"
	"github.com/arpent/arpent/internal/secret"
)

// Sync reads a library and stores what has changed: new versions of templates, templates that are gone, what
// is wrong. The log is told in lines for people. A library that cannot be read keeps what it had.
func (s *Service) Sync(ctx context.Context, libraryID string, log io.Writer) error {
	ctx = access.As(ctx, actor)
	row, err := s.DB.Client(ctx).Library.UpdateOneID(libraryID).SetStatus(library.StatusSYNCING).Save(ctx)
	if err != nil {
		return database.Fault(err)
	}
	fmt.Fprintf(log, "Reading the library %s from %s\n", row.Name, row.URL)
	if err := s.sync(ctx, row, log); err != nil {
		fmt.Fprintf(log, "Failed: %s\n", reason(err).EN)
		return s.failed(ctx, row, err)
	}
	return nil
}

func (s *Service) sync(ctx context.Context, row *ent.Library, log io.Writer) error {
	snapshot, err := s.fetch(ctx, row)
	if err != nil {
		return err
	}
	defer snapshot.Close()
	root, err := fs.Sub(snapshot.FS(), cmp.Or(row.Path, "."))
	if err != nil {
		return fault.New(fault.Invalid, textNoPath).Because(err)
	}
	if _, err := fs.Stat(root, "."); err != nil {
		return fault.New(fault.Invalid, textNoPath).Because(err)
	}
	read, problems := ReadLibrary(root)
	at := versionOf(snapshot)
	fmt.Fprintf(log, "Read %s: %d templates, %d problems\n", at.name, len(read.Templates), len(problems))
	for _, p := range problems {
		fmt.Fprintf(log, "  %s\n", p)
	}
	return s.DB.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
		return (&storing{service: s, client: client, row: row, read: read, problems: problems, at: at, log: log}).store(ctx)
	})
}

var textNoPath = fault.Text{
	EN: "The repository has no such folder.", FR: "Le dépôt n’a pas ce dossier.",
}

// fetch brings the library's files here.
func (s *Service) fetch(ctx context.Context, row *ent.Library) (*gitrepo.Snapshot, error) {
	if row.URL == BuiltinURL {
		return gitrepo.FromFS(ctx, s.Builtin, gitrepo.Limits{})
	}
	if err := s.checkLocal(row.URL); err != nil {
		return nil, err // the configuration may have changed since it was added
	}
	credential, err := s.openCredential(row)
	if err != nil {
		return nil, err
	}
	source := gitrepo.Source{URL: row.URL, Ref: row.Ref, Credential: credential}
	return gitrepo.Fetch(ctx, source, filepath.Join(s.Dir, row.ID), gitrepo.Limits{})
}

// failed notes why a library could not be read, and returns the reason.
func (s *Service) failed(ctx context.Context, row *ent.Library, cause error) error {
	ctx = context.WithoutCancel(ctx)
	text := reason(cause)
	err := s.DB.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
		if err := client.Library.UpdateOneID(row.ID).SetStatus(library.StatusERROR).SetError(&text).Exec(ctx); err != nil {
			return err
		}
		return s.Journal.Write(ctx, journal.Entry{
			Type: "library.failed", Audience: journal.Everybody, SubjectID: row.ID, Subject: row.Name, After: map[string]any{"error": text},
		})
	})
	if err != nil {
		return fmt.Errorf("note that %w: %w", cause, err)
	}
	return cause
}

// reason is an error's text for people; what is no refusal has no details for them.
func reason(err error) fault.Text {
	if list, ok := fault.AsList(err); ok {
		return list[0].Text()
	}
	return fault.Text{
		EN: "The library could not be read. The server's log says why.",
		FR: "La bibliothèque n’a pas pu être lue. Le journal du serveur dit pourquoi.",
	}
}

// version is how what a snapshot holds is called.
type version struct{ name, branch, tag, commit string }

func versionOf(s *gitrepo.Snapshot) version {
	v := version{commit: cmp.Or(s.Commit, s.Version)}
	if tag, ok := strings.CutPrefix(s.Ref, "refs/tags/"); ok {
		v.name, v.tag = tag, tag
		return v
	}
	v.branch = strings.TrimPrefix(s.Ref, "refs/heads/")
	v.name = v.commit[:min(len(v.commit), 12)]
	return v
}

func storedProblems(problems []Problem) []schema.Problem {
	stored := make([]schema.Problem, len(problems))
	for i, p := range problems {
		stored[i] = schema.Problem{File: p.File, Line: p.Line, Message: p.Text}
	}
	return stored
}

func (s *Service) openCredential(row *ent.Library) (gitrepo.Credential, error) {
	return CredentialOf(s.Keyring, row)
}

// CredentialOf is what opens a library's repository.
func CredentialOf(keys *secret.Keyring, row *ent.Library) (gitrepo.Credential, error) {
	var credential gitrepo.Credential
	if len(row.SealedCredential) == 0 {
		return credential, nil
	}
	plain, err := keys.Open(row.SealedCredential, credentialContext(row.ID))
	if err != nil {
		return credential, fmt.Errorf("open the credential of library %s: %w", row.ID, err)
	}
	if err := json.Unmarshal(plain, &credential); err != nil {
		return credential, fmt.Errorf("read the credential of library %s: %w", row.ID, err)
	}
	return credential, nil
}

func credentialContext(libraryID string) string { return "libraries:" + libraryID + ":credential" }
