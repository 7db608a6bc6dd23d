package exchange

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/address"
	"github.com/arpent/arpent/ent/claim"
	"github.com/arpent/arpent/ent/hostingprovider"
	"github.com/arpent/arpent/ent/network"
	"github.com/arpent/arpent/ent/purchaseorder"
	"github.com/arpent/arpent/ent/statereport"
	"github.com/arpent/arpent/internal/database"
)

// column is one thing that a list tells of each of its rows.
type column[T any] struct {
	name  string
	value func(*T) any
}

// pages reads a list page by page, after the id that it is given; nothing is left when no row comes.
type pages func(ctx context.Context, after string) (rows [][]any, last string, err error)

// list is a list that can be exported.
type list struct {
	columns []string
	// open reads the filter and picks the columns.
	open func(s *Service, where string, columns []string) (pages, error)
}

// lists are those that can be exported, by name.
var lists = map[string]list{
	"servers":   listing(serverColumns, func(s *ent.Server) string { return s.ID }, readServers),
	"providers": listing(providerColumns, func(p *ent.HostingProvider) string { return p.ID }, readProviders),
	"networks":  listing(networkColumns, func(n *ent.Network) string { return n.ID }, readNetworks),
	"addresses": listing(addressColumns, func(a *ent.Address) string { return a.ID }, readAddresses),
	"orders":    listing(orderColumns, func(o *ent.PurchaseOrder) string { return o.ID }, readOrders),
	"claims":    listing(claimColumns, func(c *ent.Claim) string { return c.ID }, readClaims),
	"reports":   listing(reportColumns, func(r *ent.StateReport) string { return r.ID }, readReports),
}

// reading makes a reader of a list's pages for a filter.
type reading[T any] func(s *Service, where string) (func(ctx context.Context, after string) ([]*T, error), error)

func listing[T any](columns []column[T], id func(*T) string, read reading[T]) list {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.name
	}
	return list{names, func(s *Service, where string, wanted []string) (pages, error) {
		next, err := read(s, where)
		if err != nil {
			return nil, err
		}
		return func(ctx context.Context, after string) (rows [][]any, last string, err error) {
			found, err := next(ctx, after)
			if err != nil {
				return nil, "", database.Fault(err)
			}
			for _, one := range found {
				row := make([]any, 0, len(wanted))
				for _, name := range wanted {
					row = append(row, columns[slices.Index(names, name)].value(one))
				}
				rows, last = append(rows, row), id(one)
			}
			return rows, last, nil
		}, nil
	}}
}

var serverColumns = []column[ent.Server]{
	{"id", func(s *ent.Server) any { return s.ID }},
	{"hostname", func(s *ent.Server) any { return s.Hostname }},
	{"externalId", func(s *ent.Server) any { return s.ExternalID }},
	{"provider", func(s *ent.Server) any { return providerOf(s) }},
	{"project", func(s *ent.Server) any { return projectOf(s) }},
	{"lifecycle", func(s *ent.Server) any { return string(s.Lifecycle) }},
	{"reason", func(s *ent.Server) any { return s.Reason }},
	{"health", func(s *ent.Server) any { return string(s.Health) }},
	{"addresses", func(s *ent.Server) any { return addressesOf(s) }},
	{"cores", func(s *ent.Server) any { return s.Cores }},
	{"memoryMiB", func(s *ent.Server) any { return s.MemoryMib }},
	{"diskGiB", func(s *ent.Server) any { return s.DiskGib }},
	{"architecture", func(s *ent.Server) any { return s.Architecture }},
	{"system", func(s *ent.Server) any { return s.System }},
	{"location", func(s *ent.Server) any { return s.Location }},
	{"labels", func(s *ent.Server) any { return labelsOf(s) }},
	{"lastReportAt", func(s *ent.Server) any { return s.LastReportAt }},
	{"createdAt", func(s *ent.Server) any { return s.CreatedAt }},
	{"updatedAt", func(s *ent.Server) any { return s.UpdatedAt }},
}

func readServers(s *Service, where string) (func(context.Context, string) ([]*ent.Server, error), error) {
	which, err := s.serverWhere(where)
	return func(ctx context.Context, after string) ([]*ent.Server, error) {
		return s.serversAfter(ctx, which, after)
	}, err
}

