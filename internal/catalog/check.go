package catalog

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/zclconf/go-cty/cty"

	"github.com/arpent/arpent/internal/fault"
)

// maxInputs bounds the inputs of one request, in bytes of JSON.
const maxInputs = 1 << 20

// maxFaults bounds how many faults one check returns: a form shows no more.
const maxFaults = 100

// Check checks inputs against a template's schema: types, required variables, variables that are none, and
// every validation of the template. It returns a fault for each wrong field, at inputs.<variable>…, or
// nothing. Variables in given have a value from elsewhere and need no input.
func Check(schema json.RawMessage, inputs map[string]any, given ...string) (fault.List, error) {
	f, err := knownForm(schema)
	if err != nil {
		return nil, err
	}
	_, faults, err := f.check(inputs, given)
	return faults, err
}

// check returns the inputs as Terraform values and what is wrong with them.
func (f *form) check(inputs map[string]any, given []string) (map[string]cty.Value, fault.List, error) {
	raw, err := json.Marshal(inputs)
	if err != nil {
		return nil, fault.List{fault.New(fault.Invalid, textNoJSON).At("inputs").Because(err)}, nil
	}
	if len(raw) > maxInputs {
		return nil, fault.List{fault.New(fault.Limited, textTooLarge, maxInputs>>10).At("inputs")}, nil
	}
	decoded := object{}
	if err := decodeNumbers(raw, &decoded); err != nil {
		return nil, nil, fmt.Errorf("read inputs: %w", err)
	}
	c := &checker{form: f, inputs: f.tidy(decoded), given: given, values: map[string]cty.Value{}, broken: map[string]bool{}}
	if err := c.structure(); err != nil {
		return nil, nil, err
	}
	c.convert()
	c.validate()
	return c.values, c.sorted(), nil
}

// tidy drops the nulls that mean "not given". It converts nothing: what a person gives has the type that the form says,
// and a number for a text is refused. Values that a library or a project gives are coerced, as Terraform does it.
func (f *form) tidy(inputs object) object {
	if inputs == nil {
		return object{}
	}
	out := make(object, len(inputs))
	for name, value := range inputs {
		v, known := f.variables[name]
		if value == nil && known && !v.note.Nullable {
			continue
		}
		out[name] = value
		if known {
			out[name] = shape(value, v.typ.typ, asGiven)
		}
	}
	return out
}

type checker struct {
	form   *form
	inputs object
	given  []string
	values map[string]cty.Value
	broken map[string]bool // variables that have a fault of type or shape
	faults []located
}

// located is a fault and the variable it is about; loose ones give way to the message of the template's author.
type located struct {
	variable string
	loose    bool
	fault    *fault.Error
}

func (c *checker) add(path []string, loose bool, text fault.Text, args ...any) {
	variable := ""
	if len(path) > 0 {
		variable = path[0]
	}
	c.broken[variable] = c.broken[variable] || !loose
	field := append([]string{"inputs"}, path...)
	c.faults = append(c.faults, located{variable, loose, fault.New(fault.Invalid, text, args...).At(field...)})
}

// structure checks the inputs against the JSON Schema.
func (c *checker) structure() error {
	schema, err := c.compiled()
	if err != nil {
		return err
	}
	err = schema.Validate(c.inputs)
	var invalid *jsonschema.ValidationError
	if errors.As(err, &invalid) {
		c.collect(invalid)
		return nil
	}
	if err != nil {
		return fmt.Errorf("validate inputs: %w", err)
	}
	return nil
}

// compiled is the schema for the inputs, without the demands that are met from elsewhere.
func (c *checker) compiled() (*jsonschema.Schema, error) {
	var required []any
	for _, name := range slices.Sorted(maps.Keys(c.form.variables)) {
		if c.form.variables[name].required && !slices.Contains(c.given, name) {
			required = append(required, name)
		}
	}
	key := fmt.Sprint(required)
	if known, ok := c.form.compiled.Load(key); ok {
		return known.(*jsonschema.Schema), nil
	}
	compiled, err := c.form.compile(required)
	if err == nil {
		c.form.compiled.Store(key, compiled)
	}
	return compiled, err
}

// compile makes a validator of the schema that demands these names.
func (f *form) compile(required []any) (*jsonschema.Schema, error) {
	schema := maps.Clone(f.schema)
	delete(schema, "required")
	if len(required) > 0 {
		schema["required"] = required
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("inputs.json", schema); err != nil {
		return nil, fmt.Errorf("read schema: %w", err)
	}
	compiled, err := compiler.Compile("inputs.json")
	if err != nil {
		return nil, fmt.Errorf("compile schema: %w", err)
	}
	return compiled, nil
}

// convert makes Terraform values of the inputs that have the right shape, and fills the defaults in.
func (c *checker) convert() {
	for name, v := range c.form.variables {
		value, ok := c.inputs[name]
		switch {
		case !ok && v.hasDefault && !slices.Contains(c.given, name):
			c.values[name] = v.def
		case !ok || c.broken[name]:
			c.values[name] = cty.DynamicVal
		default:
			c.values[name] = c.convertOne(name, v, value)
		}
	}
}

func (c *checker) convertOne(name string, v formVariable, value any) cty.Value {
	converted, err := v.typ.fromJSON(value)
	if err == nil {
		return converted
	}
	if !slices.ContainsFunc(c.faults, func(l located) bool { return l.variable == name }) {
		c.add([]string{name}, false, textWrongType, v.note.Type, strings.TrimSuffix(err.Error(), "."))
	}
	return cty.DynamicVal
}

// validate evaluates the validations of every variable that was given.
func (c *checker) validate() {
	for _, name := range slices.Sorted(maps.Keys(c.form.variables)) {
		if _, given := c.inputs[name]; !given || c.broken[name] {
			continue
		}
		v := c.form.variables[name]
		for _, check := range v.note.Validations {
			verdict, text := evaluate(check, c.values)
			if verdict == fails {
				c.fail(name, v, check, text)
			}
		}
	}
}

// fail puts the author's message in the place of our own about that variable.
func (c *checker) fail(name string, v formVariable, check checkNote, said string) {
	c.faults = slices.DeleteFunc(c.faults, func(l located) bool { return l.loose && l.variable == name })
	text := textInvalid
	if said != "" && !v.note.Sensitive {
		text = fault.Text{EN: said, FR: said}
	}
	if check.Text != nil {
		text = check.Text.text()
	}
	where := places(check, name, c.values)
	if len(where) == 0 {
		where = [][]string{nil}
	}
	for _, place := range where {
		c.add(append([]string{name}, place...), false, text)
	}
}

// sorted lists the faults by variable, each once.
func (c *checker) sorted() fault.List {
	slices.SortStableFunc(c.faults, func(a, b located) int { return strings.Compare(a.variable, b.variable) })
	var list fault.List
	seen := map[string]bool{}
	for _, l := range c.faults {
		key := strings.Join(l.fault.Field(), "\x00") + "\x00" + l.fault.Message("en")
		if !seen[key] && len(list) < maxFaults {
			seen[key] = true
			list = append(list, l.fault)
		}
	}
	return list
}
