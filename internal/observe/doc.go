// Package observe is how Arpent lets itself be watched: numbers, traces and log lines. It knows no subject; each
// package names what it counts itself, with what it gets from here.
//
// # Tour
//
// A [Registry] holds the numbers and answers Prometheus. What is dear to count is a [Survey], which is kept for a
// while, so that no scraper can hurt. A [Tracer] begins traces and sends them by OTLP; what happens within is told by
// [Start], which costs one load of a flag while no tracer was made. [Carry] and [Resume] take a trace over a wire or
// through the database. [Logger] adds what the context knows, a request's id, a run, a trace, to every line.
//
// All of it works on nil, and then does nothing: tests and tools need no special case.
package observe
