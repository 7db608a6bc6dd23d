package queue

import (
	"context"
	"time"

	"github.com/redis/go-redis/v9"
)

// What the tests of the package need to see or to hurry.

// StartEmbeddedAt serves at an address that was used before, as after a restart.
func StartEmbeddedAt(address, password string) (*Embedded, error) {
	return startEmbedded(address, password)
}

// Address and Password are the parts of URL.
func (e *Embedded) Address() string  { return e.server.Addr() }
func (e *Embedded) Password() string { return e.password }

// Redis is the bare connection.
func (c *Client) Redis() *redis.Client { return c.rdb }

// NewBroadcastPinging is NewBroadcast with another interval.
func (c *Client) NewBroadcastPinging(every time.Duration) *Broadcast { return c.newBroadcast(every) }

// Consumers lists the names that the group of a priority knows.
func (c *Client) Consumers(ctx context.Context, priority Priority) ([]string, error) {
	consumers, err := c.rdb.XInfoConsumers(ctx, priority.stream(), group).Result()
	names := make([]string, len(consumers))
	for i, consumer := range consumers {
		names[i] = consumer.Name
	}
	return names, err
}

// NewDeafListener is a listener without a broadcast.
func NewDeafListener() *Listener { return &Listener{ready: make(chan struct{}, 1)} }

// Put and Missed are what happens to a listener.
func (l *Listener) Put(word []byte) { l.put(word) }
func (l *Listener) Missed()         { l.missed() }

// The bounds.
const (
	MaxNotes     = maxNotes
	MaxNoteBytes = maxNoteBytes
	MaxLength    = maxLength
)
