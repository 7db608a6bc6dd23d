package runner

import (
	"bytes"
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"
)

const (
	maxAttributes = 1000 // of one change
	maxText       = 8192 // bytes of one string that are shown
)

// attributes lists the values that a change changes, down to the leaves, in the order of their paths, and tells
// how many there are beyond the limit.
func attributes(change *tfjson.Change, mask *Masker) (values []Attribute, omitted int) {
	d := differ{mask: mask, forces: change.ReplacePaths}
	d.walk(nil, value{
		before: change.Before, after: change.After, unknown: change.AfterUnknown,
		secretBefore: change.BeforeSensitive, secretAfter: change.AfterSensitive,
	})
	return d.found, d.omitted
}

type differ struct {
	mask    *Masker
	forces  []any
	found   []Attribute
	omitted int
}

// value is one place of the change: what is there before and after, and the parallel trees that say what is
// unknown and what is secret (true for all of it, or a tree that goes on).
type value struct {
	before, after             any
	unknown                   any
	secretBefore, secretAfter any
}

func (d *differ) walk(path []any, v value) {
	switch {
	case v.secretBefore == true, v.secretAfter == true:
		if d.differs(v) {
			d.add(path, Attribute{Sensitive: true, Unknown: v.unknown == true})
		}
	case v.unknown == true && hasTrue(v.secretBefore):
		d.add(path, Attribute{Sensitive: true, Unknown: true})
	case v.unknown == true:
		d.add(path, Attribute{Before: d.show(v.before), Unknown: true})
	case branches(v.before) || branches(v.after) || branches(v.unknown):
		for _, step := range steps(v) {
			d.walk(append(slices.Clip(path), step), v.at(step))
		}
	case d.differs(v):
		d.add(path, Attribute{Before: d.show(v.before), After: d.show(v.after)})
	}
}

func (d *differ) differs(v value) bool { return hasTrue(v.unknown) || !equal(v.before, v.after) }

func (d *differ) add(path []any, attribute Attribute) {
	if len(d.found) == maxAttributes {
		d.omitted++
		return
	}
	attribute.Path = d.mask.Text(pathText(path))
	attribute.Forces = slices.ContainsFunc(d.forces, func(force any) bool { return leads(force, path) })
	d.found = append(d.found, attribute)
}

// show encodes a value for people, masked and cut; nothing stays nothing, and so does what is not listed any more.
func (d *differ) show(v any) json.RawMessage {
	if v == nil || len(d.found) == maxAttributes {
		return nil
	}
	v = d.mask.Value(v)
	if text, ok := v.(string); ok && len(text) > maxText {
		v = strings.ToValidUTF8(text[:maxText], "") + "…"
	}
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if encoder.Encode(v) != nil {
		return nil
	}
	return bytes.TrimSpace(buffer.Bytes())
}

// branches tells whether the walk goes on below this node. An empty map or list is a leaf.
func branches(node any) bool {
	switch n := node.(type) {
	case map[string]any:
		return len(n) > 0
	case []any:
		return len(n) > 0
	}
	return false
}

// steps lists the keys or indexes that exist below any of the trees, in order.
func steps(v value) []any {
	keys, longest := map[string]bool{}, 0
	for _, node := range []any{v.before, v.after, v.unknown} {
		switch n := node.(type) {
		case map[string]any:
			for key := range n {
				keys[key] = true
			}
		case []any:
			longest = max(longest, len(n))
		}
	}
	var found []any
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		found = append(found, key)
	}
	for i := range longest {
		found = append(found, i)
	}
	return found
}

func (v value) at(step any) value {
	return value{
		before: child(v.before, step), after: child(v.after, step), unknown: child(v.unknown, step),
		secretBefore: child(v.secretBefore, step), secretAfter: child(v.secretAfter, step),
	}
}

func child(node, step any) any {
	switch n := node.(type) {
	case map[string]any:
		if key, ok := step.(string); ok {
			return n[key]
		}
	case []any:
		if i, ok := step.(int); ok && i < len(n) {
			return n[i]
		}
	}
	return nil
}

func hasTrue(node any) bool {
	switch n := node.(type) {
	case bool:
		return n
	case map[string]any:
		for _, element := range n {
			if hasTrue(element) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(n, hasTrue)
	}
	return false
}

func equal(a, b any) bool {
	textA, _ := json.Marshal(a)
	textB, _ := json.Marshal(b)
	return bytes.Equal(textA, textB)
}

var plainName = regexp.MustCompile(`^[\pL_][\pL\pN_-]*$`)

// pathText writes a path as people write it: tags.owner, ports[0], labels["a.b"].
func pathText(path []any) string {
	var text strings.Builder
	for _, step := range path {
		switch s := step.(type) {
		case int:
			text.WriteString("[" + strconv.Itoa(s) + "]")
		case string:
			if !plainName.MatchString(s) {
				text.WriteString("[" + strconv.Quote(s) + "]")
				continue
			}
			if text.Len() > 0 {
				text.WriteByte('.')
			}
			text.WriteString(s)
		}
	}
	return text.String()
}

// leads tells whether a path of the plan's replace_paths leads to this path or ends below it.
func leads(force any, path []any) bool {
	steps, ok := force.([]any)
	if !ok {
		return false
	}
	for i := range min(len(steps), len(path)) {
		if !sameStep(steps[i], path[i]) {
			return false
		}
	}
	return true
}

func sameStep(planned, walked any) bool {
	switch w := walked.(type) {
	case string:
		return planned == w
	case int:
		switch p := planned.(type) {
		case json.Number:
			return p.String() == strconv.Itoa(w)
		case float64:
			return p == float64(w)
		}
	}
	return false
}
