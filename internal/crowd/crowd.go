// Package crowd serves those who come at the same time together: while one is being served, the others wait, and the first of them
// is then served with all that came behind it. Who comes alone is served at once and alone; nobody waits for a crowd to gather.
//
// It is for work whose cost is mostly in its transaction: one look, one write, one commit for many. The work runs in the
// goroutine of the first of a group, in whose context nothing is to be done for the others.
package crowd

import (
	"context"
	"slices"
	"sync"
)

// Crowd is who wants to be served, at counters of any names. G is a guest, mostly a pointer to what it wants and gets.
type Crowd[G any] struct {
	most    int
	mutex   sync.Mutex
	waiting map[string][]*place[G] // a counter that is there is at work
}

// place is one guest's.
type place[G any] struct {
	guest G
	turn  chan []*place[G] // whom it has served with itself; nil when it was served
}

// New makes a crowd of which at most so many are served together.
func New[G any](most int) *Crowd[G] {
	return &Crowd[G]{most: most, waiting: map[string][]*place[G]{}}
}

// Serve returns when serve was called with a group that the guest is in, by whoever is first in that group; or when ctx is done
// before the guest's turn has come, with its error. Guests of one counter bring the same serve.
func (c *Crowd[G]) Serve(ctx context.Context, counter string, guest G, serve func(group []G)) error {
	p := &place[G]{guest: guest, turn: make(chan []*place[G], 1)}
	group, err := c.enter(ctx, counter, p)
	if group == nil || err != nil {
		return err
	}
	defer c.leave(counter)
	defer func() {
		for _, other := range group[1:] {
			other.turn <- nil
		}
	}()
	guests := make([]G, len(group))
	for i, one := range group {
		guests[i] = one.guest
	}
	serve(guests)
	return nil
}

// enter waits for a turn, and returns whom to serve, the guest itself first; nil when somebody else has done so.
func (c *Crowd[G]) enter(ctx context.Context, counter string, p *place[G]) ([]*place[G], error) {
	c.mutex.Lock()
	line, busy := c.waiting[counter]
	if busy {
		line = append(line, p)
	}
	c.waiting[counter] = line
	c.mutex.Unlock()
	if !busy {
		return []*place[G]{p}, nil
	}
	select {
	case group := <-p.turn:
		return group, nil
	case <-ctx.Done():
	}
	if c.quit(counter, p) {
		return nil, ctx.Err()
	}
	return <-p.turn, nil // its turn has come meanwhile
}

// quit takes a guest out of the line; false when its turn has come.
func (c *Crowd[G]) quit(counter string, p *place[G]) bool {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	at := slices.Index(c.waiting[counter], p)
	if at < 0 {
		return false
	}
	c.waiting[counter] = slices.Delete(c.waiting[counter], at, at+1)
	return true
}

// leave gives the turn to the first who waits, with those behind it.
func (c *Crowd[G]) leave(counter string) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	line := c.waiting[counter]
	if len(line) == 0 {
		delete(c.waiting, counter)
		return
	}
	n := min(len(line), c.most)
	c.waiting[counter] = slices.Clone(line[n:])
	line[0].turn <- line[:n:n]
}
