// Package tfstate keeps the projects' Terraform states and is the http backend that Terraform and OpenTofu speak
// with: LOCK, GET, POST, UNLOCK at /terraform/state/{acronym or id of the project}.
//
// # Who may come
//
// A run shows its lease token under the user name "run". The token is good for its own project, and only while the
// run is being worked on under that very lease. Everybody else shows an API token; its owner needs state.read to
// read, and state.write to lock and write.
//
// # Locks
//
// A project has at most one lock. A run's lock belongs to its lease and dies with it: whoever comes next takes it
// over in one transaction, and nobody can break it while it lives, since canceling the run ends it. A person's lock
// lasts until UNLOCK, force-unlock or [Service.Unlock].
//
// # Versions
//
// Every POST that brings something new is a new version; none is ever changed or removed. The lineage must be that of
// the present version and the serial must grow; the same content again changes nothing, so a request whose answer was
// lost can be repeated. The http backend has no mark for "terraform state push -force". People who mean it append
// ?force=true to the backend's address; a run can not.
//
// A state is compressed and sealed while it is received, so that the database never holds a plain one.
//
// # Answers
//
// Refusals are texts in the language of the token's owner. What LOCK refuses is a lock info in JSON, the one answer
// that the engines show word by word. An unknown project and one that the caller may not touch are both answered 403:
// the engines take 404 for "no state yet" and would begin a new one.
package tfstate
