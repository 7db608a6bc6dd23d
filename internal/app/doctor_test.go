package app

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A clock is not wrong because its answer took long.
func TestClocksAreApartByWhatTheAnswerCannotExplain(t *testing.T) {
	t.Parallel()
	asked := time.Now()
	answered := asked.Add(5 * time.Second)
	for said, apart := range map[time.Duration]time.Duration{
		0: 0, 3 * time.Second: 0, 5 * time.Second: 0, 8 * time.Second: 3 * time.Second, -time.Hour: time.Hour,
	} {
		require.Equal(t, apart, clocksApart(asked, asked.Add(said), answered), "it said %s", said)
	}
}
