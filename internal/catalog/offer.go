package catalog

import (
	"encoding/json"
	"maps"
	"slices"
)

// Who gives the value of a variable that a form does not ask for.
const (
	givenByProject  = "project"  // once, for all its resources
	givenByPlatform = "platform" // the installation, for every project
	givenByTemplate = "template" // another flat template of the project: a variable of the root module is given once
)

// Offer is a template's schema as the form of one project shows it: what the installation binds, and what the
// project, the installation or another template gives, is no field any more. It stands under x-arpent, in bound
// and given, so that the form can say so. What the request has an input for already stays a field: the input goes
// before what is given. The values that are given are not in the schema.
func Offer(request Request) (json.RawMessage, error) {
	f, err := readForm(request.Schema)
	if err != nil {
		return nil, err
	}
	properties, bound, given := f.section("properties"), object{}, object{}
	maps.Copy(bound, f.bound())
	required := []string{}
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		if expression, ok := request.Facts.Platform.Bindings[name]; ok {
			bound[name] = note(properties[name], "binding", expression)
			delete(properties, name)
			continue
		}
		if by := request.givenBy(name); by != "" {
			given[name] = note(properties[name], "givenBy", by)
			delete(properties, name)
			continue
		}
		if f.variables[name].required {
			required = append(required, name)
		}
	}
	f.schema["required"] = required
	extra := maps.Clone(f.section(extension))
	for name, section := range map[string]object{"bound": bound, "given": given} {
		if len(section) == 0 {
			continue
		}
		if extra == nil {
			extra = object{}
		}
		extra[name] = section
	}
	if extra != nil {
		f.schema[extension] = extra
	}
	return encode(f.schema), nil
}

// givenBy tells who gives a value to a variable that has no input; empty when nobody does.
func (r Request) givenBy(name string) string {
	project, platform := r.Facts.Project, r.Facts.Platform
	switch {
	case has(name, r.Inputs):
		return ""
	case slices.Contains(r.Given, name):
		return givenByTemplate
	case has(name, project.Variables, project.Secrets):
		return givenByProject
	case has(name, platform.Variables, platform.Secrets):
		return givenByPlatform
	}
	return ""
}

// note adds to what a property says of its variable.
func note(property any, key, value string) any {
	p, ok := property.(object)
	if !ok {
		return property
	}
	said, _ := p[extension].(object)
	if said = maps.Clone(said); said == nil {
		said = object{}
	}
	said[key] = value
	p = maps.Clone(p)
	p[extension] = said
	return p
}

// give tells whether the project or the installation has a value for a variable that nobody gives.
func (f Facts) give(name string) bool {
	return has(name, f.Project.Variables, f.Project.Secrets, f.Platform.Variables, f.Platform.Secrets)
}
