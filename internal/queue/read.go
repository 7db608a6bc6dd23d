package queue

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	// maxBlock bounds one blocking read, so that the chores get their turn.
	maxBlock = 5 * time.Second
	// deadAfter is how many times ClaimAfter a consumer is silent before its name is forgotten.
	deadAfter = 10
)

// read gets up to n messages, first priority first. It waits a while when there is none, and what the wait
// brings may be more than n: one message per stream, when several were rung in the same moment.
func (r *Reader) read(ctx context.Context, n int) ([]Message, error) {
	found, err := r.readNow(ctx, n)
	if err == nil && len(found) == 0 {
		found, err = r.readGroup(ctx, 1, r.block(), Priorities()...)
	}
	if groupMissing(err) {
		return found, r.createGroups(ctx)
	}
	return found, err
}

// readNow takes what is there. Each stream is asked by itself: a read of all three would bring n of each.
func (r *Reader) readNow(ctx context.Context, n int) ([]Message, error) {
	found, err := r.claimBack(ctx, n)
	for _, priority := range Priorities() {
		if err != nil || len(found) >= n {
			return found, err
		}
		var more []Message
		more, err = r.readGroup(ctx, n-len(found), -1, priority)
		found = append(found, more...)
	}
	return found, err
}

func (r *Reader) block() time.Duration { return min(maxBlock, r.claimAfter/2) }

func (r *Reader) readGroup(ctx context.Context, count int, block time.Duration, priorities ...Priority) ([]Message, error) {
	var streams []string
	for _, priority := range priorities {
		streams = append(streams, priority.stream())
	}
	streams = append(streams, slices.Repeat([]string{">"}, len(priorities))...)
	result, err := r.rdb.XReadGroup(ctx, &redis.XReadGroupArgs{
		Group: group, Consumer: r.consumer, Streams: streams, Count: int64(count), Block: block,
	}).Result()
	if errors.Is(err, redis.Nil) {
		return nil, nil
	}
	return messagesOf(result), err
}

func messagesOf(streams []redis.XStream) []Message {
	var messages []Message
	for _, stream := range streams {
		messages = append(messages, entriesOf(priorityOf(stream.Stream), stream.Messages)...)
	}
	slices.SortStableFunc(messages, func(a, b Message) int {
		return slices.Index(Priorities(), a.Priority) - slices.Index(Priorities(), b.Priority)
	})
	return messages
}

func priorityOf(stream string) Priority {
	return Priority(strings.TrimPrefix(stream, Priority("").stream()))
}

func entriesOf(priority Priority, entries []redis.XMessage) []Message {
	messages := make([]Message, len(entries))
	for i, entry := range entries {
		run, _ := entry.Values[runField].(string)
		messages[i] = Message{ID: entry.ID, Priority: priority, RunID: run}
	}
	return messages
}

// createGroups makes the streams and their group. The group begins at the very first entry: what was rung
// before the group was there is read too.
func (r *Reader) createGroups(ctx context.Context) error {
	for _, priority := range Priorities() {
		err := r.rdb.XGroupCreateMkStream(ctx, priority.stream(), group, "0").Err()
		if err != nil && !strings.HasPrefix(err.Error(), "BUSYGROUP") {
			return err
		}
	}
	return nil
}

// claimBack takes over messages that their readers did not acknowledge in time. It looks now and then only.
func (r *Reader) claimBack(ctx context.Context, n int) ([]Message, error) {
	if time.Now().Before(r.nextClaim) {
		return nil, nil
	}
	var found []Message
	for _, priority := range Priorities() {
		more, err := r.claimFrom(ctx, priority, n-len(found))
		found = append(found, more...)
		if err != nil || len(found) >= n {
			return found, err // and look again at the next read: there may be more
		}
	}
	r.nextClaim = time.Now().Add(r.block())
	return found, r.forgetDead(ctx)
}

func (r *Reader) claimFrom(ctx context.Context, priority Priority, n int) ([]Message, error) {
	var found []Message
	for cursor := "0-0"; ; {
		entries, next, err := r.rdb.XAutoClaim(ctx, &redis.XAutoClaimArgs{
			Stream: priority.stream(), Group: group, Consumer: r.consumer,
			MinIdle: r.claimAfter, Start: cursor, Count: int64(n - len(found)),
		}).Result()
		if err != nil {
			return found, err
		}
		found = append(found, entriesOf(priority, entries)...)
		if len(found) >= n || next == "0-0" || next == cursor {
			return found, nil
		}
		cursor = next
	}
}

// forgetDead removes the names of readers that are long gone and owe nothing. To remove one that lives
// does no harm: its next read brings the name back. The embedded server says -1 for how long a reader has been
// silent, so there nobody is forgotten; it has one reader in its life.
func (r *Reader) forgetDead(ctx context.Context) error {
	for _, priority := range Priorities() {
		consumers, err := r.rdb.XInfoConsumers(ctx, priority.stream(), group).Result()
		if err != nil {
			return err
		}
		for _, consumer := range consumers {
			if consumer.Name == r.consumer || consumer.Pending > 0 || consumer.Idle < deadAfter*r.claimAfter {
				continue
			}
			if err := r.rdb.XGroupDelConsumer(ctx, priority.stream(), group, consumer.Name).Err(); err != nil {
				return err
			}
		}
	}
	return nil
}

// giveBack rings again for messages that nobody here waits for. Where that fails they are claimed back later.
func (r *Reader) giveBack(messages []Message) {
	if len(messages) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
	defer cancel()
	_, _ = r.client.rdb.TxPipelined(ctx, func(pipe redis.Pipeliner) error {
		for _, message := range messages {
			add(ctx, pipe, message.Priority, message.RunID)
			remove(ctx, pipe, message)
		}
		return nil
	})
}
