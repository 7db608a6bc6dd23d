package queue

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// Priority says what is read first.
type Priority string

// The priorities, first first.
const (
	Apply      Priority = "apply"      // somebody has approved and waits
	Plan       Priority = "plan"       // somebody has asked and waits
	Background Priority = "background" // nobody waits: drift, synchronization
)

// Priorities lists them, first first.
func Priorities() []Priority { return []Priority{Apply, Plan, Background} }

const (
	group     = "workers"
	runField  = "run"
	maxLength = 100_000 // of a stream: about 10 MB. What falls off is rung again by the sweep.
	maxBatch  = 500     // commands in one pipeline; the embedded server chokes on longer ones
)

func (p Priority) stream() string { return "arpent:queue:" + string(p) }

// Ring tells the readers that runs wait. Call it after the commit; a failure may be ignored, because the sweep
// rings for what waits too long, and a Redis that hangs is not waited for. To ring twice is harmless: it costs a
// reader one look into the database.
func (c *Client) Ring(ctx context.Context, priority Priority, runIDs ...string) error {
	for batch := range slices.Chunk(runIDs, maxBatch) {
		if err := c.ring(ctx, priority, batch); err != nil {
			return unavailable(err)
		}
	}
	return nil
}

func (c *Client) ring(ctx context.Context, priority Priority, runIDs []string) error {
	ctx, cancel := context.WithTimeout(ctx, tellTimeout)
	defer cancel()
	_, err := c.rdb.Pipelined(ctx, func(pipe redis.Pipeliner) error {
		for _, id := range runIDs {
			add(ctx, pipe, priority, id)
		}
		return nil
	})
	return err
}

func add(ctx context.Context, pipe redis.Pipeliner, priority Priority, runID string) {
	pipe.XAdd(ctx, &redis.XAddArgs{
		Stream: priority.stream(),
		MaxLen: maxLength,
		Approx: true,
		Values: []string{runField, runID},
	})
}

// Depth is how full the queue is at one priority.
type Depth struct {
	Priority Priority
	Waiting  int64     // rung, and no reader has them
	Pending  int64     // read, and not acknowledged
	Oldest   time.Time // when the oldest of both was rung; zero when there is none
}

// Depths tells how full the queue is, first priority first. A sweep that finds fewer here than the database
// has queued knows that something was lost.
func (c *Client) Depths(ctx context.Context) ([]Depth, error) {
	depths := make([]Depth, 0, len(Priorities()))
	for _, priority := range Priorities() {
		depth, err := c.depth(ctx, priority)
		if err != nil {
			return nil, unavailable(err)
		}
		depths = append(depths, depth)
	}
	return depths, nil
}

func (c *Client) depth(ctx context.Context, priority Priority) (Depth, error) {
	pipe, stream := c.rdb.Pipeline(), priority.stream()
	length := pipe.XLen(ctx, stream)
	pending := pipe.XPending(ctx, stream, group)
	oldest := pipe.XRangeN(ctx, stream, "-", "+", 1)
	if _, err := pipe.Exec(ctx); err != nil && !groupMissing(err) {
		return Depth{}, err
	}
	depth := Depth{Priority: priority, Waiting: length.Val()}
	if pending.Err() == nil {
		depth.Pending = pending.Val().Count
	}
	depth.Waiting = max(0, depth.Waiting-depth.Pending)
	for _, entry := range oldest.Val() {
		depth.Oldest = rungAt(entry.ID)
	}
	return depth, nil
}

// rungAt is the time in an entry's id.
func rungAt(id string) time.Time {
	digits, _, _ := strings.Cut(id, "-")
	millis, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.UnixMilli(millis).UTC()
}

// groupMissing tells whether Redis forgot the consumer group, because it was flushed or restarted. A read that
// blocks at that moment may be told with UNBLOCKED.
func groupMissing(err error) bool {
	return err != nil && (strings.HasPrefix(err.Error(), "NOGROUP") || strings.HasPrefix(err.Error(), "UNBLOCKED"))
}
