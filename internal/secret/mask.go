package secret

import (
	"slices"
	"strings"
)

// Masked stands where a secret was.
const Masked = "••••••"

// Mask returns a copy of a JSON value (maps, lists and scalars, as encoding/json decodes them) in which what
// stands at the paths is Masked. A path is keys joined by dots; "*" is any key of a map or element of a
// list: "inputs.password", "users.*.token". A path that leads nowhere masks nothing; value is not changed.
func Mask(value any, paths ...string) any {
	split := make([][]string, len(paths))
	for i, path := range paths {
		split[i] = strings.Split(path, ".")
	}
	return mask(value, split)
}

func mask(value any, paths [][]string) any {
	if slices.ContainsFunc(paths, func(p []string) bool { return len(p) == 0 }) {
		return Masked
	}
	switch v := value.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, item := range v {
			out[name] = mask(item, below(paths, name))
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = mask(item, below(paths, "*"))
		}
		return out
	default:
		return value
	}
}

// below is what is left of the paths one step down, under that name.
func below(paths [][]string, name string) [][]string {
	var rest [][]string
	for _, path := range paths {
		if path[0] == "*" || path[0] == name {
			rest = append(rest, path[1:])
		}
	}
	return rest
}
