package secret_test

import (
	"testing"
	"time"

	"github.com/arpent/arpent/internal/fault"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

type lease struct {
	Run    string
	Number int64
}

func TestSignedTokensCarryTheirClaims(t *testing.T) {
	signer := ringOf(t, 1).Signer()
	rapid.Check(t, func(t *rapid.T) {
		claims := map[string]string{"a": rapid.String().Draw(t, "claim")}
		purpose, other := rapid.String().Draw(t, "purpose"), rapid.String().Draw(t, "other")
		token := signer.Sign(purpose, claims, time.Now().Add(time.Hour))
		require.Regexp(t, `^[A-Za-z0-9_-]+$`, token)

		var got map[string]string
		require.NoError(t, signer.Verify(purpose, token, &got))
		require.Len(t, got, 1)
		if other != purpose {
			require.Error(t, signer.Verify(other, token, &got))
		}
	})
}

func TestWhenTokensExpire(t *testing.T) {
	signer, now := ringOf(t, 1).Signer(), time.Now()
	for name, c := range map[string]struct {
		expires time.Time
		valid   bool
	}{
		"never":    {time.Time{}, true},
		"later":    {now.Add(time.Minute), true},
		"now":      {now, false},
		"before":   {now.Add(-time.Minute), false},
		"the 70s":  {time.Unix(0, 0), false},
		"long ago": {time.Unix(-1e9, 0), false},
	} {
		t.Run(name, func(t *testing.T) {
			var got lease
			err := signer.Verify("p", signer.Sign("p", lease{"run_1", 3}, c.expires), &got)
			if c.valid {
				require.NoError(t, err)
				require.Equal(t, lease{"run_1", 3}, got)
				return
			}
			require.True(t, fault.Is(err, fault.Unauthenticated))
			require.Zero(t, got, "nothing is read from an expired token")
		})
	}
}

func TestForgedTokens(t *testing.T) {
	signer := ringOf(t, 1).Signer()
	token := signer.Sign("p", lease{"run_1", 3}, time.Time{})
	var got lease
	for i := range token {
		changed := []byte(token)
		changed[i] ^= 1
		require.Error(t, signer.Verify("p", string(changed), &got), "character %d", i)
		require.Error(t, signer.Verify("p", token[:i], &got), "cut at %d", i)
	}
	require.Error(t, signer.Verify("p", token+"A", &got))
	require.Error(t, ringOf(t, 2).Signer().Verify("p", token, &got), "another key")
	require.NoError(t, ringOf(t, 2, 1).Signer().Verify("p", token, &got), "a rotated key")
}

func TestClaimsThatAreNotJSONAreABug(t *testing.T) {
	require.Panics(t, func() { ringOf(t, 1).Signer().Sign("p", make(chan int), time.Time{}) })
}

func TestTokensOfTheFirstVersionAreStillValid(t *testing.T) {
	var got lease
	require.NoError(t, ringOf(t, 7).Signer().Verify("golden", goldenToken, &got))
	require.Equal(t, lease{"run_1", 3}, got)
}

const goldenToken = "AUX3iAL2G564AAAAAAAAAAB7IlJ1biI6InJ1bl8xIiwiTnVtYmVyIjozfZVRsevRJyEvq2_yw8Xe1gFKmj9NZ6BhVGfItQ02gjAy"

func FuzzVerify(f *testing.F) {
	signer := ringOf(f, 1).Signer()
	good := signer.Sign("p", lease{"run_1", 3}, time.Time{})
	f.Add(good)
	f.Add("")
	f.Add(good[:70])
	f.Fuzz(func(t *testing.T, token string) {
		var got lease
		if err := signer.Verify("p", token, &got); err == nil && token != good {
			t.Fatalf("accepted what was never signed: %q", token)
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	signer := ringOf(b, 1).Signer()
	token := signer.Sign("p", lease{"run_1", 3}, time.Time{})
	var got lease
	for b.Loop() {
		if err := signer.Verify("p", token, &got); err != nil {
			b.Fatal(err)
		}
	}
}
