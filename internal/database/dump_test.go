package database_test

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/migrate/migrations"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/apptest/servers"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/database/databasetest"
	"github.com/arpent/arpent/internal/fault"
)

// estate writes rows with every kind of value, references to earlier and to later rows among them.
func estate(t *testing.T, db *database.DB) {
	t.Helper()
	ctx := access.As(context.Background(), "test")
	require.NoError(t, db.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
		organization := client.Organization.Create().SetName("Cadastre « é » \u2028 ' \" \\ \t").SetCode("MAIN").SaveX(ctx)
		project := client.Project.Create().SetAcronym("MAPS").SetName("Maps").SetOrganization(organization).SetBudget(12.75).
			SetTags(map[string]string{"team": "x", "ä": "<&>"}).SaveX(ctx)
		later := client.Run.Create().SetID("run_zzz").SetKind(run.KindPROVISION).SetProjectID(project.ID).SetRequestedBy("x").SetQueuedAt(time.Now().UTC().Truncate(time.Microsecond)).
			SetSealedChange([]byte{0, 1, 2, 255, '\n', '\''}).SetBlockedReason(&fault.Text{EN: "a", FR: "b"}).SetLease(1 << 60).SaveX(ctx)
		first := client.Run.Create().SetID("run_aaa").SetKind(run.KindPROVISION).SetProjectID(project.ID).SetRequestedBy("x").
			SetQueuedAt(time.Date(2026, 3, 29, 1, 59, 59, 123456000, time.FixedZone("x", 7200))).SetRetryOfID(later.ID).
			SetChange(json.RawMessage(`{"big": 12345678901234567890, "text": "\u00e9", "none": null}`)).SaveX(ctx)
		client.RunLog.Create().SetRunID(first.ID).SetPosition(0).SetSize(3).SetData(bytes.Repeat([]byte{7}, 5<<20)).ExecX(ctx)
		for range 700 {
			client.Event.Create().SetType("test.written").SetAudience("PLATFORM").SetActorID("a").SetActor("A").SetSubjectID("s").ExecX(ctx)
		}
		return nil
	}))
}

// copied takes a database to another place.
func copied(t *testing.T, from, to string) {
	t.Helper()
	ctx := context.Background()
	snapshot, err := database.OpenSnapshot(ctx, from)
	require.NoError(t, err)
	defer snapshot.Close()
	loading, err := database.BeginLoading(ctx, to, snapshot.Version)
	require.NoError(t, err)
	for _, table := range database.Tables() {
		require.NoError(t, snapshot.Dump(ctx, table, func(part []byte, rows int) error {
			loaded, err := loading.Load(ctx, table, bytes.NewReader(part))
			require.Equal(t, rows, loaded)
			return err
		}), table.Name)
	}
	require.NoError(t, loading.Commit(ctx))
}

// content is all that is in a database, table by table, in a form in which JSON that means the same is the same.
func content(t *testing.T, url string) map[string][]any {
	t.Helper()
	snapshot, err := database.OpenSnapshot(context.Background(), url)
	require.NoError(t, err)
	defer snapshot.Close()
	tables := map[string][]any{}
	for _, table := range database.Tables() {
		tables[table.Name] = []any{}
		require.NoError(t, snapshot.Dump(context.Background(), table, func(part []byte, _ int) error {
			for decoder := json.NewDecoder(bytes.NewReader(part)); decoder.More(); {
				decoder.UseNumber()
				var row any
				require.NoError(t, decoder.Decode(&row))
				tables[table.Name] = append(tables[table.Name], row)
			}
			return nil
		}))
	}
	return tables
}

func emptyURLs(t *testing.T) map[string]string {
	t.Helper()
	return map[string]string{"sqlite": databasetest.SQLiteURL(t), "postgres": servers.Postgres(t)}
}

