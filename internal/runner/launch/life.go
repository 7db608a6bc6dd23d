package launch

import (
	"os"
	"strconv"
	"strings"
	"time"
)

// Life is how long a tool may go on, on Clock: from Ask on it is asked to stop, at End it is killed. Whoever wants it
// to go on writes a later one.
type Life struct{ Ask, End time.Duration }

// digits is how wide a number is in the file, so that each Life takes the place of the one before.
const digits = 20

// Write puts a life into its file, in place: it needs no room on a disk that is full.
func (l Life) Write(file *os.File) error {
	half := padded(l.Ask) + " " + padded(l.End) + "\n"
	_, err := file.WriteAt([]byte(half+half), 0) // twice, so that a reader knows when it came in between
	return err
}

func padded(d time.Duration) string {
	text := strconv.FormatInt(max(0, int64(d)), 10)
	return strings.Repeat("0", max(0, digits-len(text))) + text
}

// readLife reads a life until both halves are alike; ok is false when there is none.
func readLife(path string) (life Life, ok bool) {
	for range 100 {
		text, err := os.ReadFile(path)
		if err != nil || len(text) == 0 {
			return Life{}, false
		}
		first, second, _ := strings.Cut(string(text), "\n")
		if first+"\n" != second {
			continue
		}
		ask, end, _ := strings.Cut(first, " ")
		return Life{Ask: duration(ask), End: duration(end)}, true
	}
	return Life{}, false
}

func duration(text string) time.Duration {
	n, _ := strconv.ParseInt(text, 10, 64) // what we wrote ourselves is a number
	return time.Duration(n)
}
