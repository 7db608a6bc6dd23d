// Package queue is the doorbell: it carries ids of runs to whoever waits for work, and words between the
// replicas, over Redis. It keeps nothing that cannot be rebuilt from the database, so Redis may be flushed,
// restarted or lost at any moment: what was in it is rung again by a sweep, and listeners are told to look.
//
// # Tour
//
// [Connect] makes a [Client] of a Redis URL. Without a Redis, [StartEmbedded] serves its protocol within the
// process; everything here works alike on both, and one test suite holds that.
//
// Runs: [Client.Ring] puts ids on the stream of a [Priority]. One [Reader] per process reads them through a
// consumer group for any number of goroutines:
//
//	reader := client.NewReader(queue.ReaderConfig{Consumer: hostAndProcess})
//	message, err := reader.Next(ctx, 30*time.Second) // nil when none came
//	… claim the run in the database …
//	err = reader.Ack(ctx, message)
//
// What a reader may assume: apply goes before plan, plan before background. A message goes to one caller of
// one reader. If that is not acknowledged within [ReaderConfig].ClaimAfter, because its process died, another
// reader gets it. The same run may be rung twice and a message may come twice, so the database decides who
// has the run. Nothing is read ahead: a message that no caller waits for stays where every process can get it.
//
// Words: [Broadcast.Publish] tells all processes something, and each [Listener] hears it. A listener never
// slows anybody. Whatever may have been missed (a lost connection, a buffer that ran over) shows as a [Note]
// with Gap set:
//
//	listener := broadcast.Listen("log:" + run)
//	defer listener.Close()
//	… send what the database has …
//	note, err := listener.Next(ctx)
//	if note.Gap { … send what the database has since … }
//
// # Why publish and subscribe, and not a stream, for words
//
// A stream would let a replica catch up after a lost connection, but each of a thousand log channels would
// be a key to block on, the set of channels cannot be changed while a read blocks, and the embedded server
// walks a stream from its start for every read. The words can all be rebuilt, so a Gap does the same for less. One
// subscriber that stops reading freezes the embedded server, and makes Redis cut the connection; therefore
// a process has one subscription, whose reader only ever puts words into bounded buffers.
package queue
