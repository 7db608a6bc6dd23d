// Package frontend carries the built portal within the binary when it is built with the tag "portal", after
// `npm run build` has filled dist. Without the tag the Go code builds on a machine that has no Node.
package frontend
