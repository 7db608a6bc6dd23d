package runner

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// cliConfig writes the tool's own configuration: where providers come from and where they are kept. What a
// mirror holds comes from the first mirror that has it, so it needs no network; everything else from its registry.
func cliConfig(cache string, mirrors ...string) string {
	var text, sources strings.Builder
	var taken []string
	for _, mirror := range mirrors {
		names := slices.DeleteFunc(mirrored(mirror), func(name string) bool { return slices.Contains(taken, name) })
		if len(names) == 0 {
			continue
		}
		fmt.Fprintf(&sources, "  filesystem_mirror {\n    path = %s\n    include = %s\n  }\n", strconv.Quote(mirror), hclList(names))
		taken = append(taken, names...)
	}
	fmt.Fprintf(&text, "disable_checkpoint = true\nplugin_cache_dir = %s\n", strconv.Quote(cache))
	text.WriteString("plugin_cache_may_break_dependency_lock_file = true\n")
	if len(taken) > 0 {
		fmt.Fprintf(&text, "provider_installation {\n%s  direct {\n    exclude = %s\n  }\n}\n", sources.String(), hclList(taken))
	}
	return text.String()
}

func hclList(names []string) string {
	list := make([]string, len(names))
	for i, name := range names {
		list[i] = strconv.Quote(name)
	}
	return "[" + strings.Join(list, ", ") + "]"
}

// mirrored lists the providers in a mirror folder, as HOST/NAMESPACE/TYPE.
func mirrored(mirror string) []string {
	var names []string
	if mirror == "" {
		return nil
	}
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
