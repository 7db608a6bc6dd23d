package library_test

import (
	"io/fs"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/library"
)

// text is words in both languages; a plain string counts for both.
type text struct{ EN, FR string }

// UnmarshalYAML reads either form.
func (t *text) UnmarshalYAML(content []byte) error {
	var both struct{ EN, FR string }
	if yaml.Unmarshal(content, &both) == nil {
		*t = both
		return nil
	}
	err := yaml.Unmarshal(content, &t.EN)
	t.FR = t.EN
	return err
}

type field struct {
	Title, Help, Placeholder text
	Widget, Group            string
	Messages                 []text
	Choices                  choices
	Fields                   map[string]field
}

// choices are those that a manifest lists; of those that come from Arpent there is nothing to read.
type choices []struct {
	Value any
	Title text
}

// UnmarshalYAML reads either form.
func (c *choices) UnmarshalYAML(unmarshal func(any) error) error {
	var source struct{ From, Value, Label string }
	if unmarshal(&source) == nil {
		return nil
	}
	type plain choices
	return unmarshal((*plain)(c))
}

// manifest is the part of arpent.yaml that people read.
type manifest struct {
	Title, Summary, Description, Cost text
	Icon, Category, Style             string
	Groups                            []struct {
		Name  string
		Title text
	}
	Fields   map[string]field
	Bindings map[string]string
	Outputs  map[string]struct{ Title, Help text }
	Approval struct {
		Mode      string
		OnDestroy bool `yaml:"onDestroy"`
	}
}

// code is what the tests want to know of a template's Terraform code.
type code struct {
	variables map[string]*hclsyntax.Body
	outputs   []string
	commands  []hclsyntax.Expression
}

func templates(t *testing.T) []string {
	t.Helper()
	entries, err := fs.ReadDir(library.FS, "templates")
	require.NoError(t, err)
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	require.GreaterOrEqual(t, len(names), 9)
	return names
}

func readManifest(t *testing.T, template string) manifest {
	t.Helper()
	content, err := fs.ReadFile(library.FS, path.Join("templates", template, "arpent.yaml"))
	require.NoError(t, err)
	var m manifest
	require.NoError(t, yaml.Unmarshal(content, &m))
	return m
}

func readCode(t *testing.T, template string) code {
	t.Helper()
	files, err := fs.Glob(library.FS, path.Join("templates", template, "*.tf"))
	require.NoError(t, err)
	found := code{variables: map[string]*hclsyntax.Body{}}
	for _, file := range files {
		content, err := fs.ReadFile(library.FS, file)
		require.NoError(t, err)
		parsed, problems := hclparse.NewParser().ParseHCL(content, file)
		require.False(t, problems.HasErrors(), problems.Error())
		found.add(parsed)
	}
	return found
}

func (c *code) add(file *hcl.File) {
	for _, block := range file.Body.(*hclsyntax.Body).Blocks {
		switch block.Type {
		case "variable":
			c.variables[block.Labels[0]] = block.Body
		case "output":
			c.outputs = append(c.outputs, block.Labels[0])
		}
		for _, inner := range block.Body.Blocks {
			if inner.Type == "provisioner" {
				c.commands = append(c.commands, inner.Body.Attributes["command"].Expr)
			}
		}
	}
}

// validations tells how many validation blocks a variable has.
func validations(variable *hclsyntax.Body) int {
	return len(slices.DeleteFunc(slices.Clone(variable.Blocks), func(b *hclsyntax.Block) bool { return b.Type != "validation" }))
}

func requireBoth(t *testing.T, words text, what string) {
	t.Helper()
	require.NotEmpty(t, words.EN, "%s has no English text", what)
	require.NotEmpty(t, words.FR, "%s has no French text", what)
}

func TestEveryTemplateSpeaksBothLanguages(t *testing.T) {
	t.Parallel()
	for _, template := range templates(t) {
		t.Run(template, func(t *testing.T) {
			t.Parallel()
			m, c := readManifest(t, template), readCode(t, template)
			requireBoth(t, m.Title, "the template")
			requireBoth(t, m.Summary, "the summary")
			requireBoth(t, m.Description, "the description")
			require.NotEmpty(t, m.Icon)
			require.Contains(t, []string{"flat", "module"}, m.Style)
			require.Contains(t, []string{"code", "web", "data", "compute", "network", "security", "storage", "other"}, m.Category)
			for _, group := range m.Groups {
				requireBoth(t, group.Title, group.Name)
			}
			for _, file := range []string{"readme.md", "readme.fr.md"} {
				content, err := fs.ReadFile(library.FS, path.Join("templates", template, file))
				require.NoError(t, err)
				require.True(t, strings.HasPrefix(string(content), "# "), file)
			}
			checkFields(t, m, c)
			checkOutputs(t, m, c)
		})
	}
}

