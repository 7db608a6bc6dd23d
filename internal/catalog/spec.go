package catalog

import (
	"encoding/json"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/internal/fault"
)

// Spec is what is stored of a template beside its texts, its schema and its outputs.
type Spec struct {
	Approval Approval     `json:"approval"`
	Roles    []string     `json:"roles,omitempty"` // keys of the roles that may request it; empty: all with the permission
	Cost     fault.Text   `json:"cost"`
	Tags     []fault.Text `json:"tags,omitempty"`
	Order    int          `json:"order,omitempty"`
	Backend  string       `json:"backend,omitempty"` // type of the backend that it declares itself
	Branch   string       `json:"branch,omitempty"`  // of the library, when this version was read
	Tag      string       `json:"tag,omitempty"`
	Commit   string       `json:"commit,omitempty"`
}

// SpecOf reads the spec of a stored template. One that cannot be read asks for an approval.
func SpecOf(t *ent.Template) Spec {
	var spec Spec
	if json.Unmarshal(t.Spec, &spec) != nil {
		return Spec{Approval: Approval{Count: 1}}
	}
	spec.Approval.Count = max(spec.Approval.Count, 1)
	return spec
}

// Split parts the inputs of sensitive variables from the others, by a template's schema. What cannot be told
// is secret.
func Split(schema json.RawMessage, inputs map[string]json.RawMessage) (plain, secret map[string]json.RawMessage) {
	plain, secret = map[string]json.RawMessage{}, map[string]json.RawMessage{}
	f, err := knownForm(schema)
	for name, value := range inputs {
		if err != nil || f.variables[name].note.Sensitive {
			secret[name] = value
			continue
		}
		plain[name] = value
	}
	return plain, secret
}
