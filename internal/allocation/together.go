package allocation

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/claim"
	"github.com/arpent/arpent/ent/project"
	"github.com/arpent/arpent/ent/server"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/journal"
)

// Claims for the same kind of server that come while one is being served are served together by the next: one transaction, one
// look for free servers, one commit for all of them. Only what is ordinary goes this way. Whoever has a key that was seen, may
// not claim, finds nothing left or somebody waiting, and everybody when anything fails, is served alone after all.

// mostTogether is how many claims one transaction serves.
const mostTogether = 64

// crowds are those who claim now, by what they want.
type crowds struct {
	mutex   sync.Mutex
	waiting map[string][]*ask // a place that is there is being served
}

// ask is one claim in a crowd.
type ask struct {
	ctx  context.Context //nolint:containedctx // that of its claimant: who it is, and what it may
	wish wish
	made *ent.Claim  // nil: it has to go alone
	turn chan []*ask // whom it serves with itself; nil when it was served, or left
}

// enter waits for a turn, and returns whom to serve; nil when somebody else has done so.
func (c *crowds) enter(a *ask) ([]*ask, error) {
	name := string(a.wish.selector)
	c.mutex.Lock()
	line, busy := c.waiting[name]
	if busy {
		line = append(line, a)
	}
	c.waiting[name] = line
	c.mutex.Unlock()
	if !busy {
		return []*ask{a}, nil
	}
	select {
	case group := <-a.turn:
		return group, nil
	case <-a.ctx.Done():
	}
	if c.quit(name, a) {
		return nil, a.ctx.Err()
	}
	return <-a.turn, nil // its turn has come meanwhile
}

func (c *crowds) quit(name string, a *ask) bool {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	at := slices.Index(c.waiting[name], a)
	if at < 0 {
		return false
	}
	c.waiting[name] = slices.Delete(c.waiting[name], at, at+1)
	return true
}

// leave gives the turn to the first who waits, with those behind it.
func (c *crowds) leave(name string) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	line := c.waiting[name]
	if len(line) == 0 {
		delete(c.waiting, name)
		return
	}
	n := min(len(line), mostTogether)
	c.waiting[name] = slices.Clone(line[n:])
	line[0].turn <- line[:n:n]
}

// mayJoin tells whether a claim can be served with others: not that of a run, which holds its lease meanwhile.
func mayJoin(ctx context.Context, w wish) bool {
	return w.kind == claim.KindSERVER && !database.InTx(ctx) && access.FromContext(ctx).Kind != access.Run
}

// together serves a claim with others that came at the same time; nil when it has to go alone.
func (s *Service) together(ctx context.Context, w wish) (*ent.Claim, error) {
	a := &ask{ctx: ctx, wish: w, turn: make(chan []*ask, 1)}
	group, err := s.crowds.enter(a)
	if group == nil || err != nil {
		return a.made, err
	}
	defer s.crowds.leave(string(w.selector))
	defer func() {
		for _, other := range group {
			if other != a {
				other.turn <- nil
			}
		}
	}()
	if len(group) == 1 {
		return s.claimAlone(ctx, w)
	}
	if err := s.serveTogether(context.WithoutCancel(ctx), group); err != nil {
		s.log.Debug("claims that were to be served together go alone", "error", err)
	}
	return a.made, nil
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
		if err := s.seizeAll(ctx, client, ordinary, ids); err != nil {
			return err
		}
		served = ordinary[:len(ids)]
		claims, err = s.writeAll(ctx, client, served, ids)
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

// ordinary are those of a group who may claim, in a project that is there, by a key that is new.
func (s *Service) ordinary(ctx context.Context, client *ent.Client, group []*ask) (all []*ask, err error) {
	var projects, keys []string
	for _, a := range group {
		if a.ctx.Err() == nil && s.mayClaim(a.ctx, a.wish.ProjectID) == nil {
			all, projects = append(all, a), append(projects, a.wish.ProjectID)
			keys = append(keys, a.wish.Key)
		}
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
	return slices.DeleteFunc(all, func(a *ask) bool {
		n := name{a.wish.ProjectID, a.wish.Key}
		again := n.key != "" && taken[n]
		taken[n] = true
		return again || !slices.Contains(active, n.project)
	}), nil
}

var errOvertaken = errors.New("a server that was locked has changed")

// seizeAll gives servers that were found to the projects of a group, one to each claim in turn.
func (s *Service) seizeAll(ctx context.Context, client *ent.Client, group []*ask, ids []string) error {
	byProject := map[string][]string{}
	for i, id := range ids {
		of := group[i].wish.ProjectID
		byProject[of] = append(byProject[of], id)
	}
	for of, some := range byProject {
		n, err := client.Server.Update().Where(database.AnyOf(server.FieldID, some), server.LifecycleEQ(server.LifecycleAVAILABLE)).
			SetLifecycle(server.LifecycleASSIGNED).SetLifecycleSince(now()).SetProjectID(of).Save(ctx)
		if err != nil {
			return err
		}
		if n != len(some) {
			return errOvertaken
		}
	}
	return nil
}

// writeAll adds the claims of a group with their events, each in its claimant's name.
func (s *Service) writeAll(ctx context.Context, client *ent.Client, group []*ask, ids []string) ([]*ent.Claim, error) {
	creates := make([]*ent.ClaimCreate, len(group))
	for i, a := range group {
		creates[i] = creating(a.ctx, client, a.wish, catch{serverID: ids[i]})
	}
	made, err := client.Claim.CreateBulk(creates...).Save(ctx)
	if err != nil {
		return nil, err
	}
	notes := make([]journal.Note, len(made))
	for i, c := range made {
		if notes[i], err = journal.NoteOf(group[i].ctx, claimEntry("claim.held", c)); err != nil {
			return nil, err
		}
	}
	return made, s.journal.Add(ctx, notes...)
}