// What is destroyed is gone: a secret, a key or a password is worth as much as a folder's files.
func TestSomebodyIsAskedBeforeAnythingIsDestroyed(t *testing.T) {
	t.Parallel()
	for _, template := range templates(t) {
		if template == "new-project-template" {
			continue // the base makes nothing that could be lost
		}
		approval := readManifest(t, template).Approval
		require.True(t, approval.Mode == "required" || approval.OnDestroy, template)
	}
}

func checkFields(t *testing.T, m manifest, c code) {
	t.Helper()
	for name, variable := range c.variables {
		f, found := m.Fields[name]
		require.True(t, found, "%s has no field", name)
		requireBoth(t, f.Title, name)
		require.Contains(t, variable.Attributes, "description", name)
		require.Len(t, f.Messages, validations(variable), "%s: a message for each validation", name)
		for _, message := range f.Messages {
			requireBoth(t, message, name)
		}
		if _, bound := m.Bindings[name]; !bound {
			requireBoth(t, f.Help, name+"'s help")
			require.NotEmpty(t, f.Group+firstGroup(m), name)
		}
		for _, choice := range f.Choices {
			requireBoth(t, choice.Title, name)
		}
		for attribute, inner := range f.Fields {
			requireBoth(t, inner.Title, name+"."+attribute)
		}
	}
	for name := range m.Fields {
		require.Contains(t, c.variables, name, "a field without a variable")
	}
	for name := range m.Bindings {
		require.Contains(t, c.variables, name, "a binding without a variable")
	}
}

// firstGroup is where a field without a group goes; a form without groups has one that needs no name.
func firstGroup(m manifest) string {
	if len(m.Groups) == 0 {
		return "all"
	}
	return m.Groups[0].Name
}

func checkOutputs(t *testing.T, m manifest, c code) {
	t.Helper()
	require.NotEmpty(t, c.outputs)
	for _, name := range c.outputs {
		requireBoth(t, m.Outputs[name].Title, name)
	}
	require.Len(t, m.Outputs, len(c.outputs), "a text without an output")
}

// TestNoValueBecomesACommand holds the rule that makes scripts safe: a command is the same text whatever the inputs are.
func TestNoValueBecomesACommand(t *testing.T) {
	t.Parallel()
	commands := 0
	for _, template := range templates(t) {
		for _, command := range readCode(t, template).commands {
			written, isTemplate := command.(*hclsyntax.TemplateExpr)
			require.True(t, isTemplate && written.IsStringLiteral(), "%s: %s", template, command.Range())
			commands++
		}
	}
	require.Positive(t, commands)
}

func TestScriptsAreShell(t *testing.T) {
	t.Parallel()
	scripts, err := fs.Glob(library.FS, "templates/*/scripts/*.sh")
	require.NoError(t, err)
	require.NotEmpty(t, scripts)
	for _, script := range scripts {
		output, err := exec.Command("sh", "-n", repository(t, "library", script)).CombinedOutput()
		require.NoError(t, err, string(output))
	}
}

// TestProvidersAreNotConfiguredTwice keeps configurations where they outlive the resources that need them.
func TestProvidersAreNotConfiguredTwice(t *testing.T) {
	t.Parallel()
	files, err := fs.Glob(library.FS, "templates/*/*.tf")
	require.NoError(t, err)
	for _, file := range files {
		content, err := fs.ReadFile(library.FS, file)
		require.NoError(t, err)
		require.NotRegexp(t, `(?m)^provider `, string(content), file)
	}
	files, err = fs.Glob(library.FS, "providers/*.tf")
	require.NoError(t, err)
	for _, file := range files {
		content, err := fs.ReadFile(library.FS, file)
		require.NoError(t, err)
		require.NotContains(t, string(content), "required_providers", file)
	}
}
