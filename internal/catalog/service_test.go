package catalog

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/event"
	"github.com/arpent/arpent/ent/library"
	"github.com/arpent/arpent/ent/template"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/database/databasetest"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/gitrepo"
	"github.com/arpent/arpent/internal/journal"
	"github.com/arpent/arpent/internal/secret"
)

// shelf is a service whose shipped library the test writes.
type shelf struct {
	*Service
	t       *testing.T
	ctx     context.Context // of our own actor, who may do everything
	builtin fstest.MapFS
	library *ent.Library
}

func newShelf(t *testing.T, db *database.DB) *shelf {
	t.Helper()
	keyring, err := secret.NewKeyring(bytes.Repeat([]byte{7}, secret.KeySize))
	require.NoError(t, err)
	s := &shelf{t: t, ctx: access.As(context.Background(), "test"), builtin: fstest.MapFS{}}
	s.Service = New(Config{
		DB: db, Journal: journal.New(db), Keyring: keyring, Dir: t.TempDir(), Builtin: s.builtin, Log: slog.New(slog.DiscardHandler),
	})
	require.NoError(t, s.EnsureBuiltin(s.ctx))
	require.NoError(t, s.EnsureBuiltin(s.ctx))
	s.library = db.Client(s.ctx).Library.Query().OnlyX(s.ctx)
	return s
}

func (s *shelf) write(name, content string) { s.builtin[name] = &fstest.MapFile{Data: []byte(content)} }

// sync syncs the shipped library and returns the log.
func (s *shelf) sync() string {
	s.t.Helper()
	var log bytes.Buffer
	require.NoError(s.t, s.Sync(s.ctx, s.library.ID, &log), log.String())
	return log.String()
}

func (s *shelf) latest(name string) *ent.Template {
	s.t.Helper()
	row, err := s.DB.Client(s.ctx).Template.Query().Where(template.Name(name), template.Latest(true)).Only(s.ctx)
	require.NoError(s.t, err)
	return row
}

func (s *shelf) events(kind string) int {
	s.t.Helper()
	n, err := s.DB.Client(s.ctx).Event.Query().Where(event.Type(kind)).Count(s.ctx)
	require.NoError(s.t, err)
	return n
}

func TestSync(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		s := newShelf(t, db)
		s.write("arpent.yaml", "title: {en: Shelf, fr: Rayon}\n")
		s.write("providers/data.tf", "variable \"data_host\" {\n  type = string\n}\n\nprovider \"data\" {}\n")
		s.write("modules/net/main.tf", "output \"x\" {\n  value = 1\n}\n")
		s.write("templates/a/main.tf", "terraform {\n  required_providers {\n    data = {\n      source = \"x/data\"\n    }\n  }\n}\n\nvariable \"size\" {\n  type = number\n}\n\nmodule \"net\" {\n  source = \"../../modules/net\"\n}\n")
		s.write("templates/a/arpent.yaml", "style: module\ncategory: data\napproval: {mode: auto}\nrequest: {roles: [ADMIN]}\n")
		s.write("templates/b/main.tf", "variable \"x\" {}\n")
		s.write("templates/c/main.tf", "variable {")
		require.Contains(t, s.sync(), "templates/c/main.tf:1: ")

		row := s.DB.Client(s.ctx).Library.Query().OnlyX(s.ctx)
		require.Equal(t, library.StatusREADY, row.Status)
		require.Equal(t, "Rayon", row.Title.FR)
		require.NotEmpty(t, row.Problems)
		require.Equal(t, "templates/c/main.tf", row.Problems[0].File)
		require.Equal(t, template.StatusBROKEN, s.latest("c").Status)

		a := s.latest("a")
		require.Equal(t, template.KindMODULE, a.Kind)
		require.Equal(t, "data", a.Category)
		require.Equal(t, Spec{Approval: Approval{Auto: true, Count: 1}, Roles: []string{"ADMIN"}, Commit: SpecOf(a).Commit}, SpecOf(a))
		content, err := s.Content(s.ctx, a.ID)
		require.NoError(t, err)
		require.Equal(t, a.Digest, content.Template.Digest)
		require.JSONEq(t, string(a.Schema), string(content.Template.Schema()))
		require.Contains(t, content.Template.Files, "modules/net/main.tf")
		require.Len(t, content.Providers, 1)
		require.Equal(t, "arpent", content.Library)

		published := s.events("template.published")
		require.Contains(t, s.sync(), "0 templates changed")
		require.Equal(t, a.ID, s.latest("a").ID)
		require.Equal(t, published, s.events("template.published"), "nothing changed, nothing is said")
	})
}

