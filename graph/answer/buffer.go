package answer

import (
	"bytes"
	"sync"
)

// largestKept is the size up to which a buffer is kept for the next answer.
const largestKept = 1 << 20

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// Buffer is an empty buffer to write an answer to. Whoever has sent its bytes may Release them.
func Buffer() *bytes.Buffer { return buffers.Get().(*bytes.Buffer) }

// Release gives the bytes of an answer back, when nobody will read them any more. Bytes that are not given back are
// garbage like any other.
func Release(sent []byte) {
	if cap(sent) > 0 && cap(sent) <= largestKept {
		buffers.Put(bytes.NewBuffer(sent[:0]))
	}
}
