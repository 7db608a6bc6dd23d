package allocation

import (
	"math/big"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/internal/fault"
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

func TestNetworksInWhichNoMachineCanLiveAreRefused(t *testing.T) {
	t.Parallel()
	for cidr, want := range map[string]struct{ en, fr string }{
		"0.0.0.0/0":          {"0.0.0.0/0 is all addresses there are.", "0.0.0.0/0 désigne toutes les adresses qui existent."},
		"::/0":               {"::/0 is all addresses there are.", "::/0 désigne toutes les adresses qui existent."},
		"0.0.0.0/8":          {"the addresses of 0.0.0.0/8: they are for machines that have no address yet.", "pour les machines qui n’ont pas encore d’adresse."},
		"127.0.0.0/24":       {"(loopback)", "(boucle locale)"},
		"::1/128":            {"(loopback)", "(boucle locale)"},
		"169.254.10.0/24":    {"(link-local)", "(lien local)"},
		"fe80::/64":          {"(link-local)", "(lien local)"},
		"224.0.0.0/4":        {"(multicast)", "(multidiffusion)"},
		"239.1.2.0/24":       {"(multicast)", "(multidiffusion)"},
		"ff02::/64":          {"(multicast)", "(multidiffusion)"},
		"240.0.0.0/4":        {"later use and broadcast", "un usage futur et la diffusion"},
		"255.255.255.255/32": {"later use and broadcast", "un usage futur et la diffusion"},
		"169.0.0.0/8":        {"169.0.0.0/8 holds 169.254.0.0/16, whose addresses no machine can have", "169.0.0.0/8 contient 169.254.0.0/16, dont aucune machine"},
		"::/64":              {"::/64 holds ::/128", "::/64 contient ::/128"},
	} {
		_, err := NetworkInput{Name: "lan", CIDR: cidr}.check()
		list, _ := fault.AsList(err)
		require.Len(t, list, 1, cidr)
		require.Contains(t, list[0].Message("en"), want.en)
		require.Contains(t, list[0].Message("fr"), want.fr)
		require.Equal(t, []string{"cidr"}, list[0].Field())
		_, old := NetworkInput{Name: "lan", CIDR: cidr}.read()
		require.Empty(t, old, "an old one goes on")
	}
	for _, cidr := range []string{"1.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "169.253.0.0/16", "192.168.0.0/16", "223.0.0.0/8", "fd00::/8", "2001:db8::/32", "fec0::/10"} {
		_, err := NetworkInput{Name: "lan", CIDR: cidr}.check()
		require.NoError(t, err, cidr)
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
