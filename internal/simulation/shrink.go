package simulation

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Shrink finds a small simulation that breaks the same promise: fewer kinds of faults, fewer faults, a smaller world, an
// earlier end. It runs a few hundred simulations.
func Shrink(config Config) Config {
	config.History = false
	s := Run(config)
	if s.Failure == "" {
		return config
	}
	h := shrinking{wanted: signature(s.Failure), best: config, steps: s.StepsMade()}
	h.withoutKinds()
	h.smallWorld()
	h.withoutKinds()
	h.fewerFaults()
	if h.steps < h.best.Steps || h.best.Steps == 0 {
		h.best.Steps = h.steps
	}
	return h.best
}

type shrinking struct {
	wanted string
	best   Config
	steps  int // until the promise is broken
	faults int
}

var digits = regexp.MustCompile(`[0-9]+`)

// signature is a failure without its particulars.
func signature(failure string) string {
	text := digits.ReplaceAllString(failure, "")
	words := strings.Fields(text)
	return strings.Join(words[:min(len(words), 6)], " ")
}

// try keeps a simulation if it breaks the same promise, not later.
func (h *shrinking) try(config Config) {
	s := Run(config)
	if s.Failure == "" || signature(s.Failure) != h.wanted || s.StepsMade() > h.steps*2 {
		return
	}
	h.best, h.steps, h.faults = config, s.StepsMade(), s.injected
}

func (h *shrinking) withoutKinds() {
	for _, f := range Faults() {
		if !slices.Contains(h.best.Without, f) {
			less := h.best
			less.Without = append(slices.Clone(less.Without), f)
			h.try(less)
		}
	}
}

// smallWorld looks for a seed whose small world breaks the promise soon.
func (h *shrinking) smallWorld() {
	if h.best.Small {
		return
	}
	for seed := range uint64(200) {
		small := h.best
		small.Small, small.Seed, small.Steps = true, seed, 4000
		if s := Run(small); s.Failure != "" && signature(s.Failure) == h.wanted && s.StepsMade() < h.steps {
			h.best, h.steps, h.faults = small, s.StepsMade(), s.injected
		}
	}
}

// fewerFaults leaves out faults, first many at once.
func (h *shrinking) fewerFaults() {
	runs := 0
	for size := max(h.faults/2, 1); size >= 1 && runs < 200; size /= 2 {
		for from := 0; from < h.faults && runs < 200; from += size {
			less := h.best
			less.Skip = slices.Clone(less.Skip)
			for n := from; n < from+size; n++ {
				if !slices.Contains(less.Skip, n) {
					less.Skip = append(less.Skip, n)
				}
			}
			runs++
			h.try(less)
		}
	}
}

// Command is how to see a simulation again.
func (c Config) Command() string {
	command := fmt.Sprintf("make simulate SEED=%d STEPS=%d", c.Seed, c.Steps)
	if len(c.Without) > 0 {
		names := make([]string, len(c.Without))
		for i, f := range c.Without {
			names[i] = string(f)
		}
		command += " WITHOUT=" + strings.Join(names, ",")
	}
	if len(c.Skip) > 0 {
		slices.Sort(c.Skip)
		command += " SKIP=" + strings.Trim(strings.ReplaceAll(fmt.Sprint(c.Skip), " ", ","), "[]")
	}
	if c.Small {
		command += " SMALL=1"
	}
	if c.Mutation != None {
		command += fmt.Sprintf(" MUTATION=%q", c.Mutation)
	}
	return command
}

var subject = regexp.MustCompile(`run_[0-9]+`)

// Story is the short history of a failure: what concerns its run, and the faults.
func (s *Simulation) Story() string {
	run := subject.FindString(s.Failure)
	var lines []string
	for _, line := range s.Lines {
		if run == "" || strings.Contains(line, run) || !subject.MatchString(line) && !strings.Contains(line, "msg=") {
			lines = append(lines, line)
		}
	}
	if most := 60; len(lines) > most {
		lines = append([]string{fmt.Sprintf("… %d lines", len(lines)-most)}, lines[len(lines)-most:]...)
	}
	return strings.Join(lines, "\n")
}
