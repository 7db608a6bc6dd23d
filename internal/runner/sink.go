package runner

import (
	"bytes"
	"sync"
	"time"
	"unicode/utf8"
)

// maxColumn is where a line of the log is broken: no reader has use for more in one line, and pages choke on it.
const maxColumn = 64 << 10

// sink is the way to the observer: it leaves plain text, masks, breaks what is too long for a line, keeps to the
// output limit, and lets one goroutine in at a time.
type sink struct {
	mu       sync.Mutex
	observer Observer
	plain    plain
	mask     *MaskStream
	column   int // bytes since the last line break
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
	if !s.cut {
		s.pass(s.mask.Mask(s.plain.strip([]byte(text))))
	}
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
	shown = s.broken(shown)
	if s.cut = int64(len(shown)) > s.left; s.cut {
		shown = append(shown[:s.left:s.left], "\n[the log is longer than its limit; the rest is left out]\n"...)
	}
	s.left -= int64(len(shown))
	s.observer.Log(shown)
}

// broken breaks lines that are longer than maxColumn.
func (s *sink) broken(text []byte) []byte {
	if at := bytes.LastIndexByte(text, '\n'); at >= 0 && s.column+len(text) <= maxColumn {
		s.column = len(text) - at - 1 // the usual case: nothing in it can be too long
		return text
	}
	broken := make([]byte, 0, len(text)+len(text)/maxColumn+1)
	for _, c := range text {
		if s.column++; c == '\n' {
			s.column = 0
		}
		if s.column > maxColumn && utf8.RuneStart(c) {
			broken, s.column = append(broken, '\n'), 1
		}
		broken = append(broken, c)
	}
	return broken
}

func (s *sink) step(step Step) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.observer.Step(step)
}

// stage is one step of a task from its beginning to its end.
type stage struct {
	sink *sink
	step Step
}

func (s *sink) begin(name string, total int) *stage {
	st := &stage{sink: s, step: Step{Name: name, Status: StepRunning, Total: total, StartedAt: time.Now().UTC()}}
	s.step(st.step)
	return st
}

// advance counts one finished resource.
func (st *stage) advance() {
	st.step.Done++
	st.sink.step(st.step)
}

func (st *stage) end(status StepStatus) {
	now := time.Now().UTC()
	st.step.Status, st.step.EndedAt = status, &now
	st.sink.step(st.step)
}
