// Package allocation hands out servers and addresses, each to one claimant at a time.
//
// # Tour
//
// Networks are ranges of addresses (network.go, range.go). An address gets a row when it is first touched: a network
// grows its free rows in front of its frontier, a batch at a time, so that an IPv6 network costs no more than its use.
//
// A claim (claim.go) takes the first free row that its selector allows (pick.go) and locks it past those of others, writes itself
// and its event, and commits: unique indexes on what is held are the last word. The claimant's key makes it
// idempotent for ever. Who can not be served may wait in line (line.go): what becomes free is offered to those who
// wait first, in the order in which they came. The sweep gives back what has expired.
package allocation