var providerColumns = []column[ent.HostingProvider]{
	{"id", func(p *ent.HostingProvider) any { return p.ID }},
	{"code", func(p *ent.HostingProvider) any { return p.Code }},
	{"name", func(p *ent.HostingProvider) any { return p.Name }},
	{"url", func(p *ent.HostingProvider) any { return p.URL }},
	{"contact", func(p *ent.HostingProvider) any { return p.Contact }},
	{"notes", func(p *ent.HostingProvider) any { return p.Notes }},
	{"retiredAt", func(p *ent.HostingProvider) any { return p.RetiredAt }},
	{"createdAt", func(p *ent.HostingProvider) any { return p.CreatedAt }},
}

func readProviders(s *Service, where string) (func(context.Context, string) ([]*ent.HostingProvider, error), error) {
	filter, err := whereOf[ent.HostingProviderWhereInput](where)
	return func(ctx context.Context, after string) ([]*ent.HostingProvider, error) {
		query, err := filter.Filter(s.client(ctx).HostingProvider.Query())
		if err != nil {
			return nil, badWhere(err)
		}
		return query.Where(hostingprovider.IDGT(after)).Order(hostingprovider.ByID()).Limit(page).All(ctx)
	}, err
}

var networkColumns = []column[ent.Network]{
	{"id", func(n *ent.Network) any { return n.ID }},
	{"name", func(n *ent.Network) any { return n.Name }},
	{"scope", func(n *ent.Network) any { return n.Scope }},
	{"cidr", func(n *ent.Network) any { return n.Cidr }},
	{"gateway", func(n *ent.Network) any { return n.Gateway }},
	{"vlan", func(n *ent.Network) any { return n.Vlan }},
	{"claimable", func(n *ent.Network) any { return n.Claimable }},
	{"notes", func(n *ent.Network) any { return n.Notes }},
	{"createdAt", func(n *ent.Network) any { return n.CreatedAt }},
}

func readNetworks(s *Service, where string) (func(context.Context, string) ([]*ent.Network, error), error) {
	filter, err := whereOf[ent.NetworkWhereInput](where)
	return func(ctx context.Context, after string) ([]*ent.Network, error) {
		query, err := filter.Filter(s.client(ctx).Network.Query())
		if err != nil {
			return nil, badWhere(err)
		}
		return query.Where(network.IDGT(after)).Order(network.ByID()).Limit(page).All(ctx)
	}, err
}

var addressColumns = []column[ent.Address]{
	{"id", func(a *ent.Address) any { return a.ID }},
	{"ip", func(a *ent.Address) any { return a.IP }},
	{"state", func(a *ent.Address) any { return string(a.State) }},
	{"networkId", func(a *ent.Address) any { return a.NetworkID }},
	{"serverId", func(a *ent.Address) any { return a.ServerID }},
	{"projectId", func(a *ent.Address) any { return a.ProjectID }},
	{"note", func(a *ent.Address) any { return a.Note }},
	{"stateSince", func(a *ent.Address) any { return a.StateSince }},
}

func readAddresses(s *Service, where string) (func(context.Context, string) ([]*ent.Address, error), error) {
	filter, err := whereOf[ent.AddressWhereInput](where)
	return func(ctx context.Context, after string) ([]*ent.Address, error) {
		query, err := filter.Filter(s.client(ctx).Address.Query())
		if err != nil {
			return nil, badWhere(err)
		}
		return query.Where(address.IDGT(after)).Order(address.ByID()).Limit(page).All(ctx)
	}, err
}

var orderColumns = []column[ent.PurchaseOrder]{
	{"id", func(o *ent.PurchaseOrder) any { return o.ID }},
	{"number", func(o *ent.PurchaseOrder) any { return o.Number }},
	{"title", func(o *ent.PurchaseOrder) any { return o.Title }},
	{"status", func(o *ent.PurchaseOrder) any { return string(o.Status) }},
	{"providerId", func(o *ent.PurchaseOrder) any { return o.ProviderID }},
	{"projectId", func(o *ent.PurchaseOrder) any { return o.ProjectID }},
	{"wishedBy", func(o *ent.PurchaseOrder) any { return o.WishedBy }},
	{"dueAt", func(o *ent.PurchaseOrder) any { return o.DueAt }},
	{"orderedAt", func(o *ent.PurchaseOrder) any { return o.OrderedAt }},
	{"notes", func(o *ent.PurchaseOrder) any { return o.Notes }},
	{"createdAt", func(o *ent.PurchaseOrder) any { return o.CreatedAt }},
}

