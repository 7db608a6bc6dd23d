package catalog

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/fault"
)

// files makes a library of name → content.
func files(content map[string]string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for name, text := range content {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

func TestReadLibrary(t *testing.T) {
	t.Parallel()
	library, problems := ReadLibrary(files(map[string]string{
		"arpent.yaml": "title: {en: Ours, fr: La nôtre}\nbindings: {acronym: project.acronym}\napproval: {mode: auto}\n",
		"providers/random.tf": `
variable "random_seed" { type = string }
provider "random" {}
`,
		"modules/net/main.tf":                        `module "deep" { source = "../deep" }`,
		"modules/deep/main.tf":                       `output "x" { value = 1 }`,
		"templates/new-project-template/main.tf":     `variable "acronym" { type = string }` + "\n" + "terraform {\n  backend \"azurerm\" {}\n}",
		"templates/site/main.tf":                     "terraform {\n required_providers {\n random = { source = \"hashicorp/random\", version = \"~> 3.0\" }\n}\n}\n" + `module "net" { source = "../../modules/net" }`,
		"templates/site/variables.tf":                `variable "title" {}` + "\n" + `variable "acronym" {}` + "\n" + `variable "colour" { default = "red" }`,
		"templates/site/outputs.tf":                  "output \"url\" {\n  value = 1\n  sensitive = true\n  description = \"Where it is.\"\n}",
		"templates/site/readme.md":                   "# Site\n\nA site. With pages.\n",
		"templates/site/readme.fr.md":                "# Site\n\nUn site. Avec des pages.\n",
		"templates/site/arpent.yaml":                 "style: module\ntitle: Web site\napproval: {mode: required, count: 2, roles: [ADMIN], notSelf: true, expires: 24h}\nrequest: {roles: [EDITOR]}\ngroups: [{name: look, title: Look}]\nfields:\n  colour: {title: {en: Colour, fr: Couleur}, widget: radio, group: look, choices: [{value: red, title: Red}, {value: blue, title: Blue}]}\n  title: {title: Title}\noutputs: {url: {link: true}}\n",
		"templates/notes/readme.md":                  "no Terraform here",
		"templates/.hidden/main.tf":                  "bad bad",
		"templates/new-project-template/arpent.yaml": "",
	}))
	require.Empty(t, problems)
	require.Equal(t, fault.Text{EN: "Ours", FR: "La nôtre"}, library.Title)
	require.Len(t, library.Templates, 2)

	base, site := library.Templates[0], library.Templates[1]
	require.True(t, base.Base)
	require.Equal(t, "azurerm", base.Backend)
	require.Equal(t, Flat, base.Style)
	require.True(t, base.Approval.Auto)

	require.Equal(t, Module, site.Style)
	require.Equal(t, "Web site", site.Texts.Title.FR)
	require.Equal(t, fault.Text{EN: "A site.", FR: "Un site."}, site.Texts.Summary)
	require.Equal(t, Approval{Count: 2, Roles: []string{"ADMIN"}, NotSelf: true, ExpiresIn: 86400}, site.Approval)
	require.Equal(t, []string{"EDITOR"}, site.Roles)
	require.Equal(t, []string{"random"}, site.Providers)
	require.Equal(t, []Requirement{{"random", "hashicorp/random", "~> 3.0"}}, site.Requires)
	require.Equal(t, "project.acronym", site.Bindings["acronym"])
	require.True(t, site.Outputs[0].Sensitive && site.Outputs[0].Link)
	require.Contains(t, site.Files, "modules/deep/main.tf")
	require.NotContains(t, site.Files, "templates/site/readme.md")

	f, err := readForm(site.Schema())
	require.NoError(t, err)
	require.NotContains(t, f.section("properties"), "acronym")
	require.Equal(t, []any{"red", "blue"}, f.variables["colour"].schema["enum"])
	require.Less(t, f.variables["colour"].note.Order, f.variables["title"].note.Order)
}

func TestBrokenTemplatesSpoilNothingElse(t *testing.T) {
	t.Parallel()
	const good = `variable "a" {}`
	cases := map[string]struct {
		content map[string]string // of the template "broken"
		problem string
	}{
		"syntax":            {map[string]string{"main.tf": "variable {"}, "templates/broken/main.tf:1: "},
		"unknown key":       {map[string]string{"main.tf": good, "arpent.yaml": "title: A\ntittle: B\n"}, "templates/broken/arpent.yaml:2: Arpent knows no such key here: unknown field \"tittle\""},
		"unknown inner key": {map[string]string{"main.tf": good, "arpent.yaml": "fields:\n  a:\n    titel: x\n"}, "templates/broken/arpent.yaml:3: Arpent knows no such key here: unknown field \"titel\""},
		"unknown variable":  {map[string]string{"main.tf": good, "arpent.yaml": "fields:\n  b: {title: x}\n"}, "templates/broken/arpent.yaml:2: The template has no variable \"b\""},
		"unknown output":    {map[string]string{"main.tf": good, "arpent.yaml": "\noutputs:\n  b: {title: x}\n"}, "templates/broken/arpent.yaml:3: The template has no output \"b\""},
		"unknown widget":    {map[string]string{"main.tf": good, "arpent.yaml": "fields:\n  a: {widget: wheel}\n"}, "There is no widget \"wheel\""},
		"unknown group":     {map[string]string{"main.tf": good, "arpent.yaml": "fields:\n  a: {group: x}\n"}, "There is no group \"x\""},
		"bad binding":       {map[string]string{"main.tf": good, "arpent.yaml": "bindings:\n  a: project.colour\n"}, "templates/broken/arpent.yaml:2: The binding \"project.colour\" names nothing"},
		"bad style":         {map[string]string{"main.tf": good, "arpent.yaml": "style: round\n"}, "templates/broken/arpent.yaml:1: The style is flat or module"},
		"bad approval":      {map[string]string{"main.tf": good, "arpent.yaml": "approval: {mode: perhaps}\n"}, "The mode of an approval is auto or required"},
		"bad yaml":          {map[string]string{"main.tf": good, "arpent.yaml": "title: [\n"}, "templates/broken/arpent.yaml:"},
		"aliases":           {map[string]string{"main.tf": good, "arpent.yaml": "title: &a x\nsummary: *a\n"}, "YAML aliases are not allowed here"},
		"deep yaml":         {map[string]string{"main.tf": good, "arpent.yaml": "tags: " + strings.Repeat("[", 5000)}, "nested too deep"},
		"deep code":         {map[string]string{"main.tf": "locals { a = " + strings.Repeat("(", 200_000) + "}"}, "nested too deep"},
		"deep operators":    {map[string]string{"main.tf": "locals {\n  a = " + strings.Repeat("!", 500_000) + "true\n}\n"}, "templates/broken/main.tf:2: The brackets are nested too deep"},
		"deep conditions":   {map[string]string{"main.tf": "locals {\n  a = " + strings.Repeat("a ? b : ", 60_000) + "1\n}\n"}, "nested too deep"},
		"deep over lines":   {map[string]string{"main.tf": "locals {\n  a = (" + strings.Repeat("-\n", 200_000) + "1)\n}\n"}, "nested too deep"},
		"deep type":         {map[string]string{"a.tf.json": `{"variable":{"a":{"type":"` + strings.Repeat("!", 400_000) + `"}}}`}, "templates/broken/a.tf.json:1: "},
		"deep dashes":       {map[string]string{"main.tf": good, "arpent.yaml": strings.Repeat("- ", 60_000)}, "nested too deep"},
		"large file":        {map[string]string{"main.tf": good, "data.bin": strings.Repeat("x", maxFile+1)}, "templates/broken/data.bin: The file is larger than 1024 KiB"},
		"outside":           {map[string]string{"main.tf": `module "x" { source = "../../../etc" }`}, "templates/broken/main.tf:1: The module ../../../etc lies outside the library"},
		"missing module":    {map[string]string{"main.tf": `module "x" { source = "../../modules/none" }`}, "modules/none: It does not exist"},
		"own provider":      {map[string]string{"main.tf": `provider "x" {}`, "arpent.yaml": "style: module"}, "A module template does not configure providers itself"},
		"reserved name":     {map[string]string{"main.tf": `variable "source" {}`}, "A variable cannot be named source"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			content := map[string]string{"templates/good/main.tf": good}
			for file, text := range c.content {
				content["templates/broken/"+file] = text
			}
			library, problems := ReadLibrary(files(content))
			require.NotEmpty(t, problems)
			require.Contains(t, problems[0].String(), c.problem)
			require.Equal(t, "broken", problems[0].Template)
			for _, text := range []string{problems[0].Text.EN, problems[0].Text.FR} {
				first, _ := utf8.DecodeRuneInString(text)
				require.True(t, unicode.IsUpper(first), text)
			}
			require.NotEqual(t, problems[0].Text.EN, problems[0].Text.FR)
			require.Len(t, library.Templates, 1)
			require.Equal(t, "good", library.Templates[0].Name)
		})
	}
}

func TestLinksAreRefused(t *testing.T) {
	t.Parallel()
	fsys := files(map[string]string{"templates/a/main.tf": `variable "a" {}`})
	fsys["templates/a/link.tf"] = &fstest.MapFile{Mode: fs.ModeSymlink, Data: []byte("/etc/passwd")}
	library, problems := ReadLibrary(fsys)
	require.Empty(t, library.Templates)
	require.Len(t, problems, 1)
	require.Equal(t, "templates/a/link.tf", problems[0].File)
}

func TestBrokenLibraryManifest(t *testing.T) {
	t.Parallel()
	library, problems := ReadLibrary(files(map[string]string{
		"arpent.yaml": "title: x\nrequets: {roles: [ADMIN]}\n", "templates/a/main.tf": `variable "a" {}`,
	}))
	require.Empty(t, library.Templates, "who may ask is not known")
	require.Len(t, problems, 1)
	require.Equal(t, 2, problems[0].Line)
}

func TestDigestChangesWithContentOnly(t *testing.T) {
	t.Parallel()
	content := map[string]string{"templates/a/main.tf": `variable "a" {}`, "templates/b/main.tf": `variable "b" {}`}
	digests := func() []string {
		library, problems := ReadLibrary(files(content))
		require.Empty(t, problems)
		var list []string
		for _, t := range library.Templates {
			list = append(list, t.Digest)
		}
		return list
	}
	before := digests()
	require.Equal(t, before, digests())
	content["templates/b/arpent.yaml"] = "title: Bee"
	after := digests()
	require.Equal(t, before[0], after[0])
	require.NotEqual(t, before[1], after[1])
}

func TestDatahubReadme(t *testing.T) {
	t.Parallel()
	library, problems := ReadLibrary(files(map[string]string{
		"templates/notebooks/main.tf": `# version {{version}}`,
		"templates/notebooks/datahub.readme.md": "---\nicon: fa-solid fa-book\nstatus: stable\n---\n\n# English\n\n## Title\n\nNotebooks\n\n## Catalog Subtitle\n\nWhy?\n\n" +
			"## Tags\n\nNotes, Data\n\n# Francais\n\n## Titre\n\nCarnets\n\n## Sous-Titre du Catalogue\n\nPourquoi ?\n\n## Mots Clefs\n\nNotes, Données\n",
		"templates/draft/main.tf":                "",
		"templates/draft/next.datahub.readme.md": "# English\n",
	}))
	require.Empty(t, problems)
	require.True(t, library.Templates[0].Hidden)
	notebooks := library.Templates[1]
	require.Equal(t, fault.Text{EN: "Notebooks", FR: "Carnets"}, notebooks.Texts.Title)
	require.Equal(t, fault.Text{EN: "Why?", FR: "Pourquoi ?"}, notebooks.Texts.Summary)
	require.Equal(t, []fault.Text{{EN: "Notes", FR: "Notes"}, {EN: "Data", FR: "Données"}}, notebooks.Tags)
	require.Equal(t, "notebook", notebooks.Icon)
}

func TestManyTemplates(t *testing.T) {
	t.Parallel()
	content := map[string]string{}
	for i := range 11 {
		content[fmt.Sprintf("templates/t%02d/main.tf", i)] = `variable "a" {}`
	}
	library, problems := readLibrary(files(content), 10)
	require.Len(t, library.Templates, 10)
	require.Len(t, problems, 1)
	require.Equal(t, "Only the first 10 templates are read.", problems[0].Text.EN)
}

func TestLongCodeIsNotDeepCode(t *testing.T) {
	t.Parallel()
	code := "locals {\n  text = <<-EOT\n" + strings.Repeat("    ${var.a} -!- (x\n", 2000) + "  EOT\n  list = [" + strings.Repeat("-1, [2], ", 2000) + "]\n" +
		"  map = {\n" + strings.Repeat("    a = !true\n", 2000) + "  }\n}\n\nvariable \"a\" {}\n"
	library, problems := ReadLibrary(files(map[string]string{"templates/a/main.tf": code}))
	require.Empty(t, problems)
	require.Len(t, library.Templates, 1)
}
