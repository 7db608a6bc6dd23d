//go:build portal

package frontend

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Files is the built portal, index.html at its root; nil when this binary was built without it.
func Files() fs.FS {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		panic("frontend: " + err.Error()) // only for an invalid path
	}
	return files
}
