package catalog

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/arpent/arpent/internal/fault"
)

// manifestName is the file that says what Terraform does not; docs/templates.md describes it.
const manifestName = "arpent.yaml"

// maxManifest bounds arpent.yaml.
const maxManifest = 128 << 10

// text is a text of a manifest: {en, fr}, or one string for both.
type text fault.Text

// UnmarshalYAML reads either form.
func (t *text) UnmarshalYAML(unmarshal func(any) error) error {
	var plain string
	if err := unmarshal(&plain); err == nil {
		*t = text{EN: plain, FR: plain}
		return nil
	}
	var both struct {
		EN string `yaml:"en"`
		FR string `yaml:"fr"`
	}
	if err := unmarshal(&both); err != nil {
		return err
	}
	*t = text(bothLanguages(fault.Text{EN: both.EN, FR: both.FR}))
	return nil
}

func (t text) fault() fault.Text { return fault.Text(t) }

type templateManifest struct {
	Title       text                      `yaml:"title"`
	Summary     text                      `yaml:"summary"`
	Description text                      `yaml:"description"`
	Help        text                      `yaml:"help"`
	Category    text                      `yaml:"category"`
	Tags        []text                    `yaml:"tags"`
	Icon        string                    `yaml:"icon"`
	Style       string                    `yaml:"style"`
	Order       int                       `yaml:"order"`
	Hidden      bool                      `yaml:"hidden"`
	Groups      []groupManifest           `yaml:"groups"`
	Fields      fieldManifests            `yaml:"fields"`
	Bindings    map[string]string         `yaml:"bindings"`
	Request     *requestManifest          `yaml:"request"`
	Approval    *approvalManifest         `yaml:"approval"`
	Cost        text                      `yaml:"cost"`
	Outputs     map[string]outputManifest `yaml:"outputs"`
	Providers   []string                  `yaml:"providers"`
}

type libraryManifest struct {
	Title       text              `yaml:"title"`
	Description text              `yaml:"description"`
	Base        string            `yaml:"base"`
	Templates   string            `yaml:"templates"`
	Bindings    map[string]string `yaml:"bindings"`
	Approval    *approvalManifest `yaml:"approval"`
	Request     *requestManifest  `yaml:"request"`
}

type groupManifest struct {
	Name  string `yaml:"name"`
	Title text   `yaml:"title"`
	Help  text   `yaml:"help"`
}

type requestManifest struct {
	Roles []string `yaml:"roles"`
}

type approvalManifest struct {
	Mode      string   `yaml:"mode"`
	Roles     []string `yaml:"roles"`
	Count     int      `yaml:"count"`
	NotSelf   bool     `yaml:"notSelf"`
	Expires   string   `yaml:"expires"`
	OnDestroy bool     `yaml:"onDestroy"`
}

type outputManifest struct {
	Title  text `yaml:"title"`
	Help   text `yaml:"help"`
	Link   bool `yaml:"link"`
	Copy   bool `yaml:"copy"`
	Hidden bool `yaml:"hidden"`
}

type fieldManifest struct {
	Title       text            `yaml:"title"`
	Help        text            `yaml:"help"`
	Placeholder text            `yaml:"placeholder"`
	Widget      string          `yaml:"widget"`
	Group       string          `yaml:"group"`
	Order       int             `yaml:"order"`
	Advanced    bool            `yaml:"advanced"`
	Hidden      bool            `yaml:"hidden"`
	Sensitive   bool            `yaml:"sensitive"`
	Choices     choicesManifest `yaml:"choices"`
	Messages    []text          `yaml:"messages"`
	Fields      fieldManifests  `yaml:"fields"`
}

// fieldManifests keeps the order in which fields are listed: it is their order in the form.
type fieldManifests struct {
	names  []string
	fields map[string]fieldManifest
}

