package inventory

import (
	"context"
	"slices"
	"strings"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/importsession"
	"github.com/arpent/arpent/ent/network"
	"github.com/arpent/arpent/ent/orderline"
	"github.com/arpent/arpent/ent/predicate"
	"github.com/arpent/arpent/ent/purchaseorder"
	"github.com/arpent/arpent/ent/secureaccess"
	"github.com/arpent/arpent/ent/server"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
)

// compareOthers adds to a comparison the lines that order no servers. Nothing names the line that a network or an access answers, so they
// are counted: those that came after the order, and fill its lines in their order.
func (c *Comparison) compareOthers(ctx context.Context, client *ent.Client, order *ent.PurchaseOrder, delivered []*ent.Server) error {
	counts := map[orderline.Kind]func() (int, error){
		orderline.KindNETWORK: func() (int, error) { return networksOf(client, order).Count(asInventory(ctx)) },
		orderline.KindACCESS:  func() (int, error) { return accessesOf(client, order, delivered).Count(asInventory(ctx)) },
	}
	for kind, count := range counts {
		if !slices.ContainsFunc(order.Edges.Lines, func(l *ent.OrderLine) bool { return l.Kind == kind }) {
			continue
		}
		left, err := count()
		if err != nil {
			return err
		}
		for _, line := range order.Edges.Lines {
			if line.Kind == kind {
				got := min(left, line.Count)
				left -= got
				c.Lines = append(c.Lines, LineComparison{Line: line, Delivered: got, Missing: line.Count - got})
			}
		}
	}
	slices.SortFunc(c.Lines, func(a, b LineComparison) int { return a.Line.Position - b.Line.Position })
	return nil
}

// networksOf are those that came for an order: of its hosting provider, and its project where it has one, while it was open.
func networksOf(client *ent.Client, order *ent.PurchaseOrder) *ent.NetworkQuery {
	query := client.Network.Query().Where(network.ProviderID(order.ProviderID), network.CreatedAtGTE(order.CreatedAt))
	if order.ProjectID != nil {
		query.Where(network.ProjectID(*order.ProjectID))
	}
	if order.ClosedAt != nil {
		query.Where(network.CreatedAtLTE(*order.ClosedAt))
	}
	return query
}

// accessesOf are those that came with an order: to what it delivered, or to its project.
func accessesOf(client *ent.Client, order *ent.PurchaseOrder, delivered []*ent.Server) *ent.SecureAccessQuery {
	ids := make([]string, len(delivered))
	for i, one := range delivered {
		ids[i] = one.ID
	}
	to := []predicate.SecureAccess{database.AnyOf(secureaccess.FieldServerID, ids)}
	if order.ProjectID != nil {
		to = append(to, secureaccess.ProjectID(*order.ProjectID))
	}
	return client.SecureAccess.Query().Where(secureaccess.CreatedAtGTE(order.CreatedAt), secureaccess.RevokedAtIsNil(), secureaccess.Or(to...))
}

// arrive moves an order along to which a file delivers something: it was ordered, whoever forgot to say so, and is partly there.
func (s *Service) arrive(ctx context.Context, client *ent.Client, order *ent.PurchaseOrder) error {
	switch order.Status { //nolint:exhaustive // what is partly there stays so, and what is whole may get more
	case purchaseorder.StatusCANCELED:
		return fault.New(fault.Conflict, textNoMove, order.Number, string(order.Status)).At("orderId")
	case purchaseorder.StatusWISHED, purchaseorder.StatusORDERED:
		return s.moveAlong(ctx, client, order, purchaseorder.StatusPARTLY_DELIVERED)
	}
	return nil
}

func (s *Service) moveAlong(ctx context.Context, client *ent.Client, order *ent.PurchaseOrder, to purchaseorder.Status) error {
	update := client.PurchaseOrder.UpdateOne(order).Where(purchaseorder.StatusEQ(order.Status)).SetStatus(to)
	if order.OrderedAt == nil {
		update.SetOrderedAt(now())
	}
	if len(orderMoves[to]) == 0 {
		update.SetClosedAt(now())
	}
	moved, err := update.Save(asInventory(ctx))
	if ent.IsNotFound(err) {
		return fault.New(fault.Conflict, textMoved, order.Number).At("orderId")
	}
	if err != nil {
		return err
	}
	return s.journal.Write(ctx, orderEntry("order."+strings.ToLower(string(to)), moved, shownOrder(order), shownOrder(moved)))
}

// complete ends the orders of servers that were accepted, when nothing of them is missing and nothing that was delivered waits for somebody's word.
func (s *Service) complete(ctx context.Context, client *ent.Client, ids []string) error {
	orders, err := client.PurchaseOrder.Query().Where(
		purchaseorder.ClosedAtIsNil(), purchaseorder.Or(
			purchaseorder.HasSessionsWith(importsession.HasServersWith(database.AnyOf(server.FieldID, ids))),
			purchaseorder.HasLinesWith(orderline.HasServersWith(database.AnyOf(server.FieldID, ids))),
		),
	).Order(purchaseorder.ByID()).All(asInventory(ctx))
	if err != nil {
		return err
	}
	for _, order := range orders {
		whole, err := s.isWhole(ctx, client, order)
		if err != nil {
			return err
		}
		if whole {
			if err := s.moveAlong(ctx, client, order, purchaseorder.StatusDELIVERED); err != nil {
				return err
			}
		}
	}
	return nil
}

// isWhole looks first for what waits: of a large delivery, only the last acceptance compares everything.
func (s *Service) isWhole(ctx context.Context, client *ent.Client, order *ent.PurchaseOrder) (bool, error) {
	waits, err := client.Server.Query().Where(
		server.LifecycleEQ(server.LifecycleDELIVERED), server.Or(
			server.HasSessionWith(importsession.OrderID(order.ID)), server.HasOrderLineWith(orderline.OrderID(order.ID)),
		),
	).Exist(asInventory(ctx))
	if err != nil || waits {
		return false, err
	}
	compared, err := s.Compare(asInventory(ctx), []string{order.ID})
	if err != nil || compared[order.ID] == nil {
		return false, err
	}
	return !slices.ContainsFunc(compared[order.ID].Lines, func(l LineComparison) bool { return l.Missing > 0 }), nil
}
