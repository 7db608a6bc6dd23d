//go:build peers

package processes_test

import (
	"testing"
	"time"
)

// Two hundred subscribers, for a minute.
func TestAStormOfAMinute(t *testing.T) { storm(t, 200, time.Minute) }