// UnmarshalYAML reads the mapping twice: for its order and for its values.
func (f *fieldManifests) UnmarshalYAML(unmarshal func(any) error) error {
	if err := unmarshal(&f.fields); err != nil {
		return err
	}
	var order yaml.MapSlice
	if err := unmarshal(&order); err != nil {
		return err
	}
	for _, item := range order {
		f.names = append(f.names, fmt.Sprint(item.Key))
	}
	return nil
}

// choicesManifest is a list of choices, or where they come from.
type choicesManifest struct {
	list   []choiceManifest
	source Source
}

type choiceManifest struct {
	Value any  `yaml:"value"`
	Title text `yaml:"title"`
}

// Source is one of our own connections that choices come from.
type Source struct {
	From  string `yaml:"from" json:"from"`
	Value string `yaml:"value" json:"value"`
	Label string `yaml:"label" json:"label"`
}

// UnmarshalYAML reads either form.
func (c *choicesManifest) UnmarshalYAML(unmarshal func(any) error) error {
	var items []any
	if err := unmarshal(&items); err != nil {
		return unmarshal(&c.source)
	}
	return unmarshal(&c.list)
}

// readManifest reads arpent.yaml strictly into target.
func readManifest(file string, content []byte, target any) []Problem {
	if len(bytes.TrimSpace(content)) == 0 {
		return nil
	}
	if len(content) > maxManifest {
		return []Problem{{File: file, Text: tooLarge(maxManifest)}}
	}
	if problem := refuseStructure(file, content); problem != nil {
		return []Problem{*problem}
	}
	err := yaml.NewDecoder(bytes.NewReader(content), yaml.Strict(), yaml.DisallowUnknownField()).Decode(target)
	if err == nil || errors.Is(err, io.EOF) { // nothing but comments
		return nil
	}
	return []Problem{yamlProblem(file, err)}
}

// refuseStructure refuses what makes a small file a large value: deep nesting and aliases.
func refuseStructure(file string, content []byte) *Problem {
	if line := max(tooDeep(content), nestedYAML(content)); line > 0 {
		return &Problem{File: file, Line: line, Text: textDeep}
	}
	parsed, err := parser.ParseBytes(content, 0)
	if err != nil {
		problem := yamlProblem(file, err)
		return &problem
	}
	finder := &aliasFinder{}
	for _, doc := range parsed.Docs {
		if doc.Body != nil {
			ast.Walk(finder, doc.Body)
		}
	}
	if finder.line > 0 {
		return &Problem{File: file, Line: finder.line, Text: textAlias}
	}
	return nil
}

type aliasFinder struct{ line int }

func (f *aliasFinder) Visit(node ast.Node) ast.Visitor {
	if node != nil && node.Type() == ast.AliasType && f.line == 0 {
		f.line = node.GetToken().Position.Line
	}
	return f
}

func yamlProblem(file string, err error) Problem {
	var located yaml.Error
	if !errors.As(err, &located) {
		return Problem{File: file, Text: yamlText(err.Error())}
	}
	line := 0
	if t := located.GetToken(); t != nil {
		line = t.Position.Line
	}
	var unknown *yaml.UnknownFieldError
	if errors.As(err, &unknown) {
		return Problem{File: file, Line: line, Text: fault.Text{
			EN: "Arpent knows no such key here: " + strings.TrimSpace(unknown.GetMessage()),
			FR: "Arpent ne connaît pas cette clé ici : « " + strings.TrimSpace(unknown.GetMessage()) + " »",
		}}
	}
	return Problem{File: file, Line: line, Text: yamlText(located.GetMessage())}
}

