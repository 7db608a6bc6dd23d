//go:build !portal

package frontend

import "io/fs"

// Files is the built portal, index.html at its root; nil when this binary was built without it.
func Files() fs.FS { return nil }
