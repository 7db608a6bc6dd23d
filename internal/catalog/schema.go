package catalog

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/zclconf/go-cty/cty"

	"github.com/arpent/arpent/internal/fault"
)

// schemaURI is the dialect of every schema that we make.
const schemaURI = "https://json-schema.org/draft/2020-12/schema"

// extension is the name of the keyword that holds what JSON Schema has no word for.
const extension = "x-arpent"

// Field is what arpent.yaml says of one variable's field in the form.
type Field struct {
	Title       fault.Text
	Help        fault.Text
	Placeholder fault.Text
	Widget      string
	Group       string
	Order       int // 0: as declared
	Advanced    bool
	Hidden      bool
	Sensitive   bool
	Choices     []Choice
	Source      *Source          // where choices come from
	Messages    []fault.Text     // for the variable's validations, in their order
	Fields      map[string]Field // of an object's attributes
}

// Choice is one value that a field offers.
type Choice struct {
	Value any        `json:"value"`
	Title fault.Text `json:"title"`
}

// Group is a part of a form.
type Group struct {
	Name  string     `json:"name"`
	Title fault.Text `json:"title"`
	Help  fault.Text `json:"help"`
}

// words is a text in the form in which schemas carry it.
type words struct {
	EN string `json:"en,omitempty"`
	FR string `json:"fr,omitempty"`
}

// variableNote is the extension of one property: what the form and the checks need beyond JSON Schema.
type variableNote struct {
	Title       *words       `json:"title,omitempty"`
	Help        *words       `json:"help,omitempty"`
	Placeholder *words       `json:"placeholder,omitempty"`
	Widget      string       `json:"widget,omitempty"`
	Group       string       `json:"group,omitempty"`
	Order       int          `json:"order,omitempty"`
	Advanced    bool         `json:"advanced,omitempty"`
	Hidden      bool         `json:"hidden,omitempty"`
	Sensitive   bool         `json:"sensitive,omitempty"`
	Nullable    bool         `json:"nullable,omitempty"`
	Choices     []choiceNote `json:"choices,omitempty"`
	Source      *Source      `json:"source,omitempty"`
	Type        string       `json:"type,omitempty"` // the Terraform type, of variables only
	Binding     string       `json:"binding,omitempty"`
	HasDefault  bool         `json:"hasDefault,omitempty"` // of a secret default, which no schema shows
	Validations []checkNote  `json:"validations,omitempty"`
}

type choiceNote struct {
	Value any   `json:"value"`
	Title words `json:"title"`
}

type checkNote struct {
	Condition string `json:"condition"`
	Message   string `json:"message"`
	Text      *words `json:"text,omitempty"` // arpent.yaml's message, in both languages
}

type groupNote struct {
	Name  string `json:"name"`
	Title *words `json:"title,omitempty"`
	Help  *words `json:"help,omitempty"`
}

type object = map[string]any

// Schema is the JSON Schema 2020-12 of a template's inputs. Its bytes are the same for the same template.
// Variables that a binding fills are no properties; they are in the extension, under bound.
func (t Template) Schema() json.RawMessage {
	properties, bound, required := object{}, object{}, []string{}
	for i, v := range t.Variables {
		note, property := t.property(v, i+1)
		property[extension] = note
		if note.Binding != "" {
			bound[v.Name] = property
			continue
		}
		properties[v.Name] = property
		if v.Required() {
			required = append(required, v.Name)
		}
	}
	slices.Sort(required)
	schema := object{
		"$schema": schemaURI, "type": "object", "properties": properties,
		"required": required, "additionalProperties": false,
	}
	if extra := t.extra(bound); len(extra) > 0 {
		schema[extension] = extra
	}
	return encode(schema)
}

// extra is the extension of the whole schema.
func (t Template) extra(bound object) object {
	extra := object{}
	if groups := groupNotes(t.Groups); len(groups) > 0 {
		extra["groups"] = groups
	}
	if len(bound) > 0 {
		extra["bound"] = bound
	}
	return extra
}

func groupNotes(groups []Group) []groupNote {
	var notes []groupNote
	for _, g := range groups {
		notes = append(notes, groupNote{g.Name, wordsOf(g.Title), wordsOf(g.Help)})
	}
	return notes
}

