package inventory

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/importsession"
	"github.com/arpent/arpent/ent/orderline"
	"github.com/arpent/arpent/ent/purchaseorder"
	"github.com/arpent/arpent/ent/schema"
	"github.com/arpent/arpent/ent/server"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/journal"
)

// LineInput is one line of an order.
type LineInput struct {
	Kind          orderline.Kind
	Count         int
	Title         string
	Specification schema.Specification
	Labels        map[string]string
}

// OrderInput describes an order.
type OrderInput struct {
	Number, Title         string
	ProviderID, ProjectID string // the project may be empty
	DueAt                 *time.Time
	Notes                 string
	Lines                 []LineInput
}

const (
	maxLines  = 100
	maxTitle  = 200
	maxNumber = 40
	maxCount  = 100_000
)

func (i OrderInput) check() error {
	var list fault.List
	if !fits(i.Number, maxNumber) {
		list = append(list, fault.New(fault.Invalid, textName, maxNumber).At("number"))
	}
	if !fits(i.Title, maxTitle) {
		list = append(list, fault.New(fault.Invalid, textName, maxTitle).At("title"))
	}
	if utf8.RuneCountInString(i.Notes) > maxNotes {
		list = append(list, fault.New(fault.Invalid, textTooLong, maxNotes).At("notes"))
	}
	return append(list, checkLines(i.Lines)...).OrNil()
}

func checkLines(lines []LineInput) (list fault.List) {
	if len(lines) == 0 || len(lines) > maxLines {
		return fault.List{fault.New(fault.Invalid, textOneTo, maxLines).At("lines")}
	}
	for i, line := range lines {
		for _, refused := range line.check() {
			list = append(list, refused.At(append([]string{"lines", strconv.Itoa(i)}, refused.Field()...)...))
		}
	}
	return list
}

// check tells all that is wrong with a line.
func (l LineInput) check() (list fault.List) {
	if !fits(l.Title, maxTitle) {
		list = append(list, fault.New(fault.Invalid, textName, maxTitle).At("title"))
	}
	if l.Count < 1 || l.Count > maxCount {
		list = append(list, fault.New(fault.Invalid, textOneTo, maxCount).At("count"))
	}
	if l.Specification.Cores < 0 || l.Specification.MemoryMiB < 0 || l.Specification.DiskGiB < 0 {
		list = append(list, fault.New(fault.Invalid, textNegative).At("specification"))
	}
	if refused, ok := fault.As(checkLabels(l.Labels)); ok {
		list = append(list, refused.At("labels"))
	}
	return list
}

// CreateOrder writes down what somebody wishes to have from a hosting provider.
func (s *Service) CreateOrder(ctx context.Context, input OrderInput) (*ent.PurchaseOrder, error) {
	if err := mayManage(ctx); err != nil {
		return nil, err
	}
	input.Number, input.Title = strings.TrimSpace(input.Number), strings.TrimSpace(input.Title)
	if err := input.check(); err != nil {
		return nil, err
	}
	var made *ent.PurchaseOrder
	err := s.db.Tx(ctx, func(ctx context.Context, client *ent.Client) (err error) {
		if made, err = insertOrder(ctx, client, input); err != nil {
			return err
		}
		return s.journal.Write(ctx, orderEntry("order.wished", made, nil, shownOrder(made)))
	})
	return made, database.Fault(err)
}

func insertOrder(ctx context.Context, client *ent.Client, input OrderInput) (*ent.PurchaseOrder, error) {
	create := client.PurchaseOrder.Create().SetNumber(input.Number).SetTitle(input.Title).SetNotes(input.Notes).
		SetNillableDueAt(input.DueAt).SetWishedBy(access.FromContext(ctx).Name)
	provider, err := client.HostingProvider.Get(ctx, input.ProviderID)
	switch {
	case err != nil:
		return nil, at(err, "providerId")
	case provider.RetiredAt != nil:
		return nil, fault.New(fault.Conflict, textRetiredProvider, provider.Name).At("providerId")
	}
	create.SetProviderID(provider.ID)
	if input.ProjectID != "" {
		if _, err := client.Project.Get(ctx, input.ProjectID); err != nil {
			return nil, at(err, "projectId")
		}
		create.SetProjectID(input.ProjectID)
	}
	made, err := create.Save(ctx)
	if database.IsTaken(err) {
		return nil, fault.New(fault.Conflict, textNumberTaken, input.Number).At("number")
	}
	if err != nil {
		return nil, err
	}
	return made, insertLines(ctx, client, made.ID, input.Lines)
}

