package inventory_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/check"
	"github.com/arpent/arpent/ent/event"
	"github.com/arpent/arpent/ent/server"
	"github.com/arpent/arpent/ent/statereport"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/database/databasetest"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/inventory"
	"github.com/arpent/arpent/internal/journal"
)

// monitor is a tool that may report, and do nothing else.
func monitor() context.Context {
	return access.NewContext(context.Background(), &access.Viewer{
		Kind: access.Token, ID: "usr_monitor", Name: "Monitor", Platform: access.NewSet(access.StateReport), Scopes: access.NewSet(access.StateReport),
	})
}

func TestHealthIsTheWorstOfWhatIsFresh(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		e := newEstate(t, db)
		health := func() string {
			return string(e.client.Server.Query().Where(server.Hostname("known-01")).OnlyX(system()).Health)
		}
		report := func(name string, status check.Status, interval time.Duration) {
			t.Helper()
			verdicts, err := e.ReportStates(monitor(), []inventory.Report{{Subject: "known-01", Check: name, Status: status, Interval: interval}})
			require.NoError(t, err)
			require.NoError(t, verdicts[0].Err)
			require.NotNil(t, verdicts[0].Report)
		}
		require.Equal(t, "UNKNOWN", health())
		report("ping", check.StatusOK, 0)
		require.Equal(t, "OK", health())
		report("disk", check.StatusWARNING, time.Hour)
		report("http", check.StatusCRITICAL, time.Hour)
		require.Equal(t, "CRITICAL", health())
		report("http", check.StatusOK, time.Hour)
		require.Equal(t, "WARNING", health())

		e.client.Check.Update().Where(check.Name("disk")).SetFreshUntil(time.Now().UTC().Add(-time.Second)).ExecX(system())
		require.NoError(t, e.Fade(context.Background()))
		require.Equal(t, "UNKNOWN", health(), "what is not repeated fades")
		require.Equal(t, check.StatusUNKNOWN, e.client.Check.Query().Where(check.Name("disk")).OnlyX(system()).Status)

		events := e.client.Event.Query().Where(event.Type("server.health")).CountX(system())
		require.Equal(t, 5, events, "each change of health is an event, and nothing else is")
	})
}

func TestBadReportsDoNotKeepGoodOnesOut(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		e := newEstate(t, db)
		at := time.Now()
		verdicts, err := e.ReportStates(monitor(), []inventory.Report{
			{Subject: "KNOWN-01", Check: "ok", Status: check.StatusOK},
			{Subject: "known-01", Check: "future", Status: check.StatusOK, ObservedAt: at.Add(time.Hour)},
			{Subject: "known-01", Check: "2019", Status: check.StatusOK, ObservedAt: at.AddDate(-7, 0, 0)},
			{Subject: "nobody", Check: "x", Status: check.StatusOK},
			{Subject: "known-01", Check: "", Status: check.StatusOK},
			{Subject: "known-01", Check: "x", Status: "FINE"},
			{Subject: e.provider.ID, Check: "support", Status: check.StatusWARNING},
		})
		require.NoError(t, err)
		refused := inventory.Refusals(verdicts)
		require.Len(t, refused, 5)
		require.Equal(t, []string{"reports", "1", "observedAt"}, refused[0].Field())
		require.Equal(t, fault.NotFound, refused[2].Code())
		require.NotNil(t, verdicts[0].Report)
		require.NotNil(t, verdicts[6].Report)
		_, err = e.ReportStates(monitor(), make([]inventory.Report, inventory.MostReports+1))
		require.True(t, fault.Is(err, fault.Limited))
		guest := access.NewContext(context.Background(), &access.Viewer{Kind: access.User, ID: "usr_x", Platform: access.NewSet(access.InventoryRead)})
		verdicts, err = e.ReportStates(guest, []inventory.Report{{Subject: "known-01", Check: "ok", Status: check.StatusOK}})
		require.NoError(t, err)
		require.True(t, fault.Is(verdicts[0].Err, fault.NotFound))
	})
}

// People may have names of 120 characters, tools of 100: a report without a tool is from its reporter all the same.
func TestWhoHasALongNameReports(t *testing.T) {
	t.Parallel()
	e := newEstate(t, databasetest.SQLite(t))
	name := strings.Repeat("é", 120)
	person := access.NewContext(context.Background(), &access.Viewer{
		Kind: access.User, ID: "usr_long", Name: name, Platform: access.NewSet(access.StateReport),
	})
	verdicts, err := e.ReportStates(person, []inventory.Report{{Subject: "known-01", Check: "ping", Status: check.StatusOK}})
	require.NoError(t, err)
	require.NoError(t, verdicts[0].Err)
	require.Equal(t, strings.Repeat("é", 100), verdicts[0].Report.Source)
	require.Equal(t, name, verdicts[0].Report.Reporter)
}

