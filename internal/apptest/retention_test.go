package apptest_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/counter"
	"github.com/arpent/arpent/ent/event"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/ent/runlog"
	"github.com/arpent/arpent/ent/runplan"
	"github.com/arpent/arpent/ent/stateversion"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/app"
	"github.com/arpent/arpent/internal/apptest"
	"github.com/arpent/arpent/internal/journal"
)

// archive fills a server with much that is old and some that is not, and returns its project.
func archive(t *testing.T, s *apptest.Server) string {
	t.Helper()
	ctx, old := access.As(context.Background(), "test"), time.Now().UTC().Add(-100*time.Hour)
	var project string
	require.NoError(t, s.DB.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
		// The server forgets by itself as well, from its first minute on: it must not have its turn meanwhile.
		client.Counter.Create().SetName("retention").SetValue(time.Now().Add(time.Hour).Unix()).OnConflictColumns(counter.FieldName).UpdateNewValues().ExecX(ctx)
		organization := client.Organization.Query().FirstX(ctx)
		p := client.Project.Create().SetAcronym("OLD").SetName("Old").SetOrganization(organization).SaveX(ctx)
		project = p.ID
		for i := range 450 {
			at := old
			if i >= 430 {
				at = time.Now().UTC()
			}
			r := client.Run.Create().SetKind(run.KindPROVISION).SetStatus(run.StatusSUCCEEDED).SetProjectID(p.ID).SetRequestedBy("x").
				SetQueuedAt(at).SetFinishedAt(at).SetLogSize(3).SaveX(ctx)
			client.RunLog.Create().SetRunID(r.ID).SetPosition(0).SetSize(3).SetData([]byte("log")).ExecX(ctx)
			client.RunPlan.Create().SetRunID(r.ID).SetAdd(1).SetChange(0).SetDestroy(0).SetChanges([]byte("[]")).SetOutputs([]byte("[]")).ExecX(ctx)
			client.Event.Create().SetType("test.done").SetAudience(event.AudiencePLATFORM).SetActorID("a").SetActor("A").SetSubjectID("s").SetTime(at).ExecX(ctx)
		}
		for i := range 30 {
			v := client.StateVersion.Create().SetProjectID(p.ID).SetVersion(int64(i + 1)).SetSerial(int64(i)).SetLineage("l").SetSha256("x").SetSize(1).SaveX(ctx)
			client.StateBody.Create().SetStateVersionID(v.ID).SetSealed([]byte{1}).ExecX(ctx)
		}
		running := client.Run.Create().SetKind(run.KindPROVISION).SetStatus(run.StatusAWAITING_APPROVAL).SetProjectID(p.ID).SetRequestedBy("x").
			SetQueuedAt(old).SetLogSize(3).SaveX(ctx)
		client.RunLog.Create().SetRunID(running.ID).SetPosition(0).SetSize(3).SetData([]byte("log")).ExecX(ctx)
		return nil
	}))
	return project
}

// What is older than it is kept is removed, whatever it is; the present stays, and a subscriber that is too old is told.
func TestWhatIsOldIsForgotten(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, s *apptest.Server) {
		ctx := access.As(context.Background(), "test")
		client := s.DB.Client(ctx)
		newLand(t, s) // what the start writes is written: nothing comes between what is counted
		project := archive(t, s)
		s.Journal.Ring()
		require.Eventually(t, func() bool { return client.Event.Query().Where(event.PositionIsNil()).CountX(ctx) == 0 }, 20*time.Second, 20*time.Millisecond)

		// What the start wrote is as old as the rest: events are forgotten from the beginning on.
		_, err := s.DB.SQL().ExecContext(ctx, "UPDATE events SET time = $1 WHERE position < (SELECT min(position) FROM events WHERE type = 'test.done')", time.Now().UTC().Add(-200*time.Hour))
		require.NoError(t, err)
		require.NoError(t, s.Forget(context.Background()))
		require.Equal(t, 21, client.RunLog.Query().Where(runlog.HasRunWith(run.ProjectID(project))).CountX(ctx), "those of the last hours, and of the run that has not ended")
		require.Equal(t, 20, client.RunPlan.Query().Where(runplan.HasRunWith(run.ProjectID(project))).CountX(ctx))
		require.Equal(t, 451, client.Run.Query().Where(run.ProjectID(project)).CountX(ctx), "runs themselves stay")
		require.Equal(t, 430, client.Run.Query().Where(run.ProjectID(project), run.LogDroppedAtNotNil(), run.LogSize(0)).CountX(ctx))
		require.Zero(t, client.Event.Query().Where(event.TimeLT(time.Now().Add(-50*time.Hour))).CountX(ctx))
		require.Equal(t, 20, client.Event.Query().Where(event.Type("test.done")).CountX(ctx))
		require.Equal(t, 5, client.StateVersion.Query().Where(stateversion.ProjectID(project)).CountX(ctx))
		require.Equal(t, 5, client.StateBody.Query().CountX(ctx))
		require.True(t, client.StateVersion.Query().Where(stateversion.Version(30)).ExistX(ctx), "the present state")
		require.Equal(t, 1, client.Event.Query().Where(event.Type("retention.forgot")).CountX(ctx), "it is written down")

		var found struct {
			Node struct{ Log struct{ Complete bool } }
		}
		gone := client.Run.Query().Where(run.LogDroppedAtNotNil()).FirstX(ctx)
		s.Admin().Get(&found, `query($id: ID!) { node(id: $id) { ... on Run { log(after: 0, limit: 100) { complete } } } }`, map[string]any{"id": gone.ID})
		require.True(t, found.Node.Log.Complete, "nobody waits for it")

		socket := s.Admin().Connect()
		socket.Subscribe("1", `subscription { events(after: "1") { type } }`, nil)
		require.Contains(t, string(socket.Next().Payload), journal.Resync)

		requireUnmoved(t, s, project, "nothing is old any more, and nothing is written")
	}, func(c *app.Config) {
		c.KeepEvents, c.KeepLogs, c.KeepPlans, c.KeepStates = 50*time.Hour, 50*time.Hour, 50*time.Hour, 5
	})
}

// Zero is for ever.
func TestWhatIsKeptForEverStays(t *testing.T) {
	t.Parallel()
	s := apptest.Embedded(t)
	requireUnmoved(t, s, archive(t, s), "nothing is ever too old")
}

// requireUnmoved proves that to forget what is old takes nothing of a project, and is not written down. The server lives
// on meanwhile and writes rows of its own: only what the archive wrote is counted.
func requireUnmoved(t *testing.T, s *apptest.Server, project, why string) {
	t.Helper()
	ctx := access.As(context.Background(), "test")
	client := s.DB.Client(ctx)
	count := func() string {
		return fmt.Sprint(
			client.RunLog.Query().Where(runlog.HasRunWith(run.ProjectID(project))).CountX(ctx),
			client.RunPlan.Query().Where(runplan.HasRunWith(run.ProjectID(project))).CountX(ctx),
			client.StateVersion.Query().Where(stateversion.ProjectID(project)).CountX(ctx),
			client.Event.Query().Where(event.TypeIn("test.done", "retention.forgot")).CountX(ctx))
	}
	before := count()
	require.NoError(t, s.Forget(context.Background()))
	require.Equal(t, before, count(), why)
}
