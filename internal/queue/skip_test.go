package queue_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSkipDropsWhatWasSaidAndNothingLater(t *testing.T) {
	everywhere(t, func(t *testing.T, s server) {
		broadcast := newBroadcast(t, connect(t, s))
		listener, witness := hearing(t, broadcast, "runs"), broadcast.Listen("runs")
		defer witness.Close()
		require.False(t, listener.Skip())
		publish(t, broadcast, "runs", "one")
		publish(t, broadcast, "runs", "two")
		requireWord(t, witness, "one")
		requireWord(t, witness, "two") // every listener has it when the last one does
		require.True(t, listener.Skip())
		publish(t, broadcast, "runs", "three")
		requireWord(t, listener, "three")
	})
}
