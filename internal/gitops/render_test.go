package gitops

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/fault"
)

// rawOf makes raw values of Go ones.
func rawOf(t *testing.T, values map[string]any) map[string]json.RawMessage {
	t.Helper()
	out := map[string]json.RawMessage{}
	for name, value := range values {
		content, err := json.Marshal(value)
		require.NoError(t, err)
		out[name] = content
	}
	return out
}

func base() *Resource {
	return &Resource{Name: "base", Template: Template{
		Library: "Ours", Name: "new-project-template", Version: "v1.0", Style: Flat, Dir: "templates/new-project-template",
		Files: map[string][]byte{
			"templates/new-project-template/main.tf": []byte("# version {{version}}{{branch}}{{tag}}\nvariable \"acronym\" {\n  type = string\n}\n\noutput \"acronym\" {\n  value = var.acronym\n}\n"),
		},
		Branch: "main", Variables: []Variable{{Name: "acronym", Type: "string"}}, Outputs: []Output{{Name: "acronym"}},
	}, Values: Values{Plain: map[string]json.RawMessage{"acronym": json.RawMessage(`"WRK1"`)}}}
}

const siteCode = `variable "title" {
  type = string
}

variable "labels" {
  type    = map(string)
  default = {}
}

variable "password" {
  type = string
}

resource "terraform_data" "site" {
  input = { title = var.title, labels = var.labels, length = length(var.password) }
}

output "url" {
  value       = "https://${var.title}"
  description = "Where it is."
}

output "password" {
  value     = var.password
  sensitive = true
}
`

func site(t *testing.T, name string) Resource {
	t.Helper()
	return Resource{Name: name, Template: Template{
		Library: "Ours & yours", Name: "site", Version: "v1.0", Style: Module, Dir: "templates/site",
		Files:     map[string][]byte{"templates/site/main.tf": []byte(siteCode), "templates/site/page/index.html": []byte("<p>${title} {{version}}</p>")},
		Variables: []Variable{{Name: "title", Type: "string"}, {Name: "labels", Type: "map(string)"}, {Name: "password", Type: "string"}},
		Outputs:   []Output{{Name: "url", Description: "Where it is."}, {Name: "password", Sensitive: true}},
	}, Values: Values{
		Plain:  rawOf(t, map[string]any{"title": "a ${b} %{c} <&>", "labels": map[string]string{"${k}": "v"}}),
		Secret: rawOf(t, map[string]any{"password": "s3cret!"}),
	}}
}

func project(resources ...Resource) Project {
	return Project{
		Acronym: "WRK1", Name: "The work", Base: base(), Resources: resources,
		StateAddress: "http://127.0.0.1:8080/terraform/state/prj_1",
	}
}

// flat makes a flat template of one file.
func flat(name, code string, variables []Variable, values map[string]json.RawMessage) Resource {
	dir := "templates/" + name
	return Resource{Name: name, Template: Template{
		Library: "ours", Name: name, Version: "v1", Style: Flat, Dir: dir, Variables: variables,
		Files: map[string][]byte{dir + "/" + name + ".tf": []byte(code)},
	}, Values: Values{Plain: values}}
}

