package catalog

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/arpent/arpent/internal/fault"
)

// datahubBase is the base template when a library does not name one.
const datahubBase = "new-project-template"

var templateName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,39}$`)

// ReadLibrary reads all templates of a library. What cannot be used is a problem, and spoils nothing else.
func ReadLibrary(fsys fs.FS) (Library, []Problem) { return readLibrary(fsys, maxTemplates) }

func readLibrary(fsys fs.FS, most int) (Library, []Problem) {
	r := &libraryReader{
		most:    most,
		folders: folderReader{fsys: fsys},
		library: Library{Providers: map[string]Provider{}},
	}
	if r.readManifest() {
		r.readProviders()
		r.readTemplates()
	}
	slices.SortFunc(r.library.Templates, func(a, b Template) int { return cmp.Compare(a.Name, b.Name) })
	return r.library, r.problems
}

type libraryReader struct {
	most     int // templates
	folders  folderReader
	manifest libraryManifest
	source   []byte // of the manifest
	approval Approval
	library  Library
	problems []Problem
}

func (r *libraryReader) problem(p ...Problem) { r.problems = append(r.problems, p...) }

// readManifest reads the library's arpent.yaml. A broken one stops everything: it may say who may ask.
func (r *libraryReader) readManifest() bool {
	content, problem := r.folders.file(manifestName)
	if problem != nil && !exists(r.folders.fsys, manifestName) {
		content, problem = nil, nil
	}
	if problem != nil {
		r.problem(*problem)
		return false
	}
	problems := readManifest(manifestName, content, &r.manifest)
	r.manifest.Templates = firstString(r.manifest.Templates, "templates")
	approval, err := r.manifest.Approval.approval()
	if err != nil {
		problems = append(problems, Problem{File: manifestName, Line: lineAt(content, "$.approval"), Text: readError(err)})
	}
	problems = append(problems, checkBindings(manifestName, content, r.manifest.Bindings)...)
	if !fs.ValidPath(r.manifest.Templates) {
		problems = append(problems, Problem{File: manifestName, Line: lineAt(content, "$.templates"), Text: fault.Text{
			EN: "The key templates names a folder of this library.", FR: "La clé templates désigne un dossier de cette bibliothèque.",
		}})
	}
	r.problem(problems...)
	r.approval, r.source = approval, content
	r.library.Title, r.library.Description = r.manifest.Title.fault(), r.manifest.Description.fault()
	return len(problems) == 0
}

func exists(fsys fs.FS, name string) bool {
	_, err := fs.Stat(fsys, name)
	return !errors.Is(err, fs.ErrNotExist)
}

// readProviders reads providers/*.tf.
func (r *libraryReader) readProviders() {
	entries, _ := fs.ReadDir(r.folders.fsys, "providers")
	for _, entry := range entries {
		name, ok := strings.CutSuffix(entry.Name(), ".tf")
		if !ok || !entry.Type().IsRegular() {
			continue
		}
		file := path.Join("providers", entry.Name())
		content, problem := r.folders.file(file)
		if problem != nil {
			r.problem(*problem)
			continue
		}
		declared, problems := readCode("providers", map[string][]byte{file: content})
		r.problem(problems...)
		if len(problems) == 0 {
			r.library.Providers[name] = Provider{Name: name, File: content, Requires: declared.providers,
				Template: Template{Name: name, Variables: declared.variables, Bindings: bindingsFor(declared.variables, r.manifest.Bindings, nil)}}
		}
	}
}

func (r *libraryReader) readTemplates() {
	entries, err := fs.ReadDir(r.folders.fsys, r.manifest.Templates)
	if err != nil {
		r.problem(Problem{File: r.manifest.Templates, Text: fault.Text{
			EN: "The library has no folder of templates.", FR: "La bibliothèque n’a pas de dossier de modèles.",
		}})
		return
	}
	count := 0
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), ".") {
			continue
		}
		if count++; count > r.most {
			r.problem(Problem{File: r.manifest.Templates, Text: fault.Text{
				EN: fmt.Sprintf("Only the first %d templates are read.", r.most),
				FR: fmt.Sprintf("Seuls les %d premiers modèles sont lus.", r.most),
			}})
			return
		}
		r.readTemplate(entry)
	}
}

func (r *libraryReader) readTemplate(entry fs.DirEntry) {
	dir := path.Join(r.manifest.Templates, entry.Name())
	if !entry.IsDir() {
		if !entry.Type().IsRegular() {
			r.problem(Problem{Template: entry.Name(), File: dir, Text: textIrregular})
		}
		return
	}
	t := &templateReader{library: r, dir: dir, template: Template{Name: entry.Name(), Dir: dir, Files: map[string][]byte{}}}
	if !t.read() {
		return
	}
	if len(t.problems) == 0 {
		r.library.Templates = append(r.library.Templates, t.template)
		return
	}
	for _, p := range t.problems {
		p.Template = entry.Name()
		r.problem(p)
	}
}

// base is the name of the base template.
func (r *libraryReader) base() string {
	switch r.manifest.Base {
	case "":
		return datahubBase
	case "none":
		return ""
	}
	return r.manifest.Base
}

// bindingsFor picks the bindings of the variables that are there; the template's own go before the library's.
func bindingsFor(variables []Variable, library, own map[string]string) map[string]string {
	bindings := map[string]string{}
	for _, v := range variables {
		if expression, ok := library[v.Name]; ok {
			bindings[v.Name] = expression
		}
	}
	maps.Copy(bindings, own)
	return bindings
}
