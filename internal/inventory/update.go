package inventory

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/crypto/ssh"

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
	Specification SpecificationUpdate
	OrderLineID   *string
	HostKeys      []string // by which ssh knows it; they replace those that were known
}

// SpecificationUpdate changes what is not nil of what a server has. A zero or an empty text clears: nothing is known of it any more.
type SpecificationUpdate struct {
	Cores, MemoryMiB, DiskGiB      *int
	Architecture, System, Location *string
}

// over is what a server has with the update laid over it, and the facts that say so: those of other fields stay as they are.
func (u SpecificationUpdate) over(has schema.Specification, known map[string]schema.Fact, source string) (schema.Specification, map[string]schema.Fact) {
	facts := map[string]schema.Fact{}
	maps.Copy(facts, known)
	say := func(name, value string) {
		switch {
		case value == "" || value == "0":
			delete(facts, name)
		case facts[name].Value != value:
			facts[name] = schema.Fact{Value: value, Source: source, At: now()}
		}
	}
	for _, n := range []struct {
		name string
		to   *int
		of   *int
	}{{fieldCores, u.Cores, &has.Cores}, {fieldMemory, u.MemoryMiB, &has.MemoryMiB}, {fieldDisk, u.DiskGiB, &has.DiskGiB}} {
		if n.to != nil {
			*n.of = *n.to
			say(n.name, strconv.Itoa(*n.to))
		}
	}
	for _, t := range []struct {
		name string
		to   *string
		of   *string
	}{{fieldArchitecture, u.Architecture, &has.Architecture}, {fieldSystem, u.System, &has.System}, {fieldLocation, u.Location, &has.Location}} {
		if t.to != nil {
			*t.of = strings.TrimSpace(*t.to)
			say(t.name, *t.of)
		}
	}
	return has, facts
}

// HostKey is what the facts begin with that are the keys by which ssh knows a server.
const HostKey = "hostKey."

// keysAsFacts reads host keys, one of each kind.
func keysAsFacts(keys []string, before map[string]schema.Fact, source string) (map[string]schema.Fact, error) {
	facts := map[string]schema.Fact{}
	for name, fact := range before {
		if !strings.HasPrefix(name, HostKey) {
			facts[name] = fact
		}
	}
	for i, text := range keys {
		key, _, _, _, err := ssh.ParseAuthorizedKey([]byte(text))
		if err != nil || i >= mostKeys {
			return nil, fault.New(fault.Invalid, textPublicKey).At("hostKeys", strconv.Itoa(i))
		}
		name, value := HostKey+key.Type(), strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key)))
		if facts[name] = before[name]; facts[name].Value != value {
			facts[name] = schema.Fact{Value: value, Source: source, At: now()}
		}
	}
	return facts, nil
}

// mostKeys is how many keys a server is known by.
const mostKeys = 10

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
	facts := present.Facts
	if u.HostKeys != nil {
		var err error
		if facts, err = keysAsFacts(u.HostKeys, facts, access.FromContext(ctx).ID); err != nil {
			return nil, err
		}
	}
	spec, facts := u.Specification.over(SpecificationOf(present), facts, access.FromContext(ctx).ID)
	if spec.Cores < 0 || spec.MemoryMiB < 0 || spec.DiskGiB < 0 {
		return nil, fault.New(fault.Invalid, textNegative).At("specification")
	}
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
	return map[string]any{"hostname": s.Hostname, "specification": SpecificationOf(s), "orderLine": s.OrderLineID, "hostKeys": hostKeysOf(s)}
}

func hostKeysOf(s *ent.Server) []string {
	keys := []string{}
	for _, name := range slices.Sorted(maps.Keys(s.Facts)) {
		if strings.HasPrefix(name, HostKey) {
			keys = append(keys, s.Facts[name].Value)
		}
	}
	return keys
}