func insertLines(ctx context.Context, client *ent.Client, orderID string, lines []LineInput) error {
	creates := make([]*ent.OrderLineCreate, len(lines))
	for i, line := range lines {
		creates[i] = client.OrderLine.Create().SetOrderID(orderID).SetPosition(i).SetKind(line.Kind).SetCount(line.Count).
			SetTitle(strings.TrimSpace(line.Title)).SetSpecification(line.Specification).SetLabels(line.Labels)
	}
	return client.OrderLine.CreateBulk(creates...).Exec(ctx)
}

// OrderUpdate changes what is not nil. Lines replace the lines, as long as nothing was delivered.
type OrderUpdate struct {
	Title, Notes *string
	DueAt        *time.Time
	Lines        []LineInput
}

// UpdateOrder changes an order that has not ended.
func (s *Service) UpdateOrder(ctx context.Context, id string, update OrderUpdate) (*ent.PurchaseOrder, error) {
	return s.changeOrder(ctx, id, "order.updated", func(ctx context.Context, client *ent.Client, present *ent.PurchaseOrder) (*ent.PurchaseOrder, error) {
		title := strings.TrimSpace(or(update.Title, present.Title))
		if !fits(title, maxTitle) {
			return nil, fault.New(fault.Invalid, textName, maxTitle).At("title")
		}
		if notes := or(update.Notes, present.Notes); utf8.RuneCountInString(notes) > maxNotes {
			return nil, fault.New(fault.Invalid, textTooLong, maxNotes).At("notes")
		}
		if update.Lines != nil {
			if err := replaceLines(ctx, client, present.ID, update.Lines); err != nil {
				return nil, err
			}
		}
		return client.PurchaseOrder.UpdateOne(present).SetTitle(title).SetNillableNotes(update.Notes).SetNillableDueAt(update.DueAt).Save(ctx)
	})
}

func replaceLines(ctx context.Context, client *ent.Client, orderID string, lines []LineInput) error {
	if err := checkLines(lines).OrNil(); err != nil {
		return err
	}
	delivered, err := client.ImportSession.Query().Where(importsession.OrderID(orderID)).Exist(ctx)
	if err != nil {
		return err
	}
	if delivered {
		return fault.New(fault.Conflict, textDelivered).At("lines")
	}
	if _, err := client.OrderLine.Delete().Where(orderline.OrderID(orderID)).Exec(ctx); err != nil {
		return err
	}
	return insertLines(ctx, client, orderID, lines)
}

// orderMoves is the life of an order.
var orderMoves = map[purchaseorder.Status][]purchaseorder.Status{
	purchaseorder.StatusWISHED:           {purchaseorder.StatusORDERED, purchaseorder.StatusCANCELED},
	purchaseorder.StatusORDERED:          {purchaseorder.StatusPARTLY_DELIVERED, purchaseorder.StatusDELIVERED, purchaseorder.StatusCANCELED},
	purchaseorder.StatusPARTLY_DELIVERED: {purchaseorder.StatusDELIVERED, purchaseorder.StatusCANCELED},
	purchaseorder.StatusDELIVERED:        nil,
	purchaseorder.StatusCANCELED:         nil,
}