func readOrders(s *Service, where string) (func(context.Context, string) ([]*ent.PurchaseOrder, error), error) {
	filter, err := whereOf[ent.PurchaseOrderWhereInput](where)
	return func(ctx context.Context, after string) ([]*ent.PurchaseOrder, error) {
		query, err := filter.Filter(s.client(ctx).PurchaseOrder.Query())
		if err != nil {
			return nil, badWhere(err)
		}
		return query.Where(purchaseorder.IDGT(after)).Order(purchaseorder.ByID()).Limit(page).All(ctx)
	}, err
}

var claimColumns = []column[ent.Claim]{
	{"id", func(c *ent.Claim) any { return c.ID }},
	{"kind", func(c *ent.Claim) any { return string(c.Kind) }},
	{"state", func(c *ent.Claim) any { return string(c.State) }},
	{"projectId", func(c *ent.Claim) any { return c.ProjectID }},
	{"serverId", func(c *ent.Claim) any { return c.ServerID }},
	{"addressId", func(c *ent.Claim) any { return c.AddressID }},
	{"requestedBy", func(c *ent.Claim) any { return c.RequestedBy }},
	{"note", func(c *ent.Claim) any { return c.Note }},
	{"heldAt", func(c *ent.Claim) any { return c.HeldAt }},
	{"expiresAt", func(c *ent.Claim) any { return c.ExpiresAt }},
	{"endedAt", func(c *ent.Claim) any { return c.EndedAt }},
	{"createdAt", func(c *ent.Claim) any { return c.CreatedAt }},
}

func readClaims(s *Service, where string) (func(context.Context, string) ([]*ent.Claim, error), error) {
	filter, err := whereOf[ent.ClaimWhereInput](where)
	return func(ctx context.Context, after string) ([]*ent.Claim, error) {
		query, err := filter.Filter(s.client(ctx).Claim.Query())
		if err != nil {
			return nil, badWhere(err)
		}
		return query.Where(claim.IDGT(after)).Order(claim.ByID()).Limit(page).All(ctx)
	}, err
}

var reportColumns = []column[ent.StateReport]{
	{"id", func(r *ent.StateReport) any { return r.ID }},
	{"checkId", func(r *ent.StateReport) any { return r.CheckID }},
	{"status", func(r *ent.StateReport) any { return string(r.Status) }},
	{"message", func(r *ent.StateReport) any { return r.Message }},
	{"source", func(r *ent.StateReport) any { return r.Source }},
	{"reporter", func(r *ent.StateReport) any { return r.Reporter }},
	{"observedAt", func(r *ent.StateReport) any { return r.ObservedAt }},
	{"createdAt", func(r *ent.StateReport) any { return r.CreatedAt }},
}

func readReports(s *Service, where string) (func(context.Context, string) ([]*ent.StateReport, error), error) {
	filter, err := whereOf[ent.StateReportWhereInput](where)
	return func(ctx context.Context, after string) ([]*ent.StateReport, error) {
		query, err := filter.Filter(s.client(ctx).StateReport.Query())
		if err != nil {
			return nil, badWhere(err)
		}
		return query.Where(statereport.IDGT(after)).Order(statereport.ByID()).Limit(page).All(ctx)
	}, err
}

func listNames() string { return strings.Join(slices.Sorted(maps.Keys(lists)), ", ") }

// shown is a value as JSON and CSV show it: nothing where there is none, times as the API writes them.
func shown(value any) any {
	switch v := value.(type) {
	case *string:
		if v == nil {
			return nil
		}
		return *v
	case *int:
		if v == nil {
			return nil
		}
		return *v
	case *time.Time:
		if v == nil {
			return nil
		}
		return v.UTC().Format(time.RFC3339Nano)
	case time.Time:
		return v.UTC().Format(time.RFC3339Nano)
	}
	return value
}
