// Package auth says who somebody is and what follows from it. People sign in with a local account and get a
// session; machines carry an API token; both become an access.Viewer that knows everything it may do.
//
// # Tour
//
// [Authority] is the whole package. [Authority.SignIn] checks a password behind a [throttle] and opens a session;
// [Authority.Viewer] turns a [Credential] (a session's secret or a token) into a viewer, through a short cache
// that is dropped the moment a role, a membership, a user, a session or a token changes. Only hashes of sessions
// and tokens are stored.
//
// The rest is the register of people: users, roles, memberships and tokens. Two rules run through all of it:
// nobody gives away a permission that they do not hold, and neither a project nor the platform ever loses its
// last administrator. Every change is written to the journal in the transaction that makes it.
package auth
