//go:build race

package simulation

// slowdown is how much less is simulated under the race detector, which has nothing to find here: one task runs at a time.
const slowdown = 20