func TestWhatComesLateDoesNotOverrideWhatIsNewer(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		e := newEstate(t, db)
		at := time.Now()
		for i, status := range []check.Status{check.StatusCRITICAL, check.StatusOK} {
			_, err := e.ReportStates(monitor(), []inventory.Report{{
				Subject: "known-01", Check: "http", Status: status, ObservedAt: at.Add(-time.Duration(i) * time.Minute),
			}})
			require.NoError(t, err)
		}
		require.Equal(t, check.StatusCRITICAL, e.client.Check.Query().OnlyX(system()).Status)
		require.Equal(t, 2, e.client.StateReport.Query().CountX(system()), "it is history all the same")
	})
}

func TestAThousandReportsAreAFewStatements(t *testing.T) {
	t.Parallel()
	e := newEstate(t, databasetest.SQLite(t))
	statements := func(n int) int {
		var reports []inventory.Report
		for i := range n {
			reports = append(reports, inventory.Report{Subject: "known-01", Check: fmt.Sprint("c", n, i), Status: check.StatusOK})
		}
		ctx, count := database.Counted(monitor())
		_, err := e.ReportStates(ctx, reports)
		require.NoError(t, err)
		return count()
	}
	statements(2) // the first changes the health
	require.Equal(t, statements(5), statements(500))
}

// TestReportsThatComeTogetherAreEachTheirReporters has many report at once, so that most of them are taken together: each keeps its
// reporter and its refusal, and each change of health is an event of whoever brought it about.
func TestReportsThatComeTogetherAreEachTheirReporters(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		e := newEstate(t, db)
		const n = 60
		verdicts, failed := make([]inventory.Verdict, n), make([]error, n)
		var all sync.WaitGroup
		for i := range n {
			r := inventory.Report{Subject: []string{"known-01", "known-02", e.provider.ID}[i%3], Check: fmt.Sprint("check ", i), Status: check.StatusOK}
			switch i % 10 {
			case 7:
				r.Subject = "nobody"
			case 8:
				r.Status = "FINE"
			case 9:
				r.Message = "no text: \x00"
			}
			ctx := access.NewContext(context.Background(), &access.Viewer{Kind: access.Token, ID: fmt.Sprint("usr_", i), Name: fmt.Sprint("reporter ", i), Platform: access.NewSet(access.StateReport)})
			if i%10 == 6 {
				ctx = access.NewContext(ctx, &access.Viewer{Kind: access.User, ID: "usr_guest", Platform: access.NewSet(access.InventoryRead)})
			}
			all.Go(func() {
				given, err := e.ReportStates(journal.WithRequest(ctx, fmt.Sprint("request ", i), ""), []inventory.Report{r})
				if failed[i] = err; err == nil {
					verdicts[i] = given[0]
				}
			})
		}
		all.Wait()
		for i := range n {
			switch i % 10 {
			case 6, 7:
				require.NoError(t, failed[i])
				require.True(t, fault.Is(verdicts[i].Err, fault.NotFound), "%d: %v", i, verdicts[i].Err)
			case 8, 9:
				require.NoError(t, failed[i])
				require.True(t, fault.Is(verdicts[i].Err, fault.Invalid), "%d: %v", i, verdicts[i].Err)
			default:
				require.NoError(t, failed[i], "%d", i)
				require.NoError(t, verdicts[i].Err, "%d", i)
				require.Equal(t, fmt.Sprint("reporter ", i), verdicts[i].Report.Reporter)
			}
		}
		for _, changed := range e.client.Event.Query().Where(event.Type("server.health")).AllX(system()) {
			require.NotEmpty(t, changed.RequestID)
			require.Equal(t, strings.TrimPrefix(changed.RequestID, "request "), strings.TrimPrefix(changed.ActorID, "usr_"))
		}
		require.Equal(t, 2, e.client.Event.Query().Where(event.Type("server.health")).CountX(system()), "known-01 and known-02 became well")
	})
}

// Reports about one server that come at the same time are each taken for themselves: a health that changes and changes back is two events.
func TestEachReportChangesAHealthByItself(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		e := newEstate(t, db)
		const n = 40
		var all sync.WaitGroup
		for i := range n {
			all.Go(func() {
				status := []check.Status{check.StatusOK, check.StatusCRITICAL}[i%2]
				verdicts, err := e.ReportStates(monitor(), []inventory.Report{{Subject: "known-01", Check: "ping", Status: status}})
				if err != nil || verdicts[0].Report == nil {
					t.Errorf("%d: %v, %v", i, err, verdicts)
				}
			})
		}
		all.Wait()
		require.Equal(t, n, e.client.StateReport.Query().CountX(system()))
		turns, last := 0, check.StatusUNKNOWN
		for _, r := range e.client.StateReport.Query().Order(ent.Asc(statereport.FieldObservedAt)).AllX(system()) {
			if check.Status(r.Status) != last {
				turns, last = turns+1, check.Status(r.Status)
			}
		}
		require.Equal(t, turns, e.client.Event.Query().Where(event.Type("server.health")).CountX(system()))
		require.EqualValues(t, last, e.client.Server.Query().Where(server.Hostname("known-01")).OnlyX(system()).Health)
	})
}
