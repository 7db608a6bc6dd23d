package app

import (
	"bytes"
	"os"
	"runtime/debug"
	"strconv"
)

// garbage is how much garbage may grow, in percent of what lives, before it is collected. What lives is some ten MB:
// Go's usual 100 collects after each few dozen requests, which was a fifth of what a page cost.
const garbage = 400

// TuneMemory has garbage collected less often while memory is plenty, and keeps the process within three quarters of
// what its container or machine has. GOGC and GOMEMLIMIT, when they are set, say otherwise and are obeyed.
func TuneMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbage)
	}
	if total := memory(); total > 0 && os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(total / 4 * 3)
	}
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
