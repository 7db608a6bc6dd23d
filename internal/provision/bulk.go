package provision

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/predicate"
	"github.com/arpent/arpent/ent/runserver"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/inventory"
)

// ServersChange asks for one change of many servers: those with the ids, or those that match a filter.
type ServersChange struct {
	inventory.BulkChange
	IDs   []string
	Where []predicate.Server // nil: there is none; empty: all servers
}

// bulkChange is what a bulk run is to do with its servers, which are rows of run_servers.
type bulkChange struct {
	inventory.BulkChange
	Project string              `json:"project,omitempty"` // acronym of who gets them
	Total   int                 `json:"total"`
	Scoped  bool                `json:"scoped,omitempty"` // it was asked for with a token that lets only Scopes through
	Scopes  []access.Permission `json:"scopes,omitempty"`
}

// ChangeServers starts a run that changes servers in bulk. Which servers is settled now; whether each may be changed is
// asked when its turn comes, in the name of who asks now and with the rights that they have then.
func (e *Engine) ChangeServers(ctx context.Context, input ServersChange) (*ent.Run, error) {
	var started *ent.Run
	err := e.DB.Tx(ctx, func(ctx context.Context, _ *ent.Client) error {
		c := bulkChange{BulkChange: input.BulkChange}
		if err := e.checkBulk(ctx, &c); err != nil {
			return err
		}
		ids, err := e.Inventory.Select(ctx, input.IDs, input.Where)
		if err != nil {
			return err
		}
		started, err = e.startBulk(ctx, c, ids, nil)
		return err
	})
	return started, database.Fault(err)
}

func (e *Engine) checkBulk(ctx context.Context, c *bulkChange) error {
	if viewer := access.FromContext(ctx); viewer.Kind == access.Run {
		return may(ctx, "", access.InventoryManage) // a run ends before its servers would have their turn
	}
	if err := c.Check(ctx); err != nil || c.ProjectID == "" {
		return err
	}
	project, err := e.DB.Client(ctx).Project.Get(ctx, c.ProjectID)
	if err != nil {
		return at(err, "projectId")
	}
	c.Project = project.Acronym
	if err := may(ctx, project.ID, access.ServerClaim); err != nil {
		return err
	}
	return active(project)
}

// startBulk writes the run and which servers it is for.
func (e *Engine) startBulk(ctx context.Context, c bulkChange, ids []string, retryOf *ent.Run) (*ent.Run, error) {
	viewer := access.FromContext(ctx)
	c.Total, c.Scoped, c.Scopes = len(ids), viewer.Scopes != nil, nil
	for p := range viewer.Scopes {
		c.Scopes = append(c.Scopes, p)
	}
	slices.Sort(c.Scopes)
	started, err := e.start(ctx, order{change: change{Op: opBulk, Bulk: &c}, policy: Policy{Auto: true}, retryOf: retryOf})
	if err != nil {
		return nil, err
	}
	return started, e.writeTargets(asEngine(ctx), started.ID, ids)
}

// targetsOnce is how many rows one statement writes; SQLite takes so many values at most.
const targetsOnce = 5000

