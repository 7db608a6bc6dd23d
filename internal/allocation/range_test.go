package allocation

import (
	"math/big"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/arpent/arpent/ent"
)

func TestNetworksAreReadStrictly(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"10.0.0.0/24": "", "2001:db8::/64": "", "10.0.0.1/32": "", "0.0.0.0/0": "",
		"10.0.0.1/24": "10.0.0.0/24", "::ffff:10.0.0.0/120": "IPv4", "10.0.0.0": "no network", "10.0.0.0/33": "no network",
		"": "no network", "fe80::1%eth0/64": "no network", "10.0.0.0/024": "no network",
	} {
		_, err := parseSpan(text)
		if want == "" {
			require.NoError(t, err, text)
			continue
		}
		require.ErrorContains(t, err, want, text)
	}
}

func TestOddFormsOfAnAddressAreOneAddress(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"2001:DB8:0:0::1": "2001:db8::1", "::ffff:10.0.0.1": "10.0.0.1", "2001:db8::0.0.0.1": "2001:db8::1", "10.0.0.1": "10.0.0.1",
	} {
		addr, err := parseIP(text)
		require.NoError(t, err, text)
		require.Equal(t, want, addr.String())
	}
	for _, text := range []string{"", "10.0.0", "010.0.0.1", "fe80::1%eth0", "10.0.0.1/24", "::g"} {
		_, err := parseIP(text)
		require.Error(t, err, text)
	}
}

func TestWhatAMachineCanHave(t *testing.T) {
	t.Parallel()
	for cidr, want := range map[string]struct{ first, last, size string }{
		"10.0.0.0/24":        {"10.0.0.1", "10.0.0.254", "254"},
		"10.0.0.0/30":        {"10.0.0.1", "10.0.0.2", "2"},
		"10.0.0.0/31":        {"10.0.0.0", "10.0.0.1", "2"},
		"10.0.0.7/32":        {"10.0.0.7", "10.0.0.7", "1"},
		"0.0.0.0/0":          {"0.0.0.1", "255.255.255.254", "4294967294"},
		"2001:db8::/126":     {"2001:db8::1", "2001:db8::3", "3"},
		"2001:db8::/64":      {"2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff", "18446744073709551615"},
		"255.255.255.252/30": {"255.255.255.253", "255.255.255.254", "2"},
	} {
		s, err := parseSpan(cidr)
		require.NoError(t, err)
		first, last := s.usable()
		require.Equal(t, want.first, first.String(), cidr)
		require.Equal(t, want.last, last.String(), cidr)
		require.Equal(t, want.size, s.size().String(), cidr)
	}
}

var spans = rapid.Custom(func(t *rapid.T) span {
	length := rapid.SampledFrom([]int{4, 16}).Draw(t, "bytes")
	addr, _ := netip.AddrFromSlice(rapid.SliceOfN(rapid.Byte(), length, length).Draw(t, "address"))
	if addr.Is4In6() {
		addr = addr.Unmap()
	}
	return span{netip.PrefixFrom(addr, rapid.IntRange(0, addr.BitLen()).Draw(t, "bits")).Masked()}
})

func TestArithmeticOfNetworks(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := spans.Draw(t, "network")
		first, last := s.usable()
		require.True(t, s.prefix.Contains(first) && s.prefix.Contains(last))
		require.True(t, s.holds(first) && s.holds(last))
		require.False(t, s.holds(last.Next()) || s.holds(first.Prev()))
		whole := new(big.Int).Lsh(big.NewInt(1), uint(s.hostBits()))
		require.Zero(t, whole.Cmp(between(s.first(), s.last())))
		require.Equal(t, s.first(), addrOf(bytesOf(s.first())))
		reread, err := parseSpan(s.prefix.String())
		require.NoError(t, err)
		require.Equal(t, s, reread)
	})
}

func TestBlocksCoverANetworkOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s, most := spans.Draw(t, "network"), rapid.IntRange(1, 256).Draw(t, "most")
		parts := s.blocks(most)
		require.LessOrEqual(t, len(parts), most)
		require.Equal(t, s.first(), parts[0].first())
		require.Equal(t, s.last(), parts[len(parts)-1].last())
		for i, part := range parts[1:] {
			require.Equal(t, parts[i].last().Next(), part.first())
			require.Equal(t, parts[i].prefix.Bits(), part.prefix.Bits())
		}
	})
}

// A map shows the addresses that its network has: no more, and not the gateway.
func TestAMapAddsUpToItsNetwork(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := spans.Draw(t, "network")
		first, last := s.usable()
		n := &ent.Network{Cidr: s.prefix.String(), Gateway: rapid.SampledFrom([]string{"", first.String(), last.String()}).Draw(t, "gateway")}
		blocks, err := mapOf(n, nil)
		require.NoError(t, err)
		sum := new(big.Int)
		for _, b := range blocks {
			sum.Add(sum, b.Total)
		}
		require.Equal(t, totalOf(n).String(), sum.String(), "%s, gateway %s", n.Cidr, n.Gateway)
	})
}
