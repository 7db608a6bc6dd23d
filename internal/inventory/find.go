package inventory

import (
	"context"
	"net/netip"
	"regexp"
	"strings"

	"entgo.io/ent/dialect/sql"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/address"
	"github.com/arpent/arpent/ent/importsession"
	"github.com/arpent/arpent/ent/orderline"
	"github.com/arpent/arpent/ent/predicate"
	"github.com/arpent/arpent/ent/server"
	"github.com/arpent/arpent/ent/serverlabel"
	"github.com/arpent/arpent/internal/database"
)

// Search are the servers that a text may mean: an address, the beginning or a part of a name, an external id.
func Search(text string) predicate.Server {
	if addr, err := netip.ParseAddr(strings.TrimSpace(text)); err == nil {
		return server.HasAddressesWith(address.IP(addr.Unmap().String()))
	}
	return server.Or(searchWays(text)...)
}

// searchWays are the ways to find servers by a text that is no address.
func searchWays(text string) []predicate.Server {
	text = strings.TrimSpace(text)
	ways := []predicate.Server{hasExternalID(text)}
	if partOfHostname.MatchString(text) {
		ways = append(ways, server.HostnameContains(strings.ToLower(text)))
	}
	return ways
}

// partOfHostname is what may stand in a name. Names are kept in small letters, so that they are compared as they are, which costs a
// tenth of comparing them in any case.
var partOfHostname = regexp.MustCompile(`^[A-Za-z0-9.-]+$`)

// hasExternalID looks for the ids in an index of their own: whoever walks the names needs no more of a row than its id.
func hasExternalID(id string) predicate.Server {
	return func(s *sql.Selector) {
		t := sql.Table(server.Table)
		of := sql.Dialect(s.Dialect()).Select(t.C(server.FieldID)).From(t).Where(sql.EQ(t.C(server.FieldExternalID), id))
		s.Where(sql.In(s.C(server.FieldID), of))
	}
}

// Labeled are the servers with a label, as name=value or the name alone.
func Labeled(label string) predicate.Server {
	name, value, exact := strings.Cut(label, "=")
	with := []predicate.ServerLabel{serverlabel.Name(strings.TrimSpace(name))}
	if exact {
		with = append(with, serverlabel.Value(strings.TrimSpace(value)))
	}
	return server.HasLabelRowsWith(with...)
}

// InNetwork are the servers that have an address in a network.
func InNetwork(networkID string) predicate.Server {
	return server.HasAddressesWith(address.NetworkID(networkID))
}

// Answering are the servers that an order's sessions delivered, and those that answer one of its lines.
func Answering(orderID string) predicate.Server {
	return server.Or(
		server.HasSessionWith(importsession.OrderID(orderID)), server.HasOrderLineWith(orderline.OrderID(orderID)),
	)
}

// HealthCount is how many servers have a health.
type HealthCount struct {
	Health server.Health `json:"health"`
	Count  int           `json:"count"`
	Owner  string        `json:"owner"`
}

// HealthBy counts the servers in use by health, for each of the ids that stand in the column: project_id or provider_id.
func (s *Service) HealthBy(ctx context.Context, column string, ids []string) (map[string][]HealthCount, error) {
	var rows []HealthCount
	values := make([]any, len(ids))
	for i, id := range ids {
		values[i] = id
	}
	err := s.inUse(ctx).Where(func(q *sql.Selector) { q.Where(sql.In(q.C(column), values...)) }).
		Modify(func(q *sql.Selector) {
			q.Select(sql.As(q.C(column), "owner"), q.C(server.FieldHealth), sql.As(sql.Count("*"), "count")).
				GroupBy(q.C(column), q.C(server.FieldHealth)).OrderBy(q.C(server.FieldHealth))
		}).Scan(ctx, &rows)
	if err != nil {
		return nil, database.Fault(err)
	}
	counts := map[string][]HealthCount{}
	for _, row := range rows {
		counts[row.Owner] = append(counts[row.Owner], row)
	}
	return counts, nil
}

// inUse are the servers whose health matters to somebody.
func (s *Service) inUse(ctx context.Context) *ent.ServerQuery {
	return s.db.Client(ctx).Server.Query().Where(server.LifecycleIn(
		server.LifecycleAVAILABLE, server.LifecycleASSIGNED, server.LifecycleIN_SERVICE, server.LifecycleMAINTENANCE,
	))
}

// Summary is the health of everything that the viewer may see, and what is unwell, worst first.
func (s *Service) Summary(ctx context.Context) ([]HealthCount, []*ent.Server, error) {
	var counts []HealthCount
	err := s.inUse(ctx).Modify(func(q *sql.Selector) {
		q.Select(q.C(server.FieldHealth), sql.As(sql.Count("*"), "count")).GroupBy(q.C(server.FieldHealth)).OrderBy(q.C(server.FieldHealth))
	}).Scan(ctx, &counts)
	if err != nil {
		return nil, nil, database.Fault(err)
	}
	unwell, err := s.inUse(ctx).Where(server.HealthIn(server.HealthCRITICAL, server.HealthWARNING)).
		Order(server.ByHealth(), ent.Desc(server.FieldHealthSince)).Limit(100).
		WithProvider().WithProject().All(ctx) // CRITICAL sorts before WARNING
	return counts, unwell, database.Fault(err)
}

// ServersOf counts the servers of hosting providers that are not retired.
func (s *Service) ServersOf(ctx context.Context, ids []string) (map[string]int, error) {
	var rows []HealthCount
	err := s.db.Client(ctx).Server.Query().Where(server.ProviderIDIn(ids...), server.LifecycleNEQ(server.LifecycleRETIRED)).
		Modify(func(q *sql.Selector) {
			q.Select(sql.As(q.C(server.FieldProviderID), "owner"), sql.As(sql.Count("*"), "count")).GroupBy(q.C(server.FieldProviderID))
		}).Scan(ctx, &rows)
	counts := map[string]int{}
	for _, row := range rows {
		counts[row.Owner] = row.Count
	}
	return counts, database.Fault(err)
}
