package inventory_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/address"
	entnetwork "github.com/arpent/arpent/ent/network"
	"github.com/arpent/arpent/ent/server"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/database/databasetest"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/inventory"
	"github.com/arpent/arpent/internal/journal"
)

func system() context.Context { return access.As(context.Background(), "test") }

type estate struct {
	*inventory.Service
	client   *ent.Client
	provider *ent.HostingProvider
}

// newEstate is an inventory that knows a little: a network with a gateway, servers in several stages of life.
func newEstate(t *testing.T, db *database.DB) *estate {
	t.Helper()
	client := db.Client(system())
	e := &estate{Service: inventory.New(db, journal.New(db), slog.New(slog.DiscardHandler)), client: client}
	var err error
	e.provider, err = e.CreateProvider(system(), inventory.ProviderInput{Code: "ACME", Name: "Acme hosting"})
	require.NoError(t, err)
	other, err := e.CreateProvider(system(), inventory.ProviderInput{Code: "OTHER", Name: "Other hosting"})
	require.NoError(t, err)
	for _, cidr := range []struct{ cidr, family, gateway string }{{"203.0.113.0/24", "IPV4", "203.0.113.1"}, {"2001:db8::/64", "IPV6", ""}} {
		client.Network.Create().SetName(cidr.cidr).SetCidr(cidr.cidr).SetFamily("IPV4").SetFirst(make([]byte, 16)).SetLast(make([]byte, 16)).
			SetGateway(cidr.gateway).SaveX(system())
	}
	known := func(name, id, provider string, stage server.Lifecycle) {
		client.Server.Create().SetHostname(name).SetExternalID(id).SetProviderID(provider).SetLifecycle(stage).SetCores(8).SetSystem("Debian 11").SaveX(system())
	}
	known("known-01", "K1", e.provider.ID, server.LifecycleIN_SERVICE)
	known("known-02", "K2", e.provider.ID, server.LifecycleAVAILABLE)
	known("retired-01", "K9", e.provider.ID, server.LifecycleRETIRED)
	known("wished-01", "W1", e.provider.ID, server.LifecycleWISHED)
	known("foreign-01", "F1", other.ID, server.LifecycleAVAILABLE)
	return e
}

func (e *estate) load(file io.Reader, dry, skip bool) (*inventory.Import, error) {
	return e.ImportServers(system(), inventory.ImportInput{
		ProviderID: e.provider.ID, FileName: "servers.csv", File: file, DryRun: dry, SkipBadRows: skip, Mapping: &inventory.Mapping{},
	})
}

// told is what people are told of a file, as the golden files keep it.
type told struct {
	Refused string `json:"refused,omitempty"`
	Reading any    `json:"reading,omitempty"`
	Rows    []any  `json:"rows,omitempty"`
}

