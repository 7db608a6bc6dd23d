package queue_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/arpent/arpent/internal/queue"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Whatever happens to a listener, it hears each word once and in order, except for those before a gap it is told of.
func TestAListenerHearsAllOrAGap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		listener := queue.NewDeafListener()
		published, heard := 0, 0 // how many; words are numbered
		gapDue := false
		t.Repeat(map[string]func(*rapid.T){
			"put": func(t *rapid.T) {
				for range rapid.IntRange(1, 200).Draw(t, "words") {
					listener.Put([]byte(fmt.Sprint(published)))
					published++
				}
				gapDue = gapDue || published-heard > queue.MaxNotes
			},
			"missed": func(*rapid.T) { listener.Missed(); gapDue = true },
			"take": func(t *rapid.T) {
				note, ok := listener.Take()
				switch {
				case gapDue:
					require.True(t, ok && note.Gap)
					heard, gapDue = published, false
				case heard == published:
					require.False(t, ok)
				default:
					require.Equal(t, fmt.Sprint(heard), string(note.Payload))
					heard++
				}
			},
		})
	})
}

func TestAListenerHoldsABoundedNumberOfBytes(t *testing.T) {
	listener := queue.NewDeafListener()
	word := bytes.Repeat([]byte("x"), queue.MaxPayload)
	for range queue.MaxNoteBytes / queue.MaxPayload {
		listener.Put(word)
	}
	note, ok := listener.Take()
	require.True(t, ok && !note.Gap)
	listener.Put(word)
	listener.Put(word)
	note, ok = listener.Take()
	require.True(t, ok && note.Gap)
	_, ok = listener.Take()
	require.False(t, ok)
}
