package allocation

import (
	"math/big"
	"net/netip"

	"github.com/arpent/arpent/internal/fault"
)

// span is a range of addresses: a network, as arithmetic sees it.
type span struct{ prefix netip.Prefix }

// parseSpan reads a network in CIDR form. One whose address has bits behind the prefix is refused: it may be a typing
// error in either of both.
func parseSpan(text string) (span, error) {
	prefix, err := netip.ParsePrefix(text)
	switch {
	case err != nil:
		return span{}, fault.New(fault.Invalid, textNoNetwork, text).At("cidr").Because(err)
	case prefix.Addr().Is4In6():
		return span{}, fault.New(fault.Invalid, textMapped, text).At("cidr")
	case prefix.Masked() != prefix:
		return span{}, fault.New(fault.Invalid, textHostBits, text, prefix.Masked()).At("cidr")
	}
	return span{prefix}, nil
}

// parseIP reads an address in any of its forms; IPv4 within IPv6 is IPv4, and zones are refused.
func parseIP(text string) (netip.Addr, error) {
	addr, err := netip.ParseAddr(text)
	if err != nil || addr.Zone() != "" {
		return netip.Addr{}, fault.New(fault.Invalid, textNoAddress, text).Because(err)
	}
	return addr.Unmap(), nil
}

// bytesOf is an address in 16 bytes, which sort as addresses do.
func bytesOf(addr netip.Addr) []byte {
	b := addr.As16()
	return b[:]
}

// addrOf is the inverse of bytesOf.
func addrOf(b []byte) netip.Addr {
	if len(b) != 16 {
		return netip.Addr{}
	}
	return netip.AddrFrom16([16]byte(b)).Unmap()
}

func (s span) v4() bool { return s.prefix.Addr().Is4() }

// hostBits is the number of bits behind the prefix.
func (s span) hostBits() int { return s.prefix.Addr().BitLen() - s.prefix.Bits() }

// first is the range's first address.
func (s span) first() netip.Addr { return s.prefix.Addr() }

// last is the range's last address.
func (s span) last() netip.Addr {
	b := s.prefix.Addr().As16()
	for bit := 128 - s.hostBits(); bit < 128; bit++ {
		b[bit/8] |= 1 << (7 - bit%8)
	}
	return netip.AddrFrom16(b).Unmap()
}

// usable are the first and last address that a machine can have. An IPv4 network keeps its first for itself and its last
// for broadcast, unless it is a link of two or a single host; an IPv6 network keeps its first for its routers.
func (s span) usable() (first, last netip.Addr) {
	first, last = s.first(), s.last()
	if s.hostBits() < 2 {
		return first, last
	}
	if s.v4() {
		last = last.Prev()
	}
	return first.Next(), last
}

// holds tells whether a machine can have the address.
func (s span) holds(addr netip.Addr) bool {
	first, last := s.usable()
	return addr.BitLen() == first.BitLen() && first.Compare(addr) <= 0 && addr.Compare(last) <= 0
}

// size is the number of addresses that machines can have.
func (s span) size() *big.Int {
	first, last := s.usable()
	return between(first, last)
}

// between counts the addresses from one to another, both included; none when they are the wrong way round.
func between(first, last netip.Addr) *big.Int {
	if first.Compare(last) > 0 {
		return new(big.Int)
	}
	a, b := new(big.Int).SetBytes(bytesOf(first)), new(big.Int).SetBytes(bytesOf(last))
	return b.Sub(b, a).Add(b, big.NewInt(1))
}

// blocks cuts the range into at most most parts of one size, a power of two.
func (s span) blocks(most int) []span {
	bits := s.prefix.Bits()
	for count := 1; count*2 <= most && bits < s.prefix.Addr().BitLen(); count *= 2 {
		bits++
	}
	var parts []span
	for addr := s.first(); s.prefix.Contains(addr); {
		part := span{netip.PrefixFrom(addr, bits)}
		parts = append(parts, part)
		addr = part.last().Next()
		if !addr.IsValid() {
			break
		}
	}
	return parts
}

func later(a, b netip.Addr) netip.Addr {
	if a.Compare(b) > 0 {
		return a
	}
	return b
}

func earlier(a, b netip.Addr) netip.Addr {
	if a.Compare(b) < 0 {
		return a
	}
	return b
}
