package gitops

import (
	"cmp"
	"slices"
	"strings"

	"github.com/arpent/arpent/internal/fault"
)

// providers copies the provider configurations that resources need, those that are leaving included: what
// they made cannot be destroyed without them.
func (r *renderer) providers() error {
	needed := map[string]Provider{}
	for _, resource := range r.everything() {
		for _, p := range resource.Providers {
			if present, ok := needed[p.Name]; ok && string(present.File) != string(p.File) {
				return fault.New(fault.Conflict, fault.Text{
					EN: "Two versions or libraries configure the provider %s differently; a project can have one of them only. Upgrade the resources that use it together.",
					FR: "Deux versions ou bibliothèques configurent différemment le fournisseur %s ; un projet ne peut en avoir qu’une. Mettez à niveau ensemble les ressources qui l’utilisent.",
				}, p.Name)
			}
			needed[p.Name] = p
			r.root = append(r.root, required(resource.Template, p.Name)...)
		}
	}
	for _, name := range sortedKeys(needed) {
		if err := r.provider(needed[name]); err != nil {
			return err
		}
	}
	return nil
}

func (r *renderer) everything() []Resource {
	list := slices.Clone(r.project.Resources)
	if r.project.Base != nil {
		list = append(list, *r.project.Base)
	}
	slices.SortStableFunc(list, func(a, b Resource) int { return cmp.Compare(a.Name, b.Name) })
	return list
}

func (r *renderer) provider(p Provider) error {
	file := "provider-" + p.Name
	if err := r.add(file+".tf", p.File, "providers/"+p.Name); err != nil {
		return err
	}
	r.holders = append(r.holders, file+".tf")
	r.root = append(r.root, p.Requires...)
	return r.values(file+".auto.tfvars.json", "providers/"+p.Name, p.Variables, p.Values)
}

// required is what the root has to say of a provider that a module template requires: where it comes from.
// The module itself says which versions.
func required(t Template, name string) []Requirement {
	for _, requirement := range t.Requires {
		if requirement.Name == name {
			return []Requirement{{Name: name, Source: requirement.Source}}
		}
	}
	return nil
}

// requirements sees to it that the root module has one required_providers block: Terraform allows no second.
func (r *renderer) requirements() error {
	merged, err := merge(r.root)
	if err != nil || len(merged) == 0 {
		return err
	}
	var holders []string
	for _, file := range r.holders {
		if hasRequirements(file, r.folder.Files[file]) {
			holders = append(holders, file)
		}
	}
	if len(holders) == 1 && r.covered(merged) {
		return nil
	}
	for _, file := range holders {
		r.folder.Files[file] = withoutRequirements(file, r.folder.Files[file])
	}
	entries := object{}
	for _, m := range merged {
		entry := object{"source": m.Source}
		if m.Version != "" {
			entry["version"] = m.Version
		}
		entries[m.Name] = entry
	}
	return r.add("required_providers.tf.json", indented(object{"terraform": object{"required_providers": entries}}), "required_providers")
}

// covered tells whether the one block that exists says everything already: then it stays as it is written.
func (r *renderer) covered(merged []Requirement) bool {
	var said []Requirement
	for _, resource := range r.everything() {
		if resource.Template.Style == Flat && len(resource.Template.Requires) > 0 {
			said = append(said, resource.Template.Requires...)
		}
		for _, p := range resource.Providers {
			said = append(said, p.Requires...)
		}
	}
	return !slices.ContainsFunc(merged, func(m Requirement) bool {
		return !slices.ContainsFunc(said, func(s Requirement) bool { return s.Name == m.Name })
	})
}

// merge brings requirements together: sources have to agree, all version constraints hold.
func merge(list []Requirement) ([]Requirement, error) {
	merged := map[string]Requirement{}
	for _, requirement := range list {
		present, ok := merged[requirement.Name]
		if ok && !sameSource(present.Source, requirement.Source) {
			return nil, fault.New(fault.Conflict, fault.Text{
				EN: "The provider %s comes from %s for one template and from %s for another; a project can have one of them only.",
				FR: "Le fournisseur %s vient de %s pour un modèle et de %s pour un autre ; un projet ne peut en avoir qu’un.",
			}, requirement.Name, present.Source, requirement.Source)
		}
		requirement.Version = both(present.Version, requirement.Version)
		merged[requirement.Name] = requirement
	}
	var out []Requirement
	for _, name := range sortedKeys(merged) {
		out = append(out, merged[name])
	}
	return out, nil
}

// sameSource compares sources without the registry that the engine adds by itself.
func sameSource(a, b string) bool {
	bare := func(s string) string {
		s = strings.TrimPrefix(strings.TrimPrefix(s, "registry.terraform.io/"), "registry.opentofu.org/")
		return strings.ToLower(s)
	}
	return bare(a) == bare(b)
}

// both joins version constraints, each once.
func both(a, b string) string {
	var parts []string
	for _, part := range strings.Split(a+","+b, ",") {
		if part = strings.TrimSpace(part); part != "" && !slices.Contains(parts, part) {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ", ")
}
