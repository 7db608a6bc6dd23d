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

// asking is somebody who may claim in all the projects, and asks for any server.
func (s *stand) asking(who, projectID, key string) *ask {
	s.t.Helper()
	may := map[string]access.Set{}
	for _, id := range []string{s.one, s.two, s.retired} {
		may[id] = access.NewSet(access.ProjectRead, access.ServerClaim)
	}
	ctx := access.NewContext(context.Background(), &access.Viewer{Kind: access.Token, ID: "usr_" + who, Name: who, Projects: may})
	a := &ask{
		ctx: journal.WithRequest(ctx, "request of "+who, ""), turn: make(chan []*ask, 1),
		wish: wish{Terms: Terms{ProjectID: projectID, Key: key}, kind: claim.KindSERVER, server: &ServerSelector{}},
	}
	require.NoError(s.t, a.wish.seal())
	return a
}

func TestClaimsServedTogetherAreEachTheirClaimants(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		s := newStand(t, db, 10)
		seen := s.asking("early", s.one, "seen")
		_, err := s.claimAlone(seen.ctx, seen.wish)
		require.NoError(t, err)
		stranger := s.asking("stranger", s.one, "x")
		stranger.ctx = access.NewContext(stranger.ctx, &access.Viewer{Kind: access.Token, ID: "usr_stranger", Name: "stranger"})
		gone, leave := context.WithCancel(s.asking("gone", s.one, "y").ctx)
		leave()
		left := s.asking("gone", s.one, "y")
		left.ctx = gone
		group := []*ask{
			s.asking("a", s.one, "k"), s.asking("b", s.two, "k"), // one key in two projects is two
			s.asking("again", s.one, "k"), s.asking("retry", s.one, "seen"), s.asking("archived", s.retired, "k"), stranger, left,
			s.asking("late", s.two, ""),
		}
		require.NoError(t, s.serveTogether(context.Background(), group))
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
		group := []*ask{s.asking("a", s.two, "a"), s.asking("b", s.two, "b")}
		require.NoError(t, s.serveTogether(context.Background(), group))
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
		require.Empty(t, s.crowds.waiting)
	})
}