// MoveOrder moves an order on in its life.
func (s *Service) MoveOrder(ctx context.Context, id string, to purchaseorder.Status) (*ent.PurchaseOrder, error) {
	return s.changeOrder(ctx, id, "order."+strings.ToLower(string(to)), func(ctx context.Context, client *ent.Client, present *ent.PurchaseOrder) (*ent.PurchaseOrder, error) {
		allowed := false
		for _, next := range orderMoves[present.Status] {
			allowed = allowed || next == to
		}
		if !allowed {
			return nil, fault.New(fault.Conflict, textNoMove, present.Number, string(present.Status)).At("to")
		}
		update := client.PurchaseOrder.UpdateOne(present).Where(purchaseorder.StatusEQ(present.Status)).SetStatus(to)
		if to == purchaseorder.StatusORDERED {
			update.SetOrderedAt(now())
		}
		if len(orderMoves[to]) == 0 {
			update.SetClosedAt(now())
		}
		return update.Save(ctx)
	})
}

func (s *Service) changeOrder(ctx context.Context, id, event string, do func(context.Context, *ent.Client, *ent.PurchaseOrder) (*ent.PurchaseOrder, error)) (*ent.PurchaseOrder, error) {
	if err := mayManage(ctx); err != nil {
		return nil, err
	}
	var changed *ent.PurchaseOrder
	err := s.db.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
		present, err := client.PurchaseOrder.Get(ctx, id)
		if err != nil {
			return at(err, "id")
		}
		if present.ClosedAt != nil {
			return fault.New(fault.Conflict, textNoMove, present.Number, string(present.Status)).At("id")
		}
		if changed, err = do(ctx, client, present); err != nil {
			return err
		}
		return s.journal.Write(ctx, orderEntry(event, changed, shownOrder(present), shownOrder(changed)))
	})
	return changed, database.Fault(err)
}

func orderEntry(event string, o *ent.PurchaseOrder, before, after any) journal.Entry {
	entry := journal.Entry{Type: event, Audience: journal.Platform, SubjectID: o.ID, Subject: o.Number + " " + o.Title, Before: before, After: after}
	if o.ProjectID != nil {
		entry.Audience, entry.ProjectID = journal.Project, *o.ProjectID
	}
	return entry
}

func shownOrder(o *ent.PurchaseOrder) map[string]any {
	return map[string]any{"number": o.Number, "title": o.Title, "status": o.Status, "dueAt": o.DueAt}
}

// LineComparison is what was ordered in a line against what was delivered for it.
type LineComparison struct {
	Line      *ent.OrderLine
	Delivered int
	Missing   int
	Different []Difference
}

// Difference is one part of a server's specification that is less than, or other than, what was ordered.
type Difference struct {
	Server             *ent.Server
	What               string
	Ordered, Delivered string
}

// Comparison is an order against its deliveries. Servers that name no line are taken for the first line that they
// satisfy and that still misses some, then for any that misses some.
type Comparison struct {
	Lines []LineComparison
	Extra []*ent.Server
}

// Compare holds orders that the viewer sees against what their sessions have delivered, by id. Whoever sees an order is told its true
// counts; of its servers, only those that the viewer sees are named.
func (s *Service) Compare(ctx context.Context, ids []string) (map[string]*Comparison, error) {
	client, all := s.db.Client(ctx), map[string]*Comparison{}
	seen, err := client.PurchaseOrder.Query().Where(purchaseorder.IDIn(ids...)).IDs(ctx)
	if err != nil {
		return nil, database.Fault(err)
	}
	orders, delivered, err := s.deliveries(ctx, seen)
	if err != nil {
		return nil, err
	}
	for _, order := range orders {
		all[order.ID] = compareOrder(order.Edges.Lines, delivered[order.ID])
		if err := all[order.ID].compareOthers(ctx, client, order, delivered[order.ID]); err != nil {
			return nil, database.Fault(err)
		}
	}
	return all, nameSeen(ctx, client, all)
}

