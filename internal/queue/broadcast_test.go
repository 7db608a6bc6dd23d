package queue_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/queue"
	"github.com/stretchr/testify/require"
)

// hearing is a listener of a channel that Redis has confirmed: its first Gap is behind it.
func hearing(t testing.TB, broadcast *queue.Broadcast, name string) *queue.Listener {
	t.Helper()
	listener := broadcast.Listen(name)
	t.Cleanup(listener.Close)
	requireGap(t, listener)
	return listener
}

func nextNote(t testing.TB, listener *queue.Listener) queue.Note {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	note, err := listener.Next(ctx)
	require.NoError(t, err)
	return note
}

func requireGap(t testing.TB, listener *queue.Listener) {
	t.Helper()
	require.Equal(t, queue.Note{Gap: true}, nextNote(t, listener))
}

func requireWord(t testing.TB, listener *queue.Listener, word string) {
	t.Helper()
	note := nextNote(t, listener)
	require.False(t, note.Gap)
	require.Equal(t, word, string(note.Payload))
}

func publish(t testing.TB, broadcast *queue.Broadcast, name, word string) {
	t.Helper()
	require.NoError(t, broadcast.Publish(t.Context(), name, []byte(word)))
}

func TestAllProcessesHearInOrder(t *testing.T) {
	everywhere(t, func(t *testing.T, s server) {
		here, there := newBroadcast(t, connect(t, s)), newBroadcast(t, connect(t, s))
		listeners := []*queue.Listener{hearing(t, here, "events"), hearing(t, there, "events")}
		late := here.Listen("events") // the channel is heard already: it needs no gap
		defer late.Close()
		listeners = append(listeners, late)
		for i := range 200 {
			publish(t, here, "events", fmt.Sprint(i))
			publish(t, there, "log:other", "nobody listens")
		}
		for _, listener := range listeners {
			for i := range 200 {
				requireWord(t, listener, fmt.Sprint(i))
			}
		}
	})
}

func TestPayloads(t *testing.T) {
	everywhere(t, func(t *testing.T, s server) {
		broadcast := newBroadcast(t, connect(t, s))
		listener := hearing(t, broadcast, "events")
		for _, word := range []string{"", "\x00\xff\r\n$5\r\n", strings.Repeat("x", queue.MaxPayload)} {
			publish(t, broadcast, "events", word)
			requireWord(t, listener, word)
		}
		err := broadcast.Publish(t.Context(), "events", make([]byte, queue.MaxPayload+1))
		require.True(t, fault.Is(err, fault.Limited))
	})
}

func TestASlowListenerIsToldAndSlowsNobody(t *testing.T) {
	everywhere(t, func(t *testing.T, s server) {
		broadcast := newBroadcast(t, connect(t, s))
		slow, quick := hearing(t, broadcast, "events"), broadcast.Listen("events")
		defer quick.Close()
		const total = queue.MaxNotes * 3
		for i := range total {
			publish(t, broadcast, "events", fmt.Sprint(i))
			requireWord(t, quick, fmt.Sprint(i))
		}
		requireGap(t, slow)
		publish(t, broadcast, "events", "after")
		requireWord(t, slow, "after")
	})
}

func TestAListenerThatWaitsInVain(t *testing.T) {
	everywhere(t, func(t *testing.T, s server) {
		broadcast := newBroadcast(t, connect(t, s))
		listener := hearing(t, broadcast, "events")
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := listener.Next(ctx)
		require.ErrorIs(t, err, context.Canceled)

		result := make(chan error)
		go func() { _, err := listener.Next(context.Background()); result <- err }()
		broadcast.Close()
		require.True(t, fault.Is(<-result, fault.Unavailable))
		listener.Close()
		listener.Close()
	})
}

func TestListenersAreToldOfARestart(t *testing.T) {
	everywhere(t, func(t *testing.T, s server) {
		broadcast := newBroadcast(t, connect(t, s))
		one, other := hearing(t, broadcast, "events"), hearing(t, broadcast, "log:1")
		publish(t, broadcast, "events", "before")
		requireWord(t, one, "before")

		s.Crash(t)
		require.True(t, fault.Is(broadcast.Publish(t.Context(), "events", []byte("during")), fault.Unavailable))
		newcomer := broadcast.Listen("log:2") // works without Redis, and is told once it is there
		defer newcomer.Close()
		s.Start(t)

		for _, listener := range []*queue.Listener{one, other, newcomer} {
			requireGap(t, listener)
		}
		publish(t, broadcast, "log:2", "after")
		requireWord(t, newcomer, "after")
		publish(t, broadcast, "events", "after")
		requireWord(t, one, "after")
	})
}

