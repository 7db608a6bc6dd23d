package inventory

import (
	"context"
	"slices"
	"strings"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/predicate"
	"github.com/arpent/arpent/ent/server"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
)

// mostSelected is how many servers one bulk change is for, at most: as many as one file brings.
const mostSelected = maxRows

// mostNote is how long the note of a claim may be, which the reason becomes.
const mostNote = 300

// BulkChange is what is to be done with each of many servers: a move, labels, or a project that gets them. One of these.
type BulkChange struct {
	Move      Move              `json:"move,omitempty"`
	Reason    string            `json:"reason,omitempty"`
	Set       map[string]string `json:"set,omitempty"`
	Remove    []string          `json:"remove,omitempty"`
	ProjectID string            `json:"projectId,omitempty"` // who claims them: internal/allocation does that
}

// Check refuses a change that can not be meant, or that the viewer may make with no server at all.
func (c *BulkChange) Check(ctx context.Context) error {
	c.Reason = strings.TrimSpace(c.Reason)
	wishes := 0
	for _, wished := range []bool{c.Move != "", len(c.Set)+len(c.Remove) > 0, c.ProjectID != ""} {
		if wished {
			wishes++
		}
	}
	switch {
	case wishes != 1:
		return fault.New(fault.Invalid, textWhat).At("move")
	case c.Move != "":
		if err := checkReason(c.Move, c.Reason); err != nil {
			return err
		}
		return mayMoveSome(ctx, c.Move)
	case len([]rune(c.Reason)) > mostNote:
		return fault.New(fault.Invalid, textTooLong, mostNote).At("reason")
	case c.ProjectID != "":
		return nil // asked where servers are claimed
	}
	if err := mayManage(ctx); err != nil {
		return err
	}
	if refused, ok := fault.As(checkLabels(c.Set)); ok {
		return refused.At("setLabels")
	}
	return nil
}

// mayMoveSome refuses a move that the viewer could make with no server, whichever it is.
func mayMoveSome(ctx context.Context, move Move) error {
	viewer := access.FromContext(ctx)
	projects, all := viewer.ProjectsWith(access.ServerClaim)
	if viewer.May(access.InventoryManage) || forHolders(move) && (all || len(projects) > 0) {
		return nil
	}
	return mayManage(ctx)
}

// Select names the servers of a bulk change that the viewer can see: those with the ids, or those that match.
func (s *Service) Select(ctx context.Context, ids []string, where []predicate.Server) ([]string, error) {
	if (len(ids) == 0) == (where == nil) {
		return nil, fault.New(fault.Invalid, textWhich).At("ids")
	}
	query := s.db.Client(ctx).Server.Query().Where(where...)
	if where == nil {
		ids = slices.Compact(slices.Sorted(slices.Values(ids)))
		if len(ids) > mostServers {
			return nil, fault.New(fault.Limited, textOneTo, mostServers).At("ids")
		}
		query.Where(server.IDIn(ids...))
	}
	found, err := query.Order(server.ByID()).Limit(mostSelected + 1).IDs(ctx)
	switch {
	case err != nil:
		return nil, database.Fault(err)
	case where == nil && len(found) < len(ids):
		return nil, fault.New(fault.NotFound, textNoServer).At("ids")
	case len(found) == 0:
		return nil, fault.New(fault.Conflict, textNone).At("where")
	case len(found) > mostSelected:
		return nil, fault.New(fault.Limited, textOneTo, mostSelected).At("where")
	}
	return found, nil
}

// BulkOutcome is what became of one server of a bulk change.
type BulkOutcome struct {
	ServerID string
	Hostname string       // empty of one that the viewer can not see
	Refusal  *fault.Error // nil when it was changed
}

// ChangeEach moves or labels each of some servers, in the viewer's name, in one transaction and with their events. What
// is refused of one leaves the others as they are; an error leaves all of them.
func (s *Service) ChangeEach(ctx context.Context, ids []string, c BulkChange) ([]BulkOutcome, error) {
	do := labeler(c.Set, c.Remove)
	if c.Move != "" {
		do = mover(c.Move, c.Reason)
	}
	outcomes := make([]BulkOutcome, 0, len(ids))
	err := s.db.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
		present, err := s.locked(ctx, client, ids)
		if err != nil {
			return err
		}
		for _, id := range ids {
			outcome := BulkOutcome{ServerID: id, Refusal: fault.New(fault.NotFound, textGone)}
			if one := present[id]; one != nil {
				outcome.Hostname = one.Hostname
				if outcome.Refusal, err = s.changeOne(ctx, client, one, do); err != nil {
					return err
				}
			}
			outcomes = append(outcomes, outcome)
		}
		if c.Move != Accept {
			return nil
		}
		return s.complete(ctx, client, ids)
	})
	return outcomes, database.Fault(err)
}

// locked reads servers that nobody else changes until the transaction ends, by their ids.
func (s *Service) locked(ctx context.Context, client *ent.Client, ids []string) (map[string]*ent.Server, error) {
	query := client.Server.Query().Where(server.IDIn(ids...)).Order(server.ByID()) // in one order, as change does
	if s.db.Postgres() {
		query.ForUpdate()
	}
	found, err := query.All(ctx)
	byID := map[string]*ent.Server{}
	for _, one := range found {
		byID[one.ID] = one
	}
	return byID, err
}

// changeOne changes one server, and parts a refusal from what went wrong here.
func (s *Service) changeOne(ctx context.Context, client *ent.Client, one *ent.Server, do changer) (*fault.Error, error) {
	_, entry, err := do(ctx, client, one)
	if refused, ok := fault.As(err); ok {
		return refused, nil
	}
	if err != nil {
		return nil, err
	}
	return nil, s.journal.Write(ctx, entry)
}
