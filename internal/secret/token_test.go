package secret_test

import (
	"testing"

	"github.com/arpent/arpent/internal/secret"
	"github.com/stretchr/testify/require"
)

func TestTokensAreRecognized(t *testing.T) {
	plain, hash := secret.NewToken("arp")
	require.Regexp(t, `^arp_[a-z2-7]{33}$`, plain)
	require.Equal(t, hash, secret.HashToken(plain))
	require.True(t, secret.IsToken("arp", plain))

	other, _ := secret.NewToken("arp")
	require.NotEqual(t, plain, other)
}

func TestSlipsAreNoTokens(t *testing.T) {
	plain, _ := secret.NewToken("arp")
	require.False(t, secret.IsToken("ars", plain), "another kind of token")
	require.False(t, secret.IsToken("arp", ""))
	require.False(t, secret.IsToken("arp", "arp_"))
	require.False(t, secret.IsToken("arp", plain+"a"))
	for i := range plain {
		changed := []byte(plain)
		changed[i] ^= 1
		require.False(t, secret.IsToken("arp", string(changed)), "character %d", i)
	}
}
