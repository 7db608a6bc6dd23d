package forbidden

import (
	"testing"
	"time"
)

func TestThatLooksAway(t *testing.T) {
	time.Sleep(time.Second) // want forbidigo
	t.Skip("not today")     // want forbidigo
}

func BenchmarkThatLooksAway(b *testing.B) {
	b.SkipNow() // want forbidigo
}

func look(tb testing.TB) {
	tb.Skipf("not %s", "today") // want forbidigo
}

func TestThatLooks(t *testing.T) {
	look(t) //nolint // want nolintlint
}
