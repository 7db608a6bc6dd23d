package allocation

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/claim"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
)

// mostWaiting is how many of a line are looked at in one go.
const mostWaiting = 1000

func (s *Service) someoneWaits(ctx context.Context, client *ent.Client, kind claim.Kind) (bool, error) {
	return client.Claim.Query().Where(claim.StateEQ(claim.StateWAITING), claim.KindEQ(kind)).Exist(asAllocation(ctx))
}

// serveBehind lets the line go first, and then takes what is left.
func (s *Service) serveBehind(ctx context.Context, client *ent.Client, w wish) (*ent.Claim, error) {
	if err := s.serveKind(ctx, client, w.kind); err != nil {
		return nil, err
	}
	taken, err := s.take(ctx, client, w)
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
		err = s.db.Tx(ctx, func(ctx context.Context, client *ent.Client) error { return s.serveKind(ctx, client, kind) })
		if err != nil {
			return err
		}
	}
	return nil
}

// serveKind serves one line. Whoever serves it holds its lock, so nobody is served out of turn.
func (s *Service) serveKind(ctx context.Context, client *ent.Client, kind claim.Kind) error {
	if err := s.lock(ctx, "line:"+string(kind)); err != nil {
		return err
	}
	query := client.Claim.Query().Where(claim.StateEQ(claim.StateWAITING), claim.KindEQ(kind)).Order(claim.ByID()).Limit(mostWaiting)
	if s.db.Postgres() {
		query.ForUpdate(skipLocked) // one that is leaving the line is passed over
	}
	waiting, err := query.All(asAllocation(ctx))
	if err != nil {
		return err
	}
	for _, c := range waiting {
		if err := s.serveOne(ctx, client, c); err != nil {
			return fmt.Errorf("serve %s: %w", c.ID, err)
		}
	}
	return nil
}

func (s *Service) serveOne(ctx context.Context, client *ent.Client, c *ent.Claim) error {
	w, err := wishOf(c)
	if err != nil {
		return err
	}
	taken, err := s.take(ctx, client, w)
	if fault.Is(err, fault.Conflict) || err == nil && taken.none() {
		return nil // it goes on waiting
	}
	if err != nil {
		return err
	}
	update := client.Claim.UpdateOne(c).SetState(claim.StateHELD).SetHeldAt(now()).SetNillableExpiresAt(expiry(w.Lifetime))
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
	w := wish{Terms: Terms{ProjectID: c.ProjectID, Key: c.Key, Note: c.Note}, kind: c.Kind}
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
