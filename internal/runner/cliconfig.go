package runner

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// cliConfig writes the tool's own configuration: where providers come from and where they are kept. What
// the mirror holds comes from the mirror alone, so it needs no network; everything else from its registry.
func cliConfig(mirror, cache string) string {
	var text strings.Builder
	fmt.Fprintf(&text, "disable_checkpoint = true\nplugin_cache_dir = %s\n", strconv.Quote(cache))
	text.WriteString("plugin_cache_may_break_dependency_lock_file = true\n")
	if mirror == "" {
		return text.String()
	}
	var names []string
	for _, name := range mirrored(mirror) {
		names = append(names, strconv.Quote(name))
	}
	list := "[" + strings.Join(names, ", ") + "]"
	fmt.Fprintf(&text, "provider_installation {\n")
	fmt.Fprintf(&text, "  filesystem_mirror {\n    path = %s\n    include = %s\n  }\n", strconv.Quote(mirror), list)
	fmt.Fprintf(&text, "  direct {\n    exclude = %s\n  }\n}\n", list)
	return text.String()
}

// mirrored lists the providers in a mirror folder, as HOST/NAMESPACE/TYPE.
func mirrored(mirror string) []string {
	var names []string
	folders, _ := filepath.Glob(filepath.Join(mirror, "*", "*", "*"))
	for _, folder := range folders {
		info, err := os.Stat(folder)
		name, relErr := filepath.Rel(mirror, folder)
		if err == nil && relErr == nil && info.IsDir() {
			names = append(names, filepath.ToSlash(name))
		}
	}
	slices.Sort(names)
	return names
}