// cases are the folders whose bytes are held in testdata and which real engines accept.
func cases(t *testing.T) map[string]Project {
	t.Helper()
	leaving := site(t, "old-site")
	leaving.Leaving = true

	nested := site(t, "nested")
	nested.Template.Files = map[string][]byte{
		"templates/site/main.tf": []byte(siteCode + "\nmodule \"net\" {\n  source = \"../../modules/net\"\n}\n"),
		"modules/net/main.tf":    []byte("output \"x\" {\n  value = 1\n}\n"),
	}

	shared := flat("network", "variable \"zones\" {\n  type = list(string)\n}\n\nmodule \"net\" {\n  source = \"../../modules/net\"\n}\n\nmodule \"own\" {\n  source = \"./own\"\n}\n",
		[]Variable{{Name: "zones", Type: "list(string)"}}, rawOf(t, map[string]any{"zones": []string{"a", "${b}"}}))
	shared.Template.Files["modules/net/main.tf"] = []byte("output \"x\" {\n  value = 1\n}\n")
	shared.Template.Files["templates/network/own/main.tf"] = []byte("output \"y\" {\n  value = 1\n}\n")

	withSecret := flat("vault", "variable \"key\" {\n  type      = string\n  sensitive = true\n}\n", []Variable{{Name: "key", Type: "string"}}, nil)
	withSecret.Values.Secret = rawOf(t, map[string]any{"key": "k-123456"})

	ownBackend := project()
	ownBackend.Base.Template.Files["templates/new-project-template/backend.tf"] = []byte("terraform {\n  backend \"local\" {}\n}\n")
	ownBackend.Base.Template.Backend = "local"

	second := site(t, "second")
	second.Template.Version = "v2.0"

	needing := site(t, "needing")
	needing.Template.Requires = []Requirement{{"data", "terraform.io/builtin/terraform", ""}}
	needing.Template.Files["templates/site/main.tf"] = []byte("terraform {\n  required_providers {\n    data = {\n      source = \"terraform.io/builtin/terraform\"\n    }\n  }\n}\n\n" + siteCode)
	needing.Providers = []Provider{{
		Name: "data", File: []byte("variable \"data_host\" {\n  type = string\n}\n\nprovider \"data\" {}\n"),
		Variables: []Variable{{Name: "data_host", Type: "string"}}, Values: Values{Plain: rawOf(t, map[string]any{"data_host": "h"})},
	}}
	gone := needing
	gone.Leaving = true

	strip := func(name string) Resource {
		return flat(name, "terraform {\n  required_version = \">= 1.0\"\n\n  required_providers {\n    "+name+" = {\n      source  = \"terraform.io/builtin/terraform\"\n    }\n  }\n}\n", nil, nil)
	}
	one, two := strip("one"), strip("two")
	one.Template.Requires = []Requirement{{"one", "terraform.io/builtin/terraform", ""}}
	two.Template.Requires = []Requirement{{"two", "terraform.io/builtin/terraform", ""}}

	configuring := flat("configuring", "locals {\n  a = 1\n}\n\nprovider \"terraform\" {}\n\nresource \"terraform_data\" \"x\" {\n  input = local.a\n}\n\noutput \"x\" {\n  value = local.a\n}\n", nil, nil)
	configuring.Template.Configures, configuring.Leaving = []string{"terraform"}, true

	noBase := project(site(t, "site"))
	noBase.Base = nil

	return map[string]Project{
		"base":                  project(),
		"no-base":               noBase,
		"module":                project(site(t, "my-site")),
		"modules-two-versions":  project(site(t, "first"), second),
		"module-leaving":        project(leaving),
		"module-calls-module":   project(nested),
		"flat":                  project(shared),
		"flat-secret":           project(withSecret),
		"own-backend":           ownBackend,
		"provider":              project(needing),
		"provider-stays":        project(gone),
		"one-requirements":      project(one),
		"merged-requirements":   project(one, two),
		"flat-provider-leaving": project(configuring),
	}
}

func TestRenderGolden(t *testing.T) {
	t.Parallel()
	for name, p := range cases(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder, err := Render(p)
			require.NoError(t, err)
			golden(t, filepath.Join("testdata", name+".golden"), folder)
			again, err := Render(p)
			require.NoError(t, err)
			require.Equal(t, folder, again)
		})
	}
}

// golden compares a folder with a file that shows all of it. ARPENT_UPDATE_GOLDEN=1 writes it anew.
func golden(t *testing.T, file string, folder Folder) {
	t.Helper()
	var got bytes.Buffer
	for _, name := range sortedKeys(folder.Files) {
		fmt.Fprintf(&got, "=== %s\n%s\n", name, bytes.TrimSuffix(folder.Files[name], []byte("\n")))
	}
	fmt.Fprintf(&got, "=== secret variables %v, masks %q, own backend %v\n", sortedKeys(folder.SecretVars), folder.Masks, folder.OwnBackend)
	if os.Getenv("ARPENT_UPDATE_GOLDEN") != "" {
		require.NoError(t, os.WriteFile(file, got.Bytes(), 0o644))
		return
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), got.String())
}

