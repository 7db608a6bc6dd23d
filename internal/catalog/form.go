package catalog

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"sync"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

// form is a template's schema as the checks use it.
type form struct {
	schema    object
	variables map[string]formVariable
	compiled  sync.Map // *jsonschema.Schema by the names that are required
}

// formVariable is one variable of a form.
type formVariable struct {
	note       variableNote
	typ        constraint
	required   bool
	hasDefault bool
	def        cty.Value // unknown when it is secret
	schema     object
}

// forms are those that were read last, by the sum of their schema: a project's folder is rendered with the same few
// templates again and again. They are shared: read them only.
var forms, _ = lru.New[[sha256.Size]byte, *form](256) // fails only for bad sizes

// knownForm is readForm for who does not change what it gets.
func knownForm(schema json.RawMessage) (*form, error) {
	sum := sha256.Sum256(schema)
	if f, ok := forms.Get(sum); ok {
		return f, nil
	}
	f, err := readForm(schema)
	if err == nil {
		forms.Add(sum, f)
	}
	return f, err
}

// readForm takes a schema that Template.Schema made apart.
func readForm(schema json.RawMessage) (*form, error) {
	f := &form{variables: map[string]formVariable{}}
	if err := decodeNumbers(schema, &f.schema); err != nil {
		return nil, fmt.Errorf("read schema: %w", err)
	}
	required := map[string]bool{}
	names, _ := f.schema["required"].([]any)
	for _, name := range names {
		if s, ok := name.(string); ok {
			required[s] = true
		}
	}
	for _, properties := range []object{f.section("properties"), f.bound()} {
		for name, value := range properties {
			property, ok := value.(object)
			if !ok {
				return nil, fmt.Errorf("read schema: property %s is no object", name)
			}
			v, err := readFormVariable(property)
			if err != nil {
				return nil, fmt.Errorf("read schema: property %s: %w", name, err)
			}
			v.required = required[name]
			f.variables[name] = v
		}
	}
	return f, nil
}

func (f *form) section(name string) object {
	section, _ := f.schema[name].(object)
	return section
}

// bound is the variables that bindings fill: they are no part of what people may say.
func (f *form) bound() object {
	bound, _ := f.section(extension)["bound"].(object)
	return bound
}

func readFormVariable(property object) (formVariable, error) {
	v := formVariable{schema: property, def: cty.DynamicVal}
	raw := encode(property[extension])
	if err := decodeNumbers(raw, &v.note); err != nil {
		return v, err
	}
	typ, diags := parseType(v.note.Type, hcl.Range{})
	if diags.HasErrors() {
		return v, diags
	}
	v.typ = typ
	value, ok := property["default"]
	if !ok {
		v.hasDefault = v.note.HasDefault
		return v, nil
	}
	v.hasDefault = true
	def, err := v.typ.fromJSON(value)
	v.def = def
	return v, err
}

// fromJSON makes a value of the type from decoded JSON.
func (c constraint) fromJSON(value any) (cty.Value, error) {
	raw, err := json.Marshal(value)
	if err != nil {
		return cty.NilVal, err
	}
	implied, err := ctyjson.ImpliedType(raw)
	if err != nil {
		return cty.NilVal, err
	}
	v, err := ctyjson.Unmarshal(raw, implied)
	if err != nil {
		return cty.NilVal, err
	}
	return c.convert(v)
}

// decodeNumbers decodes JSON and keeps numbers as they are written.
func decodeNumbers(raw []byte, target any) error {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	return decoder.Decode(target)
}
