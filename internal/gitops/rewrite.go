package gitops

import (
	"bytes"
	"encoding/json"
	"path"
	"slices"
	"strings"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"
)

var (
	callsSchema  = &hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{{Type: "module", LabelNames: []string{"name"}}}}
	sourceSchema = &hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "source"}}}
)

// rewriting is one way in which a file was rewritten: what comes of it depends on nothing else.
type rewriting struct{ do, name, content, dir, vendored string }

// rewritings keeps what came of the last ones. Each render of a project's folder rewrites the same files of its base and its
// templates, and reading them as HCL is most of what a render costs.
var rewritings, _ = lru.New[rewriting, []byte](512) // fails only for a size below one

// mostKept is the size of the largest file that is kept, so that all are at most some MiB.
const mostKept = 16 << 10

// rewritten is what came of a rewriting before, or comes of it now. Nobody may change it.
func rewritten(how rewriting, now func() []byte) []byte {
	if len(how.content) > mostKept {
		return now()
	}
	if kept, ok := rewritings.Get(how); ok {
		return kept
	}
	made := now()
	rewritings.Add(how, made)
	return made
}

// relocate mends the relative module sources of a flat template's file: its folder is another one now, and the
// modules that lie outside it in the library are below vendored.
func relocate(name string, content []byte, dir, vendored string) []byte {
	return rewritten(rewriting{"relocate", name, string(content), dir, vendored}, func() []byte { return relocateNow(name, content, dir, vendored) })
}

func relocateNow(name string, content []byte, dir, vendored string) []byte {
	parser := hclparse.NewParser()
	parse := parser.ParseHCL
	if strings.HasSuffix(name, ".json") {
		parse = parser.ParseJSON
	}
	file, diags := parse(content, name)
	if diags.HasErrors() {
		return content
	}
	calls, _, _ := file.Body.PartialContent(callsSchema)
	var edits []edit
	for _, block := range calls.Blocks {
		body, _, _ := block.Body.PartialContent(sourceSchema)
		if attr, ok := body.Attributes["source"]; ok {
			edits = append(edits, moved(attr.Expr, dir, vendored)...)
		}
	}
	return apply(content, edits)
}

// edit replaces a range of bytes.
type edit struct {
	start, end int
	text       string
}

func moved(expr hcl.Expression, dir, vendored string) []edit {
	value, diags := expr.Value(nil)
	if diags.HasErrors() || value.IsNull() || value.Type() != cty.String || !strings.HasPrefix(value.AsString(), "../") {
		return nil
	}
	target := path.Join(dir, value.AsString())
	if inner, ok := strings.CutPrefix(target, dir+"/"); ok {
		vendored, target = "", inner
	}
	rng := expr.Range()
	return []edit{{rng.Start.Byte, rng.End.Byte, `"./` + path.Join(vendored, target) + `"`}}
}

func apply(content []byte, edits []edit) []byte {
	slices.SortFunc(edits, func(a, b edit) int { return b.start - a.start })
	for _, e := range edits {
		content = slices.Concat(content[:e.start], []byte(e.text), content[e.end:])
	}
	return content
}

// hasRequirements tells whether a file holds a required_providers block.
func hasRequirements(name string, content []byte) bool {
	return !bytes.Equal(withoutRequirements(name, content), content)
}

// withoutRequirements takes the required_providers blocks out of a file.
func withoutRequirements(name string, content []byte) []byte {
	return rewritten(rewriting{do: "require nothing", name: name, content: string(content)}, func() []byte { return withoutRequirementsNow(name, content) })
}

func withoutRequirementsNow(name string, content []byte) []byte {
	if strings.HasSuffix(name, ".json") {
		return withoutRequirementsJSON(content)
	}
	file, diags := hclwrite.ParseConfig(content, name, hcl.InitialPos)
	if diags.HasErrors() {
		return content
	}
	for _, block := range file.Body().Blocks() {
		if block.Type() == "terraform" {
			removeBlocks(block.Body(), func(b *hclwrite.Block) bool { return b.Type() == "required_providers" })
		}
	}
	return file.Bytes()
}

func removeBlocks(body *hclwrite.Body, which func(*hclwrite.Block) bool) {
	for _, block := range body.Blocks() {
		if which(block) {
			body.RemoveBlock(block)
		}
	}
}

func withoutRequirementsJSON(content []byte) []byte {
	value, err := decode(json.RawMessage(content))
	root, ok := value.(object)
	if err != nil || !ok {
		return content
	}
	found := false
	for _, block := range objects(root["terraform"]) {
		if _, ok := block["required_providers"]; ok {
			delete(block, "required_providers")
			found = true
		}
	}
	if !found {
		return content
	}
	return indented(root)
}

// objects are the blocks that a JSON value stands for: one, or a list of them.
func objects(value any) []object {
	switch v := value.(type) {
	case object:
		return []object{v}
	case []any:
		var list []object
		for _, element := range v {
			list = append(list, objects(element)...)
		}
		return list
	}
	return nil
}

// configuration is what stays of a flat template that is leaving but configures providers itself.
var configuration = []string{"terraform", "provider", "variable"}

// keepConfiguration keeps the provider blocks of a file, what they need, and nothing that makes things. Locals
// stay when a provider uses them.
func keepConfiguration(name string, content []byte) []byte {
	return rewritten(rewriting{do: "configure", name: name, content: string(content)}, func() []byte { return keepConfigurationNow(name, content) })
}

func keepConfigurationNow(name string, content []byte) []byte {
	if strings.HasSuffix(name, ".json") {
		return keepConfigurationJSON(content)
	}
	file, diags := hclwrite.ParseConfig(content, name, hcl.InitialPos)
	if diags.HasErrors() {
		return content
	}
	locals := slices.ContainsFunc(file.Body().Blocks(), usesLocals)
	removeBlocks(file.Body(), func(b *hclwrite.Block) bool {
		return !slices.Contains(configuration, b.Type()) && (b.Type() != "locals" || !locals)
	})
	return file.Bytes()
}

func usesLocals(block *hclwrite.Block) bool {
	return block.Type() == "provider" && bytes.Contains(block.BuildTokens(nil).Bytes(), []byte("local."))
}

func keepConfigurationJSON(content []byte) []byte {
	value, err := decode(json.RawMessage(content))
	root, ok := value.(object)
	if err != nil || !ok {
		return content
	}
	for name := range root {
		if !slices.Contains(configuration, name) {
			delete(root, name)
		}
	}
	return indented(root)
}
