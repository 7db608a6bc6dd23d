package schema

import (
	"net/netip"

	"github.com/arpent/arpent/internal/fault"
)

// Barren is a range of addresses by which no machine can be reached, and what it is there for instead.
type Barren struct {
	Range netip.Prefix
	For   fault.Text
}

var (
	textThisNetwork = fault.Text{EN: "machines that have no address yet", FR: "les machines qui n’ont pas encore d’adresse"}
	textLoopback    = fault.Text{EN: "each machine's talk with itself (loopback)", FR: "le dialogue de chaque machine avec elle-même (boucle locale)"}
	textLinkLocal   = fault.Text{EN: "what machines give themselves on each link (link-local)", FR: "ce que les machines se donnent elles-mêmes sur chaque lien (lien local)"}
	textMulticast   = fault.Text{EN: "groups of machines (multicast)", FR: "les groupes de machines (multidiffusion)"}
	textFuture      = fault.Text{EN: "later use and broadcast", FR: "un usage futur et la diffusion"}
)

var barren = []Barren{
	{netip.MustParsePrefix("0.0.0.0/8"), textThisNetwork},
	{netip.MustParsePrefix("127.0.0.0/8"), textLoopback},
	{netip.MustParsePrefix("169.254.0.0/16"), textLinkLocal},
	{netip.MustParsePrefix("224.0.0.0/4"), textMulticast},
	{netip.MustParsePrefix("240.0.0.0/4"), textFuture},
	{netip.MustParsePrefix("::/128"), textThisNetwork},
	{netip.MustParsePrefix("::1/128"), textLoopback},
	{netip.MustParsePrefix("fe80::/10"), textLinkLocal},
	{netip.MustParsePrefix("ff00::/8"), textMulticast},
}

// BarrenIn is the first barren range that shares an address with another one: with a network, which would hand it out, or with
// the one address of a machine, which nobody would reach there.
func BarrenIn(of netip.Prefix) (Barren, bool) {
	for _, b := range barren {
		if b.Range.Overlaps(of) {
			return b, true
		}
	}
	return Barren{}, false
}

// CanBeOfMachine tells whether a machine can be reached by an address: one that means the same everywhere, and one machine.
func CanBeOfMachine(addr netip.Addr) bool {
	addr = addr.Unmap()
	if !addr.IsValid() || addr.Zone() != "" {
		return false
	}
	_, found := BarrenIn(netip.PrefixFrom(addr, addr.BitLen()))
	return !found
}