// property makes the schema of one variable.
func (t Template) property(v Variable, order int) (*variableNote, object) {
	field := t.Form[v.Name]
	property := typeSchema(v.typ.typ, v.typ.defaults)
	note := field.note(order)
	note.Type, note.Binding = v.TypeText, t.Bindings[v.Name]
	note.Sensitive = note.Sensitive || v.Sensitive
	describe(property, field, v.Name, v.Description)
	decorate(property, field.Fields)
	note.Validations = checkNotes(v.Validations, field.Messages)
	translate(property, v)
	field.offer(property)
	if v.Nullable && (v.nullableSaid || v.Default != cty.NilVal && v.Default.IsNull()) {
		note.Nullable = true
		allowNull(property)
	}
	if !v.Required() && !note.Sensitive {
		property["default"] = coerce(decoded(v.Default), v.typ.typ)
	}
	if note.Sensitive {
		property["writeOnly"] = true
		note.HasDefault = !v.Required()
	}
	return note, property
}

func checkNotes(validations []Validation, messages []fault.Text) []checkNote {
	var notes []checkNote
	for i, v := range validations {
		note := checkNote{Condition: v.Condition, Message: v.Message}
		if i < len(messages) {
			note.Text = wordsOf(messages[i])
		}
		notes = append(notes, note)
	}
	return notes
}

func (f Field) note(order int) *variableNote {
	if f.Order != 0 {
		order = f.Order
	}
	note := &variableNote{
		Title: wordsOf(f.Title), Help: wordsOf(f.Help), Placeholder: wordsOf(f.Placeholder), Widget: f.Widget,
		Group: f.Group, Order: order, Advanced: f.Advanced, Hidden: f.Hidden, Sensitive: f.Sensitive, Source: f.Source,
	}
	for _, c := range f.Choices {
		note.Choices = append(note.Choices, choiceNote{c.Value, *wordsOf(c.Title)})
	}
	return note
}

// describe gives a property its title and description, in English as JSON Schema has one language only.
func describe(property object, field Field, name, description string) {
	property["title"] = humanize(name)
	if field.Title.EN != "" {
		property["title"] = field.Title.EN
	}
	if field.Help.EN != "" {
		description = field.Help.EN
	}
	if description != "" {
		property["description"] = description
	}
}

// decorate puts the texts of an object's attributes where the form looks for them, through lists and maps.
func decorate(schema object, fields map[string]Field) {
	if len(fields) == 0 {
		return
	}
	for _, keyword := range []string{"items", "additionalProperties"} {
		if inner, ok := schema[keyword].(object); ok {
			decorate(inner, fields)
		}
	}
	properties, _ := schema["properties"].(object)
	for name, field := range fields {
		if property, ok := properties[name].(object); ok {
			describe(property, field, name, "")
			property[extension] = field.note(0)
			field.offer(property)
			decorate(property, field.Fields)
		}
	}
}

// offer restricts a property to the field's choices.
func (f Field) offer(property object) {
	if len(f.Choices) == 0 {
		return
	}
	values := make([]any, len(f.Choices))
	for i, c := range f.Choices {
		values[i] = c.Value
	}
	if items, ok := property["items"].(object); ok {
		items["enum"] = values
		return
	}
	property["enum"] = values
}

// typeSchema is the schema of a Terraform type.
func typeSchema(typ cty.Type, defaults *typeexpr.Defaults) object {
	switch {
	case typ == cty.String:
		return object{"type": "string"}
	case typ == cty.Number:
		return object{"type": "number"}
	case typ == cty.Bool:
		return object{"type": "boolean"}
	case typ.IsListType():
		return object{"type": "array", "items": typeSchema(typ.ElementType(), child(defaults, ""))}
	case typ.IsSetType():
		return object{"type": "array", "uniqueItems": true, "items": typeSchema(typ.ElementType(), child(defaults, ""))}
	case typ.IsMapType():
		return object{"type": "object", "additionalProperties": typeSchema(typ.ElementType(), child(defaults, ""))}
	case typ.IsObjectType():
		return objectSchema(typ, defaults)
	case typ.IsTupleType():
		return tupleSchema(typ, defaults)
	}
	return object{}
}

