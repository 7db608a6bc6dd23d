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
	for range 50 { // a race is not lost at the first try
		path := filepath.Join(t.TempDir(), "secret.key")
		sealed := loadTogether(t, path)
		ring, err := secret.LoadKeyring(path)
		require.NoError(t, err)
		for _, value := range sealed {
			_, err := ring.Open(value, "")
			require.NoError(t, err, "processes that start together agree on one key")
		}
		info, err := os.Stat(path)
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
		names, err := os.ReadDir(filepath.Dir(path))
		require.NoError(t, err)
		require.Len(t, names, 1, "nothing is left behind")
	}
}

// loadTogether starts several processes on one absent key file, and returns a value that each has sealed.
func loadTogether(t *testing.T, path string) [][]byte {
	t.Helper()
	sealed := make([][]byte, 8)
	start := make(chan struct{})
	var group errgroup.Group
	for i := range sealed {
		group.Go(func() error {
			<-start
			ring, err := secret.LoadKeyring(path)
			if err == nil {
				sealed[i] = ring.Seal(nil, "")
			}
			return err
		})
	}
	close(start)
	require.NoError(t, group.Wait())
	return sealed
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
