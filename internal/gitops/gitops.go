// Package gitops keeps the private repository: it renders a project's folder terraform/<ACRONYM>/ complete, so
// that anyone can clone it and run `tofu plan` by hand, and it commits and merges that folder run by run.
// Rendering is pure; the Service writes.
package gitops

import (
	"encoding/json"
	"strings"
)

// Style is how a template becomes part of a folder.
type Style string

// The styles.
const (
	Flat   Style = "FLAT"   // its files are copied into the folder
	Module Style = "MODULE" // each resource is one call of it
)

// Project is what a folder is rendered from.
type Project struct {
	Acronym      string
	Name         string
	Base         *Resource // nil when the library has no base
	Resources    []Resource
	StateAddress string // of the http backend; unused when the base declares a backend of its own
}

// Resource is one template in a project, with the values of its variables.
type Resource struct {
	Name      string
	Template  Template
	Values    Values
	Providers []Provider // configurations of the library that the template needs
	Leaving   bool       // being destroyed: what its destruction needs stays
}

// Template is one version of a template.
type Template struct {
	Library    string // name, in paths
	Name       string
	Version    string // in paths, and for {{version}}
	Branch     string // for {{branch}}
	Tag        string // for {{tag}}; empty means the branch
	Style      Style
	Dir        string            // of the template in the library
	Files      map[string][]byte // by path in the library
	Variables  []Variable
	Outputs    []Output
	Requires   []Requirement
	Backend    string   // type of the backend that it declares, or empty
	Configures []string // providers that it configures itself
}

// Provider is the configuration of one provider.
type Provider struct {
	Name      string
	File      []byte
	Variables []Variable
	Requires  []Requirement
	Values    Values
}

// Variable is a variable of a template.
type Variable struct {
	Name      string
	Type      string // Terraform's type expression
	Ephemeral bool
}

// Output is an output of a template.
type Output struct {
	Name        string
	Description string
	Sensitive   bool
}

// Requirement is one entry of required_providers.
type Requirement struct {
	Name, Source, Version string
}

// Values are the values of variables; secret ones get into no file.
type Values struct {
	Plain  map[string]json.RawMessage
	Secret map[string]json.RawMessage
}

// Folder is a rendered folder and what goes to the tool beside it.
type Folder struct {
	Files      map[string][]byte // by path in the folder
	SecretVars map[string]any    // values of root variables that are in no file
	Masks      []string          // texts that must not be shown, sorted
	OwnBackend bool              // the base declares a backend of its own
}

// ModuleAddress is the address of a module resource in Terraform.
func ModuleAddress(resource string) string { return "module." + resource }

// OutputName is the name that the output of a module resource has in the folder.
func OutputName(resource, output string) string { return resource + "_" + output }

// OwnOutput tells whether an output of the folder can be one of a resource, and its name in the template.
// The outputs of flat templates keep their names: any output can be one of theirs.
func OwnOutput(resource string, style Style, output string) (string, bool) {
	if style == Flat {
		return output, true
	}
	return strings.CutPrefix(output, resource+"_")
}
