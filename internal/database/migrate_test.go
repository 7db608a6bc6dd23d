package database

import (
	"context"
	"io/fs"
	"path"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent/migrate/migrations"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/fault"
)

// rebuilt is what a change of a column becomes on SQLite: a new table takes the place of the old one.
const rebuilt = `-- +goose Up
CREATE TABLE new_organizations (id text NOT NULL, created_at datetime NOT NULL, updated_at datetime NOT NULL, name text NOT NULL, code text NULL, PRIMARY KEY (id));
INSERT INTO new_organizations SELECT id, created_at, updated_at, name, code FROM organizations;
DROP TABLE organizations;
ALTER TABLE new_organizations RENAME TO organizations;
CREATE TABLE new_projects AS SELECT * FROM projects;
DROP TABLE projects;
ALTER TABLE new_projects RENAME TO projects;
CREATE UNIQUE INDEX new_projects_id ON projects (id);
`

// A migration that rebuilds a table keeps the rows that refer to it: with foreign keys on, the drop would take them along.
func TestRebuildingATableKeepsItsChildren(t *testing.T) {
	t.Parallel()
	src := filled(t)
	require.NoError(t, migrateSQLite(t.Context(), src, with(t, rebuilt)))
	db, err := Open(t.Context(), "sqlite:"+src.path)
	require.NoError(t, err)
	defer db.Close()
	ctx := access.As(context.Background(), "test")
	require.Equal(t, 1, db.Client(ctx).Project.Query().CountX(ctx))
	require.Equal(t, 1, db.Client(ctx).Membership.Query().CountX(ctx), "members go with their project when its row is dropped")
	require.Equal(t, "A", db.Client(ctx).Project.Query().QueryOrganization().OnlyX(ctx).Code)
}

// A migration that leaves a row without its parent is an error, not a silent loss.
func TestAMigrationThatLosesParentsFails(t *testing.T) {
	t.Parallel()
	err := migrateSQLite(t.Context(), filled(t), with(t, "-- +goose Up\nDELETE FROM organizations;\n"))
	require.ErrorContains(t, err, "of projects refers to a row of organizations that is not there")
}

// filled is a migrated file with an organization, its project and a member of it.
func filled(t *testing.T) source {
	t.Helper()
	address := "sqlite:" + filepath.Join(t.TempDir(), "odd name?#.db")
	require.NoError(t, Migrate(t.Context(), address))
	db, err := Open(t.Context(), address)
	require.NoError(t, err)
	defer db.Close()
	ctx := access.As(context.Background(), "test")
	client := db.Client(ctx)
	organization := client.Organization.Create().SetName("A").SetCode("A").SaveX(ctx)
	project := client.Project.Create().SetAcronym("P1").SetName("P").SetOrganization(organization).SaveX(ctx)
	user := client.User.Create().SetName("U").SetEmail("u@example.org").SaveX(ctx)
	role := client.Role.Create().SetKey("R").SetTitle(fault.Text{EN: "R", FR: "R"}).SetScope("PROJECT").SetPermissions([]string{}).SaveX(ctx)
	client.Membership.Create().SetUser(user).SetProject(project).SetRole(role).SetScopeKey(project.ID).SaveX(ctx)
	src, err := parse(address)
	require.NoError(t, err)
	return src
}

// with is the real migrations and one more.
func with(t *testing.T, more string) fs.FS {
	t.Helper()
	files := fstest.MapFS{"sqlite/29990101000000_more.sql": {Data: []byte(more)}}
	real, err := fs.Glob(migrations.Files, "sqlite/*.sql")
	require.NoError(t, err)
	for _, name := range real {
		content, err := migrations.Files.ReadFile(name)
		require.NoError(t, err)
		files[path.Clean(name)] = &fstest.MapFile{Data: content}
	}
	return files
}

// Only one program at a time has the lock of a file: goose has none for SQLite.
func TestTheLockOfAFileIsOnes(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "arpent.db.lock")
	var inside atomic.Int32
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 200 {
				unlock, err := lockFile(file)
				if !assert.NoError(t, err) {
					return
				}
				assert.EqualValues(t, 1, inside.Add(1))
				runtime.Gosched()
				inside.Add(-1)
				unlock()
			}
		})
	}
	group.Wait()
}
