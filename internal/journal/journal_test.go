package journal_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/database/databasetest"
	"github.com/arpent/arpent/internal/journal"
	"github.com/arpent/arpent/internal/queue"
)

// deafBell is a bell that nobody hears, its Redis being gone: the feed must live by its own nudges and by polling.
func deafBell(t *testing.T) *queue.Broadcast {
	t.Helper()
	server, err := queue.StartEmbedded()
	require.NoError(t, err)
	client, err := queue.Connect(server.URL())
	require.NoError(t, err)
	server.Close()
	bell := client.NewBroadcast()
	t.Cleanup(func() { bell.Close(); _ = client.Close() })
	return bell
}

func startFeed(t *testing.T, db *database.DB) (*journal.Journal, *journal.Feed) {
	t.Helper()
	j := journal.New(db)
	feed := journal.NewFeed(j, deafBell(t), slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(t.Context())
	require.NoError(t, feed.Start(ctx))
	done := make(chan struct{})
	go func() { defer close(done); _ = feed.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done })
	return j, feed
}

func alice() context.Context {
	return access.NewContext(context.Background(), &access.Viewer{
		Kind: access.User, ID: "usr_alice", Name: "Alice",
		Projects: map[string]access.Set{"prj_a": access.NewSet(access.ProjectRead)},
	})
}

func write(t *testing.T, db *database.DB, j *journal.Journal, subject, project string) {
	t.Helper()
	require.NoError(t, db.Tx(access.As(t.Context(), "test"), func(ctx context.Context, _ *ent.Client) error {
		return j.Write(ctx, journal.Entry{
			Type: "thing.happened", Audience: journal.Project, SubjectID: subject, ProjectID: project, After: map[string]int{"n": 1},
		})
	}))
}

func next(t *testing.T, events <-chan *ent.Event) *ent.Event {
	t.Helper()
	select {
	case e := <-events:
		return e
	case <-time.After(20 * time.Second):
		t.Fatal("no event came")
		return nil
	}
}

func viewerOf(ctx context.Context) func() *access.Viewer {
	return func() *access.Viewer { return access.FromContext(ctx) }
}

func TestSubscribersSeeEachEventOnceAndInOrder(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		j, feed := startFeed(t, db)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		events, err := feed.Subscribe(ctx, journal.Filter{Viewer: viewerOf(alice())})
		require.NoError(t, err)

		const writers, each = 8, 20
		var group sync.WaitGroup
		for w := range writers {
			group.Go(func() {
				for i := range each {
					write(t, db, j, fmt.Sprintf("w%d-%d", w, i), "prj_a")
				}
			})
		}
		seen := map[string]bool{}
		var order []int64
		for range writers * each {
			e := next(t, events)
			require.False(t, seen[e.SubjectID], "%s came twice", e.SubjectID)
			seen[e.SubjectID] = true
			order = append(order, *e.Position)
		}
		group.Wait()
		require.IsIncreasing(t, order)
		require.EqualValues(t, writers*each, order[len(order)-1]-order[0]+1, "positions have gaps")
	})
}

func TestARolledBackChangeLeavesNoEvent(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		j, feed := startFeed(t, db)
		events, err := feed.Subscribe(t.Context(), journal.Filter{Viewer: viewerOf(alice())})
		require.NoError(t, err)
		failure := errors.New("no")
		err = db.Tx(alice(), func(ctx context.Context, _ *ent.Client) error {
			require.NoError(t, j.Write(ctx, journal.Entry{Type: "a.b", Audience: journal.Project, SubjectID: "x", ProjectID: "prj_a"}))
			return failure
		})
		require.ErrorIs(t, err, failure)
		write(t, db, j, "second", "prj_a")
		require.Equal(t, "second", next(t, events).SubjectID)
	})
}

func TestACursorResumes(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		j, feed := startFeed(t, db)
		first, cancel := context.WithCancel(t.Context())
		events, err := feed.Subscribe(first, journal.Filter{Viewer: viewerOf(alice())})
		require.NoError(t, err)
		write(t, db, j, "one", "prj_a")
		seen := next(t, events)
		cancel()

		write(t, db, j, "two", "prj_a")
		write(t, db, j, "hidden", "prj_b")
		write(t, db, j, "three", "prj_a")
		events, err = feed.Subscribe(t.Context(), journal.Filter{After: journal.CursorOf(seen), Viewer: viewerOf(alice())})
		require.NoError(t, err)
		require.Equal(t, "two", next(t, events).SubjectID)
		require.Equal(t, "three", next(t, events).SubjectID)
	})
}

// A subscriber who was on a replica that is ahead goes on where they were: nothing comes twice, and they need not read
// everything again.
func TestACursorOfAReplicaThatIsAheadResumes(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		behind := journal.NewFeed(journal.New(db), deafBell(t), slog.New(slog.DiscardHandler))
		require.NoError(t, behind.Start(t.Context()))
		j, ahead := startFeed(t, db)
		write(t, db, j, "one", "prj_a")
		write(t, db, j, "two", "prj_a")
		require.Eventually(t, func() bool { return ahead.Cursor() == "2" }, 20*time.Second, 5*time.Millisecond)
		require.Equal(t, "0", behind.Cursor())

		events, err := behind.Subscribe(t.Context(), journal.Filter{After: "2", Viewer: viewerOf(alice())})
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); _ = behind.Run(ctx) }()
		t.Cleanup(func() { cancel(); <-done })
		write(t, db, j, "three", "prj_a")
		require.Equal(t, "three", next(t, events).SubjectID)
	})
}

