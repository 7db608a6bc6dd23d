// Package ent is the models' client: generated from ent/schema by `go run ent/entc.go`, run from the module's root.
package ent
