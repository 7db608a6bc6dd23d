package catalog

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/url"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/library"
	"github.com/arpent/arpent/ent/project"
	"github.com/arpent/arpent/ent/resource"
	"github.com/arpent/arpent/ent/template"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/gitrepo"
	"github.com/arpent/arpent/internal/journal"
)

// Credential is how to sign in at a library's git server.
type Credential = gitrepo.Credential

// LibraryInput is a library to add.
type LibraryInput struct {
	Name       string
	URL        string
	Ref        string // branch or tag; empty for the default branch
	Path       string // folder in the repository
	Credential *gitrepo.Credential
}

// LibraryChange is what to change of a library; nil leaves it as it is.
type LibraryChange struct {
	Name, URL, Ref, Path *string
	Credential           *gitrepo.Credential
	RemoveCredential     bool
}

// CreateLibrary adds a library. It holds nothing before its first Sync.
func (s *Service) CreateLibrary(ctx context.Context, input LibraryInput) (*ent.Library, error) {
	if err := mayManage(ctx); err != nil {
		return nil, err
	}
	input.Name = strings.TrimSpace(input.Name)
	if err := input.check(); err != nil {
		return nil, err
	}
	if err := s.checkLocal(input.URL); err != nil {
		return nil, errLocal.At("url")
	}
	var created *ent.Library
	err := s.DB.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
		row, err := client.Library.Create().SetName(input.Name).SetURL(input.URL).SetRef(input.Ref).SetPath(input.Path).
			SetTitle(plainText(input.Name)).Save(ctx)
		if err != nil {
			return nameTaken(err, input.Name)
		}
		created, err = s.seal(ctx, row.Update(), row.ID, input.Credential)
		if err != nil {
			return err
		}
		return s.Journal.Write(ctx, entryOf("library.created", nil, created))
	})
	return created, err
}

// UpdateLibrary changes a library. A credential is forgotten when the library moves to another server.
func (s *Service) UpdateLibrary(ctx context.Context, id string, change LibraryChange) (*ent.Library, error) {
	if err := mayManage(ctx); err != nil {
		return nil, err
	}
	var updated *ent.Library
	err := s.DB.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
		row, err := client.Library.Get(ctx, id)
		if err != nil {
			return err
		}
		input := change.over(row)
		if err := input.checkChange(row); err != nil {
			return err
		}
		if input.URL != row.URL && s.checkLocal(input.URL) != nil {
			return errLocal.At("url")
		}
		update := row.Update().SetName(input.Name).SetURL(input.URL).SetRef(input.Ref).SetPath(input.Path)
		if change.RemoveCredential || hostOfURL(input.URL) != hostOfURL(row.URL) {
			update.ClearSealedCredential()
		}
		updated, err = s.seal(ctx, update, id, change.Credential)
		if err != nil {
			return nameTaken(err, input.Name)
		}
		return s.Journal.Write(ctx, entryOf("library.updated", row, updated))
	})
	return updated, err
}

// DeleteLibrary removes a library that no project uses or has used.
func (s *Service) DeleteLibrary(ctx context.Context, id string) (*ent.Library, error) {
	if err := mayManage(ctx); err != nil {
		return nil, err
	}
	var deleted *ent.Library
	err := s.DB.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
		row, err := client.Library.Get(ctx, id)
		if err != nil {
			return err
		}
		deleted = row
		if err := unused(ctx, client, row); err != nil {
			return err
		}
		if err := client.Library.DeleteOne(row).Exec(ctx); err != nil {
			return err
		}
		return s.Journal.Write(ctx, entryOf("library.deleted", row, nil))
	})
	return deleted, err
}

// EnsureBuiltin adds the library that ships with Arpent, if it is not there.
func (s *Service) EnsureBuiltin(ctx context.Context) error {
	ctx = access.As(ctx, actor)
	err := s.DB.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
		present, err := client.Library.Query().Where(library.URL(BuiltinURL)).Exist(ctx)
		if err != nil || present {
			return err
		}
		return client.Library.Create().SetName("arpent").SetURL(BuiltinURL).Exec(ctx)
	})
	if database.IsTaken(err) || fault.Is(err, fault.Conflict) {
		return nil // another replica was faster
	}
	return err
}

func mayManage(ctx context.Context) error {
	return access.Require(ctx, "", access.LibraryManage)
}

func (c LibraryChange) over(row *ent.Library) LibraryInput {
	input := LibraryInput{Name: row.Name, URL: row.URL, Ref: row.Ref, Path: row.Path, Credential: c.Credential}
	for value, target := range map[*string]*string{c.Name: &input.Name, c.URL: &input.URL, c.Ref: &input.Ref, c.Path: &input.Path} {
		if value != nil {
			*target = strings.TrimSpace(*value)
		}
	}
	return input
}

// checkChange lets the library that ships have another name, and nothing else.
func (i LibraryInput) checkChange(row *ent.Library) error {
	if row.URL != BuiltinURL {
		return i.check()
	}
	if i.URL != BuiltinURL || i.Ref != "" || i.Path != "" || i.Credential != nil {
		return fault.New(fault.Invalid, fault.Text{
			EN: "The library that ships with Arpent has no other address.", FR: "La bibliothèque livrée avec Arpent n’a pas d’autre adresse.",
		}).At("url")
	}
	return nil
}

