package allocation

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/claim"
	"github.com/arpent/arpent/ent/network"
	"github.com/arpent/arpent/ent/server"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
)

// mostWaiting is how many of a line are looked at in one go.
const mostWaiting = 1000

func (s *Service) someoneWaits(ctx context.Context, client *ent.Client, kind claim.Kind) (bool, error) {
	return client.Claim.Query().Where(claim.StateEQ(claim.StateWAITING), claim.KindEQ(kind)).Exist(asAllocation(ctx))
}

// errBehind says that somebody waits, so that a wish has to stand behind them.
var errBehind = errors.New("somebody waits in line")

// serveBehind lets the line go first, and then takes what is left.
func (s *Service) serveBehind(ctx context.Context, client *ent.Client, w wish) (*ent.Claim, error) {
	taken, err := s.serveKind(ctx, client, w.kind, &w)
	if err != nil {
		return nil, err
	}
	if taken.none() && !w.Wait {
		return nil, s.short(ctx, client, w)
	}
	return s.write(ctx, client, w, taken)
}

// serveLine gives those who wait what has become free, first come first served.
func (s *Service) serveLine(ctx context.Context) error {
	for _, kind := range []claim.Kind{claim.KindSERVER, claim.KindADDRESS} {
		waits, err := s.someoneWaits(ctx, s.db.Client(ctx), kind)
		if err != nil {
			return err
		}
		if !waits {
			continue
		}
		err = s.db.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
			_, err := s.serveKind(ctx, client, kind, nil)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// queued is somebody in line: a claim that waits, or a wish that is about to become one.
type queued struct {
	wish
	claim *ent.Claim
}

// serveKind serves one line and then last, who came last, if there is one; it returns what last got. Whoever serves a line holds its
// lock. What becomes free while it is served could be seen first by somebody further back: then the line is served from its beginning again.
func (s *Service) serveKind(ctx context.Context, client *ent.Client, kind claim.Kind, last *wish) (catch, error) {
	if err := s.lock(ctx, "line:"+string(kind)); err != nil {
		return catch{}, err
	}
	line, err := s.waiting(ctx, client, kind)
	if err != nil {
		return catch{}, err
	}
	if last != nil && len(line) < mostWaiting {
		line = append(line, queued{wish: *last})
	}
	for len(line) > 0 {
		got, left, err := s.pass(ctx, client, line)
		if err != nil || left == nil {
			return got, err
		}
		line = left
	}
	return catch{}, nil
}

// waiting is a line.
func (s *Service) waiting(ctx context.Context, client *ent.Client, kind claim.Kind) (line []queued, err error) {
	query := client.Claim.Query().Where(claim.StateEQ(claim.StateWAITING), claim.KindEQ(kind)).Order(claim.ByID()).Limit(mostWaiting)
	if s.db.Postgres() {
		query.ForUpdate(skipLocked) // one that is leaving the line is passed over
	}
	all, err := query.All(asAllocation(ctx))
	if err != nil {
		return nil, err
	}
	for _, c := range all {
		w, err := wishOf(c)
		if err != nil {
			return nil, fmt.Errorf("read the wish of %s: %w", c.ID, err)
		}
		line = append(line, queued{wish: w, claim: c})
	}
	return line, nil
}

// pass serves a line once, from its beginning to its end. When something turns up that somebody would have got who was passed over,
// it stops there: left is the line that is to be served again.
func (s *Service) pass(ctx context.Context, client *ent.Client, line []queued) (got catch, left []queued, err error) {
	var without []wish // what nothing was found for, once each
	for i, q := range line {
		if has(without, q.wish) {
			left = append(left, q)
			continue
		}
		found, err := s.find(ctx, client, q.wish)
		if q.claim != nil && fault.Is(err, fault.Conflict) {
			found, err = catch{}, nil // it goes on waiting
		}
		if err != nil {
			return catch{}, nil, err
		}
		if found.none() {
			without, left = append(without, q.wish), append(left, q)
			continue
		}
		overtaken, err := s.fitsAny(ctx, client, found, without)
		if overtaken || err != nil {
			return catch{}, append(left, line[i:]...), err
		}
		if err := s.seize(ctx, client, taking{q.wish, found}); err != nil {
			return catch{}, nil, err
		}
		if q.claim == nil {
			return found, nil, nil
		}
		if err := s.give(ctx, client, q, found); err != nil {
			return catch{}, nil, fmt.Errorf("serve %s: %w", q.claim.ID, err)
		}
	}
	return catch{}, nil, nil
}

// has tells whether a wish for the same is among others.
func has(wishes []wish, w wish) bool {
	return slices.ContainsFunc(wishes, func(other wish) bool {
		return bytes.Equal(other.selector, w.selector) && other.ProjectID == w.ProjectID
	})
}

// fitsAny tells whether what was found would do for one of these.
func (s *Service) fitsAny(ctx context.Context, client *ent.Client, found catch, wishes []wish) (bool, error) {
	for _, w := range wishes {
		fits, err := w.fits(asAllocation(ctx), client, found)
		if fits || err != nil {
			return fits, err
		}
	}
	return false, nil
}

// fits tells whether a wish would take what was found.
func (w wish) fits(ctx context.Context, client *ent.Client, found catch) (bool, error) {
	if w.kind == claim.KindSERVER {
		return client.Server.Query().Where(append(w.server.where(), server.ID(found.serverID))...).Exist(ctx)
	}
	if w.address.IP != "" && w.address.IP != found.ip {
		return false, nil
	}
	return client.Network.Query().Where(append(w.address.where(w.ProjectID), network.ID(found.networkID))...).Exist(ctx)
}

// give ends somebody's waiting.
func (s *Service) give(ctx context.Context, client *ent.Client, q queued, taken catch) error {
	update := client.Claim.UpdateOne(q.claim).SetState(claim.StateHELD).SetHeldAt(now()).SetNillableExpiresAt(expiry(q.Lifetime))
	if taken.serverID != "" {
		update.SetServerID(taken.serverID)
	} else {
		update.SetAddressID(taken.addressID)
	}
	held, err := update.Save(asAllocation(ctx))
	if err != nil {
		return err
	}
	return s.journal.Write(ctx, claimEntry("claim.held", held))
}

// wishOf is what a waiting claim wishes.
func wishOf(c *ent.Claim) (wish, error) {
	w := wish{Terms: Terms{ProjectID: c.ProjectID, Key: c.Key, Note: c.Note}, kind: c.Kind, selector: c.Selector}
	if c.Lifetime != nil {
		lifetime := time.Duration(*c.Lifetime) * time.Second
		w.Lifetime = &lifetime
	}
	if c.Kind == claim.KindADDRESS {
		w.address = &AddressSelector{}
		if c.ServerID != nil {
			w.serverID = *c.ServerID
		}
		return w, json.Unmarshal(c.Selector, w.address)
	}
	w.server = &ServerSelector{}
	return w, json.Unmarshal(c.Selector, w.server)
}

// Places are the places in line of all claims that wait, by id, whichever are asked for: there are few. The first is 1.
func (s *Service) Places(ctx context.Context, _ []string) (map[string]int, error) {
	places := map[string]int{}
	for _, kind := range []claim.Kind{claim.KindSERVER, claim.KindADDRESS} {
		line, err := s.db.Client(ctx).Claim.Query().Where(claim.StateEQ(claim.StateWAITING), claim.KindEQ(kind)).
			Order(claim.ByID()).Limit(mostWaiting).IDs(asAllocation(ctx))
		if err != nil {
			return nil, database.Fault(err)
		}
		for i, id := range line {
			places[id] = i + 1
		}
	}
	return places, nil
}
