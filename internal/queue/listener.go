package queue

import (
	"context"
	"sync"
)

// What a listener that does not read may leave lying before it is told of a gap instead.
const (
	maxNotes     = 256
	maxNoteBytes = 1 << 20
)

// Note is what a listener hears.
type Note struct {
	Gap     bool   // words may have been lost: look at the present state; Payload is nil
	Payload []byte // shared by all listeners: read it only
}

// Listener hears one channel. Its methods are for one goroutine at a time.
type Listener struct {
	broadcast *Broadcast
	name      string
	place     int // among the channel's listeners
	closed    bool

	mu    sync.Mutex
	words [][]byte
	size  int
	gap   bool
	ready chan struct{}
}

// Listen begins to hear a channel, at once and without asking Redis. Look at the present state after it: all
// that is published later is heard, or a Gap is, which also comes as soon as Redis confirms a channel that
// nobody here heard before. Close the listener when it is no longer needed.
func (b *Broadcast) Listen(name string) *Listener {
	l := &Listener{broadcast: b, name: b.prefix + name, ready: make(chan struct{}, 1)}
	b.mu.Lock()
	defer b.mu.Unlock()
	c := b.channels[l.name]
	if c == nil {
		c = &channel{}
		b.channels[l.name] = c
	}
	l.place = len(c.listeners)
	c.listeners = append(c.listeners, l)
	if !c.asked {
		b.change(l.name)
	}
	return l
}

// Close ends the listening.
func (l *Listener) Close() {
	b := l.broadcast
	b.mu.Lock()
	defer b.mu.Unlock()
	if l.closed {
		return
	}
	l.closed = true
	c := b.channels[l.name]
	last := len(c.listeners) - 1
	c.listeners[l.place] = c.listeners[last]
	c.listeners[l.place].place = l.place
	c.listeners[last] = nil
	c.listeners = c.listeners[:last]
	if last == 0 {
		b.change(l.name)
	}
}

// change wakes the steward, which does the talking: whoever listens never waits for the network.
func (b *Broadcast) change(name string) {
	b.changed[name] = struct{}{}
	select {
	case b.wake <- struct{}{}:
	default: // it is awake already
	}
}

// Ready says, perhaps once too often, that there may be something to take: for whoever waits for more than one thing.
func (l *Listener) Ready() <-chan struct{} { return l.ready }

// Next waits for the next note, in the order of publication. It fails when ctx is done or the broadcast closed.
func (l *Listener) Next(ctx context.Context) (Note, error) {
	for {
		if note, ok := l.Take(); ok {
			return note, nil
		}
		select {
		case <-l.ready:
		case <-ctx.Done():
			return Note{}, ctx.Err()
		case <-l.broadcast.done:
			return Note{}, errClosed()
		}
	}
}

// Skip drops what has been said so far, and tells whether that was anything: whoever is about to look at the present state
// need not look once for each word.
func (l *Listener) Skip() (said bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	said = len(l.words) > 0
	l.words, l.size, l.gap = nil, 0, false
	return said
}

// Take returns the next note if there is one.
func (l *Listener) Take() (Note, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.gap {
		l.gap = false
		return Note{Gap: true}, true
	}
	if len(l.words) == 0 {
		return Note{}, false
	}
	word := l.words[0]
	l.words[0], l.words = nil, l.words[1:]
	l.size -= len(word)
	if len(l.words) == 0 {
		l.words = nil
	}
	return Note{Payload: word}, true
}

// put leaves a word for the listener. While a gap is untold, words need not be kept: whoever learns of the
// gap looks at a state that is newer than they are.
func (l *Listener) put(word []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.gap {
		return
	}
	if len(l.words) == maxNotes || l.size+len(word) > maxNoteBytes {
		l.lose()
		return
	}
	l.words = append(l.words, word)
	l.size += len(word)
	l.signal()
}

// missed tells the listener of a gap.
func (l *Listener) missed() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lose()
}

func (l *Listener) lose() {
	l.words, l.size, l.gap = nil, 0, true
	l.signal()
}

func (l *Listener) signal() {
	select {
	case l.ready <- struct{}{}:
	default: // it knows already
	}
}
