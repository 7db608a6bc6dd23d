package catalog

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/arpent/arpent/internal/fault"
)

// Request is what has to be resolved: a template's schema, what somebody asked for, what is known.
type Request struct {
	Schema json.RawMessage
	Inputs map[string]any // secret ones included
	Facts  Facts
	Given  []string // variables that another template of the project gives a value to (flat style)
}

// Values are the values of a template's variables. Those that keep their default are absent.
type Values struct {
	Plain  map[string]json.RawMessage
	Secret map[string]json.RawMessage // of sensitive variables, and values that come from secrets
}

// Resolve finds the value of every variable: a binding's, the input's, the project's, the installation's, in
// this order. Everything that is wrong or missing is in the one fault.List that it returns as its error.
func Resolve(request Request) (Values, error) {
	f, err := knownForm(request.Schema)
	if err != nil {
		return Values{}, err
	}
	r := &resolver{form: f, request: request, values: Values{Plain: map[string]json.RawMessage{}, Secret: map[string]json.RawMessage{}}}
	elsewhere := r.elsewhere()
	inputs, faults, err := f.check(request.Inputs, elsewhere)
	if err != nil {
		return Values{}, err
	}
	r.faults = faults
	for _, name := range slices.Sorted(maps.Keys(f.variables)) {
		if err := r.resolve(name, inputs); err != nil {
			return Values{}, err
		}
	}
	return r.values, r.faults.OrNil()
}

type resolver struct {
	form    *form
	request Request
	values  Values
	faults  fault.List
}

// elsewhere lists the variables that need no input: bound, or given by the project, the platform or another template.
func (r *resolver) elsewhere() []string {
	names := slices.Clone(r.request.Given)
	for name := range r.form.variables {
		_, bound := r.binding(name)
		if bound || r.request.Facts.give(name) {
			names = append(names, name)
		}
	}
	return names
}

func has(name string, maps ...map[string]any) bool {
	return slices.ContainsFunc(maps, func(m map[string]any) bool { _, ok := m[name]; return ok })
}

// binding is the expression that fills a variable, if there is one.
func (r *resolver) binding(name string) (string, bool) {
	if expression, ok := r.request.Facts.Platform.Bindings[name]; ok {
		return expression, true
	}
	expression := r.form.variables[name].note.Binding
	return expression, expression != ""
}

func (r *resolver) resolve(name string, inputs map[string]cty.Value) error {
	v := r.form.variables[name]
	if expression, ok := r.binding(name); ok {
		return r.bind(name, v, expression)
	}
	if _, ok := r.request.Inputs[name]; ok {
		if value := inputs[name]; value.IsWhollyKnown() {
			r.set(name, value, v.note.Sensitive)
		}
		return nil
	}
	if slices.Contains(r.request.Given, name) {
		return nil
	}
	value, secret, ok := r.shared(name)
	if !ok {
		return nil // its default, or the check has said that it is missing
	}
	return r.convert(name, v, value, secret)
}

// shared is the value that the project or the installation gives.
func (r *resolver) shared(name string) (value any, secret, ok bool) {
	facts := r.request.Facts
	for _, source := range []struct {
		values map[string]any
		secret bool
	}{
		{facts.Project.Secrets, true}, {facts.Project.Variables, false},
		{facts.Platform.Secrets, true}, {facts.Platform.Variables, false},
	} {
		if value, ok := source.values[name]; ok {
			return value, source.secret, true
		}
	}
	return nil, false, false
}

// ofProject begins the binding of a variable that a project sets once for all its resources.
const ofProject = "project.variables."

var textUnset = fault.Text{
	EN: "“%s” is not set yet: somebody who may change the project sets its variable %s, in the project’s settings.",
	FR: "« %s » n’est pas encore défini : une personne qui peut modifier le projet en définit la variable %s, dans ses réglages.",
}

// title is what a form calls a variable.
func (v formVariable) title(name string) fault.Text {
	if v.note.Title == nil {
		return plainText(name)
	}
	return v.note.Title.text()
}

func (r *resolver) bind(name string, v formVariable, expression string) error {
	if _, given := r.request.Inputs[name]; given {
		if v.note.Binding == "" { // bound by the configuration: the schema does not know
			r.fault(name, textBound)
		}
		return nil
	}
	value, secret, err := r.request.Facts.value(expression)
	if err != nil {
		return err
	}
	if value != nil {
		return r.convert(name, v, value, secret)
	}
	if variable, ok := strings.CutPrefix(expression, ofProject); ok && !v.hasDefault {
		r.fault(name, textUnset, v.title(name), variable)
		return nil
	}
	if !v.hasDefault {
		r.fault(name, fault.Text{
			EN: "The project gives no value for it (%s), and one is required.",
			FR: "Le projet n’en donne pas la valeur (%s), et elle est obligatoire.",
		}, expression)
	}
	return nil
}

// convert brings a value that did not come from the form into the variable's type.
func (r *resolver) convert(name string, v formVariable, value any, secret bool) error {
	raw, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("value of %s: %w", name, err)
	}
	var decoded any
	if err := decodeNumbers(raw, &decoded); err != nil {
		return fmt.Errorf("value of %s: %w", name, err)
	}
	converted, err := v.typ.fromJSON(coerce(decoded, v.typ.typ))
	if err == nil {
		r.set(name, converted, secret || v.note.Sensitive)
		return nil
	}
	r.fault(name, fault.Text{
		EN: "The value that the project gives does not fit the type %s.",
		FR: "La valeur que donne le projet ne correspond pas au type %s.",
	}, v.note.Type)
	return nil
}

func (r *resolver) set(name string, value cty.Value, secret bool) {
	if secret {
		r.values.Secret[name] = jsonValue(value)
		return
	}
	r.values.Plain[name] = jsonValue(value)
}

func (r *resolver) fault(name string, text fault.Text, args ...any) {
	r.faults = append(r.faults, fault.New(fault.Invalid, text, args...).At("inputs", name))
}
