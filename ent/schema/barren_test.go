package schema_test

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent/schema"
)

func TestWhatAMachineCanBeReachedBy(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"0.0.0.0": false, "0.255.255.255": false, "1.0.0.0": true, "10.0.0.1": true, "126.255.255.255": true, "127.0.0.1": false,
		"128.0.0.0": true, "169.253.255.255": true, "169.254.0.1": false, "169.255.0.0": true, "192.168.0.1": true,
		"223.255.255.255": true, "224.0.0.1": false, "239.255.255.255": false, "240.0.0.0": false, "255.255.255.255": false,
		"::": false, "::1": false, "::2": true, "::ffff:127.0.0.1": false, "::ffff:10.0.0.1": true, "2001:db8::1": true, "fd00::1": true,
		"fe7f::1": true, "fe80::1": false, "febf::1": false, "fec0::1": true, "feff::1": true, "ff00::": false, "ff02::1": false,
		"2001:db8::1%eth0": false,
	} {
		require.Equal(t, want, schema.CanBeOfMachine(netip.MustParseAddr(text)), text)
	}
	require.False(t, schema.CanBeOfMachine(netip.Addr{}))
}