func (i LibraryInput) check() error {
	var faults fault.List
	add := func(field string, text fault.Text) { faults = append(faults, fault.New(fault.Invalid, text).At(field)) }
	if i.Name == "" || utf8.RuneCountInString(i.Name) > 80 {
		add("name", fault.Text{EN: "A name has 1 to 80 characters.", FR: "Un nom compte de 1 à 80 caractères."})
	}
	if text, ok := checkURL(i.URL); !ok {
		add("url", text)
	}
	if utf8.RuneCountInString(i.Ref) > 200 || strings.ContainsAny(i.Ref, " \t\n\\~^:?*[") || strings.HasPrefix(i.Ref, "-") {
		add("ref", fault.Text{EN: "This is no branch and no tag.", FR: "Ce n’est ni une branche ni une étiquette."})
	}
	if i.Path != "" && (utf8.RuneCountInString(i.Path) > 200 || !fs.ValidPath(i.Path)) {
		add("path", fault.Text{EN: "The folder is a path within the repository, as in infra/library.", FR: "Le dossier est un chemin dans le dépôt, comme infra/library."})
	}
	return faults.OrNil()
}

// checkURL tells whether a library can be at an address.
func checkURL(address string) (fault.Text, bool) {
	wrong := fault.Text{
		EN: "Write an address: https://…, ssh://…, git@host:path, or an absolute path on the server.",
		FR: "Écrivez une adresse : https://…, ssh://…, git@hôte:chemin, ou un chemin absolu sur le serveur.",
	}
	if utf8.RuneCountInString(address) > 500 || strings.ContainsAny(address, " \t\n") {
		return wrong, false
	}
	if filepath.IsAbs(address) || isSCP(address) {
		return fault.Text{}, true
	}
	parsed, err := url.Parse(address)
	if err != nil || parsed.Host == "" && parsed.Scheme != "file" {
		return wrong, false
	}
	if _, has := parsed.User.Password(); has {
		return fault.Text{EN: "Write the password in the credential, not in the address.", FR: "Écrivez le mot de passe dans l’identifiant, pas dans l’adresse."}, false
	}
	switch parsed.Scheme {
	case "https", "http", "ssh", "file":
		return fault.Text{}, true
	}
	return wrong, false
}

// isSCP recognizes git@host:path.
func isSCP(address string) bool {
	host, path, ok := strings.Cut(address, ":")
	return ok && path != "" && !strings.HasPrefix(path, "//") && strings.Contains(host, "@") && !strings.Contains(host, "/")
}

// hostOfURL is the server that a credential is for.
func hostOfURL(address string) string {
	if isSCP(address) {
		host, _, _ := strings.Cut(address, ":")
		return host
	}
	parsed, err := url.Parse(address)
	if err != nil {
		return address
	}
	return parsed.Scheme + "://" + parsed.Host
}

// seal saves an update, with the credential if there is one.
func (s *Service) seal(ctx context.Context, update *ent.LibraryUpdateOne, id string, credential *gitrepo.Credential) (*ent.Library, error) {
	if credential != nil {
		plain, err := json.Marshal(credential) //nolint:gosec // it is sealed in the next line
		if err != nil {
			return nil, fmt.Errorf("seal the credential: %w", err)
		}
		update.SetSealedCredential(s.Keyring.Seal(plain, credentialContext(id)))
	}
	return update.Save(ctx)
}

func nameTaken(err error, name string) error {
	if !database.IsTaken(err) {
		return err
	}
	return fault.New(fault.Conflict, fault.Text{
		EN: "There is a library named %s already.", FR: "Il existe déjà une bibliothèque nommée %s.",
	}, name).At("name").Because(err)
}

// unused refuses to remove what projects stand on.
func unused(ctx context.Context, client *ent.Client, row *ent.Library) error {
	if row.URL == BuiltinURL {
		return fault.New(fault.Conflict, fault.Text{
			EN: "The library that ships with Arpent stays.", FR: "La bibliothèque livrée avec Arpent reste.",
		})
	}
	system := access.As(ctx, actor)
	resources, err := client.Resource.Query().Where(resource.HasTemplateWith(template.LibraryID(row.ID))).Count(system)
	if err != nil {
		return err
	}
	projects, err := client.Project.Query().Where(project.HasBaseTemplateWith(template.LibraryID(row.ID))).Count(system)
	if err != nil {
		return err
	}
	if resources+projects == 0 {
		return nil
	}
	return fault.New(fault.Conflict, fault.Text{
		EN: "%d resources and %d projects stand on its templates, or did: the library has to stay.",
		FR: "%d ressources et %d projets reposent ou ont reposé sur ses modèles : la bibliothèque doit rester.",
	}, resources, projects)
}

// entryOf is a journal entry about a library, without its credential.
func entryOf(kind string, before, after *ent.Library) journal.Entry {
	shown := func(l *ent.Library) any {
		if l == nil {
			return nil
		}
		return map[string]any{"name": l.Name, "url": l.URL, "ref": l.Ref, "path": l.Path, "credential": len(l.SealedCredential) > 0}
	}
	subject := after
	if subject == nil {
		subject = before
	}
	return journal.Entry{
		Type: kind, Audience: journal.Everybody, SubjectID: subject.ID, Subject: subject.Name,
		Before: shown(before), After: shown(after),
	}
}
