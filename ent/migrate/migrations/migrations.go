// Package migrations holds the versioned migrations of both databases. They are written by ent/migrate/diff,
// only go forward, and never change once they have landed.
package migrations

import "embed"

// Files holds the folders postgres and sqlite.
//
//go:embed postgres/*.sql sqlite/*.sql
var Files embed.FS