func TestChannelsComeAndGo(t *testing.T) {
	everywhere(t, func(t *testing.T, s server) {
		client := connect(t, s)
		broadcast := newBroadcast(t, client)
		for range 3 {
			listeners := make([]*queue.Listener, 1000)
			began := time.Now()
			for i := range listeners {
				listeners[i] = broadcast.Listen(fmt.Sprint("log:", i))
			}
			for _, listener := range listeners {
				requireGap(t, listener)
			}
			t.Logf("1,000 channels heard after %v", time.Since(began))
			publish(t, broadcast, "log:7", "word")
			requireWord(t, listeners[7], "word")
			for _, listener := range listeners {
				listener.Close()
			}
			require.Eventually(t, func() bool {
				names, err := client.Redis().PubSubChannels(t.Context(), "*").Result()
				return err == nil && len(names) == 0
			}, patience, time.Millisecond, "what nobody listens to is not sent")
		}
	})
}

// Listeners that come and go at once on few channels meet every order of subscribing and unsubscribing. What
// they may assume holds throughout: a word published after Listen is heard, or a Gap is.
func TestNoWordIsLostInTheCrowd(t *testing.T) {
	everywhere(t, func(t *testing.T, s server) {
		broadcast := newBroadcast(t, connect(t, s))
		var crowd sync.WaitGroup
		var failed atomic.Value
		for worker := range 8 {
			crowd.Go(func() {
				for i := range 150 {
					name := fmt.Sprint("log:", (worker+i)%3)
					if err := listenOnce(broadcast, name, fmt.Sprint(worker, "/", i)); err != nil {
						failed.Store(err)
						return
					}
				}
			})
		}
		crowd.Wait()
		require.Nil(t, failed.Load())
	})
}

func listenOnce(broadcast *queue.Broadcast, name, word string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	listener := broadcast.Listen(name)
	defer listener.Close()
	if err := broadcast.Publish(ctx, name, []byte(word)); err != nil {
		return err
	}
	for {
		note, err := listener.Next(ctx)
		if err != nil {
			return fmt.Errorf("%s never heard %s: %w", name, word, err)
		}
		if note.Gap || string(note.Payload) == word {
			return nil
		}
	}
}

func TestTenThousandListeners(t *testing.T) {
	everywhere(t, func(t *testing.T, s server) {
		broadcast := newBroadcast(t, connect(t, s))
		first := hearing(t, broadcast, "events")
		var told sync.WaitGroup
		var failed atomic.Int64
		for range 10_000 {
			listener := broadcast.Listen("events")
			told.Go(func() {
				defer listener.Close()
				ctx, cancel := context.WithTimeout(context.Background(), patience)
				defer cancel()
				if note, err := listener.Next(ctx); err != nil || string(note.Payload) != "word" {
					failed.Add(1)
				}
			})
		}
		began := time.Now()
		publish(t, broadcast, "events", "word")
		requireWord(t, first, "word")
		told.Wait()
		t.Logf("the last of 10,000 was told after %v", time.Since(began))
		require.Zero(t, failed.Load())
	})
}

func TestDatabasesOfOneRedisDoNotHearEachOther(t *testing.T) {
	everywhere(t, func(t *testing.T, s server) {
		zero := newBroadcast(t, connect(t, s))
		client, err := queue.Connect(s.URL() + "/3")
		require.NoError(t, err)
		defer client.Close()
		three := newBroadcast(t, client)
		a, b := hearing(t, zero, "events"), hearing(t, three, "events")
		publish(t, zero, "events", "for zero")
		publish(t, three, "events", "for three")
		requireWord(t, a, "for zero")
		requireWord(t, b, "for three")
	})
}

// A connection that nobody closes but that carries nothing any more (a firewall forgot it, a host is gone)
// is noticed by its silence.
func TestADeadConnectionIsNoticed(t *testing.T) {
	everywhere(t, func(t *testing.T, s server) {
		proxy := startProxy(t, s)
		client, err := queue.Connect(proxy.url)
		require.NoError(t, err)
		defer client.Close()
		broadcast := client.NewBroadcastPinging(time.Second) // silent for three of them: a busy machine must not lose what lives
		defer broadcast.Close()
		listener := hearing(t, broadcast, "events")

		proxy.swallow()
		requireGap(t, listener)
		publish(t, newBroadcast(t, connect(t, s)), "events", "word")
		requireWord(t, listener, "word")
	})
}
