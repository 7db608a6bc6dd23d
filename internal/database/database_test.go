package database_test

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"net"
	"net/url"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/internal/apptest/servers"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/database/databasetest"
	"github.com/arpent/arpent/internal/fault"
)

// Many writers of one SQLite file wait in line: none is refused because the file is busy, none overwrites another.
func TestWritersOfOneFileWaitForTheirTurn(t *testing.T) {
	t.Parallel()
	const writers, each = 32, 8
	db := databasetest.SQLite(t)
	ctx := system()
	organization := db.Client(ctx).Organization.Create().SetCode("A").SetName("0").SaveX(ctx)
	failed := make(chan error, writers*each*2)
	var group sync.WaitGroup
	for writer := range writers {
		group.Go(func() {
			for i := range each {
				failed <- db.Tx(ctx, func(ctx context.Context, client *ent.Client) error { return count(ctx, client, organization.ID) })
				failed <- add(ctx, db.Client(ctx), fmt.Sprintf("W%d-%d", writer, i))
			}
		})
	}
	group.Wait()
	close(failed)
	for err := range failed {
		require.NoError(t, err)
	}
	require.Equal(t, fmt.Sprint(writers*each), db.Client(ctx).Organization.GetX(ctx, organization.ID).Name)
	require.Equal(t, writers*each+1, db.Client(ctx).Organization.Query().CountX(ctx))
}

// Writers who wait hold no connection: while one writes for long, everybody can still read.
func TestWritersWhoWaitLeaveConnectionsToReaders(t *testing.T) {
	t.Parallel()
	const writers, reads = 20, 200
	db, ctx := databasetest.SQLite(t), system()
	var group sync.WaitGroup
	require.NoError(t, db.Tx(ctx, func(inner context.Context, client *ent.Client) error {
		require.NoError(t, add(inner, client, "A"))
		for i := range writers {
			group.Go(func() {
				assert.NoError(t, db.Tx(ctx, func(ctx context.Context, client *ent.Client) error { return add(ctx, client, fmt.Sprint(i)) }))
			})
		}
		for range reads {
			require.False(t, has(t, db, "A"))
			require.LessOrEqual(t, db.SQL().Stats().InUse, 1, "who waits for a turn holds a connection")
		}
		return nil
	}))
	group.Wait()
	require.Equal(t, writers+1, db.Client(ctx).Organization.Query().CountX(ctx))
}

// count reads a number and writes the next one: what a second writer in between would spoil.
func count(ctx context.Context, client *ent.Client, id string) error {
	row, err := client.Organization.Get(ctx, id)
	if err != nil {
		return err
	}
	var n int
	if _, err := fmt.Sscan(row.Name, &n); err != nil {
		return err
	}
	return row.Update().SetName(fmt.Sprint(n + 1)).Exec(ctx)
}

// Several programs that start at once migrate one database; a later start finds nothing to do.
func TestProgramsMigrateAtOnce(t *testing.T) {
	t.Parallel()
	for name, address := range map[string]string{"sqlite": databasetest.SQLiteURL(t), "postgres": servers.Postgres(t)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const programs = 4
			ended := make(chan error, programs)
			for range programs {
				go func() { ended <- database.Migrate(context.Background(), address) }()
			}
			for range programs {
				require.NoError(t, <-ended)
			}
			db, err := database.Open(context.Background(), address)
			require.NoError(t, err)
			t.Cleanup(func() { _ = db.Close() })
			require.NoError(t, add(system(), db.Client(system()), "A"))
			before := applied(t, db)
			require.NoError(t, database.Migrate(context.Background(), address))
			require.Equal(t, before, applied(t, db))
			require.True(t, has(t, db, "A"))
		})
	}
}

// applied lists the migrations that were carried out, and when.
func applied(t *testing.T, db *database.DB) (rows []string) {
	t.Helper()
	found, err := db.SQL().QueryContext(context.Background(), "SELECT version_id, tstamp FROM goose_db_version ORDER BY id")
	require.NoError(t, err)
	defer found.Close()
	for found.Next() {
		var version int64
		var at sql.NullString
		require.NoError(t, found.Scan(&version, &at))
		rows = append(rows, fmt.Sprint(version, " ", at.String))
	}
	require.NoError(t, found.Err())
	require.Greater(t, len(rows), 1)
	return rows
}

// A database that went away is a fault that says so: people may try again.
func TestADatabaseThatIsAwayIsUnavailable(t *testing.T) {
	t.Parallel()
	real, err := url.Parse(databasetest.PostgresURL(t))
	require.NoError(t, err)
	wire := newWire(t, real.Host)
	real.Host = wire.Addr().String()
	db, err := database.Open(context.Background(), real.String())
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	require.NoError(t, add(system(), db.Client(system()), "A"))
	wire.cut()
	for range 3 { // the first ones meet connections that have died, the others find nobody to talk to
		_, err = db.Client(system()).Organization.Query().All(system())
		require.Error(t, err)
		require.Equal(t, fault.Unavailable, fault.CodeOf(database.Fault(err)), "%v", err)
		err = db.Tx(system(), func(ctx context.Context, client *ent.Client) error { return add(ctx, client, "B") })
		require.Equal(t, fault.Unavailable, fault.CodeOf(err), "%v", err)
	}
	require.Error(t, db.Ping(context.Background()))
}

// wire carries connections to a server until it is cut.
type wire struct {
	net.Listener
	mutex sync.Mutex
	ends  []net.Conn
}

func newWire(t *testing.T, server string) *wire {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	w := &wire{Listener: listener}
	go w.carry(server)
	t.Cleanup(w.cut)
	return w
}

func (w *wire) carry(server string) {
	for {
		near, err := w.Accept()
		if err != nil {
			return
		}
		far, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", server)
		if err != nil {
			_ = near.Close()
			return
		}
		w.mutex.Lock()
		w.ends = append(w.ends, near, far)
		w.mutex.Unlock()
		go func() { _, _ = io.Copy(near, far) }()
		go func() { _, _ = io.Copy(far, near) }()
	}
}

func (w *wire) cut() {
	_ = w.Close()
	w.mutex.Lock()
	defer w.mutex.Unlock()
	for _, end := range w.ends {
		_ = end.Close()
	}
}

func TestURLsThatNameNoDatabaseAreRefused(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"", "mysql://user:secret@host/x", "/some/file", "://"} {
		_, err := database.Open(context.Background(), address)
		require.ErrorContains(t, err, "want postgres://… or sqlite:PATH")
		require.NotContains(t, err.Error(), "secret")
		require.Error(t, database.Migrate(context.Background(), address))
	}
}