// nameSeen leaves in comparisons only the servers that the viewer sees.
func nameSeen(ctx context.Context, client *ent.Client, all map[string]*Comparison) error {
	var ids []string
	for _, c := range all {
		ids = append(ids, c.named()...)
	}
	if len(ids) == 0 {
		return nil
	}
	visible, err := client.Server.Query().Where(database.AnyOf(server.FieldID, ids)).IDs(ctx)
	if err != nil {
		return database.Fault(err)
	}
	sees := map[string]bool{}
	for _, id := range visible {
		sees[id] = true
	}
	for _, c := range all {
		c.Extra = slices.DeleteFunc(c.Extra, func(one *ent.Server) bool { return !sees[one.ID] })
		for i := range c.Lines {
			c.Lines[i].Different = slices.DeleteFunc(c.Lines[i].Different, func(d Difference) bool { return !sees[d.Server.ID] })
		}
	}
	return nil
}

// named are the ids of the servers that a comparison names.
func (c *Comparison) named() (ids []string) {
	for _, one := range c.Extra {
		ids = append(ids, one.ID)
	}
	for _, line := range c.Lines {
		for _, d := range line.Different {
			ids = append(ids, d.Server.ID)
		}
	}
	return ids
}

// deliveries are orders with their lines, and the servers that were delivered for each and were not rejected: all of them, whoever
// asks, for they are counted.
func (s *Service) deliveries(ctx context.Context, ids []string) ([]*ent.PurchaseOrder, map[string][]*ent.Server, error) {
	ctx = asInventory(ctx)
	client := s.db.Client(ctx)
	there := func(q *ent.ServerQuery) { q.Where(server.LifecycleNEQ(server.LifecycleREJECTED)).Order(server.ByID()) }
	orders, err := client.PurchaseOrder.Query().Where(purchaseorder.IDIn(ids...)).
		WithLines(func(q *ent.OrderLineQuery) { q.Order(orderline.ByPosition()).WithServers(there) }).All(ctx)
	if err != nil {
		return nil, nil, database.Fault(err)
	}
	sessions, err := client.ImportSession.Query().Where(importsession.OrderIDIn(ids...)).
		WithServers(there).All(ctx)
	if err != nil {
		return nil, nil, database.Fault(err)
	}
	delivered := map[string][]*ent.Server{}
	// Those that name their line have it before others may take it.
	for _, order := range orders {
		for _, line := range order.Edges.Lines {
			delivered[order.ID] = append(delivered[order.ID], line.Edges.Servers...)
			line.Edges = ent.OrderLineEdges{} // who is shown the line reads its servers as who it is
		}
	}
	for _, session := range sessions {
		for _, one := range session.Edges.Servers {
			if one.OrderLineID == nil { // others are found by their lines, whichever file spoke of them last
				delivered[*session.OrderID] = append(delivered[*session.OrderID], one)
			}
		}
	}
	return orders, delivered, nil
}

// compareOrder is pure, so that tables test it.
func compareOrder(lines []*ent.OrderLine, delivered []*ent.Server) *Comparison {
	c, unplaced := satisfied(lines, delivered)
	for _, one := range unplaced {
		if !c.place(one, func(l *LineComparison) bool { return l.Missing > 0 }) {
			c.Extra = append(c.Extra, one)
		}
	}
	return c
}

// satisfied places the servers that name a line or satisfy one; the others were not ordered so.
func satisfied(lines []*ent.OrderLine, delivered []*ent.Server) (c *Comparison, unplaced []*ent.Server) {
	c = &Comparison{}
	for _, line := range lines {
		if line.Kind == orderline.KindSERVER {
			c.Lines = append(c.Lines, LineComparison{Line: line, Missing: line.Count})
		}
	}
	for _, one := range delivered {
		if !c.place(one, func(l *LineComparison) bool {
			if one.OrderLineID != nil {
				return *one.OrderLineID == l.Line.ID
			}
			return l.Missing > 0 && len(differences(l.Line, one)) == 0
		}) {
			unplaced = append(unplaced, one)
		}
	}
	return c, unplaced
}

func (c *Comparison) place(one *ent.Server, fits func(*LineComparison) bool) bool {
	for i := range c.Lines {
		line := &c.Lines[i]
		if !fits(line) {
			continue
		}
		line.Delivered++
		line.Missing = max(0, line.Line.Count-line.Delivered)
		line.Different = append(line.Different, differences(line.Line, one)...)
		return true
	}
	return false
}
