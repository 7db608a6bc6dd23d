// Package app puts Arpent together: one Config, one assembly in small named steps, Run and Close. Programs and
// end-to-end tests start this very assembly.
//
// # Tour
//
// [Open] takes the steps that every command needs: the data folder, the keys, the database, the register of people.
// [New] takes the rest: the queue, the feed, the engine, the web. [App.Run] starts the actors, each under its name,
// and serves until its context is done; then it stops in two steps: no new work, and after the grace no work at all.
// [App.Close] undoes the steps in reverse. The import law of the whole house is this package's test.
package app