func TestADumpIsTheSameOnEitherDatabase(t *testing.T) {
	t.Parallel()
	for kind := range map[string]bool{"sqlite": true, "postgres": true} {
		for target := range map[string]bool{"sqlite": true, "postgres": true} {
			t.Run(kind+" to "+target, func(t *testing.T) {
				t.Parallel()
				from, to := emptyURLs(t)[kind], emptyURLs(t)[target]
				require.NoError(t, database.Migrate(context.Background(), from))
				db, err := database.Open(context.Background(), from)
				require.NoError(t, err)
				defer db.Close()
				estate(t, db)
				copied(t, from, to)
				require.Equal(t, content(t, from), content(t, to))

				restored, err := database.Open(context.Background(), to)
				require.NoError(t, err)
				defer restored.Close()
				ctx := access.As(context.Background(), "test")
				first, err := restored.Client(ctx).Run.Get(ctx, "run_aaa")
				require.NoError(t, err)
				require.Equal(t, "run_zzz", *first.RetryOfID)
				require.True(t, first.QueuedAt.Equal(time.Date(2026, 3, 28, 23, 59, 59, 123456000, time.UTC)), "%v", first.QueuedAt)
				earlier, err := restored.Client(ctx).Run.Query().Where(run.QueuedAtLT(time.Now())).Count(ctx)
				require.NoError(t, err)
				require.Equal(t, 2, earlier, "times compare as before")
				require.Error(t, restored.Client(ctx).Run.Create().SetKind(run.KindPLAN).SetProjectID("prj_none").SetRequestedBy("x").SetQueuedAt(time.Now()).Exec(ctx), "foreign keys hold again")
			})
		}
	}
}

// A backup says only how many migrations its database has seen: they must be the same on both.
func TestBothDatabasesHaveTheSameMigrations(t *testing.T) {
	t.Parallel()
	named := func(folder string) (names []string) {
		files, err := migrations.Files.ReadDir(folder)
		require.NoError(t, err)
		for _, file := range files {
			_, name, _ := strings.Cut(file.Name(), "_")
			names = append(names, name)
		}
		return names
	}
	require.Equal(t, named("postgres"), named("sqlite"))
}

func TestALoadThatFailsLeavesNothing(t *testing.T) {
	t.Parallel()
	for kind, to := range emptyURLs(t) {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			ctx := context.Background()
			from := databasetest.SQLiteURL(t)
			require.NoError(t, database.Migrate(ctx, from))
			snapshot, err := database.OpenSnapshot(ctx, from)
			require.NoError(t, err)
			version := snapshot.Version
			snapshot.Close()
			orphan := database.Table{Name: "run_logs", Columns: []database.Column{
				{Name: "id", Kind: database.Text}, {Name: "run_id", Kind: database.Text}, {Name: "position", Kind: database.Int},
				{Name: "size", Kind: database.Int}, {Name: "codec", Kind: database.Text}, {Name: "data", Kind: database.Bytes},
			}}
			for range 2 { // as empty as before: it can be tried again
				loading, err := database.BeginLoading(ctx, to, version)
				require.NoError(t, err)
				_, err = loading.Load(ctx, orphan, bytes.NewReader([]byte(`["log_1", "run_none", 0, 1, "RAW", "AA=="]`+"\n")))
				require.NoError(t, err)
				require.Error(t, loading.Commit(ctx), "a row refers to one that is not there")
				loading.Abandon(ctx)
			}
			require.NoError(t, database.Migrate(ctx, to))
			_, err = database.BeginLoading(ctx, to, version)
			require.ErrorIs(t, err, database.ErrNotEmpty)
		})
	}
}

func TestASnapshotDoesNotSeeWhatComesAfterIt(t *testing.T) {
	t.Parallel()
	for kind, url := range emptyURLs(t) {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			require.NoError(t, database.Migrate(context.Background(), url))
			db, err := database.Open(context.Background(), url)
			require.NoError(t, err)
			defer db.Close()
			snapshot, err := database.OpenSnapshot(context.Background(), url)
			require.NoError(t, err)
			defer snapshot.Close()
			estate(t, db)
			for _, table := range database.Tables() {
				require.NoError(t, snapshot.Dump(context.Background(), table, func(_ []byte, rows int) error {
					if table.Name != "counters" { // which migrations fill
						require.Zero(t, rows, "%s was written later", table.Name)
					}
					return nil
				}))
			}
		})
	}
}
