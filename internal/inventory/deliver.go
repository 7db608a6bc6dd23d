package inventory

import (
	"context"
	"maps"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/schema"
)

// answer finds the lines of an order that the servers of a file answer which are new: each the first line that it satisfies and that
// still misses some, as the comparison does. From then on a server is known by its line, whatever other files say of it, and gets the
// labels that the line promised. One that satisfies no line has none until somebody says so.
func (s *Service) answer(ctx context.Context, orderID string, rows []*Row) error {
	orders, delivered, err := s.deliveries(ctx, []string{orderID})
	for _, order := range orders {
		now, _ := satisfied(order.Edges.Lines, delivered[order.ID])
		for _, r := range rows {
			if r.Outcome == Added {
				r.line = now.fitting(serverWith(r.merged()))
			}
		}
	}
	return err
}

func serverWith(spec schema.Specification) *ent.Server {
	return &ent.Server{
		Cores: spec.Cores, MemoryMib: spec.MemoryMiB, DiskGib: spec.DiskGiB,
		Architecture: spec.Architecture, System: spec.System, Location: spec.Location,
	}
}

// fitting takes a place of a line that a server satisfies; nil when there is none.
func (c *Comparison) fitting(one *ent.Server) (line *ent.OrderLine) {
	c.place(one, func(l *LineComparison) bool {
		if l.Missing == 0 || len(differences(l.Line, one)) > 0 {
			return false
		}
		line = l.Line
		return true
	})
	return line
}

// labels are those that a new server gets: what its line promised, and what the file says, which is nearer to the machine.
func (r *Row) labels() map[string]string {
	if r.line == nil || len(r.line.Labels) == 0 {
		return r.listed.labels
	}
	all := maps.Clone(r.line.Labels)
	maps.Copy(all, r.listed.labels)
	return all
}
