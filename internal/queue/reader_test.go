package queue_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/queue"
	"github.com/stretchr/testify/require"
)

func next(t testing.TB, reader *queue.Reader) *queue.Message {
	t.Helper()
	message, err := reader.Next(t.Context(), patience)
	require.NoError(t, err)
	require.NotNil(t, message, "no message came")
	return message
}

func ack(t testing.TB, reader *queue.Reader, message *queue.Message) {
	t.Helper()
	require.NoError(t, reader.Ack(t.Context(), message))
}

func TestApplyGoesBeforePlanBeforeBackground(t *testing.T) {
	everywhere(t, func(t *testing.T, s server) {
		client := connect(t, s)
		require.NoError(t, client.Ring(t.Context(), queue.Background, "b1", "b2"))
		require.NoError(t, client.Ring(t.Context(), queue.Plan, "p1", "p2"))
		require.NoError(t, client.Ring(t.Context(), queue.Apply, "a1"))

		reader := newReader(t, client, "one", 0)
		var got []string
		for range 5 {
			message := next(t, reader)
			got = append(got, message.RunID)
			ack(t, reader, message)
			if message.RunID == "p1" {
				require.NoError(t, client.Ring(t.Context(), queue.Apply, "a2"))
			}
		}
		require.Equal(t, []string{"a1", "p1", "a2", "p2", "b1"}, got)
	})
}

func TestAReaderIsWokenByARing(t *testing.T) {
	everywhere(t, func(t *testing.T, s server) {
		client := connect(t, s)
		reader := newReader(t, client, "one", 0)
		for i, priority := range queue.Priorities() {
			got := make(chan *queue.Message)
			go func() { m, _ := reader.Next(context.Background(), patience); got <- m }()
			require.NoError(t, client.Ring(t.Context(), priority, fmt.Sprint("run", i)))
			message := <-got
			require.NotNil(t, message)
			require.Equal(t, priority, message.Priority)
			require.Equal(t, fmt.Sprint("run", i), message.RunID)
			ack(t, reader, message)
		}
	})
}

func TestWaitingEnds(t *testing.T) {
	everywhere(t, func(t *testing.T, s server) {
		reader := newReader(t, connect(t, s), "one", 0)
		message, err := reader.Next(t.Context(), 10*time.Millisecond)
		require.NoError(t, err)
		require.Nil(t, message)

		gone, cancel := context.WithCancel(t.Context())
		cancel()
		_, err = reader.Next(gone, patience)
		require.ErrorIs(t, err, context.Canceled)

		result := make(chan error)
		go func() { _, err := reader.Next(context.Background(), patience); result <- err }()
		reader.Close()
		require.True(t, fault.Is(<-result, fault.Unavailable))
		reader.Close()
	})
}

// collect reads with several goroutines until all runs are there, and tells who got what.
func collect(t *testing.T, readers []*queue.Reader, goroutines, total int) map[string]int {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	var mu sync.Mutex
	var group sync.WaitGroup
	seen := map[string]int{}
	for _, reader := range readers {
		for range goroutines {
			group.Go(func() {
				for {
					message, err := reader.Next(ctx, patience)
					if err != nil || message == nil {
						return
					}
					_ = reader.Ack(context.WithoutCancel(ctx), message)
					mu.Lock()
					seen[message.RunID]++
					if len(seen) == total {
						stop()
					}
					mu.Unlock()
				}
			})
		}
	}
	group.Wait()
	return seen
}

func TestTwoReadersNeverGetTheSameMessage(t *testing.T) {
	everywhere(t, func(t *testing.T, s server) {
		const total = 1200
		readers := []*queue.Reader{newReader(t, connect(t, s), "one", 0), newReader(t, connect(t, s), "two", 0)}
		client := connect(t, s)
		go func() {
			for i := range total {
				_ = client.Ring(context.Background(), queue.Priorities()[i%3], fmt.Sprint("run", i))
			}
		}()
		seen := collect(t, readers, 4, total)
		require.Len(t, seen, total)
		for run, times := range seen {
			require.Equal(t, 1, times, run)
		}
		requireDepth(t, client, 0, 0)
	})
}

func requireDepth(t *testing.T, client *queue.Client, waiting, pending int64) {
	t.Helper()
	depths, err := client.Depths(t.Context())
	require.NoError(t, err)
	require.Len(t, depths, 3)
	var gotWaiting, gotPending int64
	for _, depth := range depths {
		gotWaiting += depth.Waiting
		gotPending += depth.Pending
	}
	require.Equal(t, [2]int64{waiting, pending}, [2]int64{gotWaiting, gotPending}, "waiting and pending")
}

func TestNothingIsReadAhead(t *testing.T) {
	everywhere(t, func(t *testing.T, s server) {
		client := connect(t, s)
		require.NoError(t, client.Ring(t.Context(), queue.Plan, "1", "2", "3", "4", "5"))
		one := newReader(t, client, "one", 0)
		require.Equal(t, "1", next(t, one).RunID)
		requireDepth(t, client, 4, 1)
		require.Equal(t, "2", next(t, newReader(t, client, "two", 0)).RunID, "the rest is there for others")
	})
}

