package main

import (
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/99designs/gqlgen/codegen"
	"github.com/99designs/gqlgen/codegen/config"
	"github.com/99designs/gqlgen/codegen/templates"
	"github.com/vektah/gqlparser/v2/ast"
)

// render writes the generated files again with our templates, cut as gqlgen cuts them: one a schema file, and one root.
func render(data *codegen.Data, cured cures) error {
	if err := renderFile(data, "root_.generated.go", cured.root, false); err != nil {
		return err
	}
	for name, part := range bySchemaFile(data) {
		if err := renderFile(part, name, cured.schema, true); err != nil {
			return err
		}
	}
	return nil
}

func renderFile(data *codegen.Data, name string, from fs.FS, regions bool) error {
	return templates.Render(templates.Options{
		PackageName: data.Config.Exec.Package, Filename: filepath.Join(data.Config.Exec.DirName, name), Data: data,
		RegionTags: regions, GeneratedHeader: true, Packages: data.Config.Packages, TemplateFS: from,
		PruneOptions: data.Config.GetPruneOptions(),
	})
}

// bySchemaFile gives each generated file what its schema file defines.
func bySchemaFile(data *codegen.Data) map[string]*codegen.Data {
	files := map[string]*codegen.Data{}
	of := func(p *ast.Position) *codegen.Data {
		name := fileOf(p, data.Config)
		if files[name] == nil {
			files[name] = partOf(data, p)
		}
		return files[name]
	}
	for _, o := range data.Objects {
		part := of(o.Position)
		part.Objects = append(part.Objects, o)
	}
	for _, o := range data.Inputs {
		part := of(o.Position)
		part.Inputs = append(part.Inputs, o)
	}
	for name, i := range data.Interfaces {
		of(i.Position).Interfaces[name] = i
	}
	for name, t := range data.ReferencedTypes {
		of(t.Definition.Position).ReferencedTypes[name] = t
	}
	for _, d := range data.Directives() {
		if len(d.Args) > 0 {
			of(d.Position)
		}
	}
	return files
}

func partOf(data *codegen.Data, p *ast.Position) *codegen.Data {
	its := *data.Config
	if p != nil {
		its.Sources = []*ast.Source{p.Src}
	}
	return &codegen.Data{
		Config: &its, QueryRoot: data.QueryRoot, MutationRoot: data.MutationRoot, SubscriptionRoot: data.SubscriptionRoot,
		AllDirectives: data.AllDirectives, Interfaces: map[string]*codegen.Interface{}, ReferencedTypes: map[string]*config.TypeReference{},
	}
}

func fileOf(p *ast.Position, c *config.Config) string {
	name := "common!"
	if p != nil && p.Src != nil {
		base := filepath.Base(p.Src.Name)
		name = strings.TrimSuffix(base, filepath.Ext(base))
	}
	return strings.ReplaceAll(c.Exec.FilenameTemplate, "{name}", name)
}
