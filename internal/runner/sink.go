package runner

import (
	"fmt"
	"sync"
	"time"
)

// sink is the way to the observer: it masks, keeps to the output limit, and lets one goroutine in at a time.
type sink struct {
	mu       sync.Mutex
	observer Observer
	mask     *MaskStream
	left     int64
	cut      bool
}

func newSink(observer Observer, mask *Masker, limit int64) *sink {
	return &sink{observer: observer, mask: mask.Stream(), left: limit}
}

// log writes whole lines.
func (s *sink) log(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pass(s.mask.Mask([]byte(text)))
}

// flush gives out what the mask held back; a task's log ends with it.
func (s *sink) flush() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pass(s.mask.Rest())
}

func (s *sink) pass(shown []byte) {
	if s.cut || len(shown) == 0 {
		return
	}
	if s.cut = int64(len(shown)) > s.left; s.cut {
		shown = append(shown[:s.left:s.left], "\n[the log is longer than its limit; the rest is left out]\n"...)
	}
	s.left -= int64(len(shown))
	s.observer.Log(shown)
}

func (s *sink) step(step Step) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.observer.Step(step)
}

// stage is one step of a task from its beginning to its end.
type stage struct {
	sink  *sink
	step  Step
	total int
	done  int
}

func (s *sink) begin(name string, total int) *stage {
	st := &stage{sink: s, step: Step{Name: name, Status: StepRunning, StartedAt: time.Now().UTC()}, total: total}
	st.detail()
	s.step(st.step)
	return st
}

// advance counts one finished resource.
func (st *stage) advance() {
	st.done++
	st.detail()
	st.sink.step(st.step)
}

func (st *stage) detail() {
	if st.total > 0 {
		st.step.Detail = fmt.Sprintf("%d of %d", st.done, st.total)
	}
}

func (st *stage) end(status StepStatus) {
	now := time.Now().UTC()
	st.step.Status, st.step.EndedAt = status, &now
	st.sink.step(st.step)
}
