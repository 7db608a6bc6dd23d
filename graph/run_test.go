package graph

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/database/databasetest"
)

// Who follows a run is asked in memory, time and again: the answer is that of the policy, for syncs of libraries too.
func TestMayReadAgreesWithThePolicy(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		system := access.As(context.Background(), "test")
		client := db.Client(system)
		town := client.Organization.Create().SetName("Town").SetCode("TOWN").SaveX(system)
		asker := client.User.Create().SetName("Asker").SetEmail("asker@example.org").SaveX(system)
		project := client.Project.Create().SetAcronym("WEB").SetName("Web").SetOrganization(town).SaveX(system)
		library := client.Library.Create().SetName("ours").SetURL("https://git.example/ours").SaveX(system)
		made := func(kind run.Kind) *ent.RunCreate {
			return client.Run.Create().SetKind(kind).SetRequestedBy("x").SetQueuedAt(time.Now())
		}
		all := []*ent.Run{
			made(run.KindPROVISION).SetProject(project).SaveX(system), made(run.KindLIBRARY_SYNC).SetLibrary(library).SaveX(system),
			made(run.KindIMPORT).SaveX(system), made(run.KindBULK).SaveX(system), made(run.KindBULK).SetRequestedByID(asker.ID).SaveX(system),
		}
		sees := 0
		for name, v := range map[string]*access.Viewer{
			"a member":            {Projects: map[string]access.Set{project.ID: access.NewSet(access.ProjectRead)}},
			"a member elsewhere":  {Projects: map[string]access.Set{"prj_other": access.NewSet(access.ProjectRead)}},
			"an auditor":          {Platform: access.NewSet(access.ProjectRead)},
			"an operator":         {Platform: access.NewSet(access.ProjectRead, access.WorkerManage)},
			"a manager":           {Platform: access.NewSet(access.LibraryManage)},
			"a keeper":            {Platform: access.NewSet(access.InventoryRead)},
			"an administrator":    {Platform: access.NewSet(access.AllPermissions()...)},
			"somebody in nothing": {},
		} {
			v.Kind, v.ID = access.User, asker.ID
			ctx := access.NewContext(context.Background(), v)
			for _, one := range all {
				there := db.Client(ctx).Run.Query().Where(run.ID(one.ID)).ExistX(ctx)
				require.Equal(t, there, whoseIs(one).seenBy(access.FromContext(ctx)), "%s, %s", name, one.Kind)
				if there {
					sees++
				}
			}
		}
		require.Positive(t, sees)
	})
}
