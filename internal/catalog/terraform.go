package catalog

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/gohcl"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/zclconf/go-cty/cty"

	"github.com/arpent/arpent/internal/fault"
)

// code is what the Terraform files of one folder declare, as far as we need it.
type code struct {
	variables []Variable
	outputs   []Output
	providers []Requirement
	backend   string
	calls     []moduleCall
	configure []string // local names of the providers that it configures itself
}

// moduleCall is one module block with a source on disk.
type moduleCall struct {
	source string
	rng    hcl.Range
}

var (
	fileSchema = &hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{
		{Type: "variable", LabelNames: []string{"name"}},
		{Type: "output", LabelNames: []string{"name"}},
		{Type: "module", LabelNames: []string{"name"}},
		{Type: "provider", LabelNames: []string{"name"}},
		{Type: "terraform"},
	}}
	terraformSchema = &hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{
		{Type: "required_providers"}, {Type: "backend", LabelNames: []string{"type"}}, {Type: "cloud"},
	}}
	moduleSchema = &hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "source"}}}
	outputSchema = &hcl.BodySchema{Attributes: []hcl.AttributeSchema{
		{Name: "description"}, {Name: "sensitive"}, {Name: "value"},
	}}
)

// readCode reads the Terraform files of one folder. The files map holds paths in the library.
func readCode(dir string, files map[string][]byte) (*code, []Problem) {
	r := &codeReader{code: &code{}, seen: map[string]string{}}
	for _, name := range terraformFiles(dir, files) {
		r.file(name, files[name])
	}
	return r.code, r.problems
}