// A caller that leaves while the reader's read still blocks must not take a message with it.
func TestAMessageThatNobodyWaitsForGoesBack(t *testing.T) {
	everywhere(t, func(t *testing.T, s server) {
		client := connect(t, s)
		one := newReader(t, client, "one", 0)
		message, err := one.Next(t.Context(), 50*time.Millisecond) // its read goes on for seconds
		require.NoError(t, err)
		require.Nil(t, message)

		require.NoError(t, client.Ring(t.Context(), queue.Plan, "run"))
		two := newReader(t, client, "two", 0)
		began := time.Now()
		message = next(t, two)
		require.Equal(t, "run", message.RunID)
		require.Less(t, time.Since(began), patience, "before it would be claimed back")
		ack(t, two, message)
		requireDepth(t, client, 0, 0)
	})
}

func TestAMomentWithSeveralRings(t *testing.T) {
	everywhere(t, func(t *testing.T, s server) {
		client := connect(t, s)
		reader := newReader(t, client, "one", 0)
		for range 20 {
			first := make(chan *queue.Message)
			go func() { m, _ := reader.Next(context.Background(), patience); first <- m }()
			pipe := client.Redis().TxPipeline()
			for _, priority := range queue.Priorities() {
				pipe.Do(t.Context(), "XADD", "arpent:queue:"+string(priority), "*", "run", string(priority))
			}
			_, err := pipe.Exec(t.Context())
			require.NoError(t, err)

			seen := map[string]bool{}
			for _, message := range []*queue.Message{<-first, next(t, reader), next(t, reader)} {
				seen[message.RunID] = true
				ack(t, reader, message)
			}
			require.Len(t, seen, 3)
		}
		requireDepth(t, client, 0, 0)
	})
}

func TestMessagesOfTheDeadAreClaimedBack(t *testing.T) {
	everywhere(t, func(t *testing.T, s server) {
		client := connect(t, s)
		require.NoError(t, client.Ring(t.Context(), queue.Apply, "a"))
		require.NoError(t, client.Ring(t.Context(), queue.Plan, "p1", "p2", "p3"))
		dead := newReader(t, client, "dead", 0)
		for range 3 {
			next(t, dead)
		}
		dead.Close()

		heir := newReader(t, client, "heir", time.Second) // it must not claim back from itself on a busy machine
		seen := collect(t, []*queue.Reader{heir}, 1, 4)
		require.Equal(t, map[string]int{"a": 1, "p1": 1, "p2": 1, "p3": 1}, seen)
		requireDepth(t, client, 0, 0)
	})
}

// The embedded server has one reader in its life, and does not tell how long a reader has been silent.
func TestTheNamesOfTheDeadAreForgotten(t *testing.T) {
	t.Parallel()
	client := connect(t, startRedis(t))
	require.NoError(t, client.Ring(t.Context(), queue.Plan, "run"))
	dead := newReader(t, client, "dead", 0)
	ack(t, dead, next(t, dead))
	dead.Close()

	names, err := client.Consumers(t.Context(), queue.Plan)
	require.NoError(t, err)
	require.Equal(t, []string{"dead"}, names)

	heir := newReader(t, client, "heir", 50*time.Millisecond)
	require.Eventually(t, func() bool {
		_, _ = heir.Next(t.Context(), 10*time.Millisecond)
		names, err := client.Consumers(t.Context(), queue.Plan)
		return err == nil && !slices.Contains(names, "dead")
	}, patience, 10*time.Millisecond)
}

func TestAMessageOfTheLivingStaysTheirs(t *testing.T) {
	everywhere(t, func(t *testing.T, s server) {
		client := connect(t, s)
		require.NoError(t, client.Ring(t.Context(), queue.Plan, "run"))
		next(t, newReader(t, client, "slow", time.Minute))
		message, err := newReader(t, client, "eager", time.Minute).Next(t.Context(), 300*time.Millisecond)
		require.NoError(t, err)
		require.Nil(t, message)
	})
}

func TestDepths(t *testing.T) {
	everywhere(t, func(t *testing.T, s server) {
		client := connect(t, s)
		requireDepth(t, client, 0, 0)
		before := time.Now().Add(-time.Second)
		require.NoError(t, client.Ring(t.Context(), queue.Plan, "1", "2"))
		next(t, newReader(t, client, "one", 0))

		depths, err := client.Depths(t.Context())
		require.NoError(t, err)
		require.Equal(t, queue.Plan, depths[1].Priority)
		require.EqualValues(t, 1, depths[1].Waiting)
		require.EqualValues(t, 1, depths[1].Pending)
		require.WithinRange(t, depths[1].Oldest, before, time.Now().Add(time.Second))
		require.Zero(t, depths[0].Oldest)
	})
}

func TestTheStreamsAreBounded(t *testing.T) {
	everywhere(t, func(t *testing.T, s server) {
		client := connect(t, s)
		runs := make([]string, queue.MaxLength+2000)
		for i := range runs {
			runs[i] = "run"
		}
		require.NoError(t, client.Ring(t.Context(), queue.Plan, runs...))
		depths, err := client.Depths(t.Context())
		require.NoError(t, err)
		require.InDelta(t, queue.MaxLength, depths[1].Waiting, 1000)
	})
}
