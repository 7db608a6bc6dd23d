package catalog

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/arpent/arpent/internal/fault"
)

// templateReader reads one template.
type templateReader struct {
	library  *libraryReader
	dir      string
	template Template
	manifest templateManifest
	source   []byte // of the manifest
	problems []Problem
}

func (r *templateReader) problem(p ...Problem) { r.problems = append(r.problems, p...) }

// read tells whether the folder is a template at all.
func (r *templateReader) read() bool {
	r.problem(r.library.folders.read(r.dir, r.template.Files)...)
	if len(terraformFiles(r.dir, r.template.Files)) == 0 && len(r.problems) == 0 {
		return false
	}
	if !templateName.MatchString(r.template.Name) {
		r.problem(Problem{File: r.dir, Text: fault.Text{
			EN: "A template's name is small letters, digits and dashes, a letter first, 40 at most.",
			FR: "Le nom d’un modèle est fait de minuscules, de chiffres et de tirets, une lettre d’abord, 40 au plus.",
		}})
		return true
	}
	r.readManifest()
	r.readCode()
	r.describe()
	r.configure()
	r.finish()
	return true
}

func (r *templateReader) manifestFile() string { return path.Join(r.dir, manifestName) }

func (r *templateReader) readManifest() {
	r.source = r.template.Files[r.manifestFile()]
	r.problem(readManifest(r.manifestFile(), r.source, &r.manifest)...)
	switch r.manifest.Style {
	case "", "flat":
		r.template.Style = Flat
	case "module":
		r.template.Style = Module
	default:
		r.wrong("$.style", fault.Text{EN: "The style is flat or module.", FR: "Le style est flat ou module."})
	}
	r.template.Base = r.template.Name == r.library.base()
	if r.template.Base && r.template.Style == Module {
		r.wrong("$.style", fault.Text{EN: "The base template is flat.", FR: "Le modèle de base est de style flat."})
	}
}

// wrong is a problem at a place in the manifest.
func (r *templateReader) wrong(at string, text fault.Text) {
	r.problem(Problem{File: r.manifestFile(), Line: lineAt(r.source, at), Text: text})
}

// lineAt is the line of a node in YAML, 0 when it is not there.
func lineAt(content []byte, at string) int {
	where, err := yaml.PathString(at)
	if err != nil {
		return 0
	}
	node, err := where.ReadNode(strings.NewReader(string(content)))
	if err != nil || node.GetToken() == nil {
		return 0
	}
	return node.GetToken().Position.Line
}

// readCode reads the template's own code, and follows its calls of modules in the library.
func (r *templateReader) readCode() {
	declared, problems := readCode(r.dir, r.template.Files)
	r.problem(problems...)
	r.template.Variables, r.template.Outputs = declared.variables, declared.outputs
	r.template.Requires, r.template.Backend, r.template.Configures = declared.providers, declared.backend, declared.configure
	seen := map[string]bool{r.dir: true}
	r.follow(r.dir, declared.calls, seen)
	if r.template.Style == Module && len(declared.configure) > 0 {
		r.problem(Problem{File: r.dir, Text: fault.Text{
			EN: fmt.Sprintf("A module template does not configure providers itself; write providers/%s.tf.", declared.configure[0]),
			FR: fmt.Sprintf("Un modèle de style module ne configure pas lui-même les fournisseurs ; écrivez providers/%s.tf.", declared.configure[0]),
		}})
	}
	r.reserved()
}

// follow reads the modules that are called by relative path, and those that they call.
func (r *templateReader) follow(dir string, calls []moduleCall, seen map[string]bool) {
	for _, call := range calls {
		target := path.Join(dir, call.source)
		if seen[target] {
			continue
		}
		seen[target] = true
		if !fs.ValidPath(target) || target == "." {
			r.problem(Problem{File: call.rng.Filename, Line: call.rng.Start.Line, Text: fault.Text{
				EN: fmt.Sprintf("The module %s lies outside the library.", call.source),
				FR: fmt.Sprintf("Le module %s est en dehors de la bibliothèque.", call.source),
			}})
			continue
		}
		if !strings.HasPrefix(target, r.dir+"/") {
			r.problem(r.library.folders.read(target, r.template.Files)...)
		}
		declared, problems := readCode(target, r.template.Files)
		r.problem(problems...)
		r.follow(target, declared.calls, seen)
	}
}

