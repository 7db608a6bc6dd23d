package gitrepo

import (
	"fmt"

	"github.com/arpent/arpent/internal/fault"
)

// byteSize renders a number of bytes for people, in the unit that fits.
func byteSize(n int64) fault.Text {
	value, unit := float64(n), 0
	for value >= 1024 && unit < 3 {
		value, unit = value/1024, unit+1
	}
	number := fmt.Sprintf("%.4g", value)
	return fault.Text{
		EN: number + " " + []string{"bytes", "KiB", "MiB", "GiB"}[unit],
		FR: number + " " + []string{"octets", "Kio", "Mio", "Gio"}[unit],
	}
}
