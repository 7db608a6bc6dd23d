package app

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMemoryIsReadFromWhatTheKernelSays(t *testing.T) {
	t.Parallel()
	require.EqualValues(t, 16384, afterWord([]byte("MemTotal:       16384 kB\nMemFree: 1 kB\n"), "MemTotal:"))
	require.EqualValues(t, 536870912, afterWord([]byte("536870912\n"), ""))
	for _, text := range []string{"", "max\n", "MemFree: 1 kB"} {
		require.Zero(t, afterWord([]byte(text), ""), text)
	}
	require.Zero(t, afterWord([]byte("MemFree: 1 kB"), "MemTotal:"))
	require.Positive(t, memory(), "this machine has some")
}

func TestGarbageIsAllowedByWhatLives(t *testing.T) {
	t.Parallel()
	for live, percent := range map[uint64]int{0: 400, 10 << 20: 400, 32 << 20: 400, 64 << 20: 200, 128 << 20: 100, 1 << 30: 100} {
		require.Equal(t, percent, percentFor(live), live)
	}
	require.Positive(t, live())
}
