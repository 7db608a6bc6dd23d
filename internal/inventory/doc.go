// Package inventory keeps what is known of servers, from whom, and since when, from the wish to the retirement.
//
// # Tour
//
// Hosting providers (provider.go) deliver servers. A file of theirs is read (table.go: encoding, delimiter, columns;
// row.go: one row's values and problems), compared with what is known (compare.go) and committed as one session or
// not at all (importing.go). The life of a server is one table of moves (life.go, server.go). People, robots and
// tools report states (report.go), from which health is derived; a report that is not repeated in time fades (fade.go).
package inventory
