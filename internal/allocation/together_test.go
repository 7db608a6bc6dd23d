package allocation

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/claim"
	"github.com/arpent/arpent/ent/event"
	"github.com/arpent/arpent/ent/project"
	"github.com/arpent/arpent/ent/server"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/database/databasetest"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/journal"
)

// stand is an inventory with some servers, and projects: two that are active and one that is archived.
type stand struct {
	*Service
	t                 *testing.T
	client            *ent.Client
	one, two, retired string
}

var tester = access.As(context.Background(), "test")

func newStand(t *testing.T, db *database.DB, servers int) *stand {
	t.Helper()
	client := db.Client(tester)
	s := &stand{Service: New(db, journal.New(db), slog.New(slog.DiscardHandler)), t: t, client: client}
	organization := client.Organization.Create().SetName("Org").SetCode("ORG").SaveX(tester)
	add := func(acronym string, status project.Status) string {
		return client.Project.Create().SetAcronym(acronym).SetName(acronym).SetOrganization(organization).SetStatus(status).SaveX(tester).ID
	}
	s.one, s.two, s.retired = add("ONE", project.StatusACTIVE), add("TWO", project.StatusACTIVE), add("OLD", project.StatusARCHIVED)
	provider := client.HostingProvider.Create().SetCode("OWN").SetName("Own").SaveX(tester)
	for i := range servers {
		client.Server.Create().SetHostname(fmt.Sprintf("s%d.example.org", i)).SetProvider(provider).SetLifecycle(server.LifecycleAVAILABLE).SaveX(tester)
	}
	return s
}

// asking is an ask and the context of its claimant, who may claim in all the projects.
type asking struct {
	*ask
	ctx context.Context
}

// asking is somebody who asks for any server.
func (s *stand) asking(who, projectID, key string) asking {
	s.t.Helper()
	may := map[string]access.Set{}
	for _, id := range []string{s.one, s.two, s.retired} {
		may[id] = access.NewSet(access.ProjectRead, access.ServerClaim)
	}
	ctx := access.NewContext(context.Background(), &access.Viewer{Kind: access.Token, ID: "usr_" + who, Name: who, Projects: may})
	ctx = journal.WithRequest(ctx, "request of "+who, "")
	w := wish{Terms: Terms{ProjectID: projectID, Key: key}, kind: claim.KindSERVER, server: &ServerSelector{}}
	require.NoError(s.t, w.seal())
	return asking{ask: &ask{author: journal.AuthorOf(ctx), wish: w}, ctx: ctx}
}

func (s *stand) serve(group []asking) {
	s.t.Helper()
	asks := make([]*ask, len(group))
	for i, a := range group {
		asks[i] = a.ask
	}
	require.NoError(s.t, s.serveTogether(context.Background(), asks))
}

func TestClaimsServedTogetherAreEachTheirClaimants(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		s := newStand(t, db, 10)
		seen := s.asking("early", s.one, "seen")
		_, err := s.claimAlone(seen.ctx, seen.wish)
		require.NoError(t, err)
		group := []asking{
			s.asking("a", s.one, "k"), s.asking("b", s.two, "k"), // one key in two projects is two
			s.asking("again", s.one, "k"), s.asking("retry", s.one, "seen"), s.asking("archived", s.retired, "k"),
			s.asking("late", s.two, ""),
		}
		s.serve(group)
		held := map[string]bool{}
		for _, a := range group {
			if !slices.Contains([]string{"a", "b", "late"}, access.FromContext(a.ctx).Name) {
				require.Nil(t, a.made, "%s goes alone", access.FromContext(a.ctx).Name)
				continue
			}
			require.NotNil(t, a.made)
			require.Equal(t, a.wish.ProjectID, a.made.ProjectID)
			held[*a.made.ServerID] = true
			of := s.client.Server.GetX(tester, *a.made.ServerID)
			require.Equal(t, server.LifecycleASSIGNED, of.Lifecycle)
			require.Equal(t, a.wish.ProjectID, *of.ProjectID)
			written := s.client.Event.Query().Where(event.SubjectID(a.made.ID)).OnlyX(tester)
			require.Equal(t, access.FromContext(a.ctx).ID, written.ActorID)
			require.Equal(t, "request of "+access.FromContext(a.ctx).Name, written.RequestID)
		}
		require.Len(t, held, 3)
	})
}

// Who may not claim is refused before it waits for anybody.
func TestAStrangerDoesNotJoin(t *testing.T) {
	t.Parallel()
	s := newStand(t, databasetest.SQLite(t), 1)
	stranger := access.NewContext(context.Background(), &access.Viewer{Kind: access.Token, ID: "usr_stranger", Name: "stranger"})
	_, err := s.ClaimServer(stranger, Terms{ProjectID: s.one, Key: "x"}, ServerSelector{})
	require.True(t, fault.Is(err, fault.NotFound), "%v", err)
	require.Zero(t, s.client.Claim.Query().CountX(tester))
}

func TestWhoComesTogetherStandsBehindWhoWaits(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		s := newStand(t, db, 3)
		s.client.Server.Update().SetLifecycle(server.LifecycleINITIALIZING).ExecX(tester)
		waits := s.asking("first", s.one, "first")
		waits.wish.Wait = true
		first, err := s.claimAlone(waits.ctx, waits.wish)
		require.NoError(t, err)
		require.Equal(t, claim.StateWAITING, first.State)
		s.client.Server.Update().Where(server.Hostname("s0.example.org")).SetLifecycle(server.LifecycleAVAILABLE).ExecX(tester)
		group := []asking{s.asking("a", s.two, "a"), s.asking("b", s.two, "b")}
		s.serve(group)
		require.Nil(t, group[0].made)
		_, err = s.claimAlone(group[0].ctx, group[0].wish)
		require.True(t, fault.Is(err, fault.Conflict), "%v", err)
		require.Equal(t, claim.StateHELD, s.client.Claim.GetX(tester, first.ID).State)
	})
}

// TestACrowdIsServed has many claim at once, so that most of them are served by others.
func TestACrowdIsServed(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		s := newStand(t, db, 3)
		const n = 150
		got, refused := make([]*ent.Claim, n), make([]error, n)
		var all sync.WaitGroup
		for i := range n {
			a := s.asking("robot", []string{s.one, s.two}[i%2], fmt.Sprint("key ", i%75))
			all.Go(func() { got[i], refused[i] = s.ClaimServer(a.ctx, a.wish.Terms, ServerSelector{}) })
		}
		all.Wait()
		held := map[string]bool{}
		for i := range n {
			if refused[i] != nil {
				require.True(t, fault.Is(refused[i], fault.Conflict), "%v", refused[i])
				continue
			}
			require.Equal(t, claim.StateHELD, got[i].State)
			held[*got[i].ServerID] = true
		}
		require.Len(t, held, 3)
		require.Equal(t, 3, s.client.Claim.Query().CountX(tester))
	})
}
