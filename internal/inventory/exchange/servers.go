package exchange

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/address"
	"github.com/arpent/arpent/ent/predicate"
	"github.com/arpent/arpent/ent/project"
	"github.com/arpent/arpent/ent/server"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/inventory"
)

// there are the stages of life in which a machine can be reached: others are no target of any tool.
var there = []server.Lifecycle{
	server.LifecycleDELIVERED, server.LifecycleINITIALIZING, server.LifecycleINIT_FAILED,
	server.LifecycleAVAILABLE, server.LifecycleASSIGNED, server.LifecycleIN_SERVICE, server.LifecycleMAINTENANCE,
}

// targets are the servers that a source is asked for: project (acronym or id), label (many), search, and where, which is the
// filter of GraphQL's servers.
func (s *Service) targets(r *http.Request) ([]predicate.Server, error) {
	query := r.URL.Query()
	all := []predicate.Server{server.LifecycleIn(there...)}
	if name := query.Get("project"); name != "" {
		of := project.Or(project.ID(name), project.Acronym(name))
		if err := s.knowsProject(r.Context(), name, of); err != nil {
			return nil, err
		}
		all = append(all, server.HasProjectWith(of))
	}
	for _, label := range query["label"] {
		all = append(all, inventory.Labeled(label))
	}
	if text := query.Get("search"); text != "" {
		all = append(all, inventory.Search(text))
	}
	filtered, err := s.serverWhere(query.Get("where"))
	return append(all, filtered...), err
}

// knowsProject refuses a project that the viewer does not know: neither it nor a server of it. An empty inventory would say that it has none.
func (s *Service) knowsProject(ctx context.Context, name string, of predicate.Project) error {
	known, err := s.client(ctx).Project.Query().Where(of).Exist(ctx)
	if err == nil && !known {
		known, err = s.client(ctx).Server.Query().Where(server.HasProjectWith(of)).Exist(ctx)
	}
	if err == nil && !known {
		return fault.New(fault.NotFound, textNoProject, name).At("project")
	}
	return database.Fault(err)
}

// eachServer reads servers page by page, in the order of their ids, with their provider, project and addresses.
func (s *Service) eachServer(ctx context.Context, which []predicate.Server, do func([]*ent.Server) error) error {
	after := ""
	for {
		some, err := s.serversAfter(ctx, which, after)
		if err != nil {
			return database.Fault(err)
		}
		if len(some) == 0 {
			return nil
		}
		if err := do(some); err != nil {
			return err
		}
		after = some[len(some)-1].ID
	}
}

func (s *Service) serversAfter(ctx context.Context, which []predicate.Server, after string) ([]*ent.Server, error) {
	return s.client(ctx).Server.Query().Where(append(slices.Clone(which), server.IDGT(after))...).
		Order(server.ByID()).Limit(page).WithProvider().WithProject().
		WithAddresses(byValue).All(ctx)
}

func byValue(q *ent.AddressQuery) { q.Order(ent.Asc(address.FieldValue)) }

// allServers are the servers of a request.
func (s *Service) allServers(r *http.Request) (all []*ent.Server, err error) {
	which, err := s.targets(r)
	if err != nil {
		return nil, err
	}
	err = s.eachServer(r.Context(), which, func(some []*ent.Server) error {
		all = append(all, some...)
		return nil
	})
	slices.SortFunc(all, func(a, b *ent.Server) int { return strings.Compare(a.Hostname, b.Hostname) })
	return all, err
}

// reach is where a server is reached: its first address, IPv4 before IPv6, else its name.
func reach(s *ent.Server) string {
	if len(s.Edges.Addresses) > 0 {
		return s.Edges.Addresses[0].IP
	}
	return s.Hostname
}

func addressesOf(s *ent.Server) []string {
	ips := []string{}
	for _, one := range s.Edges.Addresses {
		ips = append(ips, one.IP)
	}
	return ips
}

func projectOf(s *ent.Server) string { return nameOf(s.Edges.Project, acronymOf) }

func providerOf(s *ent.Server) string { return codeOf(s.Edges.Provider) }

func labelsOf(s *ent.Server) map[string]string {
	if s.Labels == nil {
		return map[string]string{}
	}
	return s.Labels
}
