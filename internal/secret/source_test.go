package secret_test

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/secret"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

func TestKeysInTheEnvironment(t *testing.T) {
	standard := base64.StdEncoding.EncodeToString(keyOf(0xfb))
	bare := base64.RawURLEncoding.EncodeToString(keyOf(0xff))
	ring, err := secret.ParseKeyring(" " + standard + ",\n" + bare + ", ")
	require.NoError(t, err)

	_, err = ringOf(t, 0xfb).Open(ring.Seal(nil, ""), "")
	require.NoError(t, err, "the first key seals")
	_, err = ring.Open(ringOf(t, 0xff).Seal(nil, ""), "")
	require.NoError(t, err, "the second opens")

	for _, text := range []string{"", " , ", "not base64!", "AAAA", strings.Repeat("A", 43)} {
		_, err := secret.ParseKeyring(text)
		require.True(t, fault.Is(err, fault.Invalid), "%q: %v", text, err)
	}
}

func TestTheKeyFileIsMadeOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret.key")
	rings := make([]*secret.Keyring, 16)
	var group errgroup.Group
	for i := range rings {
		group.Go(func() (err error) { rings[i], err = secret.LoadKeyring(path); return err })
	}
	require.NoError(t, group.Wait())

	for _, ring := range rings {
		_, err := rings[0].Open(ring.Seal(nil, ""), "")
		require.NoError(t, err, "processes that start together agree on one key")
	}
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	names, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	require.Len(t, names, 1, "nothing is left behind")
}

func TestTheKeyFileRotates(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret.key")
	before, err := secret.LoadKeyring(path)
	require.NoError(t, err)
	old, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, []byte("# new\n"+secret.GenerateKey()+"\n"+string(old)), 0o600))

	after, err := secret.LoadKeyring(path)
	require.NoError(t, err)
	_, err = after.Open(before.Seal(nil, ""), "")
	require.NoError(t, err)
}

func TestKeyFilesThatAreRefused(t *testing.T) {
	folder := t.TempDir()
	empty, shared := filepath.Join(folder, "empty"), filepath.Join(folder, "shared")
	require.NoError(t, os.WriteFile(empty, []byte("# nothing\n"), 0o600))
	require.NoError(t, os.WriteFile(shared, []byte(secret.GenerateKey()), 0o600))
	require.NoError(t, os.Chmod(shared, 0o666))

	for path, code := range map[string]fault.Code{
		empty:                                 fault.Invalid,
		shared:                                fault.Invalid,
		folder:                                fault.Unavailable,
		filepath.Join(folder, "no", "folder"): fault.Unavailable,
	} {
		_, err := secret.LoadKeyring(path)
		require.Equal(t, code, fault.CodeOf(err), "%s: %v", path, err)
	}
}
