package inventory

import (
	"context"
	"strings"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/schema"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/journal"
)

// ServerUpdate changes what is not nil. What a person says is a fact of that person.
type ServerUpdate struct {
	Hostname      *string
	Specification *schema.Specification
	OrderLineID   *string
}

// UpdateServer corrects what is known of a server.
func (s *Service) UpdateServer(ctx context.Context, id string, update ServerUpdate) (*ent.Server, error) {
	if err := mayManage(ctx); err != nil {
		return nil, err
	}
	changed, err := s.change(ctx, []string{id}, func(ctx context.Context, client *ent.Client, present *ent.Server) (*ent.Server, journal.Entry, error) {
		save, err := update.apply(ctx, client, present)
		if err != nil {
			return nil, journal.Entry{}, err
		}
		after, err := save.Save(ctx)
		if database.IsTaken(err) {
			return nil, journal.Entry{}, fault.New(fault.Conflict, textHostTaken, *update.Hostname).At("hostname")
		}
		if err != nil {
			return nil, journal.Entry{}, err
		}
		return after, entryOf(after, "server.updated", shownServer(present), shownServer(after)), nil
	})
	if err != nil {
		return nil, err
	}
	return changed[0], nil
}

func (u ServerUpdate) apply(ctx context.Context, client *ent.Client, present *ent.Server) (*ent.ServerUpdateOne, error) {
	save := client.Server.UpdateOne(present)
	if u.Hostname != nil {
		name := strings.ToLower(strings.TrimSpace(*u.Hostname))
		if !validHostname(name) {
			return nil, fault.New(fault.Invalid, textHostname).At("hostname")
		}
		save.SetHostname(name)
	}
	if u.OrderLineID != nil {
		if _, err := client.OrderLine.Get(ctx, *u.OrderLineID); err != nil {
			return nil, at(err, "orderLineId")
		}
		save.SetOrderLineID(*u.OrderLineID)
	}
	if u.Specification == nil {
		return save, nil
	}
	spec := *u.Specification
	if spec.Cores < 0 || spec.MemoryMiB < 0 || spec.DiskGiB < 0 {
		return nil, fault.New(fault.Invalid, textNegative).At("specification")
	}
	w := &writer{session: &ent.ImportSession{ID: access.FromContext(ctx).ID}, at: now()}
	facts := w.facts(&Row{listed: &listed{specification: spec}}, present.Facts)
	return save.SetCores(spec.Cores).SetMemoryMib(spec.MemoryMiB).SetDiskGib(spec.DiskGiB).SetArchitecture(spec.Architecture).
		SetSystem(spec.System).SetLocation(spec.Location).SetFacts(facts), nil
}

// SpecificationOf is what a server has.
func SpecificationOf(s *ent.Server) schema.Specification {
	return schema.Specification{
		Cores: s.Cores, MemoryMiB: s.MemoryMib, DiskGiB: s.DiskGib, Architecture: s.Architecture, System: s.System, Location: s.Location,
	}
}

func shownServer(s *ent.Server) map[string]any {
	return map[string]any{"hostname": s.Hostname, "specification": SpecificationOf(s), "orderLine": s.OrderLineID}
}