func TestSyncFollowsChanges(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		s := newShelf(t, db)
		const one, two = "variable \"x\" {}\n", "variable \"y\" {}\n"
		s.write("templates/a/main.tf", one)
		s.write("templates/b/main.tf", one)
		s.sync()
		first := s.latest("a")

		s.write("templates/a/main.tf", two)
		s.sync()
		second := s.latest("a")
		require.NotEqual(t, first.ID, second.ID)
		require.Equal(t, 2, s.DB.Client(s.ctx).Template.Query().Where(template.Name("a")).CountX(s.ctx))
		_, err := s.Content(s.ctx, first.ID)
		require.NoError(t, err, "resources on the old version go on")

		s.write("templates/a/main.tf", one)
		require.Contains(t, s.sync(), "a is back at")
		require.Equal(t, first.ID, s.latest("a").ID)

		s.write("templates/a/main.tf", "variable {")
		s.sync()
		require.Equal(t, first.ID, s.latest("a").ID)
		require.Equal(t, template.StatusREADY, s.latest("a").Status, "the last version that could be read stays in use")
		require.NotEmpty(t, s.latest("a").Problems)

		s.write("templates/a/main.tf", one)
		delete(s.builtin, "templates/b/main.tf")
		s.sync()
		require.Empty(t, s.latest("a").Problems)
		require.Equal(t, template.StatusGONE, s.latest("b").Status)
		require.Equal(t, 1, s.events("template.gone"))

		s.write("templates/b/main.tf", one)
		s.sync()
		require.Equal(t, template.StatusREADY, s.latest("b").Status)
	})
}

func TestSyncOfAnUnreachableLibrary(t *testing.T) {
	t.Parallel()
	s := newShelf(t, databasetest.SQLite(t))
	row, err := s.CreateLibrary(s.ctx, LibraryInput{Name: "away", URL: "http://127.0.0.1:1/nothing.git"})
	require.NoError(t, err)
	var log bytes.Buffer
	require.Error(t, s.Sync(s.ctx, row.ID, &log))
	row = s.DB.Client(s.ctx).Library.GetX(s.ctx, row.ID)
	require.Equal(t, library.StatusERROR, row.Status)
	require.NotEmpty(t, row.Error.FR)
	require.Contains(t, log.String(), "Failed: ")
	require.Equal(t, 1, s.events("library.failed"))
}

// The server's disk is no library: only repositories below the folders that the configuration names are.
func TestFoldersOfTheServerAreReadWhereTheyMayBe(t *testing.T) {
	t.Parallel()
	s := newShelf(t, databasetest.SQLite(t))
	allowed, elsewhere := t.TempDir(), t.TempDir()
	for _, dir := range []string{allowed + "/good", elsewhere + "/good"} {
		require.NoError(t, os.MkdirAll(dir+"/objects", 0o755))
		require.NoError(t, os.WriteFile(dir+"/HEAD", []byte("ref: refs/heads/main\n"), 0o600))
	}
	require.NoError(t, os.Mkdir(allowed+"/plain", 0o755))
	require.NoError(t, os.Symlink(elsewhere+"/good", allowed+"/link"))
	_, err := s.CreateLibrary(s.ctx, LibraryInput{Name: "x", URL: allowed + "/good"})
	require.Error(t, err, "nothing is allowed unless it is named")
	s.LocalDirs = []string{allowed}
	refused := map[string]bool{}
	for _, address := range []string{
		"/etc", "file:///etc", allowed, allowed + "/plain", allowed + "/nothing", allowed + "/link", elsewhere + "/good", allowed + "/../good", "file://" + allowed + "/%2e%2e",
	} {
		_, err := s.CreateLibrary(s.ctx, LibraryInput{Name: "x", URL: address})
		refusal, ok := fault.As(err)
		require.True(t, ok, address)
		require.Equal(t, []string{"url"}, refusal.Field())
		require.NotContains(t, refusal.Error(), "/", "the answer tells what is on the disk: %s", address)
		refused[refusal.Error()] = true
	}
	require.Len(t, refused, 1, "one answer for what is there and what is not")
	row, err := s.CreateLibrary(s.ctx, LibraryInput{Name: "x", URL: "file://" + allowed + "/good"})
	require.NoError(t, err)
	s.LocalDirs = nil
	_, err = s.fetch(s.ctx, row)
	require.ErrorIs(t, err, errLocal, "what is no longer allowed is not read again")
}