func TestACursorThatIsNotKeptIsToldToResync(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		j, feed := startFeed(t, db)
		write(t, db, j, "one", "prj_a")
		write(t, db, j, "two", "prj_a")
		require.Eventually(t, func() bool { return feed.Cursor() == "2" }, 20*time.Second, 5*time.Millisecond)
		_, err := db.Client(t.Context()).Event.Delete().Exec(access.As(t.Context(), "test"))
		require.NoError(t, err)
		for _, after := range []string{"0", "999"} {
			events, err := feed.Subscribe(t.Context(), journal.Filter{After: after, Viewer: viewerOf(alice())})
			require.NoError(t, err)
			e := next(t, events)
			require.Equal(t, journal.Resync, e.Type)
			require.Equal(t, "2", journal.CursorOf(e))
		}
		_, err = feed.Subscribe(t.Context(), journal.Filter{After: "x", Viewer: viewerOf(alice())})
		require.Error(t, err)
	})
}

func TestASlowSubscriberIsToldToResyncAndThenGoesOn(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		j, feed := startFeed(t, db)
		events, err := feed.Subscribe(t.Context(), journal.Filter{Viewer: viewerOf(alice())})
		require.NoError(t, err)
		require.NoError(t, db.Tx(access.As(t.Context(), "test"), func(ctx context.Context, _ *ent.Client) error {
			for i := range 400 {
				entry := journal.Entry{Type: "a.b", Audience: journal.Project, SubjectID: fmt.Sprint(i), ProjectID: "prj_a"}
				if err := j.Write(ctx, entry); err != nil {
					return err
				}
			}
			return nil
		}))
		require.Eventually(t, func() bool { return feed.Cursor() == "400" }, 20*time.Second, 5*time.Millisecond)
		var last *ent.Event
		for last = next(t, events); last.Type != journal.Resync; last = next(t, events) {
		}
		require.Equal(t, "400", journal.CursorOf(last))
		write(t, db, j, "after", "prj_a")
		require.Equal(t, "after", next(t, events).SubjectID)
	})
}

func TestARoleTakenAwayCountsForTheNextEvent(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		j, feed := startFeed(t, db)
		var mutex sync.Mutex
		viewer := access.FromContext(alice())
		events, err := feed.Subscribe(t.Context(), journal.Filter{Viewer: func() *access.Viewer {
			mutex.Lock()
			defer mutex.Unlock()
			return viewer
		}})
		require.NoError(t, err)
		write(t, db, j, "seen", "prj_a")
		require.Equal(t, "seen", next(t, events).SubjectID)
		mutex.Lock()
		viewer = &access.Viewer{Kind: access.User, ID: "usr_alice", Projects: map[string]access.Set{"prj_b": access.NewSet(access.ProjectRead)}}
		mutex.Unlock()
		write(t, db, j, "no longer", "prj_a")
		write(t, db, j, "now", "prj_b")
		require.Equal(t, "now", next(t, events).SubjectID)
	})
}

func TestVisibleAgreesWithThePolicy(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		j := journal.New(db)
		for _, entry := range []journal.Entry{
			{Type: "a.project", Audience: journal.Project, SubjectID: "1", ProjectID: "prj_a"},
			{Type: "a.other", Audience: journal.Project, SubjectID: "2", ProjectID: "prj_b"},
			{Type: "a.platform", Audience: journal.Platform, SubjectID: "3"},
			{Type: "a.everybody", Audience: journal.Everybody, SubjectID: "4"},
		} {
			require.NoError(t, j.Write(access.As(t.Context(), "test"), entry))
		}
		viewers := []*access.Viewer{
			access.Nobody(), access.FromContext(alice()),
			{Kind: access.User, ID: "usr_reader", Platform: access.NewSet(access.ProjectRead)},
			{Kind: access.User, ID: "usr_auditor", Platform: access.NewSet(access.EventRead)},
			{Kind: access.User, ID: "system:test"},
		}
		all, err := db.Client(t.Context()).Event.Query().All(access.As(t.Context(), "test"))
		require.NoError(t, err)
		require.Len(t, all, 4)
		for _, viewer := range viewers {
			stored, err := db.Client(t.Context()).Event.Query().All(access.NewContext(t.Context(), viewer))
			if !viewer.SignedIn() {
				require.Error(t, err)
			}
			want := map[string]bool{}
			for _, e := range stored {
				want[e.Type] = true
			}
			for _, e := range all {
				require.Equal(t, want[e.Type], journal.Visible(viewer, e), "%s for %s", e.Type, viewer.ID)
			}
		}
	})
}
