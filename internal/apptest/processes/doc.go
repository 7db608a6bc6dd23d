// Package processes tests Arpent as it is run: its programs are processes of their own, which are killed, cut off, stormed and fed with
// nonsense. What a client sees of one server that is well is tested one folder up, what real engines do for it in the folder engines.
package processes
