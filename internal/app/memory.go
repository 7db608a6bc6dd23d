package app

import (
	"bytes"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
)

// How much garbage may lie around before it is collected: most percent of what lives while that is little, but no more
// than plenty, and at least as much as lives, which is Go's usual. Most of the time some ten MB live, and Go would
// collect after each few dozen requests: that was a fifth of what a page cost.
const (
	usual  = 100
	most   = 400
	plenty = 128 << 20
)

// TuneMemory has garbage collected less often while there is little, and keeps the process within three quarters of
// what its container or machine has. GOGC and GOMEMLIMIT, when they are set, say otherwise and are obeyed.
func TuneMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(most)
		retuneAfterCollection(most)
	}
	if total := memory(); total > 0 && os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(total / 4 * 3)
	}
}

// retuneAfterCollection fits the percentage to what lives after each collection: something that nobody holds is
// finalized by each.
func retuneAfterCollection(percent int) {
	runtime.SetFinalizer(&struct{ word [16]byte }{}, func(*struct{ word [16]byte }) {
		wanted := percentFor(live())
		if wanted != percent {
			debug.SetGCPercent(wanted)
		}
		retuneAfterCollection(wanted)
	})
}

func percentFor(live uint64) int {
	return int(min(most, max(usual, plenty*100/max(live, 1))))
}

// live is what the last collection found alive.
func live() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// memory is how many bytes this process may have; 0 when nobody says.
func memory() int64 {
	text, _ := os.ReadFile("/proc/meminfo") // elsewhere than on Linux there is none, and no limit
	total := afterWord(text, "MemTotal:") << 10
	for _, file := range []string{"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"} {
		text, _ := os.ReadFile(file)
		if limit := afterWord(text, ""); limit > 0 && (total == 0 || limit < total) {
			total = limit
		}
	}
	return total
}

// afterWord is the first number after a word; 0 when there is none.
func afterWord(text []byte, word string) int64 {
	_, rest, _ := bytes.Cut(text, []byte(word))
	fields := bytes.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	n, err := strconv.ParseInt(string(fields[0]), 10, 64)
	if err != nil {
		return 0
	}
	return n
}
