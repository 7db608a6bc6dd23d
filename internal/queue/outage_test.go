package queue_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/queue"
	"github.com/stretchr/testify/require"
)

func TestURLsThatAreRefused(t *testing.T) {
	for _, url := range []string{"", "nonsense", "http://x", "redis://u:hunter2@h:port", "redis://h/x"} {
		_, err := queue.Connect(url)
		require.True(t, fault.Is(err, fault.Invalid), url)
		require.NotContains(t, err.Error(), "hunter2", "a message never quotes the password")
	}
}

func TestAWrongPasswordIsRefused(t *testing.T) {
	embedded, err := queue.StartEmbedded()
	require.NoError(t, err)
	defer embedded.Close()
	client, err := queue.Connect("redis://:wrong@" + embedded.Address())
	require.NoError(t, err)
	require.True(t, fault.Is(client.Ping(t.Context()), fault.Unavailable))
}

// awaiting is a caller of Next that is waiting already.
func awaiting(reader *queue.Reader) <-chan *queue.Message {
	got := make(chan *queue.Message, 1)
	go func() {
		message, _ := reader.Next(context.Background(), patience)
		got <- message
	}()
	return got
}

func TestAFlushLosesNoBeat(t *testing.T) {
	everywhere(t, func(t *testing.T, s server) {
		client := connect(t, s)
		reader := newReader(t, client, "one", 0)
		slow := 0
		for i := range 20 {
			got := awaiting(reader)
			if i%2 == 0 { // half of the time the read is surely blocked
				require.Eventually(t, func() bool {
					_, err := client.Consumers(t.Context(), queue.Plan)
					return err == nil
				}, patience, time.Millisecond)
			}
			require.NoError(t, client.Redis().FlushAll(t.Context()).Err())
			require.NoError(t, client.Ring(t.Context(), queue.Plan, fmt.Sprint(i)))
			began := time.Now()
			message := <-got
			require.NotNil(t, message)
			require.Equal(t, fmt.Sprint(i), message.RunID)
			if time.Since(began) > 2*time.Second {
				slow++
			}
			ack(t, reader, message)
		}
		require.Less(t, slow, 5, "a beat that is lost is found when the read ends: that is seconds, for each that was blocked")
	})
}

func TestAMessageFromBeforeAFlushCanBeAcknowledged(t *testing.T) {
	everywhere(t, func(t *testing.T, s server) {
		client := connect(t, s)
		reader := newReader(t, client, "one", 0)
		require.NoError(t, client.Ring(t.Context(), queue.Plan, "run"))
		message := next(t, reader)
		require.NoError(t, client.Redis().FlushAll(t.Context()).Err())
		ack(t, reader, message)
	})
}

func TestARestartInTheMiddle(t *testing.T) {
	everywhere(t, func(t *testing.T, s server) {
		client := connect(t, s)
		reader := newReader(t, client, "one", 0)
		require.NoError(t, client.Ring(t.Context(), queue.Plan, "before"))
		ack(t, reader, next(t, reader))

		got := awaiting(reader)
		s.Crash(t)
		require.True(t, fault.Is(client.Ring(t.Context(), queue.Plan, "during"), fault.Unavailable))
		s.Start(t)
		require.Eventually(t, func() bool { return client.Ring(t.Context(), queue.Plan, "after") == nil }, patience, 10*time.Millisecond)
		message := <-got
		require.NotNil(t, message)
		require.Equal(t, "after", message.RunID)
		ack(t, reader, message)
	})
}

func TestWaitingWhileRedisIsAway(t *testing.T) {
	everywhere(t, func(t *testing.T, s server) {
		client := connect(t, s)
		reader := newReader(t, client, "one", 0)
		s.Crash(t)
		began := time.Now()
		message, err := reader.Next(t.Context(), 300*time.Millisecond)
		require.Nil(t, message)
		require.True(t, fault.Is(err, fault.Unavailable), "%v", err)
		require.GreaterOrEqual(t, time.Since(began), 300*time.Millisecond, "it does not spin")
		_, err = client.Depths(t.Context())
		require.True(t, fault.Is(err, fault.Unavailable))
	})
}

// A Redis that hangs is worse than one that is gone: nothing is refused, nothing is answered.
func TestNobodyWaitsForARedisThatHangs(t *testing.T) {
	everywhere(t, func(t *testing.T, s server) {
		proxy := startProxy(t, s)
		client, err := queue.Connect(proxy.url)
		require.NoError(t, err)
		defer client.Close()
		require.NoError(t, client.Ping(t.Context()))

		proxy.swallowAll()
		began := time.Now()
		require.True(t, fault.Is(client.Ring(t.Context(), queue.Plan, "run"), fault.Unavailable))
		require.True(t, fault.Is(newBroadcast(t, client).Publish(t.Context(), "events", nil), fault.Unavailable))
		require.Less(t, time.Since(began), patience)
	})
}

func TestTheEmbeddedClockRuns(t *testing.T) {
	everywhere(t, func(t *testing.T, s server) {
		rdb := connect(t, s).Redis()
		require.NoError(t, rdb.Set(t.Context(), "arpent:test", "x", 300*time.Millisecond).Err())
		require.EqualValues(t, 1, rdb.Exists(t.Context(), "arpent:test").Val())
		require.Eventually(t, func() bool { return rdb.Exists(t.Context(), "arpent:test").Val() == 0 }, patience, 10*time.Millisecond)
	})
}
