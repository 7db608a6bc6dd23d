package typeid

import (
	"bytes"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var (
	prefixes = rapid.StringMatching(`[a-z]{2,5}`)
	uuids    = rapid.Custom(func(t *rapid.T) (id uuid.UUID) {
		copy(id[:], rapid.SliceOfN(rapid.Byte(), len(id), len(id)).Draw(t, "bytes"))
		return id
	})
)

func TestIDsKeepTheirPrefixAndAlphabet(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		prefix := prefixes.Draw(t, "prefix")
		id := Maker(prefix)()
		require.Equal(t, prefix, Prefix(id))
		suffix := strings.TrimPrefix(id, prefix+"_")
		require.Len(t, suffix, suffixLength)
		require.Empty(t, strings.Trim(suffix, alphabet))
	})
}

// Ids sort as the bytes behind them do, so ids of one maker sort by the time that they were made.
func TestEncodingKeepsTheOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := uuids.Draw(t, "a"), uuids.Draw(t, "b")
		require.Equal(t, bytes.Compare(a[:], b[:]), strings.Compare(encode(a), encode(b)))
		require.Equal(t, "x", Prefix("x_"+encode(a)))
	})
}

func TestEncodingIsThatOfTypeID(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{ // from the specification's valid.json
		"00000000-0000-0000-0000-000000000000": "00000000000000000000000000",
		"00000000-0000-0000-0000-000000000001": "00000000000000000000000001",
		"00000000-0000-0000-0000-000000000020": "00000000000000000000000010",
		"ffffffff-ffff-ffff-ffff-ffffffffffff": "7zzzzzzzzzzzzzzzzzzzzzzzzz",
		"01890a5d-ac96-774b-bcce-b302099a8057": "01h455vb4pex5vsknk084sn02q",
	} {
		require.Equal(t, want, encode(uuid.MustParse(text)))
	}
}

func TestIDsSortByTimeAndAreUnique(t *testing.T) {
	t.Parallel()
	const makers, each = 8, 2000
	made := make([][]string, makers)
	var group sync.WaitGroup
	for i := range made {
		group.Go(func() {
			for range each {
				made[i] = append(made[i], New("run"))
			}
		})
	}
	group.Wait()
	for _, ids := range made {
		require.True(t, slices.IsSorted(ids), "ids of one maker come in the order of time")
	}
	all := slices.Concat(made...)
	slices.Sort(all)
	require.Len(t, slices.Compact(all), makers*each)
}

func TestWhatIsNoIDHasNoPrefix(t *testing.T) {
	t.Parallel()
	good := New("run")
	for _, text := range []string{
		"", "run", "run_", good[4:], good + "0", good[:len(good)-1], strings.ToUpper(good), "run_8" + good[5:],
		"run_" + strings.Repeat("u", suffixLength), "run_" + strings.Repeat("é", suffixLength/2), strings.Replace(good, "_", "-", 1),
	} {
		require.Empty(t, Prefix(text), "%q", text)
	}
}
