package queue_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/arpent/arpent/internal/queue"
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
)

// BenchmarkRingToNext measures how long a run takes from Ring to Next against a bare XADD to XREADGROUP, turn by
// turn on the same Redis, while the reader waits already. It reports both medians and their ratio.
func BenchmarkRingToNext(b *testing.B) {
	for name, start := range kinds {
		b.Run(name, func(b *testing.B) {
			s := start(b)
			bare, ours := newBare(b, s), newOurs(b, s)
			var bareTimes, ourTimes []time.Duration
			for b.Loop() {
				bareTimes = append(bareTimes, bare.turn(b))
				ourTimes = append(ourTimes, ours.turn(b))
			}
			report(b, bareTimes, ourTimes)
		})
	}
}

func report(b *testing.B, bare, ours []time.Duration) {
	slices.Sort(bare)
	slices.Sort(ours)
	at := func(times []time.Duration, share float64) float64 {
		return float64(times[int(float64(len(times)-1)*share)].Nanoseconds())
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(at(bare, .5), "bare-p50-ns")
	b.ReportMetric(at(ours, .5), "ours-p50-ns")
	b.ReportMetric(at(ours, .5)/at(bare, .5), "p50-ratio")
	b.ReportMetric(at(ours, .99)/at(bare, .99), "p99-ratio")
}

// lane is one way to bring a word from one end to the other.
type lane struct {
	send func()
	got  chan time.Time
	done func() // lets the receiving end wait again
	idle func() bool
}

// turn waits until the receiving end waits, and measures one message.
func (l *lane) turn(b *testing.B) time.Duration {
	require.Eventually(b, l.idle, patience, 200*time.Microsecond)
	began := time.Now()
	l.send()
	took := (<-l.got).Sub(began)
	l.done()
	return took
}

func newBare(b *testing.B, s server) *lane {
	sender, receiver := connect(b, s).Redis(), connect(b, s).Redis()
	require.NoError(b, receiver.XGroupCreateMkStream(b.Context(), "bare", "group", "0").Err())
	l := &lane{got: make(chan time.Time)}
	again, ready := make(chan struct{}, 1), time.Now()
	l.send = func() { sender.XAdd(b.Context(), &redis.XAddArgs{Stream: "bare", Values: []string{"run", "x"}}) }
	l.done = func() { ready = time.Now(); again <- struct{}{} }
	l.idle = func() bool { return time.Since(ready) > time.Millisecond }
	ctx, stop := context.WithCancel(context.Background())
	b.Cleanup(stop)
	go func() {
		for ctx.Err() == nil {
			streams, err := receiver.XReadGroup(ctx, &redis.XReadGroupArgs{
				Group: "group", Consumer: "one", Streams: []string{"bare", ">"}, Count: 1, Block: time.Second,
			}).Result()
			if err != nil {
				continue
			}
			l.got <- time.Now()
			receiver.XAck(ctx, "bare", "group", streams[0].Messages[0].ID)
			<-again
		}
	}()
	return l
}

func newOurs(b *testing.B, s server) *lane {
	sender, reader := connect(b, s), newReader(b, connect(b, s), "one", 0)
	l := &lane{got: make(chan time.Time)}
	again, ready := make(chan struct{}, 1), time.Now()
	l.send = func() { _ = sender.Ring(b.Context(), queue.Plan, "x") }
	l.done = func() { ready = time.Now(); again <- struct{}{} }
	l.idle = func() bool { return time.Since(ready) > time.Millisecond }
	ctx, stop := context.WithCancel(context.Background())
	b.Cleanup(stop)
	go func() {
		for ctx.Err() == nil {
			message, err := reader.Next(ctx, time.Second)
			if err != nil || message == nil {
				continue
			}
			l.got <- time.Now()
			_ = reader.Ack(ctx, message)
			<-again
		}
	}()
	return l
}

// BenchmarkThroughput measures messages that wait already, read and acknowledged by eight goroutines.
func BenchmarkThroughput(b *testing.B) {
	for name, start := range kinds {
		b.Run(name, func(b *testing.B) {
			client := connect(b, start(b))
			reader := newReader(b, client, "one", 0)
			runs := make([]string, b.N)
			for i := range runs {
				runs[i] = fmt.Sprint("run", i)
			}
			require.NoError(b, client.Ring(b.Context(), queue.Plan, runs...))
			b.SetParallelism(4)
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					message, err := reader.Next(b.Context(), patience)
					if err != nil || message == nil || reader.Ack(b.Context(), message) != nil {
						b.Error("no message", err)
						return
					}
				}
			})
		})
	}
}

// BenchmarkFanOut measures one word to ten thousand listeners, from Publish until all have it in their buffers.
func BenchmarkFanOut(b *testing.B) {
	for name, start := range kinds {
		b.Run(name, func(b *testing.B) {
			broadcast := newBroadcast(b, connect(b, start(b)))
			last := hearing(b, broadcast, "events")
			listeners := make([]*queue.Listener, 10_000)
			for i := range listeners {
				listeners[i] = broadcast.Listen("events")
			}
			end := broadcast.Listen("events")
			for b.Loop() {
				publish(b, broadcast, "events", "word")
				requireWord(b, end, "word")
				requireWord(b, last, "word")
				for _, listener := range listeners {
					listener.Take()
				}
			}
		})
	}
}
