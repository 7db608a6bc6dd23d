package catalog

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/arpent/arpent/internal/fault"
)

// Facts is what bindings know.
type Facts struct {
	Project  ProjectFacts
	Resource ResourceFacts
	Platform PlatformFacts
}

// ProjectFacts is what bindings know of a project.
type ProjectFacts struct {
	Acronym      string
	Name         string
	Description  fault.Text
	Budget       *float64
	Tags         map[string]string
	Organization func() (Organization, error) // nil when it has none
	Members      func() ([]Member, error)     // nil when it has none
	Variables    map[string]any               // given once for the project
	Secrets      map[string]any               // the secret ones
}

// Known is a fact that is there already. Those that few bindings name are asked for when one does.
func Known[T any](fact T) func() (T, error) { return func() (T, error) { return fact, nil } }

// known is what there is of a fact; its zero value when there is none.
func known[T any](ask func() (T, error)) (fact T, err error) {
	if ask == nil {
		return fact, nil
	}
	return ask()
}

// Organization is what bindings know of a project's organization.
type Organization struct{ Name, Code string }

// Member is a member of a project. OID is the subject at the identity provider.
type Member struct {
	Email string `json:"email"`
	Name  string `json:"name"`
	OID   string `json:"oid"`
	Role  string `json:"role"` // key, as in ADMIN
}

// ResourceFacts is what bindings know of a resource.
type ResourceFacts struct {
	ID   string
	Name string
}

// PlatformFacts is what bindings know of the installation, and what it sets for every project.
type PlatformFacts struct {
	URL        string
	StorageDir string
	SitesURL   string
	Bindings   map[string]string // variable → expression; they go before a template's
	Variables  map[string]any    // variable → value, where nothing else gives one
	Secrets    map[string]any    // the secret ones
}

var bindingForms = regexp.MustCompile(`^(project\.(acronym|name|budget|tags|description\.(en|fr)|organization\.(name|code)|` +
	`members(\.[a-z][a-z0-9_-]*(\.emails)?)?|variables\.[A-Za-z_][A-Za-z0-9_-]*)|` +
	`resource\.(name|id)|platform\.(url|storage_dir|sites_url))$`)

// CheckBinding tells whether an expression names something that bindings know.
func CheckBinding(expression string) error {
	if constant, ok := strings.CutPrefix(expression, "="); ok {
		if !json.Valid([]byte(constant)) {
			return fault.New(fault.Invalid, fault.Text{EN: "After = comes a JSON value.", FR: "Après = vient une valeur JSON."})
		}
		return nil
	}
	if !bindingForms.MatchString(expression) {
		return fault.New(fault.Invalid, fault.Text{EN: "The binding %q names nothing.", FR: "La liaison « %s » ne désigne rien."}, expression)
	}
	return nil
}

func checkBindings(file string, content []byte, bindings map[string]string) []Problem {
	var problems []Problem
	for _, name := range slices.Sorted(maps.Keys(bindings)) {
		if err := CheckBinding(bindings[name]); err != nil {
			problems = append(problems, Problem{File: file, Line: lineAt(content, "$.bindings."+name), Text: readError(err)})
		}
	}
	return problems
}

// value is what a binding comes to; nil when there is nothing. A secret value is said to be one.
func (f Facts) value(expression string) (value any, secret bool, err error) {
	if err := CheckBinding(expression); err != nil {
		return nil, false, err
	}
	if constant, ok := strings.CutPrefix(expression, "="); ok {
		err := decodeNumbers([]byte(constant), &value)
		return value, false, err
	}
	subject, rest, _ := strings.Cut(expression, ".")
	switch subject {
	case "resource":
		return map[string]any{"name": f.Resource.Name, "id": f.Resource.ID}[rest], false, nil
	case "platform":
		return map[string]any{"url": f.Platform.URL, "storage_dir": f.Platform.StorageDir, "sites_url": f.Platform.SitesURL}[rest], false, nil
	}
	return f.Project.value(rest)
}

func (p ProjectFacts) value(path string) (any, bool, error) {
	head, rest, _ := strings.Cut(path, ".")
	switch head {
	case "members":
		members, err := p.members(rest)
		return members, false, err
	case "organization":
		organization, err := known(p.Organization)
		return map[string]any{"name": organization.Name, "code": organization.Code}[rest], false, err
	case "variables":
		if v, ok := p.Secrets[rest]; ok {
			return v, true, nil
		}
		return p.Variables[rest], false, nil
	case "budget":
		if p.Budget == nil {
			return nil, false, nil
		}
		return *p.Budget, false, nil
	case "tags":
		if p.Tags == nil {
			return map[string]string{}, false, nil
		}
		return p.Tags, false, nil
	}
	return map[string]any{
		"acronym": p.Acronym, "name": p.Name, "description.en": p.Description.EN, "description.fr": p.Description.FR,
	}[path], false, nil
}

// members lists members by role ("admin", "admin.emails", or "" for all), sorted by email.
func (p ProjectFacts) members(selector string) (any, error) {
	members, err := known(p.Members)
	if err != nil {
		return nil, err
	}
	role, emails := strings.CutSuffix("."+selector, ".emails")
	role = strings.TrimPrefix(role, ".")
	list, addresses := []Member{}, []string{}
	for _, m := range members {
		if role == "" || strings.EqualFold(m.Role, role) {
			list = append(list, m)
		}
	}
	slices.SortFunc(list, func(a, b Member) int { return strings.Compare(a.Email+"\x00"+a.Role, b.Email+"\x00"+b.Role) })
	if !emails {
		return list, nil
	}
	for _, m := range list {
		addresses = append(addresses, m.Email)
	}
	return slices.Compact(addresses), nil
}
