// Package servers gives tests real servers: a fresh PostgreSQL database and a fresh Redis server for each
// test that asks. It assumes nothing but Go: the programs are found, or installed where that is allowed, and
// the servers listen on free ports of 127.0.0.1. It imports nothing of ours, so every package's tests may use it.
//
// PostgreSQL is one cluster for all the test binaries that run at the same time, because initdb is slow and a
// database is cheap. Nobody owns the cluster; a keeper process does. The keeper is the first test binary,
// started a second time by itself (see keeper.go). Three file locks, which the kernel frees when a process
// dies however it dies, say who needs what:
//
//	gate    one process at a time looks for the cluster, starts it or stops it
//	users   shared by every process that uses the cluster, for as long as it lives
//	keeper  held by the keeper: a cluster whose keeper is gone is gone
//
// The keeper waits until no user is left, lingers a moment for the next test binary, stops the cluster and
// removes its folder. On Linux the servers also die with the process that started them.
package servers
