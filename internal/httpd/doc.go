// Package httpd is the HTTP edge: a router, the middleware that every request passes, the few pages that are
// Arpent's own, and the handlers that it is given.
//
// # The way of a request
//
//	recover → request id → address → access log → security headers → route
//	  pages:    portal files, /graphiql, /sites, /healthz, /readyz
//	  session:  /auth/login, /auth/logout, /auth/session
//	  API:      origin check → who looks → rate limit → body limit → /graphql, run logs
//	  machines: /terraform/state and /worker/v1 know their callers by themselves
//
// Every refusal, wherever it is made, has one shape: errors, each with a message and extensions code and requestId.
package httpd