// What can be wrong in a manifest that is YAML.
var (
	textMode = fault.Text{
		EN: "The mode of an approval is auto or required, not %q.", FR: "Le mode d’une approbation est auto ou required, et non « %s ».",
	}
	textExpires = fault.Text{
		EN: "An approval expires after a minute or more, as in 24h, not %q.", FR: "Une approbation expire après une minute ou plus, comme dans 24h, et non « %s ».",
	}
	textWidget  = fault.Text{EN: "There is no widget %q.", FR: "Il n’y a pas de composant « %s »."}
	textChoices = fault.Text{
		EN: "Choices come from projects (id, acronym, name), resources (id, name), networks (id, name) or members (email, name).",
		FR: "Les choix viennent de projects (id, acronym, name), de resources (id, name), de networks (id, name) ou de members (email, name).",
	}
	textChoice = fault.Text{EN: "The value of a choice is no JSON value.", FR: "La valeur d’un choix n’est pas une valeur JSON."}
)

// placed says where in the manifest an error is.
func placed(place string, err error) error {
	text := readError(err)
	return fault.New(fault.Invalid, fault.Text{EN: "At " + place + ": %s", FR: "À " + place + " : %s"}, text)
}

// yamlText quotes the reader of YAML, which speaks English.
func yamlText(said string) fault.Text {
	return fault.Text{EN: "YAML: " + said, FR: "YAML : « " + said + " »"}
}

// approval is the policy with the defaults that the manifests leave out.
func (a *approvalManifest) approval() (Approval, error) {
	policy := Approval{Count: 1}
	if a == nil {
		return policy, nil
	}
	policy = Approval{Roles: a.Roles, Count: max(a.Count, 1), NotSelf: a.NotSelf, OnDestroy: a.OnDestroy}
	switch a.Mode {
	case "", "required":
	case "auto":
		policy.Auto = true
	default:
		return policy, fault.New(fault.Invalid, textMode, a.Mode)
	}
	if a.Expires == "" {
		return policy, nil
	}
	expires, err := time.ParseDuration(a.Expires)
	if err != nil || expires < time.Minute {
		return policy, fault.New(fault.Invalid, textExpires, a.Expires)
	}
	policy.ExpiresIn = int(expires.Seconds())
	return policy, nil
}

var widgets = []string{
	"", "text", "textarea", "code", "password", "color", "date", "select", "radio", "number", "slider",
	"switch", "checkbox", "tags", "table", "keyvalue",
}

// form turns the listed fields into the form's.
func (f fieldManifests) form() (map[string]Field, error) {
	form := make(map[string]Field, len(f.fields))
	for i, name := range f.names {
		m := f.fields[name]
		field, err := m.field()
		if err != nil {
			return nil, placed("fields."+name, err)
		}
		if field.Order == 0 {
			field.Order = i + 1
		}
		form[name] = field
	}
	return form, nil
}

func (m fieldManifest) field() (Field, error) {
	if !slices.Contains(widgets, m.Widget) {
		return Field{}, fault.New(fault.Invalid, textWidget, m.Widget)
	}
	inner, err := m.Fields.form()
	if err != nil {
		return Field{}, err
	}
	field := Field{
		Title: m.Title.fault(), Help: m.Help.fault(), Placeholder: m.Placeholder.fault(), Widget: m.Widget, Group: m.Group,
		Order: m.Order, Advanced: m.Advanced, Hidden: m.Hidden, Sensitive: m.Sensitive, Fields: inner,
	}
	for _, t := range m.Messages {
		field.Messages = append(field.Messages, t.fault())
	}
	return field, m.Choices.into(&field)
}

func (c choicesManifest) into(field *Field) error {
	if c.source != (Source{}) {
		if sources[c.source.From][c.source.Value] == nil {
			return fault.New(fault.Invalid, textChoices)
		}
		field.Source = &c.source
		return nil
	}
	for _, choice := range c.list {
		if _, err := json.Marshal(choice.Value); err != nil {
			return fault.New(fault.Invalid, textChoice)
		}
		field.Choices = append(field.Choices, Choice{Value: choice.Value, Title: choice.Title.fault()})
	}
	return nil
}

func plainText(s string) fault.Text { return fault.Text{EN: s, FR: s} }
