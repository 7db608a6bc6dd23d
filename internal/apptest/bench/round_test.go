package bench

import (
	"slices"
	"time"
)

// rounds is how often things that stand side by side take turns.
const rounds = 5

// series is what was measured of one thing, round by round.
type series []float64

func (s series) median() float64 { return s.at(.5) }

// at is the value below which a share of all values lies.
func (s series) at(share float64) float64 {
	sorted := slices.Sorted(slices.Values(s))
	return sorted[int(float64(len(sorted)-1)*share)]
}

// over divides round by round, which takes away what the machine did meanwhile, and returns the median.
func (s series) over(other series) float64 {
	ratios := make(series, min(len(s), len(other)))
	for i := range ratios {
		ratios[i] = s[i] / other[i]
	}
	return ratios.median()
}

func (s *series) took(d time.Duration) { *s = append(*s, float64(d)) }

// duration is a figure of a series of times.
func duration(nanoseconds float64) time.Duration { return time.Duration(nanoseconds) }
