// Package library holds the template library that ships with Arpent. The folder is an ordinary library, as
// docs/templates.md describes it; being a Go package as well puts it into the binary.
package library

import "embed"

// FS is the library, its root being the library's root.
//
//go:embed arpent.yaml providers templates
var FS embed.FS
