package journal

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/queue"
)

// Who rings has woken itself, and need not look once more when its own ring comes back from Redis.
func TestAReplicaHearsTheOthersAndNotItself(t *testing.T) {
	t.Parallel()
	server, err := queue.StartEmbedded()
	require.NoError(t, err)
	t.Cleanup(server.Close)
	client, err := queue.Connect(server.URL())
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Close() })
	bell := client.NewBroadcast()
	t.Cleanup(bell.Close)
	one, other, third := broadcast{bell, "one"}, broadcast{bell, "other"}, broadcast{bell, "third"}
	mine, theirs := one.Listen(), third.Listen()
	t.Cleanup(mine.Close)
	t.Cleanup(theirs.Close)
	require.NoError(t, mine.Next(t.Context()), "a channel that is new here may have missed something")
	require.NoError(t, theirs.Next(t.Context()))
	require.NoError(t, one.Ring(t.Context()))
	require.NoError(t, other.Ring(t.Context()))
	require.NoError(t, theirs.Next(t.Context()))
	require.NoError(t, theirs.Next(t.Context())) // by now both are there
	require.NoError(t, mine.Next(t.Context()))
	_, more := mine.(ear).Take()
	require.False(t, more)
}
