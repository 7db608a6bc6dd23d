package secret_test

import (
	"bytes"
	"encoding/base64"
	"testing"

	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/secret"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// keyOf is a key that is made of one byte, so that tests are the same every time.
func keyOf(b byte) []byte { return bytes.Repeat([]byte{b}, secret.KeySize) }

func ringOf(t testing.TB, bytes ...byte) *secret.Keyring {
	t.Helper()
	keys := make([][]byte, len(bytes))
	for i, b := range bytes {
		keys[i] = keyOf(b)
	}
	ring, err := secret.NewKeyring(keys...)
	require.NoError(t, err)
	return ring
}

func TestSealedValuesOpenInTheirContextOnly(t *testing.T) {
	ring := ringOf(t, 1)
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.SliceOf(rapid.Byte()).Draw(t, "plain")
		context, other := rapid.String().Draw(t, "context"), rapid.String().Draw(t, "other")
		sealed := ring.Seal(plain, context)
		opened, err := ring.Open(sealed, context)
		require.NoError(t, err)
		require.True(t, bytes.Equal(plain, opened))
		if other != context {
			_, err := ring.Open(sealed, other)
			require.True(t, fault.Is(err, fault.Internal))
		}
	})
}

func TestTamperedValuesStayShut(t *testing.T) {
	ring := ringOf(t, 1, 2)
	sealed := ring.Seal([]byte("the password"), "row")
	for i := range sealed {
		for _, flip := range []byte{1, 0x80, 0xff} {
			changed := bytes.Clone(sealed)
			changed[i] ^= flip
			_, err := ring.Open(changed, "row")
			require.Error(t, err, "byte %d", i)
		}
		_, err := ring.Open(sealed[:i], "row")
		require.Error(t, err, "cut at %d", i)
	}
	_, err := ring.Open(append(bytes.Clone(sealed), 0), "row")
	require.Error(t, err)
}

func TestTheSameValueNeverLooksTheSame(t *testing.T) {
	ring := ringOf(t, 1)
	require.NotEqual(t, ring.Seal([]byte("x"), "row"), ring.Seal([]byte("x"), "row"))
}

func TestRotation(t *testing.T) {
	before, during, after := ringOf(t, 1), ringOf(t, 2, 1), ringOf(t, 2)
	old := before.Seal([]byte("x"), "row")

	opened, err := during.Open(old, "row")
	require.NoError(t, err)
	require.Equal(t, "x", string(opened))

	again := during.Seal(opened, "row")
	_, err = after.Open(again, "row")
	require.NoError(t, err, "the first key seals")

	_, err = after.Open(old, "row")
	require.True(t, fault.Is(err, fault.Unavailable), "a key that is gone is named, not guessed: %v", err)
}

func TestKeysThatAreRefused(t *testing.T) {
	for name, keys := range map[string][][]byte{
		"none":  {},
		"short": {make([]byte, 31)},
		"long":  {keyOf(1), bytes.Repeat([]byte{2}, 33)},
		"zeros": {make([]byte, secret.KeySize)},
		"twice": {keyOf(1), keyOf(2), keyOf(1)},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := secret.NewKeyring(keys...)
			require.True(t, fault.Is(err, fault.Invalid))
		})
	}
}

// The format is a promise to databases that exist: this value was sealed by the first version.
func TestValuesOfTheFirstVersionStillOpen(t *testing.T) {
	sealed, err := base64.StdEncoding.DecodeString(goldenSealed)
	require.NoError(t, err)
	opened, err := ringOf(t, 7).Open(sealed, "golden")
	require.NoError(t, err)
	require.Equal(t, "sealed by version 1", string(opened))
}

const goldenSealed = "AUX3iAL2G564CkY4XN7cEVrVnrBL0oCSfPJt1ShjecmtTA6ILLmWHHzhNX/Z+z7xImPIvQpZfSzxDPfAiAG/34670hA="

func FuzzOpen(f *testing.F) {
	ring := ringOf(f, 7)
	good, err := base64.StdEncoding.DecodeString(goldenSealed) // the same in every process of the fuzzer
	require.NoError(f, err)
	f.Add(good)
	f.Add([]byte{})
	f.Add(good[:40])
	f.Fuzz(func(t *testing.T, sealed []byte) {
		plain, err := ring.Open(sealed, "golden")
		if err == nil && !bytes.Equal(sealed, good) {
			t.Fatalf("opened what was never sealed: %q", plain)
		}
	})
}
