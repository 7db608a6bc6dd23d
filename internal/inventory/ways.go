package inventory

import (
	"context"
	"net/netip"
	"strings"

	"entgo.io/ent/dialect/sql"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/importsession"
	"github.com/arpent/arpent/ent/orderline"
	"github.com/arpent/arpent/ent/predicate"
	"github.com/arpent/arpent/ent/server"
	"github.com/arpent/arpent/internal/database"
)

// Asked is what a page of servers is filtered by, as far as there are several ways to meet it.
type Asked struct {
	Search    string
	OrderID   string
	Health    []server.Health
	Lifecycle []server.Lifecycle
	Beside    bool // by rows of other tables: labels, addresses
}

// mostWays is how many ways a page is looked for by at once. Who asks for more values of a column asks for most of the servers.
const mostWays = 5

// Page has a page of the servers' table found by the indexes of the ways in which what is asked for can be met. The query selects
// those servers, and no others, by itself. What is met in one way, by the row itself, is found well without.
func (s *Service) Page(ctx context.Context, query *ent.ServerQuery, asked Asked) error {
	ways, err := s.ways(ctx, asked)
	if err != nil {
		return database.Fault(err)
	}
	if len(ways) == 0 && !asked.Beside {
		return nil
	}
	all := make([]func(*sql.Selector), len(ways))
	for i, way := range ways {
		all[i] = way
	}
	query.Modify(database.FirstIDs(server.FieldID, all...))
	return nil
}

// ways splits what is asked for by what tells most.
func (s *Service) ways(ctx context.Context, asked Asked) (ways []predicate.Server, err error) {
	search := strings.TrimSpace(asked.Search)
	switch {
	case search != "" && !IsAddress(search):
		return nameRare(searchWays(search)), nil
	case asked.OrderID != "":
		return s.orderWays(ctx, asked.OrderID)
	case len(asked.Health) > 1 && len(asked.Health) <= mostWays:
		for _, health := range asked.Health {
			ways = append(ways, server.HealthEQ(health))
		}
	case len(asked.Lifecycle) > 1 && len(asked.Lifecycle) <= mostWays:
		for _, lifecycle := range asked.Lifecycle {
			ways = append(ways, server.LifecycleEQ(lifecycle))
		}
	}
	return ways, nil
}

// IsAddress tells whether a text is an IP address, and no name.
func IsAddress(text string) bool {
	_, err := netip.ParseAddr(text)
	return err == nil
}

// nameRare says the last way twice. PostgreSQL believes that names that match are spread evenly over all names, and walks them in order
// when a hundredth does: to the very end, when they are those with one beginning. What is said twice it holds for rarer, and
// takes the index of trigrams for up to a tenth of all names.
func nameRare(ways []predicate.Server) []predicate.Server {
	last := len(ways) - 1
	ways[last] = server.And(ways[last], ways[last])
	return ways
}

// orderWays are an order's sessions and lines, each a way as long as they are few.
func (s *Service) orderWays(ctx context.Context, orderID string) ([]predicate.Server, error) {
	client, system := s.db.Client(ctx), asInventory(ctx)
	sessions, err := client.ImportSession.Query().Where(importsession.OrderID(orderID)).IDs(system)
	if err != nil {
		return nil, err
	}
	lines, err := client.OrderLine.Query().Where(orderline.OrderID(orderID)).IDs(system)
	if err != nil {
		return nil, err
	}
	if len(sessions)+len(lines) > mostWays || len(sessions)+len(lines) == 0 {
		return []predicate.Server{server.SessionIDIn(sessions...), server.OrderLineIDIn(lines...)}, nil
	}
	var ways []predicate.Server
	for _, id := range sessions {
		ways = append(ways, server.SessionID(id))
	}
	for _, id := range lines {
		ways = append(ways, server.OrderLineID(id))
	}
	return ways, nil
}