func TestNoSecretInAnyFile(t *testing.T) {
	t.Parallel()
	for name, p := range cases(t) {
		folder, err := Render(p)
		require.NoError(t, err)
		for file, content := range folder.Files {
			for _, mask := range folder.Masks {
				require.NotContains(t, string(content), mask, "%s: %s", name, file)
			}
		}
	}
}

func TestRenderRefuses(t *testing.T) {
	t.Parallel()
	output := flat("b", "", nil, nil)
	output.Template.Outputs = []Output{{Name: "acronym"}}
	one, two := site(t, "one"), site(t, "two")
	one.Providers = []Provider{{Name: "x", File: []byte("a")}}
	two.Providers = []Provider{{Name: "x", File: []byte("b")}}
	here, there := flat("here", "", nil, nil), flat("there", "", nil, nil)
	here.Template.Requires, there.Template.Requires = []Requirement{{"p", "a/p", ""}}, []Requirement{{"p", "b/p", ""}}
	file := flat("a", "", nil, nil)
	file.Template.Files["templates/a/main.tf"] = []byte("# another main")
	variable := flat("a", "", []Variable{{Name: "acronym"}}, nil)
	secret := flat("a", "", []Variable{{Name: "site_password"}}, nil)
	refusals := map[string]struct {
		resources []Resource
		code      fault.Code
		en        string
	}{
		"name":        {[]Resource{site(t, "My site")}, fault.Invalid, "A name is small letters, digits and dashes, a letter first, 40 at most."},
		"file":        {[]Resource{file}, fault.Conflict, "new-project-template and a both bring the file main.tf; a project can have one of them only."},
		"variable":    {[]Resource{variable}, fault.Conflict, "new-project-template and a both bring the variable acronym; a project can have one of them only."},
		"output":      {[]Resource{output}, fault.Conflict, "new-project-template and b both bring the output acronym; a project can have one of them only."},
		"twice":       {[]Resource{site(t, "a"), site(t, "a")}, fault.Conflict, "module a and module a both bring the resource a; a project can have one of them only."},
		"secret name": {[]Resource{secret, site(t, "site")}, fault.Conflict, "a and module site both bring the variable site_password; a project can have one of them only."},
		"provider":    {[]Resource{one, two}, fault.Conflict, "Two versions or libraries configure the provider x differently; a project can have one of them only. Upgrade the resources that use it together."},
		"source":      {[]Resource{here, there}, fault.Conflict, "The provider p comes from a/p for one template and from b/p for another; a project can have one of them only."},
	}
	for name, c := range refusals {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Render(project(c.resources...))
			e, ok := fault.As(err)
			require.True(t, ok, "%v", err)
			require.Equal(t, c.code, e.Code())
			require.Equal(t, c.en, e.Message("en"))
			require.NotEqual(t, c.en, e.Message("fr"))
		})
	}
}

func TestArchiveIsDeterministic(t *testing.T) {
	t.Parallel()
	folder, err := Render(project(site(t, "site")))
	require.NoError(t, err)
	first, err := folder.Archive()
	require.NoError(t, err)
	second, err := folder.Archive()
	require.NoError(t, err)
	require.Equal(t, first, second)
}

func TestOwnOutput(t *testing.T) {
	t.Parallel()
	name, ok := OwnOutput("my-site", Module, OutputName("my-site", "the_url"))
	require.True(t, ok)
	require.Equal(t, "the_url", name)
	_, ok = OwnOutput("my", Module, OutputName("my-site", "url"))
	require.False(t, ok)
	require.True(t, strings.HasPrefix(ModuleAddress("a"), "module."))
}