func tell(done *inventory.Import, err error) told {
	if done == nil || err != nil && len(done.Rows) == 0 { // a file that is refused as a whole
		refused, _ := fault.As(err)
		return told{Refused: refused.Message("en") + " / " + refused.Message("fr")}
	}
	t := told{Reading: map[string]any{
		"encoding": done.Reading.Encoding, "delimiter": done.Reading.Delimiter, "decimal": done.Reading.Decimal, "columns": done.Reading.Columns,
	}}
	for _, r := range done.Rows {
		problems := []string{}
		for _, p := range r.Problems {
			problems = append(problems, fmt.Sprintf("%d %s %q: %s / %s", p.Line, p.Column, p.Value, p.Reason.EN, p.Reason.FR))
		}
		row := map[string]any{"line": r.Line, "outcome": r.Outcome, "hostname": r.Hostname, "changes": r.Changes(), "problems": problems}
		for _, w := range r.Warnings {
			row["warning"] = w.Reason.EN + " / " + w.Reason.FR
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// The golden files stand beside the exports; ARPENT_GOLDEN=write writes them again.
func TestExportsOfHostingProviders(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/import/*.csv")
	require.NoError(t, err)
	require.Greater(t, len(files), 30)
	e := newEstate(t, databasetest.SQLite(t))
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		got, err := json.MarshalIndent(tell(e.load(bytes.NewReader(content), true, false)), "", "  ")
		require.NoError(t, err)
		golden := strings.TrimSuffix(file, ".csv") + ".golden.json"
		if os.Getenv("ARPENT_GOLDEN") == "write" {
			require.NoError(t, os.WriteFile(golden, append(got, '\n'), 0o600))
		}
		want, err := os.ReadFile(golden)
		require.NoError(t, err)
		require.Equal(t, string(want), string(got)+"\n", file)
	}
	require.Zero(t, e.client.ImportSession.Query().CountX(system()), "to look changes nothing")
}

func TestAnImportIsAllOrNothingAndRepeatingItChangesNothing(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		e := newEstate(t, db)
		before := e.client.Server.Query().CountX(system())
		bad := "hostname,ip,labels.role\nnew-01,203.0.113.50,web\nnew-02,203.0.113.1,web\n"
		done, err := e.load(strings.NewReader(bad), false, false)
		require.True(t, fault.Is(err, fault.Invalid))
		require.Equal(t, 1, done.Counts[inventory.Refused], "what is wrong is told all the same")
		require.Zero(t, done.Counts[inventory.Added], "nothing was imported")
		require.Equal(t, before, e.client.Server.Query().CountX(system()))
		require.Zero(t, e.client.Address.Query().CountX(system()))

		done, err = e.load(strings.NewReader(bad), false, true)
		require.NoError(t, err)
		require.Equal(t, 1, done.Session.Added)
		made := e.client.Server.Query().Where(server.Hostname("new-01")).WithAddresses().WithLabelRows().OnlyX(system())
		require.Equal(t, "203.0.113.50", made.Edges.Addresses[0].IP)
		require.Equal(t, "web", made.Edges.LabelRows[0].Value)
		require.Equal(t, done.Session.ID, made.Facts["address"].Source)

		good := "hostname,ip,labels.role\nnew-01,203.0.113.50,web\n"
		again, err := e.load(strings.NewReader(good), false, false)
		require.NoError(t, err)
		require.Nil(t, again.Session, "the same again makes no session")
		require.Equal(t, 1, again.Counts[inventory.Unchanged])
		require.Equal(t, 1, e.client.ImportSession.Query().CountX(system()))
	})
}

func TestWhatWasKnownIsChangedAndNotReplaced(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		e := newEstate(t, db)
		_, err := e.load(strings.NewReader("hostname,id,cores,os\nrenamed-01,K1,16,\nwished-01,,8,\n"), false, false)
		require.NoError(t, err)
		changed := e.client.Server.Query().Where(server.ExternalID("K1")).OnlyX(system())
		require.Equal(t, "renamed-01", changed.Hostname)
		require.Equal(t, 16, changed.Cores)
		require.Equal(t, "Debian 11", changed.System, "an empty cell says nothing")
		require.Equal(t, server.LifecycleIN_SERVICE, changed.Lifecycle, "an import moves nobody out of service")
		require.Equal(t, server.LifecycleDELIVERED, e.client.Server.Query().Where(server.Hostname("wished-01")).OnlyX(system()).Lifecycle)
	})
}

func TestTwoImportsAtOnceMakeEachServerOnce(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		e := newEstate(t, db)
		var file strings.Builder
		file.WriteString("hostname,ip\n")
		for i := range 200 {
			fmt.Fprintf(&file, "h%d,203.0.113.%d\n", i, i+2)
		}
		var group sync.WaitGroup
		for range 4 {
			group.Go(func() { _, _ = e.load(strings.NewReader(file.String()), false, false) })
		}
		group.Wait()
		require.Equal(t, 200, e.client.Server.Query().Where(server.HostnameHasPrefix("h")).CountX(system()))
		require.Equal(t, 1, e.client.ImportSession.Query().CountX(system()))
	})
}

// endless is a file of more than the limit.
type endless struct{ read int64 }

func (e *endless) Read(p []byte) (int, error) {
	copy(p, bytes.Repeat([]byte("web-01,203.0.113.10\n"), len(p)/20+1))
	e.read += int64(len(p))
	return len(p), nil
}

func TestAFileWithoutEndIsRefusedByItsLimit(t *testing.T) {
	t.Parallel()
	e := newEstate(t, databasetest.SQLite(t))
	file := &endless{}
	_, err := e.load(io.MultiReader(strings.NewReader("hostname,ip\n"), file), true, false)
	require.True(t, fault.Is(err, fault.Limited), "%v", err)
	require.LessOrEqual(t, file.read, int64(70<<20))
	_, err = e.load(io.MultiReader(strings.NewReader("hostname,ip\n\""), file), true, false)
	require.True(t, fault.Is(err, fault.Limited), "a quotation without end: %v", err)
}

func TestOnlyThoseWhoManageTheInventoryImport(t *testing.T) {
	t.Parallel()
	e := newEstate(t, databasetest.SQLite(t))
	guest := access.NewContext(context.Background(), &access.Viewer{Kind: access.User, ID: "usr_x", Platform: access.NewSet(access.InventoryRead)})
	_, err := e.ImportServers(guest, inventory.ImportInput{ProviderID: e.provider.ID, File: strings.NewReader("hostname\na\n")})
	require.True(t, fault.Is(err, fault.Denied))
}

func FuzzImport(f *testing.F) {
	files, err := filepath.Glob("testdata/import/*.csv")
	require.NoError(f, err)
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(content)
	}
	e := newEstate(&testing.T{}, databasetest.SQLite(f))
	f.Fuzz(func(t *testing.T, content []byte) {
		done, err := e.load(bytes.NewReader(content), true, false)
		if done == nil && err == nil {
			t.Fatal("neither an answer nor an error")
		}
		if _, known := fault.AsList(err); err != nil && !known && !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Fatalf("an error that tells people nothing: %v", err)
		}
	})
}

// TestAnImportDoesNotTakeAnAddressThatIsClaimedMeanwhile has a claimant come between an import's look at an address and its
// writing. SQLite has one writer, and lets nobody in between.
func TestAnImportDoesNotTakeAnAddressThatIsClaimedMeanwhile(t *testing.T) {
	t.Parallel()
	db := databasetest.Postgres(t)
	e := newEstate(t, db)
	network := e.client.Network.Query().Where(entnetwork.Name("203.0.113.0/24")).OnlyX(system())
	at := netip.MustParseAddr("203.0.113.50").As16()
	free := e.client.Address.Create().SetNetworkID(network.ID).SetIP("203.0.113.50").SetValue(at[:]).SaveX(system())
	var once sync.Once
	e.client.Server.Use(func(next ent.Mutator) ent.Mutator {
		return ent.MutateFunc(func(ctx context.Context, m ent.Mutation) (ent.Value, error) {
			once.Do(func() {
				_, err := db.SQL().Exec(`UPDATE addresses SET state = 'CLAIMED' WHERE id = $1`, free.ID)
				require.NoError(t, err)
			})
			return next.Mutate(ctx, m)
		})
	})
	_, err := e.load(strings.NewReader("hostname,ip\nnew-50,203.0.113.50\nnew-51,203.0.113.51\n"), false, false)
	require.True(t, fault.Is(err, fault.Conflict), "%v", err)
	require.Zero(t, e.client.Server.Query().Where(server.HostnameIn("new-50", "new-51")).CountX(system()))
	require.Equal(t, address.StateCLAIMED, e.client.Address.GetX(system(), free.ID).State)
}
