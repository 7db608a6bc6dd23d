package allocation

import (
	"context"
	"time"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/address"
	"github.com/arpent/arpent/ent/claim"
	"github.com/arpent/arpent/ent/server"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/journal"
)

// Release gives back what a claim holds, or leaves the line. To release what has ended changes nothing.
func (s *Service) Release(ctx context.Context, id string) (*ent.Claim, error) {
	var released *ent.Claim
	err := s.db.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
		present, err := s.own(ctx, client, id)
		if err != nil {
			return err
		}
		released, err = s.end(ctx, client, present, claim.StateRELEASED, nil)
		return err
	})
	return released, database.Fault(err)
}

// Abandon gives back what a claim holds that its claimant has left behind, or takes it out of the line, and writes down why. sure is
// asked last, in the transaction that ends the claim, which nobody else can end meanwhile. A claim that has ended is left as it is.
// It tells whether it ended the claim.
func (s *Service) Abandon(ctx context.Context, id string, why fault.Text, sure func(ctx context.Context) (bool, error)) (ended bool, err error) {
	err = s.db.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
		present, err := s.locked(ctx, client, id)
		if err != nil || present.State != claim.StateHELD && present.State != claim.StateWAITING {
			return err
		}
		if ended, err = sure(ctx); err != nil || !ended {
			return err
		}
		_, err = s.end(ctx, client, present, claim.StateRELEASED, &why)
		return err
	})
	return ended && err == nil, database.Fault(err)
}

// own reads a claim, as locked does, that the viewer may also change.
func (s *Service) own(ctx context.Context, client *ent.Client, id string) (*ent.Claim, error) {
	present, err := s.locked(ctx, client, id)
	if err != nil {
		return nil, at(err, "id")
	}
	return present, s.mayClaim(ctx, present.ProjectID)
}

// locked reads a claim that the viewer may see and keeps others from ending it.
func (s *Service) locked(ctx context.Context, client *ent.Client, id string) (*ent.Claim, error) {
	query := client.Claim.Query().Where(claim.ID(id))
	if s.db.Postgres() {
		query.ForUpdate()
	}
	return query.Only(ctx)
}

// end ends a claim and frees what it held. One that only waited is canceled. The event says why, where there is something to say.
func (s *Service) end(ctx context.Context, client *ent.Client, c *ent.Claim, to claim.State, why *fault.Text) (*ent.Claim, error) {
	switch c.State {
	case claim.StateWAITING:
		to = claim.StateCANCELED
	case claim.StateHELD:
		if err := s.giveBack(asAllocation(ctx), client, c); err != nil {
			return nil, err
		}
	default:
		return c, nil
	}
	ended, err := client.Claim.UpdateOne(c).SetState(to).SetEndedAt(now()).Save(asAllocation(ctx))
	if err != nil {
		return nil, err
	}
	database.AfterCommit(ctx, s.ring)
	entry := claimEntry("claim."+map[claim.State]string{
		claim.StateCANCELED: "canceled", claim.StateRELEASED: "released", claim.StateEXPIRED: "expired",
	}[to], ended)
	if why != nil {
		entry.After = because(ended, *why)
	}
	return ended, s.journal.Write(ctx, entry)
}

func (s *Service) giveBack(ctx context.Context, client *ent.Client, c *ent.Claim) error {
	if c.Kind == claim.KindADDRESS {
		return client.Address.Update().Where(address.ID(*c.AddressID)).SetState(address.StateFREE).SetStateSince(now()).
			ClearProjectID().ClearServerID().SetNote("").Exec(ctx)
	}
	n, err := client.Server.Update().
		Where(server.ID(*c.ServerID), server.LifecycleIn(server.LifecycleASSIGNED, server.LifecycleIN_SERVICE)).
		SetLifecycle(server.LifecycleAVAILABLE).SetLifecycleSince(now()).ClearProjectID().Save(ctx)
	if err != nil {
		return err
	}
	if n == 0 { // it is in maintenance, or retired: only its project lets go of it
		return client.Server.Update().Where(server.ID(*c.ServerID)).ClearProjectID().Exec(ctx)
	}
	return s.journal.Write(ctx, journal.Entry{
		Type: "server.available", Audience: journal.Platform, SubjectID: *c.ServerID, Subject: *c.ServerID,
		Before: map[string]any{"project": c.ProjectID}, After: map[string]any{"lifecycle": server.LifecycleAVAILABLE},
	})
}

// Extend makes a claim that is held last until lifetime from now; nil: until it is released.
func (s *Service) Extend(ctx context.Context, id string, lifetime *time.Duration) (*ent.Claim, error) {
	if lifetime != nil && (*lifetime < time.Second || *lifetime > longestLife) {
		return nil, fault.New(fault.Invalid, textLifetime).At("lifetime")
	}
	var extended *ent.Claim
	err := s.db.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
		present, err := s.own(ctx, client, id)
		if err != nil {
			return err
		}
		if present.State != claim.StateHELD {
			return fault.New(fault.Conflict, textEnded).At("id")
		}
		update := client.Claim.UpdateOne(present).ClearExpiresAt()
		if lifetime != nil {
			update = client.Claim.UpdateOne(present).SetExpiresAt(now().Add(*lifetime))
		}
		if extended, err = update.Save(asAllocation(ctx)); err != nil {
			return err
		}
		return s.journal.Write(ctx, claimEntry("claim.extended", extended))
	})
	return extended, database.Fault(err)
}

// sweepBatch is how many claims are ended by one look.
const sweepBatch = 100

// Sweep gives back what has expired and serves the line. Any replica may do so at any time.
func (s *Service) Sweep(ctx context.Context) error {
	ctx = access.As(ctx, "allocation")
	expired, err := s.db.Client(ctx).Claim.Query().
		Where(claim.StateEQ(claim.StateHELD), claim.ExpiresAtLTE(now())).Limit(sweepBatch).IDs(ctx)
	if err != nil {
		return err
	}
	for _, id := range expired {
		if err := s.expire(ctx, id); err != nil {
			return err
		}
	}
	return s.serveLine(ctx)
}

func (s *Service) expire(ctx context.Context, id string) error {
	return s.db.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
		present, err := s.locked(ctx, client, id)
		if err != nil || present.State != claim.StateHELD || present.ExpiresAt == nil || present.ExpiresAt.After(now()) {
			return err
		}
		_, err = s.end(ctx, client, present, claim.StateEXPIRED, nil)
		return err
	})
}
