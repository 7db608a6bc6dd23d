// Package catalog knows what can be requested: it reads libraries of templates, turns their Terraform
// variables into JSON Schema, checks what people ask for, and resolves a request to the values of every
// variable. Reading, checking and resolving are pure; the Service stores what was read.
package catalog

import (
	"fmt"

	"github.com/arpent/arpent/internal/fault"
)

// Style is how a template becomes part of a project's workspace.
type Style string

// The styles.
const (
	Flat   Style = "FLAT"   // its files are copied into the project's folder, once per project
	Module Style = "MODULE" // each resource is one call of it
)

// Library is what was read from one library.
type Library struct {
	Title       fault.Text
	Description fault.Text
	Templates   []Template          // sorted by name; only those that can be used
	Providers   map[string]Provider // configurations of providers, by local name
}

// Template is one thing that can be requested.
type Template struct {
	Name       string
	Dir        string // in the library, slash separated
	Style      Style
	Base       bool // must be in a project before anything else
	Hidden     bool // not offered, as a Datahub template whose readme is a draft
	Texts      Texts
	Icon       string
	Category   fault.Text
	Order      int // within the category
	Tags       []fault.Text
	Cost       fault.Text
	Roles      []string // keys of the roles that may request it; empty: everybody with the permission
	Approval   Approval
	Variables  []Variable
	Outputs    []Output
	Requires   []Requirement // required_providers
	Configures []string      // local names of the providers that it configures itself
	Providers  []string      // names of the library's provider configurations that it needs
	Backend    string        // the type of the backend it declares, or empty
	Form       map[string]Field
	Groups     []Group
	Bindings   map[string]string // variable → what of the project fills it
	Files      map[string][]byte // by path in the library: its folder, and the modules that it calls by relative path
	Digest     string            // sha256 of all that is above: equal digests, equal templates
	source     map[string][]byte // what it was read from: reading that again gives the same template
}

// Texts is what people read about a template.
type Texts struct {
	Title       fault.Text
	Summary     fault.Text // one line
	Description fault.Text // Markdown
	Help        fault.Text // Markdown, what to know once it is there
	Readme      fault.Text // Markdown, the readme as it is
}

// Approval is the approval policy of a template.
type Approval struct {
	Auto      bool     `json:"auto"`
	Count     int      `json:"count"`               // how many have to approve
	Roles     []string `json:"roles,omitempty"`     // whose holders may; empty: everybody with the permission
	NotSelf   bool     `json:"notSelf,omitempty"`   // the requester may not
	ExpiresIn int      `json:"expiresIn,omitempty"` // seconds until an unanswered question is void; 0: never
	OnDestroy bool     `json:"onDestroy,omitempty"` // ask although Auto when something would be destroyed
}

// Provider is the configuration of one provider, providers/<name>.tf of a library. Its variables are resolved
// like a template's, without inputs.
type Provider struct {
	Name     string
	File     []byte
	Requires []Requirement
	Template Template // its variables and bindings, and nothing else
}

// Requirement is one entry of required_providers.
type Requirement struct {
	Name    string `json:"name"` // local name
	Source  string `json:"source"`
	Version string `json:"version,omitempty"`
}

// Output is one output of a template.
type Output struct {
	Name      string     `json:"name"`
	Title     fault.Text `json:"title"`
	Help      fault.Text `json:"help"`
	Sensitive bool       `json:"sensitive"`
	Link      bool       `json:"link,omitempty"`
	Copy      bool       `json:"copy,omitempty"`
	Hidden    bool       `json:"hidden,omitempty"`
}

// Problem is something in a library that cannot be used, and why. It spoils nothing but its template.
type Problem struct {
	Template string // name, or empty when it is about the whole library
	File     string // path in the library
	Line     int    // from 1; 0 when it is about the whole file
	Text     fault.Text
}

// String is the problem as a line of a log: only what is known of its place.
func (p Problem) String() string {
	switch {
	case p.File == "":
		return p.Text.EN
	case p.Line == 0:
		return p.File + ": " + p.Text.EN
	}
	return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Text.EN)
}
