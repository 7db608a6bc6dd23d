package catalog

import (
	"encoding/json"
	"maps"
	"slices"
)

// Offer is a template's schema as the form of one project shows it: what the installation binds is no field
// any more, and what the project or the installation gives a value to is no longer required. The facts'
// values are not in it.
func Offer(schema json.RawMessage, facts Facts) (json.RawMessage, error) {
	f, err := readForm(schema)
	if err != nil {
		return nil, err
	}
	properties, bound := f.section("properties"), object{}
	maps.Copy(bound, f.bound())
	var required []string
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		if expression, ok := facts.Platform.Bindings[name]; ok {
			bound[name] = bind(properties[name], expression)
			delete(properties, name)
			continue
		}
		if f.variables[name].required && !facts.give(name) {
			required = append(required, name)
		}
	}
	f.schema["required"] = append([]string{}, required...)
	if len(bound) > 0 {
		extra := maps.Clone(f.section(extension))
		if extra == nil {
			extra = object{}
		}
		extra["bound"] = bound
		f.schema[extension] = extra
	}
	return encode(f.schema), nil
}

// bind notes in a property what fills it.
func bind(property any, expression string) any {
	p, ok := property.(object)
	if !ok {
		return property
	}
	note, _ := p[extension].(object)
	note = maps.Clone(note)
	if note == nil {
		note = object{}
	}
	note["binding"] = expression
	p = maps.Clone(p)
	p[extension] = note
	return p
}

// give tells whether the project or the installation has a value for a variable that nobody gives.
func (f Facts) give(name string) bool {
	return has(name, f.Project.Variables, f.Project.Secrets, f.Platform.Variables, f.Platform.Secrets)
}
