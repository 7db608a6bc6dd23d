package inventory_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"entgo.io/contrib/entgql"
	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/predicate"
	"github.com/arpent/arpent/ent/server"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/database/databasetest"
	"github.com/arpent/arpent/internal/inventory"
)

// crowded is an estate with an order, which has two sessions and a line, and sixty servers of all kinds.
func crowded(t *testing.T, db *database.DB) (e *estate, orderID, projectID string) {
	t.Helper()
	e = newEstate(t, db)
	order := e.client.PurchaseOrder.Create().SetNumber("O1").SetTitle("Order").SetProvider(e.provider).SetWishedBy("test").SaveX(system())
	line := e.client.OrderLine.Create().SetOrder(order).SetPosition(0).SetKind("SERVER").SetCount(9).SetTitle("Web").SaveX(system())
	sessions := make([]*ent.ImportSession, 3)
	for i := range sessions {
		create := e.client.ImportSession.Create().SetProvider(e.provider).SetFileName("f.csv").SetSha256("").SetAdded(0).SetChanged(0).SetUnchanged(0).SetCreatedBy("test")
		if i < 2 {
			create.SetOrderID(order.ID)
		}
		sessions[i] = create.SaveX(system())
	}
	organization := e.client.Organization.Create().SetName("Org").SetCode("ORG").SaveX(system())
	project := e.client.Project.Create().SetAcronym("ONE").SetName("One").SetOrganization(organization).SaveX(system())
	health := []server.Health{server.HealthOK, server.HealthWARNING, server.HealthCRITICAL, server.HealthUNKNOWN}
	stages := []server.Lifecycle{server.LifecycleAVAILABLE, server.LifecycleIN_SERVICE, server.LifecycleRETIRED}
	for i := range 60 {
		create := e.client.Server.Create().SetHostname(fmt.Sprintf("web-%02d.example.org", i*7%60)).SetExternalID(fmt.Sprint("R", i)).SetProvider(e.provider).
			SetHealth(health[i%4]).SetLifecycle(stages[i%3]).SetSession(sessions[i%3])
		if i%5 == 0 {
			create.SetOrderLine(line)
		}
		if i%2 == 0 {
			create.SetProject(project)
		}
		made := create.SaveX(system())
		e.client.ServerLabel.Create().SetServer(made).SetName("rack").SetValue(fmt.Sprint("r", i%3)).SaveX(system())
	}
	return e, order.ID, project.ID
}

