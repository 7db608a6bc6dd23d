package allocation

import (
	"cmp"
	"context"
	"slices"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/claim"
	"github.com/arpent/arpent/ent/project"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/journal"
)

// Claims for the same kind of server that come while one is being served are served together by the next: one transaction, one
// look for free servers, one commit for all of them. Only what is ordinary goes this way. Whoever has a key that was seen, may
// not claim, finds nothing left or somebody waiting, and everybody when anything fails, is served alone after all.

// mostTogether is how many claims one transaction serves.
const mostTogether = 64

// ask is one claim in a crowd.
type ask struct {
	author journal.Author
	wish   wish
	made   *ent.Claim // nil: it has to go alone
}

// mayJoin tells whether a claim can be served with others: not that of a run, which holds its lease meanwhile.
func mayJoin(ctx context.Context, w wish) bool {
	return w.kind == claim.KindSERVER && !database.InTx(ctx) && access.FromContext(ctx).Kind != access.Run
}

// together serves a claim with others that came at the same time; nil when it has to go alone.
func (s *Service) together(ctx context.Context, w wish) (*ent.Claim, error) {
	if err := s.mayClaim(ctx, w.ProjectID); err != nil {
		return nil, err
	}
	a := &ask{author: journal.AuthorOf(ctx), wish: w}
	var refused error
	err := s.crowd.Serve(ctx, string(w.selector), a, func(group []*ask) {
		if len(group) == 1 { // nobody else is here now: those who come wait until it is served
			a.made, refused = s.claimAlone(ctx, w)
			return
		}
		if err := s.serveTogether(context.WithoutCancel(ctx), group); err != nil {
			s.log.Debug("claims that were to be served together go alone", "error", err)
		}
	})
	return a.made, cmp.Or(err, refused)
}

// serveTogether gives servers to as many of a group as it can.
func (s *Service) serveTogether(ctx context.Context, group []*ask) error {
	var served []*ask
	var claims []*ent.Claim
	err := s.db.Tx(asAllocation(ctx), func(ctx context.Context, client *ent.Client) error {
		ordinary, err := s.ordinary(ctx, client, group)
		if err != nil || len(ordinary) == 0 {
			return err
		}
		ids, err := s.available(client, ordinary[0].wish.server).Limit(len(ordinary)).IDs(ctx)
		if err != nil || len(ids) == 0 {
			return err
		}
		// As for one alone: what becomes free after somebody began to wait is theirs first.
		if ahead, err := s.someoneWaits(ctx, client, claim.KindSERVER); ahead || err != nil {
			return err
		}
		served = ordinary[:len(ids)]
		taken := make([]taking, len(ids))
		for i, id := range ids {
			taken[i] = taking{wish: served[i].wish, catch: catch{serverID: id}}
		}
		if err := s.seize(ctx, client, taken...); err != nil {
			return err
		}
		claims, err = s.writeAll(ctx, client, served, taken)
		return err
	})
	if err != nil {
		return err
	}
	for i, a := range served {
		a.made = claims[i]
	}
	return nil
}

// ordinary are those of a group whose project is there, and whose key is new.
func (s *Service) ordinary(ctx context.Context, client *ent.Client, group []*ask) ([]*ask, error) {
	projects, keys := make([]string, len(group)), make([]string, len(group))
	for i, a := range group {
		projects[i], keys[i] = a.wish.ProjectID, a.wish.Key
	}
	active, err := client.Project.Query().Where(database.AnyOf(project.FieldID, projects), project.StatusEQ(project.StatusACTIVE)).IDs(ctx)
	if err != nil {
		return nil, err
	}
	seen, err := client.Claim.Query().Where(database.AnyOf(claim.FieldProjectID, projects), database.AnyOf(claim.FieldKey, keys)).
		Select(claim.FieldProjectID, claim.FieldKey).All(ctx)
	if err != nil {
		return nil, err
	}
	type name struct{ project, key string }
	taken := map[name]bool{}
	for _, c := range seen {
		taken[name{c.ProjectID, c.Key}] = true
	}
	return slices.DeleteFunc(slices.Clone(group), func(a *ask) bool {
		n := name{a.wish.ProjectID, a.wish.Key}
		again := n.key != "" && taken[n]
		taken[n] = true
		return again || !slices.Contains(active, n.project)
	}), nil
}

// writeAll adds the claims of a group with their events, each in its claimant's name.
func (s *Service) writeAll(ctx context.Context, client *ent.Client, group []*ask, taken []taking) ([]*ent.Claim, error) {
	creates := make([]*ent.ClaimCreate, len(group))
	for i, a := range group {
		creates[i] = creating(a.author, client, a.wish, taken[i].catch)
	}
	made, err := client.Claim.CreateBulk(creates...).Save(ctx)
	if err != nil {
		return nil, err
	}
	notes := make([]journal.Note, len(made))
	for i, c := range made {
		if notes[i], err = group[i].author.Note(claimEntry("claim.held", c)); err != nil {
			return nil, err
		}
	}
	return made, s.journal.Add(ctx, notes...)
}
