package gitops

import (
	"cmp"
	"encoding/json"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/arpent/arpent/internal/fault"
)

var resourceName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,39}$`)

// CheckName tells whether a resource can have that name.
func CheckName(name string) error {
	if !resourceName.MatchString(name) {
		return fault.New(fault.Invalid, fault.Text{
			EN: "A name is small letters, digits and dashes, a letter first, 40 at most.",
			FR: "Un nom est fait de minuscules, de chiffres et de tirets, une lettre d’abord, 40 au plus.",
		}).At("name")
	}
	return nil
}

// Render makes a project's folder. The same project gives the same bytes. What cannot live in one folder (two
// templates with one file, one variable, one output) is a Conflict that names both.
func Render(p Project) (Folder, error) {
	r := &renderer{
		project: p, folder: Folder{Files: map[string][]byte{}, SecretVars: map[string]any{}},
		owners: map[string]string{}, masks: map[string]bool{},
	}
	for _, step := range []func() error{r.base, r.resources, r.providers, r.requirements, r.backend, r.readme} {
		if err := step(); err != nil {
			return Folder{}, err
		}
	}
	r.folder.Masks = r.sortedMasks()
	return r.folder, nil
}

type renderer struct {
	project Project
	folder  Folder
	owners  map[string]string // what is in the folder once ("file main.tf", "variable size") → who brought it
	masks   map[string]bool
	root    []Requirement // of the root module
	holders []string      // root files that may hold a required_providers block
}

// add puts a file into the folder. The same file twice is one file.
func (r *renderer) add(name string, content []byte, owner string) error {
	if present, ok := r.folder.Files[name]; ok && string(present) == string(content) {
		return nil
	}
	if err := r.own("file", name, owner); err != nil {
		return err
	}
	r.folder.Files[name] = content
	return nil
}

var kinds = map[string]fault.Text{
	"file":     {EN: "the file", FR: "le fichier"},
	"variable": {EN: "the variable", FR: "la variable"},
	"output":   {EN: "the output", FR: "la sortie"},
	"module":   {EN: "the resource", FR: "la ressource"},
}

// own notes who brings something that can be there once.
func (r *renderer) own(kind, name, owner string) error {
	key := kind + " " + name
	if first, taken := r.owners[key]; taken {
		return fault.New(fault.Conflict, fault.Text{
			EN: "%s and %s both bring %s %s; a project can have one of them only.",
			FR: "%s et %s apportent tous deux %s %s ; un projet ne peut avoir que l’un des deux.",
		}, first, owner, kinds[kind], name)
	}
	r.owners[key] = owner
	return nil
}

func (r *renderer) base() error {
	if r.project.Base == nil {
		return nil
	}
	r.folder.OwnBackend = r.project.Base.Template.Backend != ""
	return r.flat(*r.project.Base)
}

// resources renders the flat ones first: module resources call what they may have declared.
func (r *renderer) resources() error {
	list := slices.Clone(r.project.Resources)
	slices.SortFunc(list, func(a, b Resource) int {
		return cmp.Or(cmp.Compare(a.Template.Style, b.Template.Style), cmp.Compare(a.Name, b.Name))
	})
	for _, resource := range list {
		if err := CheckName(resource.Name); err != nil {
			return err
		}
		render := r.module
		if resource.Template.Style == Flat {
			render = r.flat
		}
		if err := render(resource); err != nil {
			return err
		}
	}
	return nil
}

// flat copies a template's files into the folder and writes its values beside them.
func (r *renderer) flat(resource Resource) error {
	t := resource.Template
	if resource.Leaving && len(t.Configures) == 0 {
		return nil
	}
	vendored := path.Join("modules", slug(t.Library), t.Name, slug(t.Version))
	for _, name := range sortedKeys(t.Files) {
		target, ok := strings.CutPrefix(name, t.Dir+"/")
		content := t.fill(t.Files[name])
		if !ok {
			target = path.Join(vendored, name)
		} else if path.Dir(target) == "." && isTerraform(target) {
			content = relocate(name, content, t.Dir, vendored)
			if resource.Leaving {
				content = keepConfiguration(target, content)
			}
			r.holders = append(r.holders, target)
		}
		if err := r.add(target, content, t.Name); err != nil {
			return err
		}
	}
	if !resource.Leaving {
		if err := r.outputs(t); err != nil {
			return err
		}
	}
	r.root = append(r.root, t.Requires...)
	return r.values(t.Name+".auto.tfvars.json", t.Name, t.Variables, resource.Values)
}

func (r *renderer) outputs(t Template) error {
	for _, output := range t.Outputs {
		if err := r.own("output", output.Name, t.Name); err != nil {
			return err
		}
	}
	return nil
}

// values declares who owns root variables and writes the plain values of them.
func (r *renderer) values(file, owner string, variables []Variable, values Values) error {
	plain := map[string]json.RawMessage{}
	for _, v := range variables {
		if err := r.own("variable", v.Name, owner); err != nil {
			return err
		}
		if value, ok := values.Plain[v.Name]; ok {
			plain[v.Name] = value
		}
		if value, ok := values.Secret[v.Name]; ok {
			if err := r.secret(v.Name, value); err != nil {
				return err
			}
		}
	}
	if len(plain) == 0 {
		return nil
	}
	return r.add(file, indented(plain), owner)
}

// secret hands a value to the tool, and masks it.
func (r *renderer) secret(variable string, raw json.RawMessage) error {
	value, err := decode(raw)
	if err != nil {
		return err
	}
	r.folder.SecretVars[variable] = value
	r.mask(value)
	return nil
}

// shortestMask keeps values like "1" from masking half of the log.
const shortestMask = 4

func (r *renderer) mask(value any) {
	switch v := value.(type) {
	case string:
		if len(v) >= shortestMask {
			r.masks[v] = true
		}
	case json.Number:
		r.mask(v.String())
	case []any:
		for _, element := range v {
			r.mask(element)
		}
	case map[string]any:
		for _, element := range v {
			r.mask(element)
		}
	}
}

func (r *renderer) sortedMasks() []string {
	masks := []string{}
	for mask := range r.masks {
		masks = append(masks, mask)
	}
	slices.Sort(masks)
	return masks
}

// fill replaces Datahub's placeholders.
func (t Template) fill(content []byte) []byte {
	tag := cmp.Or(t.Tag, t.Branch)
	ref := func(name string) string {
		if name == "" {
			return ""
		}
		return "?ref=" + name
	}
	return []byte(strings.NewReplacer("{{version}}", t.Version, "{{branch}}", ref(t.Branch), "{{tag}}", ref(tag)).Replace(string(content)))
}

var unsafe = regexp.MustCompile(`[^a-z0-9._-]+`)

// slug makes a part of a path of any name.
func slug(name string) string {
	s := strings.Trim(unsafe.ReplaceAllString(strings.ToLower(name), "-"), ".-")
	return cmp.Or(s, "x")
}

func isTerraform(name string) bool {
	return slices.ContainsFunc([]string{".tf", ".tf.json", ".tofu", ".tofu.json"}, func(suffix string) bool {
		return strings.HasSuffix(name, suffix)
	})
}
