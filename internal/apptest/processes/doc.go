// Package processes tests Arpent as it is run: its programs are processes of their own, which are killed, cut off, stormed and fed with
// nonsense, and real engines carry out what they ask for. What a client sees of one server that is well is tested one folder up.
package processes
