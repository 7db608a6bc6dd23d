// Package engines_test has real engines carry out what is asked of a server that runs in the test's own process, where the race detector
// sees it; what is killed and cut off is one folder beside.
package engines_test

import (
	"testing"

	"github.com/arpent/arpent/internal/apptest"
)

func TestMain(m *testing.M) { apptest.Main(m) }