func (e *Engine) writeTargets(ctx context.Context, runID string, ids []string) error {
	client := e.DB.Client(ctx)
	for part := range slices.Chunk(ids, targetsOnce) {
		rows := make([]*ent.RunServerCreate, len(part))
		for i, id := range part {
			rows[i] = client.RunServer.Create().SetRunID(runID).SetServerID(id)
		}
		if err := client.RunServer.CreateBulk(rows...).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

// bulkAgain starts a run that does again what another has not done: what was refused, and what it did not come to.
func (e *Engine) bulkAgain(ctx context.Context, r *ent.Run) (*ent.Run, error) {
	before, err := changeOf(r)
	if err != nil {
		return nil, err
	}
	c := *before.Bulk
	if err := e.checkBulk(ctx, &c); err != nil {
		return nil, err
	}
	left, err := e.DB.Client(ctx).RunServer.Query().Where(runserver.RunID(r.ID), runserver.StatusNEQ(runserver.StatusDONE)).
		Order(runserver.ByID()).Select(runserver.FieldServerID).Strings(ctx)
	if err != nil {
		return nil, err
	}
	return e.startBulk(ctx, c, left, r)
}

// BulkCount is how far a bulk change is.
type BulkCount struct{ Total, Done, Refused int }

// BulkCounts tells how far bulk changes are, by their runs. Those that are none are left out.
func (e *Engine) BulkCounts(ctx context.Context, runs []*ent.Run) (map[string]BulkCount, error) {
	counts := map[string]BulkCount{}
	for _, r := range runs {
		if c, err := changeOf(r); err == nil && c.Bulk != nil {
			counts[r.ID] = BulkCount{Total: c.Bulk.Total}
		}
	}
	if len(counts) == 0 {
		return counts, nil
	}
	var rows []struct {
		Run    string           `json:"run_id"`
		Status runserver.Status `json:"status"`
		Count  int              `json:"count"`
	}
	err := e.DB.Client(ctx).RunServer.Query().
		Where(runserver.RunIDIn(keys(counts)...), runserver.StatusIn(runserver.StatusDONE, runserver.StatusREFUSED)).
		GroupBy(runserver.FieldRunID, runserver.FieldStatus).Aggregate(ent.Count()).Scan(ctx, &rows)
	for _, row := range rows {
		count := counts[row.Run]
		if row.Status == runserver.StatusDONE {
			count.Done = row.Count
		} else {
			count.Refused = row.Count
		}
		counts[row.Run] = count
	}
	return counts, database.Fault(err)
}

func keys[V any](of map[string]V) []string {
	all := make([]string, 0, len(of))
	for key := range of {
		all = append(all, key)
	}
	slices.Sort(all)
	return all
}

// Refusals are servers that a bulk change was refused for, in order and behind another; the viewer must see the run.
func (e *Engine) Refusals(ctx context.Context, runID, after string, limit int) ([]*ent.RunServer, error) {
	found, err := e.DB.Client(ctx).RunServer.Query().
		Where(runserver.RunID(runID), runserver.StatusEQ(runserver.StatusREFUSED), runserver.IDGT(after)).
		Order(runserver.ByID()).Limit(limit).All(ctx)
	return found, database.Fault(err)
}

// title says what is done with how many servers.
func (c bulkChange) title() fault.Text {
	verb, ok := bulkTitles[c.Move]
	switch {
	case c.ProjectID != "":
		verb = fault.Text{EN: "Give to " + c.Project, FR: "Attribuer à " + c.Project}
	case !ok:
		verb = c.labels()
	}
	if c.Total == 1 {
		return fault.Text{EN: verb.EN + ": one server", FR: verb.FR + " : un serveur"}
	}
	count := strconv.Itoa(c.Total)
	return fault.Text{EN: verb.EN + ": " + count + " servers", FR: verb.FR + " : " + count + " serveurs"}
}

// mostTitled is how many labels a title names.
const mostTitled = 3

// labels says which labels are set and removed: "Labels role=web, −old".
func (c bulkChange) labels() fault.Text {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(c.Set)) {
		all = append(all, strings.TrimSuffix(name+"="+c.Set[name], "="))
	}
	for _, name := range slices.Sorted(slices.Values(c.Remove)) {
		all = append(all, "−"+name)
	}
	if len(all) > mostTitled {
		all = append(all[:mostTitled], "…")
	}
	names := strings.Join(all, ", ")
	return fault.Text{EN: "Labels " + names, FR: "Étiquettes " + names}
}

var bulkTitles = map[inventory.Move]fault.Text{
	inventory.Order:            {EN: "Order", FR: "Commander"},
	inventory.Deliver:          {EN: "Mark as delivered", FR: "Marquer comme livrés"},
	inventory.Accept:           {EN: "Accept", FR: "Accepter"},
	inventory.Reject:           {EN: "Reject", FR: "Refuser"},
	inventory.PutInService:     {EN: "Put in service", FR: "Mettre en service"},
	inventory.TakeOutOfService: {EN: "Take out of service", FR: "Retirer du service"},
	inventory.Maintain:         {EN: "Start maintenance", FR: "Mettre en maintenance"},
	inventory.Resume:           {EN: "End maintenance", FR: "Terminer la maintenance"},
	inventory.Retire:           {EN: "Retire", FR: "Mettre au rebut"},
}
