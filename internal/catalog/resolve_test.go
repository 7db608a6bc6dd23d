package catalog

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/fault"
)

func bound(t *testing.T, bindings map[string]string, code string) json.RawMessage {
	t.Helper()
	declared, problems := readCode(".", map[string][]byte{"main.tf": []byte(code)})
	require.Empty(t, problems)
	return Template{Variables: declared.variables, Bindings: bindings}.Schema()
}

func facts() Facts {
	budget := 12.5
	return Facts{
		Project: ProjectFacts{
			Acronym: "WRK1", Name: "Work", Description: fault.Text{EN: "en", FR: "fr"}, Budget: &budget,
			Tags: map[string]string{"team": "x"}, Organization: Known(Organization{Code: "ACME"}),
			Members: Known([]Member{
				{"z@x.org", "Zoe", "o1", "ADMIN"}, {"a@x.org", "Ann", "o2", "CONTRIBUTOR"}, {"b@x.org", "Bob", "o3", "ADMIN"},
			}),
			Variables: map[string]any{"subscription": "s-1"}, Secrets: map[string]any{"key": "k-1"},
		},
		Resource: ResourceFacts{ID: "res_1", Name: "site"},
		Platform: PlatformFacts{URL: "https://arpent", StorageDir: "/data", Variables: map[string]any{"location": "here", "subscription": "never"}, Secrets: map[string]any{"root": "r-1"}},
	}
}

func TestResolve(t *testing.T) {
	t.Parallel()
	schema := bound(t, map[string]string{
		"project_cd": "project.acronym", "budget": "project.budget", "tags": "project.tags", "org": "project.organization.code",
		"users": "project.members.admin", "emails": "project.members.emails", "people": "project.members",
		"name": "resource.name", "dir": "platform.storage_dir", "constant": `= {"a": [1, "x"]}`, "hidden": "project.variables.key",
		"text": "project.budget",
	}, `
variable "project_cd" { type = string }
variable "budget" { type = number }
variable "text" { type = string }
variable "tags" { type = map(string) }
variable "org" {}
variable "users" { type = list(any) }
variable "emails" { type = list(string) }
variable "people" { type = list(object({ email = string })) }
variable "name" { type = string }
variable "dir" { type = string }
variable "constant" { type = any }
variable "hidden" { type = string }
variable "subscription" { type = string }
variable "key" { type = string }
variable "root" { type = string }
variable "location" { type = string }
variable "given_by_base" { type = string }
variable "kept" { default = 1 }
variable "size" { type = number }
variable "password" {
  type      = string
  sensitive = true
}
`)
	values, err := Resolve(Request{Schema: schema, Facts: facts(), Given: []string{"given_by_base"}, Inputs: map[string]any{"size": 3, "password": "p"}})
	require.NoError(t, err)
	plain, err := json.Marshal(values.Plain)
	require.NoError(t, err)
	require.JSONEq(t, `{
		"project_cd":"WRK1","budget":12.5,"text":"12.5","tags":{"team":"x"},"org":"ACME",
		"users":[{"email":"b@x.org","name":"Bob","oid":"o3","role":"ADMIN"},{"email":"z@x.org","name":"Zoe","oid":"o1","role":"ADMIN"}],
		"emails":["a@x.org","b@x.org","z@x.org"],"people":[{"email":"a@x.org"},{"email":"b@x.org"},{"email":"z@x.org"}],
		"name":"site","dir":"/data","constant":{"a":[1,"x"]},"subscription":"s-1","location":"here","size":3}`, string(plain))
	secret, err := json.Marshal(values.Secret)
	require.NoError(t, err)
	require.JSONEq(t, `{"hidden":"k-1","key":"k-1","root":"r-1","password":"p"}`, string(secret))
}

func TestResolveRefuses(t *testing.T) {
	t.Parallel()
	const code = `
variable "a" { type = string }
variable "budget" { type = number }
`
	cases := map[string]struct {
		bindings, platform map[string]string
		inputs             map[string]any
		want               string
	}{
		"missing":            {nil, nil, map[string]any{"a": "x"}, "inputs.budget: A value is required."},
		"bound and given":    {map[string]string{"a": "project.name"}, nil, map[string]any{"a": "x", "budget": 1}, "inputs.a: This is filled from the project and cannot be given."},
		"configured, given":  {nil, map[string]string{"a": "project.name"}, map[string]any{"a": "x", "budget": 1}, "inputs.a: This is filled from the project and cannot be given."},
		"nothing to bind to": {map[string]string{"budget": "project.budget"}, nil, map[string]any{"a": "x"}, "inputs.budget: The project gives no value for it (project.budget), and one is required."},
		"does not fit":       {map[string]string{"budget": "project.name"}, nil, map[string]any{"a": "x"}, "inputs.budget: The value that the project gives does not fit the type number."},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := facts()
			f.Project.Budget, f.Platform.Bindings = nil, c.platform
			_, err := Resolve(Request{Schema: bound(t, c.bindings, code), Facts: f, Inputs: c.inputs})
			list, ok := fault.AsList(err)
			require.True(t, ok)
			require.Len(t, list, 1)
			require.Equal(t, c.want, strings.Join(list[0].Field(), ".")+": "+list[0].Message("en"))
		})
	}
}

func TestOffer(t *testing.T) {
	t.Parallel()
	schema := bound(t, map[string]string{"acronym": "project.acronym"}, `
variable "acronym" { type = string }
variable "subscription" { type = string }
variable "tenant" { type = string }
variable "region" { type = string }
variable "zone" { type = string }
variable "size" { type = number }
`)
	f := facts()
	f.Platform.Variables = map[string]any{"zone": "b"}
	f.Platform.Bindings = map[string]string{"tenant": `= "t"`}
	offered, err := Offer(Request{Schema: schema, Facts: f, Given: []string{"region"}})
	require.NoError(t, err)
	require.NotContains(t, string(offered), "s-1", "a value that is given is in the form")
	read, err := readForm(offered)
	require.NoError(t, err)
	require.Equal(t, []any{"size"}, read.schema["required"])
	require.Equal(t, []string{"size"}, slices.Collect(maps.Keys(read.section("properties"))))
	require.Equal(t, map[string]any{"acronym": "project.acronym", "tenant": `= "t"`}, said(read.bound(), "binding"))
	given, _ := read.section(extension)["given"].(object)
	require.Equal(t, map[string]any{"subscription": "project", "region": "template", "zone": "platform"}, said(given, "givenBy"))
}

// TestOfferKeepsWhatTheResourceHas: an input of the resource goes before what is given, so it can be changed.
func TestOfferKeepsWhatTheResourceHas(t *testing.T) {
	t.Parallel()
	schema := bound(t, nil, `variable "subscription" { type = string }`)
	offered, err := Offer(Request{Schema: schema, Facts: facts(), Inputs: map[string]any{"subscription": nil}})
	require.NoError(t, err)
	read, err := readForm(offered)
	require.NoError(t, err)
	require.Contains(t, read.section("properties"), "subscription")
	require.Equal(t, []any{"subscription"}, read.schema["required"])
}

// said is what the properties of a section say under one key.
func said(section object, key string) map[string]any {
	all := map[string]any{}
	for name, property := range section {
		p, _ := property.(object)
		extra, _ := p[extension].(object)
		all[name] = extra[key]
	}
	return all
}
