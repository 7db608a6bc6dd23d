package queue

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// Message is a run that somebody rang for.
type Message struct {
	ID       string // of the entry in its stream
	Priority Priority
	RunID    string
}

// ReaderConfig says how a reader reads.
type ReaderConfig struct {
	Consumer   string        // the reader's name, unique among all processes that ever read
	ClaimAfter time.Duration // how long a message may stay unacknowledged before another reader gets it; 30 s when zero
}

const defaultClaimAfter = 30 * time.Second

// Reader reads for one process; any number of goroutines may wait in Next. It reads only while one waits.
type Reader struct {
	client     *Client
	rdb        *redis.Client // of its own: closing it is the only way to end a read that blocks
	consumer   string
	claimAfter time.Duration
	nextClaim  time.Time

	mu      sync.Mutex
	waiting []chan Message // those in Next, first come first
	failure error          // of the last read; nil when Redis answered
	wake    chan struct{}

	ctx  context.Context
	stop context.CancelFunc
	done chan struct{}
}

// NewReader starts a reader; Close ends it.
func (c *Client) NewReader(config ReaderConfig) *Reader {
	options := c.options
	ctx, stop := context.WithCancel(context.Background())
	r := &Reader{
		client: c, rdb: redis.NewClient(&options),
		consumer: config.Consumer, claimAfter: cmp.Or(config.ClaimAfter, defaultClaimAfter),
		wake: make(chan struct{}, 1), ctx: ctx, stop: stop, done: make(chan struct{}),
	}
	go r.run()
	return r
}

// Next waits for a message, nil when none came in time. While Redis is away it goes on trying, and says
// Unavailable only at the end of the wait. A message that arrives just when ctx is done is returned all the same.
func (r *Reader) Next(ctx context.Context, wait time.Duration) (*Message, error) {
	place := r.queueUp()
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case message := <-place:
		return &message, nil
	case <-timer.C:
		return r.leave(place, nil)
	case <-ctx.Done():
		return r.leave(place, ctx.Err())
	case <-r.done:
		return r.leave(place, errClosed())
	}
}

func (r *Reader) queueUp() chan Message {
	place := make(chan Message, 1)
	r.mu.Lock()
	r.waiting = append(r.waiting, place)
	r.mu.Unlock()
	select {
	case r.wake <- struct{}{}:
	default: // it is awake already
	}
	return place
}

// leave gives up a place in the line. One that is no longer in the line has its message already.
func (r *Reader) leave(place chan Message, err error) (*Message, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if i := slices.Index(r.waiting, place); i >= 0 {
		r.waiting = slices.Delete(r.waiting, i, i+1)
		return nil, cmp.Or(err, r.failure)
	}
	message := <-place
	return &message, nil
}

// Ack says that a message is dealt with: the run is claimed, or somebody else has it. It follows the commit.
func (r *Reader) Ack(ctx context.Context, message *Message) error {
	_, err := r.client.rdb.Pipelined(ctx, func(pipe redis.Pipeliner) error {
		remove(ctx, pipe, *message)
		return nil
	})
	return unavailable(err)
}

// remove deletes the entry as well, so that a stream's length is what is left to do.
func remove(ctx context.Context, pipe redis.Pipeliner, message Message) {
	pipe.XAck(ctx, message.Priority.stream(), group, message.ID)
	pipe.XDel(ctx, message.Priority.stream(), message.ID)
}

// Close ends the reader and everybody's Next. What was read and not acknowledged goes to another reader.
func (r *Reader) Close() {
	r.stop()
	_ = r.rdb.Close() // it was to end the read; closing twice is all that can go wrong
	<-r.done
}

// run reads as long as somebody waits.
func (r *Reader) run() {
	defer close(r.done)
	for failures := 0; ; {
		wanted := r.wanted()
		if wanted == 0 {
			return
		}
		messages, err := r.read(r.ctx, wanted)
		r.deliver(messages, unavailable(err))
		if err == nil {
			failures = 0
			continue
		}
		failures++
		if !rest(r.ctx, backoff(failures)) {
			return
		}
	}
}

// wanted waits until somebody waits, and tells how many do; zero when the reader is closed.
func (r *Reader) wanted() int {
	for r.ctx.Err() == nil {
		r.mu.Lock()
		n := len(r.waiting)
		r.mu.Unlock()
		if n > 0 {
			return n
		}
		select {
		case <-r.wake:
		case <-r.ctx.Done():
		}
	}
	return 0
}

// deliver hands messages to those who wait. What nobody waits for any more goes back to the streams.
func (r *Reader) deliver(messages []Message, failure error) {
	r.mu.Lock()
	r.failure = failure
	n := min(len(messages), len(r.waiting))
	for i, message := range messages[:n] {
		r.waiting[i] <- message // has room for one
	}
	r.waiting = slices.Delete(r.waiting, 0, n)
	r.mu.Unlock()
	r.giveBack(messages[n:])
}
