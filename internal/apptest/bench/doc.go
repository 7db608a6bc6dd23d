// Package bench measures Arpent beside the bare tools that it stands on: the same work by database/sql, Redis, OpenTofu
// or a WebSocket alone, in turns, in one run, on one machine. What it prints are ratios first: they hold on a busy
// machine, and on another one. `make bench` runs it, on a PostgreSQL that is as durable as a real one; docs/performance.md
// keeps what it said.
//
// # Tour
//
// Each benchmark fills rows of one table (table_test.go). Servers under measure are processes of their own, so that
// their CPU time and memory are theirs alone: this very test program, started again in another part (process_test.go).
// Rounds take turns and the median counts (round_test.go).
package bench
