package secret_test

import (
	"context"
	"strings"
	"testing"

	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/secret"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

func TestPasswords(t *testing.T) {
	for _, password := range []string{"", "correct horse", "pâté €", strings.Repeat("x", secret.MaxPassword)} {
		hash, err := secret.HashPassword(t.Context(), password)
		require.NoError(t, err)
		require.Regexp(t, `^\$argon2id\$v=19\$m=19456,t=2,p=1\$`, hash)
		requireVerified(t, hash, password, true, false)
		requireVerified(t, hash, password+"x", false, false)
	}
}

func requireVerified(t *testing.T, hash, password string, ok, needsRehash bool) {
	t.Helper()
	gotOK, gotRehash, err := secret.VerifyPassword(t.Context(), hash, password)
	require.NoError(t, err)
	require.Equal(t, ok, gotOK)
	require.Equal(t, needsRehash, gotRehash)
}

func TestTwoHashesOfOnePasswordDiffer(t *testing.T) {
	one, err := secret.HashPassword(t.Context(), "x")
	require.NoError(t, err)
	two, err := secret.HashPassword(t.Context(), "x")
	require.NoError(t, err)
	require.NotEqual(t, one, two)
}

// The hash is one of the reference implementation's test vectors, made at another cost than ours.
func TestHashesOfAnotherCostAreVerifiedAndRenewed(t *testing.T) {
	const hash = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
	requireVerified(t, hash, "password", true, true)
	requireVerified(t, hash, "passwore", false, false)
}

func TestUnreadableHashesAreNobodys(t *testing.T) {
	good, err := secret.HashPassword(t.Context(), "x")
	require.NoError(t, err)
	for _, hash := range []string{
		"", "x", "$", "$$$$$", "$2b$10$abcdefghijklmnopqrstuv",
		good[1:], good + "$", good + "=", strings.Replace(good, "argon2id", "argon2i", 1),
		strings.Replace(good, "v=19", "v=16", 1), strings.Replace(good, "t=2", "t=0", 1),
		strings.Replace(good, "m=19456", "m=4294967295", 1), strings.Replace(good, "t=2", "t=4294967295", 1),
		strings.Replace(good, "p=1", "p=1junk", 1), strings.Replace(good, "p=1", "p=999", 1),
		"$argon2id$v=19$m=19456,t=2,p=1$$",
	} {
		requireVerified(t, hash, "x", false, false)
	}
}

func TestPasswordsThatAreTooLong(t *testing.T) {
	long := strings.Repeat("x", secret.MaxPassword+1)
	_, err := secret.HashPassword(t.Context(), long)
	require.True(t, fault.Is(err, fault.Invalid))
	requireVerified(t, "", long, false, false)
}

func TestAStormOfSignInsWaitsInLine(t *testing.T) {
	hash, err := secret.HashPassword(t.Context(), "x")
	require.NoError(t, err)

	var storm errgroup.Group
	for range 12 {
		storm.Go(func() error { _, _, err := secret.VerifyPassword(context.Background(), hash, "x"); return err })
	}
	require.NoError(t, storm.Wait())

	gone, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err = secret.VerifyPassword(gone, hash, "x")
	require.True(t, fault.Is(err, fault.Unavailable), "whoever has left is not served")
}

func BenchmarkVerifyPassword(b *testing.B) {
	hash, err := secret.HashPassword(b.Context(), "x")
	require.NoError(b, err)
	for b.Loop() {
		if ok, _, err := secret.VerifyPassword(b.Context(), hash, "x"); !ok {
			b.Fatal(err)
		}
	}
}