// reservedNames are arguments of module blocks: a module cannot have variables of these names.
var reservedNames = []string{"source", "version", "providers", "count", "for_each", "lifecycle", "depends_on", "locals"}

func (r *templateReader) reserved() {
	for _, v := range r.template.Variables {
		if slices.Contains(reservedNames, v.Name) {
			r.problem(Problem{File: v.File, Line: v.Line, Text: fault.Text{
				EN: fmt.Sprintf("A variable cannot be named %s.", v.Name),
				FR: fmt.Sprintf("Une variable ne peut pas se nommer %s.", v.Name),
			}})
		}
	}
}

// describe puts the texts together: the manifest's, else the readme's, else the name.
func (r *templateReader) describe() {
	m, said := r.manifest, readReadmes(r.dir, r.template.Files)
	first := func(texts ...fault.Text) fault.Text {
		for _, t := range texts {
			if t != (fault.Text{}) {
				return t
			}
		}
		return fault.Text{}
	}
	title := plainText(humanize(r.template.Name))
	r.template.Texts = Texts{
		Title:       first(m.Title.fault(), said.texts.Title, title),
		Description: first(m.Description.fault(), said.texts.Description),
		Help:        first(m.Help.fault(), said.texts.Help),
		Readme:      said.texts.Readme,
	}
	texts := &r.template.Texts
	texts.Summary = first(m.Summary.fault(), said.texts.Summary, summaryOf(texts.Description), summaryOf(texts.Readme))
	r.template.Icon = firstString(m.Icon, said.icon, "box")
	r.template.Category = first(m.Category.fault(), plainText("other"))
	r.template.Hidden, r.template.Order, r.template.Cost = m.Hidden || said.draft, m.Order, m.Cost.fault()
	r.template.Tags = said.tags
	for _, tag := range m.Tags {
		r.template.Tags = append(r.template.Tags, tag.fault())
	}
}

