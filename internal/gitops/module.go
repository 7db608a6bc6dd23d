package gitops

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
)

// object is a JSON object; encoding/json writes its keys sorted.
type object = map[string]any

// module renders one module resource: the call, its outputs, and a root variable for each secret value.
func (r *renderer) module(resource Resource) error {
	t := resource.Template
	if err := r.own("module", resource.Name, "module "+resource.Name); err != nil {
		return err
	}
	source, err := r.vendor(t)
	if err != nil {
		return err
	}
	call := object{"source": source}
	variables, outputs := object{}, object{}
	if err := r.arguments(resource, call, variables); err != nil {
		return err
	}
	if resource.Leaving {
		call["count"] = 0
	} else if err := r.export(resource, outputs); err != nil {
		return err
	}
	file := object{"module": object{resource.Name: call}}
	if len(variables) > 0 {
		file["variable"] = variables
	}
	if len(outputs) > 0 {
		file["output"] = outputs
	}
	return r.add("resource-"+resource.Name+".tf.json", indented(file), "module "+resource.Name)
}

// vendor copies a module template and the modules that it calls, and returns the source for calling it.
func (r *renderer) vendor(t Template) (string, error) {
	root := path.Join("modules", slug(t.Library), t.Name, slug(t.Version))
	whole := slices.ContainsFunc(sortedKeys(t.Files), func(name string) bool { return !strings.HasPrefix(name, t.Dir+"/") })
	for _, name := range sortedKeys(t.Files) {
		target := strings.TrimPrefix(name, t.Dir+"/")
		if whole { // keep the library's layout, which relative calls depend on
			target = name
		}
		if err := r.add(path.Join(root, target), t.Files[name], t.Name); err != nil {
			return "", err
		}
	}
	if whole {
		root = path.Join(root, t.Dir)
	}
	return "./" + root, nil
}

func (r *renderer) arguments(resource Resource, call, variables object) error {
	for _, v := range resource.Template.Variables {
		if raw, ok := resource.Values.Plain[v.Name]; ok {
			value, err := decode(raw)
			if err != nil {
				return err
			}
			call[v.Name] = literal(value)
		}
		raw, ok := resource.Values.Secret[v.Name]
		if !ok {
			continue
		}
		name := OutputName(resource.Name, v.Name)
		if err := r.own("variable", name, "module "+resource.Name); err != nil {
			return err
		}
		if err := r.secret(name, raw); err != nil {
			return err
		}
		declaration := object{"type": v.Type, "sensitive": true}
		if v.Ephemeral {
			declaration["ephemeral"] = true
		}
		variables[name] = declaration
		call[v.Name] = "${var." + name + "}"
	}
	return nil
}

// export makes the outputs of a resource outputs of the folder.
func (r *renderer) export(resource Resource, outputs object) error {
	for _, out := range resource.Template.Outputs {
		name := OutputName(resource.Name, out.Name)
		if err := r.own("output", name, "module "+resource.Name); err != nil {
			return err
		}
		declaration := object{"value": fmt.Sprintf("${%s.%s}", ModuleAddress(resource.Name), out.Name)}
		if out.Sensitive {
			declaration["sensitive"] = true
		}
		if out.Description != "" {
			declaration["description"] = out.Description
		}
		outputs[name] = declaration
	}
	return nil
}

var templateMarks = strings.NewReplacer("${", "$${", "%{", "%%{")

// literal writes a value so that Terraform's JSON syntax reads it as it is: texts are templates there.
func literal(value any) any {
	switch v := value.(type) {
	case string:
		return templateMarks.Replace(v)
	case []any:
		list := make([]any, len(v))
		for i, element := range v {
			list[i] = literal(element)
		}
		return list
	case object:
		m := make(object, len(v))
		for name, element := range v {
			m[templateMarks.Replace(name)] = literal(element)
		}
		return m
	}
	return value
}

func decode(raw json.RawMessage) (value any, err error) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		return nil, fmt.Errorf("read value: %w", err)
	}
	return value, nil
}

// indented is JSON as people read it in a diff. Characters are themselves, as in texts with & or <.
func indented(value any) []byte {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(value); err != nil {
		panic("gitops: a value that is no JSON: " + err.Error())
	}
	return out.Bytes()
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
