package apptest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/apptest"
)

// Stock entgql counts all rows whenever pageInfo is selected; ours only for totalCount, and not beyond a cap.
func TestPageInfoCountsNothingAndTotalCountStops(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, s *apptest.Server) {
		l := newLand(t, s)
		token := s.TokenFor(apptest.AdminEmail)
		// The least of some tries: now and then a viewer or a token's last use is read or written besides.
		ask := func(of string) int {
			least := l.cost(token, "{ events(first: 2) { "+of+" edges { node { id } } } }")
			for range 5 {
				least = min(least, l.cost(token, "{ events(first: 2) { "+of+" edges { node { id } } } }"))
			}
			return least
		}
		require.Equal(t, ask(""), ask("pageInfo { hasNextPage }"))
		require.Equal(t, ask("")+1, ask("totalCount"))

		require.NoError(t, l.DB.Tx(apptest.System(), func(ctx context.Context, c *ent.Client) error {
			for from := 0; from < ent.CountCap+100; from += 100 {
				rows := make([]*ent.EventCreate, 100)
				for i := range rows {
					rows[i] = c.Event.Create().SetType("test.filler").SetAudience("EVERYBODY").
						SetActorID("system:test").SetActor("test").SetSubjectID(fmt.Sprint(from + i))
				}
				if err := c.Event.CreateBulk(rows...).Exec(ctx); err != nil {
					return err
				}
			}
			return nil
		}))
		_, text := l.answer(token, `{ events(where: {type: "test.filler"}) { totalCount } }`)
		var answer struct {
			Data struct {
				Events struct{ TotalCount int }
			}
		}
		require.NoError(t, json.Unmarshal(text, &answer))
		require.Equal(t, ent.CountCap, answer.Data.Events.TotalCount)
	})
}

// Stock entgql keeps one query for an edge, whatever its aliases ask: the first alias then lacks its columns.
func TestAliasesOfOneEdgeEachGetTheirFields(t *testing.T) {
	t.Parallel()
	s := apptest.Embedded(t)
	l := newLand(t, s)
	e := l.estate("aliased")
	answer := s.Admin().Ask(`query($id: ID!) { node(id: $id) { ... on Resource { a: project { acronym } b: project { name organization { name } }
		project { id } x: template { name } lastRun { id } } } }`, map[string]any{"id": e["Resource"]})
	require.Empty(t, answer.Errors)
	require.JSONEq(t, fmt.Sprintf(`{"node": {"a": {"acronym": %q}, "b": {"name": %q, "organization": {"name": "Test"}}, "project": {"id": %q},
		"x": {"name": "storage-folder"}, "lastRun": null}}`, e["acronym"], e["name"], e["Project"]), string(answer.Data))
}

// A run that was read in part elsewhere in an answer must not be taken for one that was looked at as a whole.
func TestWhatMayBeDoneIsReadFromWholeRunsOnly(t *testing.T) {
	t.Parallel()
	s := apptest.Embedded(t)
	l := newLand(t, s)
	e := l.estate("partial")
	last := l.client.Run.GetX(apptest.System(), e["Run"])
	first := l.client.Run.Create().SetKind("PROVISION").SetStatus("FAILED").SetProjectID(e["Project"]).SetResourceID(e["Resource"]).SetRetryOf(last).
		SetRequestedBy("somebody").SetQueuedAt(last.QueuedAt).SetChange(last.Change).SaveX(apptest.System())
	var data struct {
		Node struct {
			ViewerCanApprove bool
			RetryOf          struct {
				Resource struct {
					LastRun struct{ ViewerCanApprove bool }
				}
			}
		}
	}
	const query = `query($id: ID!) { node(id: $id) { ... on Run { viewerCanApprove retryOf { resource { lastRun { viewerCanApprove } } } } } }`
	for role, may := range map[string]bool{access.RoleGuest: false, access.RoleAdmin: true} {
		l.person(e["Project"], role).Get(&data, query, map[string]any{"id": first.ID})
		require.False(t, data.Node.ViewerCanApprove, "it has failed")
		require.Equal(t, may, data.Node.RetryOf.Resource.LastRun.ViewerCanApprove, role)
	}
}
