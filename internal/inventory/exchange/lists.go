package exchange

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"entgo.io/contrib/entgql"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
)

// column is one thing that a list tells of each of its rows.
type column[T any] struct {
	name  string
	value func(*T) any
}

// wanted is what is asked of a list: its filter and its order, as GraphQL takes them, in JSON; empty for none.
type wanted struct{ where, orderBy string }

// pages reads a list page by page, after the place that it is given; next is nil at its end.
type pages func(ctx context.Context, after *ent.Cursor) (rows [][]any, next *ent.Cursor, err error)

// list is a list that can be exported.
type list struct {
	columns []string
	// open reads filter and order, and picks the columns.
	open func(s *Service, wanted wanted, columns []string) (pages, error)
}

// lists are those that can be exported, by name.
var lists = map[string]list{
	"servers":   listing(serverColumns, readServers),
	"providers": listing(providerColumns, readProviders),
	"networks":  listing(networkColumns, readNetworks),
	"addresses": listing(addressColumns, readAddresses),
	"orders":    listing(orderColumns, readOrders),
	"sessions":  listing(sessionColumns, readSessions),
	"claims":    listing(claimColumns, readClaims),
	"checks":    listing(checkColumns, readChecks),
	"reports":   listing(reportColumns, readReports),
}

// reader reads so many rows of a list after a place, with the place of each.
type reader[T any] func(ctx context.Context, after *ent.Cursor, first *int) ([]*T, []ent.Cursor, error)

func listing[T any](columns []column[T], read func(s *Service, wanted wanted) (reader[T], error)) list {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.name
	}
	return list{names, func(s *Service, wanted wanted, picked []string) (pages, error) {
		next, err := read(s, wanted)
		if err != nil {
			return nil, err
		}
		return func(ctx context.Context, after *ent.Cursor) (rows [][]any, last *ent.Cursor, err error) {
			first := page
			found, places, err := next(ctx, after, &first)
			if err != nil {
				return nil, nil, database.Fault(err)
			}
			for _, one := range found {
				row := make([]any, 0, len(picked))
				for _, name := range picked {
					row = append(row, columns[slices.Index(names, name)].value(one))
				}
				rows = append(rows, row)
			}
			if len(places) == page {
				last = &places[page-1]
			}
			return rows, last, nil
		}, nil
	}}
}

// orderOf reads an order: its field, as the list names it, and its direction. Without one, a list is in its own order.
func orderOf[F any, P interface {
	*F
	UnmarshalGQL(any) error
}](text string) (field *F, direction entgql.OrderDirection, err error) {
	if text == "" {
		return nil, "", nil
	}
	var read struct{ Field, Direction string }
	if err = json.Unmarshal([]byte(text), &read); err == nil {
		field, direction = new(F), entgql.OrderDirectionAsc
		if err = P(field).UnmarshalGQL(read.Field); err == nil && read.Direction != "" {
			err = direction.UnmarshalGQL(read.Direction)
		}
	}
	if err != nil {
		return nil, "", fault.New(fault.Invalid, textOrder, err.Error()).At("orderBy").Because(err)
	}
	return field, direction, nil
}

// filtered refuses a filter in words for people.
func filtered[Q any](filter func(Q) (Q, error)) func(Q) (Q, error) {
	return func(query Q) (Q, error) {
		query, err := filter(query)
		if err != nil {
			err = badWhere(err)
		}
		return query, err
	}
}