func firstString(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// configure takes over what the manifest says about the form, the bindings and who may.
func (r *templateReader) configure() {
	r.readForm()
	r.readBindings()
	r.readApproval()
	r.readOutputs()
	r.readNeeds()
}

func (r *templateReader) readForm() {
	form, err := r.manifest.Fields.form()
	if err != nil {
		r.wrong("$.fields", readError(err))
		return
	}
	for i, v := range r.template.Variables {
		field, ok := form[v.Name]
		if !ok {
			field.Order = len(form) + i + 1
			form[v.Name] = field
		}
		r.template.Variables[i].Sensitive = v.Sensitive || field.Sensitive
	}
	for _, name := range r.manifest.Fields.names {
		if !r.declares(name) {
			r.wrong("$.fields."+name, textNoVariable(name))
		}
	}
	r.template.Form = form
	for _, g := range r.manifest.Groups {
		r.template.Groups = append(r.template.Groups, Group{Name: g.Name, Title: g.Title.fault(), Help: g.Help.fault()})
	}
	r.checkGroups()
}

func (r *templateReader) checkGroups() {
	for _, name := range r.manifest.Fields.names {
		group := r.template.Form[name].Group
		known := slices.ContainsFunc(r.template.Groups, func(g Group) bool { return g.Name == group })
		if group != "" && !known {
			r.wrong("$.fields."+name+".group", fault.Text{
				EN: fmt.Sprintf("There is no group %q.", group), FR: fmt.Sprintf("Il n’y a pas de groupe « %s ».", group),
			})
		}
	}
}

func textNoVariable(name string) fault.Text {
	return fault.Text{
		EN: fmt.Sprintf("The template has no variable %q.", name), FR: fmt.Sprintf("Le modèle n’a pas de variable « %s ».", name),
	}
}

func (r *templateReader) declares(name string) bool {
	return slices.ContainsFunc(r.template.Variables, func(v Variable) bool { return v.Name == name })
}

func (r *templateReader) readBindings() {
	for _, name := range slices.Sorted(maps.Keys(r.manifest.Bindings)) {
		if !r.declares(name) {
			r.wrong("$.bindings."+name, textNoVariable(name))
		}
	}
	r.problem(checkBindings(r.manifestFile(), r.source, r.manifest.Bindings)...)
	r.template.Bindings = bindingsFor(r.template.Variables, r.library.manifest.Bindings, r.manifest.Bindings)
}

func (r *templateReader) readApproval() {
	r.template.Approval = r.library.approval
	if r.manifest.Approval != nil {
		approval, err := r.manifest.Approval.approval()
		if err != nil {
			r.wrong("$.approval", readError(err))
		}
		r.template.Approval = approval
	}
	for _, request := range []*requestManifest{r.library.manifest.Request, r.manifest.Request} {
		if request != nil {
			r.template.Roles = request.Roles
		}
	}
}

func (r *templateReader) readOutputs() {
	for _, name := range slices.Sorted(maps.Keys(r.manifest.Outputs)) {
		said := r.manifest.Outputs[name]
		i := slices.IndexFunc(r.template.Outputs, func(o Output) bool { return o.Name == name })
		if i < 0 {
			r.wrong("$.outputs."+name, fault.Text{
				EN: fmt.Sprintf("The template has no output %q.", name), FR: fmt.Sprintf("Le modèle n’a pas de sortie « %s ».", name),
			})
			continue
		}
		out := &r.template.Outputs[i]
		out.Link, out.Copy, out.Hidden = said.Link, said.Copy, said.Hidden
		if t := said.Title.fault(); t != (fault.Text{}) {
			out.Title = t
		}
		if t := said.Help.fault(); t != (fault.Text{}) {
			out.Help = t
		}
	}
}

// readNeeds finds the provider configurations of the library that the template needs.
func (r *templateReader) readNeeds() {
	configured := r.library.library.Providers
	for _, name := range r.manifest.Providers {
		if _, ok := configured[name]; !ok {
			r.wrong("$.providers", fault.Text{
				EN: fmt.Sprintf("The library has no usable providers/%s.tf.", name),
				FR: fmt.Sprintf("La bibliothèque n’a pas de fichier providers/%s.tf utilisable.", name),
			})
		}
		r.template.Providers = append(r.template.Providers, name)
	}
	if r.manifest.Providers != nil {
		return
	}
	for _, requirement := range r.template.Requires {
		_, ok := configured[requirement.Name]
		if ok && !slices.Contains(r.template.Configures, requirement.Name) {
			r.template.Providers = append(r.template.Providers, requirement.Name)
		}
	}
}

// finish leaves out what is not rendered, and fingerprints the rest.
func (r *templateReader) finish() {
	r.template.source = maps.Clone(r.template.Files)
	r.template.source[manifestName] = r.library.source
	for _, name := range r.template.Providers {
		r.template.source[path.Join("providers", name+".tf")] = r.library.library.Providers[name].File
	}
	maps.DeleteFunc(r.template.Files, func(name string, _ []byte) bool {
		return strings.HasSuffix(strings.ToLower(name), ".md") || path.Base(name) == manifestName
	})
	r.template.Digest = r.template.digest(r.library.library.Providers)
}

// digest is the fingerprint of everything that a template is, with the provider configurations it needs.
func (t Template) digest(providers map[string]Provider) string {
	h := sha256.New()
	described := t
	described.Variables, described.Files = nil, nil
	fmt.Fprintf(h, "%s\n%s\n", encode(described), t.Schema())
	for _, name := range slices.Sorted(maps.Keys(t.Files)) {
		fmt.Fprintf(h, "%q %d\n%s\n", name, len(t.Files[name]), t.Files[name])
	}
	for _, name := range t.Providers {
		fmt.Fprintf(h, "%q %d\n%s\n%s\n", name, len(providers[name].File), providers[name].File, encode(providers[name].Template.Bindings))
	}
	return hex.EncodeToString(h.Sum(nil))
}