func TestManageLibraries(t *testing.T) {
	t.Parallel()
	s := newShelf(t, databasetest.SQLite(t))
	row, err := s.CreateLibrary(s.ctx, LibraryInput{Name: "one", URL: "https://example.org/a.git", Credential: &gitrepo.Credential{Token: "t0ken"}})
	require.NoError(t, err)
	require.NotContains(t, string(row.SealedCredential), "t0ken")
	credential, err := s.openCredential(row)
	require.NoError(t, err)
	require.Equal(t, "t0ken", credential.Token)

	_, err = s.CreateLibrary(s.ctx, LibraryInput{Name: "one", URL: "https://example.org/b.git"})
	require.True(t, fault.Is(err, fault.Conflict), "%v", err)

	name, moved := "two", "https://elsewhere.org/a.git"
	row, err = s.UpdateLibrary(s.ctx, row.ID, LibraryChange{Name: &name})
	require.NoError(t, err)
	require.Equal(t, "two", row.Name)
	require.NotEmpty(t, row.SealedCredential)
	row, err = s.UpdateLibrary(s.ctx, row.ID, LibraryChange{URL: &moved})
	require.NoError(t, err)
	require.Empty(t, row.SealedCredential, "another server does not get the credential")

	_, err = s.DeleteLibrary(s.ctx, s.library.ID)
	require.True(t, fault.Is(err, fault.Conflict))
	_, err = s.DeleteLibrary(s.ctx, row.ID)
	require.NoError(t, err)
	require.Equal(t, 1, s.events("library.deleted"))
}

func TestLibraryInputIsChecked(t *testing.T) {
	t.Parallel()
	s := newShelf(t, databasetest.SQLite(t))
	for field, input := range map[string]LibraryInput{
		"name": {URL: "https://example.org/a.git"},
		"url":  {Name: "x", URL: "https://user:secret@example.org/a.git"},
		"ref":  {Name: "x", URL: "git@example.org:a.git", Ref: "--upload-pack=x"},
		"path": {Name: "x", URL: "ssh://example.org/a.git", Path: "../x"},
	} {
		_, err := s.CreateLibrary(s.ctx, input)
		list, ok := fault.AsList(err)
		require.True(t, ok, field)
		require.Len(t, list, 1, field)
		require.Equal(t, []string{field}, list[0].Field())
	}
	for _, address := range []string{"", "ftp://x/y", "builtin:", "ext::sh -c x", "example.org/a"} {
		_, ok := checkURL(address)
		require.False(t, ok, address)
	}
	for _, address := range []string{"https://x/y", "ssh://git@x/y", "git@x:y", "/srv/git/y", "file:///srv/y"} {
		_, ok := checkURL(address)
		require.True(t, ok, address)
	}
}

func TestOnlyManagersManage(t *testing.T) {
	t.Parallel()
	s := newShelf(t, databasetest.SQLite(t))
	ctx := access.NewContext(context.Background(), &access.Viewer{Kind: access.User, ID: "usr_1", Locale: "en"})
	_, err := s.CreateLibrary(ctx, LibraryInput{Name: "x", URL: "https://example.org/a.git"})
	require.True(t, fault.Is(err, fault.Denied))
	_, err = s.UpdateLibrary(ctx, s.library.ID, LibraryChange{})
	require.True(t, fault.Is(err, fault.Denied))
	_, err = s.DeleteLibrary(ctx, s.library.ID)
	require.True(t, fault.Is(err, fault.Denied))
}

// The library in Datahub's form reads unchanged.
func TestDatahubLibrary(t *testing.T) {
	t.Parallel()
	read, problems := ReadLibrary(os.DirFS("testdata/datahub-library"))
	require.Empty(t, problems)
	byName := map[string]Template{}
	for _, found := range read.Templates {
		byName[found.Name] = found
		require.Equal(t, Flat, found.Style)
	}
	require.NotContains(t, byName, "contact-us", "it has no Terraform")
	require.True(t, byName["new-project-template"].Base)
	require.True(t, byName["virtual-machine"].Hidden)
	require.Equal(t, []string{"notebook_admin_users", "notebook_project_users", "notebook_project_guests", "notebook_enterprise_oid"}, names(byName["notebooks"].Variables))
	require.NotEmpty(t, byName["object-storage"].Texts.Title.FR)
}

func names(variables []Variable) []string {
	var list []string
	for _, v := range variables {
		list = append(list, v.Name)
	}
	return list
}