// split takes the edges of a page apart.
func split[E, T any](edges []*E, of func(*E) (*T, ent.Cursor)) (nodes []*T, places []ent.Cursor) {
	for _, edge := range edges {
		node, place := of(edge)
		nodes, places = append(nodes, node), append(places, place)
	}
	return nodes, places
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

func readServers(s *Service, wanted wanted) (reader[ent.Server], error) {
	which, err := s.serverWhere(wanted.where)
	if err != nil {
		return nil, err
	}
	var order *ent.ServerOrder
	field, direction, err := orderOf[ent.ServerOrderField](wanted.orderBy)
	if field != nil {
		order = &ent.ServerOrder{Direction: direction, Field: field}
	}
	return func(ctx context.Context, after *ent.Cursor, first *int) ([]*ent.Server, []ent.Cursor, error) {
		found, err := s.client(ctx).Server.Query().Where(which...).WithProvider().WithProject().WithAddresses(byValue).Paginate(ctx, after, first, nil, nil, ent.WithServerOrder(order))
		if err != nil {
			return nil, nil, err
		}
		nodes, places := split(found.Edges, func(e *ent.ServerEdge) (*ent.Server, ent.Cursor) { return e.Node, e.Cursor })
		return nodes, places, nil
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

func readProviders(s *Service, wanted wanted) (reader[ent.HostingProvider], error) {
	filter, err := whereOf[ent.HostingProviderWhereInput](wanted.where)
	if err != nil {
		return nil, err
	}
	var order *ent.HostingProviderOrder
	field, direction, err := orderOf[ent.HostingProviderOrderField](wanted.orderBy)
	if field != nil {
		order = &ent.HostingProviderOrder{Direction: direction, Field: field}
	}
	return func(ctx context.Context, after *ent.Cursor, first *int) ([]*ent.HostingProvider, []ent.Cursor, error) {
		found, err := s.client(ctx).HostingProvider.Query().Paginate(ctx, after, first, nil, nil, ent.WithHostingProviderOrder(order), ent.WithHostingProviderFilter(filtered(filter.Filter)))
		if err != nil {
			return nil, nil, err
		}
		nodes, places := split(found.Edges, func(e *ent.HostingProviderEdge) (*ent.HostingProvider, ent.Cursor) { return e.Node, e.Cursor })
		return nodes, places, nil
	}, err
}

var networkColumns = []column[ent.Network]{
	{"id", func(n *ent.Network) any { return n.ID }},
	{"name", func(n *ent.Network) any { return n.Name }},
	{"provider", func(n *ent.Network) any { return codeOf(n.Edges.Provider) }},
	{"scope", func(n *ent.Network) any { return n.Scope }},
	{"cidr", func(n *ent.Network) any { return n.Cidr }},
	{"gateway", func(n *ent.Network) any { return n.Gateway }},
	{"vlan", func(n *ent.Network) any { return n.Vlan }},
	{"claimable", func(n *ent.Network) any { return n.Claimable }},
	{"notes", func(n *ent.Network) any { return n.Notes }},
	{"createdAt", func(n *ent.Network) any { return n.CreatedAt }},
}

func readNetworks(s *Service, wanted wanted) (reader[ent.Network], error) {
	filter, err := whereOf[ent.NetworkWhereInput](wanted.where)
	if err != nil {
		return nil, err
	}
	var order *ent.NetworkOrder
	field, direction, err := orderOf[ent.NetworkOrderField](wanted.orderBy)
	if field != nil {
		order = &ent.NetworkOrder{Direction: direction, Field: field}
	}
	return func(ctx context.Context, after *ent.Cursor, first *int) ([]*ent.Network, []ent.Cursor, error) {
		found, err := s.client(ctx).Network.Query().WithProvider().Paginate(ctx, after, first, nil, nil, ent.WithNetworkOrder(order), ent.WithNetworkFilter(filtered(filter.Filter)))
		if err != nil {
			return nil, nil, err
		}
		nodes, places := split(found.Edges, func(e *ent.NetworkEdge) (*ent.Network, ent.Cursor) { return e.Node, e.Cursor })
		return nodes, places, nil
	}, err
}

var addressColumns = []column[ent.Address]{
	{"id", func(a *ent.Address) any { return a.ID }},
	{"ip", func(a *ent.Address) any { return a.IP }},
	{"state", func(a *ent.Address) any { return string(a.State) }},
	{"networkId", func(a *ent.Address) any { return a.NetworkID }},
	{"network", func(a *ent.Address) any {
		return nameOf(a.Edges.Network, func(n *ent.Network) string { return n.Name })
	}},
	{"serverId", func(a *ent.Address) any { return a.ServerID }},
	{"server", func(a *ent.Address) any { return nameOf(a.Edges.Server, hostnameOf) }},
	{"projectId", func(a *ent.Address) any { return a.ProjectID }},
	{"project", func(a *ent.Address) any { return nameOf(a.Edges.Project, acronymOf) }},
	{"note", func(a *ent.Address) any { return a.Note }},
	{"stateSince", func(a *ent.Address) any { return a.StateSince }},
}

func readAddresses(s *Service, wanted wanted) (reader[ent.Address], error) {
	filter, err := whereOf[ent.AddressWhereInput](wanted.where)
	if err != nil {
		return nil, err
	}
	var order *ent.AddressOrder
	field, direction, err := orderOf[ent.AddressOrderField](wanted.orderBy)
	if field != nil {
		order = &ent.AddressOrder{Direction: direction, Field: field}
	}
	return func(ctx context.Context, after *ent.Cursor, first *int) ([]*ent.Address, []ent.Cursor, error) {
		found, err := s.client(ctx).Address.Query().WithNetwork().WithServer().WithProject().Paginate(ctx, after, first, nil, nil, ent.WithAddressOrder(order), ent.WithAddressFilter(filtered(filter.Filter)))
		if err != nil {
			return nil, nil, err
		}
		nodes, places := split(found.Edges, func(e *ent.AddressEdge) (*ent.Address, ent.Cursor) { return e.Node, e.Cursor })
		return nodes, places, nil
	}, err
}

var orderColumns = []column[ent.PurchaseOrder]{
	{"id", func(o *ent.PurchaseOrder) any { return o.ID }},
	{"number", func(o *ent.PurchaseOrder) any { return o.Number }},
	{"title", func(o *ent.PurchaseOrder) any { return o.Title }},
	{"status", func(o *ent.PurchaseOrder) any { return string(o.Status) }},
	{"providerId", func(o *ent.PurchaseOrder) any { return o.ProviderID }},
	{"provider", func(o *ent.PurchaseOrder) any { return codeOf(o.Edges.Provider) }},
	{"projectId", func(o *ent.PurchaseOrder) any { return o.ProjectID }},
	{"project", func(o *ent.PurchaseOrder) any { return nameOf(o.Edges.Project, acronymOf) }},
	{"wishedBy", func(o *ent.PurchaseOrder) any { return o.WishedBy }},
	{"dueAt", func(o *ent.PurchaseOrder) any { return o.DueAt }},
	{"orderedAt", func(o *ent.PurchaseOrder) any { return o.OrderedAt }},
	{"notes", func(o *ent.PurchaseOrder) any { return o.Notes }},
	{"createdAt", func(o *ent.PurchaseOrder) any { return o.CreatedAt }},
}

func readOrders(s *Service, wanted wanted) (reader[ent.PurchaseOrder], error) {
	filter, err := whereOf[ent.PurchaseOrderWhereInput](wanted.where)
	if err != nil {
		return nil, err
	}
	var order *ent.PurchaseOrderOrder
	field, direction, err := orderOf[ent.PurchaseOrderOrderField](wanted.orderBy)
	if field != nil {
		order = &ent.PurchaseOrderOrder{Direction: direction, Field: field}
	}
	return func(ctx context.Context, after *ent.Cursor, first *int) ([]*ent.PurchaseOrder, []ent.Cursor, error) {
		found, err := s.client(ctx).PurchaseOrder.Query().WithProvider().WithProject().Paginate(ctx, after, first, nil, nil, ent.WithPurchaseOrderOrder(order), ent.WithPurchaseOrderFilter(filtered(filter.Filter)))
		if err != nil {
			return nil, nil, err
		}
		nodes, places := split(found.Edges, func(e *ent.PurchaseOrderEdge) (*ent.PurchaseOrder, ent.Cursor) { return e.Node, e.Cursor })
		return nodes, places, nil
	}, err
}

var claimColumns = []column[ent.Claim]{
	{"id", func(c *ent.Claim) any { return c.ID }},
	{"kind", func(c *ent.Claim) any { return string(c.Kind) }},
	{"state", func(c *ent.Claim) any { return string(c.State) }},
	{"projectId", func(c *ent.Claim) any { return c.ProjectID }},
	{"project", func(c *ent.Claim) any { return nameOf(c.Edges.Project, acronymOf) }},
	{"serverId", func(c *ent.Claim) any { return c.ServerID }},
	{"server", func(c *ent.Claim) any { return nameOf(c.Edges.Server, hostnameOf) }},
	{"addressId", func(c *ent.Claim) any { return c.AddressID }},
	{"address", func(c *ent.Claim) any { return nameOf(c.Edges.Address, func(a *ent.Address) string { return a.IP }) }},
	{"requestedBy", func(c *ent.Claim) any { return c.RequestedBy }},
	{"note", func(c *ent.Claim) any { return c.Note }},
	{"heldAt", func(c *ent.Claim) any { return c.HeldAt }},
	{"expiresAt", func(c *ent.Claim) any { return c.ExpiresAt }},
	{"endedAt", func(c *ent.Claim) any { return c.EndedAt }},
	{"createdAt", func(c *ent.Claim) any { return c.CreatedAt }},
}

func readClaims(s *Service, wanted wanted) (reader[ent.Claim], error) {
	filter, err := whereOf[ent.ClaimWhereInput](wanted.where)
	if err != nil {
		return nil, err
	}
	var order *ent.ClaimOrder
	field, direction, err := orderOf[ent.ClaimOrderField](wanted.orderBy)
	if field != nil {
		order = &ent.ClaimOrder{Direction: direction, Field: field}
	}
	return func(ctx context.Context, after *ent.Cursor, first *int) ([]*ent.Claim, []ent.Cursor, error) {
		found, err := s.client(ctx).Claim.Query().WithServer().WithAddress().WithProject().Paginate(ctx, after, first, nil, nil, ent.WithClaimOrder(order), ent.WithClaimFilter(filtered(filter.Filter)))
		if err != nil {
			return nil, nil, err
		}
		nodes, places := split(found.Edges, func(e *ent.ClaimEdge) (*ent.Claim, ent.Cursor) { return e.Node, e.Cursor })
		return nodes, places, nil
	}, err
}

var reportColumns = []column[ent.StateReport]{
	{"id", func(r *ent.StateReport) any { return r.ID }},
	{"checkId", func(r *ent.StateReport) any { return r.CheckID }},
	{"check", func(r *ent.StateReport) any {
		return nameOf(r.Edges.Check, func(c *ent.Check) string { return c.Name })
	}},
	{"subjectId", func(r *ent.StateReport) any {
		return nameOf(r.Edges.Check, func(c *ent.Check) string { return c.SubjectID })
	}},
	{"status", func(r *ent.StateReport) any { return string(r.Status) }},
	{"message", func(r *ent.StateReport) any { return r.Message }},
	{"source", func(r *ent.StateReport) any { return r.Source }},
	{"reporter", func(r *ent.StateReport) any { return r.Reporter }},
	{"observedAt", func(r *ent.StateReport) any { return r.ObservedAt }},
	{"createdAt", func(r *ent.StateReport) any { return r.CreatedAt }},
}

func readReports(s *Service, wanted wanted) (reader[ent.StateReport], error) {
	filter, err := whereOf[ent.StateReportWhereInput](wanted.where)
	if err != nil {
		return nil, err
	}
	var order *ent.StateReportOrder
	field, direction, err := orderOf[ent.StateReportOrderField](wanted.orderBy)
	if field != nil {
		order = &ent.StateReportOrder{Direction: direction, Field: field}
	}
	return func(ctx context.Context, after *ent.Cursor, first *int) ([]*ent.StateReport, []ent.Cursor, error) {
		found, err := s.client(ctx).StateReport.Query().WithCheck().Paginate(ctx, after, first, nil, nil, ent.WithStateReportOrder(order), ent.WithStateReportFilter(filtered(filter.Filter)))
		if err != nil {
			return nil, nil, err
		}
		nodes, places := split(found.Edges, func(e *ent.StateReportEdge) (*ent.StateReport, ent.Cursor) { return e.Node, e.Cursor })
		return nodes, places, nil
	}, err
}

var sessionColumns = []column[ent.ImportSession]{
	{"id", func(s *ent.ImportSession) any { return s.ID }},
	{"fileName", func(s *ent.ImportSession) any { return s.FileName }},
	{"provider", func(s *ent.ImportSession) any { return codeOf(s.Edges.Provider) }},
	{"orderId", func(s *ent.ImportSession) any { return s.OrderID }},
	{"added", func(s *ent.ImportSession) any { return s.Added }},
	{"changed", func(s *ent.ImportSession) any { return s.Changed }},
	{"unchanged", func(s *ent.ImportSession) any { return s.Unchanged }},
	{"createdBy", func(s *ent.ImportSession) any { return s.CreatedBy }},
	{"sha256", func(s *ent.ImportSession) any { return s.Sha256 }},
	{"createdAt", func(s *ent.ImportSession) any { return s.CreatedAt }},
}

func readSessions(s *Service, wanted wanted) (reader[ent.ImportSession], error) {
	filter, err := whereOf[ent.ImportSessionWhereInput](wanted.where)
	if err != nil {
		return nil, err
	}
	var order *ent.ImportSessionOrder
	field, direction, err := orderOf[ent.ImportSessionOrderField](wanted.orderBy)
	if field != nil {
		order = &ent.ImportSessionOrder{Direction: direction, Field: field}
	}
	return func(ctx context.Context, after *ent.Cursor, first *int) ([]*ent.ImportSession, []ent.Cursor, error) {
		found, err := s.client(ctx).ImportSession.Query().WithProvider().Paginate(ctx, after, first, nil, nil, ent.WithImportSessionOrder(order), ent.WithImportSessionFilter(filtered(filter.Filter)))
		if err != nil {
			return nil, nil, err
		}
		nodes, places := split(found.Edges, func(e *ent.ImportSessionEdge) (*ent.ImportSession, ent.Cursor) { return e.Node, e.Cursor })
		return nodes, places, nil
	}, err
}

var checkColumns = []column[ent.Check]{
	{"id", func(c *ent.Check) any { return c.ID }},
	{"subjectId", func(c *ent.Check) any { return c.SubjectID }},
	{"name", func(c *ent.Check) any { return c.Name }},
	{"status", func(c *ent.Check) any { return string(c.Status) }},
	{"message", func(c *ent.Check) any { return c.Message }},
	{"source", func(c *ent.Check) any { return c.Source }},
	{"reporter", func(c *ent.Check) any { return c.Reporter }},
	{"observedAt", func(c *ent.Check) any { return c.ObservedAt }},
	{"since", func(c *ent.Check) any { return c.Since }},
	{"freshUntil", func(c *ent.Check) any { return c.FreshUntil }},
}

func readChecks(s *Service, wanted wanted) (reader[ent.Check], error) {
	filter, err := whereOf[ent.CheckWhereInput](wanted.where)
	if err != nil {
		return nil, err
	}
	var order *ent.CheckOrder
	field, direction, err := orderOf[ent.CheckOrderField](wanted.orderBy)
	if field != nil {
		order = &ent.CheckOrder{Direction: direction, Field: field}
	}
	return func(ctx context.Context, after *ent.Cursor, first *int) ([]*ent.Check, []ent.Cursor, error) {
		found, err := s.client(ctx).Check.Query().Paginate(ctx, after, first, nil, nil, ent.WithCheckOrder(order), ent.WithCheckFilter(filtered(filter.Filter)))
		if err != nil {
			return nil, nil, err
		}
		nodes, places := split(found.Edges, func(e *ent.CheckEdge) (*ent.Check, ent.Cursor) { return e.Node, e.Cursor })
		return nodes, places, nil
	}, err
}

func listNames() string { return strings.Join(slices.Sorted(maps.Keys(lists)), ", ") }

// nameOf is what people call something; empty where there is none, or none that the viewer may see.
func nameOf[T any](one *T, name func(*T) string) string {
	if one == nil {
		return ""
	}
	return name(one)
}

func codeOf(p *ent.HostingProvider) string {
	return nameOf(p, func(p *ent.HostingProvider) string { return p.Code })
}

func hostnameOf(s *ent.Server) string { return s.Hostname }

func acronymOf(p *ent.Project) string { return p.Acronym }

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
