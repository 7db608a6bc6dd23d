package inventory

import (
	"strconv"
	"strings"

	"github.com/arpent/arpent/ent"
)

// differences are the parts of a server's specification that are less than, or other than, what a line orders.
func differences(line *ent.OrderLine, one *ent.Server) (all []Difference) {
	want := line.Specification
	for _, n := range []struct {
		what         string
		ordered, has int
	}{{"cores", want.Cores, one.Cores}, {"memoryMiB", want.MemoryMiB, one.MemoryMib}, {"diskGiB", want.DiskGiB, one.DiskGib}} {
		if n.has < n.ordered {
			all = append(all, Difference{one, n.what, strconv.Itoa(n.ordered), strconv.Itoa(n.has)})
		}
	}
	for _, t := range []struct{ what, ordered, has string }{
		{"architecture", want.Architecture, one.Architecture}, {"system", want.System, one.System}, {"location", want.Location, one.Location},
	} {
		if t.ordered != "" && !strings.EqualFold(t.ordered, t.has) {
			all = append(all, Difference{one, t.what, t.ordered, t.has})
		}
	}
	return all
}