func objectSchema(typ cty.Type, defaults *typeexpr.Defaults) object {
	properties, required := object{}, []string{}
	for _, name := range slices.Sorted(maps.Keys(typ.AttributeTypes())) {
		property := typeSchema(typ.AttributeType(name), child(defaults, name))
		property["title"] = humanize(name)
		if value, ok := defaultOf(defaults, name); ok {
			property["default"] = value
		}
		if !typ.AttributeOptional(name) {
			required = append(required, name)
		}
		properties[name] = property
	}
	return object{"type": "object", "properties": properties, "required": required, "additionalProperties": false}
}

func tupleSchema(typ cty.Type, defaults *typeexpr.Defaults) object {
	items := make([]any, 0, typ.Length())
	for i, element := range typ.TupleElementTypes() {
		items = append(items, typeSchema(element, child(defaults, strconv.Itoa(i))))
	}
	n := typ.Length()
	schema := object{"type": "array", "items": false, "minItems": n, "maxItems": n}
	if n > 0 {
		schema["prefixItems"] = items
	}
	return schema
}

// allowNull lets a property be null.
func allowNull(property object) {
	if typ, ok := property["type"].(string); ok {
		property["type"] = []any{typ, "null"}
	}
	if values, ok := property["enum"].([]any); ok {
		property["enum"] = append(slices.Clone(values), nil)
	}
}

// text is the words in both languages; one that is missing is shown in the other.
func (w words) text() fault.Text { return bothLanguages(fault.Text{EN: w.EN, FR: w.FR}) }

func bothLanguages(t fault.Text) fault.Text {
	if t.EN == "" {
		t.EN = t.FR
	}
	if t.FR == "" {
		t.FR = t.EN
	}
	return t
}

func wordsOf(t fault.Text) *words {
	if t == (fault.Text{}) {
		return nil
	}
	return &words{t.EN, t.FR}
}

// jsonValue is a known value as JSON, without the type notes that cty's own encoder adds to values of any type.
func jsonValue(v cty.Value) json.RawMessage { return encode(decoded(v)) }

// decoded is a known value as encoding/json decodes it.
func decoded(v cty.Value) any {
	switch {
	case v.IsNull() || !v.IsKnown():
		return nil
	case v.Type() == cty.String:
		return v.AsString()
	case v.Type() == cty.Number:
		return json.Number(v.AsBigFloat().Text('f', -1))
	case v.Type() == cty.Bool:
		return v.True()
	case v.Type().IsMapType() || v.Type().IsObjectType():
		m := object{}
		for name, element := range v.AsValueMap() {
			m[name] = decoded(element)
		}
		return m
	}
	list := []any{}
	for _, element := range v.AsValueSlice() {
		list = append(list, decoded(element))
	}
	return list
}

// encode is json.Marshal for values that cannot fail: maps of what we made ourselves.
func encode(v any) json.RawMessage {
	raw, err := json.Marshal(v)
	if err != nil {
		panic("catalog: a schema that is no JSON: " + err.Error())
	}
	return raw
}

// child is the part of the defaults that is about one attribute or element.
func child(d *typeexpr.Defaults, key string) *typeexpr.Defaults {
	if d == nil {
		return nil
	}
	return d.Children[key]
}

func defaultOf(d *typeexpr.Defaults, name string) (json.RawMessage, bool) {
	if d == nil {
		return nil, false
	}
	value, ok := d.DefaultValues[name]
	if !ok || value.IsNull() {
		return nil, false
	}
	if inner := d.Children[name]; inner != nil {
		value = inner.Apply(value)
	}
	return encode(coerce(decoded(value), d.Type.AttributeType(name))), true
}

// humanize makes a title of a name: "disk_size_gb" becomes "Disk size gb".
func humanize(name string) string {
	text := strings.TrimSpace(strings.NewReplacer("_", " ", "-", " ").Replace(name))
	if text == "" {
		return name
	}
	return strings.ToUpper(text[:1]) + text[1:]
}
