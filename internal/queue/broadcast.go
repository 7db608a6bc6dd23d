package queue

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/arpent/arpent/internal/fault"
	"github.com/redis/go-redis/v9"
)

// MaxPayload is the length in bytes of the longest word that can be published.
const MaxPayload = 64 << 10

// A connection that has been silent for three pings is dead, whatever TCP says.
const (
	pingEvery = 5 * time.Second
	silentFor = 3
)

// Broadcast carries words between all processes that share a Redis. A process has one, whatever it listens to.
type Broadcast struct {
	rdb       *redis.Client
	prefix    string
	pingEvery time.Duration

	mu       sync.Mutex
	channels map[string]*channel
	changed  map[string]struct{} // channels whose subscription may have to change
	wake     chan struct{}

	lastHeard atomic.Int64 // when Redis last said anything, in Unix nanoseconds
	ctx       context.Context
	stop      context.CancelFunc
	done      chan struct{}
}

// channel is what this process does with one channel. It exists while somebody listens, and until Redis has
// been told that nobody does.
type channel struct {
	listeners []*Listener
	asked     bool // SUBSCRIBE was sent on the present connection
}

// NewBroadcast starts to carry words; Close ends it.
func (c *Client) NewBroadcast() *Broadcast { return c.newBroadcast(pingEvery) }

func (c *Client) newBroadcast(ping time.Duration) *Broadcast {
	ctx, stop := context.WithCancel(context.Background())
	b := &Broadcast{
		rdb: c.rdb, prefix: c.prefix, pingEvery: ping,
		channels: map[string]*channel{}, changed: map[string]struct{}{}, wake: make(chan struct{}, 1),
		ctx: ctx, stop: stop, done: make(chan struct{}),
	}
	go b.run()
	return b
}

// Publish tells all who listen to the channel, in every process. Publish after the commit: a listener that
// hears of it may look it up at once. More than MaxPayload is Limited; Redis away is Unavailable, which may
// be ignored, because listeners are told of the gap.
func (b *Broadcast) Publish(ctx context.Context, name string, payload []byte) error {
	if len(payload) > MaxPayload {
		return fault.New(fault.Limited, fault.Text{
			EN: "A message to all replicas has at most %d bytes, this one has %d.",
			FR: "Un message à toutes les répliques compte au plus %d octets, celui-ci en a %d.",
		}, MaxPayload, len(payload))
	}
	ctx, cancel := context.WithTimeout(ctx, tellTimeout)
	defer cancel()
	return unavailable(b.rdb.Publish(ctx, b.prefix+name, payload).Err())
}

// Close ends the subscription and everybody's Next.
func (b *Broadcast) Close() {
	b.stop()
	<-b.done
}

// run keeps a connection. Every failure ends it; the next one subscribes anew, and the confirmations tell
// all listeners of the gap.
func (b *Broadcast) run() {
	defer close(b.done)
	for failures := 0; b.ctx.Err() == nil; failures++ {
		began := time.Now()
		if !rest(b.ctx, backoff(failures)) {
			return
		}
		b.connection()
		if time.Since(began) > silentFor*b.pingEvery {
			failures = 0 // it worked for a while
		}
	}
}

// connection subscribes to all channels and hears them until the connection fails or the broadcast is closed.
func (b *Broadcast) connection() {
	ctx, cancel := context.WithCancel(b.ctx)
	subscription := b.rdb.Subscribe(ctx, b.askForAll()...)
	b.lastHeard.Store(time.Now().UnixNano())
	var steward sync.WaitGroup
	steward.Go(func() {
		b.tend(ctx, subscription)
		_ = subscription.Close() // ends hear; whether the farewell succeeds does not matter
	})
	b.hear(ctx, subscription)
	cancel()
	steward.Wait()
}

// hear takes what Redis says and never waits for a listener: a subscriber that stops reading stops Redis.
func (b *Broadcast) hear(ctx context.Context, subscription *redis.PubSub) {
	for {
		reply, err := subscription.Receive(ctx)
		if err != nil {
			return
		}
		b.lastHeard.Store(time.Now().UnixNano())
		switch reply := reply.(type) {
		case *redis.Subscription:
			if reply.Kind == "subscribe" {
				b.confirm(reply.Channel)
			}
		case *redis.Message:
			b.deliver(reply.Channel, []byte(reply.Payload))
		}
	}
}

// tend keeps the subscription to what is listened to, and ends when the connection is silent.
func (b *Broadcast) tend(ctx context.Context, subscription *redis.PubSub) {
	ticker := time.NewTicker(b.pingEvery)
	defer ticker.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return
		case <-b.wake:
			err = b.adjust(ctx, subscription)
		case <-ticker.C:
			if time.Since(time.Unix(0, b.lastHeard.Load())) > silentFor*b.pingEvery {
				return
			}
			err = subscription.Ping(ctx)
		}
		if err != nil {
			return
		}
	}
}

// adjust subscribes and unsubscribes what has changed, in two commands at most.
func (b *Broadcast) adjust(ctx context.Context, subscription *redis.PubSub) error {
	wanted, unwanted := b.changes()
	if len(unwanted) > 0 {
		if err := subscription.Unsubscribe(ctx, unwanted...); err != nil {
			return err
		}
	}
	if len(wanted) > 0 {
		return subscription.Subscribe(ctx, wanted...)
	}
	return nil
}

func (b *Broadcast) changes() (wanted, unwanted []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for name := range b.changed {
		switch c := b.channels[name]; {
		case c == nil:
		case len(c.listeners) == 0:
			delete(b.channels, name)
			if c.asked {
				unwanted = append(unwanted, name)
			}
		case !c.asked:
			c.asked = true
			wanted = append(wanted, name)
		}
	}
	clear(b.changed)
	return wanted, unwanted
}

// askForAll lists the channels for a new connection, on which nothing is confirmed yet.
func (b *Broadcast) askForAll() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var names []string
	for name, c := range b.channels {
		if len(c.listeners) == 0 {
			delete(b.channels, name)
			continue
		}
		c.asked = true
		names = append(names, name)
	}
	clear(b.changed)
	return names
}

// confirm notes that Redis has begun to send a channel: what was published before is lost to those who
// listen already.
func (b *Broadcast) confirm(name string) {
	b.forEach(name, (*Listener).missed)
}

func (b *Broadcast) deliver(name string, payload []byte) {
	b.forEach(name, func(l *Listener) { l.put(payload) })
}

func (b *Broadcast) forEach(name string, tell func(*Listener)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if c := b.channels[name]; c != nil {
		for _, listener := range c.listeners {
			tell(listener)
		}
	}
}