// TestPagesAreThoseOfTheirFilter turns pages of every filter that is met in several ways, forward and backward, for who sees all and for who sees
// one project: they are what the filter selects by itself.
func TestPagesAreThoseOfTheirFilter(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		e, order, project := crowded(t, db)
		member := access.NewContext(context.Background(), &access.Viewer{
			Kind: access.User, ID: "usr_member", Name: "member", Projects: map[string]access.Set{project: access.NewSet(access.ProjectRead)},
		})
		unwell, over := []server.Health{server.HealthCRITICAL, server.HealthWARNING}, []server.Lifecycle{server.LifecycleAVAILABLE, server.LifecycleRETIRED}
		for name, c := range map[string]struct {
			asked inventory.Asked
			where ent.ServerWhereInput
			more  []predicate.Server
			many  int // of those that all may see
		}{
			"healths":            {inventory.Asked{Health: unwell}, ent.ServerWhereInput{HealthIn: unwell}, nil, 30},
			"stages":             {inventory.Asked{Lifecycle: over}, ent.ServerWhereInput{LifecycleIn: over}, nil, 43},
			"an order":           {inventory.Asked{OrderID: order}, ent.ServerWhereInput{}, []predicate.Server{inventory.Answering(order)}, 44},
			"no order":           {inventory.Asked{OrderID: "ord_x"}, ent.ServerWhereInput{}, []predicate.Server{inventory.Answering("ord_x")}, 0},
			"a part of a name":   {inventory.Asked{Search: " WEB-1"}, ent.ServerWhereInput{}, []predicate.Server{inventory.Search(" WEB-1")}, 10},
			"an id":              {inventory.Asked{Search: "R7"}, ent.ServerWhereInput{}, []predicate.Server{inventory.Search("R7")}, 1},
			"a name and healths": {inventory.Asked{Search: "web", Health: unwell}, ent.ServerWhereInput{HealthIn: unwell}, []predicate.Server{inventory.Search("web")}, 30},
			"with a label":       {inventory.Asked{Beside: true}, ent.ServerWhereInput{}, []predicate.Server{inventory.Labeled("rack=r1")}, 20},
			"one health":         {inventory.Asked{Health: unwell[:1]}, ent.ServerWhereInput{HealthIn: unwell[:1]}, nil, 15},
		} {
			for who, ctx := range map[string]context.Context{"all": system(), "member": member} {
				where := c.where
				where.AddPredicates(c.more...)
				plain, err := where.Filter(e.client.Server.Query())
				require.NoError(t, err)
				wanted, err := plain.Order(server.ByHostname(), server.ByID()).IDs(ctx)
				require.NoError(t, err)
				if who == "all" {
					require.Len(t, wanted, c.many, name)
				}
				require.Equal(t, wanted, e.turned(t, ctx, c.asked, where, false), "%s, %s", name, who)
				slices.Reverse(wanted)
				require.Equal(t, wanted, e.turned(t, ctx, c.asked, where, true), "%s, %s, from behind", name, who)
			}
		}
	})
}

// turned are the ids on all pages of seven.
func (e *estate) turned(t *testing.T, ctx context.Context, asked inventory.Asked, where ent.ServerWhereInput, behind bool) (ids []string) { //nolint:revive // t first, as everywhere
	t.Helper()
	seven, order := 7, &ent.ServerOrder{Direction: entgql.OrderDirectionAsc, Field: ent.ServerOrderFieldHostname}
	var cursor *entgql.Cursor[string]
	for {
		query := e.client.Server.Query()
		require.NoError(t, e.Page(ctx, query, asked))
		first, last, after, before := &seven, (*int)(nil), cursor, (*entgql.Cursor[string])(nil)
		if behind {
			first, last, after, before = nil, &seven, nil, cursor
		}
		page, err := query.Paginate(ctx, after, first, before, last, ent.WithServerOrder(order), ent.WithServerFilter(where.Filter))
		require.NoError(t, err)
		more, edges := page.PageInfo.HasNextPage, page.Edges
		if behind {
			more = page.PageInfo.HasPreviousPage
			slices.Reverse(edges)
		}
		for _, edge := range edges {
			ids, cursor = append(ids, edge.Node.ID), &edge.Cursor
		}
		if !more {
			require.Len(t, ids, page.TotalCount)
			return ids
		}
	}
}

// TestWhatASearchFinds is the same on both databases.
func TestWhatASearchFinds(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		e := newEstate(t, db)
		for text, wanted := range map[string][]string{
			"known":  {"known-01", "known-02"},
			"NOWN-0": {"known-01", "known-02"},
			" -02 ":  {"known-02"}, //nolint:gocritic // the spaces are what is tried
			"K9":     {"retired-01"},
			"k9":     nil, // ids are what the hosting provider writes
			"_":      nil,
			"%":      nil,
			`\`:      nil,
			"knöwn":  nil,
			"KNOWİ":  nil, // its small letter is an i and a dot
			"ſ":      nil,
			"\u212a": nil, // the sign of kelvin, whose small letter is k
			"'":      nil,
		} {
			found, err := e.client.Server.Query().Where(inventory.Search(text)).Order(server.ByHostname()).Select(server.FieldHostname).Strings(system())
			require.NoError(t, err, text)
			require.Equal(t, wanted, slices.Clip(append([]string(nil), found...)), "%q", text)
		}
	})
}
