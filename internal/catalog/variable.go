package catalog

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/gohcl"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// Variable is one input variable of a template, as Terraform declares it.
type Variable struct {
	Name        string
	TypeText    string // the type expression as it is written
	Description string
	Default     cty.Value // cty.NilVal when there is none
	Nullable    bool      // as Terraform understands it: true unless it says otherwise
	Sensitive   bool
	Ephemeral   bool
	Validations []Validation
	File        string
	Line        int

	nullableSaid bool // nullable = true is written there
	typ          constraint
}

// Required tells whether a value has to be given.
func (v Variable) Required() bool { return v.Default == cty.NilVal }

// Validation is one validation block: expressions as they are written.
type Validation struct {
	Condition string `json:"condition"`
	Message   string `json:"message"`
}

// constraint is a type and the defaults of the optional attributes in it.
type constraint struct {
	typ      cty.Type
	defaults *typeexpr.Defaults
}

// convert makes a value of the type, filling optional attributes in.
func (c constraint) convert(v cty.Value) (cty.Value, error) {
	if c.defaults != nil && !v.IsNull() {
		v = c.defaults.Apply(v)
	}
	return convert.Convert(v, c.typ)
}

var variableSchema = &hcl.BodySchema{
	Attributes: []hcl.AttributeSchema{
		{Name: "type"}, {Name: "default"}, {Name: "description"},
		{Name: "nullable"}, {Name: "sensitive"}, {Name: "ephemeral"}, {Name: "deprecated"},
	},
	Blocks: []hcl.BlockHeaderSchema{{Type: "validation"}},
}

var validationSchema = &hcl.BodySchema{Attributes: []hcl.AttributeSchema{
	{Name: "condition", Required: true}, {Name: "error_message", Required: true},
}}

func readVariable(block *hcl.Block, source []byte) (Variable, hcl.Diagnostics) {
	v := Variable{
		Name: block.Labels[0], Nullable: true, TypeText: "any", typ: constraint{typ: cty.DynamicPseudoType},
		File: block.DefRange.Filename, Line: block.DefRange.Start.Line,
	}
	content, diags := block.Body.Content(variableSchema)
	if !hclsyntax.ValidIdentifier(v.Name) {
		diags = append(diags, diagnostic(block.DefRange, "Invalid variable name", "A name is a letter followed by letters, digits, dashes and underscores."))
	}
	diags = append(diags, v.attributes(content.Attributes, source)...)
	for _, inner := range content.Blocks {
		validation, more := readValidation(inner, source)
		diags = append(diags, more...)
		v.Validations = append(v.Validations, validation)
	}
	return v, diags
}

func (v *Variable) attributes(attrs hcl.Attributes, source []byte) hcl.Diagnostics {
	var diags hcl.Diagnostics
	if attr, ok := attrs["type"]; ok {
		diags = append(diags, v.readType(attr.Expr, source)...)
	}
	for name, target := range map[string]any{
		"description": &v.Description, "nullable": &v.Nullable, "sensitive": &v.Sensitive, "ephemeral": &v.Ephemeral,
	} {
		if attr, ok := attrs[name]; ok {
			diags = append(diags, gohcl.DecodeExpression(attr.Expr, nil, target)...)
			v.nullableSaid = v.nullableSaid || name == "nullable"
		}
	}
	if attr, ok := attrs["default"]; ok && !diags.HasErrors() {
		diags = append(diags, v.readDefault(attr.Expr)...)
	}
	return diags
}

func (v *Variable) readType(expr hcl.Expression, source []byte) hcl.Diagnostics {
	v.TypeText = typeText(expr, source)
	c, diags := parseType(v.TypeText, expr.Range())
	v.typ = c
	return diags
}

func (v *Variable) readDefault(expr hcl.Expression) hcl.Diagnostics {
	value, diags := expr.Value(nil)
	if diags.HasErrors() {
		return diags
	}
	converted, err := v.typ.convert(value)
	if err != nil {
		return append(diags, diagnostic(expr.Range(), "Invalid default value for variable", "It does not fit the type: "+err.Error()))
	}
	if converted.IsNull() && !v.Nullable {
		return append(diags, diagnostic(expr.Range(), "Invalid default value for variable", "A null default needs nullable = true."))
	}
	v.Default = converted
	return diags
}

func readValidation(block *hcl.Block, source []byte) (Validation, hcl.Diagnostics) {
	content, diags := block.Body.Content(validationSchema)
	if diags.HasErrors() {
		return Validation{}, diags
	}
	text := func(name string) string { return expressionText(content.Attributes[name].Expr, source) }
	return Validation{Condition: text("condition"), Message: text("error_message")}, diags
}

// parseType reads a type expression as Terraform does, with the forms of Terraform 0.11.
func parseType(text string, rng hcl.Range) (constraint, hcl.Diagnostics) {
	switch strings.TrimSpace(text) {
	case "list":
		return constraint{typ: cty.List(cty.DynamicPseudoType)}, nil
	case "map":
		return constraint{typ: cty.Map(cty.DynamicPseudoType)}, nil
	}
	if nestedCode(rng.Filename, []byte(text)) > 0 {
		return constraint{typ: cty.DynamicPseudoType}, hcl.Diagnostics{diagnostic(rng, "Invalid type specification", "It is nested too deep.")}
	}
	expr, diags := hclsyntax.ParseExpression([]byte(text), rng.Filename, hcl.Pos{Line: rng.Start.Line, Column: rng.Start.Column})
	if diags.HasErrors() {
		return constraint{typ: cty.DynamicPseudoType}, diags
	}
	typ, defaults, diags := typeexpr.TypeConstraintWithDefaults(expr)
	return constraint{typ, defaults}, diags
}

// typeText is a type expression as it is written, without the quotes that old code and JSON put around it.
func typeText(expr hcl.Expression, source []byte) string {
	if value, diags := expr.Value(nil); !diags.HasErrors() && value.Type() == cty.String && !value.IsNull() {
		return value.AsString()
	}
	return rangeText(expr, source)
}

// expressionText is an expression in the native syntax. In JSON a string is a template, so it stays quoted
// unless it is one interpolation and nothing else.
func expressionText(expr hcl.Expression, source []byte) string {
	text := strings.TrimSpace(rangeText(expr, source))
	inner, ok := strings.CutPrefix(text, `"${`)
	if !ok || !strings.HasSuffix(inner, `}"`) {
		return text
	}
	if inner = unquote(strings.TrimSuffix(inner, `}"`)); strings.Contains(inner, "${") {
		return text
	}
	return inner
}

// unquote undoes the escapes of a JSON string that is known to be whole.
func unquote(s string) string {
	return strings.NewReplacer(`\\`, `\`, `\"`, `"`, `\n`, "\n", `\t`, "\t", `\/`, `/`).Replace(s)
}

func rangeText(expr hcl.Expression, source []byte) string {
	return string(expr.Range().SliceBytes(source))
}

func diagnostic(rng hcl.Range, summary, detail string) *hcl.Diagnostic {
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: detail, Subject: &rng}
}