// terraformFiles lists the files of a folder that Terraform would load, without overrides, in its order.
func terraformFiles(dir string, files map[string][]byte) []string {
	var names []string
	for name := range files {
		if path.Dir(name) == dir && isTerraform(name) && !isOverride(name) && !shadowed(name, files) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func isTerraform(name string) bool {
	for _, suffix := range []string{".tf", ".tf.json", ".tofu", ".tofu.json"} {
		if strings.HasSuffix(name, suffix) {
			return !strings.HasPrefix(path.Base(name), ".")
		}
	}
	return false
}

func isOverride(name string) bool {
	stem, _, _ := strings.Cut(path.Base(name), ".")
	return stem == "override" || strings.HasSuffix(stem, "_override")
}

// shadowed tells whether OpenTofu would read the .tofu file beside this one instead of it.
func shadowed(name string, files map[string][]byte) bool {
	for from, to := range map[string]string{".tf": ".tofu", ".tf.json": ".tofu.json"} {
		if stem, ok := strings.CutSuffix(name, from); ok {
			_, exists := files[stem+to]
			return exists
		}
	}
	return false
}

type codeReader struct {
	code     *code
	problems []Problem
	seen     map[string]string
}

func (r *codeReader) file(name string, content []byte) {
	line := tooDeep(content)
	if !strings.HasSuffix(name, ".json") {
		line = nestedCode(name, content)
	}
	if line > 0 {
		r.problems = append(r.problems, Problem{File: name, Line: line, Text: textDeep})
		return
	}
	parser := hclparse.NewParser()
	parse := parser.ParseHCL
	if strings.HasSuffix(name, ".json") {
		parse = parser.ParseJSON
	}
	parsed, diags := parse(content, name)
	if r.refuse(diags, name) || parsed == nil {
		return
	}
	declared, _, diags := parsed.Body.PartialContent(fileSchema)
	r.refuse(diags, name)
	for _, block := range declared.Blocks {
		r.block(block, parsed.Bytes)
	}
}

func (r *codeReader) block(block *hcl.Block, source []byte) {
	switch block.Type {
	case "variable":
		r.variable(block, source)
	case "output":
		r.output(block)
	case "module":
		r.module(block)
	case "provider":
		r.code.configure = append(r.code.configure, block.Labels[0])
	case "terraform":
		r.terraform(block)
	}
}

func (r *codeReader) variable(block *hcl.Block, source []byte) {
	name := block.Labels[0]
	if r.declared("variable", name, block.DefRange) {
		return
	}
	v, diags := readVariable(block, source)
	if r.refuse(diags, block.DefRange.Filename) {
		return
	}
	r.code.variables = append(r.code.variables, v)
}

// declared notes a declaration and refuses a second one of the same name.
func (r *codeReader) declared(kind, name string, rng hcl.Range) bool {
	key := kind + " " + name
	if first, twice := r.seen[key]; twice {
		r.problem(rng, fault.Text{
			EN: fmt.Sprintf("The %s %q is declared twice; first at %s.", kind, name, first),
			FR: fmt.Sprintf("%s « %s » est déclarée deux fois ; d’abord à %s.", frenchKind[kind], name, first),
		})
		return true
	}
	r.seen[key] = fmt.Sprintf("%s:%d", rng.Filename, rng.Start.Line)
	return false
}

var frenchKind = map[string]string{"variable": "La variable", "output": "La sortie"}

func (r *codeReader) output(block *hcl.Block) {
	if r.declared("output", block.Labels[0], block.DefRange) {
		return
	}
	content, _, diags := block.Body.PartialContent(outputSchema)
	out := Output{Name: block.Labels[0], Title: plainText(humanize(block.Labels[0]))}
	if attr, ok := content.Attributes["description"]; ok {
		var text string
		diags = append(diags, gohcl.DecodeExpression(attr.Expr, nil, &text)...)
		out.Help = plainText(text)
	}
	if attr, ok := content.Attributes["sensitive"]; ok {
		diags = append(diags, gohcl.DecodeExpression(attr.Expr, nil, &out.Sensitive)...)
	}
	if !r.refuse(diags, block.DefRange.Filename) {
		r.code.outputs = append(r.code.outputs, out)
	}
}

func (r *codeReader) module(block *hcl.Block) {
	content, _, _ := block.Body.PartialContent(moduleSchema)
	attr, ok := content.Attributes["source"]
	if !ok {
		return
	}
	value, diags := attr.Expr.Value(nil)
	if diags.HasErrors() || value.IsNull() || value.Type() != cty.String {
		return // computed by the engine; it says what is wrong with it
	}
	if s := value.AsString(); strings.HasPrefix(s, "./") || strings.HasPrefix(s, "../") {
		r.code.calls = append(r.code.calls, moduleCall{s, attr.Expr.Range()})
	}
}

func (r *codeReader) terraform(block *hcl.Block) {
	content, _, diags := block.Body.PartialContent(terraformSchema)
	r.refuse(diags, block.DefRange.Filename)
	for _, inner := range content.Blocks {
		switch inner.Type {
		case "backend":
			r.code.backend = inner.Labels[0]
		case "cloud":
			r.code.backend = "cloud"
		case "required_providers":
			r.requirements(inner)
		}
	}
}

func (r *codeReader) requirements(block *hcl.Block) {
	attrs, diags := block.Body.JustAttributes()
	r.refuse(diags, block.DefRange.Filename)
	for name, attr := range attrs {
		requirement, err := readRequirement(name, attr.Expr)
		if err != nil {
			r.problem(attr.Range, err.Text())
			continue
		}
		r.code.providers = append(r.code.providers, requirement)
	}
	slices.SortFunc(r.code.providers, func(a, b Requirement) int { return strings.Compare(a.Name, b.Name) })
}

var textRequirement = fault.Text{
	EN: "In required_providers, %s is neither an object nor a version.", FR: "Dans required_providers, %s n’est ni un objet ni une version.",
}

// readRequirement reads one entry of required_providers. Configuration aliases are references, so the
// object is taken apart instead of being evaluated.
func readRequirement(name string, expr hcl.Expression) (Requirement, *fault.Error) {
	requirement := Requirement{Name: name, Source: "hashicorp/" + name}
	pairs, diags := hcl.ExprMap(expr)
	if diags.HasErrors() {
		version, diags := expr.Value(nil)
		if diags.HasErrors() || version.Type() != cty.String || version.IsNull() {
			return requirement, fault.New(fault.Invalid, textRequirement, name)
		}
		requirement.Version = version.AsString()
		return requirement, nil
	}
	for _, pair := range pairs {
		key := hcl.ExprAsKeyword(pair.Key)
		if v, diags := pair.Key.Value(nil); key == "" && !diags.HasErrors() && v.Type() == cty.String {
			key = v.AsString()
		}
		value, diags := pair.Value.Value(nil)
		if diags.HasErrors() || value.IsNull() || value.Type() != cty.String {
			continue
		}
		switch key {
		case "source":
			requirement.Source = value.AsString()
		case "version":
			requirement.Version = value.AsString()
		}
	}
	return requirement, nil
}

// refuse turns the parser's errors into problems and tells whether there were any.
func (r *codeReader) refuse(diags hcl.Diagnostics, file string) bool {
	for _, diag := range diags {
		if diag.Severity != hcl.DiagError {
			continue
		}
		line := 0
		if diag.Subject != nil {
			line = diag.Subject.Start.Line
		}
		text := strings.TrimSpace(diag.Summary + ": " + diag.Detail)
		r.problems = append(r.problems, Problem{File: file, Line: line, Text: fault.Text{EN: text, FR: "Terraform dit : « " + text + " »"}})
	}
	return diags.HasErrors()
}

func (r *codeReader) problem(rng hcl.Range, text fault.Text) {
	r.problems = append(r.problems, Problem{File: rng.Filename, Line: rng.Start.Line, Text: text})
}
